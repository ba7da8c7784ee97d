//! What is believed of a condition before any of its trials are seen.
//!
//! For CAM++ over wide-band audio, from the reference measurements by which the models were chosen: one false match in a
//! thousand sits at cosine 0.40 on read English, at 0.60 on passphrases, and at 0.72 where everybody says the same
//! digits in the same room. Codes differ and people call from their own rooms, so prompted digits start at 0.67. The prior
//! for free speech puts genuine cosines lower than read speech has them: people come back on another day.
//!
//! The other entries (8 kHz, mixed, the second model) are round numbers seen on the development trials themselves: they keep a
//! fit with few people from running away, and are no independent evidence.

use crate::conditions::{Channel, Comparator, Scheme};

/// Two normal distributions of the same spread whose means move with the log-duration together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Prior {
    /// At 3 s of net speech, as is the next.
    pub impostor_mean: f64,
    pub genuine_mean: f64,
    pub per_log_second: f64,
    pub spread: f64,
}

/// Meetings gave 0.13 (0.09 from 3 s to 6 s), codes and read speech between 0 and 0.05.
const PER_LOG_SECOND: f64 = 0.06;

/// The models err on different trials, so the mean of their cosines spreads less than each.
const ENSEMBLE_SPREAD: f64 = 0.9;

impl Prior {
    /// Offset, slope in the cosine and slope in the log-duration of the log-likelihood ratio of two such normals.
    pub(crate) fn llr(&self) -> [f64; 3] {
        let slope = (self.genuine_mean - self.impostor_mean) / (self.spread * self.spread);
        [-slope * 0.5 * (self.genuine_mean + self.impostor_mean), slope, -slope * self.per_log_second]
    }
}

pub fn prior(comparator: Comparator, scheme: Scheme, channel: Channel) -> Prior {
    let (impostor_mean, genuine_mean, spread) = match comparator {
        Comparator::CampPlus => campplus(scheme, channel),
        Comparator::ResNet34 => resnet34(scheme, channel),
        Comparator::Ensemble => {
            let (a, b) = (campplus(scheme, channel), resnet34(scheme, channel));
            (0.5 * (a.0 + b.0), 0.5 * (a.1 + b.1), ENSEMBLE_SPREAD * 0.5 * (a.2 + b.2))
        }
    };
    Prior { impostor_mean, genuine_mean, per_log_second: PER_LOG_SECOND, spread }
}

/// Impostor mean, genuine mean, spread.
fn campplus(scheme: Scheme, channel: Channel) -> (f64, f64, f64) {
    match (scheme, channel) {
        (Scheme::PromptedDigits, Channel::Wide) => (0.28, 0.78, 0.125),
        (Scheme::PromptedDigits, Channel::Telephone) => (0.30, 0.76, 0.12),
        (Scheme::PromptedDigits, Channel::Mixed) => (0.20, 0.57, 0.11),
        (Scheme::FixedPassphrase, Channel::Wide) => (0.23, 0.86, 0.12),
        (Scheme::FixedPassphrase, Channel::Telephone) => (0.36, 0.86, 0.13),
        (Scheme::FixedPassphrase, Channel::Mixed) => (0.21, 0.62, 0.11),
        (Scheme::FreeSpeech, Channel::Wide) => (0.075, 0.65, 0.105),
        (Scheme::FreeSpeech, Channel::Telephone) => (0.25, 0.68, 0.105),
        (Scheme::FreeSpeech, Channel::Mixed) => (0.07, 0.50, 0.105),
    }
}

fn resnet34(scheme: Scheme, channel: Channel) -> (f64, f64, f64) {
    match (scheme, channel) {
        (Scheme::PromptedDigits, Channel::Wide) => (0.27, 0.75, 0.115),
        (Scheme::PromptedDigits, Channel::Telephone) => (0.30, 0.75, 0.12),
        (Scheme::PromptedDigits, Channel::Mixed) => (0.17, 0.56, 0.105),
        (Scheme::FixedPassphrase, Channel::Wide) => (0.31, 0.84, 0.115),
        (Scheme::FixedPassphrase, Channel::Telephone) => (0.38, 0.82, 0.125),
        (Scheme::FixedPassphrase, Channel::Mixed) => (0.17, 0.54, 0.10),
        (Scheme::FreeSpeech, Channel::Wide) => (0.10, 0.62, 0.105),
        (Scheme::FreeSpeech, Channel::Telephone) => (0.20, 0.64, 0.105),
        (Scheme::FreeSpeech, Channel::Mixed) => (0.07, 0.48, 0.105),
    }
}
