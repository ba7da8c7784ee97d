//! A tenant's policy as a form, and the policies there were.
//!
//! Promises that a form which is refused comes back as it was typed, each refused setting marked with the reason; that nobody's change is
//! overwritten unseen; that a section which is the operator's to change is only shown to others; and that whoever keeps things for less time
//! has read what that destroys, and agreed to those very days.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use chrono::{DateTime, Utc};
use timbre_api::admin::needs::{ChangePolicy, ReadPolicy};
use timbre_domain::{
    operator::Permission,
    policy::{LIMITS, Policy, RetentionPolicy},
};
use timbre_engine::{Engine, EngineError, PolicyVersion, Retained};

use crate::{
    actors::Actors,
    caller::{Caller, OnTenant},
    fault::Fault,
    forms::{Notice, Posted, done, no_query},
    frame::{Frame, Section, render, render_as},
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
    /// Whether it was changed since the form was shown.
    changed: bool,
}

/// A change of the policy.
struct Changed {
    version: u32,
    at: DateTime<Utc>,
    by: String,
    /// Settings with the value that they had and the one that they got.
    settings: Vec<(&'static str, String, String)>,
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
    /// The policy that the form was made of, where another is in force by now.
    seen: Option<Policy>,
    meanwhile: Vec<Changed>,
}

fn page<P>(caller: &OnTenant<P>, sent: Sent) -> Page {
    let Sent { typed, mut wrong, seen, meanwhile } = sent;
    let frame = caller.frame(Section::Policy);
    let (policy, shipped) =
        (policy_settings::values(&caller.tenant.policy), policy_settings::values(&Policy::default()));
    let seen = seen.as_ref().map(policy_settings::values);
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
            let changed = seen.as_ref().is_some_and(|seen| setting.shown(seen) != now);
            Field { setting, typed, now, shipped, wrong, changed }
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
    let fields = form.read()?;
    let Filled { seen, agreed, typed } = sorted(fields)?;
    let policy = match policy_settings::read(&typed, &caller.tenant.policy, |name| may_change(&caller, name))
    {
        Ok(policy) => policy,
        Err(wrong) if seen == caller.tenant.policy_version => {
            let sent = Sent { typed: Some(typed), wrong, ..Sent::default() };
            return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&caller, sent));
        }
        // What is in force now matters more than what is wrong with what was typed; that is told at the next try.
        Err(_) => return conflict(caller, typed, seen, &engine).await,
    };
    if !policy.has_limits_of(&caller.tenant.policy) {
        engine.permit(&caller.by, Permission::ChangeLimits).await?;
    }
    // One that was made of another version is a conflict, whatever it would destroy.
    if seen == caller.tenant.policy_version && agreed != Some(agreement(&policy.retention)) {
        let ahead = engine.would_put_away(&caller.tenant, &policy.retention).await?;
        if ahead != Retained::default() {
            return render(&ask(&caller, &typed, &policy.retention, ahead));
        }
    }
    match engine.set_policy(&caller.tenant, policy, Some(seen)).await {
        Ok(_) => Ok(done(&caller.path(POLICY), Notice::PolicySaved)),
        Err(EngineError::PolicyChanged) => {
            let tenant = engine.tenant_for(&caller.by, caller.tenant.id).await?;
            caller.tenant = tenant;
            conflict(caller, typed, seen, &engine).await
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

fn sorted(fields: Vec<(String, String)>) -> Result<Filled, Fault> {
    let (mut seen, mut agreed, mut typed) = (None, None, Typed::new());
    let known =
        |name: &str| SECTIONS.iter().flat_map(|section| &section.settings).any(|one| one.name == name);
    for (name, text) in fields {
        match name.as_str() {
            "version" => seen = text.parse().ok(),
            "agreed" => agreed = Some(text),
            name if known(name) => typed.entry(name.to_owned()).or_default().push(text),
            name => return Err(Fault::Form(format!("a policy has no setting {name:?}"))),
        }
    }
    let seen = seen.ok_or_else(|| Fault::Form("the form says no version".to_owned()))?;
    Ok(Filled { seen, agreed, typed })
}

/// What a stricter retention destroys, before it is saved.
#[derive(Template)]
#[template(path = "policy_retention.html")]
struct Ask {
    frame: Frame,
    path: String,
    version: u32,
    /// The form's texts, by the names of their settings.
    typed: Vec<(&'static str, String)>,
    agreement: String,
    /// How many of them go, and after how many days.
    people: Option<(String, String)>,
    dialogues: Option<(String, String)>,
}

fn ask<P>(caller: &OnTenant<P>, typed: &Typed, retention: &RetentionPolicy, ahead: Retained) -> Ask {
    let texts = |setting: &'static Setting| {
        let texts = typed.get(&setting.name).into_iter().flatten();
        texts.map(move |text| (setting.name.as_str(), text.clone()))
    };
    Ask {
        frame: caller.frame(Section::Policy),
        path: caller.path(POLICY),
        version: caller.tenant.policy_version,
        typed: SECTIONS.iter().flat_map(|section| &section.settings).flat_map(texts).collect(),
        agreement: agreement(retention),
        people: going(ahead.people, "person", "people", retention.unused_person_days),
        dialogues: going(ahead.dialogues, "dialogue", "dialogues", retention.dialogue_days),
    }
}

fn going(number: usize, one: &str, several: &str, days: Option<u32>) -> Option<(String, String)> {
    let days = days.filter(|_| number > 0)?;
    let more = if number < Retained::MOST_COUNTED { "" } else { " or more" };
    Some((format!("{}{more}", words::plural(number, one, several)), words::plural(days, "day", "days")))
}

/// The days that somebody agrees to: to others they have not.
fn agreement(retention: &RetentionPolicy) -> String {
    let days = [retention.dialogue_days, retention.unused_person_days];
    days.map(|days| days.map_or_else(|| "never".to_owned(), |days| days.to_string())).join(" ")
}

/// The form again, as it was typed, beside what others made of the policy meanwhile. Sent once more, it takes the place of theirs.
async fn conflict(
    caller: OnTenant<ChangePolicy>,
    typed: Typed,
    seen: u32,
    engine: &Engine,
) -> Result<HttpResponse, Fault> {
    let versions = engine.policy_versions(&caller.tenant).await?;
    let before =
        versions.iter().find(|version| version.version == seen).map(|version| version.policy.clone());
    let mut meanwhile = changes(&caller, engine, &versions).await?;
    meanwhile.retain(|changed| changed.version > seen);
    let sent = Sent { typed: Some(typed), wrong: Wrong::new(), seen: before, meanwhile };
    render_as(StatusCode::CONFLICT, &page(&caller, sent))
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
    fn an_agreement_is_to_the_days_of_both() {
        let of = |dialogue_days, unused_person_days| {
            agreement(&RetentionPolicy { dialogue_days, unused_person_days })
        };
        assert_eq!(of(Some(30), None), "30 never");
        assert_eq!(of(None, Some(30)), "never 30");
        assert_eq!(of(Some(1), Some(1095)), "1 1095");
    }

    #[test]
    fn what_goes_is_said_in_words_and_what_was_not_counted_to_its_end_too() {
        assert_eq!(going(0, "person", "people", Some(7)), None);
        let said = |number, days| going(number, "person", "people", Some(days)).unwrap();
        assert_eq!(said(1, 1), ("1 person".to_owned(), "1 day".to_owned()));
        assert_eq!(said(999, 7), ("999 people".to_owned(), "7 days".to_owned()));
        assert!(said(Retained::MOST_COUNTED, 7).0.ends_with(" people or more"));
    }
}
