from typing import Literal

RecognitionResult = Literal["Accept", "Reject"]

RECOGNITION_RESULT_VALUES: set[RecognitionResult] = {
    "Accept",
    "Reject",
}


def check_recognition_result(value: str) -> RecognitionResult:
    if value in RECOGNITION_RESULT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {RECOGNITION_RESULT_VALUES!r}"
    )
