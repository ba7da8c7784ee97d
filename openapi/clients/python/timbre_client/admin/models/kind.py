from typing import Literal

Kind = Literal["device", "person", "profile", "reference", "speaker"]

KIND_VALUES: set[Kind] = {
    "device",
    "person",
    "profile",
    "reference",
    "speaker",
}


def check_kind(value: str) -> Kind:
    if value in KIND_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {KIND_VALUES!r}")
