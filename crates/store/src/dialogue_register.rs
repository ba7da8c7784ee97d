//! A tenant's dialogues as those see them who look after them: never a code, never anything sealed.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use timbre_domain::ids::{DialogueId, SubjectId, TenantId, TurnId};
use uuid::Uuid;

use crate::{
    Listing, Period, Store, StoreError,
    rows::{dialogues, turns},
};

/// Which dialogues a list is of.
#[derive(Debug, Clone, Default)]
pub struct DialogueFilter {
    pub subject: Option<SubjectId>,
    pub state: Option<String>,
    pub purpose: Option<String>,
    /// When it began.
    pub period: Period,
}

/// A dialogue without its code.
pub struct DialogueDetails {
    pub id: DialogueId,
    pub subject: String,
    pub purpose: String,
    pub language: String,
    pub state: String,
    pub failure: Option<String>,
    pub accepted: i32,
    pub failures: i32,
    pub created_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// A turn and what was decided on it.
pub struct TurnDetails {
    pub id: TurnId,
    pub number: i32,
    pub decision: String,
    /// JSON.
    pub measured: String,
    pub created_at: DateTime<Utc>,
}

impl Store {
    /// A page of a tenant's dialogues, the newest first.
    pub async fn dialogues(
        &self,
        tenant: TenantId,
        filter: &DialogueFilter,
        listing: &Listing<Uuid>,
    ) -> Result<Vec<DialogueDetails>, StoreError> {
        let mut found = dialogues::Entity::find().filter(dialogues::Column::TenantId.eq(tenant.0));
        if let Some(subject) = filter.subject {
            found = found.filter(dialogues::Column::SubjectId.eq(subject.to_string()));
        }
        if let Some(state) = &filter.state {
            found = found.filter(dialogues::Column::State.eq(state));
        }
        if let Some(purpose) = &filter.purpose {
            found = found.filter(dialogues::Column::Purpose.eq(purpose));
        }
        let found = filter.period.of(found, dialogues::Column::CreatedAt);
        let page = listing.of(found, dialogues::Column::CreatedAt, dialogues::Column::Id);
        Ok(page.all(&self.db).await?.into_iter().map(details).collect())
    }

    /// A tenant's dialogue and its turns, in order.
    pub async fn dialogue_with_turns(
        &self,
        tenant: TenantId,
        id: DialogueId,
    ) -> Result<Option<(DialogueDetails, Vec<TurnDetails>)>, StoreError> {
        let found = dialogues::Entity::find_by_id(id.0)
            .filter(dialogues::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        let Some(dialogue) = found else { return Ok(None) };
        let spoken = turns::Entity::find()
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::DialogueId.eq(id.0))
            .order_by_asc(turns::Column::Number)
            .all(&self.db)
            .await?;
        let turn = |row: turns::Model| TurnDetails {
            id: TurnId(row.id),
            number: row.number,
            decision: row.decision,
            measured: row.measured,
            created_at: row.created_at,
        };
        Ok(Some((details(dialogue), spoken.into_iter().map(turn).collect())))
    }
}

fn details(row: dialogues::Model) -> DialogueDetails {
    DialogueDetails {
        id: DialogueId(row.id),
        subject: row.subject_id,
        purpose: row.purpose,
        language: row.language,
        state: row.state,
        failure: row.failure,
        accepted: row.accepted,
        failures: row.failures,
        created_at: row.created_at,
        expires_at: row.expires_at,
        finished_at: row.finished_at,
    }
}
