//! Decisions, and how things stand, in words. Their names are shown beside: these are what replies, figures and logs have.

use timbre_domain::{
    decision::{Failure, Refusal, SampleDecision, TurnDecision},
    inquiry::Cause,
    job::{DeliveryState, JobKind, JobState},
};

/// What was decided on a recording.
pub(crate) fn in_words(decision: TurnDecision) -> &'static str {
    match decision {
        TurnDecision::Sample(SampleDecision::Ok) => "It was taken.",
        TurnDecision::Sample(SampleDecision::Refused(refusal)) => refused(refusal),
        TurnDecision::Ended(failure) => failed(failure),
    }
}

/// The same of a decision that figures know by its name; nothing of a name that stands for nothing here.
pub(crate) fn named_in_words(name: &str) -> &'static str {
    name.parse().map_or("", in_words)
}

fn refused(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::CodeExpired => {
            "The code's time was over before the recording came. It was not listened to, and counts for nothing."
        }
        Refusal::NoSpeech => "There is no speech in it.",
        Refusal::TooShort => "There is too little speech in it to judge.",
        Refusal::TooQuiet => "The speech is too faint.",
        Refusal::Clipped => "The recording is overdriven.",
        Refusal::TooNoisy => "The speech does not stand out of the noise.",
        Refusal::SameRecording => "This very recording came before. It counts for nothing.",
        Refusal::WrongCode => "What was said is not the code that was asked for.",
        Refusal::SeveralVoices => "More than one person speaks.",
        Refusal::OtherVoice => "It is surely not the voice of this enrolment's earlier recordings.",
    }
}

/// Why a dialogue ended without success.
pub(crate) fn failed(failure: Failure) -> &'static str {
    match failure {
        Failure::MaxTotalSqmFailuresExceeded => "Too many recordings could not be judged.",
        Failure::VoiceMismatch => "The voice was judged, and it is another one.",
        Failure::VoiceInconclusive => {
            "The voice was judged as often as the policy allows, and it stayed doubtful whose it is."
        }
    }
}

/// What a job finds out.
pub(crate) fn kind_in_words(kind: JobKind) -> &'static str {
    match kind {
        JobKind::Identify => "Who of the known speaks when",
        JobKind::Diarize => "Who speaks when",
        JobKind::DetectSpeech => "When somebody speaks",
    }
}

/// How a job stands.
pub(crate) fn job_in_words(state: JobState) -> &'static str {
    match state {
        JobState::Queued => "It waits for its turn, or for another try.",
        JobState::Running => "A worker is at it.",
        JobState::Completed => "It is done.",
        JobState::Failed => "It cannot be done, or was tried often enough. It can be tried again.",
        JobState::Cancelled => "It was ended before it was done.",
    }
}

/// How a message stands.
pub(crate) fn message_in_words(state: DeliveryState) -> &'static str {
    match state {
        DeliveryState::Pending => "It was not taken yet, and will be tried.",
        DeliveryState::Delivered => "Its receiver took it.",
        DeliveryState::Dropped => "It is tried no more. It can be sent again.",
    }
}

/// Why a job failed.
pub(crate) fn cause_in_words(cause: Cause) -> &'static str {
    match cause {
        Cause::Recording => "The recording cannot be read, or is more than may be",
        Cause::Url => "The recording could not be fetched",
        Cause::Speaker => "A speaker is not there, or not enrolled completely",
        Cause::Quota => "The month's quota is used up",
        Cause::Internal => "The fault is ours",
    }
}

/// The look that the name of a state gets: that of something that ended well, or badly, or neither. The name says it too.
pub(crate) fn look(state: &str) -> &'static str {
    match state {
        "OK" | "Succeeded" | "Completed" | "Delivered" => "good",
        "Open" | "Queued" | "Running" | "Pending" | "Aborted" | "Cancelled" => "",
        _ => "bad",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_decision_has_words_and_a_name_of_nothing_has_none() {
        let names = Refusal::ALL.iter().map(|refusal| refusal.name());
        for name in names.chain(Failure::ALL.iter().map(|failure| failure.name())).chain(["OK"]) {
            assert!(named_in_words(name).ends_with('.'), "{name}");
        }
        assert_eq!(named_in_words("<script>"), "");
    }

    #[test]
    fn a_refusal_never_looks_like_a_success() {
        for refusal in Refusal::ALL {
            assert_eq!(look(refusal.name()), "bad");
        }
        assert_eq!([look("OK"), look("Open"), look("Aborted")], ["good", "", ""]);
    }
}
