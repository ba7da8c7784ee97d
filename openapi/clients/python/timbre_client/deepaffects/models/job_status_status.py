from typing import Literal

JobStatusStatus = Literal["Completed", "Failed", "Running"]

JOB_STATUS_STATUS_VALUES: set[JobStatusStatus] = {
    "Completed",
    "Failed",
    "Running",
}


def check_job_status_status(value: str) -> JobStatusStatus:
    if value in JOB_STATUS_STATUS_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {JOB_STATUS_STATUS_VALUES!r}"
    )
