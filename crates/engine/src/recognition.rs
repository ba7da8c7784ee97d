//! What profiles are for: verification of one, identification among several. Neither keeps the recording.

use std::collections::HashMap;

use serde_json::json;
use timbre_domain::{
    decision::ACCEPT_SCORE,
    ids::{EnrolmentId, SubjectId},
    profile::{Profile, ProfileKind},
    usage::{Meter, Usage},
};
use timbre_matching::calibration::TargetRate;
use timbre_store::SealedVoiceprint;
use timbre_telemetry::Decision;

use crate::{
    Engine, EngineError, Subject, Tenant,
    figures::{contract_of, decided, refused},
    profile_listening::{Demands, Recorded, Say},
    speakers::Voice,
};

/// What a recording says about a profile.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Verified {
    pub accepted: bool,
    /// Of the voice alone, in [0, 1]: 0.5 and above is the same.
    pub score: f64,
}

/// Whose voice a recording is.
#[derive(Debug, Clone, PartialEq)]
pub struct Identified {
    /// None: nobody's among the candidates.
    pub profile: Option<EnrolmentId>,
    /// All candidates, or the likeliest of very many; the likeliest first.
    pub ranking: Vec<(EnrolmentId, f64)>,
}

/// What was compared.
pub(crate) struct Ranked {
    /// Among how many it was looked.
    pub(crate) candidates: usize,
    /// The likeliest first.
    pub(crate) ranking: Vec<(EnrolmentId, f64)>,
    /// Whose those are.
    pub(crate) owners: HashMap<EnrolmentId, SubjectId>,
}

impl Ranked {
    /// The likeliest first; those that are equally like in an order that stays the same.
    pub(crate) fn sort(&mut self) {
        self.ranking.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.as_bytes().cmp(b.0.as_bytes())));
    }
}

impl Engine {
    /// Whether a recording is of the profile's owner, and says the profile's passphrase if it has one.
    pub async fn verify_profile(
        &self,
        tenant: &Tenant,
        profile: &Profile,
        bytes: Vec<u8>,
        demands: Demands,
    ) -> Result<Verified, EngineError> {
        self.admit(tenant, &[Meter::Requests, Meter::AudioSeconds]).await?;
        let rows = self.parts.store.voiceprints(tenant.id, profile.id).await?;
        let person = self.person_of_profile(tenant, profile.subject).await?;
        let voiceprint = self.open_profile(tenant, &person, profile, &rows).await?;
        let say = match profile.kind.is_text_dependent() {
            true => self.say_a_phrase(tenant, profile)?,
            false => Say::Anything,
        };
        let contract = contract_of(profile.kind);
        let heard = self.hear_for(tenant, contract, bytes, demands, say).await;
        let Recorded { phrase, voice, audio_seconds, .. } =
            heard.inspect_err(|error| refused(contract, "verify", error))?;
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        let (speakers, scheme) = (self.speakers(tenant), profile.kind.scheme());
        let score = speakers.compare(&voiceprint, &[voice], scheme, target)?.score;
        let accepted = score >= ACCEPT_SCORE && phrase == profile.phrase;
        let detail = json!({"kind": profile.kind.name(), "accepted": accepted, "score": score});
        let usage = Usage::request(audio_seconds);
        let entry = tenant.entry("verification.decided", Some(profile.subject), usage, detail);
        self.enter(tenant, entry).await?;
        if accepted {
            self.heard(tenant, &[profile.subject]).await?;
        }
        let decision = match (accepted, phrase == profile.phrase) {
            (true, _) => Decision::Accepted,
            (false, true) => Decision::Rejected("VoiceMismatch"),
            (false, false) => Decision::Rejected("WrongPhrase"),
        };
        decided(contract, "verify", decision);
        tenant.scored(contract, "verify", score);
        tracing::info!(accepted, "profile compared");
        Ok(Verified { accepted, score })
    }

