//! The recordings of profiles.
//!
//! One request at a time fills a profile, over all replicas: it holds a claim, which ends by itself should its holder die.
//! What it commits counts only while the claim is still its own.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    sea_query::{Expr, SimpleExpr},
};
use timbre_domain::{
    ids::{EnrolmentId, ObjectId, SampleId, TenantId},
    profile::Profile,
};
use uuid::Uuid;

use crate::{
    Entry, SealedVoiceprint, Store, StoreError,
    database::Transaction,
    galleries,
    ledger::write,
    persons::saw,
    profiles::{
        NewProfile, ProfileCreated, advance, insert_profile, insert_voiceprints, replace_voiceprints,
    },
    rows::{objects, profiles, samples},
    subjects,
};

/// The right to fill a profile, until then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub holder: Uuid,
    pub until: DateTime<Utc>,
}

/// A recording to be kept with the profile that took it. Its sealed audio is in the vault already.
#[derive(Clone)]
pub struct NewSample {
    pub id: SampleId,
    pub object: ObjectId,
    pub sealed_embeddings: Vec<u8>,
    pub audio_seconds: f64,
    pub speech_seconds: f64,
    /// What an imported recording is known by, so that it is imported once.
    pub origin: Option<[u8; 32]>,
}

/// What one recording makes of a profile.
#[derive(Clone)]
pub struct Filling<'a> {
    /// In its new state.
    pub profile: &'a Profile,
    pub sample: NewSample,
    pub voiceprints: Vec<SealedVoiceprint>,
    pub entry: Entry,
}

/// A profile's recording as kept.
pub struct SampleRecord {
    pub id: SampleId,
    pub object: ObjectId,
    pub sealed_embeddings: Option<Vec<u8>>,
}

impl Store {
    /// Claims a profile for filling it, unless somebody else holds it.
    pub async fn claim_profile(
        &self,
        tenant: TenantId,
        id: EnrolmentId,
        claim: Claim,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let free = Condition::any()
            .add(profiles::Column::BusyUntil.is_null())
            .add(profiles::Column::BusyUntil.lte(now));
        let update = profiles::Entity::update_many()
            .col_expr(profiles::Column::BusyWith, Expr::value(Some(claim.holder)))
            .col_expr(profiles::Column::BusyUntil, Expr::value(Some(claim.until)))
            .filter(profiles::Column::TenantId.eq(tenant.0))
            .filter(profiles::Column::EnrolmentId.eq(id.0))
            .filter(free);
        Ok(update.exec(&self.db).await?.rows_affected == 1)
    }

    /// Gives a claim back, if it is still held.
    pub async fn release_profile(
        &self,
        tenant: TenantId,
        id: EnrolmentId,
        holder: Uuid,
    ) -> Result<(), StoreError> {
        let update = profiles::Entity::update_many()
            .col_expr(profiles::Column::BusyWith, Expr::value(None::<Uuid>))
            .col_expr(profiles::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
            .filter(held(tenant, id, holder));
        update.exec(&self.db).await?;
        Ok(())
    }

    /// Commits what a recording made of a profile, and ends the claim. `Conflict` when the claim was lost: the profile was
    /// reset, deleted, or is filled by another.
    pub async fn commit_sample(
        &self,
        tenant: TenantId,
        holder: Uuid,
        filling: Filling<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.commit_sample_once(tenant, holder, filling.clone(), now)).await
    }

