//! What a dialogue of BiometrID is asked by whoever holds it.

use crate::biometrid::DialogueReply;

impl DialogueReply {
    /// The code to be spoken next, as long as the dialogue goes on.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::StartedDialogueReply(started) => Some(&started.data.prompt_code),
            Self::TakenRecordingReply(taken) => Some(&taken.data.prompt_code),
            Self::DoneDialogueReply(_) | Self::EndedDialogueReply(_) => None,
        }
    }

    /// What the dialogue says of itself: `AUDIO_VERIFIED_WITH_SUCCESS`, say.
    pub fn message(&self) -> &'static str {
        match self {
            Self::StartedDialogueReply(started) => started.data.message.as_str(),
            Self::TakenRecordingReply(taken) => taken.data.message.as_str(),
            Self::DoneDialogueReply(done) => done.data.message.as_str(),
            Self::EndedDialogueReply(ended) => ended.data.message.as_str(),
        }
    }

    /// Whether it came to its end, and did what it was for: enrolled, verified or adapted a voice.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::DoneDialogueReply(_))
    }
}
