from typing import Literal

EnrollQuality = Literal["average", "good", "high", "poor"]

ENROLL_QUALITY_VALUES: set[EnrollQuality] = {
    "average",
    "good",
    "high",
    "poor",
}


def check_enroll_quality(value: str) -> EnrollQuality:
    if value in ENROLL_QUALITY_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ENROLL_QUALITY_VALUES!r}"
    )
