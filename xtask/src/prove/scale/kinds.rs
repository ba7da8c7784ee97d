//! The kinds of pages, and where each is: all that the dashboard shows to whoever asks, and the question that a stricter retention asks. Not among
//! them are the checks of the system page and of a trail, which read everything and take as long as that does, and are made when somebody asks
//! for them; recordings that play, since no sound is seeded; and the login, which is looked at beside them.

use serde_json::Value;

use super::visitor::encoded;
use crate::failure::Failure;

/// A kind of page.
pub(super) struct Kind {
    pub(super) name: &'static str,
    pub(super) who: Who,
    pub(super) way: Way,
}

/// Who may open it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Who {
    /// Whoever only reads, too.
    Readers,
    /// Whoever changes it.
    Managers,
    /// Nobody who is of a tenant.
    Installation,
    /// Of those, whoever changes it.
    Owner,
}

/// From one address to the next.
pub(super) enum Way {
    /// These in turn.
    Each(Vec<String>),
    /// These in turn, each a part of a page, as a script asks for it.
    Parts(Vec<String>),
    /// From this list to what is older, page by page; at its end anew.
    On(String),
    /// This page's form is sent, with these texts in the fields of these names. The reply is a page that asks whether it is meant.
    Sent(String, &'static [(&'static str, &'static str)]),
}

/// What was seeded, as the seeder told.
pub(super) struct Seeded<'a>(pub(super) &'a Value);

impl Seeded<'_> {
    fn text(&self, name: &str) -> Result<&str, Failure> {
        self.0[name].as_str().ok_or_else(|| Failure::new(format!("the seeder tells no {name}")))
    }

    fn texts(&self, name: &str) -> Result<Vec<&str>, Failure> {
        let texts: Vec<&str> =
            self.0[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        if texts.is_empty() { Err(Failure::new(format!("the seeder tells no {name}"))) } else { Ok(texts) }
    }

    pub(super) fn admin(&self) -> Result<&str, Failure> {
        self.text("admin")
    }
}

fn each(name: &'static str, who: Who, addresses: impl IntoIterator<Item = String>) -> Kind {
    Kind { name, who, way: Way::Each(addresses.into_iter().collect()) }
}

fn parts(name: &'static str, who: Who, addresses: Vec<String>) -> Kind {
    Kind { name, who, way: Way::Parts(addresses) }
}

fn on(name: &'static str, who: Who, address: String) -> Kind {
    Kind { name, who, way: Way::On(address) }
}

/// Stricter than the seeded policies, which keep everything.
const STRICTER: &[(&str, &str)] =
    &[("retention.dialogue_days", "30"), ("retention.unused_person_days", "30")];

/// Of the installation. `days` are 400, 365, 100, 70 and no days ago.
pub(super) fn of_installation(days: &[&str; 5]) -> Vec<Kind> {
    use Who::Installation;
    let at = |rest: &str| format!("/dashboard{rest}");
    let [all, year, from, to, today] = days;
    vec![
        each("overview", Installation, [at("")]),
        each("calibration", Installation, [at("/calibration")]),
        each("system", Installation, [at("/system")]),
        each("account", Installation, [at("/account")]),
        on("tenants", Installation, at("/tenants")),
        each(
            "tenants, one by name",
            Installation,
            (0..100).map(|n| at(&format!("/tenants?name=tenant-{n}"))),
        ),
        each(
            "tenants, suspended or not",
            Installation,
            ["true", "false"].map(|is| at(&format!("/tenants?suspended={is}"))),
        ),
        on("operators", Installation, at("/operators")),
        on("audit of the installation", Installation, at("/audit")),
        on("audit of the installation, by action", Installation, at("/audit?action=login.failed")),
        on("audit of the installation, of days", Installation, at(&format!("/audit?from={from}&to={to}"))),
        each(
            "audit of the installation, what is rare in a year",
            Installation,
            [
                at(&format!("/audit?action=tenant.created&from={year}&to={today}")),
                at(&format!("/audit?actor=unknown&from={all}&to={today}")),
            ],
        ),
    ]
}

