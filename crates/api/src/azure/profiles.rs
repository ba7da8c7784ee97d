//! Profiles: `POST` and `GET /profiles`, `GET`, `DELETE` and reset of one.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, web};
use serde_json::Value;
use timbre_domain::{locale::Locale, profile::ProfileKind};
use timbre_engine::{Engine, EngineError};

use super::{
    Call, Edition, Fault, OfProfile,
    audio::WAV,
    call::profile_id,
    edition::{API_VERSION, Operation},
    enrolments,
    paging::{Page, here},
};
use crate::{
    consent,
    documented::{ANY, Body, Parameter},
    routes::Routes,
    uploads::{self, NotRead},
    zero,
};

/// The body of a new profile.
const JSON: Body = Body::of(&[("application/json", ANY)]);

/// Most bytes of the body of a new profile.
const MAX_BODY: usize = 8 * 1024;

pub(super) fn routes(routes: &mut Routes, edition: Edition) {
    routes.about("profiles");
    let (reset_path, reset_status) = match edition {
        Edition::V2_0 => ("/profiles/{profile}/reset", 204),
        Edition::V2021_09_05 => ("/profiles/{profile}:reset", 200),
    };
    let (size, token) = (edition.size_parameter(), edition.token_parameter());
    routes
        .post("/profiles", create, "createProfile", "Makes an empty profile.")
        .reads(JSON)
        .answers_nothing(201, "Done.");
    routes
        .get("/profiles", list, "listProfiles", "Lists the profiles, in the order of their ids.")
        .takes(&[Parameter::allowed::<String>(size, "")])
        .takes(&[Parameter::allowed::<String>(token, "")]);
    let says = "Adds a recording to a profile.";
    routes
        .post("/profiles/{profile}/enrollments", enrolments::enrol, "enrollProfile", says)
        .reads(WAV)
        .takes(&[Parameter::allowed::<String>("ignoreMinLength", "")])
        .answers_nothing(201, "Done.");
    let says = "Takes a profile back to the beginning.";
    routes.post(reset_path, reset, "resetProfile", says).answers_nothing(reset_status, "Done.");
    // Last, so that its id does not swallow the actions above.
    routes.get("/profiles/{profile}", get, "getProfile", "Shows a profile.");
    let says = "Erases a profile; one that is not there is gone already.";
    routes.delete("/profiles/{profile}", delete, "deleteProfile", says).answers_nothing(204, "Done.");
}

/// Makes an empty profile.
async fn create(
    call: Call,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let locale = read_locale(&request, body).await?;
    let Some(locale) = known_locale(&call, &engine, &locale) else {
        return Err(invalid_locale(&call, &engine));
    };
    let consent = consent::told(&request).map_err(|_| Fault::InvalidConsent)?;
    let profile = match engine.create_profile(&call.tenant, call.kind, locale, consent).await {
        Err(EngineError::TooManyProfiles) => {
            return Err(Fault::TooManyProfiles(call.tenant.policy.profiles.max_profiles));
        }
        made => made?,
    };
    let location = resource(&call, &format!("{}/{}", here(&request), profile.id));
    Ok(HttpResponse::Created().insert_header(("location", location)).json(call.edition.profile(&profile)))
}

/// Lists the profiles, in the order of their ids.
async fn list(call: Call, engine: web::Data<Engine>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    let page = Page::of(&call)?;
    let found = match engine.profiles(&call.tenant, call.kind, page.from.as_deref(), page.size).await {
        Err(EngineError::PageToken) => return Err(Fault::InvalidToken(call.edition.token_parameter())),
        found => found?,
    };
    Ok(HttpResponse::Ok().json(page.shown(&request, call.edition, &found)))
}

/// Shows a profile.
async fn get(of: OfProfile) -> HttpResponse {
    HttpResponse::Ok().json(of.call.edition.profile(&of.profile))
}

/// Erases a profile. One that is not there is gone already.
async fn delete(call: Call, engine: web::Data<Engine>, request: HttpRequest) -> Result<HttpResponse, Fault> {
    if let Some(id) = profile_id(request.match_info().query("profile")) {
        engine.delete_profile(&call.tenant, call.kind, id).await?;
    }
    Ok(HttpResponse::NoContent().finish())
}

/// Takes a profile back to the beginning.
async fn reset(
    of: OfProfile,
    engine: web::Data<Engine>,
    request: HttpRequest,
) -> Result<HttpResponse, Fault> {
    let OfProfile { call, profile } = of;
    let profile = engine
        .reset_profile(&call.tenant, call.kind, profile.id)
        .await
        .map_err(|error| Fault::of(error, call.kind, Operation::Enrol))?;
    Ok(match call.edition {
        Edition::V2_0 => HttpResponse::NoContent().finish(),
        Edition::V2021_09_05 => {
            let here = here(&request);
            let location = resource(&call, here.trim_end_matches(":reset").trim_end_matches("%3Areset"));
            HttpResponse::Ok().insert_header(("location", location)).json(call.edition.profile(&profile))
        }
    })
}

/// The address of a resource in the caller's version.
fn resource(call: &Call, address: &str) -> String {
    match call.edition {
        Edition::V2_0 => address.to_owned(),
        Edition::V2021_09_05 => format!("{address}?api-version={API_VERSION}"),
    }
}

async fn read_locale(request: &HttpRequest, body: web::Payload) -> Result<String, Fault> {
    let label = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let is_json = label.split(';').next().unwrap_or("").trim().eq_ignore_ascii_case("application/json");
    let read = uploads::read(request, body, MAX_BODY).await;
    // A call without a body has nothing to call by a type.
    if !is_json && (!label.is_empty() || !matches!(&read, Ok(bytes) if bytes.is_empty())) {
        return Err(Fault::UnsupportedMediaType("application/JSON"));
    }
    let bytes = read.map_err(|error| match error {
        NotRead::TooLarge(_) => Fault::InvalidJson,
        NotRead::TooSlow => Fault::RequestTimeout,
        NotRead::Broken => Fault::BrokenBody,
    })?;
    if bytes.trim_ascii().is_empty() {
        return Err(Fault::BodyMissing);
    }
    if zero::in_json(&bytes) {
        return Err(Fault::InvalidJson);
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(&bytes) else { return Err(Fault::InvalidJson) };
    match fields.get("locale") {
        None | Some(Value::Null) => Err(Fault::LocaleMissing),
        Some(Value::String(text)) if text.is_empty() => Err(Fault::LocaleMissing),
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) => Err(Fault::InvalidJson),
    }
}

/// The locales of the caller's kind of profile, in the caller's version.
fn locales(call: &Call, engine: &Engine) -> Vec<Locale> {
    match call.kind {
        ProfileKind::TextDependentVerification => engine.phrase_locales(&call.tenant),
        _ => call.edition.free_speech_locales().to_vec(),
    }
}

/// The locale that a text names, if there are profiles of it.
pub(super) fn known_locale(call: &Call, engine: &Engine, text: &str) -> Option<Locale> {
    text.parse().ok().filter(|locale| locales(call, engine).contains(locale))
}

pub(super) fn invalid_locale(call: &Call, engine: &Engine) -> Fault {
    let known: Vec<String> = locales(call, engine).iter().map(Locale::to_string).collect();
    Fault::InvalidLocale(known.join(", "))
}
