//! Dialogues and their turns: begun, read, put aside.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, LockBehavior, LockType},
};
use timbre_domain::{
    code::Code,
    decision::SampleDecision,
    dialogue::{Asks, Dialogue, DialogueState, Prompt, Purpose, State},
    ids::{DialogueId, SubjectId, TenantId, TurnId},
};
use uuid::Uuid;

use crate::{
    Entry, Store, StoreError,
    database::Transaction,
    ledger::write,
    rows::{dialogues, objects, turns},
    subjects,
};

/// A dialogue as read, with the version that a step must find unchanged.
pub struct DialogueRecord {
    pub dialogue: Dialogue,
    pub version: i32,
}

/// A turn as kept. Embeddings are there as long as something may be made of them.
pub struct TurnRecord {
    pub id: TurnId,
    pub decision: String,
    pub sealed_embeddings: Option<Vec<u8>>,
    pub sealed_fingerprint: Option<Vec<u8>>,
}

impl Store {
    /// Stores a new dialogue; whatever dialogue the subject had open is put aside in the same
    /// commit.
    pub async fn start_dialogue(
        &self,
        tenant: TenantId,
        dialogue: &Dialogue,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.start_dialogue_once(tenant, dialogue, entry.clone(), now)).await
    }

    async fn start_dialogue_once(
        &self,
        tenant: TenantId,
        dialogue: &Dialogue,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        subjects::hold(&transaction, tenant, dialogue.subject).await?;
        for row in open_of(tenant, dialogue.subject).all(&transaction).await? {
            put_aside(&transaction, tenant, row.id, now).await?;
        }
        insert(&transaction, tenant, dialogue, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// The subject's open dialogue, if there is one. Its time may be over all the same.
    pub async fn open_dialogue(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Option<DialogueRecord>, StoreError> {
        let found = open_of(tenant, subject).one(&self.db).await?;
        found.map(record).transpose()
    }

    /// Puts the subject's open dialogue aside, if there is one.
    pub async fn abort_dialogue(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.again(|| self.abort_dialogue_once(tenant, subject, entry.clone(), now)).await
    }

    async fn abort_dialogue_once(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        subjects::hold(&transaction, tenant, subject).await?;
        for row in open_of(tenant, subject).all(&transaction).await? {
            put_aside(&transaction, tenant, row.id, now).await?;
        }
        write(self, &transaction, tenant, entry, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Stores a dialogue that asks for another code, without a sample having come. `Conflict` when it took
    /// a step since it was read.
    pub async fn renew_dialogue(
        &self,
        tenant: TenantId,
        dialogue: &Dialogue,
        version: i32,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        subjects::hold(&transaction, tenant, dialogue.subject).await?;
        advance(&transaction, tenant, dialogue, version, now).await?;
        Ok(transaction.commit().await?)
    }

    pub async fn dialogue(
        &self,
        tenant: TenantId,
        id: DialogueId,
    ) -> Result<Option<DialogueRecord>, StoreError> {
        let found = dialogues::Entity::find_by_id(id.0)
            .filter(dialogues::Column::TenantId.eq(tenant.0))
            .one(&self.db)
            .await?;
        found.map(record).transpose()
    }

    /// The turns of a dialogue, in order.
    pub async fn turns(&self, tenant: TenantId, id: DialogueId) -> Result<Vec<TurnRecord>, StoreError> {
        let rows = turns::Entity::find()
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::DialogueId.eq(id.0))
            .order_by_asc(turns::Column::Number)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(turn).collect())
    }

    /// The subject's latest turns that left a fingerprint, newest first: those that were accepted, or the others.
    pub async fn fingerprints(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        accepted: bool,
        limit: u64,
    ) -> Result<Vec<TurnRecord>, StoreError> {
        let ok = SampleDecision::Ok.name();
        let decision = match accepted {
            true => turns::Column::Decision.eq(ok),
            false => turns::Column::Decision.ne(ok),
        };
        let rows = turns::Entity::find()
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::SubjectId.eq(subject.to_string()))
            .filter(turns::Column::SealedFingerprint.is_not_null())
            .filter(decision)
            .order_by_desc(turns::Column::CreatedAt)
            .limit(limit)
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(turn).collect())
    }

    /// Puts aside dialogues whose time is over, a page at a time, and says how many.
    pub async fn expire_dialogues(&self, now: DateTime<Utc>, page: u64) -> Result<usize, StoreError> {
        let transaction = self.begin().await?;
        let expired = dialogues::Entity::find()
            .filter(dialogues::Column::State.eq(OPEN))
            .filter(dialogues::Column::ExpiresAt.lte(now))
            .limit(page)
            // Those that somebody is at are looked at the next time.
            .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
            .all(&transaction)
            .await?;
        for row in &expired {
            put_aside(&transaction, TenantId(row.tenant_id), row.id, now).await?;
        }
        transaction.commit().await?;
        Ok(expired.len())
    }
}