    /// Which of these profiles a recording is of, if any. The policy's false-match rate is shared among the candidates, so that
    /// a stranger is named no more often among many than among few (Bonferroni; ISO/IEC 19795-1, FPIR).
    pub async fn identify(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        candidates: &[EnrolmentId],
        bytes: Vec<u8>,
        demands: Demands,
    ) -> Result<Identified, EngineError> {
        self.admit(tenant, &[Meter::Requests, Meter::AudioSeconds, Meter::Identifications]).await?;
        let profiles = self.parts.store.profiles_named(tenant.id, kind, candidates).await?;
        let Some(first) = profiles.first().filter(|_| profiles.len() == candidates.len()) else {
            return Err(EngineError::UnknownProfile);
        };
        if profiles.iter().any(|profile| profile.locale != first.locale) {
            return Err(EngineError::UnlikeLocales);
        }
        let mut rows: HashMap<EnrolmentId, Vec<SealedVoiceprint>> = HashMap::new();
        for (id, row) in self.parts.store.voiceprints_of(tenant.id, candidates).await? {
            rows.entry(id).or_default().push(row);
        }
        let subjects: Vec<SubjectId> = profiles.iter().map(|profile| profile.subject).collect();
        let people = self.people(tenant, &subjects).await?;
        let mut voiceprints = Vec::with_capacity(profiles.len());
        for profile in &profiles {
            let rows = rows.remove(&profile.id).unwrap_or_default();
            let person = people.get(&profile.subject).ok_or(EngineError::UnknownProfile)?;
            voiceprints.push((profile.id, self.open_profile(tenant, person, profile, &rows).await?));
        }
        let contract = contract_of(kind);
        let recorded = self.hear_for(tenant, contract, bytes, demands, Say::Anything).await;
        let recorded = recorded.inspect_err(|error| refused(contract, "identify", error))?;
        let voice = [recorded.voice];
        let target = TargetRate::new(tenant.policy.matching.false_match_rate / profiles.len() as f64)?;
        let compare = |(id, voiceprint): (EnrolmentId, Voice)| {
            let compared = self.speakers(tenant).compare(&voiceprint, &voice, kind.scheme(), target)?;
            Ok((id, compared.score))
        };
        let ranking = voiceprints.into_iter().map(compare).collect::<Result<Vec<_>, EngineError>>()?;
        let owners = profiles.iter().map(|profile| (profile.id, profile.subject)).collect();
        let mut ranked = Ranked { candidates: profiles.len(), ranking, owners };
        ranked.sort();
        self.named(tenant, kind, ranked, recorded.audio_seconds).await
    }

    /// Commits what an identification came to.
    pub(crate) async fn named(
        &self,
        tenant: &Tenant,
        kind: ProfileKind,
        ranked: Ranked,
        audio_seconds: f64,
    ) -> Result<Identified, EngineError> {
        let (contract, Ranked { candidates, ranking, owners }) = (contract_of(kind), ranked);
        let profile = ranking.first().filter(|(_, score)| *score >= ACCEPT_SCORE).map(|(id, _)| *id);
        let named = profile.and_then(|id| owners.get(&id).copied());
        let score = ranking.first().map(|(_, score)| *score);
        let detail =
            json!({"kind": kind.name(), "candidates": candidates, "named": named.is_some(), "score": score});
        let usage = Usage { identifications: 1, ..Usage::request(audio_seconds) };
        self.enter(tenant, tenant.entry("identification.decided", named, usage, detail)).await?;
        if let Some(named) = named {
            self.heard(tenant, &[named]).await?;
        }
        let nobody = Decision::Rejected("Nobody");
        decided(contract, "identify", profile.map_or(nobody, |_| Decision::Accepted));
        if let Some(score) = score {
            tenant.scored(contract, "identify", score);
        }
        tracing::info!(candidates, named = profile.is_some(), "profiles compared");
        Ok(Identified { profile, ranking })
    }

    /// Writes down that these people were heard now, for a policy that does not keep people who are not.
    pub(crate) async fn heard(&self, tenant: &Tenant, people: &[SubjectId]) -> Result<(), EngineError> {
        Ok(self.parts.store.saw(tenant.id, people, self.parts.clock.now()).await?)
    }

    /// A profile's voiceprint. One that other models made is built anew, and until then there is none.
    pub(crate) async fn open_profile(
        &self,
        tenant: &Tenant,
        person: &Subject,
        profile: &Profile,
        rows: &[SealedVoiceprint],
    ) -> Result<Voice, EngineError> {
        person.check_use()?;
        if !profile.is_enrolled() {
            return Err(EngineError::NotEnrolled);
        }
        match self.open_voiceprints(tenant, person, profile.id, rows) {
            Ok((voiceprint, _)) => Ok(voiceprint),
            Err(EngineError::Template(_)) => {
                self.parts.store.mark_for_training(tenant.id, profile.id).await?;
                self.train_soon(tenant.id, profile.kind, profile.id);
                Err(EngineError::NotEnrolled)
            }
            Err(error) => Err(error),
        }
    }
}
