from typing import Literal

Failure = Literal["MaxTotalSqmFailuresExceeded", "VoiceInconclusive", "VoiceMismatch"]

FAILURE_VALUES: set[Failure] = {
    "MaxTotalSqmFailuresExceeded",
    "VoiceInconclusive",
    "VoiceMismatch",
}


def check_failure(value: str) -> Failure:
    if value in FAILURE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {FAILURE_VALUES!r}")