/// How an open dialogue stands in the database. The partial index `dialogues_open` reads it too.
pub(crate) const OPEN: &str = DialogueState::Open.name();

/// A dialogue's state, spread over its columns.
struct StateColumns {
    state: &'static str,
    failure: Option<String>,
    code: Option<String>,
    code_expires_at: Option<DateTime<Utc>>,
}

impl StateColumns {
    fn of(state: &State) -> Self {
        let plain = Self { state: state.word().name(), failure: None, code: None, code_expires_at: None };
        match state {
            State::Open(prompt) => Self {
                code: prompt.code.as_ref().map(Code::shown),
                code_expires_at: Some(prompt.expires_at),
                ..plain
            },
            State::Failed(failure) => Self { failure: Some(failure.name().to_owned()), ..plain },
            State::Succeeded | State::Aborted => plain,
        }
    }
}

/// Writes a dialogue as it is, at version 0.
pub(crate) async fn insert(
    transaction: &Transaction,
    tenant: TenantId,
    dialogue: &Dialogue,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let columns = StateColumns::of(&dialogue.state);
    dialogues::ActiveModel {
        id: Set(dialogue.id.0),
        tenant_id: Set(tenant.0),
        subject_id: Set(dialogue.subject.to_string()),
        purpose: Set(dialogue.purpose.name().to_owned()),
        language: Set(dialogue.language.clone()),
        state: Set(columns.state.to_owned()),
        failure: Set(columns.failure),
        code: Set(columns.code),
        code_expires_at: Set(columns.code_expires_at),
        accepted: Set(dialogue.accepted as i32),
        failures: Set(dialogue.failures as i32),
        version: Set(0),
        created_at: Set(now),
        expires_at: Set(dialogue.expires_at),
        finished_at: Set((!dialogue.state.is_open()).then_some(now)),
        asks: Set(dialogue.asks.map(|asks| asks.name().to_owned())),
    }
    .insert(transaction)
    .await?;
    Ok(())
}

/// Writes what a dialogue became, if nothing else happened to it since it was read.
pub(crate) async fn advance(
    transaction: &Transaction,
    tenant: TenantId,
    dialogue: &Dialogue,
    version: i32,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let columns = StateColumns::of(&dialogue.state);
    let finished_at = (!dialogue.state.is_open()).then_some(now);
    let update = dialogues::Entity::update_many()
        .col_expr(dialogues::Column::State, Expr::value(columns.state))
        .col_expr(dialogues::Column::Failure, Expr::value(columns.failure))
        .col_expr(dialogues::Column::Code, Expr::value(columns.code))
        .col_expr(dialogues::Column::CodeExpiresAt, Expr::value(columns.code_expires_at))
        .col_expr(dialogues::Column::Accepted, Expr::value(dialogue.accepted as i32))
        .col_expr(dialogues::Column::Failures, Expr::value(dialogue.failures as i32))
        .col_expr(dialogues::Column::Version, Expr::value(version + 1))
        .col_expr(dialogues::Column::FinishedAt, Expr::value(finished_at))
        .filter(dialogues::Column::Id.eq(dialogue.id.0))
        .filter(dialogues::Column::TenantId.eq(tenant.0))
        .filter(dialogues::Column::State.eq(OPEN))
        .filter(dialogues::Column::Version.eq(version));
    match update.exec(transaction).await?.rows_affected {
        1 => Ok(()),
        _ => Err(StoreError::Conflict),
    }
}

fn open_of(tenant: TenantId, subject: SubjectId) -> Select<dialogues::Entity> {
    dialogues::Entity::find()
        .filter(dialogues::Column::TenantId.eq(tenant.0))
        .filter(dialogues::Column::SubjectId.eq(subject.to_string()))
        .filter(dialogues::Column::State.eq(OPEN))
}

