//! The register of tenants: listed, renamed, suspended.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, sea_query::Expr};
use timbre_domain::ids::TenantId;
use uuid::Uuid;

use crate::{
    Chain, Listing, NewEvent, Store, StoreError, TenantRecord, audit::append, rows::tenants, tenants::record,
};

/// What of a tenant is to change; what is absent stays.
#[derive(Debug, Clone, Default)]
pub struct TenantChange {
    pub name: Option<String>,
    pub suspended: Option<bool>,
}

/// Which tenants a list is of.
#[derive(Debug, Clone, Default)]
pub struct TenantFilter {
    /// Only this one.
    pub only: Option<TenantId>,
    pub name: Option<String>,
    pub suspended: Option<bool>,
}

impl Store {
    /// A page of the tenants, the newest first.
    pub async fn tenants(
        &self,
        filter: &TenantFilter,
        listing: &Listing<Uuid>,
    ) -> Result<Vec<TenantRecord>, StoreError> {
        let mut found = tenants::Entity::find();
        if let Some(only) = filter.only {
            found = found.filter(tenants::Column::Id.eq(only.0));
        }
        if let Some(name) = &filter.name {
            found = found.filter(tenants::Column::Name.eq(name));
        }
        found = match filter.suspended {
            None => found,
            Some(true) => found.filter(tenants::Column::SuspendedAt.is_not_null()),
            Some(false) => found.filter(tenants::Column::SuspendedAt.is_null()),
        };
        let page = listing.of(found, tenants::Column::CreatedAt, tenants::Column::Id);
        page.all(&self.db).await?.into_iter().map(record).collect()
    }

    /// Renames a tenant, suspends it, lets it go on. False: there is none of this id. `Conflict` when the name is taken.
    pub async fn change_tenant(
        &self,
        id: TenantId,
        change: TenantChange,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let row = tenants::Entity::find_by_id(id.0).lock_exclusive().one(&transaction).await?;
        let Some(row) = row else { return Ok(false) };
        let suspended_at = match change.suspended {
            None => row.suspended_at,
            Some(false) => None,
            Some(true) => Some(row.suspended_at.unwrap_or(now)),
        };
        tenants::Entity::update_many()
            .col_expr(tenants::Column::Name, Expr::value(change.name.unwrap_or(row.name)))
            .col_expr(tenants::Column::SuspendedAt, Expr::value(suspended_at))
            .filter(tenants::Column::Id.eq(id.0))
            .exec(&transaction)
            .await?;
        append(self, &transaction, Chain::Tenant(id), event.clone(), now).await?;
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}
