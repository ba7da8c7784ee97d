//! One person: what they are known by, their voices and recordings, what they agreed to, and what can be done for them.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use chrono::{DateTime, NaiveDateTime, Utc};
use serde::Deserialize;
use timbre_api::admin::needs::{ManagePeople, PlayRecordings, ReadPeople};
use timbre_domain::{
    consent::Standing,
    ids::{SampleId, SubjectId},
    lockout::Lockout,
    operator::Permission,
};
use timbre_engine::{Consent, ConsentRecord, Engine, KeptRecording, PersonName, PersonRecord};

use crate::{
    caller::{OnTenant, named},
    fault::Fault,
    forms::{Nothing, Notice, Posted, done, no_query},
    frame::{Frame, Section, render, render_as},
    people::PEOPLE,
    routes::Pages,
    sound::{part_asked, sound},
    usage::saved_as,
    voices::{self, Voice},
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/people/{person}", show);
    pages.post("/tenants/{tenant}/people/{person}/unlock", unlock);
    pages.post("/tenants/{tenant}/people/{person}/export", export);
    pages.play("/tenants/{tenant}/people/{person}/recordings/{recording}", play);
    pages.post("/tenants/{tenant}/people/{person}/consents", record_consent);
    let path = "/tenants/{tenant}/people/{person}/withdraw";
    pages.get(path, ask_to_withdraw).post(path, withdraw_consent);
}

/// The person of the path.
pub(crate) fn id(request: &HttpRequest) -> Result<SubjectId, Fault> {
    named(request, "person", "person")
}

/// The address of a page of the person.
pub(crate) fn path_of<P>(caller: &OnTenant<P>, id: SubjectId, below: &str) -> String {
    caller.path(&format!("{PEOPLE}/{id}{below}"))
}

#[derive(Template)]
#[template(path = "person.html")]
struct Page {
    frame: Frame,
    path: String,
    people: String,
    dialogues: String,
    audit: String,
    id: String,
    pseudonym: String,
    reference: Option<String>,
    device: Option<String>,
    created_at: DateTime<Utc>,
    voices: Vec<Voice>,
    recordings: Vec<Recording>,
    consents: Vec<Consented>,
    standing: Standing,
    /// Whether the policy lets nobody be enrolled without.
    consent_required: bool,
    consent: ConsentForm,
}

/// A recording that is kept of an enrolment.
struct Recording {
    id: SampleId,
    at: DateTime<Utc>,
    seconds: Option<f64>,
    speech_seconds: Option<f64>,
    /// Of which voice.
    of: String,
}

/// Something that was agreed to, or refused.
struct Consented {
    /// Of the text; empty of a refusal.
    text_sha256: String,
    given_at: DateTime<Utc>,
    signer: String,
    recorded_at: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
}

/// The form that records a consent, as it was filled in.
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ConsentForm {
    text_sha256: String,
    given_at: String,
    signer: String,
    /// The fields that cannot be as they are, by their names, and what they take.
    #[serde(skip)]
    wrong: Vec<(&'static str, &'static str)>,
}

impl ConsentForm {
    fn why(&self, field: &str) -> Option<&'static str> {
        self.wrong.iter().find(|(name, _)| *name == field).map(|(_, why)| *why)
    }
}

impl Page {
    /// Whether there is anything to forget.
    fn has_failed(&self) -> bool {
        self.voices.iter().any(|voice| voice.failed > 0)
    }

    fn standing(&self) -> &'static str {
        match self.standing {
            Standing::Given => "given",
            Standing::Withdrawn => "withdrawn: the voice is neither enrolled nor compared with",
            Standing::Unknown if self.consent_required => {
                "none, and the policy asks for it: the voice cannot be enrolled"
            }
            Standing::Unknown => "none was recorded, and the policy asks for none",
        }
    }
}

