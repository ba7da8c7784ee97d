from typing import Literal

ProfileStatus = Literal["Active", "Inactive"]

PROFILE_STATUS_VALUES: set[ProfileStatus] = {
    "Active",
    "Inactive",
}


def check_profile_status(value: str) -> ProfileStatus:
    if value in PROFILE_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PROFILE_STATUS_VALUES!r}"
    )
