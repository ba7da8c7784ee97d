//! A tenant's policy as a form, and the policies there were.
//!
//! Promises that a form which is refused comes back as it was typed, each refused setting marked with the reason; that nobody's change is
//! overwritten unseen; that a section which is the operator's to change is only shown to others; and that whoever keeps things for less time
//! is asked first ([`crate::policy_retention`]).

use std::collections::BTreeSet;

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use chrono::{DateTime, Utc};
use timbre_api::admin::needs::{ChangePolicy, ReadPolicy};
use timbre_domain::{
    operator::Permission,
    policy::{LIMITS, Policy},
};
use timbre_engine::{Engine, EngineError, PolicyVersion, Retained};

use crate::{
    actors::Actors,
    caller::{Caller, OnTenant},
    fault::Fault,
    forms::{Notice, Posted, done, no_query},
    frame::{Frame, Section, render, render_as},
    policy_conflict::{Merged, merge},
    policy_retention::{agreement, ask},
    policy_settings::{self, Kind, SECTIONS, Setting, Typed, Wrong},
    routes::Pages,
    words,
};

const POLICY: &str = "/policy";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/policy", show).post("/tenants/{tenant}/policy", save);
    pages.get("/tenants/{tenant}/policy/versions", versions);
}

#[derive(Template)]
#[template(path = "policy.html")]
struct Page {
    frame: Frame,
    path: String,
    version: u32,
    sections: Vec<ShownSection>,
    /// What is wrong, in the order of the form: where it stands, what that is called, and what is wrong with it.
    wrong: Vec<(&'static str, String, String)>,
    /// What was wrong with the whole of it.
    wrong_whole: Option<String>,
    /// Those who were faster, the latest first.
    meanwhile: Vec<Changed>,
    /// Whether it is not known any more what the form was made of.
    forgotten: bool,
}

struct ShownSection {
    name: &'static str,
    title: String,
    says: &'static str,
    /// Whether whoever looks may change it.
    open: bool,
    fields: Vec<Field>,
}

struct Field {
    setting: &'static Setting,
    typed: Vec<String>,
    /// What is in force.
    now: String,
    /// What is shipped.
    shipped: String,
    wrong: Option<String>,
    /// Whether others changed it too since the form was shown, to another value.
    conflict: bool,
}

/// A change of the policy.
struct Changed {
    version: u32,
    at: DateTime<Utc>,
    by: String,
    /// Settings with the value that they had and the one that they got.
    settings: Vec<(&'static Setting, String, String)>,
}

impl Page {
    /// Whether there is anything to save.
    fn open(&self) -> bool {
        self.sections.iter().any(|section| section.open)
    }
}

impl Field {
    fn text(&self) -> &str {
        self.typed.first().map_or("", String::as_str)
    }

    fn is_on(&self) -> bool {
        !self.typed.is_empty()
    }

    fn has(&self, choice: &str) -> bool {
        self.typed.iter().any(|typed| typed == choice)
    }

    /// What describes it to a screen reader.
    fn described_by(&self) -> String {
        let name = &self.setting.name;
        match self.wrong {
            Some(_) => format!("{name}-says {name}-wrong"),
            None => format!("{name}-says"),
        }
    }
}

/// A form as it was sent, where it was.
#[derive(Default)]
struct Sent {
    typed: Option<Typed>,
    wrong: Wrong,
    /// Settings that others changed too, to another value.
    both: BTreeSet<&'static str>,
    meanwhile: Vec<Changed>,
    forgotten: bool,
}

fn page<P>(caller: &OnTenant<P>, sent: Sent) -> Page {
    let Sent { typed, mut wrong, both, meanwhile, forgotten } = sent;
    let frame = caller.frame(Section::Policy);
    let (policy, shipped) =
        (policy_settings::values(&caller.tenant.policy), policy_settings::values(&Policy::default()));
    let wrong_whole = wrong.remove("");
    let mut mistakes = Vec::new();
    let sections = SECTIONS.iter().map(|section| {
        let open = may_change(caller, &section.name);
        let field = |setting: &'static Setting| {
            let typed = match &typed {
                Some(typed) if open => typed.get(&setting.name).cloned().unwrap_or_default(),
                _ => setting.typed(&policy),
            };
            let wrong = wrong.remove(&setting.name);
            if let Some(why) = &wrong {
                mistakes.push((setting.name.as_str(), setting.title(), why.clone()));
            }
            let (now, shipped) = (setting.shown(&policy), setting.shown(&shipped));
            let conflict = both.contains(setting.name.as_str());
            Field { setting, typed, now, shipped, wrong, conflict }
        };
        let fields = section.settings.iter().map(field).collect();
        ShownSection { name: &section.name, title: section.title(), says: &section.says, open, fields }
    });
    let sections = sections.collect();
    Page {
        frame,
        path: caller.path(POLICY),
        version: caller.tenant.policy_version,
        sections,
        wrong: mistakes,
        wrong_whole,
        meanwhile,
        forgotten,
    }
}

fn may_change(caller: &Caller, section: &str) -> bool {
    let needed = if LIMITS.contains(&section) { Permission::ChangeLimits } else { Permission::ChangePolicy };
    caller.by.role.may(needed)
}

async fn show(caller: OnTenant<ReadPolicy>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&page(&caller, Sent::default()))
}

