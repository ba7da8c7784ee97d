//! Profiles: enrolments that are filled recording by recording. How they are filled is in `samples`.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    Select,
    sea_query::{Expr, SimpleExpr},
};
use timbre_domain::{
    ids::{EnrolmentId, ObjectId, TenantId},
    profile::{Profile, ProfileKind, ProfileStatus},
    quality::Measured,
};
use uuid::Uuid;

use crate::{
    Entry, SealedVoiceprint, Store, StoreError, Terms,
    database::Transaction,
    erasure::{sample_objects, unregister},
    galleries,
    ledger::write,
    people::contract_of,
    persons,
    rows::{enrolments, profiles, samples, subjects, voiceprints},
    tenants::hold,
};

/// What came of making a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProfileCreated {
    New,
    /// The tenant has as many of this kind as it may have.
    TooMany,
}

/// A profile to be added, unless the tenant has `most` of its kind already.
#[derive(Clone)]
pub struct NewProfile<'a> {
    pub profile: &'a Profile,
    pub scheme: &'static str,
    pub most: u32,
    pub terms: Terms,
}

impl Store {
    /// Adds a profile and the subject that it is of. `Conflict` when the id or the name is taken.
    pub async fn create_profile(
        &self,
        tenant: TenantId,
        new: NewProfile<'_>,
        entry: Entry,
    ) -> Result<ProfileCreated, StoreError> {
        self.again(|| self.create_profile_once(tenant, new.clone(), entry.clone())).await
    }

    async fn create_profile_once(
        &self,
        tenant: TenantId,
        new: NewProfile<'_>,
        entry: Entry,
    ) -> Result<ProfileCreated, StoreError> {
        let now = new.profile.created_at;
        let transaction = self.begin().await?;
        let created = insert_profile(&transaction, tenant, new).await?;
        if created == ProfileCreated::New {
            write(self, &transaction, tenant, entry, now).await?;
            transaction.commit().await?;
        }
        Ok(created)
    }

    /// The tenant's profile of this kind and name.
    pub async fn profile_called(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        name: &str,
    ) -> Result<Option<Profile>, StoreError> {
        Ok(self.profiles_called(tenant, kind, &[name]).await?.pop())
    }

    /// Those of these profiles that the tenant has.
    pub async fn profiles_called(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        names: &[&str],
    ) -> Result<Vec<Profile>, StoreError> {
        let called = of_kind(tenant, kind).filter(profiles::Column::Name.is_in(names.iter().copied()));
        self.read_profiles(tenant, called.all(&self.db).await?).await
    }

    pub async fn profile(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        id: EnrolmentId,
    ) -> Result<Option<Profile>, StoreError> {
        Ok(self.profiles_named(tenant, kind, &[id]).await?.pop())
    }

    /// Those of these profiles that the tenant has.
    pub async fn profiles_named(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        ids: &[EnrolmentId],
    ) -> Result<Vec<Profile>, StoreError> {
        let named =
            of_kind(tenant, kind).filter(profiles::Column::EnrolmentId.is_in(ids.iter().map(|id| id.0)));
        self.read_profiles(tenant, named.all(&self.db).await?).await
    }

    /// A page of the tenant's profiles, in the order of their ids.
    pub async fn profiles_after(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        after: Option<EnrolmentId>,
        limit: u64,
    ) -> Result<Vec<Profile>, StoreError> {
        let mut page = of_kind(tenant, kind).order_by_asc(profiles::Column::EnrolmentId).limit(limit);
        if let Some(EnrolmentId(after)) = after {
            page = page.filter(profiles::Column::EnrolmentId.gt(after));
        }
        self.read_profiles(tenant, page.all(&self.db).await?).await
    }

