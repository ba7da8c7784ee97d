//! Operators: the people who run this installation, or one tenant of it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::Expr,
};
use timbre_domain::{
    ids::{OperatorId, OperatorSessionId, TenantId},
    operator::Role,
};
use uuid::Uuid;

use crate::{
    Chain, Listing, NewAnswer, NewEvent, Store, StoreError, answers, audit::append, database::Transaction,
    operator_sessions::revoke_sessions, rows::operators,
};

/// An operator as stored.
#[derive(Clone)]
pub struct OperatorRecord {
    pub id: OperatorId,
    /// In lower case.
    pub email: String,
    pub name: String,
    /// A PHC string.
    pub password_hash: String,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    pub disabled_at: Option<DateTime<Utc>>,
}

/// What of an operator is to change; what is absent stays.
#[derive(Default)]
pub struct OperatorChange {
    pub name: Option<String>,
    pub role: Option<Role>,
    pub disabled: Option<bool>,
}

/// A password to be changed.
pub struct PasswordChange<'a> {
    /// The hash of the one that is to go, as it was read.
    pub seen: &'a str,
    /// Of the one to come.
    pub hash: String,
    /// The session that does not end.
    pub keep: Option<OperatorSessionId>,
    pub answer: Option<NewAnswer>,
}

/// What came of changing an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperatorChanged {
    Done,
    Unknown,
    /// Nobody would be left who may do everything.
    LastOwner,
}

impl Store {
    /// Adds an operator. `Conflict` when the address or the answer's key is taken.
    pub async fn create_operator(
        &self,
        new: OperatorRecord,
        answer: Option<NewAnswer>,
        event: NewEvent,
    ) -> Result<(), StoreError> {
        let now = new.created_at;
        let transaction = self.begin().await?;
        answers::keep(&transaction, answer, now).await?;
        operators::ActiveModel {
            id: Set(new.id.0),
            email: Set(new.email),
            name: Set(new.name),
            password_hash: Set(new.password_hash),
            role: Set(new.role.name().to_owned()),
            tenant_id: Set(new.role.tenant().map(|tenant| tenant.0)),
            created_at: Set(now),
            disabled_at: Set(None),
        }
        .insert(&transaction)
        .await?;
        append(self, &transaction, Chain::Platform, event, now).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn operator(&self, id: OperatorId) -> Result<Option<OperatorRecord>, StoreError> {
        operators::Entity::find_by_id(id.0).one(&self.db).await?.map(record).transpose()
    }

    /// The operator with this address, which is in lower case.
    pub async fn operator_called(&self, email: &str) -> Result<Option<OperatorRecord>, StoreError> {
        let found = operators::Entity::find().filter(operators::Column::Email.eq(email));
        found.one(&self.db).await?.map(record).transpose()
    }

    /// What operators are called: those of these that there are.
    pub async fn operator_names(
        &self,
        ids: &BTreeSet<OperatorId>,
    ) -> Result<HashMap<OperatorId, String>, StoreError> {
        let rows: Vec<(Uuid, String)> = operators::Entity::find()
            .select_only()
            .columns([operators::Column::Id, operators::Column::Name])
            .filter(operators::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|(id, name)| (OperatorId(id), name)).collect())
    }

    /// A page of the operators, the newest first.
    pub async fn operators(&self, listing: &Listing<Uuid>) -> Result<Vec<OperatorRecord>, StoreError> {
        let page = listing.of(operators::Entity::find(), operators::Column::CreatedAt, operators::Column::Id);
        page.all(&self.db).await?.into_iter().map(record).collect()
    }

    /// Changes an operator. Who is disabled, or gets another role, is logged out.
    pub async fn change_operator(
        &self,
        id: OperatorId,
        change: OperatorChange,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<OperatorChanged, StoreError> {
        let transaction = self.begin().await?;
        // Whoever takes an owner away must be the only one who does.
        let owners = operators::Entity::find()
            .filter(operators::Column::Role.eq(Role::Owner.name()))
            .filter(operators::Column::DisabledAt.is_null())
            // All in one order, so that no two wait for each other.
            .order_by_asc(operators::Column::Id)
            .lock_exclusive()
            .all(&transaction)
            .await?;
        let row = operators::Entity::find_by_id(id.0).lock_exclusive().one(&transaction).await?;
        let Some(found) = row.map(record).transpose()? else { return Ok(OperatorChanged::Unknown) };
        let role = change.role.unwrap_or(found.role);
        let disabled_at = match change.disabled {
            None => found.disabled_at,
            Some(false) => None,
            Some(true) => Some(found.disabled_at.unwrap_or(now)),
        };
        let is_owner = role == Role::Owner && disabled_at.is_none();
        if !is_owner && owners.iter().all(|owner| owner.id == id.0) && !owners.is_empty() {
            return Ok(OperatorChanged::LastOwner);
        }
        operators::Entity::update_many()
            .col_expr(operators::Column::Name, Expr::value(change.name.unwrap_or(found.name)))
            .col_expr(operators::Column::Role, Expr::value(role.name()))
            .col_expr(operators::Column::TenantId, Expr::value(role.tenant().map(|tenant| tenant.0)))
            .col_expr(operators::Column::DisabledAt, Expr::value(disabled_at))
            .filter(operators::Column::Id.eq(id.0))
            .exec(&transaction)
            .await?;
        if disabled_at.is_some() || role != found.role {
            revoke_sessions(&transaction, id, None, now).await?;
        }
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(OperatorChanged::Done)
    }

    /// Gives an operator another password, and ends all sessions but one. False: there is no such operator, or the password was
    /// changed since it was seen. `Conflict` when the answer's key is taken.
    pub async fn change_password(
        &self,
        id: OperatorId,
        change: PasswordChange<'_>,
        event: NewEvent,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let transaction = self.begin().await?;
        let update = operators::Entity::update_many()
            .col_expr(operators::Column::PasswordHash, Expr::value(change.hash))
            .filter(operators::Column::Id.eq(id.0))
            .filter(operators::Column::PasswordHash.eq(change.seen));
        if update.exec(&transaction).await?.rows_affected == 0 {
            return Ok(false);
        }
        revoke_sessions(&transaction, id, change.keep, now).await?;
        answers::keep(&transaction, change.answer, now).await?;
        append(self, &transaction, Chain::Platform, event, now).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// Whether an operator may log in with the password whose hash was `seen`. Until the commit neither changes.
pub(crate) async fn may_log_in(
    transaction: &Transaction,
    id: OperatorId,
    seen: &str,
) -> Result<bool, StoreError> {
    let found = operators::Entity::find_by_id(id.0).lock_exclusive().one(transaction).await?;
    Ok(found.is_some_and(|row| row.disabled_at.is_none() && row.password_hash == seen))
}

pub(crate) fn record(row: operators::Model) -> Result<OperatorRecord, StoreError> {
    Ok(OperatorRecord {
        id: OperatorId(row.id),
        email: row.email,
        name: row.name,
        password_hash: row.password_hash,
        role: role(&row.role, row.tenant_id)?,
        created_at: row.created_at,
        disabled_at: row.disabled_at,
    })
}

pub(crate) fn role(name: &str, tenant: Option<Uuid>) -> Result<Role, StoreError> {
    Role::named(name, tenant.map(TenantId)).map_err(|_| StoreError::Unreadable("role"))
}
