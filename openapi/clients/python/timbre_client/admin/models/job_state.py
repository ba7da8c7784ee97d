from typing import Literal

JobState = Literal["Cancelled", "Completed", "Failed", "Queued", "Running"]

JOB_STATE_VALUES: set[JobState] = {
    "Cancelled",
    "Completed",
    "Failed",
    "Queued",
    "Running",
}


def check_job_state(value: str) -> JobState:
    if value in JOB_STATE_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {JOB_STATE_VALUES!r}")
