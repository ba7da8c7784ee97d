//! A tenant's dialogues as those see them who look after them: never a code, and of what is sealed only how a recording
//! sounded, still sealed.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect};
use timbre_domain::{
    decision::{Failure, TurnDecision},
    dialogue::{Asks, DialogueState, Purpose},
    ids::{DialogueId, SubjectId, TenantId, TurnId},
};
use uuid::Uuid;

use crate::{
    Listing, Period, Store, StoreError,
    dialogues::asks,
    listing::unindexed,
    rows::{dialogues, turns},
};

/// Which dialogues a list is of.
#[derive(Debug, Clone, Default)]
pub struct DialogueFilter {
    pub subject: Option<SubjectId>,
    pub state: Option<DialogueState>,
    pub purpose: Option<Purpose>,
    /// When it began.
    pub period: Period,
}

/// A dialogue without its code.
pub struct DialogueDetails {
    pub id: DialogueId,
    pub subject: SubjectId,
    pub purpose: Purpose,
    /// None of one that began before this was kept.
    pub asks: Option<Asks>,
    pub language: String,
    pub state: DialogueState,
    pub failure: Option<Failure>,
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
    pub decision: TurnDecision,
    /// JSON.
    pub measured: String,
    pub sealed_sketch: Option<Vec<u8>>,
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
        let words = [
            (dialogues::Column::State, filter.state.map(DialogueState::name)),
            (dialogues::Column::Purpose, filter.purpose.map(Purpose::name)),
        ];
        for (column, word) in words {
            if let Some(word) = word {
                // One person's are few.
                found = found.filter(match filter.subject {
                    Some(_) => unindexed(column).eq(word),
                    None => column.eq(word),
                });
            }
        }
        let found = filter.period.of(found, dialogues::Column::CreatedAt);
        let page = listing.of(found, dialogues::Column::CreatedAt, dialogues::Column::Id);
        page.all(&self.db).await?.into_iter().map(details).collect()
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
        let spoken: Vec<Spoken> = turns::Entity::find()
            .select_only()
            .columns([
                turns::Column::Id,
                turns::Column::Number,
                turns::Column::Decision,
                turns::Column::Measured,
                turns::Column::SealedSketch,
                turns::Column::CreatedAt,
            ])
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::DialogueId.eq(id.0))
            .order_by_asc(turns::Column::Number)
            .into_tuple()
            .all(&self.db)
            .await?;
        let turns = spoken.into_iter().map(turn).collect::<Result<_, _>>()?;
        Ok(Some((details(dialogue)?, turns)))
    }
}

/// A turn's id, its number, its decision, what was measured, its sketch, and when it came.
type Spoken = (Uuid, i32, String, String, Option<Vec<u8>>, DateTime<Utc>);

fn turn(
    (id, number, decision, measured, sealed_sketch, created_at): Spoken,
) -> Result<TurnDetails, StoreError> {
    let decision = decision.parse().map_err(|_| StoreError::Unreadable("decision"))?;
    Ok(TurnDetails { id: TurnId(id), number, decision, measured, sealed_sketch, created_at })
}

fn details(row: dialogues::Model) -> Result<DialogueDetails, StoreError> {
    let Told { purpose, state, failure } = told(&row)?;
    let asks = asks(&row)?;
    Ok(DialogueDetails {
        id: DialogueId(row.id),
        subject: row.subject_id.parse().map_err(|_| StoreError::Unreadable("subject id"))?,
        purpose,
        asks,
        language: row.language,
        state,
        failure,
        accepted: row.accepted,
        failures: row.failures,
        created_at: row.created_at,
        expires_at: row.expires_at,
        finished_at: row.finished_at,
    })
}

/// What a dialogue is for and how it stands: all that is told of it, but when.
pub(crate) struct Told {
    pub(crate) purpose: Purpose,
    pub(crate) state: DialogueState,
    pub(crate) failure: Option<Failure>,
}

pub(crate) fn told(row: &dialogues::Model) -> Result<Told, StoreError> {
    let unreadable = StoreError::Unreadable;
    let failure = row.failure.as_deref().map(str::parse::<Failure>).transpose();
    Ok(Told {
        purpose: row.purpose.parse().map_err(|_| unreadable("purpose"))?,
        state: row.state.parse().map_err(|_| unreadable("dialogue state"))?,
        failure: failure.map_err(|_| unreadable("failure"))?,
    })
}
