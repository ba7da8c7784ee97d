//! A tenant's dialogues and their turns: what was decided and what was measured, never a code.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use timbre_domain::{
    dialogue::{DialogueState, Purpose},
    ids::SubjectId,
};
use timbre_engine::{DialogueFilter, Engine, Period};

use super::{
    Fault, OnTenant,
    caller::{ReadDialogues, named, needs},
    parameters::{self, Items, PAGE, PERIOD, either, listed, one_of, page},
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
    Parameter::allowed::<DialogueState>("state", "Only those that stand so."),
    Parameter::allowed::<Purpose>("purpose", "Only those that were begun for this."),
];

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

async fn list(
    on: OnTenant<ReadDialogues>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { person, state, purpose, from, to, limit, after } = parameters::read(&request)?;
    let subject = one_of::<SubjectId>("person", person.as_deref(), "24 hexadecimal digits")?;
    let purpose = one_of::<Purpose>("purpose", purpose.as_deref(), &either(Purpose::ALL))?;
    let states: Vec<_> = DialogueState::ALL.iter().map(|state| state.name()).collect();
    let states = format!("one of {}", states.join(", "));
    let state = one_of::<DialogueState>("state", state.as_deref(), &states)?;
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
