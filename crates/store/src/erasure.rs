//! Erasure: one commit after which nothing of a voice, or of a person, is left in the database.
//!
//! The caller then destroys the person's key, and deletes the vault objects named in the answer. Should it be stopped in
//! between, objects are registered no more and the sweep finds them, and a person's erasure is ended by housekeeping.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, ExprTrait, QueryFilter, QuerySelect,
    sea_query::{Expr, Query, SimpleExpr},
};
use timbre_domain::ids::{ObjectId, SubjectId, TenantId};
use uuid::Uuid;

use crate::{
    Counted, Entry, Erasing, NewErasure, PersonNames, Remains, Store, StoreError,
    database::Transaction,
    dialogues::{OPEN, put_aside},
    erasures, galleries,
    ledger::write,
    persons::names,
    recordings::of_person,
    rows::{dialogues, enrolments, objects, samples, subjects, turns},
    tombstones,
    traces::counted,
};

/// Values in one statement.
const PAGE: usize = 500;

impl Store {
    /// Erases a subject's enrolments in a language, whatever scheme made them: voiceprints, samples, and what
    /// its dialogues in that language kept of the voice. `None` when there is no such enrolment.
    pub async fn erase_enrolments(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        language: &str,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<ObjectId>>, StoreError> {
        self.again(|| self.erase_enrolments_once(tenant, subject, language, entry.clone(), now)).await
    }

    async fn erase_enrolments_once(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        language: &str,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Vec<ObjectId>>, StoreError> {
        let transaction = self.begin().await?;
        crate::subjects::hold(&transaction, tenant, subject).await?;
        let found: Vec<Uuid> = enrolments::Entity::find()
            .select_only()
            .column(enrolments::Column::Id)
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::SubjectId.eq(subject.to_string()))
            .filter(enrolments::Column::Language.eq(language))
            .into_tuple()
            .all(&transaction)
            .await?;
        if found.is_empty() {
            return Ok(None);
        }
        let of_language = || {
            dialogues::Column::TenantId
                .eq(tenant.0)
                .and(dialogues::Column::SubjectId.eq(subject.to_string()))
                .and(dialogues::Column::Language.eq(language))
        };
        let open = of_language().and(dialogues::Column::State.eq(OPEN));
        for dialogue in dialogues::Entity::find().filter(open).all(&transaction).await? {
            put_aside(&transaction, tenant, dialogue.id, now).await?;
        }
        // As a query within the query: a life's dialogues are more than a statement takes values.
        let held = || {
            let mut query = Query::select();
            query.column(dialogues::Column::Id).from(dialogues::Entity).and_where(of_language());
            turns::Column::TenantId.eq(tenant.0).and(turns::Column::DialogueId.in_subquery(query))
        };
        let mut gone = turn_objects(&transaction, held()).await?;
        let sampled = samples::Column::EnrolmentId.is_in(found.clone());
        gone.extend(sample_objects(&transaction, tenant, sampled).await?);
        gone.sort();
        gone.dedup();
        turns::Entity::update_many()
            .col_expr(turns::Column::SealedEmbeddings, Expr::value(None::<Vec<u8>>))
            .col_expr(turns::Column::SealedFingerprint, Expr::value(None::<Vec<u8>>))
            .col_expr(turns::Column::SealedSketch, Expr::value(None::<Vec<u8>>))
            .col_expr(turns::Column::ObjectId, Expr::value(None::<Uuid>))
            .filter(held())
            .exec(&transaction)
            .await?;
        unregister(&transaction, tenant, &gone).await?;
        let numbers = galleries::numbers_of(&transaction, tenant, &found).await?;
        enrolments::Entity::delete_many()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::Id.is_in(found))
            .exec(&transaction)
            .await?;
        galleries::gone(&transaction, tenant, numbers, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        self.overwrite_journal().await;
        Ok(Some(gone.into_iter().map(ObjectId).collect()))
    }

    /// Begins the erasure of a person: after this commit the tenant knows no such person, and one row says what is still to be
    /// destroyed. `tombstones` are the keyed digests of the names under which the person is not to be enrolled again, of those that it
    /// has in this commit; none without an opt-out. `None` when the tenant knows no such subject.
    pub async fn erase_subject(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        new: NewErasure,
        tombstones: impl Fn(PersonNames) -> Vec<[u8; 32]>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Erasing>, StoreError> {
        let once = || self.erase_subject_once(tenant, subject, new.clone(), &tombstones, entry.clone(), now);
        self.again(once).await
    }

    async fn erase_subject_once(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        new: NewErasure,
        tombstones: &impl Fn(PersonNames) -> Vec<[u8; 32]>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<Option<Erasing>, StoreError> {
        let transaction = self.begin().await?;
        let found = subjects::Entity::find_by_id(subject.to_string())
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let Some(found) = found else { return Ok(None) };
        let own_key = found.own_key;
        let tombstones = tombstones(names(&transaction, tenant, found).await?);
        let (counted, enrolments) = counted(&transaction, tenant, subject).await?;
        let gone = person_objects(&transaction, tenant, subject).await?;
        let ids: Vec<Uuid> = enrolments.iter().map(|id| id.0).collect();
        let numbers = galleries::numbers_of(&transaction, tenant, &ids).await?;
        // Enrolments, profiles, voiceprints, samples, dialogues, turns and consents go with it.
        subjects::Entity::delete_many()
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(subjects::Column::Id.eq(subject.to_string()))
            .exec(&transaction)
            .await?;
        unregister(&transaction, tenant, &gone).await?;
        let erasing = Erasing {
            id: new.id,
            person: new.person,
            subject,
            counted: Counted { objects: gone.len() as u64, ..counted },
            remains: Remains { enrolments, objects: gone.into_iter().map(ObjectId).collect(), own_key },
            opted_out: new.opted_out,
            requested_at: now,
        };
        erasures::insert(&transaction, tenant, &erasing).await?;
        tombstones::put(&transaction, tenant, new.id, &tombstones, now).await?;
        galleries::gone(&transaction, tenant, numbers, now).await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(Some(erasing))
    }
}

impl Store {
    /// The objects that are kept of a person, or were until lately.
    pub async fn objects_of(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Vec<ObjectId>, StoreError> {
        let gone = person_objects(&self.db, tenant, subject).await?;
        Ok(gone.into_iter().map(ObjectId).collect())
    }
}

/// The objects of a person: its samples', and its dialogues'. Those of samples that came by a dialogue are both.
async fn person_objects(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    subject: SubjectId,
) -> Result<Vec<Uuid>, StoreError> {
    let of_subject =
        turns::Column::TenantId.eq(tenant.0).and(turns::Column::SubjectId.eq(subject.to_string()));
    let mut objects = turn_objects(connection, of_subject).await?;
    objects.extend(sample_objects(connection, tenant, of_person(tenant, subject)).await?);
    objects.sort();
    objects.dedup();
    Ok(objects)
}

/// The objects of those of the tenant's samples that are meant.
pub(crate) async fn sample_objects(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    which: SimpleExpr,
) -> Result<Vec<Uuid>, StoreError> {
    let objects = samples::Entity::find()
        .select_only()
        .column(samples::Column::ObjectId)
        .filter(samples::Column::TenantId.eq(tenant.0))
        .filter(which)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(objects)
}

async fn turn_objects(connection: &impl ConnectionTrait, which: SimpleExpr) -> Result<Vec<Uuid>, StoreError> {
    let objects: Vec<Option<Uuid>> = turns::Entity::find()
        .select_only()
        .column(turns::Column::ObjectId)
        .filter(which)
        .filter(turns::Column::ObjectId.is_not_null())
        .into_tuple()
        .all(connection)
        .await?;
    Ok(objects.into_iter().flatten().collect())
}

pub(crate) async fn unregister(
    transaction: &Transaction,
    tenant: TenantId,
    gone: &[Uuid],
) -> Result<(), StoreError> {
    for page in gone.chunks(PAGE) {
        objects::Entity::delete_many()
            .filter(objects::Column::TenantId.eq(tenant.0))
            .filter(objects::Column::Id.is_in(page.iter().copied()))
            .exec(transaction)
            .await?;
    }
    Ok(())
}
