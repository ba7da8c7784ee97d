from typing import Literal

EnrolledSpeakerMessage = Literal["Success"]

ENROLLED_SPEAKER_MESSAGE_VALUES: set[EnrolledSpeakerMessage] = {
    "Success",
}


def check_enrolled_speaker_message(value: str) -> EnrolledSpeakerMessage:
    if value in ENROLLED_SPEAKER_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {ENROLLED_SPEAKER_MESSAGE_VALUES!r}"
    )
