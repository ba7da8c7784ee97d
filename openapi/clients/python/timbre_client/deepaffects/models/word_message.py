from typing import Literal

WordMessage = Literal["Complete", "Failure", "Success"]

WORD_MESSAGE_VALUES: set[WordMessage] = {
    "Complete",
    "Failure",
    "Success",
}


def check_word_message(value: str) -> WordMessage:
    if value in WORD_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {WORD_MESSAGE_VALUES!r}"
    )
