//! Recognition: verification of one profile, and who of several speaks.

use actix_web::{HttpRequest, HttpResponse, web};
use schemars::JsonSchema;
use serde::Serialize;
use timbre_domain::{ids::EnrolmentId, profile::ProfileKind, usage::Meter};
use timbre_engine::{Demands, Engine};

use super::{
    Call, Edition, Fault, OfProfile,
    audio::{ANY_LENGTH, Audio, WAV, why_not_taken},
    call::profile_id,
    edition::Operation,
    shapes::Score,
};
use crate::{documented::Parameter, routes::Routes};

/// Most candidates of one identification.
const MOST_CANDIDATES: usize = 50;

/// How many of the likeliest are shown.
const RANKED: usize = 5;

/// All profiles, in place of their ids (an extension): no id is written so.
const ALL: &str = "*";

/// Who it is when it is nobody.
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

pub(super) fn routes(routes: &mut Routes, edition: Edition, kind: ProfileKind) {
    routes.about("recognition");
    let (verify_path, identify_path) = match edition {
        Edition::V2_0 => ("/profiles/{profile}/verify", "/profiles/identifySingleSpeaker"),
        Edition::V2021_09_05 => ("/profiles/{profile}:verify", "/profiles:identifySingleSpeaker"),
    };
    match kind {
        ProfileKind::TextIndependentIdentification => {
            let says = "Says which of the named profiles a recording is of.";
            routes
                .post(identify_path, identify, "identifySingleSpeaker", says)
                .explained(
                    "The score that it takes grows with the number of candidates, so that a stranger is no likelier to be taken for one of many. \
                     `*` in place of ids (an extension) is all profiles that are enrolled. Named profiles are enrolled and of one locale: else the reply is a 400.",
                )
                .takes(&[Parameter::needed::<ProfileIds>("profileIds", "At most 50 ids, with commas between them.")])
                .answers::<Identification>(200, "Who it is, or that it is nobody of them.")
                .refuses(why_not_taken(kind, Operation::Identify))
                .refuses([
                    Fault::NotFound,
                    Fault::NotEnrolled,
                    Fault::InvalidProfileIds,
                    Fault::ProfileIdsMissing,
                    Fault::UnlikeLocales,
                    Fault::TooManyCandidates,
                    Fault::GalleryTooLarge,
                    Fault::QuotaExceeded(Meter::Identifications),
                    Fault::Unavailable(5),
                ])
        }
        _ => {
            let says = "Says whether a recording is of the profile's owner.";
            routes
                .post(verify_path, verify, "verifyProfile", says)
                .explained(
                    "A score of 0.5 or more is accepted: the tenant's false-match rate is behind it. `Reject` is an answer, with status 200. A profile \
                     that is not enrolled is a 400.",
                )
                .answers::<Verification>(200, "Whether it is.")
                .refuses(why_not_taken(kind, Operation::Verify))
                .refuses([Fault::NotFound, Fault::NotEnrolled])
        }
    }
    .reads(WAV)
    .takes(&[ANY_LENGTH]);
}

/// Whether a recording is of the profile's owner.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Verification {
    /// Whether it is.
    recognition_result: RecognitionResult,
    /// How sure it is that the voice is the owner's, 0 to 1: accepted from 0.5 on.
    score: Score,
}

/// Whether a voice is accepted as the owner's.
#[derive(Clone, Copy, Serialize, JsonSchema)]
enum RecognitionResult {
    Accept,
    Reject,
}

/// A profile, and how like it a recording is.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Candidate {
    /// All zeros: nobody.
    profile_id: String,
    /// How sure it is that the voice is this one's, 0 to 1: accepted from 0.5 on.
    score: Score,
}

/// Which of the candidates a recording is of.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Identification {
    /// Who it is; all zeros where it is nobody of them.
    identified_profile: Candidate,
    /// The likeliest, most like first.
    profiles_ranking: Vec<Candidate>,
}

/// Ids of profiles, or all of them.
#[derive(JsonSchema)]
#[schemars(transparent)]
#[expect(dead_code, reason = "it stands for its shape")]
struct ProfileIds(#[schemars(length(min = 1))] String);

/// Whether a recording is of the profile's owner.
async fn verify(
    of: OfProfile,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let OfProfile { call, profile } = of;
    let (audio, demands) = recording(&call, &engine, &request, body, Operation::Verify).await?;
    let verified = engine
        .verify_profile(&call.tenant, &profile, audio.bytes, demands)
        .await
        .map_err(|error| Fault::of(error, call.kind, Operation::Verify))?;
    let recognition_result = match verified.accepted {
        true => RecognitionResult::Accept,
        false => RecognitionResult::Reject,
    };
    Ok(HttpResponse::Ok().json(Verification { recognition_result, score: Score::of(verified.score) }))
}

/// Which of the candidates a recording is of.
async fn identify(
    call: Call,
    engine: web::Data<Engine>,
    request: HttpRequest,
    body: web::Payload,
) -> Result<HttpResponse, Fault> {
    let candidates = candidates(&call)?;
    let (audio, demands) = recording(&call, &engine, &request, body, Operation::Identify).await?;
    let (tenant, kind) = (&call.tenant, call.kind);
    let found = match &candidates {
        Some(candidates) => engine.identify(tenant, kind, candidates, audio.bytes, demands).await,
        None => engine.identify_among_all(tenant, kind, audio.bytes, demands, RANKED).await,
    };
    let found = found.map_err(|error| Fault::of(error, kind, Operation::Identify))?;
    let row = |profile_id: String, score: f64| Candidate { profile_id, score: Score::of(score) };
    let best = found.ranking.first().map_or(0.0, |(_, score)| *score);
    let identified_profile = row(found.profile.map_or(NOBODY.to_owned(), |id| id.to_string()), best);
    let ranking = found.ranking.iter().take(RANKED).map(|(id, score)| row(id.to_string(), *score));
    Ok(HttpResponse::Ok().json(Identification { identified_profile, profiles_ranking: ranking.collect() }))
}

/// The candidates, each once, in the order in which they were named; none where they are all that there are.
fn candidates(call: &Call) -> Result<Option<Vec<EnrolmentId>>, Fault> {
    let text = call.parameters.get("profileIds").ok_or(Fault::ProfileIdsMissing)?;
    if text == ALL {
        return Ok(None);
    }
    let mut candidates: Vec<EnrolmentId> = Vec::new();
    for id in text.split(',') {
        let id = profile_id(id.trim()).ok_or(Fault::InvalidProfileIds)?;
        if !candidates.contains(&id) {
            candidates.push(id);
        }
        if candidates.len() > MOST_CANDIDATES {
            return Err(Fault::TooManyCandidates);
        }
    }
    Ok(Some(candidates))
}

async fn recording(
    call: &Call,
    engine: &Engine,
    request: &HttpRequest,
    body: web::Payload,
    operation: Operation,
) -> Result<(Audio, Demands), Fault> {
    let any_length = call.parameters.ignore_min_length()?;
    let audio = Audio::read(request, body, call, operation, engine.max_sample_bytes()).await?;
    let any_format = call.tenant.policy.profiles.any_format;
    Ok((audio, Demands { any_format, ..call.edition.demands(call.kind, operation, any_length) }))
}
