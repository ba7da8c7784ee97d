//! Making voiceprints of a tenant's new models from the recordings that it has.
//!
//! Promises that no state of it is anywhere but in the database: what lacks a voiceprint is to be done, so a run that is killed is gone on with
//! by another, and two at once do each other's work but no harm. A voiceprint is committed only for the recordings it was made of: who
//! is erased or enrolled further meanwhile stays so. What an adaptation has taught a voiceprint is in no recording: the new one is
//! made of the enrolment's, and is its own anchor.

use std::time::Duration;

use serde_json::json;
use timbre_domain::ids::{EnrolmentId, SubjectId};
use timbre_store::{Embedded, SchemeCount};
use timbre_vault::VaultError;

use crate::{
    Engine, EngineError, Tenant,
    error::random,
    model_change::names,
    profile_enrolment::{counting_of, seal_voice},
    rehearing::HeardAgain,
    speakers::Counting,
};

/// Enrolments looked up in one go.
const PAGE: u64 = 200;

/// What became of an enrolment that lacked a voiceprint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reembedded {
    /// It has one of each model now.
    Done {
        /// Recordings that were heard for it.
        recordings: u32,
        /// Time on inference workers.
        worked: Duration,
    },
    /// It was changed, or erased, meanwhile.
    Raced,
    /// It cannot have one.
    Impossible(Obstacle),
}

/// Why no voiceprint can be made of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Obstacle {
    #[error("a recording of it is not in the object store")]
    RecordingMissing,
    #[error("a recording of it, or the person's key, does not open")]
    Sealed,
    #[error("a recording of it cannot be heard")]
    Unhearable,
    #[error("the person's consent was withdrawn")]
    NoConsent,
}

impl Engine {
    /// How many enrolments have voiceprints, by scheme, and how many lack one of the models that recordings are heard by.
    pub async fn reembedding(&self, tenant: &Tenant) -> Result<Vec<SchemeCount>, EngineError> {
        Ok(self.parts.store.count_embedded(tenant.id, &names(tenant.models.heard_by())).await?)
    }

    /// A place in the order of ids, another one each time: runs that begin there do not do the same at the same time.
    pub fn somewhere(&self) -> Result<EnrolmentId, EngineError> {
        Ok(EnrolmentId::from_random(random()?))
    }

    /// A page of the enrolments that lack a voiceprint, in the order of their ids.
    pub async fn lacking_voiceprints(
        &self,
        tenant: &Tenant,
        after: Option<EnrolmentId>,
    ) -> Result<Vec<Embedded>, EngineError> {
        let models = names(tenant.models.heard_by());
        Ok(self.parts.store.embedded(tenant.id, &models, true, after, PAGE).await?)
    }

    /// Makes the voiceprints that an enrolment lacks. An error is of this installation, not of the enrolment.
    pub async fn reembed(&self, tenant: &Tenant, which: &Embedded) -> Result<Reembedded, EngineError> {
        match self.try_to_reembed(tenant, which).await {
            Err(EngineError::Raced) => Ok(Reembedded::Raced),
            Err(error) => {
                let Some(obstacle) = obstacle(&error) else { return Err(error) };
                // Of whoever was erased meanwhile, nothing is left to be told.
                let known = self.parts.store.subject_of_enrolment(tenant.id, which.enrolment).await?;
                if known.is_none() {
                    return Ok(Reembedded::Raced);
                }
                tracing::warn!(enrolment = %which.enrolment, %error, "no voiceprint can be made");
                Ok(Reembedded::Impossible(obstacle))
            }
            done => done,
        }
    }

    async fn try_to_reembed(&self, tenant: &Tenant, which: &Embedded) -> Result<Reembedded, EngineError> {
        let (store, models) = (&self.parts.store, tenant.heard_by());
        let person = self.subject(tenant, which.subject).await?;
        person.check_use()?;
        let counting = which.profile.map_or(Counting::Equally, counting_of);
        let (mut voices, mut sealed) = (Vec::new(), Vec::new());
        let (mut recordings, mut worked) = (0, Duration::ZERO);
        for sample in store.samples_with_voices(tenant.id, which.enrolment).await? {
            let heard = self.hear_sample(tenant, &person, &sample, which.profile, models).await?;
            let HeardAgain { voice, worked: took } = heard;
            recordings += u32::from(took.is_some());
            worked += took.unwrap_or_default();
            sealed.push((sample.id, seal_voice(tenant, &person, sample.id, &voice)?));
            voices.push(voice);
        }
        if voices.is_empty() {
            return Ok(Reembedded::Impossible(Obstacle::RecordingMissing));
        }
        let heard_by = self.speakers_by(tenant.models.heard_by());
        let made = heard_by.enrol(&voices, counting)?;
        let new = person.seal_voiceprints(tenant, which.enrolment, &made, None)?;
        store.commit_reembedding(tenant.id, which.enrolment, sealed, new, self.parts.clock.now()).await?;
        Ok(Reembedded::Done { recordings, worked })
    }

    /// Erases the voices that lack a voiceprint: whoever has them enrols anew. For those who cannot be heard again and are not to keep all
    /// others from the change. Refused where they are more than `most`.
    pub async fn erase_lacking(&self, tenant: &Tenant, most: u64) -> Result<u64, EngineError> {
        let lacking = self.reembedding(tenant).await?.iter().map(|count| count.lacking).sum();
        if lacking > most {
            return Err(EngineError::VoiceprintsLacking(lacking));
        }
        let (mut erased, mut after) = (0, None);
        loop {
            let page = self.lacking_voiceprints(tenant, after).await?;
            let Some(last) = page.last() else { return Ok(erased) };
            after = Some(last.enrolment);
            for which in &page {
                match which.profile {
                    Some(kind) => drop(self.reset_profile(tenant, kind, which.enrolment).await?),
                    None => self.erase_left(tenant, which.subject, &which.language).await?,
                }
                erased += 1;
            }
        }
    }

    async fn erase_left(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        language: &str,
    ) -> Result<(), EngineError> {
        let now = self.parts.clock.now();
        let entry = tenant.told("voice.erased", Some(subject), json!({"language": language}));
        // Gone already: that is as well.
        let gone = self.parts.store.erase_enrolments(tenant.id, subject, language, entry, now).await?;
        self.delete_objects(tenant, gone.unwrap_or_default()).await;
        Ok(())
    }
}

/// What an error says about the enrolment alone.
fn obstacle(error: &EngineError) -> Option<Obstacle> {
    use timbre_inference::InferenceError;
    Some(match error {
        EngineError::Vault(VaultError::ObjectNotFound { .. }) => Obstacle::RecordingMissing,
        EngineError::Vault(VaultError::SealBroken | VaultError::UnknownSeal)
        | EngineError::UnknownSubject => Obstacle::Sealed,
        EngineError::Audio(_)
        | EngineError::Matching(_)
        | EngineError::Inference(InferenceError::TooShort { .. }) => Obstacle::Unhearable,
        EngineError::ConsentMissing => Obstacle::NoConsent,
        _ => return None,
    })
}
