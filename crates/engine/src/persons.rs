//! People: each with a key of its own, under which all is sealed that is kept of its voice.

use std::collections::HashMap;

use sha2::{Digest, Sha256};
use timbre_domain::{
    consent::Standing,
    device,
    dialogue::Purpose,
    ids::{EnrolmentId, SubjectId},
    profile::ProfileKind,
};
use timbre_store::{Called, SealedUnder};
use timbre_vault::{Opened, PersonKey, SealContext};

use crate::{Engine, EngineError, Tenant, error::random};

/// A person whom the tenant knows, with the key to what is kept of them. Use cases about a person take one, and only this
/// module makes them.
pub struct Subject {
    pub(crate) id: SubjectId,
    /// None: of people from before there were keys of their own, what is kept is sealed under the tenant's.
    key: Option<PersonKey>,
    consent: Standing,
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

    /// Seals what is kept of the person.
    pub(crate) fn seal(
        &self,
        tenant: &Tenant,
        context: &SealContext<'_>,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, EngineError> {
        Ok(match &self.key {
            Some(key) => key.seal(context, plaintext)?,
            None => tenant.key.seal(context, plaintext)?,
        })
    }

    /// Opens what is kept of the person.
    pub(crate) fn open(
        &self,
        tenant: &Tenant,
        context: &SealContext<'_>,
        sealed: &[u8],
    ) -> Result<Opened, EngineError> {
        Ok(match &self.key {
            Some(key) => key.open(context, sealed)?,
            None => tenant.key.open(context, sealed)?,
        })
    }

    /// Refuses to take more of the voice of somebody who did not agree to it.
    pub(crate) fn check_enrolment(&self, tenant: &Tenant) -> Result<(), EngineError> {
        match self.consent.allows_enrolment(tenant.policy.consent.required) {
            true => Ok(()),
            false => Err(EngineError::ConsentMissing),
        }
    }

    /// Refuses to compare with the voice of somebody who does not agree to it any more.
    pub(crate) fn check_use(&self) -> Result<(), EngineError> {
        if self.consent.allows_use() { Ok(()) } else { Err(EngineError::ConsentMissing) }
    }
}

/// What a tenant calls a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PersonName {
    /// The tenant's own id for a BiometrID user.
    Reference(String),
    /// The device of a BiometrID user, as it is stored ([`device::address`]).
    Device(String),
    /// The name of a DeepAffects speaker.
    Speaker(String),
    /// An Azure profile, or any other.
    Profile(EnrolmentId),
    /// A BiometrID user.
    Person(SubjectId),
}

impl PersonName {
    /// A name by its kind: `reference`, `device`, `speaker`, `profile` or `person`. None where there is no such kind, or the text is no id.
    pub fn parse(kind: &str, text: &str) -> Option<Self> {
        Some(match kind {
            "reference" => Self::Reference(text.to_owned()),
            "device" => Self::Device(device::address(text)),
            "speaker" => Self::Speaker(text.to_owned()),
            "profile" => Self::Profile(text.parse().ok()?),
            "person" => Self::Person(text.parse().ok()?),
            _ => return None,
        })
    }

    pub(crate) fn called(&self) -> Called<'_> {
        match self {
            Self::Reference(text) => Called::Reference(text),
            Self::Device(text) => Called::Device(text),
            Self::Speaker(text) => Called::Speaker(text),
            Self::Profile(id) => Called::Profile(*id),
            Self::Person(id) => Called::Person(*id),
        }
    }
}

impl Tenant {
    /// What a name is known again by, once the name itself must not be kept.
    pub(crate) fn digest_of(&self, name: &PersonName) -> [u8; 32] {
        let digest = |kind, text: &[u8]| self.key.keyed_digest(kind, text);
        match name {
            PersonName::Reference(text) => digest("name: reference", text.as_bytes()),
            PersonName::Device(text) => digest("name: device", text.as_bytes()),
            PersonName::Speaker(text) => digest("name: speaker", text.as_bytes()),
            PersonName::Profile(id) => digest("name: profile", id.as_bytes()),
            PersonName::Person(id) => digest("name: person", id.as_bytes()),
        }
    }
}

impl Engine {
    /// The tenant's subject with this id. One whose key is destroyed is nobody any more, though a restored backup may hold its rows.
    pub async fn subject(&self, tenant: &Tenant, id: SubjectId) -> Result<Subject, EngineError> {
        self.people(tenant, &[id]).await?.remove(&id).ok_or(EngineError::UnknownSubject)
    }

    /// Those of these people whom the tenant knows and of whom something can be read.
    pub(crate) async fn people(
        &self,
        tenant: &Tenant,
        ids: &[SubjectId],
    ) -> Result<HashMap<SubjectId, Subject>, EngineError> {
        let store = &self.parts.store;
        let known = store.people(tenant.id, ids).await?;
        let mut consents = store.consent_of(tenant.id, ids).await?;
        let mut keys = store.person_keys(tenant.id, ids).await?;
        let mut people = HashMap::with_capacity(known.len());
        for (id, under) in known {
            let key = match (under, keys.remove(&id)) {
                (SealedUnder::Tenant, _) => None,
                (SealedUnder::Own, Some(wrapped)) => Some(tenant.key.unwrap(id, &wrapped)?),
                (SealedUnder::Own, None) => continue,
            };
            people.insert(id, Subject { id, key, consent: consents.remove(&id).unwrap_or_default() });
        }
        Ok(people)
    }

    /// A profile's person; without one there is no profile either.
    pub(crate) async fn person_of_profile(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
    ) -> Result<Subject, EngineError> {
        match self.subject(tenant, subject).await {
            Err(EngineError::UnknownSubject) => Err(EngineError::UnknownProfile),
            found => found,
        }
    }

    /// A person whom nobody knows yet. The key is in the keyring from here on: of a person who then does not come to be, housekeeping
    /// destroys it.
    pub(crate) async fn new_person(
        &self,
        tenant: &Tenant,
        consent: Standing,
    ) -> Result<Subject, EngineError> {
        let (id, key) = (SubjectId::from_random(random()?), PersonKey::generate()?);
        let wrapped = tenant.key.wrap(id, &key)?;
        self.parts.store.put_person_key(tenant.id, id, wrapped, self.parts.clock.now()).await?;
        Ok(Subject { id, key: Some(key), consent })
    }

    /// The person whom the tenant calls so.
    pub async fn find_person(
        &self,
        tenant: &Tenant,
        name: &PersonName,
    ) -> Result<Option<SubjectId>, EngineError> {
        let store = &self.parts.store;
        Ok(match name {
            PersonName::Reference(text) => store.subject_of_reference(tenant.id, text).await?.map(|s| s.id),
            PersonName::Device(text) => store.subject_of_device(tenant.id, text).await?.map(|s| s.id),
            PersonName::Speaker(text) => {
                store.profile_called(tenant.id, ProfileKind::Speaker, text).await?.map(|p| p.subject)
            }
            PersonName::Profile(id) => store.subject_of_enrolment(tenant.id, *id).await?,
            PersonName::Person(id) => store.subject(tenant.id, *id).await?.map(|s| s.id),
        })
    }
}
