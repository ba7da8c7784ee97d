//! Filling a profile: one recording at a time, over all replicas, each committed whole or not at all.

use chrono::TimeDelta;
use serde_json::json;
use timbre_domain::{
    contract::Contract,
    ids::{EnrolmentId, SampleId, TenantId},
    passphrase::{normalised, phrases_of},
    profile::{Fit, Profile, ProfileKind, ProfileStatus},
    usage::{Meter, Usage},
};
use timbre_inference::PhraseLanguage;
use timbre_store::{Claim, Entry, Filling, NewSample, SampleRecord, SealedVoiceprint};
use timbre_telemetry::Decision;
use timbre_vault::{Purpose as Sealing, SealContext};
use uuid::Uuid;

use crate::{
    Engine, EngineError, Subject, Tenant,
    error::random,
    figures::{committed, contract_of, decided, refused},
    profile_listening::{Demands, ProfileQuestion, Recorded, Say, Unfit, listen_for_profile},
    speakers::{Counting, Voice, heard_by},
    template::{pack, unpack},
};

/// A claim ends by itself after this long, should its holder have died. A holder that is only slow keeps it until another
/// takes it; what it commits then is refused.
pub(crate) const CLAIM_SECONDS: i64 = 60;

/// What is asked of one recording beside the contract's demands.
#[derive(Debug, Clone, Default)]
pub struct Asking {
    /// Make a voiceprint of however little speech there is.
    pub any_length: bool,
    /// What the first recording of a profile must begin with.
    pub activation: Option<String>,
    /// What an imported recording is known by, so that it is taken once.
    pub origin: Option<[u8; 32]>,
}

/// A recording that a profile took.
pub struct Enrolled {
    pub profile: Profile,
    pub audio_seconds: f64,
    pub speech_seconds: f64,
}

impl Tenant {
    /// A recording that a profile took; `enrolled` says whether the profile was enrolled before it.
    pub(crate) fn enrolment_entry(&self, profile: &Profile, enrolled: bool, audio_seconds: f64) -> Entry {
        let now_enrolled = !enrolled && profile.is_enrolled();
        let usage = Usage { enrolments: now_enrolled.into(), ..Usage::request(audio_seconds) };
        let detail = json!({"kind": profile.kind.name(), "enrolled": profile.is_enrolled()});
        self.entry("enrolment.decided", Some(profile.subject), usage, detail)
    }

    /// What an imported recording is known by. Of no use to anyone without the tenant's key.
    pub fn origin_of(&self, recording: &[u8]) -> [u8; 32] {
        self.key.keyed_digest("imported recording", recording)
    }
}

/// A profile that is this request's to fill. A request that is dropped half way, its caller having gone away, gives it
/// back all the same.
pub(crate) struct Claimed {
    engine: Engine,
    tenant: TenantId,
    pub(crate) profile: EnrolmentId,
    pub(crate) holder: Uuid,
    ended: bool,
}

impl Claimed {
    /// Gives the profile back, unless the commit has done so.
    pub(crate) async fn end(mut self, committed: bool) {
        self.ended = true;
        if committed {
            return;
        }
        release(&self.engine, self.tenant, self.profile, self.holder).await;
    }
}

/// Gives a profile back. What was committed stays so whatever comes of this: a claim ends by itself.
async fn release(engine: &Engine, tenant: TenantId, profile: EnrolmentId, holder: Uuid) {
    if let Err(error) = engine.parts.store.release_profile(tenant, profile, holder).await {
        tracing::warn!(%error, "a claim could not be given back; it ends by itself");
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        // Without a runtime the process is ending: the claim ends by itself.
        if let (false, Ok(runtime)) = (self.ended, tokio::runtime::Handle::try_current()) {
            let (engine, tenant, profile, holder) =
                (self.engine.clone(), self.tenant, self.profile, self.holder);
            runtime.spawn(async move { release(&engine, tenant, profile, holder).await });
        }
    }
}

