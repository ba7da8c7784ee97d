//! Subjects: the people a tenant knows.

use serde_json::Value;
use timbre_domain::{
    consent::Standing,
    ids::{ObjectId, SubjectId},
    usage::{Meter, Usage},
};
use timbre_store::{NewSubject, SubjectCreated, Terms};

use crate::{Consent, Engine, EngineError, PersonName, Subject, Tenant, ahead::Ahead};

/// What a tenant may say of a new subject. All of it is optional.
#[derive(Clone, Default)]
pub struct NewUser {
    /// The tenant's own id for the person.
    pub reference_id: Option<String>,
    /// The person's device.
    pub mac_address: Option<String>,
    /// A push token of the person's device.
    pub app_token: Option<String>,
    /// What the person agreed to.
    pub consent: Option<Consent>,
}

impl Engine {
    /// Makes a subject, or says which one has the device or the reference already.
    pub async fn create_subject(
        &self,
        tenant: &Tenant,
        user: NewUser,
    ) -> Result<SubjectCreated, EngineError> {
        self.admit(tenant, &[Meter::Requests]).await?;
        let names = [
            user.reference_id.clone().map(PersonName::Reference),
            user.mac_address.clone().map(PersonName::Device),
        ];
        let terms = Terms {
            names: names.iter().flatten().map(|name| tenant.digest_of(name)).collect(),
            consent: user.consent.clone().map(Consent::recorded).transpose()?,
        };
        let person = self.new_person(tenant, Standing::Unknown).await?;
        let new = NewSubject {
            id: person.id,
            reference_id: user.reference_id,
            mac_address: user.mac_address,
            app_token: user.app_token,
            terms,
        };
        let mut entry = tenant.entry("person.created", Some(new.id), Usage::request(0.0), Value::Null);
        entry.events.extend(user.consent.as_ref().map(|consent| tenant.consent_event(new.id, consent)));
        let now = self.parts.clock.now();
        let created = self.parts.store.create_subject(tenant.id, new, entry, now).await;
        let ahead = Ahead { person: Some(person.id), ..Ahead::default() };
        let is_new = |created: &SubjectCreated| matches!(created, SubjectCreated::New(_));
        let created = self.unless_made(tenant, ahead, created.map_err(EngineError::from), is_new).await?;
        if let (SubjectCreated::DeviceTaken(known), Some(consent)) = (created, user.consent) {
            self.record_consent(tenant, &PersonName::Person(known), consent).await?;
        }
        Ok(created)
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

    /// Erases a person: unknown from here on, the key and every recording destroyed.
    pub async fn erase_subject(&self, tenant: &Tenant, subject: &Subject) -> Result<(), EngineError> {
        self.erase_at_once(tenant, subject.id).await
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
