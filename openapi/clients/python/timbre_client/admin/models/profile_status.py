from typing import Literal

ProfileStatus = Literal["Enrolled", "Enrolling", "Training"]

PROFILE_STATUS_VALUES: set[ProfileStatus] = {
    "Enrolled",
    "Enrolling",
    "Training",
}


def check_profile_status(value: str) -> ProfileStatus:
    if value in PROFILE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PROFILE_STATUS_VALUES!r}"
    )
