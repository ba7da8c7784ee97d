//! Erasures of people, from the commit that begins one to the receipt that ends it.
//!
//! The commit leaves no row of the person but one, which says what is still to be destroyed: the key in the keyring, the objects in
//! the vault. Whoever began it goes on with that; should it be stopped, housekeeping does. At the end the row holds a
//! pseudonym, numbers and the receipt.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait},
};
use serde::{Deserialize, Serialize};
use timbre_domain::ids::{EnrolmentId, ErasureId, ObjectId, SubjectId, TenantId};

use crate::{Store, StoreError, database::Transaction, rows::erasures};

/// Receipts shown of one person: it may have been known, and erased, more than once.
const MOST_RECEIPTS: u64 = 100;

/// An erasure to be begun.
#[derive(Debug, Clone)]
pub struct NewErasure {
    pub id: ErasureId,
    /// The person's pseudonym.
    pub person: String,
    pub opted_out: bool,
}

/// How much was kept of a person.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Counted {
    /// Enrolments, profiles and speakers.
    pub enrolments: u64,
    /// Voiceprints, one for each model of each enrolment.
    pub voiceprints: u64,
    /// Recordings that were kept of enrolments.
    pub samples: u64,
    /// Dialogues.
    pub dialogues: u64,
    /// Recordings that came in dialogues.
    pub turns: u64,
    /// Consents and refusals.
    pub consents: u64,
    /// Sealed objects in the vault.
    pub objects: u64,
}

/// What an erasure has still to destroy, and then to look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Remains {
    pub enrolments: Vec<EnrolmentId>,
    pub objects: Vec<ObjectId>,
    /// Whether the person had a key of its own.
    pub own_key: bool,
}

/// An erasure that has begun and not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasing {
    pub id: ErasureId,
    pub person: String,
    pub subject: SubjectId,
    pub remains: Remains,
    pub counted: Counted,
    pub opted_out: bool,
    pub requested_at: DateTime<Utc>,
}

impl Store {
    /// Erasures that were begun and not ended, a page of them, in the order of their ids. Housekeeping's: it looks at every tenant.
    pub async fn erasures_begun(
        &self,
        after: Option<ErasureId>,
        limit: u64,
    ) -> Result<Vec<(TenantId, Erasing)>, StoreError> {
        let mut page = erasures::Entity::find().filter(erasures::Column::ErasedAt.is_null());
        if let Some(after) = after {
            page = page.filter(erasures::Column::Id.gt(after.0));
        }
        let rows = page.order_by_asc(erasures::Column::Id).limit(limit).all(&self.db).await?;
        rows.into_iter().map(|row| Ok((TenantId(row.tenant_id), erasing(row)?))).collect()
    }

    /// Ends an erasure with its receipt, unless another has: then that one's receipt is the answer. The person's id goes with it.
    pub async fn end_erasure(
        &self,
        tenant: TenantId,
        id: ErasureId,
        receipt: &str,
        now: DateTime<Utc>,
    ) -> Result<String, StoreError> {
        let transaction = self.begin().await?;
        let ended = erasures::Entity::update_many()
            .col_expr(erasures::Column::SubjectId, Expr::value(None::<String>))
            .col_expr(erasures::Column::Remains, Expr::value(None::<String>))
            .col_expr(erasures::Column::Receipt, Expr::value(Some(receipt)))
            .col_expr(erasures::Column::ErasedAt, Expr::value(Some(now)))
            .filter(erasures::Column::TenantId.eq(tenant.0))
            .filter(erasures::Column::Id.eq(id.0))
            .filter(erasures::Column::ErasedAt.is_null())
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        self.overwrite_journal().await;
        if ended.rows_affected == 1 {
            return Ok(receipt.to_owned());
        }
        let row = erasures::Entity::find_by_id(id.0)
            .filter(erasures::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        row.and_then(|row| row.receipt).ok_or(StoreError::Conflict)
    }

    /// Whether whoever has this pseudonym was to be erased, by an erasure that is over or not.
    pub async fn has_erasure(&self, tenant: TenantId, person: &str) -> Result<bool, StoreError> {
        let begun = erasures::Entity::find()
            .filter(erasures::Column::TenantId.eq(tenant.0))
            .filter(erasures::Column::Person.eq(person))
            .count(&self.db)
            .await?;
        Ok(begun > 0)
    }

    /// The receipts for a person's erasures, by its pseudonym, latest first.
    pub async fn receipts(&self, tenant: TenantId, person: &str) -> Result<Vec<String>, StoreError> {
        let receipts: Vec<Option<String>> = erasures::Entity::find()
            .select_only()
            .column(erasures::Column::Receipt)
            .filter(erasures::Column::TenantId.eq(tenant.0))
            .filter(erasures::Column::Person.eq(person).and(erasures::Column::Receipt.is_not_null()))
            .order_by_desc(erasures::Column::RequestedAt)
            .limit(MOST_RECEIPTS)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(receipts.into_iter().flatten().collect())
    }
}

/// Writes down that an erasure has begun; the caller commits.
pub(crate) async fn insert(
    transaction: &Transaction,
    tenant: TenantId,
    erasing: &Erasing,
) -> Result<(), StoreError> {
    let unwritable = |_| StoreError::Unreadable("erasure");
    erasures::ActiveModel {
        id: Set(erasing.id.0),
        tenant_id: Set(tenant.0),
        person: Set(erasing.person.clone()),
        subject_id: Set(Some(erasing.subject.to_string())),
        remains: Set(Some(serde_json::to_string(&erasing.remains).map_err(unwritable)?)),
        counted: Set(serde_json::to_string(&erasing.counted).map_err(unwritable)?),
        opted_out: Set(erasing.opted_out),
        requested_at: Set(erasing.requested_at),
        erased_at: Set(None),
        receipt: Set(None),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

fn erasing(row: erasures::Model) -> Result<Erasing, StoreError> {
    let unreadable = || StoreError::Unreadable("erasure");
    let subject = row.subject_id.and_then(|id| id.parse().ok()).ok_or_else(unreadable)?;
    let remains = row.remains.and_then(|text| serde_json::from_str(&text).ok()).ok_or_else(unreadable)?;
    Ok(Erasing {
        id: ErasureId(row.id),
        person: row.person,
        subject,
        remains,
        counted: serde_json::from_str(&row.counted).map_err(|_| unreadable())?,
        opted_out: row.opted_out,
        requested_at: row.requested_at,
    })
}
