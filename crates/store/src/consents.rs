//! What people agreed to: which text, when, and by whose signature.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
    sea_query::{Expr, ExprTrait, SimpleExpr},
};
use timbre_domain::{
    consent::Standing,
    ids::{ConsentId, SubjectId, TenantId},
};

use uuid::Uuid;

use crate::{
    Entry, Store, StoreError,
    database::Transaction,
    ledger::write,
    rows::{consents, subjects},
    tenants,
};

/// Most records of one person that stand: a new one is refused from there on. Of those that were withdrawn as many are kept, the latest.
pub const MOST_CONSENTS: u64 = 1000;

/// A consent to be recorded, or a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewConsent {
    pub id: ConsentId,
    /// SHA-256 of the text that was agreed to; none of a refusal.
    pub text_sha256: Option<[u8; 32]>,
    pub given_at: DateTime<Utc>,
    /// What the tenant finds the signature by.
    pub signer: String,
}

/// A consent as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRecord {
    pub id: ConsentId,
    pub text_sha256: Vec<u8>,
    pub given_at: DateTime<Utc>,
    pub signer: String,
    pub recorded_at: DateTime<Utc>,
    pub withdrawn_at: Option<DateTime<Utc>>,
}

/// Whose consent: a person's who is known here, or, before that, by a keyed digest of the tenant's name for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    Person(SubjectId),
    Named([u8; 32]),
}

impl Whose {
    fn meant(self, tenant: TenantId) -> SimpleExpr {
        consents::Column::TenantId.eq(tenant.0).and(match self {
            Self::Person(subject) => consents::Column::SubjectId.eq(subject.to_string()),
            Self::Named(digest) => consents::Column::NameDigest.eq(digest.to_vec()),
        })
    }
}

impl Whose {
    /// Of those who record or withdraw consents of one person, one at a time. Who is not known yet has no row to hold on to but the tenant's.
    async fn hold(self, transaction: &Transaction, tenant: TenantId) -> Result<(), StoreError> {
        match self {
            Self::Person(subject) => crate::subjects::hold(transaction, tenant, subject).await,
            Self::Named(_) => tenants::hold(transaction, tenant).await,
        }
    }
}

