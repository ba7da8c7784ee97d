//! What changed among the voiceprints that somebody is looked for among, so that indexes in memory can follow the database.
//!
//! Promises that a voiceprint that comes, changes or goes is numbered in the very commit in which it does; that numbers of a tenant become
//! visible in their order; and that whoever has followed up to a number, and then reads on from it, holds what the database holds. Of a
//! voiceprint that went no more is kept than its number.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
    sea_query::{Expr, ExprTrait},
};
use timbre_domain::{
    ids::{EnrolmentId, SubjectId, TenantId},
    profile::{Profile, ProfileKind, ProfileStatus},
};
use uuid::Uuid;

use crate::{
    SealedVoiceprint, Store, StoreError,
    database::Transaction,
    rows::{enrolments, gallery_gone, gallery_heads, profiles, voiceprints},
};

/// How far an index has followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GalleryPlace {
    /// It has what came up to this change.
    pub come: i64,
    /// It has lost what went up to this change.
    pub gone: i64,
}

/// A voiceprint that came.
pub struct GalleryEntry {
    /// Of the change that made it; no other voiceprint of the tenant has it.
    pub number: i64,
    pub enrolment: EnrolmentId,
    pub subject: SubjectId,
    pub voiceprints: Vec<SealedVoiceprint>,
}

/// What changed, as of one moment: first what went, then what came.
pub struct GalleryPage {
    pub gone: Vec<i64>,
    pub come: Vec<GalleryEntry>,
    /// From where to read on.
    pub place: GalleryPlace,
    /// Whether nothing more had changed.
    pub over: bool,
}

impl Store {
    /// The number of the latest change of a voiceprint of the tenant's; 0 before the first.
    pub async fn gallery_number(&self, tenant: TenantId) -> Result<i64, StoreError> {
        Ok(head(&self.db, tenant).await?.map_or(0, |head| head.number))
    }

    /// How many voiceprints of this kind there are.
    pub async fn gallery_size(&self, tenant: TenantId, kind: ProfileKind) -> Result<u64, StoreError> {
        Ok(standing(tenant, kind).filter(profiles::Column::Changed.gt(0)).count(&self.db).await?)
    }

    /// What changed among the voiceprints of this kind since `from`, `limit` of each at most; without a place, all that there are from the first
    /// one on. `None` where that is not known any more: then all must be read anew.
    pub async fn gallery_page(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        from: Option<GalleryPlace>,
        limit: u64,
    ) -> Result<Option<GalleryPage>, StoreError> {
        let moment = self.snapshot().await?;
        let (latest, pruned) = head(&moment, tenant).await?.map_or((0, 0), |head| (head.number, head.pruned));
        // Whoever has nothing yet has nothing to lose of what went before.
        let from = from.unwrap_or(GalleryPlace { come: 0, gone: latest });
        if from.gone < pruned || from.gone > latest || from.come > latest {
            return Ok(None);
        }
        let went: Vec<(i64, i64)> = gallery_gone::Entity::find()
            .select_only()
            .columns([gallery_gone::Column::Number, gallery_gone::Column::Was])
            .filter(gallery_gone::Column::TenantId.eq(tenant.0))
            .filter(gallery_gone::Column::Number.gt(from.gone))
            .order_by_asc(gallery_gone::Column::Number)
            .limit(limit)
            .into_tuple()
            .all(&moment)
            .await?;
        let came: Vec<(i64, Uuid)> = standing(tenant, kind)
            .select_only()
            .columns([profiles::Column::Changed, profiles::Column::EnrolmentId])
            .filter(profiles::Column::Changed.gt(from.come))
            .order_by_asc(profiles::Column::Changed)
            .limit(limit)
            .into_tuple()
            .all(&moment)
            .await?;
        let up_to = |read: usize, last: Option<i64>| match last {
            Some(last) if read as u64 == limit => last,
            _ => latest,
        };
        let place = GalleryPlace {
            come: up_to(came.len(), came.last().map(|(number, _)| *number)),
            gone: up_to(went.len(), went.last().map(|(number, _)| *number)),
        };
        let come = entries(&moment, tenant, came).await?;
        moment.commit().await?;
        let over = place == GalleryPlace { come: latest, gone: latest };
        Ok(Some(GalleryPage { gone: went.into_iter().map(|(_, was)| was).collect(), come, place, over }))
    }

