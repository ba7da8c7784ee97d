from typing import Literal

Contract = Literal["azure", "biometrid", "deepaffects"]

CONTRACT_VALUES: set[Contract] = {
    "azure",
    "biometrid",
    "deepaffects",
}


def check_contract(value: str) -> Contract:
    if value in CONTRACT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {CONTRACT_VALUES!r}")
