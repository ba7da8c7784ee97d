//! Subjects: the people a tenant knows.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::LockType};
use timbre_domain::{
    contract::Contract,
    ids::{SubjectId, TenantId},
};

use crate::{Entry, Store, StoreError, Terms, database::Transaction, ledger::write, persons, rows::subjects};

/// A subject to be made. The tenant's own names for it are optional.
#[derive(Clone)]
pub struct NewSubject {
    pub id: SubjectId,
    pub reference_id: Option<String>,
    pub mac_address: Option<String>,
    pub app_token: Option<String>,
    pub terms: Terms,
}

/// A subject as stored.
pub struct SubjectRecord {
    pub id: SubjectId,
    pub reference_id: Option<String>,
    pub mac_address: Option<String>,
}

/// What came of creating a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectCreated {
    New(SubjectId),
    /// The device is bound to this subject already: one device, one subject.
    DeviceTaken(SubjectId),
    /// The tenant's reference belongs to this subject already.
    ReferenceTaken(SubjectId),
}

impl Store {
    /// Adds a subject, or says which one has its device or its reference already.
    pub async fn create_subject(
        &self,
        tenant: TenantId,
        new: NewSubject,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<SubjectCreated, StoreError> {
        self.again(|| self.create_subject_once(tenant, new.clone(), entry.clone(), now)).await
    }

    async fn create_subject_once(
        &self,
        tenant: TenantId,
        new: NewSubject,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<SubjectCreated, StoreError> {
        if let Some(taken) = self.subject_taken(tenant, &new).await? {
            return Ok(taken);
        }
        let transaction = self.begin().await?;
        let row = subjects::ActiveModel {
            id: Set(new.id.to_string()),
            tenant_id: Set(tenant.0),
            reference_id: Set(new.reference_id.clone()),
            mac_address: Set(new.mac_address.clone()),
            app_token: Set(new.app_token.clone()),
            created_at: Set(now),
            contract: Set(Some(Contract::Biometrid.name().to_owned())),
            ..Default::default()
        };
        match persons::insert(&transaction, tenant, row, new.id, new.terms.clone(), now).await {
            Ok(()) => {
                write(self, &transaction, tenant, entry, now).await?;
                transaction.commit().await?;
                Ok(SubjectCreated::New(new.id))
            }
            // Another request made it between the look and the insert.
            Err(StoreError::Conflict) => {
                transaction.rollback().await?;
                self.subject_taken(tenant, &new).await?.ok_or(StoreError::Conflict)
            }
            Err(error) => Err(error),
        }
    }

    async fn subject_taken(
        &self,
        tenant: TenantId,
        new: &NewSubject,
    ) -> Result<Option<SubjectCreated>, StoreError> {
        if let Some(address) = &new.mac_address
            && let Some(found) = self.subject_by(tenant, subjects::Column::MacAddress, address).await?
        {
            return Ok(Some(SubjectCreated::DeviceTaken(found.id)));
        }
        if let Some(reference) = &new.reference_id
            && let Some(found) = self.subject_by(tenant, subjects::Column::ReferenceId, reference).await?
        {
            return Ok(Some(SubjectCreated::ReferenceTaken(found.id)));
        }
        Ok(None)
    }

    /// The subject that this device is bound to.
    pub async fn subject_of_device(
        &self,
        tenant: TenantId,
        mac_address: &str,
    ) -> Result<Option<SubjectRecord>, StoreError> {
        self.subject_by(tenant, subjects::Column::MacAddress, mac_address).await
    }

    /// The subject that the tenant's reference belongs to.
    pub async fn subject_of_reference(
        &self,
        tenant: TenantId,
        reference: &str,
    ) -> Result<Option<SubjectRecord>, StoreError> {
        self.subject_by(tenant, subjects::Column::ReferenceId, reference).await
    }

    async fn subject_by(
        &self,
        tenant: TenantId,
        column: subjects::Column,
        value: &str,
    ) -> Result<Option<SubjectRecord>, StoreError> {
        let found = subjects::Entity::find()
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(column.eq(value))
            .one(&self.db)
            .await?;
        found.map(record).transpose()
    }

    pub async fn subject(
        &self,
        tenant: TenantId,
        id: SubjectId,
    ) -> Result<Option<SubjectRecord>, StoreError> {
        let found = subjects::Entity::find_by_id(id.to_string())
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        found.map(record).transpose()
    }
}

/// Has everybody wait who changes what is this person's, until the transaction ends: as SQLite's one writer does anyway. Taken before
/// any row of the person's, so that no two wait for each other.
pub(crate) async fn hold(
    transaction: &Transaction,
    tenant: TenantId,
    subject: SubjectId,
) -> Result<(), StoreError> {
    subjects::Entity::find_by_id(subject.to_string())
        .filter(subjects::Column::TenantId.eq(tenant.0))
        .select_only()
        .column(subjects::Column::Id)
        // What names the person may be added meanwhile.
        .lock(LockType::NoKeyUpdate)
        .into_tuple::<String>()
        .one(transaction)
        .await?;
    Ok(())
}

fn record(row: subjects::Model) -> Result<SubjectRecord, StoreError> {
    Ok(SubjectRecord {
        id: row.id.parse().map_err(|_| StoreError::Unreadable("subject id"))?,
        reference_id: row.reference_id,
        mac_address: row.mac_address,
    })
}
