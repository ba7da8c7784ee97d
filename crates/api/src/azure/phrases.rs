//! Phrases: `GET /phrases/{locale}`, those that verify (text-dependent) and, in 2021-09-05, the one that activates a
//! profile (text-independent).

use actix_web::{HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::profile::ProfileKind;
use timbre_engine::Engine;

use super::{
    Call, Edition, Fault,
    profiles::{invalid_locale, known_locale},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes, edition: Edition, kind: ProfileKind) {
    routes.about("phrases");
    let row = match has_phrases(edition, kind) {
        true => routes.get("/phrases/{locale}", list, "listPhrases", "Lists the phrases of a locale."),
        false => routes.get(
            "/phrases/{locale}",
            list,
            "listPhrases",
            "Tells that this version has no such phrases.",
        ),
    };
    row.explained(match (has_phrases(edition, kind), kind.is_text_dependent()) {
        (_, true) => "A text-dependent profile is enrolled with one of them, and verified by it. A tenant's policy may have phrases of its own.",
        (true, false) => "The one phrase that activates a text-independent profile, once it is said in a recording.",
        (false, false) => "What is said to text-independent profiles is free in v2.0: the reply is always a 404.",
    });
    match (has_phrases(edition, kind), edition) {
        (false, _) => row.refuses([Fault::UnknownRoute]),
        (true, Edition::V2_0) => row.answers::<Vec<String>>(200, "The phrases."),
        (true, Edition::V2021_09_05) => row.answers::<Phrases>(200, "The phrases."),
    };
    row.refuses(has_phrases(edition, kind).then(|| Fault::InvalidLocale("en-US".to_owned())));
    let says = "Tells that the locale is missing.";
    for (path, id) in [("/phrases", "listPhrasesOfNoLocale"), ("/phrases/", "listPhrasesOfAnEmptyLocale")] {
        routes
            .get(path, no_locale, id, says)
            .explained("As the public pages have it: there is no list of all locales.")
            .refuses([Fault::LocaleMissing]);
    }
}

/// The phrases of a locale, in 2021-09-05.
#[derive(Serialize, JsonSchema)]
struct Phrases {
    /// The phrases.
    value: Vec<Phrase>,
}

/// A phrase that verifies, or one that activates a profile.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Phrase {
    /// Of text-dependent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_phrase: Option<String>,
    /// Of text-independent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    activation_phrase: Option<String>,
}

/// v2.0 has none for free speech.
fn has_phrases(edition: Edition, kind: ProfileKind) -> bool {
    kind.is_text_dependent() || edition != Edition::V2_0
}

/// Lists the phrases of a locale.
async fn list(
    call: Call,
    engine: web::Data<Engine>,
    locale: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    if !has_phrases(call.edition, call.kind) {
        return Err(Fault::UnknownRoute);
    }
    let locale = known_locale(&call, &engine, &locale).ok_or_else(|| invalid_locale(&call, &engine))?;
    let dependent = call.kind.is_text_dependent();
    let phrases: Vec<String> = match dependent {
        true => engine.phrases(&call.tenant, locale),
        false => call.edition.activation_phrase(locale).map(str::to_owned).into_iter().collect(),
    };
    Ok(match call.edition {
        Edition::V2_0 => HttpResponse::Ok().json(phrases),
        Edition::V2021_09_05 => {
            let named = phrases.into_iter().map(|phrase| match dependent {
                true => Phrase { pass_phrase: Some(phrase), activation_phrase: None },
                false => Phrase { pass_phrase: None, activation_phrase: Some(phrase) },
            });
            HttpResponse::Ok().json(Phrases { value: named.collect() })
        }
    })
}

async fn no_locale(_: Call) -> Result<HttpResponse, Fault> {
    Err(Fault::LocaleMissing)
}
