//! A tenant's policy: how its dialogues run, what it may call and how much, what is kept for how long. Each value has its
//! default and its bounds.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    code::CODE_LENGTHS,
    contract::Contract,
    decision::Refusal,
    locale::Locale,
    passphrase,
    rate::{Rate, RatePolicy},
    usage::QuotaPolicy,
};

/// A tenant's policy. A value that is absent, as in a policy that was stored before the value existed, is the
/// shipped default.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Policy {
    /// How a dialogue runs.
    pub dialogue: DialoguePolicy,
    /// What a recording must be like.
    pub quality: QualityPolicy,
    /// How sure a verification must be.
    pub matching: MatchingPolicy,
    /// What failed verifications in a row lead to.
    pub lockout: LockoutPolicy,
    /// How many profiles of the Azure contract there may be, and what they are filled with.
    pub profiles: ProfilePolicy,
    /// What may be called, and with what. An owner's or an operator's to change.
    pub access: AccessPolicy,
    /// How often may be called. An owner's or an operator's to change.
    pub rates: RatePolicy,
    /// How much may be used in a month. An owner's or an operator's to change.
    pub quotas: QuotaPolicy,
    /// How long things are kept. An owner's or an operator's to change.
    pub retention: RetentionPolicy,
    /// Whether people must have agreed before their voices are used.
    pub consent: ConsentPolicy,
}

/// How a dialogue runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DialoguePolicy {
    /// Digits in a code.
    #[schemars(range(min = 4, max = 10))]
    pub code_length: u8,
    /// Seconds within which a shown code must be spoken.
    #[schemars(range(min = 10, max = 3600))]
    pub code_seconds: u32,
    /// Seconds after which an unfinished dialogue is over.
    #[schemars(range(min = 10, max = 86_400))]
    pub dialogue_seconds: u32,
    /// Accepted codes that make an enrolment.
    #[schemars(range(min = 1, max = 10))]
    pub enrol_codes: u32,
    /// Accepted codes after which a verification must decide.
    #[schemars(range(min = 1, max = 10))]
    pub verify_codes: u32,
    /// Refused samples that end a dialogue.
    #[schemars(range(min = 1, max = 20))]
    pub max_sqm_failures: u32,
    /// Whether a call whose session cookie is lost goes on with the subject's open dialogue instead of
    /// starting a new one.
    pub resume_without_cookie: bool,
}

/// What a sample must be like before its voice is looked at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QualityPolicy {
    /// Net speech, in seconds, below which a spoken code is too short.
    #[schemars(range(min = 0.3, max = 10.0))]
    pub min_speech_seconds: f32,
    /// Net speech, in seconds, below which free speech, where no code is asked for, is too short: a voice among all words
    /// takes more of them.
    #[schemars(range(min = 0.3, max = 60.0))]
    pub min_free_speech_seconds: f32,
    /// Level of the speech, in dB of full scale, below which a sample is too quiet.
    #[schemars(range(min = -80.0, max = -10.0))]
    pub min_level_dbfs: f32,
    /// Share of a recording (0 to 1) that may be overdriven; with more of it, the recording is refused as clipped.
    #[schemars(range(min = 0.0, max = 1.0))]
    pub max_clipped_fraction: f32,
    /// Signal-to-noise ratio, in dB, below which a sample is too noisy.
    #[schemars(range(min = -20.0, max = 60.0))]
    pub min_snr_db: f32,
}

/// How sure a verification must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MatchingPolicy {
    /// The false-match rate (ISO/IEC 19795-1) at which the score is 0.5, the accept point.
    #[schemars(range(min = 0.000_001, max = 0.1))]
    pub false_match_rate: f64,
    /// From this score on, a verification accepts without asking for another code.
    #[schemars(range(min = 0.5, max = 1.0))]
    pub sure_accept: f64,
    /// Up to this score, a verification rejects without asking for another code.
    #[schemars(range(min = 0.0), extend("exclusiveMaximum" = 0.5))]
    pub sure_reject: f64,
}

/// When failed verifications in a row make a subject wait, and when they shut it out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct LockoutPolicy {
    /// Failed verifications in a row after which the next one must wait.
    #[schemars(range(min = 1, max = 10))]
    pub delay_after: u32,
    /// Seconds of the first wait after failed verifications; each further failure doubles the wait.
    #[schemars(range(min = 30, max = 3600))]
    pub first_delay_seconds: u32,
    /// Seconds that no wait after failed verifications is longer than.
    #[schemars(range(min = 30, max = 86_400))]
    pub longest_delay_seconds: u32,
    /// Failed verifications in a row after which verification is disabled until the lock is reset.
    #[schemars(range(min = 1, max = 100))]
    pub disable_after: u32,
}

