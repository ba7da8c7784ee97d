//! What is held about a person, for the person to read: facts about what is kept. Never a voiceprint, an embedding or a fingerprint, and of
//! recordings only that they are there.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use timbre_domain::{
    decision::{Failure, TurnDecision},
    dialogue::{DialogueState, Purpose},
    ids::{ConsentId, DialogueId, EnrolmentId, ObjectId, SampleId, SubjectId, TurnId},
    profile::{ProfileKind, ProfileStatus},
    scheme::Scheme,
};
use timbre_store::Whose;

use crate::{Engine, EngineError, Report, Tenant};

/// Most dialogues that are told, the latest ones.
const MOST_DIALOGUES: u64 = 1_000;

/// What is held about a person.
#[derive(Serialize, JsonSchema)]
pub struct Held {
    /// The person's id.
    pub person: SubjectIdText,
    /// What the person is called where ids must not stand: in the audit trail, and in the receipt of an erasure.
    pub pseudonym: String,
    /// What a BiometrID application calls them.
    pub reference_id: Option<String>,
    /// The address of the device that a BiometrID application bound to them.
    pub mac_address: Option<String>,
    /// What that application's push service knows the device by.
    pub app_token: Option<String>,
    /// When they became known.
    pub created_at: DateTime<Utc>,
    /// When the voice was last enrolled or recognised, to the hour.
    pub seen_at: Option<DateTime<Utc>>,
    /// Whether what is kept is sealed under a key of the person's own.
    pub own_key: bool,
    /// What they agreed to, withdrawn consents too.
    pub consents: Vec<HeldConsent>,
    /// Their voices.
    pub enrolments: Vec<HeldEnrolment>,
    /// The latest 1000, newest first.
    pub dialogues: Vec<HeldDialogue>,
}

/// A person's id, as its 24 digits.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
pub struct SubjectIdText(String);

/// What a person agreed to.
#[derive(Serialize, JsonSchema)]
pub struct HeldConsent {
    /// The consent's id.
    pub id: ConsentId,
    /// None of a refusal: of whom nothing was recorded before.
    pub text_sha256: Option<String>,
    /// When the person agreed, by the tenant's word.
    pub given_at: DateTime<Utc>,
    /// The tenant's reference to who signed.
    pub signer: String,
    /// When Timbre was told.
    pub recorded_at: DateTime<Utc>,
    /// Since when it does not count.
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// One voice of a person, under one contract.
#[derive(Serialize, JsonSchema)]
pub struct HeldEnrolment {
    /// The enrolment's id.
    pub id: EnrolmentId,
    /// What is spoken, and how it is compared.
    pub scheme: Scheme,
    /// In which they speak, as in `en-US`.
    pub language: String,
    /// When the enrolment began.
    pub enrolled_at: DateTime<Utc>,
    /// In a row, up to now.
    pub failed_verifications: i32,
    /// Models that made a voiceprint, which is kept sealed and not told. Another version of Timbre may have others.
    pub voiceprints_of: Vec<String>,
    /// Whether a later recording changed the voiceprint.
    pub adapted: bool,
    /// Of profiles and speakers.
    pub profile: Option<HeldProfile>,
    /// Those that are kept, sealed.
    pub recordings: Vec<HeldRecording>,
}

/// What is kept of a profile or a speaker.
#[derive(Serialize, JsonSchema)]
pub struct HeldProfile {
    /// What it is for: a kind of Azure's profiles, or a speaker.
    pub kind: ProfileKind,
    /// How far it is.
    pub status: ProfileStatus,
    /// What the tenant calls a speaker.
    pub name: Option<String>,
    /// The passphrase that was said, of text-dependent profiles.
    pub phrase: Option<String>,
}

/// A recording that is kept of an enrolment. Its sound is not told.
#[derive(Serialize, JsonSchema)]
pub struct HeldRecording {
    /// The recording's id.
    pub id: SampleId,
    /// Which sealed object of the vault it is.
    pub object: ObjectId,
    /// When it came.
    pub taken_at: DateTime<Utc>,
    /// Its length in seconds.
    pub audio_seconds: Option<f64>,
    /// Seconds of speech in it.
    pub speech_seconds: Option<f64>,
    /// Bytes of the sealed recording in the vault; none where it is not there.
    pub sealed_bytes: Option<u64>,
}

/// A dialogue with a person, without its codes.
#[derive(Serialize, JsonSchema)]
pub struct HeldDialogue {
    /// The dialogue's id.
    pub id: DialogueId,
    /// What it was for.
    pub purpose: Purpose,
    /// In which the codes were spoken, as in `en-US`.
    pub language: String,
    /// How it stands.
    pub state: DialogueState,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// When it began.
    pub began_at: DateTime<Utc>,
    /// When it ended; null of one that is open.
    pub ended_at: Option<DateTime<Utc>>,
    /// Its recordings, in the order in which they came.
    pub turns: Vec<HeldTurn>,
}

/// A recording of a dialogue, and what was decided on it.
#[derive(Serialize, JsonSchema)]
pub struct HeldTurn {
    /// The turn's id.
    pub id: TurnId,
    /// When the recording came.
    pub at: DateTime<Utc>,
    /// As the BiometrID contract names decisions.
    pub decision: TurnDecision,
    /// What was measured of the recording.
    #[schemars(with = "Option<Report>")]
    pub measured: Option<Value>,
}

impl Engine {
    /// What is held about a person. What it was asked for is told in the audit trail.
    pub async fn export_person(&self, tenant: &Tenant, subject: SubjectId) -> Result<Held, EngineError> {
        let store = &self.parts.store;
        let person = store.held_person(tenant.id, subject).await?.ok_or(EngineError::UnknownSubject)?;
        let consents = store.consents(tenant.id, Whose::Person(subject)).await?;
        let consents = consents.into_iter().map(|consent| HeldConsent {
            id: consent.id,
            text_sha256: (!consent.text_sha256.is_empty()).then(|| hex::encode(consent.text_sha256)),
            given_at: consent.given_at,
            signer: consent.signer,
            recorded_at: consent.recorded_at,
            withdrawn_at: consent.withdrawn_at,
        });
        let dialogues = store.held_dialogues(tenant.id, subject, MOST_DIALOGUES).await?;
        let held = Held {
            person: SubjectIdText(subject.to_string()),
            pseudonym: tenant.pseudonym(subject),
            reference_id: person.reference_id,
            mac_address: person.mac_address,
            app_token: person.app_token,
            created_at: person.created_at,
            seen_at: person.seen_at,
            own_key: person.own_key,
            consents: consents.collect(),
            enrolments: self.held_enrolments(tenant, subject).await?,
            dialogues: dialogues.into_iter().map(dialogue).collect(),
        };
        self.enter(tenant, tenant.told("person.exported", Some(subject), Value::Null)).await?;
        Ok(held)
    }

