//! Hearing stored recordings again, by models that have not heard them.

use std::{sync::Arc, time::Duration};

use timbre_audio::{Band, Limits};
use timbre_domain::{contract::Contract, embedding::ModelId, profile::ProfileKind};
use timbre_inference::{InferenceError, Models};
use timbre_store::SampleRecord;
use timbre_vault::{Opened, Purpose as Sealing, SealContext};

use crate::{
    Engine, EngineError, Subject, Tenant,
    figures::contract_of,
    speakers::{Speakers, Voice, of},
    template::unpack,
};

/// A recording's voice by all models that were asked for, and what it took.
pub(crate) struct HeardAgain {
    pub(crate) voice: Voice,
    /// Time on an inference worker; none where nothing was to be heard.
    pub(crate) worked: Option<Duration>,
}

impl Engine {
    /// A recording's voice by these models: as it is kept, and as those hear it now that did not before. It is heard as a recording of such a
    /// profile, or of a dialogue. Callers go first: where inference has no place, it waits for one.
    pub(crate) async fn hear_sample(
        &self,
        tenant: &Tenant,
        person: &Subject,
        sample: &SampleRecord,
        profile: Option<ProfileKind>,
        models: &[ModelId],
    ) -> Result<HeardAgain, EngineError> {
        let mut voice = kept_voice(tenant, person, sample)?;
        let missing: Vec<ModelId> =
            models.iter().copied().filter(|model| of(&voice, *model).is_none()).collect();
        if missing.is_empty() {
            return Ok(HeardAgain { voice, worked: None });
        }
        let sealed = self.parts.objects.get(tenant.id, sample.object).await?;
        let context = SealContext::new(Sealing::Audio, sample.object.as_bytes());
        let bytes = person.open(tenant, &context, &sealed)?;
        // What was taken once is within limits; those of today may be others.
        let limits = Limits { max_seconds: f64::MAX, max_bytes: usize::MAX, ..self.parts.sample_limits };
        let (heard, worked) = self.hear_patiently(tenant, bytes, limits, profile, missing).await?;
        voice.extend(heard);
        voice.sort_by_key(|template| template.embedding.model());
        Ok(HeardAgain { voice, worked: Some(worked) })
    }

    async fn hear_patiently(
        &self,
        tenant: &Tenant,
        bytes: Opened,
        limits: Limits,
        profile: Option<ProfileKind>,
        missing: Vec<ModelId>,
    ) -> Result<(Voice, Duration), EngineError> {
        let (bytes, contract) = (Arc::new(bytes), profile.map_or(Contract::Biometrid, contract_of));
        loop {
            let (again, missing) = (Arc::clone(&bytes), missing.clone());
            let hearing =
                move |models: &mut Models| hear_again(models, &again, &limits, profile.is_some(), &missing);
            match self.infer(tenant, contract, hearing).await {
                Err(InferenceError::Busy(busy)) => {
                    tokio::time::sleep(Duration::from_secs(busy.retry_after_seconds)).await;
                }
                heard => {
                    let heard = heard?;
                    return Ok((heard.value?, heard.timing.model));
                }
            }
        }
    }
}

/// A recording's voice as it is kept, by whichever models heard it; by none where what is kept reads no more.
pub(crate) fn kept_voice(
    tenant: &Tenant,
    person: &Subject,
    sample: &SampleRecord,
) -> Result<Voice, EngineError> {
    let Some(sealed) = &sample.sealed_embeddings else { return Ok(Voice::new()) };
    let opened = person.open(tenant, &SealContext::new(Sealing::Embedding, sample.id.as_bytes()), sealed)?;
    Ok(unpack(&opened).unwrap_or_default())
}

fn hear_again(
    models: &mut Models,
    bytes: &[u8],
    limits: &Limits,
    in_pieces: bool,
    which: &[ModelId],
) -> Result<Voice, EngineError> {
    let recording = timbre_audio::decode(bytes, limits)?;
    let speech = models.speech(&recording.samples)?;
    let telephone = recording.quality.band == Band::Telephone;
    match in_pieces {
        true => Speakers::hear_at_length(models, which, &recording.samples, &speech, telephone),
        false => {
            let (spoken, seconds) = (speech.trimmed(&recording.samples), speech.net_speech_seconds());
            Ok(Speakers::hear(models, which, spoken, seconds, telephone)?)
        }
    }
}
