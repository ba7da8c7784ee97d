//! Enrolments and their sealed voiceprints.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use timbre_domain::ids::{EnrolmentId, SubjectId, TenantId};

use crate::{
    Store, StoreError,
    rows::{enrolments, voiceprints},
};

/// A voiceprint as stored: which model made it, and bytes that only the vault can open.
#[derive(Clone)]
pub struct SealedVoiceprint {
    pub model: String,
    pub sealed: Vec<u8>,
    /// The voiceprint as it was enrolled, once it has been adapted.
    pub sealed_anchor: Option<Vec<u8>>,
}

/// A completed enrolment of a subject.
pub struct EnrolmentRecord {
    pub id: EnrolmentId,
    pub scheme: String,
    pub language: String,
}

impl Store {
    /// All enrolments of a subject, oldest first.
    pub async fn enrolments(
        &self,
        tenant: TenantId,
        subject: SubjectId,
    ) -> Result<Vec<EnrolmentRecord>, StoreError> {
        let found = enrolments::Entity::find()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::SubjectId.eq(subject.to_string()))
            .order_by_asc(enrolments::Column::EnrolledAt)
            .all(&self.db)
            .await?;
        let read = |row: enrolments::Model| EnrolmentRecord {
            id: EnrolmentId(row.id),
            scheme: row.scheme,
            language: row.language,
        };
        Ok(found.into_iter().map(read).collect())
    }

    /// The sealed voiceprints of an enrolment, one for each model.
    pub async fn voiceprints(
        &self,
        tenant: TenantId,
        enrolment: EnrolmentId,
    ) -> Result<Vec<SealedVoiceprint>, StoreError> {
        let rows = voiceprints::Entity::find()
            .filter(voiceprints::Column::TenantId.eq(tenant.0))
            .filter(voiceprints::Column::EnrolmentId.eq(enrolment.0))
            .all(&self.db)
            .await?;
        let read = |row: voiceprints::Model| SealedVoiceprint {
            model: row.model,
            sealed: row.sealed,
            sealed_anchor: row.sealed_anchor,
        };
        Ok(rows.into_iter().map(read).collect())
    }
}
