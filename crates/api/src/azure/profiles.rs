//! Profiles: `POST` and `GET /profiles`, `GET`, `DELETE` and reset of one.

use actix_web::{HttpRequest, HttpResponse, http::header::CONTENT_TYPE, web};
use schemars::JsonSchema;
use serde_json::Value;
use timbre_domain::{locale::Locale, profile::ProfileKind, usage::Meter};
use timbre_engine::{Engine, EngineError};

use super::{
    Call, Edition, Fault, OfProfile, audio,
    call::profile_id,
    edition::{API_VERSION, Operation},
    enrolments,
    paging::{Page, here},
    shapes::{self, NewEnrolled, NewPage, OldEnrolled, OldPage, OldProfile, ShownProfile},
};
use crate::{
    consent,
    documented::{Body, Parameter},
    routes::{Routes, Row},
    uploads::{self, NotRead},
    zero,
};

/// Most bytes of the body of a new profile.
const MAX_BODY: usize = 8 * 1024;

/// A profile in the making.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "it stands for its shape")]
struct NewProfile {
    /// A language and a country, as in `en-US`.
    #[schemars(length(min = 1))]
    locale: String,
}

pub(super) fn routes(routes: &mut Routes, edition: Edition, kind: ProfileKind) {
    routes.about("profiles");
    let (size, token) = (edition.size_parameter(), edition.token_parameter());
    let row = routes
        .post("/profiles", create, "createProfile", "Makes an empty profile.")
        .explained(
            "It is enrolled by recordings that are added to it. The call sent again makes another. How many there may be is the tenant's \
             policy: one too many is a 403.",
        )
        .takes(&[consent::PARAMETER])
        .reads(Body::json::<NewProfile>());
    answers_profile(row, edition, 201, "The profile.").tells("Location", "The profile's address.").refuses([
        Fault::BodyMissing,
        Fault::InvalidJson,
        Fault::LocaleMissing,
        Fault::InvalidLocale("en-US".to_owned()),
        Fault::InvalidConsent,
        Fault::UnsupportedMediaType("application/JSON"),
        Fault::TooManyProfiles(10_000),
        Fault::QuotaExceeded(Meter::Requests),
        Fault::OptedOut,
        Fault::RequestTimeout,
        Fault::BrokenBody,
    ]);
    let row = routes
        .get("/profiles", list, "listProfiles", "Lists the profiles, in the order of their ids.")
        .explained("Only those of this kind. A page that is not the last says where the next is.")
        .takes(&[
            Parameter::allowed::<PageSize>(size, "Profiles of a page; 100 where it is absent."),
            Parameter::allowed::<String>(token, "Where the page before ended, out of its link."),
        ])
        .refuses([
            Fault::InvalidPageSize(size),
            Fault::InvalidToken(token),
            Fault::UnsupportedParameter("$filter"),
        ]);
    let says = "A page of profiles.";
    match edition {
        Edition::V2_0 => row.answers::<OldPage>(200, says),
        Edition::V2021_09_05 => row.answers::<NewPage>(200, says),
    };
    let says = "Adds a recording to a profile.";
    let row = routes
        .post("/profiles/{profile}/enrollments", enrolments::enrol, "enrollProfile", says)
        .explained(
            "With enough of them the profile has a voiceprint, made of all; the reply says what is missing. One that is refused changes \
             nothing. Recordings of a profile come one at a time: one that meets another is a 409.",
        )
        .takes(&[audio::ANY_LENGTH])
        .reads(audio::WAV)
        .refuses(enrolments::why_not_enrolled(kind));
    let says = "The recording is added.";
    match edition {
        Edition::V2_0 => row.answers::<OldEnrolled>(201, says),
        Edition::V2021_09_05 => row.answers::<NewEnrolled>(201, says),
    };
    let says = "Takes a profile back to the beginning.";
    let row = match edition {
        Edition::V2_0 => routes
            .post("/profiles/{profile}/reset", reset, "resetProfile", says)
            .answers_nothing(204, "No recording is left in it."),
        Edition::V2021_09_05 => routes
            .post("/profiles/{profile}:reset", reset, "resetProfile", says)
            .answers::<shapes::NewProfile>(200, "The profile, with no recording left in it.")
            .tells("Location", "The profile's address."),
    };
    row.explained("Its recordings and its voiceprint are erased for good; its id stays. One that meets a recording is a 409.")
        .refuses([Fault::NotFound, Fault::Conflict]);
    // Last, so that its id does not swallow the actions above.
    let row = routes
        .get("/profiles/{profile}", get, "getProfile", "Shows a profile.")
        .explained("How far its enrolment is, and what is missing. One of another kind is a 404.");
    answers_profile(row, edition, 200, "The profile.").refuses([Fault::NotFound]);
    let says = "Erases a profile; one that is not there is gone already.";
    routes
        .delete("/profiles/{profile}", delete, "deleteProfile", says)
        .explained("For good. The key of what was kept is destroyed with it, so what a backup has cannot be read any more (docs/persons.md).")
        .answers_nothing(204, "There is no such profile any more.");
}

fn answers_profile<'a>(row: &'a mut Row, edition: Edition, status: u16, says: &'static str) -> &'a mut Row {
    match edition {
        Edition::V2_0 => row.answers::<OldProfile>(status, says),
        Edition::V2021_09_05 => row.answers::<shapes::NewProfile>(status, says),
    }
}

/// How many profiles a page has.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct PageSize(#[schemars(range(min = 1, max = 500))] u32);

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
    Ok(HttpResponse::Created()
        .insert_header(("location", location))
        .json(ShownProfile::of(call.edition, &profile)))
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
    HttpResponse::Ok().json(ShownProfile::of(of.call.edition, &of.profile))
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
            HttpResponse::Ok()
                .insert_header(("location", location))
                .json(ShownProfile::of(call.edition, &profile))
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
