from typing import Literal

StartedAttemptsMessage = Literal["DIALOGUE_STARTED_WITH_SUCCESS"]

STARTED_ATTEMPTS_MESSAGE_VALUES: set[StartedAttemptsMessage] = {
    "DIALOGUE_STARTED_WITH_SUCCESS",
}


def check_started_attempts_message(value: str) -> StartedAttemptsMessage:
    if value in STARTED_ATTEMPTS_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {STARTED_ATTEMPTS_MESSAGE_VALUES!r}"
    )