/// What a dialogue asks for; none of one that began before this was kept.
pub(crate) fn asks(row: &dialogues::Model) -> Result<Option<Asks>, StoreError> {
    let kept = row.asks.as_deref().map(str::parse::<Asks>).transpose();
    kept.map_err(|_| StoreError::Unreadable("what a dialogue asks for"))
}

/// Puts a dialogue aside, unless it came to its own end since it was read: then what it kept is its enrolment's.
pub(crate) async fn put_aside(
    transaction: &Transaction,
    tenant: TenantId,
    dialogue: Uuid,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let update = dialogues::Entity::update_many()
        .col_expr(dialogues::Column::State, Expr::value(DialogueState::Aborted.name()))
        .col_expr(dialogues::Column::Code, Expr::value(None::<String>))
        .col_expr(dialogues::Column::Version, Expr::col(dialogues::Column::Version).add(1))
        .col_expr(dialogues::Column::FinishedAt, Expr::value(Some(now)))
        .filter(dialogues::Column::TenantId.eq(tenant.0))
        .filter(dialogues::Column::Id.eq(dialogue))
        .filter(dialogues::Column::State.eq(OPEN));
    match update.exec(transaction).await?.rows_affected {
        0 => Ok(()),
        _ => release(transaction, tenant, dialogue).await,
    }
}

/// Lets go of what a finished dialogue no longer needs: its embeddings, and its audio, which the
/// sweep then finds unregistered. Fingerprints stay: the same recording must be known again. So do the names of the
/// objects: an erasure that comes before the sweep must find them.
pub(crate) async fn release(
    transaction: &Transaction,
    tenant: TenantId,
    dialogue: Uuid,
) -> Result<(), StoreError> {
    let spoken = turns::Entity::find()
        .filter(turns::Column::TenantId.eq(tenant.0))
        .filter(turns::Column::DialogueId.eq(dialogue))
        .all(transaction)
        .await?;
    let gone: Vec<Uuid> = spoken.iter().filter_map(|turn| turn.object_id).collect();
    objects::Entity::delete_many()
        .filter(objects::Column::TenantId.eq(tenant.0))
        .filter(objects::Column::Id.is_in(gone))
        .exec(transaction)
        .await?;
    turns::Entity::update_many()
        .col_expr(turns::Column::SealedEmbeddings, Expr::value(None::<Vec<u8>>))
        .filter(turns::Column::TenantId.eq(tenant.0))
        .filter(turns::Column::DialogueId.eq(dialogue))
        .exec(transaction)
        .await?;
    Ok(())
}

fn turn(row: turns::Model) -> TurnRecord {
    TurnRecord {
        id: TurnId(row.id),
        decision: row.decision,
        sealed_embeddings: row.sealed_embeddings,
        sealed_fingerprint: row.sealed_fingerprint,
    }
}

fn record(row: dialogues::Model) -> Result<DialogueRecord, StoreError> {
    let unreadable = StoreError::Unreadable;
    let asks = asks(&row)?;
    let state: DialogueState = row.state.parse().map_err(|_| unreadable("dialogue state"))?;
    let state = match (state, row.code, row.code_expires_at, row.failure) {
        (DialogueState::Open, code, Some(expires_at), _) => {
            let read = |code: String| Code::parse(&code).ok_or(unreadable("code"));
            State::Open(Prompt { code: code.map(read).transpose()?, expires_at })
        }
        (DialogueState::Succeeded, ..) => State::Succeeded,
        (DialogueState::Failed, _, _, Some(failure)) => {
            State::Failed(failure.parse().map_err(|_| unreadable("failure"))?)
        }
        (DialogueState::Aborted, ..) => State::Aborted,
        (DialogueState::Open | DialogueState::Failed, ..) => return Err(unreadable("dialogue state")),
    };
    let purpose: Purpose = row.purpose.parse().map_err(|_| unreadable("purpose"))?;
    Ok(DialogueRecord {
        dialogue: Dialogue {
            id: DialogueId(row.id),
            subject: row.subject_id.parse().map_err(|_| unreadable("subject id"))?,
            purpose,
            asks,
            language: row.language,
            state,
            accepted: row.accepted.try_into().map_err(|_| unreadable("counter"))?,
            failures: row.failures.try_into().map_err(|_| unreadable("counter"))?,
            expires_at: row.expires_at,
        },
        version: row.version,
    })
}