impl Engine {
    /// Adds a recording to a profile. From enough of them on, the voiceprint is built of all that there are.
    pub async fn enrol_profile(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        id: EnrolmentId,
        bytes: Vec<u8>,
        demands: Demands,
        asking: Asking,
    ) -> Result<Enrolled, EngineError> {
        let claimed = self.claim(tenant, kind, id, CLAIM_SECONDS).await?;
        let enrolled = self.enrol_claimed(tenant, kind, &claimed, bytes, demands, asking).await;
        claimed.end(enrolled.is_ok()).await;
        match &enrolled {
            Ok(_) => decided(contract_of(kind), "enrol", Decision::Accepted),
            Err(error) => refused(contract_of(kind), "enrol", error),
        }
        if let Err(EngineError::Raced) = enrolled {
            // Deleted meanwhile? Then that is what there is to say.
            self.profile(tenant, kind, id).await?;
        }
        enrolled
    }

    /// Whether the profile has taken the recording of this origin.
    pub async fn has_taken(
        &self,
        tenant: &Tenant,
        id: EnrolmentId,
        origin: &[u8; 32],
    ) -> Result<bool, EngineError> {
        Ok(self.parts.store.has_origin(tenant.id, id, origin).await?)
    }

    /// Claims a profile, or says that another request has it.
    pub(crate) async fn claim(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        id: EnrolmentId,
        seconds: i64,
    ) -> Result<Claimed, EngineError> {
        let (store, now) = (&self.parts.store, self.parts.clock.now());
        let claim = Claim { holder: Uuid::from_bytes(random()?), until: now + TimeDelta::seconds(seconds) };
        if store.claim_profile(tenant.id, id, claim, now).await? {
            return Ok(Claimed {
                engine: self.clone(),
                tenant: tenant.id,
                profile: id,
                holder: claim.holder,
                ended: false,
            });
        }
        // Nobody claims what is not there.
        self.profile(tenant, kind, id).await?;
        Err(EngineError::ProfileBusy)
    }

    async fn enrol_claimed(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        claimed: &Claimed,
        bytes: Vec<u8>,
        demands: Demands,
        asking: Asking,
    ) -> Result<Enrolled, EngineError> {
        // Read under the claim: nobody changes it from here on but who ends the claim.
        let mut profile = self.profile(tenant, kind, claimed.profile).await?;
        let person = self.person_of_profile(tenant, profile.subject).await?;
        person.check_enrolment(tenant)?;
        profile.admits(0.0)?;
        let before = profile.is_enrolled();
        self.admit(tenant, meters_of(before)).await?;
        self.check_vault()?;
        let say = match &asking.activation {
            _ if kind.is_text_dependent() => self.say_a_phrase(tenant, &profile)?,
            Some(phrase) if !profile.active => Say::After(normalised(phrase), phrase_language(&profile)?),
            _ => Say::Anything,
        };
        let recorded = self.hear_for(tenant, contract_of(kind), bytes, demands, say).await?;
        let Recorded { bytes, audio_seconds, speech_seconds, phrase, voice, .. } = recorded;
        let another = profile.phrase.is_some() && profile.phrase != phrase;
        if kind.is_text_dependent() && (phrase.is_none() || another) {
            return Err(Unfit::WrongPhrase.into());
        }
        let now = self.parts.clock.now();
        profile.accept(
            Fit { audio_seconds, speech_seconds, phrase, ..Fit::default() },
            asking.any_length,
            now,
        )?;

        let id = SampleId::from_random(random()?);
        let voices = self.voices_before(tenant, &person, profile.id).await?;
        let entry = tenant.enrolment_entry(&profile, before, audio_seconds);
        let voiceprints = self.build(tenant, &person, &mut profile, voices, &voice)?;
        let sealed_embeddings = seal_voice(tenant, &person, id, &voice)?;
        let object = self.store_audio(tenant, &person, &bytes).await?;
        let sample =
            NewSample { id, object, sealed_embeddings, audio_seconds, speech_seconds, origin: asking.origin };
        let filling = Filling { profile: &profile, sample, voiceprints, entry };
        let filled = self.parts.store.commit_sample(tenant.id, claimed.holder, filling, now);
        committed("commit_sample", filled).await?;
        tracing::info!(status = %profile.status, samples = profile.samples, "recording enrolled");
        if profile.status == ProfileStatus::Training {
            self.train_soon(tenant.id, kind, profile.id);
        }
        Ok(Enrolled { profile, audio_seconds, speech_seconds })
    }

    /// The voices of a profile's recordings; none where one of them was not heard by the models that decide.
    pub(crate) async fn voices_before(
        &self,
        tenant: &Tenant,
        person: &Subject,
        id: EnrolmentId,
    ) -> Result<Option<Vec<Voice>>, EngineError> {
        let samples = self.parts.store.profile_samples(tenant.id, id).await?;
        samples.iter().map(|sample| open_voice(self, tenant, person, sample)).collect()
    }

