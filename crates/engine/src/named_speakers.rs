//! Speakers that a tenant knows by names of its own, to be named in conversations.
//!
//! A speaker is a profile with a name: it comes into being with its first recording, and every further one must be of the same voice. Recordings
//! for one speaker that come at once are taken one after the other.

use std::time::Duration;

use timbre_domain::{
    ids::{EnrolmentId, ObjectId, SampleId, SubjectId},
    locale::Locale,
    profile::{Fit, Profile, ProfileKind, ProfileStatus},
    usage::Meter,
};
use timbre_matching::{calibration::TargetRate, conditions::Scheme};
use timbre_store::{Filling, NewProfile, NewSample, ProfileCreated, SealedVoiceprint};

use crate::{
    Engine, EngineError, Tenant,
    error::random,
    profile_enrolment::{CLAIM_SECONDS, seal_voice},
    profile_listening::{Demands, Recorded, Say, Unfit},
    profiles::scheme_of,
    recognition::SAME_VOICE,
    speakers::{Counting, Voice},
};

const KIND: ProfileKind = ProfileKind::Speaker;

/// Two recordings that come at once for one speaker: the second waits so often, for so long, for the commit of the first.
const TURNS_WAITED: usize = 40;
const TURN: Duration = Duration::from_millis(50);

impl Engine {
    /// Adds a recording to the tenant's speaker of this name; the first one makes the speaker.
    pub async fn enrol_speaker(
        &self,
        tenant: &Tenant,
        name: &str,
        locale: Locale,
        bytes: Vec<u8>,
        demands: Demands,
    ) -> Result<Profile, EngineError> {
        // A client that got no answer sends the same again: it is taken once.
        let origin = tenant.key.keyed_digest("recording of a speaker", &bytes);
        if let Some(known) = self.taken_before(tenant, name, &origin).await? {
            return Ok(known);
        }
        self.admit(tenant, &[Meter::Requests, Meter::AudioSeconds]).await?;
        // What is heard depends on nothing that is stored, so nobody waits for it.
        let recorded = self.hear_for(tenant, bytes, demands, Say::Alone).await?;
        let object = self.store_audio(tenant, &recorded.bytes).await?;
        let id = SampleId::from_random(random()?);
        let taken = Taken { id, origin, sealed: seal_voice(tenant, id, &recorded.voice)?, object, recorded };
        for _ in 0..TURNS_WAITED {
            if let Some(known) = self.taken_before(tenant, name, &origin).await? {
                self.delete_objects(tenant, vec![object]).await;
                return Ok(known);
            }
            let done = match self.parts.store.profile_called(tenant.id, KIND, name).await? {
                Some(known) => self.add_to_speaker(tenant, &known, &taken).await,
                None => self.make_speaker(tenant, name, locale, &taken).await,
            };
            match done {
                // Another recording was taken, or the speaker deleted, in the meantime: look again.
                Err(EngineError::ProfileBusy | EngineError::Raced | EngineError::UnknownProfile) => {
                    tokio::time::sleep(TURN).await;
                }
                Err(error) => {
                    self.delete_objects(tenant, vec![object]).await;
                    return Err(error);
                }
                Ok(profile) => {
                    tracing::info!(profile = %profile.id, status = %profile.status, samples = profile.samples, "speaker enrolled");
                    return Ok(profile);
                }
            }
        }
        self.delete_objects(tenant, vec![object]).await;
        Err(EngineError::ProfileBusy)
    }

    /// The speaker, if it has taken this very recording.
    async fn taken_before(
        &self,
        tenant: &Tenant,
        name: &str,
        origin: &[u8; 32],
    ) -> Result<Option<Profile>, EngineError> {
        let Some(known) = self.parts.store.profile_called(tenant.id, KIND, name).await? else {
            return Ok(None);
        };
        Ok(self.has_taken(tenant, known.id, origin).await?.then_some(known))
    }

    /// The tenant's speaker of this name.
    pub async fn speaker(&self, tenant: &Tenant, name: &str) -> Result<Profile, EngineError> {
        let found = self.parts.store.profile_called(tenant.id, KIND, name).await?;
        found.ok_or_else(|| EngineError::UnknownSpeaker(name.to_owned()))
    }

    /// All speakers of the tenant, by name.
    pub async fn all_speakers(&self, tenant: &Tenant) -> Result<Vec<Profile>, EngineError> {
        let most = u64::from(tenant.policy.profiles.max_profiles);
        let mut speakers = self.parts.store.profiles_after(tenant.id, KIND, None, most).await?;
        speakers.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(speakers)
    }

    /// Erases a speaker with everything that was kept of it.
    pub async fn delete_speaker(&self, tenant: &Tenant, name: &str) -> Result<(), EngineError> {
        let profile = self.speaker(tenant, name).await?;
        self.delete_profile(tenant, KIND, profile.id).await
    }

