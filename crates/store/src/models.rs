//! Which speaker models a tenant's voices are heard by, and who has no voiceprint of them yet.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, SubsecRound, Utc};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect, Select,
    sea_query::{Expr, LockType, Query, SimpleExpr},
};
use timbre_domain::{
    ids::{EnrolmentId, SampleId, SubjectId, TenantId},
    profile::ProfileKind,
};
use uuid::Uuid;

use crate::{
    Entry, SampleRecord, SealedVoiceprint, Store, StoreError,
    database::Transaction,
    dialogues::OPEN,
    ledger::write,
    profiles::insert_voiceprints,
    rows::{dialogues, enrolments, profiles, samples, tenants, turns, voiceprints},
    samples::keep_voices,
};

/// A tenant's models, by the names that the engine has for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TenantModels {
    /// What decides.
    pub models: String,
    /// What is to decide once everybody has a voiceprint of it. Then `changed_from` is none.
    pub changing_to: Option<String>,
    /// What decided before, as long as there is a way back.
    pub changed_from: Option<String>,
    /// Since when recordings are heard by more than what decides.
    pub since: Option<DateTime<Utc>>,
}

/// What must be so for other models to decide.
#[derive(Clone)]
pub struct Readiness {
    /// Every enrolment has a voiceprint of these.
    pub models: Vec<&'static str>,
    /// No open dialogue began before this: what was heard of it, these models may not have heard.
    pub dialogues_since: DateTime<Utc>,
}

/// What became of a change of models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelsChanged {
    Done,
    /// So many enrolments have no voiceprint of the models.
    Lacking(u64),
    /// So many dialogues are open that began before the models were heard.
    DialoguesOpen(u64),
}

/// An enrolment with a voiceprint, and what is needed to make one of other models.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embedded {
    pub enrolment: EnrolmentId,
    pub subject: SubjectId,
    pub scheme: String,
    pub language: String,
    /// None where a dialogue made it.
    pub profile: Option<ProfileKind>,
}

/// How many of a scheme's enrolments there are, and how many lack a voiceprint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeCount {
    pub scheme: String,
    pub enrolments: u64,
    pub lacking: u64,
}

