from typing import Literal

DialogueState = Literal["Aborted", "Failed", "Open", "Succeeded"]

DIALOGUE_STATE_VALUES: set[DialogueState] = {
    "Aborted",
    "Failed",
    "Open",
    "Succeeded",
}


def check_dialogue_state(value: str) -> DialogueState:
    if value in DIALOGUE_STATE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {DIALOGUE_STATE_VALUES!r}"
    )
