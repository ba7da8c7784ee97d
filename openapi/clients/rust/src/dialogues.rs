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
}
