//! A tenant's dialogues and their turns: what was decided and what was measured, never a code.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Deserialize;
use timbre_domain::{dialogue::Purpose, ids::SubjectId};
use timbre_engine::{DialogueFilter, Engine, Period};

use super::{
    Fault, OnTenant,
    caller::{ReadDialogues, named, needs},
    parameters::{self, Items, PAGE, PERIOD, listed, one_of, page},
    people::PersonId,
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("dialogues");
    routes
        .get("/tenants/{tenant}/dialogues", list, "listDialogues", "Lists the dialogues.")
        .explained("The newest first. A dialogue is listed that passes every filter. No reply has a code.")
        .also(&needs::<ReadDialogues>())
        .takes(&FILTER)
        .takes(&PERIOD)
        .takes(&PAGE)
        .answers::<Items<shown::Dialogue>>(200, "Dialogues, the latest first.")
        .refuses([Fault::NotFound("tenant")]);
    let path = "/tenants/{tenant}/dialogues/{dialogue}";
    routes
        .get(path, show, "showDialogue", "Shows a dialogue with its turns.")
        .explained("What was measured of each recording and what was decided; never its code or its sound.")
        .also(&needs::<ReadDialogues>())
        .answers::<shown::WholeDialogue>(200, "The dialogue.")
        .refuses([Fault::NotFound("tenant"), Fault::NotFound("dialogue")]);
}

const FILTER: [Parameter; 3] = [
    Parameter::allowed::<PersonId>("person", "Only those of this person."),
    Parameter::allowed::<StateName>("state", "Only those that stand so."),
    Parameter::allowed::<PurposeName>("purpose", "Only those that were begun for this."),
];

/// How a dialogue stands.
#[derive(JsonSchema)]
#[schemars(rename = "DialogueState")]
#[expect(dead_code, reason = "it stands for its shape")]
enum StateName {
    Open,
    Succeeded,
    Failed,
    Aborted,
}

/// What a dialogue is for.
#[derive(JsonSchema)]
#[schemars(rename = "Purpose")]
#[expect(dead_code, reason = "it stands for its shape")]
enum PurposeName {
    Enrol,
    Verify,
    Adapt,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    person: Option<String>,
    state: Option<String>,
    purpose: Option<String>,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    limit: Option<u32>,
    after: Option<String>,
}

const STATES: [&str; 4] = ["Open", "Succeeded", "Failed", "Aborted"];

async fn list(
    on: OnTenant<ReadDialogues>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { person, state, purpose, from, to, limit, after } = parameters::read(&request)?;
    let subject = one_of::<SubjectId>("person", person.as_deref(), "24 hexadecimal digits")?;
    let purpose = one_of::<Purpose>("purpose", purpose.as_deref(), "Enrol, Verify or Adapt")?;
    if state.as_deref().is_some_and(|state| !STATES.contains(&state)) {
        return Err(Fault::Parameter("state", format!("it is one of {}", STATES.join(", "))));
    }
    let purpose = purpose.map(|purpose| purpose.name().to_owned());
    let filter = DialogueFilter { subject, state, purpose, period: Period { from, to } };
    Ok(listed(engine.dialogues(&on.tenant, &filter, &page(limit, after)?).await?, shown::dialogue))
}

async fn show(
    on: OnTenant<ReadDialogues>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "dialogue", "dialogue")?;
    let (dialogue, turns) = engine.dialogue_with_turns(&on.tenant, id).await?;
    Ok(HttpResponse::Ok().json(shown::whole_dialogue(&dialogue, &turns)))
}
