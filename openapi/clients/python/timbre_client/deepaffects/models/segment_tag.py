from typing import Literal

SegmentTag = Literal["speech"]

SEGMENT_TAG_VALUES: set[SegmentTag] = {
    "speech",
}


def check_segment_tag(value: str) -> SegmentTag:
    if value in SEGMENT_TAG_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {SEGMENT_TAG_VALUES!r}"
    )
