from typing import Literal

Scheme = Literal["fixed-passphrase", "free-speech", "prompted-digits"]

SCHEME_VALUES: set[Scheme] = {
    "fixed-passphrase",
    "free-speech",
    "prompted-digits",
}


def check_scheme(value: str) -> Scheme:
    if value in SCHEME_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SCHEME_VALUES!r}")
