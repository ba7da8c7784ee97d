from typing import Literal

EndedDialogueDialogueStatus = Literal["Failed"]

ENDED_DIALOGUE_DIALOGUE_STATUS_VALUES: set[EndedDialogueDialogueStatus] = {
    "Failed",
}


def check_ended_dialogue_dialogue_status(value: str) -> EndedDialogueDialogueStatus:
    if value in ENDED_DIALOGUE_DIALOGUE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ENDED_DIALOGUE_DIALOGUE_STATUS_VALUES!r}"
    )