    pub(crate) async fn read_profiles(
        &self,
        tenant: TenantId,
        rows: Vec<profiles::Model>,
    ) -> Result<Vec<Profile>, StoreError> {
        let found = enrolments::Entity::find()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::Id.is_in(rows.iter().map(|row| row.enrolment_id)))
            .all(&self.db)
            .await?;
        let mut found: HashMap<Uuid, enrolments::Model> =
            found.into_iter().map(|row| (row.id, row)).collect();
        // One that was deleted between the two queries is left out.
        let pairs = rows.into_iter().filter_map(|row| Some((found.remove(&row.enrolment_id)?, row)));
        pairs.map(|(enrolment, row)| record(row, enrolment)).collect()
    }

    /// Marks an enrolled profile for training: its voiceprint is of models that are no longer in use.
    pub async fn mark_for_training(&self, tenant: TenantId, id: EnrolmentId) -> Result<(), StoreError> {
        let update = profiles::Entity::update_many()
            .col_expr(profiles::Column::Status, Expr::value(ProfileStatus::Training.name()))
            .filter(profiles::Column::TenantId.eq(tenant.0))
            .filter(profiles::Column::EnrolmentId.eq(id.0))
            .filter(profiles::Column::Status.eq(ProfileStatus::Enrolled.name()));
        update.exec(&self.db).await?;
        Ok(())
    }

    /// Profiles that are to be trained and that nobody is at. Housekeeping's: it looks at every tenant.
    pub async fn untrained_profiles(
        &self,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<(TenantId, ProfileKind, EnrolmentId)>, StoreError> {
        let rows = profiles::Entity::find()
            .filter(profiles::Column::Status.eq(ProfileStatus::Training.name()))
            .filter(
                Condition::any()
                    .add(profiles::Column::BusyUntil.is_null())
                    .add(profiles::Column::BusyUntil.lte(now)),
            )
            .limit(limit)
            .all(&self.db)
            .await?;
        let read = |row: profiles::Model| {
            let kind = row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?;
            Ok((TenantId(row.tenant_id), kind, EnrolmentId(row.enrolment_id)))
        };
        rows.into_iter().map(read).collect()
    }

    /// Stores a profile that was reset, without its recordings and its voiceprint, and ends whatever claim there was.
    /// Names the objects to be deleted. `None` when there is no such profile.
    pub async fn reset_profile(
        &self,
        tenant: TenantId,
        profile: &Profile,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<ObjectId>>, StoreError> {
        self.again(|| self.reset_profile_once(tenant, profile, entry.clone(), now)).await
    }

    async fn reset_profile_once(
        &self,
        tenant: TenantId,
        profile: &Profile,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<ObjectId>>, StoreError> {
        let transaction = self.begin().await?;
        crate::subjects::hold(&transaction, tenant, profile.subject).await?;
        let itself =
            profiles::Column::TenantId.eq(tenant.0).and(profiles::Column::EnrolmentId.eq(profile.id.0));
        match advance(&transaction, profile, itself).await {
            Err(StoreError::Conflict) => return Ok(None),
            advanced => advanced?,
        }
        let its_own = samples::Column::EnrolmentId.eq(profile.id.0);
        let gone = sample_objects(&transaction, tenant, its_own).await?;
        samples::Entity::delete_many()
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(samples::Column::EnrolmentId.eq(profile.id.0))
            .exec(&transaction)
            .await?;
        replace_voiceprints(&transaction, tenant, profile.id, Vec::new(), profile.created_at).await?;
        unregister(&transaction, tenant, &gone).await?;
        galleries::changed(&transaction, tenant, profile, false, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        self.overwrite_journal().await;
        Ok(Some(gone.into_iter().map(ObjectId).collect()))
    }

    /// The sealed voiceprints of several enrolments.
    pub async fn voiceprints_of(
        &self,
        tenant: TenantId,
        enrolments: &[EnrolmentId],
    ) -> Result<Vec<(EnrolmentId, SealedVoiceprint)>, StoreError> {
        let rows = voiceprints::Entity::find()
            .filter(voiceprints::Column::TenantId.eq(tenant.0))
            .filter(voiceprints::Column::EnrolmentId.is_in(enrolments.iter().map(|id| id.0)))
            .all(&self.db)
            .await?;
        let read = |row: voiceprints::Model| {
            let voiceprint =
                SealedVoiceprint { model: row.model, sealed: row.sealed, sealed_anchor: row.sealed_anchor };
            (EnrolmentId(row.enrolment_id), voiceprint)
        };
        Ok(rows.into_iter().map(read).collect())
    }
}

/// Adds a profile's rows; the caller commits.
pub(crate) async fn insert_profile(
    transaction: &Transaction,
    tenant: TenantId,
    new: NewProfile<'_>,
) -> Result<ProfileCreated, StoreError> {
    let NewProfile { profile, scheme, most, terms } = new;
    let names = terms.names.clone();
    hold(transaction, tenant).await?;
    if of_kind(tenant, profile.kind).count(transaction).await? >= u64::from(most) {
        return Ok(ProfileCreated::TooMany);
    }
    let subject = subjects::ActiveModel {
        id: Set(profile.subject.to_string()),
        tenant_id: Set(tenant.0),
        reference_id: Set(None),
        mac_address: Set(None),
        app_token: Set(None),
        created_at: Set(profile.created_at),
        contract: Set(Some(contract_of(profile.kind).name().to_owned())),
        ..Default::default()
    };
    persons::insert(transaction, tenant, subject, profile.subject, terms, profile.created_at).await?;
    enrolments::ActiveModel {
        id: Set(profile.id.0),
        tenant_id: Set(tenant.0),
        subject_id: Set(profile.subject.to_string()),
        scheme: Set(scheme.to_owned()),
        language: Set(profile.locale.to_string()),
        enrolled_at: Set(profile.created_at),
        failed_verifications: Set(0),
        locked_until: Set(None),
    }
    .insert(transaction)
    .await?;
    profiles::ActiveModel {
        enrolment_id: Set(profile.id.0),
        tenant_id: Set(tenant.0),
        kind: Set(profile.kind.name().to_owned()),
        name: Set(profile.name.clone()),
        status: Set(profile.status.name().to_owned()),
        phrase: Set(profile.phrase.clone()),
        active: Set(profile.active),
        samples: Set(profile.samples as i32),
        audio_seconds: Set(profile.audio_seconds),
        speech_seconds: Set(profile.speech_seconds),
        snr_db: Set(profile.measured.snr_db),
        agreement: Set(profile.measured.agreement),
        updated_at: Set(profile.updated_at),
        busy_with: Set(None),
        busy_until: Set(None),
        changed: Set(0),
    }
    .insert(transaction)
    .await?;
    // Once more: whoever erases a speaker of this name was waited for by the row above.
    persons::not_opted_out(transaction, tenant, &names).await?;
    Ok(ProfileCreated::New)
}

fn of_kind(tenant: TenantId, kind: ProfileKind) -> Select<profiles::Entity> {
    profiles::Entity::find()
        .filter(profiles::Column::TenantId.eq(tenant.0))
        .filter(profiles::Column::Kind.eq(kind.name()))
}

/// Writes a profile's new state and ends the claim on it, if it is the row that is meant.
pub(crate) async fn advance(
    transaction: &Transaction,
    profile: &Profile,
    which: SimpleExpr,
) -> Result<(), StoreError> {
    let update = profiles::Entity::update_many()
        .col_expr(profiles::Column::Status, Expr::value(profile.status.name()))
        .col_expr(profiles::Column::Phrase, Expr::value(profile.phrase.clone()))
        .col_expr(profiles::Column::Active, Expr::value(profile.active))
        .col_expr(profiles::Column::Samples, Expr::value(profile.samples as i32))
        .col_expr(profiles::Column::AudioSeconds, Expr::value(profile.audio_seconds))
        .col_expr(profiles::Column::SpeechSeconds, Expr::value(profile.speech_seconds))
        .col_expr(profiles::Column::SnrDb, Expr::value(profile.measured.snr_db))
        .col_expr(profiles::Column::Agreement, Expr::value(profile.measured.agreement))
        .col_expr(profiles::Column::UpdatedAt, Expr::value(profile.updated_at))
        .col_expr(profiles::Column::BusyWith, Expr::value(None::<Uuid>))
        .col_expr(profiles::Column::BusyUntil, Expr::value(None::<DateTime<Utc>>))
        .filter(which);
    match update.exec(transaction).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

pub(crate) async fn replace_voiceprints(
    transaction: &Transaction,
    tenant: TenantId,
    id: EnrolmentId,
    new: Vec<SealedVoiceprint>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    voiceprints::Entity::delete_many()
        .filter(voiceprints::Column::TenantId.eq(tenant.0))
        .filter(voiceprints::Column::EnrolmentId.eq(id.0))
        .exec(transaction)
        .await?;
    insert_voiceprints(transaction, tenant, id, new, now).await
}

pub(crate) async fn insert_voiceprints(
    transaction: &Transaction,
    tenant: TenantId,
    id: EnrolmentId,
    new: Vec<SealedVoiceprint>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for voiceprint in new {
        voiceprints::ActiveModel {
            enrolment_id: Set(id.0),
            tenant_id: Set(tenant.0),
            model: Set(voiceprint.model),
            sealed: Set(voiceprint.sealed),
            sealed_anchor: Set(voiceprint.sealed_anchor),
            created_at: Set(now),
        }
        .insert(transaction)
        .await?;
    }
    Ok(())
}

fn record(row: profiles::Model, enrolment: enrolments::Model) -> Result<Profile, StoreError> {
    let unreadable = |what| StoreError::Unreadable(what);
    Ok(Profile {
        id: EnrolmentId(row.enrolment_id),
        subject: enrolment.subject_id.parse().map_err(|_| unreadable("subject id"))?,
        kind: row.kind.parse().map_err(|_| unreadable("kind of profile"))?,
        name: row.name,
        locale: enrolment.language.parse().map_err(|_| unreadable("locale"))?,
        status: row.status.parse().map_err(|_| unreadable("status of a profile"))?,
        phrase: row.phrase,
        active: row.active,
        samples: row.samples.try_into().map_err(|_| unreadable("number of samples"))?,
        audio_seconds: row.audio_seconds,
        speech_seconds: row.speech_seconds,
        measured: Measured { snr_db: row.snr_db, agreement: row.agreement },
        created_at: enrolment.enrolled_at,
        updated_at: row.updated_at,
    })
}
