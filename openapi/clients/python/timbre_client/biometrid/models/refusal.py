from typing import Literal

Refusal = Literal[
    "Clipped",
    "CodeExpired",
    "NoSpeech",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "WrongCode",
]

REFUSAL_VALUES: set[Refusal] = {
    "Clipped",
    "CodeExpired",
    "NoSpeech",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "WrongCode",
}


def check_refusal(value: str) -> Refusal:
    if value in REFUSAL_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {REFUSAL_VALUES!r}")
