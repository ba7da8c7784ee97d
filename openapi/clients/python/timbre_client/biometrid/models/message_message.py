from typing import Literal

MessageMessage = Literal[
    "AUDIO_RECOGNITION_FAILED",
    "DEVICE_NOT_ASSOCIATED_TO_USER",
    "STATE_RESTARTED_WITH_SUCCESS",
    "USER_REMOVED_WITH_SUCCESS",
    "USER_VOICE_CREDENTIALS_DELETED",
    "USER_VOICE_UNLOCKED",
]

MESSAGE_MESSAGE_VALUES: set[MessageMessage] = {
    "AUDIO_RECOGNITION_FAILED",
    "DEVICE_NOT_ASSOCIATED_TO_USER",
    "STATE_RESTARTED_WITH_SUCCESS",
    "USER_REMOVED_WITH_SUCCESS",
    "USER_VOICE_CREDENTIALS_DELETED",
    "USER_VOICE_UNLOCKED",
}


def check_message_message(value: str) -> MessageMessage:
    if value in MESSAGE_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {MESSAGE_MESSAGE_VALUES!r}"
    )