/// What profiles are filled with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ProfilePolicy {
    /// Most profiles that there may be of each kind: verification by any words, verification by a passphrase, identification.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_profiles: u32,
    /// Whether recordings of any readable format are taken, not only 16 kHz 16-bit mono PCM in WAV.
    pub any_format: bool,
    /// Passphrases of the tenant's own, for each locale, beside those that the contract documents.
    pub phrases: BTreeMap<Locale, Vec<String>>,
}

/// What a tenant may call, and with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AccessPolicy {
    /// Contracts that may be called; to those left out the tenant's keys are unknown.
    #[schemars(length(min = 1))]
    pub contracts: BTreeSet<Contract>,
    /// Formats of recordings that are taken: wav, flac, mp3, ogg, mp4, webm, aac, and raw for bare samples without a container. A contract may take fewer.
    #[schemars(length(min = 1), inner(regex(pattern = r"^(wav|flac|mp3|ogg|mp4|webm|aac|raw)$")))]
    pub formats: BTreeSet<String>,
}

/// The formats of recordings that Timbre reads, as they are named in policies.
pub const FORMATS: [&str; 8] = ["wav", "flac", "mp3", "ogg", "mp4", "webm", "aac", "raw"];

/// What bare samples are called among the formats: they have no container to be recognised by, whoever sends them says so.
pub const RAW: &str = "raw";

impl AccessPolicy {
    /// Whether recordings of this format are taken.
    pub fn takes(&self, format: &str) -> bool {
        self.formats.contains(format)
    }
}

/// How long things are kept. What is not named here is kept until it is erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RetentionPolicy {
    /// Days after which a dialogue that has ended is deleted with its turns.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 36_500))]
    pub dialogue_days: Option<u32>,
    /// Days after which a person whose voice was neither enrolled nor recognised is erased.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 36_500))]
    pub unused_person_days: Option<u32>,
}

/// Whether people must have agreed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ConsentPolicy {
    /// Nobody is enrolled without a record of their consent.
    pub required: bool,
}

impl Default for AccessPolicy {
    fn default() -> Self {
        Self { contracts: Contract::ALL.into(), formats: FORMATS.map(str::to_owned).into() }
    }
}

impl Default for DialoguePolicy {
    fn default() -> Self {
        Self {
            code_length: 4,
            code_seconds: 120,
            dialogue_seconds: 900,
            enrol_codes: 3,
            verify_codes: 3,
            max_sqm_failures: 3,
            resume_without_cookie: false,
        }
    }
}

impl Default for QualityPolicy {
    fn default() -> Self {
        Self {
            min_speech_seconds: 0.8,
            min_free_speech_seconds: 2.0,
            min_level_dbfs: -50.0,
            max_clipped_fraction: 0.05,
            min_snr_db: 7.0,
        }
    }
}

impl Default for MatchingPolicy {
    fn default() -> Self {
        Self { false_match_rate: 0.01, sure_accept: 0.8, sure_reject: 0.02 }
    }
}

impl Default for LockoutPolicy {
    fn default() -> Self {
        Self { delay_after: 5, first_delay_seconds: 30, longest_delay_seconds: 3600, disable_after: 50 }
    }
}

impl Default for ProfilePolicy {
    fn default() -> Self {
        Self { max_profiles: 10_000, any_format: false, phrases: BTreeMap::new() }
    }
}

/// A policy that cannot be: which setting, and what it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{setting} must be {bounds}")]
pub struct InvalidPolicy {
    pub setting: &'static str,
    pub bounds: &'static str,
}

/// The sections that say what a tenant may call, how much and how often, and what is kept of it. They are its operator's to change.
pub const LIMITS: [&str; 4] = ["access", "rates", "quotas", "retention"];

impl Policy {
    /// Whether all of [`LIMITS`] are the same here and there.
    pub fn has_limits_of(&self, other: &Self) -> bool {
        (&self.access, self.rates, self.quotas, &self.retention)
            == (&other.access, other.rates, other.quotas, &other.retention)
    }

