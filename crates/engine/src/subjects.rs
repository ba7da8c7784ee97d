//! Subjects: the people a tenant knows.

use serde_json::Value;
use sha2::{Digest, Sha256};
use timbre_domain::{
    dialogue::Purpose,
    ids::{ObjectId, SubjectId},
    usage::{Meter, Usage},
};
use timbre_store::{NewSubject, SubjectCreated};

use crate::{Engine, EngineError, Tenant, error::random};

/// What a tenant may say of a new subject. All of it is optional.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The tenant's own id for the person.
    pub reference_id: Option<String>,
    /// The person's device.
    pub mac_address: Option<String>,
    /// A push token of the person's device.
    pub app_token: Option<String>,
}

/// A person whom the tenant knows. Use cases about a person take one, and only [`Engine::subject`] makes
/// them.
pub struct Subject {
    pub(crate) id: SubjectId,
}

impl Subject {
    /// A name for the subject's place in a session, which tells nothing of who it is.
    pub fn place(&self, tenant: &Tenant, purpose: Purpose) -> String {
        let digest = Sha256::new()
            .chain_update(tenant.id.as_bytes())
            .chain_update(self.id.as_bytes())
            .chain_update(purpose.name());
        hex::encode(&digest.finalize()[..16])
    }
}

impl Engine {
    /// Makes a subject, or says which one has the device or the reference already.
    pub async fn create_subject(
        &self,
        tenant: &Tenant,
        user: NewUser,
    ) -> Result<SubjectCreated, EngineError> {
        self.admit(tenant, &[Meter::Requests]).await?;
        let new = NewSubject {
            id: SubjectId::from_random(random()?),
            reference_id: user.reference_id,
            mac_address: user.mac_address,
            app_token: user.app_token,
        };
        let entry = tenant.entry("person.created", Some(new.id), Usage::request(0.0), Value::Null);
        Ok(self.parts.store.create_subject(tenant.id, new, entry, self.parts.clock.now()).await?)
    }

    /// The tenant's subject with this id.
    pub async fn subject(&self, tenant: &Tenant, id: SubjectId) -> Result<Subject, EngineError> {
        let found = self.parts.store.subject(tenant.id, id).await?.ok_or(EngineError::UnknownSubject)?;
        Ok(Subject { id: found.id })
    }

    /// The subject that a device is bound to.
    pub async fn subject_of_device(
        &self,
        tenant: &Tenant,
        mac_address: &str,
    ) -> Result<Option<SubjectId>, EngineError> {
        let found = self.parts.store.subject_of_device(tenant.id, mac_address).await?;
        Ok(found.map(|subject| subject.id))
    }

    /// Erases a person: every row in one commit, and then every recording.
    pub async fn erase_subject(&self, tenant: &Tenant, subject: &Subject) -> Result<(), EngineError> {
        let erased = self.parts.store.erase_subject(tenant.id, subject.id).await?;
        self.delete_objects(tenant, erased.ok_or(EngineError::UnknownSubject)?).await;
        tracing::info!("subject erased");
        Ok(())
    }

    /// Deletes objects that are registered no more. One that cannot be deleted now is left to the sweep: for
    /// the caller it is erased, and no row leads to it.
    pub(crate) async fn delete_objects(&self, tenant: &Tenant, objects: Vec<ObjectId>) {
        for object in objects {
            if let Err(error) = self.parts.objects.delete(tenant.id, object).await {
                tracing::warn!(%object, %error, "an erased recording could not be deleted yet; the sweep will");
            }
        }
    }
}
