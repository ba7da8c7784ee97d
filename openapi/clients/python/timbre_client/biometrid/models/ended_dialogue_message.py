from typing import Literal

EndedDialogueMessage = Literal[
    "AUDIO_ADAPTATION_FAILED", "AUDIO_ENROLLMENT_FAILED", "AUDIO_VERIFICATION_FAILED"
]

ENDED_DIALOGUE_MESSAGE_VALUES: set[EndedDialogueMessage] = {
    "AUDIO_ADAPTATION_FAILED",
    "AUDIO_ENROLLMENT_FAILED",
    "AUDIO_VERIFICATION_FAILED",
}


def check_ended_dialogue_message(value: str) -> EndedDialogueMessage:
    if value in ENDED_DIALOGUE_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ENDED_DIALOGUE_MESSAGE_VALUES!r}"
    )