    async fn make_speaker(
        &self,
        tenant: &Tenant,
        name: &str,
        locale: Locale,
        taken: &Taken,
    ) -> Result<Profile, EngineError> {
        let now = self.parts.clock.now();
        let (id, subject) = (EnrolmentId::from_random(random()?), SubjectId::from_random(random()?));
        let mut profile =
            Profile { name: Some(name.to_owned()), ..Profile::new(id, subject, KIND, locale, now) };
        profile.accept(taken.fit(None), false, now)?;
        let entry = tenant.enrolment_entry(&profile, false, taken.recorded.audio_seconds);
        let voiceprints = self.build(tenant, &mut profile, Some(Vec::new()), &taken.recorded.voice)?;
        let (scheme, most) = (scheme_of(KIND).as_str(), tenant.policy.profiles.max_profiles);
        let new = NewProfile { profile: &profile, scheme, most };
        let made = self
            .parts
            .store
            .commit_first_sample(tenant.id, new, taken.sample(), voiceprints, entry, now)
            .await?;
        match made {
            ProfileCreated::New => Ok(profile),
            ProfileCreated::TooMany => Err(EngineError::TooManyProfiles),
        }
    }

    async fn add_to_speaker(
        &self,
        tenant: &Tenant,
        known: &Profile,
        taken: &Taken,
    ) -> Result<Profile, EngineError> {
        let claimed = self.claim(tenant, KIND, known.id, CLAIM_SECONDS).await?;
        let holder = claimed.holder;
        let added = async {
            // Read under the claim: nobody changes it from here on but who ends the claim.
            let mut profile = self.profile(tenant, KIND, known.id).await?;
            let enrolled = profile.is_enrolled();
            let before = self.voices_before(tenant, profile.id).await?;
            let agreement = self.agreement(tenant, before.as_deref(), &taken.recorded.voice)?;
            let now = self.parts.clock.now();
            profile.accept(taken.fit(agreement), false, now)?;
            let entry = tenant.enrolment_entry(&profile, enrolled, taken.recorded.audio_seconds);
            let voiceprints = self.build(tenant, &mut profile, before, &taken.recorded.voice)?;
            let filling = Filling { profile: &profile, sample: taken.sample(), voiceprints, entry };
            self.parts.store.commit_sample(tenant.id, holder, filling, now).await?;
            Ok(profile)
        };
        let added: Result<Profile, EngineError> = added.await;
        claimed.end(added.is_ok()).await;
        if let Ok(profile) = &added
            && profile.status == ProfileStatus::Training
        {
            self.train_soon(tenant.id, KIND, profile.id);
        }
        added
    }

    /// The calibrated score of a voice against the recordings before it; refused if they are not one person's.
    fn agreement(
        &self,
        tenant: &Tenant,
        before: Option<&[Voice]>,
        voice: &Voice,
    ) -> Result<Option<f64>, EngineError> {
        let Some(before) = before.filter(|before| !before.is_empty()) else { return Ok(None) };
        let speakers = &self.parts.speakers;
        let voiceprint = speakers.enrol(before, Counting::BySpeech)?;
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        let voice = std::slice::from_ref(voice);
        let score = speakers.compare(&voiceprint, voice, Scheme::FreeSpeech, target)?.score;
        if score < SAME_VOICE {
            return Err(Unfit::UnlikeBefore.into());
        }
        Ok(Some(score))
    }

    /// The speakers of these names, with the voiceprints that they are recognised by. An unknown or incomplete one is an error.
    pub(crate) async fn speakers_to_recognise(
        &self,
        tenant: &Tenant,
        names: &[String],
    ) -> Result<Vec<(String, Voice)>, EngineError> {
        let asked: Vec<&str> = names.iter().map(String::as_str).collect();
        let profiles = self.parts.store.profiles_called(tenant.id, KIND, &asked).await?;
        let ids: Vec<EnrolmentId> = profiles.iter().map(|profile| profile.id).collect();
        let rows = self.parts.store.voiceprints_of(tenant.id, &ids).await?;
        let mut speakers = Vec::with_capacity(names.len());
        for name in names {
            let of_name = profiles.iter().find(|profile| profile.name.as_ref() == Some(name));
            let profile = of_name.ok_or_else(|| EngineError::UnknownSpeaker(name.clone()))?;
            let own = rows.iter().filter(|(id, _)| *id == profile.id).map(|(_, row)| row);
            let own: Vec<SealedVoiceprint> = own.cloned().collect();
            match self.open_profile(tenant, profile, &own).await {
                Ok(voice) => speakers.push((name.clone(), voice)),
                Err(EngineError::NotEnrolled) if profile.remaining_speech_seconds() > 0.0 => {
                    return Err(EngineError::IncompleteSpeaker(name.clone()));
                }
                // There is enough of it; its voiceprint is being made anew.
                Err(EngineError::NotEnrolled) => return Err(EngineError::ProfileBusy),
                Err(error) => return Err(error),
            }
        }
        Ok(speakers)
    }
}

/// A recording that serves, not yet anybody's.
struct Taken {
    id: SampleId,
    origin: [u8; 32],
    sealed: Vec<u8>,
    object: ObjectId,
    recorded: Recorded,
}

impl Taken {
    fn fit(&self, agreement: Option<f64>) -> Fit {
        let Recorded { audio_seconds, speech_seconds, snr_db, .. } = self.recorded;
        Fit { audio_seconds, speech_seconds, phrase: None, snr_db: snr_db.map(f64::from), agreement }
    }

    fn sample(&self) -> NewSample {
        NewSample {
            id: self.id,
            object: self.object,
            sealed_embeddings: self.sealed.clone(),
            audio_seconds: self.recorded.audio_seconds,
            speech_seconds: self.recorded.speech_seconds,
            origin: Some(self.origin),
        }
    }
}