/// Saves the policy that was typed, if the one that the form was made of is in force still.
async fn save(
    mut caller: OnTenant<ChangePolicy>,
    form: Posted<Vec<(String, String)>>,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Filled { seen, agreed, typed } = sorted(form.read()?)?;
    if seen != caller.tenant.policy_version {
        return late(&caller, typed, seen, &engine).await;
    }
    let policy = match policy_settings::read(&typed, &caller.tenant.policy, |name| may_change(&caller, name))
    {
        Ok(policy) => policy,
        Err(wrong) => {
            let sent = Sent { typed: Some(typed), wrong, ..Sent::default() };
            return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&caller, sent));
        }
    };
    permit_limits(&caller, &policy, &engine).await?;
    if agreed != Some(agreement(&policy.retention)) {
        let ahead = engine.would_put_away(&caller.tenant, &policy.retention).await?;
        if ahead != Retained::default() {
            return render(&ask(&caller, caller.path(POLICY), &typed, &policy.retention, ahead));
        }
    }
    match engine.set_policy(&caller.tenant, policy, Some(seen)).await {
        Ok(_) => Ok(done(&caller.path(POLICY), Notice::PolicySaved)),
        Err(EngineError::PolicyChanged) => {
            let tenant = engine.tenant_for(&caller.by, caller.tenant.id).await?;
            caller.tenant = tenant;
            late(&caller, typed, seen, &engine).await
        }
        Err(error) => Err(error.into()),
    }
}

/// A form as it came.
struct Filled {
    /// The version that it was made of.
    seen: u32,
    /// The retention that was agreed to, as [`agreement`] has it.
    agreed: Option<String>,
    typed: Typed,
}

/// Refuses what there is not, and what comes again: neither of the two is passed over.
fn sorted(fields: Vec<(String, String)>) -> Result<Filled, Fault> {
    let (mut seen, mut agreed, mut typed) = (None, None, Typed::new());
    for (name, text) in fields {
        let came = match name.as_str() {
            "version" => seen.replace(text).is_some(),
            "agreed" => agreed.replace(text).is_some(),
            known => {
                let setting = policy_settings::all().find(|setting| setting.name == known);
                let setting =
                    setting.ok_or_else(|| Fault::Form(format!("a policy has no setting {known:?}")))?;
                let texts = typed.entry(setting.name.clone()).or_default();
                texts.push(text);
                texts.len() > 1 && !matches!(setting.kind, Kind::Choices(_))
            }
        };
        if came {
            return Err(Fault::Form(format!("{name:?} is there more than once")));
        }
    }
    let seen = seen.and_then(|text| text.parse().ok());
    let seen = seen.ok_or_else(|| Fault::Form("the form says no version".to_owned()))?;
    Ok(Filled { seen, agreed, typed })
}

