//! A person's voices, each under one contract, and how each stands.

use chrono::{DateTime, Utc};
use timbre_domain::{
    ids::EnrolmentId,
    lockout::Locked,
    profile::{ProfileKind, ProfileStatus},
    quality::Quality,
};
use timbre_engine::{EnrolmentDetails, KeptRecording, MadeOf, ProfileDetails, Tenant};
use timbre_matching::conditions::Scheme;

use crate::contracts;

/// An enrolment, as pages show it.
pub(crate) struct Voice {
    pub(crate) id: EnrolmentId,
    pub(crate) contract: &'static str,
    /// What is spoken.
    pub(crate) scheme: &'static str,
    pub(crate) language: String,
    pub(crate) begun_at: DateTime<Utc>,
    /// Verifications that failed in a row, up to now.
    pub(crate) failed: u32,
    pub(crate) lock: Option<Lock>,
    /// Of profiles and speakers.
    pub(crate) profile: Option<ProfileDetails>,
    /// Its recordings, where all of them are known.
    pub(crate) made_of: Option<MadeOf>,
}

/// Why the next verification is turned down.
pub(crate) struct Lock {
    /// When that ends by itself; none where only a reset ends it.
    pub(crate) until: Option<DateTime<Utc>>,
}

impl Voice {
    /// `kept` are the person's recordings, for whoever shows what a voice is made of.
    pub(crate) fn of(
        tenant: &Tenant,
        enrolment: EnrolmentDetails,
        kept: &[KeptRecording],
        now: DateTime<Utc>,
    ) -> Self {
        let lock = enrolment.lockout.check(&tenant.policy.lockout, now).err().map(|locked| Lock {
            until: enrolment.lockout.locked_until.filter(|_| matches!(locked, Locked::For { .. })),
        });
        Self {
            contract: contracts::name(&enrolment.contract()),
            scheme: scheme(&enrolment),
            made_of: MadeOf::of(&enrolment, kept),
            id: enrolment.id,
            language: enrolment.language,
            begun_at: enrolment.enrolled_at,
            failed: enrolment.lockout.failed,
            lock,
            profile: enrolment.profile,
        }
    }

    /// Whether it can be compared with: what is no profile comes into being complete.
    pub(crate) fn is_enrolled(&self) -> bool {
        self.profile.as_ref().is_none_or(|profile| profile.status == ProfileStatus::Enrolled)
    }

    /// Where it stands, in a word.
    pub(crate) fn status(&self) -> &'static str {
        match self.profile.as_ref().map(|profile| profile.status) {
            None | Some(ProfileStatus::Enrolled) => "enrolled",
            Some(ProfileStatus::Training) => "is trained",
            Some(ProfileStatus::Enrolling) => "enrolling",
        }
    }

    /// What a speaker is called.
    pub(crate) fn speaker(&self) -> Option<&str> {
        self.profile.as_ref()?.name.as_deref()
    }
}

/// What is spoken, and what for.
fn scheme(enrolment: &EnrolmentDetails) -> &'static str {
    match enrolment.profile.as_ref().map(|profile| profile.kind) {
        Some(ProfileKind::TextDependentVerification) => "verification by a passphrase",
        Some(ProfileKind::TextIndependentVerification) => "verification by free speech",
        Some(ProfileKind::TextIndependentIdentification) => "identification by free speech",
        Some(ProfileKind::Speaker) => "named in conversations",
        None if enrolment.scheme == Scheme::FreeSpeech => "verification by free speech",
        None => "verification by spoken codes",
    }
}

/// What a word of quality says of the recordings that a voice is made of.
pub(crate) fn quality(quality: &Quality) -> &'static str {
    match quality {
        Quality::Poor => "poor: too little speech, too much noise, or recordings that differ",
        Quality::Average => "average",
        Quality::Good => "good",
        Quality::High => "high",
    }
}
