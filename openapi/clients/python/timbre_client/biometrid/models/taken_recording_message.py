from typing import Literal

TakenRecordingMessage = Literal["AUDIO_SUBMITTED_WITH_SUCCESS"]

TAKEN_RECORDING_MESSAGE_VALUES: set[TakenRecordingMessage] = {
    "AUDIO_SUBMITTED_WITH_SUCCESS",
}


def check_taken_recording_message(value: str) -> TakenRecordingMessage:
    if value in TAKEN_RECORDING_MESSAGE_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TAKEN_RECORDING_MESSAGE_VALUES!r}"
    )
