from typing import Literal

VerifiedVoiceMessage = Literal["AUDIO_RECOGNIZED_WITH_SUCCESS"]

VERIFIED_VOICE_MESSAGE_VALUES: set[VerifiedVoiceMessage] = {
    "AUDIO_RECOGNIZED_WITH_SUCCESS",
}


def check_verified_voice_message(value: str) -> VerifiedVoiceMessage:
    if value in VERIFIED_VOICE_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VERIFIED_VOICE_MESSAGE_VALUES!r}"
    )
