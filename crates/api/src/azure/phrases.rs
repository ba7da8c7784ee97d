//! Phrases: `GET /phrases/{locale}`, those that verify (text-dependent) and, in 2021-09-05, the one that activates a
//! profile (text-independent).

use actix_web::{HttpResponse, web};
use timbre_domain::profile::ProfileKind;
use timbre_engine::Engine;

use super::{
    Call, Edition, Fault,
    edition::Body,
    only_documented_methods,
    profiles::{invalid_locale, known_locale},
};

pub(super) fn routes(config: &mut web::ServiceConfig) {
    let only = || web::to(only_documented_methods);
    config.service(web::resource("/phrases/{locale}").get(list).default_service(only()));
    for without in ["/phrases", "/phrases/"] {
        config.service(web::resource(without).get(no_locale).default_service(only()));
    }
}

/// Lists the phrases of a locale.
async fn list(
    call: Call,
    engine: web::Data<Engine>,
    locale: web::Path<String>,
) -> Result<HttpResponse, Fault> {
    let dependent = call.kind == ProfileKind::TextDependentVerification;
    if !dependent && call.edition == Edition::V2_0 {
        return Err(Fault::UnknownRoute);
    }
    let locale = known_locale(&call, &engine, &locale).ok_or_else(|| invalid_locale(&call, &engine))?;
    let (name, phrases) = match dependent {
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