/// What becomes of a form that was made of a version which is not in force any more. What it changed may be so already: it was sent twice, say.
/// Else it comes back merged with what others made of the policy meanwhile, and sent once more, it is saved.
async fn late(
    caller: &OnTenant<ChangePolicy>,
    typed: Typed,
    seen: u32,
    engine: &Engine,
) -> Result<HttpResponse, Fault> {
    let current = &caller.tenant.policy;
    // Nothing says what it changed.
    if !(1..=caller.tenant.policy_version).contains(&seen) {
        return Err(Fault::Form("this form was made of a version that there is not".to_owned()));
    }
    let versions = engine.policy_versions(&caller.tenant).await?;
    let base = versions.iter().find(|version| version.version == seen).map(|version| &version.policy);
    let Merged { typed, both } = merge(typed, base, current, |name| may_change(caller, name));
    // What is wrong with what was typed is told at the next try: what is in force now matters more.
    if let Ok(policy) = policy_settings::read(&typed, current, |name| may_change(caller, name)) {
        if policy == *current {
            return Ok(done(&caller.path(POLICY), Notice::PolicySaved));
        }
        permit_limits(caller, &policy, engine).await?;
    }
    let forgotten = base.is_none();
    let mut meanwhile = changes(caller, engine, &versions).await?;
    meanwhile.retain(|changed| changed.version > seen);
    let sent = Sent { typed: Some(typed), both, meanwhile, forgotten, ..Sent::default() };
    render_as(StatusCode::CONFLICT, &page(caller, sent))
}

/// Refuses another policy's limits to whoever may not change them.
async fn permit_limits(
    caller: &OnTenant<ChangePolicy>,
    policy: &Policy,
    engine: &Engine,
) -> Result<(), Fault> {
    match policy.has_limits_of(&caller.tenant.policy) {
        true => Ok(()),
        false => Ok(engine.permit(&caller.by, Permission::ChangeLimits).await?),
    }
}

/// What each of these versions, the latest first, changed of the one before it.
async fn changes(
    caller: &Caller,
    engine: &Engine,
    versions: &[PolicyVersion],
) -> Result<Vec<Changed>, EngineError> {
    let who = versions.iter().map(|version| version.changed_by.as_str());
    let actors = Actors::of(engine, &caller.by, who).await?;
    let before = versions.iter().skip(1).map(Some).chain([None]);
    let changed = versions.iter().zip(before).map(|(version, before)| Changed {
        version: version.version,
        at: version.changed_at,
        by: actors.name(&version.changed_by).to_owned(),
        settings: before
            .map_or_else(Vec::new, |before| policy_settings::differences(&before.policy, &version.policy)),
    });
    Ok(changed.collect())
}

#[derive(Template)]
#[template(path = "policy_versions.html")]
struct Versions {
    frame: Frame,
    path: String,
    items: Vec<Changed>,
    in_force: u32,
}

async fn versions(
    caller: OnTenant<ReadPolicy>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let versions = engine.policy_versions(&caller.tenant).await?;
    render(&Versions {
        frame: caller.frame(Section::Policy),
        path: caller.path(POLICY),
        items: changes(&caller, &engine, &versions).await?,
        in_force: caller.tenant.policy_version,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn sent(fields: &[(&str, &str)]) -> Result<Filled, Fault> {
        sorted(fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
    }

    #[test]
    fn a_form_has_a_version_and_settings_and_nothing_else() {
        let contracts = ("access.contracts", "azure");
        let fields =
            [("version", "3"), contracts, ("access.contracts", "biometrid"), ("dialogue.code_length", "5")];
        let Filled { seen, agreed, typed } = sent(&fields).unwrap();
        assert_eq!((seen, agreed, typed["access.contracts"].len()), (3, None, 2));
        assert_eq!(typed["dialogue.code_length"], ["5"]);
        assert_eq!(sent(&[("version", "3"), ("agreed", "30 never")]).unwrap().agreed.unwrap(), "30 never");
        for wrong in [
            &[contracts][..],
            &[("version", "three")][..],
            &[("version", "3"), ("dialogue.codelength", "5")][..],
        ] {
            assert!(matches!(sent(wrong), Err(Fault::Form(_))), "{wrong:?}");
        }
    }

    #[test]
    fn what_has_one_value_comes_once() {
        for field in [
            ("version", "3"),
            ("agreed", "30 never"),
            ("dialogue.code_length", "5"),
            ("consent.required", "on"),
            ("profiles.phrases", "en-GB every morning the baker opens early"),
        ] {
            let form = [&[("version", "3")][..], &[field], &[field]].concat();
            assert!(matches!(sent(&form), Err(Fault::Form(_))), "{field:?}");
        }
    }
}
