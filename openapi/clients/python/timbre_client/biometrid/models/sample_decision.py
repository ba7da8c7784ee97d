from typing import Literal

SampleDecision = Literal[
    "Clipped",
    "CodeExpired",
    "NoSpeech",
    "OK",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "WrongCode",
]

SAMPLE_DECISION_VALUES: set[SampleDecision] = {
    "Clipped",
    "CodeExpired",
    "NoSpeech",
    "OK",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "WrongCode",
}


def check_sample_decision(value: str) -> SampleDecision:
    if value in SAMPLE_DECISION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SAMPLE_DECISION_VALUES!r}"
    )