    /// The profiles whose voiceprints these changes made, and that nothing has changed since.
    pub async fn profiles_numbered(
        &self,
        tenant: TenantId,
        kind: ProfileKind,
        numbers: &[i64],
    ) -> Result<Vec<Profile>, StoreError> {
        let numbered =
            standing(tenant, kind).filter(profiles::Column::Changed.is_in(numbers.iter().copied()));
        self.read_profiles(tenant, numbered.all(&self.db).await?).await
    }

    /// Forgets of a page of tenants which voiceprints went before `before`, and says whether there may be more. Housekeeping's.
    pub async fn forget_gone(&self, before: DateTime<Utc>, page: u64) -> Result<bool, StoreError> {
        let tenants: Vec<(Uuid, i64)> = gallery_gone::Entity::find()
            .select_only()
            .column(gallery_gone::Column::TenantId)
            .column_as(gallery_gone::Column::Number.max(), "latest")
            .filter(gallery_gone::Column::At.lt(before))
            .group_by(gallery_gone::Column::TenantId)
            .limit(page)
            .into_tuple()
            .all(&self.db)
            .await?;
        for (tenant, latest) in &tenants {
            let transaction = self.begin().await?;
            gallery_heads::Entity::update_many()
                .col_expr(gallery_heads::Column::Pruned, Expr::value(*latest))
                .filter(gallery_heads::Column::TenantId.eq(*tenant))
                .filter(gallery_heads::Column::Pruned.lt(*latest))
                .exec(&transaction)
                .await?;
            gallery_gone::Entity::delete_many()
                .filter(gallery_gone::Column::TenantId.eq(*tenant))
                .filter(gallery_gone::Column::Number.lte(*latest))
                .exec(&transaction)
                .await?;
            transaction.commit().await?;
        }
        Ok(tenants.len() as u64 == page)
    }
}

