//! Voiceprints that no change has numbered: of whoever was enrolled before changes were, or by a version before this one while replicas are
//! replaced.
//!
//! Promises that each gets a number as any other, a page of them in a commit, and that to ask whether there are any costs one look into an
//! index that is most often empty.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select, SelectGetableTuple, Selector,
    sea_query::Expr,
};
use timbre_domain::ids::TenantId;
use uuid::Uuid;

use crate::{Store, StoreError, galleries::take_numbers, rows::profiles};

/// Written out, as the index on these rows has it: a value that is handed in finds no partial index.
const UNNUMBERED: &str =
    "changed = 0 AND status = 'Enrolled' AND kind IN ('TextIndependentIdentification', 'Speaker')";

impl Store {
    /// Whether a voiceprint of the tenant's that somebody is looked for among has no number.
    pub async fn has_unnumbered(&self, tenant: TenantId) -> Result<bool, StoreError> {
        let one: Option<Uuid> = ids(unnumbered(tenant).limit(1)).one(&self.db).await?;
        Ok(one.is_some())
    }

    /// Numbers at most `limit` of them, and says how many those were.
    pub async fn number_voiceprints(&self, tenant: TenantId, limit: u64) -> Result<u64, StoreError> {
        self.again(|| self.number_voiceprints_once(tenant, limit)).await
    }

    async fn number_voiceprints_once(&self, tenant: TenantId, limit: u64) -> Result<u64, StoreError> {
        let transaction = self.begin().await?;
        // Their rows before the number's, as whoever fills a profile has it.
        let page = unnumbered(tenant).order_by_asc(profiles::Column::EnrolmentId).limit(limit);
        let found: Vec<Uuid> = ids(page.lock_exclusive()).all(&transaction).await?;
        if found.is_empty() {
            return Ok(0);
        }
        let latest = take_numbers(&transaction, tenant, found.len() as i64).await?;
        for (number, id) in (latest - found.len() as i64 + 1..).zip(&found) {
            profiles::Entity::update_many()
                .col_expr(profiles::Column::Changed, Expr::value(number))
                .filter(profiles::Column::TenantId.eq(tenant.0))
                .filter(profiles::Column::EnrolmentId.eq(*id))
                .exec(&transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(found.len() as u64)
    }

    /// Tenants that have such voiceprints, `limit` of them at most. Housekeeping's.
    pub async fn tenants_with_unnumbered(&self, limit: u64) -> Result<Vec<TenantId>, StoreError> {
        let tenants: Vec<Uuid> = profiles::Entity::find()
            .select_only()
            .column(profiles::Column::TenantId)
            .distinct()
            .filter(Expr::cust(UNNUMBERED))
            .limit(limit)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(tenants.into_iter().map(TenantId).collect())
    }
}

fn unnumbered(tenant: TenantId) -> Select<profiles::Entity> {
    profiles::Entity::find().filter(profiles::Column::TenantId.eq(tenant.0)).filter(Expr::cust(UNNUMBERED))
}

fn ids(of: Select<profiles::Entity>) -> Selector<SelectGetableTuple<Uuid>> {
    of.select_only().column(profiles::Column::EnrolmentId).into_tuple()
}
