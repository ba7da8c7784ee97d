//! How good a base for being recognised somebody's recordings are, in one word.
//!
//! Promises a word that each of three measures can only lower: how much there is, how far it stands out of the noise, and how well the
//! recordings agree that they are one person's. The thresholds are Timbre's own (the service whose words these are never published any) and
//! stand in [`of`]; those of free speech follow its advice of three to five recordings of 12 to 24 seconds. How long a code or a passphrase takes
//! to say tells nothing: of those, how often they were said counts.

use std::{fmt, str::FromStr};

use crate::{
    decision::{UnknownName, named},
    profile::Fit,
    scheme::Scheme,
};

named! {
    /// From the worst to the best.
    #[derive(PartialOrd, Ord)]
    Quality { Poor, Average, Good, High }
}

/// What was measured of the recordings of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Measured {
    /// The mean signal-to-noise ratio, in dB, each recording counting by its speech. None: it could be measured of none.
    pub snr_db: Option<f64>,
    /// The lowest calibrated score in [0, 1] of a recording against those before it. None: there is only one, or it is not kept.
    pub agreement: Option<f64>,
}

impl Measured {
    /// Takes in a recording; `speech_seconds` is what there was before it.
    pub fn add(&mut self, fit: &Fit, speech_seconds: f64) {
        self.snr_db = match (self.snr_db, fit.snr_db) {
            (Some(mean), Some(snr)) => {
                let (before, now) = (speech_seconds, fit.speech_seconds);
                Some((mean * before + snr * now) / (before + now).max(f64::MIN_POSITIVE))
            }
            (known, new) => known.or(new),
        };
        self.agreement = match (self.agreement, fit.agreement) {
            (Some(lowest), Some(score)) => Some(lowest.min(score)),
            (known, new) => known.or(new),
        };
    }
}

/// The word for so many recordings of so much net speech.
pub fn of(scheme: Scheme, speech_seconds: f64, samples: u32, measured: &Measured) -> Quality {
    let by_amount = match scheme {
        Scheme::FreeSpeech => grade(speech_seconds, [12.0, 30.0, 60.0]),
        Scheme::PromptedDigits | Scheme::FixedPassphrase => grade(f64::from(samples), [1.0, 2.0, 3.0]),
    };
    // What cannot be measured is no reproach, and no merit.
    let by_noise = measured.snr_db.map_or(Quality::Good, |snr| grade(snr, [10.0, 17.0, 25.0]));
    // Nobody has agreed with a first recording yet; the best takes three that agree.
    let by_agreement = measured.agreement.map_or(Quality::Good, |score| grade(score, [0.5, 0.7, 0.9]));
    let by_number = if samples >= 3 { Quality::High } else { Quality::Good };
    by_amount.min(by_noise).min(by_agreement).min(by_number)
}

/// One more than the number of thresholds that are reached.
fn grade(value: f64, thresholds: [f64; 3]) -> Quality {
    let reached = thresholds.iter().filter(|threshold| value >= **threshold).count();
    Quality::ALL[reached]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(snr_db: f64, agreement: f64) -> Measured {
        Measured { snr_db: Some(snr_db), agreement: Some(agreement) }
    }

    #[test]
    fn each_measure_can_only_lower_the_word() {
        assert_eq!(of(Scheme::FreeSpeech, 60.0, 3, &measured(25.0, 0.9)), Quality::High);
        for (speech, samples, measured, word) in [
            (59.9, 3, measured(30.0, 0.99), Quality::Good),
            (29.9, 3, measured(30.0, 0.99), Quality::Average),
            (11.9, 3, measured(30.0, 0.99), Quality::Poor),
            (90.0, 3, measured(16.9, 0.99), Quality::Average),
            (90.0, 3, measured(9.9, 0.99), Quality::Poor),
            (90.0, 3, measured(30.0, 0.69), Quality::Average),
            (90.0, 2, measured(30.0, 0.99), Quality::Good),
            (90.0, 3, Measured::default(), Quality::Good),
            // The documented example: 20 seconds of speech are average.
            (20.0, 1, Measured { snr_db: Some(30.0), agreement: None }, Quality::Average),
        ] {
            assert_eq!(
                of(Scheme::FreeSpeech, speech, samples, &measured),
                word,
                "{speech} s of {samples}: {measured:?}"
            );
        }
    }

    #[test]
    fn of_what_is_asked_for_it_counts_how_often_it_was_said() {
        for scheme in [Scheme::PromptedDigits, Scheme::FixedPassphrase] {
            for (samples, measured, word) in [
                (0, measured(30.0, 0.99), Quality::Poor),
                (1, measured(30.0, 0.99), Quality::Average),
                (2, measured(30.0, 0.99), Quality::Good),
                (3, measured(30.0, 0.99), Quality::High),
                (3, Measured { snr_db: Some(30.0), agreement: None }, Quality::Good),
                (3, measured(16.9, 0.99), Quality::Average),
            ] {
                assert_eq!(
                    of(scheme, 6.0, samples, &measured),
                    word,
                    "{samples} of {scheme:?}: {measured:?}"
                );
            }
        }
    }

    #[test]
    fn noise_is_a_mean_by_speech_and_agreement_the_lowest() {
        let mut all = Measured::default();
        let fit =
            |speech_seconds, snr_db, agreement| Fit { speech_seconds, snr_db, agreement, ..Fit::default() };
        all.add(&fit(10.0, Some(20.0), None), 0.0);
        all.add(&fit(30.0, Some(12.0), Some(0.9)), 10.0);
        assert_eq!(all, measured(14.0, 0.9));
        all.add(&fit(40.0, None, Some(0.6)), 40.0);
        all.add(&fit(40.0, None, Some(0.8)), 80.0);
        assert_eq!(all, measured(14.0, 0.6));
    }
}
