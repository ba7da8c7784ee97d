//! Phrases: `GET /phrases/{locale}`, those that verify (text-dependent) and, in 2021-09-05, the one that activates a
//! profile (text-independent).

use actix_web::{HttpResponse, web};
use timbre_domain::profile::ProfileKind;
use timbre_engine::Engine;

use super::{
    Call, Edition, Fault,
    edition::Body,
    profiles::{invalid_locale, known_locale},
};
use crate::routes::Routes;

pub(super) fn routes(routes: &mut Routes, edition: Edition, kind: ProfileKind) {
    routes.about("phrases");
    match has_phrases(edition, kind) {
        true => routes.get("/phrases/{locale}", list, "listPhrases", "Lists the phrases of a locale."),
        false => routes
            .get("/phrases/{locale}", list, "listPhrases", "Tells that this version has no such phrases.")
            .answers_nothing(404, "Done."),
    };
    let says = "Tells that the locale is missing.";
    routes.get("/phrases", no_locale, "listPhrasesOfNoLocale", says).answers_nothing(400, "Done.");
    routes.get("/phrases/", no_locale, "listPhrasesOfAnEmptyLocale", says).answers_nothing(400, "Done.");
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
    let (name, phrases) = match call.kind.is_text_dependent() {
        true => ("passPhrase", engine.phrases(&call.tenant, locale)),
        false => {
            let known = call.edition.activation_phrase(locale).map(str::to_owned);
            ("activationPhrase", known.into_iter().collect())
        }
    };
    Ok(match call.edition {
        Edition::V2_0 => HttpResponse::Ok().json(phrases),
        Edition::V2021_09_05 => {
            let named = phrases.into_iter().map(|phrase| Body::default().with(name, phrase));
            HttpResponse::Ok().json(Body::default().with_list("value", named.collect()))
        }
    })
}

async fn no_locale(_: Call) -> Result<HttpResponse, Fault> {
    Err(Fault::LocaleMissing)
}