    /// The voiceprint of all recordings and this one. Where an earlier recording was heard by other models than those in
    /// use, all must be heard again, which takes a while: the profile trains.
    pub(crate) fn build(
        &self,
        tenant: &Tenant,
        person: &Subject,
        profile: &mut Profile,
        before: Option<Vec<Voice>>,
        voice: &Voice,
    ) -> Result<Vec<SealedVoiceprint>, EngineError> {
        if !profile.is_enrolled() {
            return Ok(Vec::new());
        }
        match before {
            Some(mut voices) => {
                voices.push(voice.clone());
                self.voiceprints(tenant, person, profile, &voices)
            }
            None => {
                profile.status = ProfileStatus::Training;
                Ok(Vec::new())
            }
        }
    }

    /// The voiceprint that these recordings make, sealed.
    pub(crate) fn voiceprints(
        &self,
        tenant: &Tenant,
        person: &Subject,
        profile: &Profile,
        voices: &[Voice],
    ) -> Result<Vec<SealedVoiceprint>, EngineError> {
        let (in_use, counting) = (tenant.heard_by(), counting_of(profile.kind));
        let voice = self.speakers(tenant).enrol_for_all(in_use, voices, counting)?;
        person.seal_voiceprints(tenant, profile.id, &voice, None)
    }

    /// Listens to a recording for a profile.
    pub(crate) async fn hear_for(
        &self,
        tenant: &Tenant,
        contract: Contract,
        bytes: Vec<u8>,
        demands: Demands,
        say: Say,
    ) -> Result<Recorded, EngineError> {
        let question = ProfileQuestion {
            bytes,
            limits: self.parts.sample_limits,
            demands,
            say,
            models: tenant.heard_by(),
        };
        let heard = self.infer(tenant, contract, move |models| listen_for_profile(models, question));
        heard.await?.value
    }

    /// The phrases that a recording for this profile is held against, its own among them even if the tenant has since
    /// taken it off the list.
    pub(crate) fn say_a_phrase(&self, tenant: &Tenant, profile: &Profile) -> Result<Say, EngineError> {
        let mut phrases = phrases_of(profile.locale, &tenant.policy.profiles.phrases);
        if let Some(own) = profile.phrase.as_ref().filter(|own| !phrases.contains(own)) {
            phrases.push(own.clone());
        }
        Ok(Say::OneOf(phrases, phrase_language(profile)?))
    }
}

/// The quotas that a recording of a profile needs room in. What is enrolled already is not enrolled once more.
pub(crate) fn meters_of(enrolled: bool) -> &'static [Meter] {
    match enrolled {
        true => &[Meter::Requests, Meter::AudioSeconds],
        false => &[Meter::Requests, Meter::AudioSeconds, Meter::Enrolments],
    }
}

/// What a profile's recordings count for in its voiceprint.
pub(crate) fn counting_of(kind: ProfileKind) -> Counting {
    if kind.is_text_dependent() { Counting::Equally } else { Counting::BySpeech }
}

fn phrase_language(profile: &Profile) -> Result<PhraseLanguage, EngineError> {
    PhraseLanguage::of_locale(&profile.locale.to_string()).ok_or(EngineError::UnknownLocale(profile.locale))
}

/// A recording's voice, sealed for the sample that it is kept with.
pub(crate) fn seal_voice(
    tenant: &Tenant,
    person: &Subject,
    id: SampleId,
    voice: &Voice,
) -> Result<Vec<u8>, EngineError> {
    person.seal(tenant, &SealContext::new(Sealing::Embedding, id.as_bytes()), &pack(voice))
}

/// A recording's voice; none where the models that decide did not hear it.
pub(crate) fn open_voice(
    engine: &Engine,
    tenant: &Tenant,
    person: &Subject,
    sample: &SampleRecord,
) -> Result<Option<Voice>, EngineError> {
    let Some(sealed) = &sample.sealed_embeddings else { return Ok(None) };
    let opened = person.open(tenant, &SealContext::new(Sealing::Embedding, sample.id.as_bytes()), sealed)?;
    Ok(unpack(&opened).ok().filter(|voice| heard_by(voice, engine.speakers(tenant).models())))
}
