from typing import Literal

VoiceDecision = Literal["Inconclusive", "Mismatch", "NotApplicable"]

VOICE_DECISION_VALUES: set[VoiceDecision] = {
    "Inconclusive",
    "Mismatch",
    "NotApplicable",
}


def check_voice_decision(value: str) -> VoiceDecision:
    if value in VOICE_DECISION_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {VOICE_DECISION_VALUES!r}"
    )
