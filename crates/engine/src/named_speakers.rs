//! Speakers that a tenant knows by names of its own, to be named in conversations.
//!
//! A speaker is a profile with a name: it comes into being with its first recording, and every further one must be of the same voice. Recordings
//! for one speaker that come at once are taken one after the other.

use std::time::Duration;

use timbre_domain::{
    consent::Standing,
    decision::ACCEPT_SCORE,
    ids::{EnrolmentId, ObjectId, SampleId, SubjectId},
    locale::Locale,
    profile::{Fit, Profile, ProfileKind, ProfileStatus},
    usage::Meter,
};
use timbre_matching::{calibration::TargetRate, conditions::Scheme};
use timbre_store::{Filling, NewProfile, NewSample, ProfileCreated, SealedVoiceprint, Terms};
use timbre_telemetry::Decision;

use crate::{
    Consent, Engine, EngineError, PersonName, Subject, Tenant,
    ahead::Ahead,
    error::random,
    figures::{contract_of, decided, refused},
    profile_enrolment::{CLAIM_SECONDS, seal_voice},
    profile_listening::{Demands, Recorded, Say, Unfit},
    speakers::{Counting, Voice},
};

const KIND: ProfileKind = ProfileKind::Speaker;

/// Two recordings that come at once for one speaker: the second waits so often, for so long, for the commit of the first.
const TURNS_WAITED: usize = 40;
const TURN: Duration = Duration::from_millis(50);

impl Engine {
    /// Adds a recording to the tenant's speaker of this name; the first one makes the speaker. `consent` is what came with it.
    pub async fn enrol_speaker(
        &self,
        tenant: &Tenant,
        name: &str,
        locale: Locale,
        bytes: Vec<u8>,
        demands: Demands,
        consent: Option<Consent>,
    ) -> Result<Profile, EngineError> {
        // A client that got no answer sends the same again: it is taken once.
        let origin = tenant.key.keyed_digest("recording of a speaker", &bytes);
        if let Some(known) = self.taken_before(tenant, name, &origin).await? {
            return Ok(known);
        }
        self.admit(tenant, &[Meter::Requests, Meter::AudioSeconds]).await?;
        self.check_terms(tenant, name, consent.as_ref()).await?;
        self.check_vault()?;
        // What is heard depends on nothing that is stored, so nobody waits for it.
        let contract = contract_of(KIND);
        let recorded = self.hear_for(tenant, contract, bytes, demands, Say::Alone).await;
        let recorded = recorded.inspect_err(|error| refused(contract, "enrol", error))?;
        let taken = Taken { id: SampleId::from_random(random()?), origin, recorded };
        for _ in 0..TURNS_WAITED {
            if let Some(known) = self.taken_before(tenant, name, &origin).await? {
                return Ok(known);
            }
            let done = match self.parts.store.profile_called(tenant.id, KIND, name).await? {
                Some(known) => self.add_to_speaker(tenant, &known, &taken).await,
                None => self.make_speaker(tenant, name, locale, &taken, consent.clone()).await,
            };
            match done {
                // Another recording was taken, or the speaker deleted, in the meantime: look again.
                Err(EngineError::ProfileBusy | EngineError::Raced | EngineError::UnknownProfile) => {
                    tokio::time::sleep(TURN).await;
                }
                Err(error) => {
                    refused(contract, "enrol", &error);
                    return Err(error);
                }
                Ok(profile) => {
                    decided(contract, "enrol", Decision::Accepted);
                    tracing::info!(status = %profile.status, samples = profile.samples, "speaker enrolled");
                    return Ok(profile);
                }
            }
        }
        Err(EngineError::ProfileBusy)
    }

    /// Refuses whoever opted out or did not agree, before anything is heard. A consent that came with a recording of a known
    /// speaker is recorded.
    async fn check_terms(
        &self,
        tenant: &Tenant,
        name: &str,
        consent: Option<&Consent>,
    ) -> Result<(), EngineError> {
        let called = PersonName::Speaker(name.to_owned());
        if let Some(known) = self.parts.store.profile_called(tenant.id, KIND, name).await? {
            if let Some(consent) = consent {
                self.record_consent(tenant, &called, consent.clone()).await?;
            }
            return self.person_of_profile(tenant, known.subject).await?.check_enrolment(tenant);
        }
        let digest = tenant.digest_of(&called);
        if self.parts.store.opted_out(tenant.id, &[digest]).await? {
            return Err(EngineError::OptedOut);
        }
        let standing = match consent {
            Some(_) => Standing::Given,
            None => self.parts.store.consent_named(tenant.id, &[digest]).await?,
        };
        match standing.allows_enrolment(tenant.policy.consent.required) {
            true => Ok(()),
            false => Err(EngineError::ConsentMissing),
        }
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
        consent: Option<Consent>,
    ) -> Result<Profile, EngineError> {
        let person = self.new_person(tenant, Standing::Given).await?;
        let mut ahead = Ahead { person: Some(person.id), ..Ahead::default() };
        let made = async {
            let object = self.store_audio(tenant, &person, &taken.recorded.bytes).await?;
            ahead.object = Some(object);
            self.commit_speaker(tenant, &person, name, locale, taken, object, consent).await
        };
        let made = made.await;
        self.unless_made(tenant, ahead, made, |_| true).await
    }

