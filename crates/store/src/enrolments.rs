//! Enrolments and their sealed voiceprints.

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timbre_domain::ids::{EnrolmentId, SubjectId, TenantId};

use crate::{
    SealedVoiceprint, Store, StoreError,
    rows::{enrolments, voiceprints},
};

/// A completed enrolment of a subject.
pub struct EnrolmentRecord {
    pub id: EnrolmentId,
    pub scheme: String,
    pub language: String,
}

impl Store {
    /// The subject's enrolment under this scheme and language.
    pub async fn enrolment(
        &self,
        tenant: TenantId,
        subject: SubjectId,
        scheme: &str,
        language: &str,
    ) -> Result<Option<EnrolmentRecord>, StoreError> {
        let found = enrolments::Entity::find()
            .filter(enrolments::Column::TenantId.eq(tenant.0))
            .filter(enrolments::Column::SubjectId.eq(subject.to_string()))
            .filter(enrolments::Column::Scheme.eq(scheme))
            .filter(enrolments::Column::Language.eq(language))
            .one(&self.db)
            .await?;
        Ok(found.map(|row| EnrolmentRecord {
            id: EnrolmentId(row.id),
            scheme: row.scheme,
            language: row.language,
        }))
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
        Ok(rows.into_iter().map(|row| SealedVoiceprint { model: row.model, sealed: row.sealed }).collect())
    }
}
