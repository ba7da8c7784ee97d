//! Opt-outs of people whom the tenant does not know, or not any more.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect};
use timbre_domain::{
    ids::{EnrolmentId, ErasureId, SubjectId, TenantId},
    profile::ProfileKind,
};

use crate::{
    Entry, Store, StoreError,
    ledger::write,
    rows::{enrolments, profiles, subjects, tenants},
    tombstones,
};

/// A tenant's name for somebody.
#[derive(Debug, Clone, Copy)]
pub enum Called<'a> {
    Reference(&'a str),
    Device(&'a str),
    Speaker(&'a str),
    Profile(EnrolmentId),
    Person(SubjectId),
}

/// What came of an opt-out under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OptedOut {
    /// From now on.
    Now,
    /// It is so already.
    Before,
    /// Somebody is known by this name: nothing was done.
    Known,
}

impl Store {
    /// Has nobody be made known by this name, whose keyed digest is `digest`, unless somebody is. `id` is what the opt-out is lifted by.
    pub async fn opt_out(
        &self,
        tenant: TenantId,
        called: Called<'_>,
        digest: [u8; 32],
        id: ErasureId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<OptedOut, StoreError> {
        self.again(|| self.opt_out_once(tenant, called, digest, id, entry.clone(), now)).await
    }

    async fn opt_out_once(
        &self,
        tenant: TenantId,
        called: Called<'_>,
        digest: [u8; 32],
        id: ErasureId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<OptedOut, StoreError> {
        let transaction = self.begin().await?;
        // Whoever makes a person known holds on to the tenant's row: they are done before this, or see what it puts.
        tenants::Entity::find_by_id(tenant.0)
            .select_only()
            .column(tenants::Column::Id)
            .lock_exclusive()
            .into_tuple::<uuid::Uuid>()
            .one(&transaction)
            .await?;
        if known(&transaction, tenant, called).await? {
            return Ok(OptedOut::Known);
        }
        if tombstones::found(&transaction, tenant, &[digest]).await? {
            return Ok(OptedOut::Before);
        }
        tombstones::put(&transaction, tenant, id, &[digest], now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(OptedOut::Now)
    }
}

async fn known(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    called: Called<'_>,
) -> Result<bool, StoreError> {
    let subject = |which| {
        subjects::Entity::find()
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(which)
            .count(connection)
    };
    let found = match called {
        Called::Reference(text) => subject(subjects::Column::ReferenceId.eq(text)).await?,
        Called::Device(text) => subject(subjects::Column::MacAddress.eq(text)).await?,
        Called::Person(id) => subject(subjects::Column::Id.eq(id.to_string())).await?,
        Called::Speaker(text) => {
            profiles::Entity::find()
                .filter(profiles::Column::TenantId.eq(tenant.0))
                .filter(profiles::Column::Kind.eq(ProfileKind::Speaker.name()))
                .filter(profiles::Column::Name.eq(text))
                .count(connection)
                .await?
        }
        Called::Profile(id) => {
            enrolments::Entity::find_by_id(id.0)
                .filter(enrolments::Column::TenantId.eq(tenant.0))
                .count(connection)
                .await?
        }
    };
    Ok(found > 0)
}