    #[expect(clippy::too_many_arguments, reason = "what a speaker is made of, at once")]
    async fn commit_speaker(
        &self,
        tenant: &Tenant,
        person: &Subject,
        name: &str,
        locale: Locale,
        taken: &Taken,
        object: ObjectId,
        consent: Option<Consent>,
    ) -> Result<Profile, EngineError> {
        let now = self.parts.clock.now();
        let id = EnrolmentId::from_random(random()?);
        let mut profile =
            Profile { name: Some(name.to_owned()), ..Profile::new(id, person.id, KIND, locale, now) };
        profile.accept(taken.fit(None), false, now)?;
        let mut entry = tenant.enrolment_entry(&profile, false, taken.recorded.audio_seconds);
        entry.events.extend(consent.as_ref().map(|consent| tenant.consent_event(person.id, consent)));
        let voiceprints =
            self.build(tenant, person, &mut profile, Some(Vec::new()), &taken.recorded.voice)?;
        let (scheme, most) = (KIND.scheme().as_str(), tenant.policy.profiles.max_profiles);
        let names = vec![tenant.digest_of(&PersonName::Speaker(name.to_owned()))];
        let terms = Terms { names, consent: consent.map(Consent::recorded).transpose()? };
        let new = NewProfile { profile: &profile, scheme, most, terms };
        let sample = taken.sample(tenant, person, object)?;
        let made =
            self.parts.store.commit_first_sample(tenant.id, new, sample, voiceprints, entry, now).await?;
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
            let person = self.person_of_profile(tenant, profile.subject).await?;
            person.check_enrolment(tenant)?;
            let enrolled = profile.is_enrolled();
            let before = self.voices_before(tenant, &person, profile.id).await?;
            let agreement = self.agreement(tenant, before.as_deref(), &taken.recorded.voice)?;
            let now = self.parts.clock.now();
            profile.accept(taken.fit(agreement), false, now)?;
            let entry = tenant.enrolment_entry(&profile, enrolled, taken.recorded.audio_seconds);
            let voiceprints = self.build(tenant, &person, &mut profile, before, &taken.recorded.voice)?;
            let object = self.store_audio(tenant, &person, &taken.recorded.bytes).await?;
            let sample = taken.sample(tenant, &person, object)?;
            let filling = Filling { profile: &profile, sample, voiceprints, entry };
            let filled = self.parts.store.commit_sample(tenant.id, holder, filling, now).await;
            let ahead = Ahead { object: Some(object), ..Ahead::default() };
            self.unless_made(tenant, ahead, filled.map_err(EngineError::from), |()| true).await?;
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
        let speakers = self.speakers(tenant);
        let voiceprint = speakers.enrol(before, Counting::BySpeech)?;
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        let voice = std::slice::from_ref(voice);
        let score = speakers.compare(&voiceprint, voice, Scheme::FreeSpeech, target)?.score;
        if score < ACCEPT_SCORE {
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
        let subjects: Vec<SubjectId> = profiles.iter().map(|profile| profile.subject).collect();
        let people = self.people(tenant, &subjects).await?;
        let mut speakers = Vec::with_capacity(names.len());
        for name in names {
            let of_name = profiles.iter().find(|profile| profile.name.as_ref() == Some(name));
            let known = of_name.and_then(|profile| Some((profile, people.get(&profile.subject)?)));
            let (profile, person) = known.ok_or_else(|| EngineError::UnknownSpeaker(name.clone()))?;
            let own = rows.iter().filter(|(id, _)| *id == profile.id).map(|(_, row)| row);
            let own: Vec<SealedVoiceprint> = own.cloned().collect();
            match self.open_profile(tenant, person, profile, &own).await {
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
    recorded: Recorded,
}

impl Taken {
    fn fit(&self, agreement: Option<f64>) -> Fit {
        let Recorded { audio_seconds, speech_seconds, snr_db, .. } = self.recorded;
        Fit { audio_seconds, speech_seconds, phrase: None, snr_db: snr_db.map(f64::from), agreement }
    }

    fn sample(&self, tenant: &Tenant, person: &Subject, object: ObjectId) -> Result<NewSample, EngineError> {
        Ok(NewSample {
            id: self.id,
            object,
            sealed_embeddings: seal_voice(tenant, person, self.id, &self.recorded.voice)?,
            audio_seconds: self.recorded.audio_seconds,
            speech_seconds: self.recorded.speech_seconds,
            origin: Some(self.origin),
        })
    }
}
