"""Contains all the data models used in inputs/outputs"""

from .accepted_job import AcceptedJob
from .conversation import Conversation
from .ended_job import EndedJob
from .enroll_quality import EnrollQuality
from .enrolled_speaker import EnrolledSpeaker
from .enrolled_speaker_message import EnrolledSpeakerMessage
from .fault import Fault
from .fault_text_type_0 import FaultTextType0
from .fault_text_type_1 import FaultTextType1
from .found_segments import FoundSegments
from .gateway_detail import GatewayDetail
from .job_progress import JobProgress
from .job_response_type_1 import JobResponseType1
from .job_status import JobStatus
from .job_status_status import JobStatusStatus
from .segment import Segment
from .segment_tag import SegmentTag
from .service_detail import ServiceDetail
from .speaker import Speaker
from .speaker_recording import SpeakerRecording
from .speaker_to_erase import SpeakerToErase
from .speakers import Speakers
from .word import Word
from .word_message import WordMessage

__all__ = (
    "AcceptedJob",
    "Conversation",
    "EndedJob",
    "EnrollQuality",
    "EnrolledSpeaker",
    "EnrolledSpeakerMessage",
    "Fault",
    "FaultTextType0",
    "FaultTextType1",
    "FoundSegments",
    "GatewayDetail",
    "JobProgress",
    "JobResponseType1",
    "JobStatus",
    "JobStatusStatus",
    "Segment",
    "SegmentTag",
    "ServiceDetail",
    "Speaker",
    "SpeakerRecording",
    "SpeakerToErase",
    "Speakers",
    "Word",
    "WordMessage",
)
