//! What people agreed to. The policy may ask that nobody is enrolled without; what was withdrawn is heeded whatever it asks.

use chrono::{DateTime, Datelike, SubsecRound, TimeDelta, Utc};
use serde_json::{Value, json};
use timbre_domain::ids::{ConsentId, SubjectId};
use timbre_store::{ConsentRecord, Entry, NewConsent, NewEvent, StoreError, Whose};

use crate::{Engine, EngineError, PersonName, Tenant, error::random};

/// Longest reference of a signer, in characters.
const LONGEST_SIGNER: usize = 255;

/// So far the clocks of whoever tells of a consent and ours may be apart.
const CLOCKS_APART: TimeDelta = TimeDelta::minutes(5);

/// A consent, as it is told: which text was agreed to, when, and what the tenant finds the signature by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consent {
    text_sha256: [u8; 32],
    given_at: DateTime<Utc>,
    signer: String,
}

impl Consent {
    /// A consent to the text of this SHA-256 (64 hexadecimal digits). None where the hash is none, or the signer's reference is empty or
    /// longer than 255 characters or has a control character, or where the time is before 1900 or to come (by the clocks' difference of five
    /// minutes at most).
    pub fn new(text_sha256: &str, given_at: DateTime<Utc>, signer: &str, now: DateTime<Utc>) -> Option<Self> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text_sha256, &mut hash).ok()?;
        let readable = !signer.is_empty() && !signer.chars().any(char::is_control);
        let signed = readable && signer.chars().count() <= LONGEST_SIGNER;
        let given = given_at.year() >= 1900 && given_at <= now + CLOCKS_APART;
        // To the microsecond, as both databases keep it.
        let given_at = given_at.trunc_subsecs(6);
        (signed && given).then(|| Self { text_sha256: hash, given_at, signer: signer.to_owned() })
    }

    /// A consent as the header `x-timbre-consent` tells it: `sha256=<64 digits>; at=<RFC 3339>; signer=<reference>`, in any order, each once.
    pub fn parse(header: &str, now: DateTime<Utc>) -> Option<Self> {
        let (mut hash, mut at, mut signer) = (None, None, None);
        for part in header.split(';') {
            let (name, value) = part.split_once('=')?;
            let place = match name.trim() {
                "sha256" => &mut hash,
                "at" => &mut at,
                "signer" => &mut signer,
                _ => return None,
            };
            if place.replace(value.trim()).is_some() {
                return None;
            }
        }
        Self::new(hash?, DateTime::parse_from_rfc3339(at?).ok()?.to_utc(), signer?, now)
    }

    /// What the audit trail says of it: not who signed, which the person's erasure takes along.
    fn told(&self) -> Value {
        json!({"text_sha256": hex::encode(self.text_sha256), "given_at": self.given_at})
    }

    pub(crate) fn recorded(self) -> Result<NewConsent, EngineError> {
        let Self { text_sha256, given_at, signer } = self;
        let id = ConsentId::from_random(random()?);
        Ok(NewConsent { id, text_sha256: Some(text_sha256), given_at, signer })
    }
}

impl Tenant {
    /// That a person's consent came with the request that made them known.
    pub(crate) fn consent_event(&self, person: SubjectId, consent: &Consent) -> NewEvent {
        self.event("consent.recorded", Some(person), consent.told())
    }
}

impl Engine {
    /// Records that somebody has agreed: a person who is known, or one whom the tenant will know by this name. The same once more is the
    /// same record.
    pub async fn record_consent(
        &self,
        tenant: &Tenant,
        name: &PersonName,
        consent: Consent,
    ) -> Result<ConsentId, EngineError> {
        let whose = self.whose(tenant, name).await?;
        let entry = Entry::told(tenant.event("consent.recorded", person(whose), consent.told()));
        let new = consent.recorded()?;
        match self.parts.store.record_consent(tenant.id, whose, new, entry, self.parts.clock.now()).await {
            // Erased since it was looked for.
            Err(StoreError::Conflict) => Err(EngineError::UnknownSubject),
            recorded => Ok(recorded?),
        }
    }

    /// All that was recorded of somebody, oldest first, what was withdrawn too.
    pub async fn consents(
        &self,
        tenant: &Tenant,
        name: &PersonName,
    ) -> Result<Vec<ConsentRecord>, EngineError> {
        let whose = self.whose(tenant, name).await?;
        Ok(self.parts.store.consents(tenant.id, whose).await?)
    }

    /// Withdraws all that somebody agreed to, and says how many records that were. From now on the voice is neither enrolled nor compared with,
    /// until consent is given again; of whom nothing was recorded too.
    pub async fn withdraw_consent(&self, tenant: &Tenant, name: &PersonName) -> Result<u64, EngineError> {
        let whose = self.whose(tenant, name).await?;
        let entry = tenant.told("consent.withdrawn", person(whose), Value::Null);
        let (refusal, now) = (ConsentId::from_random(random()?), self.parts.clock.now());
        match self.parts.store.withdraw_consents(tenant.id, whose, refusal, entry, now).await {
            // Erased since it was looked for.
            Err(StoreError::Conflict) => Err(EngineError::UnknownSubject),
            withdrawn => Ok(withdrawn?),
        }
    }

    async fn whose(&self, tenant: &Tenant, name: &PersonName) -> Result<Whose, EngineError> {
        match (self.find_person(tenant, name).await?, name) {
            (Some(subject), _) => Ok(Whose::Person(subject)),
            // Nobody will be known by an id that we drew.
            (None, PersonName::Person(_)) => Err(EngineError::UnknownSubject),
            (None, name) => Ok(Whose::Named(tenant.digest_of(name))),
        }
    }
}

fn person(whose: Whose) -> Option<SubjectId> {
    match whose {
        Whose::Person(subject) => Some(subject),
        Whose::Named(_) => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn a_header_tells_text_time_and_signer_in_any_order() {
        let hash = "ab".repeat(32);
        let told =
            Consent::parse(&format!("sha256={hash}; at=2026-11-21T10:00:00Z; signer=form 7"), now()).unwrap();
        let other = format!("signer=form 7;at=2026-11-21T11:00:00+01:00;sha256={}", hash.to_uppercase());
        assert_eq!(Consent::parse(&other, now()), Some(told.clone()));
        assert_eq!((told.text_sha256, told.signer.as_str()), ([0xab; 32], "form 7"));
    }

    #[test]
    fn a_header_that_lacks_doubles_or_misspells_something_is_none() {
        let (hash, at) = ("ab".repeat(32), "2026-11-21T10:00:00Z");
        for wrong in [
            String::new(),
            format!("sha256={hash}; at={at}"),
            format!("sha256={hash}; at={at}; signer="),
            format!("sha256={hash}; at={at}; signer=a; signer=b"),
            format!("sha256={}; at={at}; signer=a", &hash[2..]),
            format!("sha256={hash}; at=yesterday; signer=a"),
            format!("sha256={hash}; at={at}; signer=a; by=b"),
            format!("sha256={hash}; at={at}; signer={}", "a".repeat(256)),
            format!("sha256={hash}; at={at}; signer=a\u{0}b"),
            format!("sha256={hash}; at=2999-01-01T00:00:00Z; signer=a"),
            format!("sha256={hash}; at=0001-01-01T00:00:00Z; signer=a"),
        ] {
            assert_eq!(Consent::parse(&wrong, now()), None, "{wrong}");
        }
    }
}
