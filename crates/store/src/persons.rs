//! What holds for a person whichever contract made it known: its own key, what was agreed to, when it was last heard.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect,
    sea_query::Expr,
};
use timbre_domain::ids::{EnrolmentId, SubjectId, TenantId};

use crate::{
    NewConsent, Store, StoreError, Whose, consents,
    database::Transaction,
    rows::{enrolments, profiles, subjects},
    tombstones,
};

/// When a person was last heard is written down no oftener.
const SEEN_AGAIN: TimeDelta = TimeDelta::hours(1);

/// Under which conditions a person is made known.
#[derive(Debug, Clone, Default)]
pub struct Terms {
    /// Keyed digests of the tenant's names for the person. Nobody is made known under the name of one who opted out; what
    /// was agreed to under a name becomes the person's.
    pub names: Vec<[u8; 32]>,
    /// What the person agreed to, if that came with the request.
    pub consent: Option<NewConsent>,
}

/// What a tenant calls a person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonNames {
    pub reference_id: Option<String>,
    pub mac_address: Option<String>,
    /// Ids of profiles, and their names.
    pub profiles: Vec<(EnrolmentId, Option<String>)>,
}

/// Whose key seals what is kept of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedUnder {
    /// The person's own.
    Own,
    /// The tenant's: of people from before there were keys of their own.
    Tenant,
}

impl Store {
    /// Those of these people whom the tenant knows, and whose key seals what is kept of them.
    pub async fn people(
        &self,
        tenant: TenantId,
        subjects: &[SubjectId],
    ) -> Result<HashMap<SubjectId, SealedUnder>, StoreError> {
        let rows: Vec<(String, bool)> = subjects::Entity::find()
            .select_only()
            .columns([subjects::Column::Id, subjects::Column::OwnKey])
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(subjects::Column::Id.is_in(subjects.iter().map(SubjectId::to_string)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let read = |(id, own): (String, bool)| {
            let id = id.parse().map_err(|_| StoreError::Unreadable("subject id"))?;
            Ok((id, if own { SealedUnder::Own } else { SealedUnder::Tenant }))
        };
        rows.into_iter().map(read).collect()
    }

    /// Whose enrolment this is.
    pub async fn subject_of_enrolment(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
    ) -> Result<Option<SubjectId>, StoreError> {
        let found: Option<String> = enrolments::Entity::find_by_id(enrolment.0)
            .select_only()
            .column(enrolments::Column::SubjectId)
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .into_tuple()
            .one(&self.db)
            .await?;
        found.map(|id| id.parse().map_err(|_| StoreError::Unreadable("subject id"))).transpose()
    }

    /// Writes down that these people were heard now.
    pub async fn saw(
        &self,
        tenant: TenantId,
        subjects: &[SubjectId],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        saw(&self.db, tenant, subjects, now).await
    }
}

/// What the tenant calls a person.
pub(crate) async fn names(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    known: subjects::Model,
) -> Result<PersonNames, StoreError> {
    let enrolled: Vec<uuid::Uuid> = enrolments::Entity::find()
        .select_only()
        .column(enrolments::Column::Id)
        .filter(enrolments::Column::TenantId.eq(tenant.0))
        .filter(enrolments::Column::SubjectId.eq(known.id))
        .into_tuple()
        .all(connection)
        .await?;
    let found = profiles::Entity::find()
        .filter(profiles::Column::TenantId.eq(tenant.0))
        .filter(profiles::Column::EnrolmentId.is_in(enrolled))
        .all(connection)
        .await?;
    let named = |row: profiles::Model| (EnrolmentId(row.enrolment_id), row.name);
    Ok(PersonNames {
        reference_id: known.reference_id,
        mac_address: known.mac_address,
        profiles: found.into_iter().map(named).collect(),
    })
}

/// Adds a person's row under these terms; the caller commits.
pub(crate) async fn insert(
    transaction: &Transaction,
    tenant: TenantId,
    row: subjects::ActiveModel,
    subject: SubjectId,
    terms: Terms,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = subjects::ActiveModel { own_key: Set(true), seen_at: Set(Some(now)), ..row };
    row.insert(transaction).await?;
    // After the insert: whoever erases a person of the same name has committed its tombstone by now.
    not_opted_out(transaction, tenant, &terms.names).await?;
    consents::bind(transaction, tenant, subject, &terms.names).await?;
    if let Some(consent) = terms.consent {
        consents::insert(transaction, tenant, Whose::Person(subject), consent, now).await?;
    }
    Ok(())
}

/// `OptedOut` where one of these names is that of somebody who did.
pub(crate) async fn not_opted_out(
    transaction: &Transaction,
    tenant: TenantId,
    names: &[[u8; 32]],
) -> Result<(), StoreError> {
    match tombstones::found(transaction, tenant, names).await? {
        true => Err(StoreError::OptedOut),
        false => Ok(()),
    }
}

/// Writes down that these people were heard now.
pub(crate) async fn saw(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    heard: &[SubjectId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let ids: HashSet<String> = heard.iter().map(SubjectId::to_string).collect();
    subjects::Entity::update_many()
        .col_expr(subjects::Column::SeenAt, Expr::value(Some(now)))
        .filter(subjects::Column::TenantId.eq(tenant.0))
        .filter(subjects::Column::Id.is_in(ids))
        .filter(subjects::Column::SeenAt.lt(now - SEEN_AGAIN))
        .exec(connection)
        .await?;
    Ok(())
}