async fn page<P>(
    caller: &OnTenant<P>,
    engine: &Engine,
    id: SubjectId,
    consent: ConsentForm,
) -> Result<Page, Fault> {
    let PersonRecord { reference_id, mac_address, created_at, enrolments, .. } =
        engine.person_details(&caller.tenant, id).await?;
    let kept = engine.recordings_of(&caller.tenant, id).await?;
    let consents = engine.consents(&caller.tenant, &PersonName::Person(id)).await?;
    let (now, pseudonym) = (engine.now(), caller.tenant.pseudonym(id));
    let voice = |enrolment| Voice::of(&caller.tenant, enrolment, &kept, now);
    let voices: Vec<_> = enrolments.into_iter().map(voice).collect();
    let standing = Standing::of(consents.iter().map(|consent| consent.withdrawn_at.is_some()));
    Ok(Page {
        frame: caller.frame(Section::People),
        path: path_of(caller, id, ""),
        people: caller.path(PEOPLE),
        dialogues: caller.path(&format!("/dialogues?person={id}")),
        audit: caller.path(&format!("/audit?person={pseudonym}")),
        id: id.to_string(),
        pseudonym,
        reference: reference_id,
        device: mac_address,
        created_at,
        recordings: kept.into_iter().map(|this| recording(this, &voices)).collect(),
        voices,
        consents: consents.into_iter().map(consented).collect(),
        standing,
        consent_required: caller.tenant.policy.consent.required,
        consent,
    })
}

fn recording(kept: KeptRecording, voices: &[Voice]) -> Recording {
    let KeptRecording { id, enrolment, at, seconds, speech_seconds, .. } = kept;
    let voice = voices.iter().find(|voice| voice.id == enrolment);
    let of = voice.map_or_else(String::new, |voice| format!("{}, {}", voice.contract, voice.language));
    Recording { id, at, seconds, speech_seconds, of }
}

fn consented(consent: ConsentRecord) -> Consented {
    Consented {
        text_sha256: hex::encode(consent.text_sha256),
        given_at: consent.given_at,
        signer: consent.signer,
        recorded_at: consent.recorded_at,
        withdrawn_at: consent.withdrawn_at,
    }
}

async fn show(
    caller: OnTenant<ReadPeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    render(&page(&caller, &engine, id(&request)?, ConsentForm::default()).await?)
}

/// Forgets the failed verifications, in every language.
async fn unlock(
    caller: OnTenant<ManagePeople>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let id = id(&request)?;
    let path = path_of(&caller, id, "");
    let person = engine.person_details(&caller.tenant, id).await?;
    if person.enrolments.iter().all(|enrolment| enrolment.lockout == Lockout::default()) {
        return Ok(done(&path, Notice::NothingToForget));
    }
    let subject = engine.subject(&caller.tenant, id).await?;
    engine.reset_lockout(&caller.tenant, &subject).await?;
    Ok(done(&path, Notice::Unlocked))
}

/// What is held about the person, as a file: the same as the admin API's. The audit trail tells that it was asked for.
async fn export(
    caller: OnTenant<ManagePeople>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let id = id(&request)?;
    let held = engine.export_person(&caller.tenant, id).await?;
    let text = serde_json::to_vec_pretty(&held).map_err(|_| Fault::Internal)?;
    let name = saved_as(format!("person-{id}.json"));
    Ok(HttpResponse::Ok().content_type("application/json").insert_header(name).body(text))
}

/// Each play is told in the audit trail, by the engine.
async fn play(
    caller: OnTenant<PlayRecordings>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let recording = named(&request, "recording", "recording")?;
    sound(engine.play_recording(&caller.tenant, id(&request)?, recording, part_asked(&request)).await)
}

async fn record_consent(
    caller: OnTenant<ManagePeople>,
    form: Posted<ConsentForm>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let form = form.read()?;
    let id = id(&request)?;
    let consent = match given(&form, engine.now()) {
        Ok(consent) => consent,
        Err(wrong) => {
            let form = ConsentForm { wrong, ..form };
            return render_as(StatusCode::UNPROCESSABLE_ENTITY, &page(&caller, &engine, id, form).await?);
        }
    };
    engine.record_consent(&caller.tenant, &PersonName::Person(id), consent).await?;
    Ok(done(&path_of(&caller, id, ""), Notice::ConsentRecorded))
}

