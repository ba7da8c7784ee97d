//! A profile: an enrolment that a tenant fills recording by recording, whenever it likes, without a dialogue.
//!
//! Promises that a profile has a voiceprint exactly when it says `Enrolled`, that what is refused changes nothing,
//! and that every limit on what a profile collects is in here. How long a single recording may be and how clean
//! it must be is the contract's to say.

use chrono::{DateTime, Utc};

use crate::{
    decision::{UnknownName, named},
    ids::{EnrolmentId, SubjectId},
    locale::Locale,
    quality::{self, Measured, Quality},
    scheme::Scheme,
};
use std::{fmt, str::FromStr};

named! {
    /// What a profile is for. The kinds are kept apart: a profile of one is unknown to the others.
    ProfileKind {
        /// Verification by a passphrase that is always the same.
        TextDependentVerification,
        /// Verification by whatever is said.
        TextIndependentVerification,
        /// Identification among several by whatever is said.
        TextIndependentIdentification,
        /// Being named in conversations. It has a name of the tenant's own.
        Speaker,
    }
}

impl ProfileKind {
    pub fn is_text_dependent(self) -> bool {
        self == Self::TextDependentVerification
    }

    /// What is spoken, and so how it is compared.
    pub fn scheme(self) -> Scheme {
        if self.is_text_dependent() { Scheme::FixedPassphrase } else { Scheme::FreeSpeech }
    }

    /// Whether it is what somebody is looked for among.
    pub fn is_identified(self) -> bool {
        matches!(self, Self::TextIndependentIdentification | Self::Speaker)
    }

    /// Seconds of net speech that make a voiceprint where anything may be said.
    pub fn speech_seconds_to_enrol(self) -> f64 {
        if self == Self::Speaker { 12.0 } else { 20.0 }
    }

    /// The most seconds of audio where anything may be said, pauses included.
    pub fn most_audio_seconds(self) -> f64 {
        if self == Self::Speaker { 1_800.0 } else { 300.0 }
    }
}

named! {
    /// Where a profile stands.
    ProfileStatus {
        /// There is no voiceprint yet.
        Enrolling,
        /// The voiceprint is being built anew, which takes a while: it cannot be compared with now.
        Training,
        /// There is a voiceprint.
        Enrolled,
    }
}

/// Recordings of a passphrase that make a voiceprint, and the most of them.
pub const SAMPLES_TO_ENROL: u32 = 3;
pub const MOST_SAMPLES: u32 = 50;

/// A profile.
#[derive(Debug, Clone, PartialEq)]
pub struct Profile {
    pub id: EnrolmentId,
    pub subject: SubjectId,
    pub kind: ProfileKind,
    /// What the tenant calls it; no two of a tenant's speakers have the same. None for other kinds.
    pub name: Option<String>,
    pub locale: Locale,
    pub status: ProfileStatus,
    /// The passphrase, fixed by the first recording.
    pub phrase: Option<String>,
    /// Whether the person has said the activation phrase, or was never asked to.
    pub active: bool,
    pub samples: u32,
    pub audio_seconds: f64,
    pub speech_seconds: f64,
    /// How the recordings are, where that was measured.
    pub measured: Measured,
    pub created_at: DateTime<Utc>,
    /// None until the first change.
    pub updated_at: Option<DateTime<Utc>>,
}

/// A recording that passed every check.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fit {
    pub audio_seconds: f64,
    pub speech_seconds: f64,
    /// The passphrase that was said, where one was asked for.
    pub phrase: Option<String>,
    /// Signal-to-noise ratio, in dB, where it could be measured.
    pub snr_db: Option<f64>,
    /// The calibrated score in [0, 1] against the recordings before it, where they were compared.
    pub agreement: Option<f64>,
}

/// A profile that takes no more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProfileFull {
    #[error("it has {MOST_SAMPLES} recordings")]
    Samples,
    #[error("it would have more audio than it may have")]
    Audio,
}

