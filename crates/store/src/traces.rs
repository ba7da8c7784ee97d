//! Looking for a person: in every table that could name one, and in the keyring.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QuerySelect, QueryTrait, Select,
};
use timbre_domain::ids::{EnrolmentId, ObjectId, SubjectId, TenantId};
use uuid::Uuid;

use crate::{
    Counted, Store, StoreError,
    recordings::of_person,
    rows::{
        consents, dialogues, enrolments, objects, person_keys, profiles, samples, subjects, turns,
        voiceprints,
    },
};

/// Values in one statement.
const PAGE: usize = 500;

impl Store {
    /// How many rows of the main database name the person, one of these enrolments or one of these objects, beside the row of an
    /// erasure that is not over.
    pub async fn rows_of_person(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        enrolments: &[EnrolmentId],
        objects: &[ObjectId],
    ) -> Result<u64, StoreError> {
        let db = &self.db;
        let itself = subjects::Entity::find()
            .filter(subjects::Column::TenantId.eq(tenant.0))
            .filter(subjects::Column::Id.eq(subject.to_string()));
        let known = enrolments_of(tenant, subject).into_tuple::<Uuid>().all(db).await?;
        let mut found = itself.count(db).await? + known.len() as u64;
        found += dialogues_of(tenant, subject).count(db).await?;
        found += turns_of(tenant, subject).count(db).await?;
        found += consents_of(tenant, subject).count(db).await?;
        let mut enrolled: Vec<Uuid> = enrolments.iter().map(|id| id.0).chain(known).collect();
        enrolled.sort();
        enrolled.dedup();
        for page in enrolled.chunks(PAGE) {
            let (page, tenant) = (page.iter().copied(), tenant.0);
            let profiles = profiles::Entity::find()
                .filter(profiles::Column::TenantId.eq(tenant))
                .filter(profiles::Column::EnrolmentId.is_in(page.clone()));
            found += profiles.count(db).await?;
            let voiceprints = voiceprints::Entity::find()
                .filter(voiceprints::Column::TenantId.eq(tenant))
                .filter(voiceprints::Column::EnrolmentId.is_in(page.clone()));
            found += voiceprints.count(db).await?;
            let samples = samples::Entity::find()
                .filter(samples::Column::TenantId.eq(tenant))
                .filter(samples::Column::EnrolmentId.is_in(page));
            found += samples.count(db).await?;
        }
        for page in objects.chunks(PAGE) {
            let page = page.iter().map(|id| id.0);
            let registered = objects::Entity::find()
                .filter(objects::Column::TenantId.eq(tenant.0))
                .filter(objects::Column::Id.is_in(page.clone()));
            found += registered.count(db).await?;
            let samples = samples::Entity::find()
                .filter(samples::Column::TenantId.eq(tenant.0))
                .filter(samples::Column::ObjectId.is_in(page.clone()));
            found += samples.count(db).await?;
            let turns = turns::Entity::find()
                .filter(turns::Column::TenantId.eq(tenant.0))
                .filter(turns::Column::ObjectId.is_in(page));
            found += turns.count(db).await?;
        }
        Ok(found)
    }

    /// How much is kept of a person, without its objects.
    pub async fn counted_of(&self, tenant: TenantId, subject: SubjectId) -> Result<Counted, StoreError> {
        Ok(counted(&self.db, tenant, subject).await?.0)
    }

    /// Whether the keyring has a key of the person.
    pub async fn has_person_key(&self, tenant: TenantId, subject: SubjectId) -> Result<bool, StoreError> {
        let found = person_keys::Entity::find()
            .filter(person_keys::Column::TenantId.eq(tenant.0))
            .filter(person_keys::Column::SubjectId.eq(subject.to_string()))
            .count(&self.keyring)
            .await?;
        Ok(found > 0)
    }
}

/// How much is kept of a person, and under which enrolments; its objects are counted by who deletes them.
pub(crate) async fn counted(
    connection: &impl ConnectionTrait,
    tenant: TenantId,
    subject: SubjectId,
) -> Result<(Counted, Vec<EnrolmentId>), StoreError> {
    let enrolled: Vec<Uuid> = enrolments_of(tenant, subject).into_tuple().all(connection).await?;
    let voiceprints = voiceprints::Entity::find()
        .filter(voiceprints::Column::TenantId.eq(tenant.0))
        .filter(voiceprints::Column::EnrolmentId.in_subquery(enrolments_of(tenant, subject).into_query()));
    let samples = samples::Entity::find()
        .filter(samples::Column::TenantId.eq(tenant.0))
        .filter(of_person(tenant, subject));
    let counted = Counted {
        enrolments: enrolled.len() as u64,
        voiceprints: voiceprints.count(connection).await?,
        samples: samples.count(connection).await?,
        dialogues: dialogues_of(tenant, subject).count(connection).await?,
        turns: turns_of(tenant, subject).count(connection).await?,
        consents: consents_of(tenant, subject).count(connection).await?,
        objects: 0,
    };
    Ok((counted, enrolled.into_iter().map(EnrolmentId).collect()))
}

/// The ids of a person's enrolments.
pub(crate) fn enrolments_of(tenant: TenantId, subject: SubjectId) -> Select<enrolments::Entity> {
    enrolments::Entity::find()
        .select_only()
        .column(enrolments::Column::Id)
        .filter(enrolments::Column::TenantId.eq(tenant.0))
        .filter(enrolments::Column::SubjectId.eq(subject.to_string()))
}

fn dialogues_of(tenant: TenantId, subject: SubjectId) -> Select<dialogues::Entity> {
    dialogues::Entity::find()
        .filter(dialogues::Column::TenantId.eq(tenant.0))
        .filter(dialogues::Column::SubjectId.eq(subject.to_string()))
}

fn turns_of(tenant: TenantId, subject: SubjectId) -> Select<turns::Entity> {
    turns::Entity::find()
        .filter(turns::Column::TenantId.eq(tenant.0))
        .filter(turns::Column::SubjectId.eq(subject.to_string()))
}

fn consents_of(tenant: TenantId, subject: SubjectId) -> Select<consents::Entity> {
    consents::Entity::find()
        .filter(consents::Column::TenantId.eq(tenant.0))
        .filter(consents::Column::SubjectId.eq(subject.to_string()))
}