    /// Refuses a policy under which a dialogue could not end, or could end without evidence.
    pub fn check(&self) -> Result<(), InvalidPolicy> {
        let (d, q, m, l) = (&self.dialogue, &self.quality, &self.matching, &self.lockout);
        let (r, t) = (&self.rates, &self.retention);
        let rules: [(bool, &'static str, &'static str); 25] = [
            (CODE_LENGTHS.contains(&d.code_length), "dialogue.code_length", "4 to 10"),
            ((10..=3600).contains(&d.code_seconds), "dialogue.code_seconds", "10 to 3600"),
            (
                (d.code_seconds..=86_400).contains(&d.dialogue_seconds),
                "dialogue.dialogue_seconds",
                "code_seconds to 86400",
            ),
            ((1..=10).contains(&d.enrol_codes), "dialogue.enrol_codes", "1 to 10"),
            ((1..=10).contains(&d.verify_codes), "dialogue.verify_codes", "1 to 10"),
            ((1..=20).contains(&d.max_sqm_failures), "dialogue.max_sqm_failures", "1 to 20"),
            ((0.3..=10.0).contains(&q.min_speech_seconds), "quality.min_speech_seconds", "0.3 to 10"),
            (
                (q.min_speech_seconds..=60.0).contains(&q.min_free_speech_seconds),
                "quality.min_free_speech_seconds",
                "min_speech_seconds to 60",
            ),
            ((-80.0..=-10.0).contains(&q.min_level_dbfs), "quality.min_level_dbfs", "-80 to -10"),
            ((0.0..=1.0).contains(&q.max_clipped_fraction), "quality.max_clipped_fraction", "0 to 1"),
            ((-20.0..=60.0).contains(&q.min_snr_db), "quality.min_snr_db", "-20 to 60"),
            (
                m.false_match_rate >= 1e-6 && m.false_match_rate <= 0.1,
                "matching.false_match_rate",
                "0.000001 to 0.1",
            ),
            (
                0.0 <= m.sure_reject && m.sure_reject < 0.5 && 0.5 <= m.sure_accept && m.sure_accept <= 1.0,
                "matching.sure_reject and matching.sure_accept",
                "below 0.5 and at least 0.5",
            ),
            // NIST SP 800-63B, 5.2.3 and 5.2.2: no more than ten, 30 s at least, no more than a hundred.
            ((1..=10).contains(&l.delay_after), "lockout.delay_after", "1 to 10"),
            ((30..=3600).contains(&l.first_delay_seconds), "lockout.first_delay_seconds", "30 to 3600"),
            (
                (l.first_delay_seconds..=86_400).contains(&l.longest_delay_seconds),
                "lockout.longest_delay_seconds",
                "first_delay_seconds to 86400",
            ),
            ((l.delay_after..=100).contains(&l.disable_after), "lockout.disable_after", "delay_after to 100"),
            ((1..=1_000_000).contains(&self.profiles.max_profiles), "profiles.max_profiles", "1 to 1000000"),
            (
                !self.access.contracts.is_empty(),
                "access.contracts",
                "one at least of biometrid, azure, deepaffects",
            ),
            (
                !self.access.formats.is_empty()
                    && self.access.formats.iter().all(|name| FORMATS.contains(&name.as_str())),
                "access.formats",
                "some of wav, flac, mp3, ogg, mp4, webm, aac, raw",
            ),
            (
                [r.inference, r.management, r.read].into_iter().all(possible),
                "rates",
                "1 to 1000000 per_minute, and a burst of 1 to 1000000",
            ),
            (
                t.dialogue_days.is_none_or(|days| (1..=36_500).contains(&days)),
                "retention.dialogue_days",
                "1 to 36500",
            ),
            (
                t.unused_person_days.is_none_or(|days| (1..=36_500).contains(&days)),
                "retention.unused_person_days",
                "1 to 36500",
            ),
            (
                self.quotas.audio_seconds.per_month.is_none_or(|seconds| seconds <= MOST_SECONDS),
                "quotas.audio_seconds.per_month",
                "0 to 1000000000000",
            ),
            (
                passphrase::check(&self.profiles.phrases).is_ok(),
                "profiles.phrases",
                "phrases of 3 to 20 words in lower case, half of whose words differ from every other of the locale",
            ),
        ];
        match rules.into_iter().find(|(holds, ..)| !holds) {
            Some((_, setting, bounds)) => Err(InvalidPolicy { setting, bounds }),
            None => Ok(()),
        }
    }
}

/// Seconds that fit into the database's whole milliseconds with room to spare.
const MOST_SECONDS: u64 = 1_000_000_000_000;

fn possible(rate: Rate) -> bool {
    let bounds = 1..=1_000_000;
    bounds.contains(&rate.per_minute) && bounds.contains(&rate.burst)
}

/// What was measured of a sample's sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measured {
    /// Seconds of speech, pauses left out.
    pub speech_seconds: f32,
    pub level_dbfs: f32,
    pub clipped_fraction: f32,
    /// `None` where no estimate could be made; speech that short is refused as such.
    pub snr_db: Option<f32>,
}

/// Below this, what was found is not speech but a click or a breath.
const ANY_SPEECH_SECONDS: f32 = 0.2;

impl QualityPolicy {
    /// The first rule that the sample breaks, in the order of [`Refusal`].
    pub fn refuse(&self, sample: &Measured) -> Option<Refusal> {
        if sample.speech_seconds < ANY_SPEECH_SECONDS {
            Some(Refusal::NoSpeech)
        } else if sample.speech_seconds < self.min_speech_seconds {
            Some(Refusal::TooShort)
        } else if sample.level_dbfs < self.min_level_dbfs {
            Some(Refusal::TooQuiet)
        } else if sample.clipped_fraction > self.max_clipped_fraction {
            Some(Refusal::Clipped)
        } else if sample.snr_db.is_some_and(|snr| snr < self.min_snr_db) {
            Some(Refusal::TooNoisy)
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests;
