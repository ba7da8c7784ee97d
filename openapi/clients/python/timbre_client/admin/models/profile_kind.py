from typing import Literal

ProfileKind = Literal[
    "Speaker",
    "TextDependentVerification",
    "TextIndependentIdentification",
    "TextIndependentVerification",
]

PROFILE_KIND_VALUES: set[ProfileKind] = {
    "Speaker",
    "TextDependentVerification",
    "TextIndependentIdentification",
    "TextIndependentVerification",
}


def check_profile_kind(value: str) -> ProfileKind:
    if value in PROFILE_KIND_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PROFILE_KIND_VALUES!r}"
    )