impl Store {
    /// Changes a tenant's models, if they are still those that were seen and, where that is asked, everybody is ready for it. `Conflict`
    /// when another change was faster.
    pub async fn change_models(
        &self,
        tenant: TenantId,
        seen: &TenantModels,
        new: &TenantModels,
        readiness: Option<Readiness>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ModelsChanged, StoreError> {
        self.again(|| self.change_models_once(tenant, seen, new, readiness.clone(), entry.clone(), now)).await
    }

    async fn change_models_once(
        &self,
        tenant: TenantId,
        seen: &TenantModels,
        new: &TenantModels,
        readiness: Option<Readiness>,
        entry: Entry,
        now: DateTime<Utc>,
    ) -> Result<ModelsChanged, StoreError> {
        let transaction = self.begin().await?;
        hold_models(&transaction, tenant, seen, LockType::Update).await?;
        if let Some(Readiness { models, dialogues_since }) = readiness {
            let lacking = enrolled(tenant).filter(lacks_any(&models)).count(&transaction).await?;
            if lacking > 0 {
                return Ok(ModelsChanged::Lacking(lacking));
            }
            let open = dialogues::Entity::find()
                .filter(dialogues::Column::TenantId.eq(tenant.0))
                .filter(dialogues::Column::State.eq(OPEN))
                .filter(dialogues::Column::CreatedAt.lt(dialogues_since))
                .filter(dialogues::Column::ExpiresAt.gt(now))
                .count(&transaction)
                .await?;
            if open > 0 {
                return Ok(ModelsChanged::DialoguesOpen(open));
            }
        }
        tenants::Entity::update_many()
            .col_expr(tenants::Column::Models, Expr::value(new.models.as_str()))
            .col_expr(tenants::Column::ChangingTo, Expr::value(new.changing_to.clone()))
            .col_expr(tenants::Column::ChangedFrom, Expr::value(new.changed_from.clone()))
            .col_expr(
                tenants::Column::ModelsChangingSince,
                Expr::value(new.since.map(|at| at.trunc_subsecs(6))),
            )
            .filter(tenants::Column::Id.eq(tenant.0))
            .exec(&transaction)
            .await?;
        write(self, &transaction, tenant, entry, now).await?;
        transaction.commit().await?;
        Ok(ModelsChanged::Done)
    }

    /// A page of the enrolments that have a voiceprint, in the order of their ids: those that lack one of these models, or those that lack
    /// none.
    pub async fn embedded(
        &self,
        tenant: TenantId,
        models: &[&str],
        lacking: bool,
        after: Option<EnrolmentId>,
        limit: u64,
    ) -> Result<Vec<Embedded>, StoreError> {
        let lacks = lacks_any(models);
        let mut page = enrolled(tenant)
            .filter(if lacking { lacks } else { lacks.not() })
            .order_by_asc(enrolments::Column::Id)
            .limit(limit);
        if let Some(EnrolmentId(after)) = after {
            page = page.filter(enrolments::Column::Id.gt(after));
        }
        let rows = page.all(&self.db).await?;
        let of_profiles = profiles::Entity::find()
            .filter(profiles::Column::TenantId.eq(tenant.0))
            .filter(profiles::Column::EnrolmentId.is_in(rows.iter().map(|row| row.id)))
            .all(&self.db)
            .await?;
        let mut kinds = HashMap::with_capacity(of_profiles.len());
        for row in of_profiles {
            let kind: ProfileKind =
                row.kind.parse().map_err(|_| StoreError::Unreadable("kind of profile"))?;
            kinds.insert(row.enrolment_id, kind);
        }
        let read = |row: enrolments::Model| {
            Ok(Embedded {
                enrolment: EnrolmentId(row.id),
                subject: row.subject_id.parse().map_err(|_| StoreError::Unreadable("subject id"))?,
                profile: kinds.get(&row.id).copied(),
                scheme: row.scheme,
                language: row.language,
            })
        };
        rows.into_iter().map(read).collect()
    }

    /// The enrolments that have a voiceprint, by scheme, and how many of them lack one of these models.
    pub async fn count_embedded(
        &self,
        tenant: TenantId,
        models: &[&str],
    ) -> Result<Vec<SchemeCount>, StoreError> {
        let all = by_scheme(enrolled(tenant)).into_tuple::<(String, i64)>().all(&self.db).await?;
        let lacking = by_scheme(enrolled(tenant).filter(lacks_any(models)));
        let lacking: HashMap<String, i64> = lacking.into_tuple().all(&self.db).await?.into_iter().collect();
        let count = |(scheme, enrolments): (String, i64)| SchemeCount {
            lacking: lacking.get(&scheme).copied().unwrap_or_default().unsigned_abs(),
            enrolments: enrolments.unsigned_abs(),
            scheme,
        };
        Ok(all.into_iter().map(count).collect())
    }

    /// The recordings of an enrolment, in the order in which they came, with their voices: of those that came by a dialogue, as its
    /// turns keep them.
    pub async fn samples_with_voices(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
    ) -> Result<Vec<SampleRecord>, StoreError> {
        let mut found = self.profile_samples(tenant, enrolment).await?;
        let without: Vec<Uuid> =
            found.iter().filter(|it| it.sealed_embeddings.is_none()).map(|it| it.id.0).collect();
        if without.is_empty() {
            return Ok(found);
        }
        // A sample that came by a dialogue has the id of its turn.
        let rows = turns::Entity::find()
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::Id.is_in(without))
            .all(&self.db)
            .await?;
        let mut voices: HashMap<Uuid, Option<Vec<u8>>> =
            rows.into_iter().map(|row| (row.id, row.sealed_embeddings)).collect();
        for sample in found.iter_mut().filter(|sample| sample.sealed_embeddings.is_none()) {
            sample.sealed_embeddings = voices.remove(&sample.id.0).flatten();
        }
        Ok(found)
    }

    /// Adds voiceprints to an enrolment, and the voices of its recordings as they were heard for it. What is there stays. `Conflict` when
    /// the enrolment is gone, or has other recordings by now.
    pub async fn commit_reembedding(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
        heard: Vec<(SampleId, Vec<u8>)>,
        new: Vec<SealedVoiceprint>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let once = || self.commit_reembedding_once(tenant, enrolment, heard.clone(), new.clone(), now);
        self.again(once).await
    }

    async fn commit_reembedding_once(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
        heard: Vec<(SampleId, Vec<u8>)>,
        new: Vec<SealedVoiceprint>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let transaction = self.begin().await?;
        // Whoever fills a profile writes its row first: so the two take turns.
        profiles::Entity::find_by_id(enrolment.0)
            .filter(profiles::Column::TenantId.eq(tenant.0))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let found = enrolments::Entity::find_by_id(enrolment.0)
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .lock_exclusive()
            .one(&transaction)
            .await?;
        let samples_now = sample_ids(&transaction, tenant, enrolment).await?;
        if found.is_none() || samples_now != heard.iter().map(|(id, _)| id.0).collect() {
            return Err(StoreError::Conflict);
        }
        keep_voices(&transaction, tenant, heard).await?;
        let there: HashSet<String> = voiceprints::Entity::find()
            .select_only()
            .column(voiceprints::Column::Model)
            .filter(voiceprints::Column::TenantId.eq(tenant.0))
            .filter(voiceprints::Column::EnrolmentId.eq(enrolment.0))
            .into_tuple()
            .all(&transaction)
            .await?
            .into_iter()
            .collect();
        let missing = new.into_iter().filter(|voiceprint| !there.contains(&voiceprint.model)).collect();
        insert_voiceprints(&transaction, tenant, enrolment, missing, now).await?;
        Ok(transaction.commit().await?)
    }

