from typing import Literal

StartedDialogueMessage = Literal["DIALOGUE_STARTED_WITH_SUCCESS"]

STARTED_DIALOGUE_MESSAGE_VALUES: set[StartedDialogueMessage] = {
    "DIALOGUE_STARTED_WITH_SUCCESS",
}


def check_started_dialogue_message(value: str) -> StartedDialogueMessage:
    if value in STARTED_DIALOGUE_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {STARTED_DIALOGUE_MESSAGE_VALUES!r}"
    )
