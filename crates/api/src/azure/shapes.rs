//! The shapes of replies, in the words and the order of the public pages. The two versions name the same things otherwise: one struct each.

use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use timbre_domain::{
    profile::{Profile, ProfileStatus},
    seconds,
};
use timbre_engine::{Enrolled, MODEL_VERSION};

use super::Edition;

/// Seconds to the hundredth; whole where they can be, as in the examples: 0, 1.83, 18.65.
#[derive(Clone, Copy, PartialEq, JsonSchema)]
#[schemars(transparent)]
pub(super) struct Seconds(#[schemars(range(min = 0))] f64);

impl Seconds {
    fn of(seconds: f64) -> Self {
        Self(seconds::hundredths(seconds))
    }
}

impl Serialize for Seconds {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.fract() == 0.0 {
            true => serializer.serialize_i64(self.0 as i64),
            false => serializer.serialize_f64(self.0),
        }
    }
}

/// A score to the ten-thousandth, downwards: what is shown as 0.5 was accepted.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[serde(transparent)]
pub(super) struct Score(#[schemars(range(min = 0, max = 1))] f64);

impl Score {
    pub(super) fn of(score: f64) -> Self {
        Self((score * 10_000.0).floor() / 10_000.0)
    }
}

/// When: RFC 3339, UTC, to the millisecond.
#[derive(Serialize, JsonSchema)]
#[serde(transparent)]
struct Time(#[schemars(extend("format" = "date-time"))] String);

impl Time {
    fn of(time: DateTime<Utc>) -> Self {
        Self(time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

/// How far a profile's enrolment is.
#[derive(Clone, Copy, Serialize, JsonSchema)]
enum EnrollmentStatus {
    Enrolling,
    Training,
    Enrolled,
}

impl From<ProfileStatus> for EnrollmentStatus {
    fn from(status: ProfileStatus) -> Self {
        match status {
            ProfileStatus::Enrolling => Self::Enrolling,
            ProfileStatus::Training => Self::Training,
            ProfileStatus::Enrolled => Self::Enrolled,
        }
    }
}

/// Whether the activation phrase was heard.
#[derive(Clone, Copy, Serialize, JsonSchema)]
#[schemars(rename = "ProfileStatus")]
enum ShownStatus {
    Active,
    Inactive,
}

/// A profile of v2.0.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Profile_2_0")]
pub(super) struct OldProfile {
    /// The profile's id: a UUID.
    profile_id: String,
    /// The profile's language and country, as in `en-us`.
    locale: String,
    /// How far its enrolment is.
    enrollment_status: EnrollmentStatus,
    /// When the profile was made.
    created_date_time: Time,
    /// When it was last changed; when it was made, where it never was.
    last_updated_date_time: Time,
    /// Recordings that were accepted.
    enrollments_count: u32,
    /// Seconds of all of them.
    enrollments_length: Seconds,
    /// Seconds of speech in them.
    enrollments_speech_length: Seconds,
    #[serde(flatten)]
    remaining: OldRemaining,
    /// Which models make its voiceprint. Another version of Timbre may have others.
    model_version: &'static str,
}

/// What is missing before a profile is enrolled, in v2.0.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Remaining_2_0")]
struct OldRemaining {
    /// Recordings; of text-dependent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_enrollments_count: Option<u32>,
    /// Seconds of speech; of text-independent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_enrollments_speech_length: Option<Seconds>,
}

/// A profile of 2021-09-05.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Profile_2021_09_05")]
pub(super) struct NewProfile {
    /// The profile's id: a UUID.
    profile_id: String,
    /// The profile's language and country, as in `en-us`.
    locale: String,
    /// How far its enrolment is.
    enrollment_status: EnrollmentStatus,
    /// When the profile was made.
    created_date_time: Time,
    /// Null where it was never changed.
    last_updated_date_time: Option<Time>,
    /// Recordings that were accepted.
    enrollments_count: u32,
    /// Seconds of all of them.
    enrollments_length_in_sec: Seconds,
    /// Seconds of speech in them.
    enrollments_speech_length_in_sec: Seconds,
    #[serde(flatten)]
    remaining: NewRemaining,
    /// Which models make its voiceprint: null before the first recording. Another version of Timbre may have others.
    model_version: Option<&'static str>,
    /// `Active` once the activation phrase was heard; of text-independent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile_status: Option<ShownStatus>,
}

/// What is missing before a profile is enrolled, in 2021-09-05.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Remaining_2021_09_05")]
struct NewRemaining {
    /// Recordings; of text-dependent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_enrollments_count: Option<u32>,
    /// Seconds of speech; of text-independent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_enrollments_speech_length_in_sec: Option<Seconds>,
}

/// A profile as its version shows it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ShownProfile {
    Old(OldProfile),
    New(NewProfile),
}

impl ShownProfile {
    pub(super) fn of(edition: Edition, profile: &Profile) -> Self {
        let (count, speech) = remaining(profile);
        let (profile_id, locale) = (profile.id.to_string(), profile.locale.to_string());
        let (enrollment_status, enrollments_count) = (profile.status.into(), profile.samples);
        let (all, spoken) = (Seconds::of(profile.audio_seconds), Seconds::of(profile.speech_seconds));
        let created_date_time = Time::of(profile.created_at);
        match edition {
            Edition::V2_0 => Self::Old(OldProfile {
                profile_id,
                locale,
                enrollment_status,
                created_date_time,
                // A profile that was never changed was last changed when it was made.
                last_updated_date_time: Time::of(profile.updated_at.unwrap_or(profile.created_at)),
                enrollments_count,
                enrollments_length: all,
                enrollments_speech_length: spoken,
                remaining: OldRemaining {
                    remaining_enrollments_count: count,
                    remaining_enrollments_speech_length: speech,
                },
                model_version: MODEL_VERSION,
            }),
            Edition::V2021_09_05 => Self::New(NewProfile {
                profile_id,
                locale,
                enrollment_status,
                created_date_time,
                last_updated_date_time: profile.updated_at.map(Time::of),
                enrollments_count,
                enrollments_length_in_sec: all,
                enrollments_speech_length_in_sec: spoken,
                remaining: NewRemaining {
                    remaining_enrollments_count: count,
                    remaining_enrollments_speech_length_in_sec: speech,
                },
                model_version: (profile.samples > 0).then_some(MODEL_VERSION),
                profile_status: (!profile.kind.is_text_dependent()).then_some(match profile.active {
                    true => ShownStatus::Active,
                    false => ShownStatus::Inactive,
                }),
            }),
        }
    }
}

/// What is missing before it is enrolled: recordings, or seconds of speech.
fn remaining(profile: &Profile) -> (Option<u32>, Option<Seconds>) {
    if profile.kind.is_text_dependent() {
        return (Some(profile.remaining_samples()), None);
    }
    // From what is shown, so that the two add up.
    let spoken = seconds::hundredths(profile.speech_seconds);
    (None, Some(Seconds::of((profile.kind.speech_seconds_to_enrol() - spoken).max(0.0))))
}

/// What a recording made of a profile, in v2.0.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Enrollment_2_0")]
pub(super) struct OldEnrolled {
    /// The profile's id: a UUID.
    profile_id: String,
    /// How far its enrolment is.
    enrollment_status: EnrollmentStatus,
    /// Recordings that were accepted.
    enrollments_count: u32,
    /// Seconds of all of them.
    enrollments_length: Seconds,
    /// Seconds of speech in them.
    enrollments_speech_length: Seconds,
    #[serde(flatten)]
    remaining: OldRemaining,
    /// The phrase that was said; of text-dependent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_phrase: Option<String>,
    /// Seconds of this recording.
    audio_length: Seconds,
    /// Seconds of speech in it.
    audio_speech_length: Seconds,
}

/// What a recording made of a profile, in 2021-09-05.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Enrollment_2021_09_05")]
pub(super) struct NewEnrolled {
    /// The profile's id: a UUID.
    profile_id: String,
    /// How far its enrolment is.
    enrollment_status: EnrollmentStatus,
    /// Recordings that were accepted.
    enrollments_count: u32,
    /// Seconds of all of them.
    enrollments_length_in_sec: Seconds,
    /// Seconds of speech in them.
    enrollments_speech_length_in_sec: Seconds,
    #[serde(flatten)]
    remaining: NewRemaining,
    /// The phrase that was said; of text-dependent profiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pass_phrase: Option<String>,
    /// Seconds of this recording.
    audio_length_in_sec: Seconds,
    /// Seconds of speech in it.
    audio_speech_length_in_sec: Seconds,
}

/// What a recording made of a profile, as its version shows it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ShownEnrolled {
    Old(OldEnrolled),
    New(NewEnrolled),
}

impl ShownEnrolled {
    pub(super) fn of(edition: Edition, enrolled: &Enrolled) -> Self {
        let Enrolled { profile, audio_seconds, speech_seconds } = enrolled;
        let (count, speech) = remaining(profile);
        let (profile_id, pass_phrase) = (profile.id.to_string(), profile.phrase.clone());
        let (enrollment_status, enrollments_count) = (profile.status.into(), profile.samples);
        let (all, spoken) = (Seconds::of(profile.audio_seconds), Seconds::of(profile.speech_seconds));
        let (length, heard) = (Seconds::of(*audio_seconds), Seconds::of(*speech_seconds));
        match edition {
            Edition::V2_0 => Self::Old(OldEnrolled {
                profile_id,
                enrollment_status,
                enrollments_count,
                enrollments_length: all,
                enrollments_speech_length: spoken,
                remaining: OldRemaining {
                    remaining_enrollments_count: count,
                    remaining_enrollments_speech_length: speech,
                },
                pass_phrase,
                audio_length: length,
                audio_speech_length: heard,
            }),
            Edition::V2021_09_05 => Self::New(NewEnrolled {
                profile_id,
                enrollment_status,
                enrollments_count,
                enrollments_length_in_sec: all,
                enrollments_speech_length_in_sec: spoken,
                remaining: NewRemaining {
                    remaining_enrollments_count: count,
                    remaining_enrollments_speech_length_in_sec: speech,
                },
                pass_phrase,
                audio_length_in_sec: length,
                audio_speech_length_in_sec: heard,
            }),
        }
    }
}

/// Profiles, by their ids: a page of v2.0.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Profiles_2_0")]
pub(super) struct OldPage {
    /// The profiles of the page.
    pub(super) profiles: Vec<OldProfile>,
    /// The next page; absent on the last.
    #[serde(rename = "@nextLink", skip_serializing_if = "Option::is_none")]
    pub(super) next_link: Option<String>,
}

/// Profiles, by their ids: a page of 2021-09-05.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Profiles_2021_09_05")]
pub(super) struct NewPage {
    /// The profiles of the page.
    pub(super) value: Vec<NewProfile>,
    /// The next page; absent on the last.
    #[serde(rename = "nextLink", skip_serializing_if = "Option::is_none")]
    pub(super) next_link: Option<String>,
}

/// A page as its version shows it.
#[derive(Serialize)]
#[serde(untagged)]
pub(super) enum ShownPage {
    Old(OldPage),
    New(NewPage),
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn text(value: impl Serialize) -> String {
        serde_json::to_string(&value).unwrap()
    }

    #[test]
    fn seconds_are_whole_where_they_can_be() {
        assert_eq!(text(Seconds::of(0.0)), "0");
        assert_eq!(text(Seconds::of(20.0)), "20");
        assert_eq!(text(Seconds::of(1.834_9)), "1.83");
    }

    #[test]
    fn no_rejected_score_is_shown_as_one_half() {
        assert_eq!(text(Score::of(0.499_99)), "0.4999");
        assert_eq!(text(Score::of(0.5)), "0.5");
    }
}
