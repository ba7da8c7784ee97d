//! Enrolled voices: found, opened, sealed, and erased.

use serde_json::json;
use timbre_audio::Band;
use timbre_domain::ids::{EnrolmentId, SubjectId};
use timbre_matching::{
    calibration::{Calibrated, TargetRate},
    conditions::Scheme,
};
use timbre_store::{EnrolmentRecord, SealedVoiceprint};
use timbre_vault::{Purpose as Sealing, SealContext};

use crate::{
    Engine, EngineError, Subject, Tenant,
    speakers::{Speakers, Voice, of},
    template::{Template, TemplateError},
};

/// The schemes of dialogues. A subject has one enrolment for each language, whichever of them made it.
const DIALOGUE_SCHEMES: [Scheme; 2] = [Scheme::PromptedDigits, Scheme::FreeSpeech];

/// A subject's voiceprints, one for each model that has one of those in use.
pub(crate) struct EnrolledVoice {
    pub(crate) id: EnrolmentId,
    pub(crate) scheme: Scheme,
    pub(crate) current: Voice,
    /// What was enrolled, once it has been adapted.
    pub(crate) anchor: Option<Voice>,
}

impl Engine {
    /// The languages that the subject is enrolled in.
    pub async fn enrolled_languages(
        &self,
        tenant: &Tenant,
        subject: &Subject,
    ) -> Result<Vec<String>, EngineError> {
        let enrolments = self.parts.store.enrolments(tenant.id, subject.id).await?;
        Ok(enrolments.into_iter().filter(|row| scheme_of(row).is_some()).map(|row| row.language).collect())
    }

    /// Erases the subject's voice in a language: voiceprints, recordings, and what dialogues kept of it.
    pub async fn erase_voice(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        language: &str,
    ) -> Result<(), EngineError> {
        self.parts.languages.get(language)?;
        let now = self.parts.clock.now();
        let entry = tenant.told("voice.erased", Some(subject.id), json!({"language": language}));
        let erased = self.parts.store.erase_enrolments(tenant.id, subject.id, language, entry, now).await?;
        self.delete_objects(tenant, erased.ok_or(EngineError::NotEnrolled)?).await;
        tracing::info!(language, "voice erased");
        Ok(())
    }

    /// How a recording would score against the subject's voiceprint. For measuring: decides nothing, keeps
    /// nothing, counts nothing, and no route of a tenant leads here.
    pub async fn measure(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        language: &str,
        bytes: Vec<u8>,
    ) -> Result<Calibrated, EngineError> {
        let enrolled = self.enrolled_voice(tenant, subject, language).await?;
        let (limits, models) = (self.parts.sample_limits, self.speakers(tenant).models());
        let done = self.parts.pool.run(tenant.whose(), move |heard| -> Result<Voice, EngineError> {
            let recording = timbre_audio::decode(&bytes, &limits)?;
            let speech = heard.speech(&recording.samples)?;
            let telephone = recording.quality.band == Band::Telephone;
            let spoken = speech.trimmed(&recording.samples);
            Ok(Speakers::hear(heard, models, spoken, speech.net_speech_seconds(), telephone)?)
        });
        let voice = done.await?.value?;
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        self.speakers(tenant).compare(&enrolled.current, &[voice], enrolled.scheme, target)
    }

    pub(crate) async fn dialogue_enrolment(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        language: &str,
    ) -> Result<Option<(EnrolmentId, Scheme)>, EngineError> {
        let enrolments = self.parts.store.enrolments(tenant.id, subject).await?;
        let of_language = enrolments.into_iter().filter(|row| row.language == language);
        Ok(of_language.filter_map(|row| Some((row.id, scheme_of(&row)?))).next())
    }

    pub(crate) async fn enrolled_voice(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        language: &str,
    ) -> Result<EnrolledVoice, EngineError> {
        let (id, scheme) =
            self.dialogue_enrolment(tenant, subject.id, language).await?.ok_or(EngineError::NotEnrolled)?;
        let rows = self.parts.store.voiceprints(tenant.id, id).await?;
        let (current, anchor) = self.open_voiceprints(tenant, subject, id, &rows)?;
        Ok(EnrolledVoice { id, scheme, current, anchor })
    }

    /// The voiceprints of the models in use, and what was enrolled where one of them was adapted. While the models change, those that do not
    /// decide may be missing.
    pub(crate) fn open_voiceprints(
        &self,
        tenant: &Tenant,
        subject: &Subject,
        id: EnrolmentId,
        rows: &[SealedVoiceprint],
    ) -> Result<(Voice, Option<Voice>), EngineError> {
        let (mut current, mut anchor, mut adapted) = (Voice::new(), Voice::new(), false);
        for model in tenant.heard_by() {
            let name = model.as_str();
            let Some(row) = rows.iter().find(|row| row.model == name) else {
                match self.speakers(tenant).models().contains(model) {
                    true => return Err(TemplateError::ModelMissing(*model).into()),
                    false => continue,
                }
            };
            let open = |context: Vec<u8>, sealed: &[u8]| -> Result<Template, EngineError> {
                let opened =
                    subject.open(tenant, &SealContext::new(Sealing::Voiceprint, &context), sealed)?;
                Ok(Template::from_bytes(*model, &opened)?)
            };
            let template = open(context(id, name), &row.sealed)?;
            // What was not adapted is as it was enrolled.
            anchor.push(match &row.sealed_anchor {
                Some(sealed) => open(anchor_context(id, name), sealed)?,
                None => template.clone(),
            });
            adapted |= row.sealed_anchor.is_some();
            current.push(template);
        }
        Ok((current, adapted.then_some(anchor)))
    }
}

impl Subject {
    pub(crate) fn seal_voiceprints(
        &self,
        tenant: &Tenant,
        id: EnrolmentId,
        voice: &Voice,
        anchor: Option<&Voice>,
    ) -> Result<Vec<SealedVoiceprint>, EngineError> {
        let seal = |context: Vec<u8>, template: &Template| {
            self.seal(tenant, &SealContext::new(Sealing::Voiceprint, &context), &template.to_bytes())
        };
        voice
            .iter()
            .map(|template| {
                let id_of_model = template.embedding.model();
                let anchor = anchor.and_then(|anchor| of(anchor, id_of_model));
                let model = id_of_model.as_str();
                Ok(SealedVoiceprint {
                    model: model.to_owned(),
                    sealed: seal(context(id, model), template)?,
                    sealed_anchor: anchor
                        .map(|template| seal(anchor_context(id, model), template))
                        .transpose()?,
                })
            })
            .collect()
    }
}

fn scheme_of(row: &EnrolmentRecord) -> Option<Scheme> {
    DIALOGUE_SCHEMES.into_iter().find(|scheme| scheme.as_str() == row.scheme)
}

fn context(enrolment: EnrolmentId, model: &str) -> Vec<u8> {
    [enrolment.as_bytes().as_slice(), model.as_bytes()].concat()
}

/// Another context than the voiceprint's: the two must not be exchanged.
fn anchor_context(enrolment: EnrolmentId, model: &str) -> Vec<u8> {
    [enrolment.as_bytes().as_slice(), b"anchor of ", model.as_bytes()].concat()
}
