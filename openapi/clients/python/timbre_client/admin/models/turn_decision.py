from typing import Literal

TurnDecision = Literal[
    "Clipped",
    "CodeExpired",
    "MaxTotalSqmFailuresExceeded",
    "NoSpeech",
    "OK",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "VoiceInconclusive",
    "VoiceMismatch",
    "WrongCode",
]

TURN_DECISION_VALUES: set[TurnDecision] = {
    "Clipped",
    "CodeExpired",
    "MaxTotalSqmFailuresExceeded",
    "NoSpeech",
    "OK",
    "OtherVoice",
    "SameRecording",
    "SeveralVoices",
    "TooNoisy",
    "TooQuiet",
    "TooShort",
    "VoiceInconclusive",
    "VoiceMismatch",
    "WrongCode",
}


def check_turn_decision(value: str) -> TurnDecision:
    if value in TURN_DECISION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {TURN_DECISION_VALUES!r}"
    )