impl Profile {
    /// A new profile without recordings.
    pub fn new(
        id: EnrolmentId,
        subject: SubjectId,
        kind: ProfileKind,
        locale: Locale,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            subject,
            kind,
            name: None,
            locale,
            status: ProfileStatus::Enrolling,
            phrase: None,
            active: false,
            samples: 0,
            audio_seconds: 0.0,
            speech_seconds: 0.0,
            measured: Measured::default(),
            created_at: now,
            updated_at: None,
        }
    }

    pub fn is_enrolled(&self) -> bool {
        self.status == ProfileStatus::Enrolled
    }

    /// Recordings of the passphrase that are still wanted.
    pub fn remaining_samples(&self) -> u32 {
        SAMPLES_TO_ENROL.saturating_sub(self.samples)
    }

    /// Seconds of net speech that are still wanted.
    pub fn remaining_speech_seconds(&self) -> f64 {
        (self.kind.speech_seconds_to_enrol() - self.speech_seconds).max(0.0)
    }

    /// Whether the profile takes another recording of this length.
    pub fn admits(&self, audio_seconds: f64) -> Result<(), ProfileFull> {
        match self.kind.is_text_dependent() {
            true if self.samples >= MOST_SAMPLES => Err(ProfileFull::Samples),
            false if self.audio_seconds + audio_seconds > self.kind.most_audio_seconds() => {
                Err(ProfileFull::Audio)
            }
            _ => Ok(()),
        }
    }

    /// Takes a recording. From enough of them on there is a voiceprint: `Enrolled`, for the caller to make true or to
    /// change to `Training`. `any_length` asks for a voiceprint of whatever there is.
    pub fn accept(&mut self, fit: Fit, any_length: bool, now: DateTime<Utc>) -> Result<(), ProfileFull> {
        self.admits(fit.audio_seconds)?;
        self.measured.add(&fit, self.speech_seconds);
        self.samples += 1;
        self.audio_seconds += fit.audio_seconds;
        self.speech_seconds += fit.speech_seconds;
        // Where the activation phrase was asked for, this recording would not be here without it.
        self.active = true;
        self.phrase = self.phrase.take().or(fit.phrase);
        self.updated_at = Some(now);
        let enough = match self.kind.is_text_dependent() {
            true => self.remaining_samples() == 0,
            false => any_length || self.remaining_speech_seconds() == 0.0,
        };
        // A voiceprint that was made of little by request stays one.
        if enough || self.status != ProfileStatus::Enrolling {
            self.status = ProfileStatus::Enrolled;
        }
        Ok(())
    }

    /// Forgets every recording, and with them the passphrase.
    pub fn reset(&mut self, now: DateTime<Utc>) {
        let fresh = Self::new(self.id, self.subject, self.kind, self.locale, self.created_at);
        *self = Self { updated_at: Some(now), name: self.name.take(), ..fresh };
    }

    /// How good a base for being recognised the recordings are.
    pub fn quality(&self) -> Quality {
        quality::of(self.kind.scheme(), self.speech_seconds, self.samples, &self.measured)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn profile(kind: ProfileKind) -> Profile {
        let (id, subject) = (EnrolmentId::from_random([1; 16]), SubjectId::from_random([2; 12]));
        Profile::new(id, subject, kind, "en-US".parse().unwrap(), at(0))
    }

    fn spoken(seconds: f64, phrase: Option<&str>) -> Fit {
        let phrase = phrase.map(str::to_owned);
        Fit { audio_seconds: seconds + 1.0, speech_seconds: seconds, phrase, ..Fit::default() }
    }

    #[test]
    fn three_recordings_of_a_passphrase_make_a_voiceprint_and_the_first_fixes_it() {
        let mut profile = profile(ProfileKind::TextDependentVerification);
        for remaining in [2, 1, 0] {
            assert_eq!(profile.status, ProfileStatus::Enrolling);
            profile.accept(spoken(2.0, Some("be yourself")), false, at(1)).unwrap();
            assert_eq!(profile.remaining_samples(), remaining);
        }
        assert_eq!(
            (profile.status, profile.phrase.as_deref()),
            (ProfileStatus::Enrolled, Some("be yourself"))
        );
        assert_eq!((profile.audio_seconds, profile.speech_seconds), (9.0, 6.0));
    }

    #[test]
    fn a_length_of_any_kind_does_not_enrol_a_passphrase_early() {
        let mut profile = profile(ProfileKind::TextDependentVerification);
        profile.accept(spoken(2.0, Some("be yourself")), true, at(1)).unwrap();
        assert_eq!(profile.status, ProfileStatus::Enrolling);
    }

    #[test]
    fn twenty_seconds_of_speech_make_a_voiceprint_or_less_by_request() {
        let mut patient = profile(ProfileKind::TextIndependentVerification);
        patient.accept(spoken(19.5, None), false, at(1)).unwrap();
        assert_eq!((patient.status, patient.remaining_speech_seconds()), (ProfileStatus::Enrolling, 0.5));
        patient.accept(spoken(0.5, None), false, at(2)).unwrap();
        assert_eq!((patient.status, patient.remaining_speech_seconds()), (ProfileStatus::Enrolled, 0.0));

        let mut hasty = profile(ProfileKind::TextIndependentIdentification);
        hasty.accept(spoken(2.0, None), true, at(1)).unwrap();
        assert_eq!((hasty.status, hasty.remaining_speech_seconds()), (ProfileStatus::Enrolled, 18.0));
        hasty.accept(spoken(2.0, None), false, at(2)).unwrap();
        assert_eq!(hasty.status, ProfileStatus::Enrolled);
    }

    #[test]
    fn a_full_profile_takes_nothing_and_stays_as_it_is() {
        let mut phrases = profile(ProfileKind::TextDependentVerification);
        for _ in 0..MOST_SAMPLES {
            phrases.accept(spoken(1.0, Some("be yourself")), false, at(1)).unwrap();
        }
        let before = phrases.clone();
        assert_eq!(phrases.accept(spoken(1.0, None), false, at(2)), Err(ProfileFull::Samples));
        assert_eq!(phrases, before);

        let mut free = profile(ProfileKind::TextIndependentVerification);
        free.accept(spoken(199.0, None), false, at(1)).unwrap();
        assert_eq!(free.accept(spoken(99.5, None), false, at(2)), Err(ProfileFull::Audio));
        free.accept(spoken(99.0, None), false, at(3)).unwrap();
        assert_eq!(free.audio_seconds, 300.0);
    }

    #[test]
    fn a_reset_profile_is_as_it_was_made_but_for_the_time_of_the_change() {
        let mut changed = profile(ProfileKind::TextDependentVerification);
        let fresh = changed.clone();
        changed.accept(spoken(2.0, Some("be yourself")), false, at(1)).unwrap();
        changed.reset(at(5));
        assert_eq!(changed, Profile { updated_at: Some(at(5)), ..fresh });
    }
}
