//! What stands around every page: who is logged in, where one can go, where one is.
//!
//! Promises that what a role may not do is not offered, and that every page is made through [`render`].

use std::rc::Rc;

use actix_web::{
    HttpResponse,
    http::{StatusCode, header::ContentType},
};
use askama::Template;
use timbre_domain::{
    ids::TenantId,
    operator::{Permission, Role},
};

use crate::{assets, fault::Fault, forms::Notice, words};

/// Which entry of the navigation a page belongs to. Those of a tenant are of the frame's tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    /// None of them: the login, one's own account, an error.
    None,
    Overview,
    /// The list, and with a tenant its own page.
    Tenants,
    People,
    Dialogues,
    Recordings,
    /// Jobs, their messages, and what these are signed with.
    Jobs,
    Usage,
    Policy,
    Credentials,
    Calibration,
    /// The installation's, and with a tenant that tenant's.
    Audit,
    System,
}

/// What the frame around a page shows: the field `frame` of each template's struct.
pub(crate) struct Frame {
    who: Option<Rc<Who>>,
    section: Section,
    tenant: Option<(TenantId, String)>,
    notice: Option<Notice>,
}

/// Whoever is logged in, as pages show them.
pub(crate) struct Who {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) role: Role,
    pub(crate) csrf: String,
}

/// An entry of the navigation.
pub(crate) struct Entry {
    pub(crate) name: &'static str,
    pub(crate) href: String,
    /// `page` where one is at it.
    pub(crate) current: bool,
}

impl Frame {
    /// For a page that nobody needs to be logged in for: no navigation, no form token.
    pub(crate) fn outside(notice: Option<Notice>) -> Self {
        Self { who: None, section: Section::None, tenant: None, notice }
    }

    pub(crate) fn new(who: Rc<Who>, section: Section, notice: Option<Notice>) -> Self {
        Self { who: Some(who), section, tenant: None, notice }
    }

    /// The same within a tenant.
    pub(crate) fn within(mut self, id: TenantId, name: &str) -> Self {
        self.tenant = Some((id, words::name(name)));
        self
    }

    /// What every form sends as `csrf`: `{% include "csrf.html" %}` within a `<form method="post">` does it.
    pub(crate) fn csrf(&self) -> &str {
        self.who.as_ref().map_or("", |who| &who.csrf)
    }

    /// Whether to offer something. That it is refused all the same is the extractor's part.
    pub(crate) fn may(&self, permission: Permission) -> bool {
        self.who.as_ref().is_some_and(|who| who.role.may(permission))
    }

    pub(crate) fn who(&self) -> Option<&Who> {
        self.who.as_deref()
    }

    /// The tenant that the page is of: its id, and its name as pages show it.
    pub(crate) fn tenant(&self) -> Option<&(TenantId, String)> {
        self.tenant.as_ref()
    }

    /// What was done before this page was asked for.
    pub(crate) fn notice(&self) -> Option<Notice> {
        self.notice
    }

    /// The installation's pages.
    pub(crate) fn entries(&self) -> Vec<Entry> {
        let Some(who) = &self.who else { return Vec::new() };
        let alone = self.tenant.is_none();
        let all = who.role.may(Permission::ReadInstallation);
        let entry = |shown: bool, name, path: &str, section| {
            let href = format!("{}{path}", crate::BASE);
            shown.then(|| Entry { name, href, current: alone && self.section == section })
        };
        // A tenant's admin is led to its own tenant: figures of all tenants are not for them.
        let mut tenants = entry(true, "Tenants", "/tenants", Section::Tenants);
        if let (Some(own), Some(entry)) = (who.role.tenant(), &mut tenants) {
            entry.name = "Tenant";
            entry.href = format!("{}/tenants/{own}", crate::BASE);
            entry.current = false;
        }
        [
            entry(all, "Overview", "", Section::Overview),
            tenants,
            entry(all, "Calibration", "/calibration", Section::Calibration),
            entry(who.role.may(Permission::ReadAllAudit), "Audit", "/audit", Section::Audit),
            entry(all, "System", "/system", Section::System),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The pages of the tenant that this one is of.
    pub(crate) fn tenant_entries(&self) -> Vec<Entry> {
        let Some((tenant, _)) = &self.tenant else { return Vec::new() };
        let entry = |permission, name, path: &str, section| {
            let href = format!("{}/tenants/{tenant}{path}", crate::BASE);
            self.may(permission).then(|| Entry { name, href, current: self.section == section })
        };
        [
            entry(Permission::ReadTenants, "Summary", "", Section::Tenants),
            entry(Permission::ReadPeople, "People", "/people", Section::People),
            entry(Permission::ReadDialogues, "Dialogues", "/dialogues", Section::Dialogues),
            entry(Permission::ReadJobs, "Recordings", "/recordings", Section::Recordings),
            entry(Permission::ReadJobs, "Jobs and webhooks", "/jobs", Section::Jobs),
            entry(Permission::ReadUsage, "Usage", "/usage", Section::Usage),
            entry(Permission::ReadPolicy, "Policy", "/policy", Section::Policy),
            entry(Permission::ReadCredentials, "Credentials", "/credentials", Section::Credentials),
            entry(Permission::ReadAudit, "Audit", "/audit", Section::Audit),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// The address of a file that pages are made of.
    pub(crate) fn asset(&self, name: &str) -> String {
        assets::href(name)
    }
}

/// A page, or a part of one that takes the place of another.
pub(crate) fn render(template: &impl Template) -> Result<HttpResponse, Fault> {
    render_as(StatusCode::OK, template)
}

/// The same with another status: a form that is shown again, say.
pub(crate) fn render_as(status: StatusCode, template: &impl Template) -> Result<HttpResponse, Fault> {
    let html = template.render().map_err(|error| {
        tracing::error!(%error, "a page could not be written");
        Fault::Internal
    })?;
    Ok(HttpResponse::build(status).content_type(ContentType::html()).body(html))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(role: Role) -> Frame {
        let who =
            Who { name: "Ann".to_owned(), email: "ann@example.org".to_owned(), role, csrf: "x".to_owned() };
        Frame::new(Rc::new(who), Section::Overview, None)
    }

    fn names(entries: Vec<Entry>) -> Vec<&'static str> {
        entries.into_iter().map(|entry| entry.name).collect()
    }

    #[test]
    fn a_role_is_offered_what_it_may_see() {
        let own = TenantId::from_random([1; 16]);
        assert_eq!(
            names(frame(Role::Owner).entries()),
            ["Overview", "Tenants", "Calibration", "Audit", "System"]
        );
        assert_eq!(names(frame(Role::Operator).entries()), ["Overview", "Tenants", "Calibration", "System"]);
        let entries = frame(Role::TenantAdmin(own)).entries();
        assert_eq!(entries[0].href, format!("/dashboard/tenants/{own}"));
        assert_eq!(names(entries), ["Tenant"]);
        assert!(Frame::outside(None).entries().is_empty());
    }

    #[test]
    fn within_a_tenant_its_pages_are_current_and_not_the_installations() {
        let frame = Frame { section: Section::Audit, ..frame(Role::Owner) };
        assert!(frame.entries().iter().any(|entry| entry.current && entry.name == "Audit"));
        let within = frame.within(TenantId::from_random([1; 16]), "acme");
        assert!(within.entries().iter().all(|entry| !entry.current));
        let current: Vec<_> = within.tenant_entries().into_iter().filter(|entry| entry.current).collect();
        assert_eq!(names(current), ["Audit"]);
    }
}
