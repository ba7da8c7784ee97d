//! What is held about a person, to be shown to them: facts about what is kept, never the voice itself.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use timbre_domain::{
    decision::{Failure, TurnDecision},
    dialogue::{DialogueState, Purpose},
    ids::{DialogueId, EnrolmentId, ObjectId, SampleId, SubjectId, TenantId, TurnId},
    profile::{ProfileKind, ProfileStatus},
    scheme::Scheme,
};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    dialogue_register::{Told, told},
    rows::{dialogues, enrolments, profiles, samples, subjects, turns},
};

/// A person, as known.
pub struct HeldPerson {
    pub reference_id: Option<String>,
    pub mac_address: Option<String>,
    pub app_token: Option<String>,
    pub created_at: DateTime<Utc>,
    pub seen_at: Option<DateTime<Utc>>,
    pub own_key: bool,
}

/// An enrolment, with the models that made its voiceprints.
pub struct HeldEnrolment {
    pub id: EnrolmentId,
    pub scheme: Scheme,
    pub language: String,
    pub enrolled_at: DateTime<Utc>,
    pub failed_verifications: i32,
    pub models: Vec<String>,
    /// Whether what was enrolled is kept beside what it was adapted to.
    pub adapted: bool,
    /// Kind, state, name and passphrase of a profile.
    pub profile: Option<HeldProfile>,
    pub samples: Vec<HeldSample>,
}

pub struct HeldProfile {
    pub kind: ProfileKind,
    pub status: ProfileStatus,
    pub name: Option<String>,
    pub phrase: Option<String>,
}

/// A recording that was enrolled.
pub struct HeldSample {
    pub id: SampleId,
    pub object: ObjectId,
    pub created_at: DateTime<Utc>,
    pub audio_seconds: Option<f64>,
    pub speech_seconds: Option<f64>,
}

/// A dialogue, without its code.
pub struct HeldDialogue {
    pub id: DialogueId,
    pub purpose: Purpose,
    pub language: String,
    pub state: DialogueState,
    pub failure: Option<Failure>,
    pub created_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
    pub turns: Vec<HeldTurn>,
}

/// What was decided of one recording, and what was measured, as JSON.
pub struct HeldTurn {
    pub id: TurnId,
    pub decision: TurnDecision,
    pub measured: String,
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// What is known of a person itself.
    pub async fn held_person(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<HeldPerson>, StoreError> {
        let found = subjects::Entity::find_by_id(subject.to_string())
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        Ok(found.map(|row| HeldPerson {
            reference_id: row.reference_id,
            mac_address: row.mac_address,
            app_token: row.app_token,
            created_at: row.created_at,
            seen_at: row.seen_at,
            own_key: row.own_key,
        }))
    }

    /// All enrolments of a person. Few: one for each language and scheme.
    pub async fn held_enrolments(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Vec<HeldEnrolment>, StoreError> {
        let rows = enrolments::Entity::find()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::SubjectId.eq(subject.to_string()))
            .order_by_asc(enrolments::Column::EnrolledAt)
            .all(&self.db)
            .await?;
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            let id = EnrolmentId(row.id);
            let voiceprints: Vec<_> = self.voiceprints(tenant, id).await?;
            let profile = profiles::Entity::find_by_id(row.id)
                .filter(profiles::Column::TenantId.eq(tenant.0))
                .one(&self.db)
                .await?;
            held.push(HeldEnrolment {
                id,
                scheme: row.scheme.parse().map_err(|_| StoreError::Unreadable("scheme"))?,
                language: row.language,
                enrolled_at: row.enrolled_at,
                failed_verifications: row.failed_verifications,
                adapted: voiceprints.iter().any(|voiceprint| voiceprint.sealed_anchor.is_some()),
                models: voiceprints.into_iter().map(|voiceprint| voiceprint.model).collect(),
                profile: profile.map(held_profile).transpose()?,
                samples: self.held_samples(tenant, id).await?,
            });
        }
        Ok(held)
    }

    async fn held_samples(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
    ) -> Result<Vec<HeldSample>, StoreError> {
        let rows = samples::Entity::find()
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(samples::Column::EnrolmentId.eq(enrolment.0))
            .order_by_asc(samples::Column::CreatedAt)
            .order_by_asc(samples::Column::Id)
            .all(&self.db)
            .await?;
        let read = |row: samples::Model| HeldSample {
            id: SampleId(row.id),
            object: ObjectId(row.object_id),
            created_at: row.created_at,
            audio_seconds: row.audio_seconds,
            speech_seconds: row.speech_seconds,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// A person's latest dialogues with their turns, newest first, `limit` at most.
    pub async fn held_dialogues(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        limit: u64,
    ) -> Result<Vec<HeldDialogue>, StoreError> {
        let rows = dialogues::Entity::find()
            .filter(dialogues::Column::TenantId.eq(tenant.0))
            .filter(dialogues::Column::SubjectId.eq(subject.to_string()))
            .order_by_desc(dialogues::Column::CreatedAt)
            .limit(limit)
            .all(&self.db)
            .await?;
        let mut held = Vec::with_capacity(rows.len());
        for row in rows {
            // Without what is sealed in a turn, which is by far the most of it.
            let spoken: Vec<Spoken> = turns::Entity::find()
                .select_only()
                .columns([
                    turns::Column::Id,
                    turns::Column::Decision,
                    turns::Column::Measured,
                    turns::Column::CreatedAt,
                ])
                .filter(turns::Column::TenantId.eq(tenant.0))
                .filter(turns::Column::DialogueId.eq(row.id))
                .order_by_asc(turns::Column::Number)
                .into_tuple()
                .all(&self.db)
                .await?;
            let turns = spoken.into_iter().map(held_turn).collect::<Result<_, _>>()?;
            let Told { purpose, state, failure } = told(&row)?;
            held.push(HeldDialogue {
                id: DialogueId(row.id),
                purpose,
                language: row.language,
                state,
                failure,
                created_at: row.created_at,
                finished_at: row.finished_at,
                turns,
            });
        }
        Ok(held)
    }
}

/// A turn's id, its decision, what was measured, and when it came.
type Spoken = (Uuid, String, String, DateTime<Utc>);

fn held_turn((id, decision, measured, created_at): Spoken) -> Result<HeldTurn, StoreError> {
    let decision = decision.parse().map_err(|_| StoreError::Unreadable("decision"))?;
    Ok(HeldTurn { id: TurnId(id), decision, measured, created_at })
}

fn held_profile(row: profiles::Model) -> Result<HeldProfile, StoreError> {
    Ok(HeldProfile {
        kind: row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?,
        status: row.status.parse().map_err(|_| StoreError::Unreadable("status of a profile"))?,
        name: row.name,
        phrase: row.phrase,
    })
}