impl Store {
    /// Records a consent, unless the same is there and stands: then that one's id is the answer. `Conflict` when there is no such
    /// person, `TooMany` when there are [`MOST_CONSENTS`].
    pub async fn record_consent(
        &self,
        tenant: TenantId,
        whose: Whose,
        new: NewConsent,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ConsentId, StoreError> {
        self.again(|| self.record_consent_once(tenant, whose, new.clone(), entry.clone(), now)).await
    }

    async fn record_consent_once(
        &self,
        tenant: TenantId,
        whose: Whose,
        new: NewConsent,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ConsentId, StoreError> {
        let transaction = self.begin().await?;
        whose.hold(&transaction, tenant).await?;
        let asked = new.id;
        let id = insert(&transaction, tenant, whose, new, now).await?;
        // What was there already is no news.
        if id == asked {
            write(self, &transaction, tenant, entry, now).await?;
        }
        transaction.commit().await?;
        Ok(id)
    }

    /// All that was recorded, oldest first.
    pub async fn consents(&self, tenant: TenantId, whose: Whose) -> Result<Vec<ConsentRecord>, StoreError> {
        let rows = consents::Entity::find()
            .filter(whose.meant(tenant))
            .order_by_asc(consents::Column::RecordedAt)
            .order_by_asc(consents::Column::Id)
            .limit(MOST_CONSENTS)
            .all(&self.db)
            .await?;
        let read = |row: consents::Model| ConsentRecord {
            id: ConsentId(row.id),
            text_sha256: row.text_sha256,
            given_at: row.given_at,
            signer: row.signer,
            recorded_at: row.recorded_at,
            withdrawn_at: row.withdrawn_at,
        };
        Ok(rows.into_iter().map(read).collect())
    }

    /// Marks all that stands as withdrawn, and says how many records that were. Of whom nothing was recorded it is recorded that they refuse.
    /// `Conflict` when there is no such person.
    pub async fn withdraw_consents(
        &self,
        tenant: TenantId,
        whose: Whose,
        refusal: ConsentId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        self.again(|| self.withdraw_consents_once(tenant, whose, refusal, entry.clone(), now)).await
    }

    async fn withdraw_consents_once(
        &self,
        tenant: TenantId,
        whose: Whose,
        refusal: ConsentId,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let refusal = NewConsent { id: refusal, text_sha256: None, given_at: now, signer: String::new() };
        let transaction = self.begin().await?;
        whose.hold(&transaction, tenant).await?;
        let withdrawn = consents::Entity::update_many()
            .col_expr(consents::Column::WithdrawnAt, Expr::value(Some(now)))
            .filter(whose.meant(tenant))
            .filter(consents::Column::WithdrawnAt.is_null())
            .exec(&transaction)
            .await?;
        let refused = withdrawn.rows_affected == 0 && !any(&transaction, tenant, whose).await?;
        if refused {
            known(&transaction, tenant, whose).await?;
            row(tenant, whose, refusal, now, Some(now)).insert(&transaction).await?;
        }
        if withdrawn.rows_affected > 0 || refused {
            write(self, &transaction, tenant, entry, now).await?;
        }
        transaction.commit().await?;
        Ok(withdrawn.rows_affected)
    }

    /// How it stands with each of these people of whom there is a record.
    pub async fn consent_of(
        &self,
        tenant: TenantId,
        subjects: &[SubjectId],
    ) -> Result<HashMap<SubjectId, Standing>, StoreError> {
        let rows: Vec<(Option<String>, Option<DateTime<Utc>>)> = consents::Entity::find()
            .select_only()
            .columns([consents::Column::SubjectId, consents::Column::WithdrawnAt])
            .filter(consents::Column::TenantId.eq(tenant.0))
            .filter(consents::Column::SubjectId.is_in(subjects.iter().map(SubjectId::to_string)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut found: HashMap<SubjectId, Vec<bool>> = HashMap::new();
        for (subject, withdrawn_at) in rows {
            let subject = subject.unwrap_or_default().parse();
            let subject = subject.map_err(|_| StoreError::Unreadable("subject id"))?;
            found.entry(subject).or_default().push(withdrawn_at.is_some());
        }
        Ok(found.into_iter().map(|(subject, withdrawn)| (subject, Standing::of(withdrawn))).collect())
    }

    /// How it stands with whoever the tenant will know by these names.
    pub async fn consent_named(&self, tenant: TenantId, names: &[[u8; 32]]) -> Result<Standing, StoreError> {
        let rows: Vec<Option<DateTime<Utc>>> = consents::Entity::find()
            .select_only()
            .column(consents::Column::WithdrawnAt)
            .filter(named(tenant, names))
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(Standing::of(rows.iter().map(Option::is_some)))
    }
}

/// Records a consent; the caller commits.
pub(crate) async fn insert(
    transaction: &Transaction,
    tenant: TenantId,
    whose: Whose,
    new: NewConsent,
    now: DateTime<Utc>,
) -> Result<ConsentId, StoreError> {
    let same = consents::Entity::find()
        .filter(whose.meant(tenant))
        .filter(consents::Column::TextSha256.eq(digest(&new)))
        .filter(consents::Column::GivenAt.eq(new.given_at))
        .filter(consents::Column::Signer.eq(&new.signer))
        .filter(consents::Column::WithdrawnAt.is_null())
        .one(transaction)
        .await?;
    if let Some(same) = same {
        return Ok(ConsentId(same.id));
    }
    let standing =
        consents::Entity::find().filter(whose.meant(tenant)).filter(consents::Column::WithdrawnAt.is_null());
    if standing.count(transaction).await? >= MOST_CONSENTS {
        return Err(StoreError::TooMany("consents of a person"));
    }
    known(transaction, tenant, whose).await?;
    forget_oldest_withdrawn(transaction, tenant, whose).await?;
    let id = new.id;
    row(tenant, whose, new, now, None).insert(transaction).await?;
    Ok(id)
}

/// Makes room among the withdrawn ones, so that no history grows without end.
async fn forget_oldest_withdrawn(
    transaction: &Transaction,
    tenant: TenantId,
    whose: Whose,
) -> Result<(), StoreError> {
    let beyond: Vec<Uuid> = consents::Entity::find()
        .select_only()
        .column(consents::Column::Id)
        .filter(whose.meant(tenant))
        .filter(consents::Column::WithdrawnAt.is_not_null())
        .order_by_desc(consents::Column::RecordedAt)
        .order_by_desc(consents::Column::Id)
        .offset(MOST_CONSENTS)
        .limit(MOST_CONSENTS)
        .into_tuple()
        .all(transaction)
        .await?;
    if !beyond.is_empty() {
        consents::Entity::delete_many()
            .filter(consents::Column::TenantId.eq(tenant.0))
            .filter(consents::Column::Id.is_in(beyond))
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// `Conflict` where it is a person whom the tenant does not know.
async fn known(transaction: &Transaction, tenant: TenantId, whose: Whose) -> Result<(), StoreError> {
    let Whose::Person(subject) = whose else { return Ok(()) };
    let found = subjects::Entity::find_by_id(subject.to_string())
        .filter(subjects::Column::TenantId.eq(tenant.0))
        .one(transaction)
        .await?;
    found.map(|_| ()).ok_or(StoreError::Conflict)
}

async fn any(transaction: &Transaction, tenant: TenantId, whose: Whose) -> Result<bool, StoreError> {
    Ok(consents::Entity::find().filter(whose.meant(tenant)).one(transaction).await?.is_some())
}

fn row(
    tenant: TenantId,
    whose: Whose,
    new: NewConsent,
    now: DateTime<Utc>,
    withdrawn_at: Option<DateTime<Utc>>,
) -> consents::ActiveModel {
    let (subject, name) = match whose {
        Whose::Person(subject) => (Some(subject.to_string()), None),
        Whose::Named(digest) => (None, Some(digest.to_vec())),
    };
    consents::ActiveModel {
        id: Set(new.id.0),
        tenant_id: Set(tenant.0),
        subject_id: Set(subject),
        name_digest: Set(name),
        text_sha256: Set(digest(&new)),
        given_at: Set(new.given_at),
        signer: Set(new.signer),
        recorded_at: Set(now),
        withdrawn_at: Set(withdrawn_at),
    }
}

/// Empty of a refusal.
fn digest(new: &NewConsent) -> Vec<u8> {
    new.text_sha256.map(Vec::from).unwrap_or_default()
}

/// Makes what was recorded under the tenant's names for a person that person's own.
pub(crate) async fn bind(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    subject: SubjectId,
    names: &[[u8; 32]],
) -> Result<(), StoreError> {
    consents::Entity::update_many()
        .col_expr(consents::Column::SubjectId, Expr::value(Some(subject.to_string())))
        .col_expr(consents::Column::NameDigest, Expr::value(None::<Vec<u8>>))
        .filter(named(tenant, names))
        .exec(connection)
        .await?;
    Ok(())
}

fn named(tenant: TenantId, names: &[[u8; 32]]) -> SimpleExpr {
    consents::Column::TenantId
        .eq(tenant.0)
        .and(consents::Column::NameDigest.is_in(names.iter().map(|name| name.to_vec())))
}
