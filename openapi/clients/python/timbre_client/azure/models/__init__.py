"""Contains all the data models used in inputs/outputs"""

from .candidate import Candidate
from .enrollment_20 import Enrollment20
from .enrollment_20210905 import Enrollment20210905
from .enrollment_status import EnrollmentStatus
from .error import Error
from .fault import Fault
from .identification import Identification
from .new_profile import NewProfile
from .phrase import Phrase
from .phrases import Phrases
from .profile_20 import Profile20
from .profile_20210905 import Profile20210905
from .profile_status import ProfileStatus
from .profiles_20 import Profiles20
from .profiles_20210905 import Profiles20210905
from .recognition_result import RecognitionResult
from .verification import Verification

__all__ = (
    "Candidate",
    "Enrollment20",
    "Enrollment20210905",
    "EnrollmentStatus",
    "Error",
    "Fault",
    "Identification",
    "NewProfile",
    "Phrase",
    "Phrases",
    "Profile20",
    "Profile20210905",
    "ProfileStatus",
    "Profiles20",
    "Profiles20210905",
    "RecognitionResult",
    "Verification",
)
