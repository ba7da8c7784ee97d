//! Enrolments: `POST /profiles/{profileId}/enrollments`.

use actix_web::{HttpRequest, HttpResponse, web};
use timbre_domain::{profile::ProfileKind, usage::Meter};
use timbre_engine::{Asking, Demands, Engine};

use super::{
    Fault, OfProfile,
    audio::{Audio, why_not_taken},
    edition::Operation,
    shapes::ShownEnrolled,
};

/// Why a recording may not be added to a profile of this kind.
pub(super) fn why_not_enrolled(kind: ProfileKind) -> Vec<Fault> {
    let mut faults = why_not_taken(kind, Operation::Enrol);
    faults.extend([
        Fault::NotFound,
        Fault::Conflict,
        Fault::TooManySamples,
        Fault::TooMuchAudio,
        Fault::NoActivation,
        Fault::OptedOut,
        Fault::QuotaExceeded(Meter::Enrolments),
    ]);
    faults
}

/// Adds a recording to a profile. With enough of them the profile has a voiceprint, made of all.
pub(super) async fn enrol(
    of: OfProfile,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let OfProfile { call, profile } = of;
    let any_length = call.parameters.ignore_min_length()?;
    let audio = Audio::read(&request, body, &call, Operation::Enrol, engine.max_sample_bytes()).await?;
    let demands = Demands {
        any_format: call.tenant.policy.profiles.any_format,
        ..call.edition.demands(call.kind, Operation::Enrol, any_length)
    };
    let activation = match call.kind.is_text_dependent() {
        true => None,
        false => call.edition.activation_phrase(profile.locale).map(str::to_owned),
    };
    let asking = Asking { any_length, activation, origin: None };
    let enrolled = engine
        .enrol_profile(&call.tenant, call.kind, profile.id, audio.bytes, demands, asking)
        .await
        .map_err(|error| Fault::of(error, call.kind, Operation::Enrol))?;
    Ok(HttpResponse::Created().json(ShownEnrolled::of(call.edition, &enrolled)))
}
