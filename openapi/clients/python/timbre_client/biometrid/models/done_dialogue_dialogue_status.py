from typing import Literal

DoneDialogueDialogueStatus = Literal["Suceeded"]

DONE_DIALOGUE_DIALOGUE_STATUS_VALUES: set[DoneDialogueDialogueStatus] = {
    "Suceeded",
}


def check_done_dialogue_dialogue_status(value: str) -> DoneDialogueDialogueStatus:
    if value in DONE_DIALOGUE_DIALOGUE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DONE_DIALOGUE_DIALOGUE_STATUS_VALUES!r}"
    )
