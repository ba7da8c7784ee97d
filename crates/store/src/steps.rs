//! The one commit in which a step of a dialogue becomes true, with all that follows from it.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use timbre_domain::{
    decision::TurnDecision,
    dialogue::Dialogue,
    ids::{EnrolmentId, ObjectId, SampleId, TenantId, TurnId},
};

use crate::{
    Entry, SealedVoiceprint, Store, StoreError,
    database::Transaction,
    dialogues::{advance, insert, release},
    ledger::write,
    lockouts::{LockoutChange, change_lockout},
    persons::saw,
    profiles::insert_voiceprints,
    rows::{enrolments, objects, samples, turns, voiceprints},
    subjects,
};

/// One submitted sample, to be kept with the step that it caused.
#[derive(Clone)]
pub struct NewTurn {
    pub id: TurnId,
    pub decision: TurnDecision,
    /// What was measured, as JSON for people to read: never a code, never an embedding.
    pub measured: String,
    pub sealed_embeddings: Option<Vec<u8>>,
    pub sealed_fingerprint: Option<Vec<u8>>,
    pub sealed_sketch: Option<Vec<u8>>,
    /// The sealed audio, already in the vault.
    pub object: Option<ObjectId>,
}

/// The enrolment that a step completes. Its samples are the dialogue's turns with audio.
#[derive(Clone)]
pub struct FinishedEnrolment {
    pub id: EnrolmentId,
    pub scheme: &'static str,
    pub voiceprints: Vec<SealedVoiceprint>,
}

/// What a step makes beside its dialogue's new state.
#[derive(Clone)]
pub enum Outcome {
    Nothing,
    Enrolled(FinishedEnrolment),
    /// These voiceprints take the place of the enrolment's.
    Adapted(EnrolmentId, Vec<SealedVoiceprint>),
}

/// Everything that becomes true together when a dialogue takes a step.
#[derive(Clone)]
pub struct Step<'a> {
    pub dialogue: &'a Dialogue,
    /// The version at which the dialogue was read; none if it begins and ends with this step.
    pub version: Option<i32>,
    pub turn: NewTurn,
    pub outcome: Outcome,
    /// What becomes of an enrolment's failed verifications.
    pub lockout: Option<(EnrolmentId, LockoutChange)>,
    pub entry: Entry,
}

impl Store {
    /// Commits a step: the dialogue's new state, its turn, the turn's object, and what came of it.
    /// `Conflict` when the dialogue took another step since it was read; nothing is written then.
    pub async fn commit_step(
        &self,
        tenant: TenantId,
        step: Step<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.commit_step_once(tenant, step.clone(), now)).await
    }

    async fn commit_step_once(
        &self,
        tenant: TenantId,
        step: Step<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Step { dialogue, version, turn, outcome, lockout, entry } = step;
        let transaction = self.begin().await?;
        subjects::hold(&transaction, tenant, dialogue.subject).await?;
        match version {
            Some(version) => advance(&transaction, tenant, dialogue, version, now).await?,
            None => insert(&transaction, tenant, dialogue, now).await?,
        }
        if let Some(object) = turn.object {
            let row =
                objects::ActiveModel { id: Set(object.0), tenant_id: Set(tenant.0), created_at: Set(now) };
            row.insert(&transaction).await?;
        }
        turns::ActiveModel {
            id: Set(turn.id.0),
            tenant_id: Set(tenant.0),
            subject_id: Set(dialogue.subject.to_string()),
            dialogue_id: Set(dialogue.id.0),
            number: Set(version.unwrap_or(0) + 1),
            decision: Set(turn.decision.name().to_owned()),
            measured: Set(turn.measured),
            sealed_embeddings: Set(turn.sealed_embeddings),
            sealed_fingerprint: Set(turn.sealed_fingerprint),
            sealed_sketch: Set(turn.sealed_sketch),
            object_id: Set(turn.object.map(|id| id.0)),
            created_at: Set(now),
        }
        .insert(&transaction)
        .await?;
        if let Some((enrolment, change)) = lockout {
            change_lockout(&transaction, tenant, enrolment, change).await?;
        }
        let enrolled = matches!(outcome, Outcome::Enrolled(_));
        if enrolled || matches!(lockout, Some((_, LockoutChange::Clear))) {
            saw(&transaction, tenant, &[dialogue.subject], now).await?;
        }
        match outcome {
            Outcome::Enrolled(enrolment) => enrol(&transaction, tenant, dialogue, enrolment, now).await?,
            Outcome::Adapted(id, voiceprints) => adapt(&transaction, tenant, id, voiceprints).await?,
            Outcome::Nothing => {}
        }
        if !enrolled && !dialogue.state.is_open() {
            release(&transaction, tenant, dialogue.id.0).await?;
        }
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }
}

async fn enrol(
    transaction: &Transaction,
    tenant: TenantId,
    dialogue: &Dialogue,
    enrolment: FinishedEnrolment,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    enrolments::ActiveModel {
        id: Set(enrolment.id.0),
        tenant_id: Set(tenant.0),
        subject_id: Set(dialogue.subject.to_string()),
        scheme: Set(enrolment.scheme.to_owned()),
        language: Set(dialogue.language.clone()),
        enrolled_at: Set(now),
        failed_verifications: Set(0),
        locked_until: Set(None),
    }
    .insert(transaction)
    .await?;
    insert_voiceprints(transaction, tenant, enrolment.id, enrolment.voiceprints, now).await?;
    let spoken = turns::Entity::find()
        .filter(turns::Column::TenantId.eq(tenant.0))
        .filter(turns::Column::DialogueId.eq(dialogue.id.0))
        .filter(turns::Column::ObjectId.is_not_null())
        .all(transaction)
        .await?;
    for turn in spoken {
        let Some(object) = turn.object_id else { continue };
        samples::ActiveModel {
            // A turn becomes one sample at most, so its id serves for the sample as well; the voice stays with it.
            id: Set(SampleId(turn.id).0),
            tenant_id: Set(tenant.0),
            enrolment_id: Set(enrolment.id.0),
            object_id: Set(object),
            created_at: Set(now),
            sealed_embeddings: Set(None),
            audio_seconds: Set(None),
            speech_seconds: Set(None),
            origin: Set(None),
        }
        .insert(transaction)
        .await?;
    }
    Ok(())
}

async fn adapt(
    transaction: &Transaction,
    tenant: TenantId,
    enrolment: EnrolmentId,
    adapted: Vec<SealedVoiceprint>,
) -> Result<(), StoreError> {
    for voiceprint in adapted {
        let update = voiceprints::Entity::update_many()
            .col_expr(voiceprints::Column::Sealed, Expr::value(voiceprint.sealed))
            .col_expr(voiceprints::Column::SealedAnchor, Expr::value(voiceprint.sealed_anchor))
            .filter(voiceprints::Column::TenantId.eq(tenant.0))
            .filter(voiceprints::Column::EnrolmentId.eq(enrolment.0))
            .filter(voiceprints::Column::Model.eq(voiceprint.model));
        // The enrolment was deleted meanwhile: there is nothing to adapt.
        if update.exec(transaction).await?.rows_affected != 1 {
            return Err(StoreError::Conflict);
        }
    }
    Ok(())
}