    async fn held_enrolments(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Vec<HeldEnrolment>, EngineError> {
        let mut held = Vec::new();
        for enrolment in self.parts.store.held_enrolments(tenant.id, subject).await? {
            let mut recordings = Vec::with_capacity(enrolment.samples.len());
            for sample in enrolment.samples {
                recordings.push(HeldRecording {
                    id: sample.id,
                    object: sample.object,
                    taken_at: sample.created_at,
                    audio_seconds: sample.audio_seconds,
                    speech_seconds: sample.speech_seconds,
                    sealed_bytes: self.parts.objects.size(tenant.id, sample.object).await?,
                });
            }
            let profile = enrolment.profile.map(|profile| HeldProfile {
                kind: profile.kind,
                status: profile.status,
                name: profile.name,
                phrase: profile.phrase,
            });
            held.push(HeldEnrolment {
                id: enrolment.id,
                scheme: enrolment.scheme,
                language: enrolment.language,
                enrolled_at: enrolment.enrolled_at,
                failed_verifications: enrolment.failed_verifications,
                voiceprints_of: enrolment.models,
                adapted: enrolment.adapted,
                profile,
                recordings,
            });
        }
        Ok(held)
    }
}

fn dialogue(dialogue: timbre_store::HeldDialogue) -> HeldDialogue {
    let turn = |turn: timbre_store::HeldTurn| HeldTurn {
        id: turn.id,
        at: turn.created_at,
        decision: turn.decision,
        measured: serde_json::from_str(&turn.measured).ok(),
    };
    HeldDialogue {
        id: dialogue.id,
        purpose: dialogue.purpose,
        language: dialogue.language,
        state: dialogue.state,
        failure: dialogue.failure,
        began_at: dialogue.created_at,
        ended_at: dialogue.finished_at,
        turns: dialogue.turns.into_iter().map(turn).collect(),
    }
}
