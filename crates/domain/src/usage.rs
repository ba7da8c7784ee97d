//! What is billed: meters, what one effect adds to them, and how much of each a tenant may use in a month.

use std::{fmt, ops::Add, str::FromStr};

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meter {
    /// Calls that made, changed or decided something. Reading and erasing are free.
    Requests,
    /// Seconds of recordings that were taken or compared, pauses included.
    AudioSeconds,
    /// Voices that became enrolled.
    Enrolments,
    /// Recordings in which somebody was looked for among several.
    Identifications,
}

impl Meter {
    pub const ALL: [Self; 4] = [Self::Requests, Self::AudioSeconds, Self::Enrolments, Self::Identifications];

    pub fn name(self) -> &'static str {
        match self {
            Self::Requests => "requests",
            Self::AudioSeconds => "audio_seconds",
            Self::Enrolments => "enrolments",
            Self::Identifications => "identifications",
        }
    }
}

impl fmt::Display for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no meter's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no meter of this name")]
pub struct UnknownMeter;

impl FromStr for Meter {
    type Err = UnknownMeter;

    fn from_str(name: &str) -> Result<Self, UnknownMeter> {
        Self::ALL.into_iter().find(|meter| meter.name() == name).ok_or(UnknownMeter)
    }
}

/// What effects added to the meters. Sound is counted in whole milliseconds, so that sums are exact whatever their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Usage {
    pub requests: u64,
    pub audio_milliseconds: u64,
    pub enrolments: u64,
    pub identifications: u64,
}

impl Usage {
    /// One call that heard so many seconds.
    pub fn request(audio_seconds: f64) -> Self {
        // A float becomes the nearest whole number; what is no number or negative becomes 0.
        Self { requests: 1, audio_milliseconds: (audio_seconds * 1000.0).round() as u64, ..Self::default() }
    }

    /// In whole units of the meter's storage: milliseconds of sound, and numbers of the others.
    pub fn of(self, meter: Meter) -> u64 {
        match meter {
            Meter::Requests => self.requests,
            Meter::AudioSeconds => self.audio_milliseconds,
            Meter::Enrolments => self.enrolments,
            Meter::Identifications => self.identifications,
        }
    }

    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

impl Add for Usage {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            requests: self.requests.saturating_add(other.requests),
            audio_milliseconds: self.audio_milliseconds.saturating_add(other.audio_milliseconds),
            enrolments: self.enrolments.saturating_add(other.enrolments),
            identifications: self.identifications.saturating_add(other.identifications),
        }
    }
}

/// How much of one meter a tenant may use in a calendar month (UTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Quota {
    /// How much in a month; left out, as much as comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_month: Option<u64>,
    /// A hard quota refuses what would go beyond it; a soft one counts it, and says so.
    pub hard: bool,
}

/// The quotas of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct QuotaPolicy {
    /// Calls that make, change or decide something.
    pub requests: Quota,
    /// Seconds of recordings that are taken or compared.
    pub audio_seconds: Quota,
    /// Voices that become enrolled.
    pub enrolments: Quota,
    /// Recordings in which somebody is looked for among several.
    pub identifications: Quota,
}

impl QuotaPolicy {
    pub fn of(&self, meter: Meter) -> Quota {
        match meter {
            Meter::Requests => self.requests,
            Meter::AudioSeconds => self.audio_seconds,
            Meter::Enrolments => self.enrolments,
            Meter::Identifications => self.identifications,
        }
    }

    /// A meter's quota in the units in which usage is stored ([`Usage::of`]).
    pub fn limit(&self, meter: Meter) -> Option<u64> {
        let units = if meter == Meter::AudioSeconds { 1000 } else { 1 };
        Some(self.of(meter).per_month?.saturating_mul(units))
    }
}

/// The calendar month (UTC) in which something is billed: "2026-11".
pub fn month(at: DateTime<Utc>) -> String {
    at.format("%Y-%m").to_string()
}

/// The day (UTC): "2026-11-21".
pub fn day(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%d").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_is_counted_in_whole_milliseconds() {
        assert_eq!(Usage::request(1.2345).audio_milliseconds, 1235);
        assert_eq!(Usage::request(f64::NAN).audio_milliseconds, 0);
    }

    #[test]
    fn a_quota_of_seconds_limits_milliseconds() {
        let quotas = QuotaPolicy {
            audio_seconds: Quota { per_month: Some(3), hard: true },
            requests: Quota { per_month: Some(3), hard: true },
            ..QuotaPolicy::default()
        };
        assert_eq!(quotas.limit(Meter::AudioSeconds), Some(3000));
        assert_eq!(quotas.limit(Meter::Requests), Some(3));
        assert_eq!(quotas.limit(Meter::Enrolments), None);
    }

    #[test]
    fn a_meter_is_known_by_its_name() {
        for meter in Meter::ALL {
            assert_eq!(meter.name().parse(), Ok(meter));
        }
    }
}
