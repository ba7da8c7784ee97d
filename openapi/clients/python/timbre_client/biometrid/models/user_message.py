from typing import Literal

UserMessage = Literal[
    "NEW_USER_CREATED",
    "USER_ALREADY_ASSOCIATED_WITH_DEVICE",
    "USER_ALREADY_REGISTERED_ON_THIS_DEVICE",
]

USER_MESSAGE_VALUES: set[UserMessage] = {
    "NEW_USER_CREATED",
    "USER_ALREADY_ASSOCIATED_WITH_DEVICE",
    "USER_ALREADY_REGISTERED_ON_THIS_DEVICE",
}


def check_user_message(value: str) -> UserMessage:
    if value in USER_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {USER_MESSAGE_VALUES!r}"
    )
