//! What an enrolment is made of, and how good a base for being recognised that is.
//!
//! Promises one answer, whatever made the enrolment: a profile keeps the sums of its recordings, and those of a dialogue are summed up here in the
//! same way. Nothing is said where not all of it is known.

use timbre_domain::{
    profile::Fit,
    quality::{self, Measured, Quality},
};
use timbre_store::EnrolmentDetails;

use crate::playing::{KeptRecording, MOST};

/// The recordings of an enrolment, together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MadeOf {
    pub samples: u32,
    pub speech_seconds: f64,
    pub quality: Quality,
}

impl MadeOf {
    /// `kept` are the person's recordings, as [`crate::Engine::recordings_of`] lists them. None where these do not tell all of an enrolment by a
    /// dialogue: a list that is full may lack some, and of old recordings nothing may have been written down.
    pub fn of(enrolment: &EnrolmentDetails, kept: &[KeptRecording]) -> Option<Self> {
        if let Some(profile) = &enrolment.profile {
            let (samples, speech_seconds) = (profile.samples, profile.speech_seconds);
            return Some(Self { samples, speech_seconds, quality: profile.quality });
        }
        if kept.len() as u64 >= MOST {
            return None;
        }
        let (mut samples, mut speech_seconds, mut measured) = (0, 0.0, Measured::default());
        for recording in kept.iter().filter(|recording| recording.enrolment == enrolment.id) {
            let fit =
                Fit { speech_seconds: recording.speech_seconds?, snr_db: recording.snr_db, ..Fit::default() };
            measured.add(&fit, speech_seconds);
            speech_seconds += fit.speech_seconds;
            samples += 1;
        }
        let quality = quality::of(enrolment.scheme, speech_seconds, samples, &measured);
        (samples > 0).then_some(Self { samples, speech_seconds, quality })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use chrono::DateTime;
    use timbre_domain::{
        ids::{EnrolmentId, SampleId},
        lockout::Lockout,
        scheme::Scheme,
    };

    use super::*;

    fn enrolment(scheme: Scheme) -> EnrolmentDetails {
        EnrolmentDetails {
            id: EnrolmentId::from_random([1; 16]),
            scheme,
            language: "en".to_owned(),
            enrolled_at: DateTime::UNIX_EPOCH,
            lockout: Lockout { failed: 0, locked_until: None },
            profile: None,
        }
    }

    fn recording(of: u8, speech_seconds: Option<f64>, snr_db: f64) -> KeptRecording {
        KeptRecording {
            id: SampleId::from_random([2; 16]),
            enrolment: EnrolmentId::from_random([of; 16]),
            at: DateTime::UNIX_EPOCH,
            seconds: None,
            speech_seconds,
            snr_db: Some(snr_db),
        }
    }

    #[test]
    fn the_recordings_of_a_dialogue_are_summed_up_as_a_profiles_are() {
        let codes = enrolment(Scheme::PromptedDigits);
        // Another enrolment's is none of it. The noise is a mean by speech: 18 dB.
        let mut kept = vec![
            recording(1, Some(2.0), 20.0),
            recording(9, Some(60.0), 0.0),
            recording(1, Some(2.0), 20.0),
            recording(1, Some(4.0), 16.0),
        ];
        let expected = MadeOf { samples: 3, speech_seconds: 8.0, quality: Quality::Good };
        assert_eq!(MadeOf::of(&codes, &kept), Some(expected));
        let freely = MadeOf { quality: Quality::Poor, ..expected };
        assert_eq!(MadeOf::of(&enrolment(Scheme::FreeSpeech), &kept), Some(freely));
        kept[3].snr_db = Some(12.0);
        assert_eq!(MadeOf::of(&codes, &kept).unwrap().quality, Quality::Average);
    }

    #[test]
    fn where_not_all_is_known_nothing_is_said() {
        let codes = enrolment(Scheme::PromptedDigits);
        assert_eq!(MadeOf::of(&codes, &[]), None);
        let known = recording(1, Some(2.0), 20.0);
        assert_eq!(MadeOf::of(&codes, &[known.clone(), recording(1, None, 20.0)]), None);
        assert_eq!(MadeOf::of(&codes, &vec![known; MOST as usize]), None);
    }
}
