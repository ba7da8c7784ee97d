from typing import Literal

DoneDialogueMessage = Literal[
    "AUDIO_ADAPTED_WITH_SUCCESS",
    "AUDIO_ENROLLED_WITH_SUCCESS",
    "AUDIO_VERIFIED_WITH_SUCCESS",
]

DONE_DIALOGUE_MESSAGE_VALUES: set[DoneDialogueMessage] = {
    "AUDIO_ADAPTED_WITH_SUCCESS",
    "AUDIO_ENROLLED_WITH_SUCCESS",
    "AUDIO_VERIFIED_WITH_SUCCESS",
}


def check_done_dialogue_message(value: str) -> DoneDialogueMessage:
    if value in DONE_DIALOGUE_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DONE_DIALOGUE_MESSAGE_VALUES!r}"
    )