/// What was filled in, or what of it is wrong. A browser's time has no seconds where they are none.
fn given(form: &ConsentForm, now: DateTime<Utc>) -> Result<Consent, Vec<(&'static str, &'static str)>> {
    let at = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
        .iter()
        .find_map(|written| NaiveDateTime::parse_from_str(form.given_at.trim(), written).ok())
        .map(|at| at.and_utc());
    let (text, signer) = (form.text_sha256.trim(), form.signer.trim());
    if let Some(consent) = at.and_then(|at| Consent::new(text, at, signer, now)) {
        return Ok(consent);
    }
    // Each field beside others that are right: what a consent may be is the engine's to say.
    let (right_text, right_signer) = ("00".repeat(32), "somebody");
    let is = |text: &str, at, signer: &str| Consent::new(text, at, signer, now).is_some();
    let fields = [
        ("text_sha256", is(text, now, right_signer), "It takes 64 hexadecimal digits."),
        (
            "given_at",
            at.is_some_and(|at| is(&right_text, at, right_signer)),
            "It takes a date and a time, not before 1900 and not to come.",
        ),
        (
            "signer",
            is(&right_text, now, signer),
            "It takes 1 to 255 characters, none of them a control character.",
        ),
    ];
    Err(fields.into_iter().filter(|(_, right, _)| !right).map(|(name, _, why)| (name, why)).collect())
}

#[derive(Template)]
#[template(path = "consent_withdraw.html")]
struct Withdraw {
    frame: Frame,
    path: String,
    id: String,
    voices: usize,
    /// Consents that stand.
    standing: usize,
}

/// Says what withdrawing does.
async fn ask_to_withdraw(
    caller: OnTenant<ManagePeople>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let id = id(&request)?;
    let person = engine.person_details(&caller.tenant, id).await?;
    let consents = engine.consents(&caller.tenant, &PersonName::Person(id)).await?;
    render(&Withdraw {
        frame: caller.frame(Section::People),
        path: path_of(&caller, id, ""),
        id: id.to_string(),
        voices: person.enrolments.len(),
        standing: consents.iter().filter(|consent| consent.withdrawn_at.is_none()).count(),
    })
}

async fn withdraw_consent(
    caller: OnTenant<ManagePeople>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let id = id(&request)?;
    engine.withdraw_consent(&caller.tenant, &PersonName::Person(id)).await?;
    Ok(done(&path_of(&caller, id, ""), Notice::ConsentWithdrawn))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_consent_is_read_as_a_browser_writes_it() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let form = |given_at: &str, signer: &str| ConsentForm {
            text_sha256: format!(" {} ", "AB".repeat(32)),
            given_at: given_at.to_owned(),
            signer: signer.to_owned(),
            wrong: Vec::new(),
        };
        let expected = "2026-11-21T10:00:00Z".parse().unwrap();
        let expected = Consent::new(&"ab".repeat(32), expected, "form 7", now).ok_or(Vec::new());
        for written in ["2026-11-21T10:00", "2026-11-21T10:00:00"] {
            assert_eq!(given(&form(written, " form 7"), now), expected);
        }
        let wrong = |form: &ConsentForm| -> Vec<_> {
            given(form, now).unwrap_err().into_iter().map(|(field, _)| field).collect()
        };
        for given_at in ["", "yesterday", "2999-01-01T00:00", "1066-10-14T09:00"] {
            assert_eq!(wrong(&form(given_at, "a")), ["given_at"], "{given_at}");
        }
        assert_eq!(wrong(&form("2026-11-21T10:00", " ")), ["signer"]);
        let nothing = ConsentForm::default();
        assert_eq!(wrong(&nothing), ["text_sha256", "given_at", "signer"]);
    }
}
