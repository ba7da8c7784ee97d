//! The recordings that a person's enrolments are made of: which there are, and where their sound is.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, sea_query::SimpleExpr,
};
use timbre_domain::ids::{EnrolmentId, ObjectId, SampleId, SubjectId, TenantId};
use uuid::Uuid;

use crate::{
    Store, StoreError,
    rows::{samples, turns},
    traces::enrolments_of,
};

/// A recording of an enrolment.
pub struct RecordingDetails {
    pub id: SampleId,
    pub enrolment: EnrolmentId,
    /// When it came.
    pub created_at: DateTime<Utc>,
    pub audio_seconds: Option<f64>,
    pub speech_seconds: Option<f64>,
    /// What was measured of one that came by a dialogue, as JSON.
    pub measured: Option<String>,
}

impl Store {
    /// The recordings that a person's enrolments are made of: the latest `limit` of them, the latest first.
    pub async fn recordings(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        limit: u64,
    ) -> Result<Vec<RecordingDetails>, StoreError> {
        type Columns = (Uuid, Uuid, DateTime<Utc>, Option<f64>, Option<f64>);
        let rows: Vec<Columns> = samples::Entity::find()
            .select_only()
            .columns([
                samples::Column::Id,
                samples::Column::EnrolmentId,
                samples::Column::CreatedAt,
                samples::Column::AudioSeconds,
                samples::Column::SpeechSeconds,
            ])
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(of_person(tenant, subject))
            .order_by_desc(samples::Column::CreatedAt)
            .order_by_desc(samples::Column::Id)
            .limit(limit)
            .into_tuple()
            .all(&self.db)
            .await?;
        // A dialogue's sample has the id of the turn that it came by, which knows when that was.
        let spoken: Vec<(Uuid, String, DateTime<Utc>)> = turns::Entity::find()
            .select_only()
            .columns([turns::Column::Id, turns::Column::Measured, turns::Column::CreatedAt])
            .filter(turns::Column::TenantId.eq(tenant.0))
            .filter(turns::Column::Id.is_in(rows.iter().map(|(id, ..)| *id)))
            .into_tuple()
            .all(&self.db)
            .await?;
        let mut spoken: HashMap<Uuid, (String, DateTime<Utc>)> =
            spoken.into_iter().map(|(id, measured, at)| (id, (measured, at))).collect();
        let read = |(id, enrolment, created_at, audio_seconds, speech_seconds): Columns| {
            let turn = spoken.remove(&id);
            RecordingDetails {
                id: SampleId(id),
                enrolment: EnrolmentId(enrolment),
                created_at: turn.as_ref().map_or(created_at, |(_, at)| *at),
                audio_seconds,
                speech_seconds,
                measured: turn.map(|(measured, _)| measured),
            }
        };
        let mut found: Vec<_> = rows.into_iter().map(read).collect();
        found.sort_by_key(|recording| std::cmp::Reverse(recording.created_at));
        Ok(found)
    }

    /// Where the sound of a person's recording is.
    pub async fn recording(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        id: SampleId,
    ) -> Result<Option<ObjectId>, StoreError> {
        let found: Option<Uuid> = samples::Entity::find_by_id(id.0)
            .select_only()
            .column(samples::Column::ObjectId)
            .filter(samples::Column::TenantId.eq(tenant.0))
            .filter(of_person(tenant, subject))
            .into_tuple()
            .one(&self.db)
            .await?;
        Ok(found.map(ObjectId))
    }
}

/// That a sample is of one of the person's enrolments.
pub(crate) fn of_person(tenant: TenantId, subject: SubjectId) -> SimpleExpr {
    samples::Column::EnrolmentId.in_subquery(enrolments_of(tenant, subject).into_query())
}
