//! What a tenant's policy keeps for a time only.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
    sea_query::{Asterisk, Expr, ExprTrait, LockBehavior, LockType, Query},
};
use timbre_domain::ids::{SubjectId, TenantId};
use uuid::Uuid;

use crate::{
    Entry, Store, StoreError,
    ledger::write,
    rows::{dialogues, samples, subjects, tenants, turns},
};

impl Store {
    /// Tenants in the order of their ids, a page of them. Housekeeping's.
    pub async fn tenants_after(
        &self,
        after: Option<TenantId>,
        limit: u64,
    ) -> Result<Vec<TenantId>, StoreError> {
        let mut page = tenants::Entity::find().select_only().column(tenants::Column::Id);
        if let Some(after) = after {
            page = page.filter(tenants::Column::Id.gt(after.0));
        }
        let ids: Vec<Uuid> =
            page.order_by_asc(tenants::Column::Id).limit(limit).into_tuple().all(&self.db).await?;
        Ok(ids.into_iter().map(TenantId).collect())
    }

    /// Deletes dialogues that ended before `before`, with their turns, a page at a time, and says how many. Those whose
    /// turns are the samples of an enrolment stay as long as the enrolment: the voices of the samples are kept with
    /// the turns.
    pub async fn forget_dialogues(
        &self,
        tenant: TenantId,
        before: DateTime<Utc>,
        page: u64,
        told: impl FnOnce(usize) -> Entry,
        now: DateTime<Utc>,
    ) -> Result<usize, StoreError> {
        let transaction = self.begin().await?;
        let over: Vec<Uuid> = dialogues_over(tenant, before)
            .limit(page)
            // What another process forgets is left to it.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .into_tuple()
            .all(&transaction)
            .await?;
        dialogues::Entity::delete_many()
            .filter(dialogues::Column::TenantId.eq(tenant.0))
            .filter(dialogues::Column::Id.is_in(over.iter().copied()))
            .exec(&transaction)
            .await?;
        if over.is_empty() {
            return Ok(0);
        }
        write(self, &transaction, tenant, told(over.len()), now).await?;
        transaction.commit().await?;
        self.overwrite_journal().await;
        Ok(over.len())
    }

    /// People of the tenant who were last heard before `before`, a page of them, longest ago first.
    pub async fn people_unheard_since(
        &self,
        tenant: TenantId,
        before: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<SubjectId>, StoreError> {
        let ids: Vec<String> = people_unheard(tenant, before).limit(limit).into_tuple().all(&self.db).await?;
        let read = |id: String| id.parse().map_err(|_| StoreError::Unreadable("subject id"));
        ids.into_iter().map(read).collect()
    }

    /// How many dialogues [`Store::forget_dialogues`] would delete, `most` at most; without those that ended before `since`.
    pub async fn count_dialogues_over(
        &self,
        tenant: TenantId,
        since: Option<DateTime<Utc>>,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<usize, StoreError> {
        let over = dialogues_over(tenant, before)
            .apply_if(since, |over, since| over.filter(dialogues::Column::FinishedAt.gte(since)));
        self.count_some(over, most).await
    }

    /// How many people [`Store::people_unheard_since`] would name, `most` at most; without those who were last heard before `since`.
    pub async fn count_people_unheard(
        &self,
        tenant: TenantId,
        since: Option<DateTime<Utc>>,
        before: DateTime<Utc>,
        most: u64,
    ) -> Result<usize, StoreError> {
        let unheard = people_unheard(tenant, before)
            .apply_if(since, |unheard, since| unheard.filter(subjects::Column::SeenAt.gte(since)));
        self.count_some(unheard, most).await
    }

    /// Reads no more than `most` rows of what is found, however many there are.
    async fn count_some<E: EntityTrait>(&self, found: Select<E>, most: u64) -> Result<usize, StoreError> {
        let counting = Query::select()
            .expr_as(Expr::col(Asterisk).count(), "number")
            .from_subquery(found.limit(most).into_query(), "found")
            .to_owned();
        let row = self.db.query_one(&counting).await?;
        let number = row.map_or(Ok(0), |row| row.try_get::<i64>("", "number"))?;
        usize::try_from(number).map_err(|_| StoreError::Unreadable("number of rows"))
    }
}

/// The ids of dialogues that ended before `before`, longest ago first, but for those whose turns are the samples of an enrolment.
fn dialogues_over(tenant: TenantId, before: DateTime<Utc>) -> Select<dialogues::Entity> {
    let mut sampled = Query::select();
    sampled
        .expr(Expr::val(1))
        .from(turns::Entity)
        .inner_join(
            samples::Entity,
            Expr::col((samples::Entity, samples::Column::Id)).equals((turns::Entity, turns::Column::Id)),
        )
        .and_where(
            Expr::col((turns::Entity, turns::Column::DialogueId))
                .equals((dialogues::Entity, dialogues::Column::Id)),
        );
    dialogues::Entity::find()
        .select_only()
        .column(dialogues::Column::Id)
        .filter(dialogues::Column::TenantId.eq(tenant.0))
        .filter(dialogues::Column::FinishedAt.lt(before))
        .filter(Expr::exists(sampled).not())
        .order_by_asc(dialogues::Column::FinishedAt)
}

/// The ids of people who were last heard before `before`, longest ago first.
fn people_unheard(tenant: TenantId, before: DateTime<Utc>) -> Select<subjects::Entity> {
    subjects::Entity::find()
        .select_only()
        .column(subjects::Column::Id)
        .filter(subjects::Column::TenantId.eq(tenant.0))
        .filter(subjects::Column::SeenAt.lt(before))
        .order_by_asc(subjects::Column::SeenAt)
}
