from typing import Literal

Role = Literal["auditor", "operator", "owner", "tenant-admin"]

ROLE_VALUES: set[Role] = {
    "auditor",
    "operator",
    "owner",
    "tenant-admin",
}


def check_role(value: str) -> Role:
    if value in ROLE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {ROLE_VALUES!r}")