/// Numbers what becomes of a profile's voiceprint: it stands from now on as it is in this commit, or is no more. The caller holds the profile's row.
pub(crate) async fn changed(
    transaction: &Transaction,
    tenant: TenantId,
    profile: &Profile,
    stands: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if !profile.kind.is_identified() {
        return Ok(());
    }
    let was = numbers_of(transaction, tenant, &[profile.id.0]).await?.pop();
    if was.is_none() && !stands {
        return Ok(());
    }
    let number = next_number(transaction, tenant).await?;
    if let Some(was) = was {
        goes(transaction, tenant, number, was, now).await?;
    }
    profiles::Entity::update_many()
        .col_expr(profiles::Column::Changed, Expr::value(if stands { number } else { 0 }))
        .filter(profiles::Column::TenantId.eq(tenant.0))
        .filter(profiles::Column::EnrolmentId.eq(profile.id.0))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The numbers of the voiceprints that go with these enrolments, whose profiles are held from now on.
pub(crate) async fn numbers_of(
    transaction: &Transaction,
    tenant: TenantId,
    enrolments: &[Uuid],
) -> Result<Vec<i64>, StoreError> {
    let numbers = profiles::Entity::find()
        .select_only()
        .column(profiles::Column::Changed)
        .filter(profiles::Column::TenantId.eq(tenant.0))
        .filter(profiles::Column::EnrolmentId.is_in(enrolments.iter().copied()))
        .filter(profiles::Column::Changed.gt(0))
        .lock_exclusive()
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(numbers)
}

/// Writes down that the voiceprints of these numbers are no more.
pub(crate) async fn gone(
    transaction: &Transaction,
    tenant: TenantId,
    numbers: Vec<i64>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    for was in numbers {
        let number = next_number(transaction, tenant).await?;
        goes(transaction, tenant, number, was, now).await?;
    }
    Ok(())
}

async fn goes(
    transaction: &Transaction,
    tenant: TenantId,
    number: i64,
    was: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = gallery_gone::ActiveModel {
        tenant_id: Set(tenant.0),
        number: Set(number),
        was: Set(was),
        at: Set(now),
    };
    row.insert(transaction).await?;
    Ok(())
}

/// The next number, whose row is held until the commit: so numbers become visible in their order.
async fn next_number(transaction: &Transaction, tenant: TenantId) -> Result<i64, StoreError> {
    take_numbers(transaction, tenant, 1).await
}

/// The next `many` numbers, of which this is the last, in the same way.
pub(crate) async fn take_numbers(
    transaction: &Transaction,
    tenant: TenantId,
    many: i64,
) -> Result<i64, StoreError> {
    let none = gallery_heads::ActiveModel { tenant_id: Set(tenant.0), number: Set(0), pruned: Set(0) };
    gallery_heads::Entity::insert(none)
        .on_conflict_do_nothing_on([gallery_heads::Column::TenantId])
        .exec_without_returning(transaction)
        .await?;
    gallery_heads::Entity::update_many()
        .col_expr(gallery_heads::Column::Number, Expr::col(gallery_heads::Column::Number).add(many))
        .filter(gallery_heads::Column::TenantId.eq(tenant.0))
        .exec(transaction)
        .await?;
    Ok(head(transaction, tenant).await?.ok_or(StoreError::Conflict)?.number)
}

async fn head(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
) -> Result<Option<gallery_heads::Model>, StoreError> {
    Ok(gallery_heads::Entity::find_by_id(tenant.0).one(connection).await?)
}

/// Profiles of the kind that have a voiceprint.
fn standing(tenant: TenantId, kind: ProfileKind) -> Select<profiles::Entity> {
    profiles::Entity::find()
        .filter(profiles::Column::TenantId.eq(tenant.0))
        .filter(profiles::Column::Kind.eq(kind.name()))
        .filter(profiles::Column::Status.eq(ProfileStatus::Enrolled.name()))
}

async fn entries(
    moment: &Transaction,
    tenant: TenantId,
    came: Vec<(i64, Uuid)>,
) -> Result<Vec<GalleryEntry>, StoreError> {
    let ids = || came.iter().map(|(_, id)| *id);
    let people: Vec<(Uuid, String)> = enrolments::Entity::find()
        .select_only()
        .columns([enrolments::Column::Id, enrolments::Column::SubjectId])
        .filter(enrolments::Column::TenantId.eq(tenant.0))
        .filter(enrolments::Column::Id.is_in(ids()))
        .into_tuple()
        .all(moment)
        .await?;
    let people: HashMap<Uuid, String> = people.into_iter().collect();
    let rows = voiceprints::Entity::find()
        .filter(voiceprints::Column::TenantId.eq(tenant.0))
        .filter(voiceprints::Column::EnrolmentId.is_in(ids()))
        .all(moment)
        .await?;
    let mut sealed: HashMap<Uuid, Vec<SealedVoiceprint>> = HashMap::new();
    for row in rows {
        let voiceprint =
            SealedVoiceprint { model: row.model, sealed: row.sealed, sealed_anchor: row.sealed_anchor };
        sealed.entry(row.enrolment_id).or_default().push(voiceprint);
    }
    let entry = |(number, id): (i64, Uuid)| {
        let subject = people.get(&id).ok_or(StoreError::Unreadable("profile"))?;
        Ok(GalleryEntry {
            number,
            enrolment: EnrolmentId(id),
            subject: subject.parse().map_err(|_| StoreError::Unreadable("subject id"))?,
            voiceprints: sealed.remove(&id).unwrap_or_default(),
        })
    };
    came.into_iter().map(entry).collect()
}
