//! Subjects: the people a tenant knows.

use timbre_domain::ids::SubjectId;
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

impl Engine {
    /// Makes a subject, or says which one has the device or the reference already.
    pub async fn create_subject(
        &self,
        tenant: &Tenant,
        user: NewUser,
    ) -> Result<SubjectCreated, EngineError> {
        let new = NewSubject {
            id: SubjectId::from_random(random()?),
            reference_id: user.reference_id,
            mac_address: user.mac_address,
            app_token: user.app_token,
        };
        Ok(self.parts.store.create_subject(tenant.id, new, self.parts.clock.now()).await?)
    }
}