    /// Deletes a page of the tenant's voiceprints of other models than these, while its models are still those that were seen, and says
    /// how many that were. `Conflict` once they are others: which voiceprints decide is then another question.
    pub async fn drop_voiceprints(
        &self,
        tenant: TenantId,
        seen: &TenantModels,
        keep: &[&str],
        page: u64,
    ) -> Result<u64, StoreError> {
        let deleted = self.again(|| self.drop_voiceprints_once(tenant, seen, keep, page)).await?;
        if deleted > 0 {
            self.overwrite_journal().await;
        }
        Ok(deleted)
    }

    async fn drop_voiceprints_once(
        &self,
        tenant: TenantId,
        seen: &TenantModels,
        keep: &[&str],
        page: u64,
    ) -> Result<u64, StoreError> {
        let others = || {
            voiceprints::Column::TenantId
                .eq(tenant.0)
                .and(voiceprints::Column::Model.is_not_in(keep.iter().copied()))
        };
        let transaction = self.begin().await?;
        // Until the commit nobody changes them.
        hold_models(&transaction, tenant, seen, LockType::NoKeyUpdate).await?;
        let found: Vec<Uuid> = voiceprints::Entity::find()
            .select_only()
            .column(voiceprints::Column::EnrolmentId)
            .filter(others())
            .limit(page)
            .into_tuple()
            .all(&transaction)
            .await?;
        let deleted = voiceprints::Entity::delete_many()
            .filter(others())
            .filter(voiceprints::Column::EnrolmentId.is_in(found))
            .exec(&transaction)
            .await?;
        transaction.commit().await?;
        Ok(deleted.rows_affected)
    }
}

/// Holds on to a tenant whose models are those that were seen. `Conflict` where they are others.
async fn hold_models(
    transaction: &Transaction,
    tenant: TenantId,
    seen: &TenantModels,
    lock: LockType,
) -> Result<(), StoreError> {
    let row = tenants::Entity::find_by_id(tenant.0).lock(lock).one(transaction).await?;
    match row.as_ref().map(of_row).as_ref() == Some(seen) {
        true => Ok(()),
        false => Err(StoreError::Conflict),
    }
}

pub(crate) fn of_row(row: &tenants::Model) -> TenantModels {
    TenantModels {
        models: row.models.clone(),
        changing_to: row.changing_to.clone(),
        changed_from: row.changed_from.clone(),
        since: row.models_changing_since,
    }
}

/// The tenant's enrolments that have a voiceprint.
fn enrolled(tenant: TenantId) -> Select<enrolments::Entity> {
    enrolments::Entity::find()
        .filter(enrolments::Column::TenantId.eq(tenant.0))
        .filter(Expr::exists(voiceprint(None)))
}

fn by_scheme(found: Select<enrolments::Entity>) -> Select<enrolments::Entity> {
    found
        .select_only()
        .column(enrolments::Column::Scheme)
        .column_as(enrolments::Column::Id.count(), "enrolments")
        .group_by(enrolments::Column::Scheme)
        .order_by_asc(enrolments::Column::Scheme)
}

/// That an enrolment lacks a voiceprint of one of these models.
fn lacks_any(models: &[&str]) -> Condition {
    let lacks = |model: &&str| Expr::exists(voiceprint(Some(model))).not();
    models.iter().map(lacks).fold(Condition::any(), Condition::add)
}

/// An enrolment's voiceprint, of this model or of any.
fn voiceprint(model: Option<&str>) -> sea_orm::sea_query::SelectStatement {
    let mut query = Query::select();
    let of_enrolment: SimpleExpr = Expr::col((voiceprints::Entity, voiceprints::Column::EnrolmentId))
        .equals((enrolments::Entity, enrolments::Column::Id));
    query.expr(Expr::val(1)).from(voiceprints::Entity).and_where(of_enrolment);
    if let Some(model) = model {
        query.and_where(Expr::col((voiceprints::Entity, voiceprints::Column::Model)).eq(model));
    }
    query
}

async fn sample_ids(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    enrolment: EnrolmentId,
) -> Result<HashSet<Uuid>, StoreError> {
    let ids: Vec<Uuid> = samples::Entity::find()
        .select_only()
        .column(samples::Column::Id)
        .filter(samples::Column::TenantId.eq(tenant.0))
        .filter(samples::Column::EnrolmentId.eq(enrolment.0))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(ids.into_iter().collect())
}
