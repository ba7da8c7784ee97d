from typing import Literal

AttemptMessage = Literal["ENROLLMENT_FAILED", "INVALID_ATTEMPT", "VALID_ATTEMPT"]

ATTEMPT_MESSAGE_VALUES: set[AttemptMessage] = {
    "ENROLLMENT_FAILED",
    "INVALID_ATTEMPT",
    "VALID_ATTEMPT",
}


def check_attempt_message(value: str) -> AttemptMessage:
    if value in ATTEMPT_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ATTEMPT_MESSAGE_VALUES!r}"
    )