    async fn commit_sample_once(
        &self,
        tenant: TenantId,
        holder: Uuid,
        filling: Filling<'_>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let Filling { profile, sample, voiceprints, entry } = filling;
        let (transaction, stands) = (self.begin().await?, !voiceprints.is_empty());
        subjects::hold(&transaction, tenant, profile.subject).await?;
        advance(&transaction, profile, held(tenant, profile.id, holder)).await?;
        insert_sample(&transaction, tenant, profile, sample, now).await?;
        replace_voiceprints(&transaction, tenant, profile.id, voiceprints, now).await?;
        saw(&transaction, tenant, &[profile.subject], now).await?;
        galleries::changed(&transaction, tenant, profile, stands, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Commits a profile together with its first recording. `Conflict` when there is one of its name.
    pub async fn commit_first_sample(
        &self,
        tenant: TenantId,
        new: NewProfile<'_>,
        sample: NewSample,
        voiceprints: Vec<SealedVoiceprint>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ProfileCreated, StoreError> {
        self.again(|| {
            self.commit_first_sample_once(
                tenant,
                new.clone(),
                sample.clone(),
                voiceprints.clone(),
                entry.clone(),
                now,
            )
        })
        .await
    }

    async fn commit_first_sample_once(
        &self,
        tenant: TenantId,
        new: NewProfile<'_>,
        sample: NewSample,
        voiceprints: Vec<SealedVoiceprint>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ProfileCreated, StoreError> {
        let (transaction, stands) = (self.begin().await?, !voiceprints.is_empty());
        let profile = new.profile;
        if insert_profile(&transaction, tenant, new).await? == ProfileCreated::TooMany {
            return Ok(ProfileCreated::TooMany);
        }
        insert_sample(&transaction, tenant, profile, sample, now).await?;
        insert_voiceprints(&transaction, tenant, profile.id, voiceprints, now).await?;
        galleries::changed(&transaction, tenant, profile, stands, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(ProfileCreated::New)
    }

    /// Commits a voiceprint that was built anew, with the samples' voices that were heard anew for it.
    pub async fn commit_training(
        &self,
        tenant: TenantId,
        profile: &Profile,
        holder: Uuid,
        heard: Vec<(SampleId, Vec<u8>)>,
        voiceprints: Vec<SealedVoiceprint>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let once =
            || self.commit_training_once(tenant, profile, holder, heard.clone(), voiceprints.clone(), now);
        self.again(once).await
    }

    async fn commit_training_once(
        &self,
        tenant: TenantId,
        profile: &Profile,
        holder: Uuid,
        heard: Vec<(SampleId, Vec<u8>)>,
        voiceprints: Vec<SealedVoiceprint>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let (transaction, stands) = (self.begin().await?, !voiceprints.is_empty());
        subjects::hold(&transaction, tenant, profile.subject).await?;
        advance(&transaction, profile, held(tenant, profile.id, holder)).await?;
        keep_voices(&transaction, tenant, heard).await?;
        replace_voiceprints(&transaction, tenant, profile.id, voiceprints, now).await?;
        galleries::changed(&transaction, tenant, profile, stands, now).await?;
        Ok(transaction.commit().await?)
    }

    /// The recordings of a profile, in the order in which they came.
    pub async fn profile_samples(
        &self,
        tenant: TenantId,
        id: EnrolmentId,
    ) -> Result<Vec<SampleRecord>, StoreError> {
        let rows = samples::Entity::find()
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(samples::Column::EnrolmentId.eq(id.0))
            .order_by_asc(samples::Column::CreatedAt)
            .order_by_asc(samples::Column::Id)
            .all(&self.db)
            .await?;
        let read = |row: samples::Model| SampleRecord {
            id: SampleId(row.id),
            object: ObjectId(row.object_id),
            sealed_embeddings: row.sealed_embeddings,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Whether the profile has taken the recording of this origin.
    pub async fn has_origin(
        &self,
        tenant: TenantId,
        id: EnrolmentId,
        origin: &[u8; 32],
    ) -> Result<bool, StoreError> {
        let found = samples::Entity::find()
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(samples::Column::EnrolmentId.eq(id.0))
            .filter(samples::Column::Origin.eq(origin.to_vec()))
            .count(&self.db)
            .await?;
        Ok(found > 0)
    }
}

/// Keeps the voices of recordings as they were heard anew.
pub(crate) async fn keep_voices(
    transaction: &Transaction,
    tenant: TenantId,
    heard: Vec<(SampleId, Vec<u8>)>,
) -> Result<(), StoreError> {
    for (sample, sealed) in heard {
        samples::Entity::update_many()
            .col_expr(samples::Column::SealedEmbeddings, Expr::value(Some(sealed)))
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(samples::Column::Id.eq(sample.0))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

async fn insert_sample(
    transaction: &Transaction,
    tenant: TenantId,
    profile: &Profile,
    sample: NewSample,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    objects::ActiveModel { id: Set(sample.object.0), tenant_id: Set(tenant.0), created_at: Set(now) }
        .insert(transaction)
        .await?;
    samples::ActiveModel {
        id: Set(sample.id.0),
        tenant_id: Set(tenant.0),
        enrolment_id: Set(profile.id.0),
        object_id: Set(sample.object.0),
        created_at: Set(now),
        sealed_embeddings: Set(Some(sample.sealed_embeddings)),
        audio_seconds: Set(Some(sample.audio_seconds)),
        speech_seconds: Set(Some(sample.speech_seconds)),
        origin: Set(sample.origin.map(Vec::from)),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

fn held(tenant: TenantId, id: EnrolmentId, holder: Uuid) -> SimpleExpr {
    profiles::Column::TenantId
        .eq(tenant.0)
        .and(profiles::Column::EnrolmentId.eq(id.0))
        .and(profiles::Column::BusyWith.eq(holder))
}