/// Of a tenant.
pub(super) fn of_tenant(tenant: &Seeded<'_>, days: &[&str; 5]) -> Result<Vec<Kind>, Failure> {
    use Who::{Managers, Owner, Readers};
    let id = tenant.text("id")?;
    let at = |rest: &str| format!("/dashboard/tenants/{id}{rest}");
    let of = |ids: &[&str], before: &str, after: &str| -> Vec<String> {
        ids.iter().map(|id| at(&format!("{before}{}{after}", encoded(id)))).collect()
    };
    let (people, pseudonyms, names) =
        (tenant.texts("people")?, tenant.texts("pseudonyms")?, tenant.texts("names")?);
    let (dialogues, jobs, conversations) =
        (tenant.texts("dialogues")?, tenant.texts("jobs")?, tenant.texts("conversations")?);
    let (queued, failed, opted_out) =
        (tenant.texts("queued")?, tenant.texts("failed")?, tenant.texts("opted_out")?);
    let (actor, credential) = (encoded(tenant.text("actor")?), tenant.text("credential")?);
    let longest = conversations[0];
    let [all, year, from, to, today] = days;
    let some_days = format!("from={from}&to={to}");
    let rare = |what: &str| at(&format!("/audit?{what}&from={all}&to={today}"));
    Ok(vec![
        each("tenant", Readers, [at("")]),
        each("suspend a tenant", Owner, [at("/suspend")]),
        each("policy", Readers, [at("/policy")]),
        each("policy's versions", Readers, [at("/policy/versions")]),
        Kind {
            name: "policy, whose retention becomes stricter",
            who: Owner,
            way: Way::Sent(at("/policy"), STRICTER),
        },
        on("credentials", Readers, at("/credentials")),
        each("credential, to be revoked", Managers, [at(&format!("/credentials/{credential}/revoke"))]),
        each("webhook secrets", Managers, [at("/webhook-secrets"), at("/webhook-secrets/change")]),
        each("usage", Readers, [at("/usage")]),
        each("usage of a year", Readers, [at(&format!("/usage?from={year}&to={today}"))]),
        each("usage of a year, as a file", Readers, [at(&format!("/usage.csv?from={year}&to={today}"))]),
        on("people", Readers, at("/people")),
        on("people of BiometrID", Readers, at("/people?contract=biometrid")),
        on("people of Azure", Readers, at("/people?contract=azure")),
        on("people of DeepAffects", Readers, at("/people?contract=deepaffects")),
        each(
            "people, one by any name",
            Readers,
            of(&[&people[..], &names[..]].concat(), "/people?search=", ""),
        ),
        each("person", Readers, of(&people, "/people/", "")),
        each("person, whose consent is withdrawn", Managers, of(&people, "/people/", "/withdraw")),
        each("person, to be erased", Managers, of(&people, "/people/", "/erase")),
        each("receipts", Readers, of(&pseudonyms, "/receipts?person=", "")),
        each("opt-out", Readers, of(&names, "/opt-out?kind=reference&name=", "")),
        each("opt-out, to be lifted", Managers, of(&opted_out, "/opt-out/lift?kind=reference&name=", "")),
        on("dialogues", Readers, at("/dialogues")),
        each("dialogues of a person", Readers, of(&people, "/dialogues?person=", "")),
        each(
            "dialogues of a person that succeeded",
            Readers,
            of(&people, "/dialogues?state=Succeeded&person=", ""),
        ),
        on("dialogues of the robot", Readers, at(&format!("/dialogues?person={}", people[0]))),
        on("dialogues that failed", Readers, at("/dialogues?state=Failed")),
        on("dialogues that are open", Readers, at("/dialogues?state=Open")),
        on("dialogues that adapt", Readers, at("/dialogues?purpose=Adapt")),
        on("dialogues that failed to adapt", Readers, at("/dialogues?state=Failed&purpose=Adapt")),
        // There are none.
        each("dialogues that failed to enrol", Readers, [at("/dialogues?state=Failed&purpose=Enrol")]),
        on("dialogues of days", Readers, at(&format!("/dialogues?{some_days}"))),
        on("dialogues of days that failed", Readers, at(&format!("/dialogues?state=Failed&{some_days}"))),
        each("dialogue", Readers, of(&dialogues, "/dialogues/", "")),
        on("recordings", Readers, at("/recordings")),
        on("jobs", Readers, at("/jobs")),
        on("jobs that failed", Readers, at("/jobs?state=Failed")),
        on("jobs that identify", Readers, at("/jobs?kind=Identify")),
        on(
            "jobs that were to identify and are cancelled",
            Readers,
            at("/jobs?kind=Identify&state=Cancelled"),
        ),
        on("jobs of a day", Readers, at(&format!("/jobs?from={today}&to={today}"))),
        each("jobs, one by its request", Readers, of(&jobs, "/jobs?request_id=", "")),
        each("job", Readers, of(&jobs, "/jobs/", "")),
        parts("job's progress", Readers, of(&jobs, "/jobs/", "/progress")),
        each("job, to be cancelled", Managers, of(&queued, "/jobs/", "/cancel")),
        each("job, to be tried again", Managers, of(&failed, "/jobs/", "/retry")),
        each("recording", Readers, of(&conversations, "/recordings/", "")),
        each(
            "recording, the longest, part by part",
            Readers,
            (1..=6).map(|part| at(&format!("/recordings/{longest}?part={part}"))),
        ),
        on("audit", Readers, at("/audit")),
        on("audit by action", Readers, at("/audit?action=verification.decided")),
        each(
            "audit by an action that is rare",
            Readers,
            [at("/audit?action=tenant.created"), at("/audit?action=voice.erased")],
        ),
        on("audit by actor", Readers, at(&format!("/audit?actor={actor}"))),
        on("audit by actor and action", Readers, at(&format!("/audit?actor={actor}&action=policy.changed"))),
        each("audit of a person", Readers, of(&pseudonyms, "/audit?person=", "")),
        each(
            "audit of a person, by action",
            Readers,
            of(&pseudonyms, "/audit?action=verification.decided&person=", ""),
        ),
        on("audit of days", Readers, at(&format!("/audit?{some_days}"))),
        on("audit of days, by action", Readers, at(&format!("/audit?action=enrolment.decided&{some_days}"))),
        each(
            "audit, what is rare in all days",
            Readers,
            [
                rare("action=tenant.created"),
                rare("actor=unknown"),
                rare(&format!("person={}", pseudonyms[0])),
            ],
        ),
    ])
}
