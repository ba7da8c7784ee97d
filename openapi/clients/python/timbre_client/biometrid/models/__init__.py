"""Contains all the data models used in inputs/outputs"""

from .array_of_engine_status_reply import ArrayOfEngineStatusReply
from .array_of_language_reply import ArrayOfLanguageReply
from .attempt import Attempt
from .attempt_message import AttemptMessage
from .attempt_reply import AttemptReply
from .done_dialogue import DoneDialogue
from .done_dialogue_dialogue_status import DoneDialogueDialogueStatus
from .done_dialogue_message import DoneDialogueMessage
from .done_dialogue_reply import DoneDialogueReply
from .ended_dialogue import EndedDialogue
from .ended_dialogue_dialogue_status import EndedDialogueDialogueStatus
from .ended_dialogue_message import EndedDialogueMessage
from .ended_dialogue_reply import EndedDialogueReply
from .engine_status import EngineStatus
from .failure import Failure
from .fault import Fault
from .language import Language
from .message import Message
from .message_message import MessageMessage
from .message_reply import MessageReply
from .new_user import NewUser
from .nothing_pending import NothingPending
from .pending_attempts import PendingAttempts
from .pending_attempts_reply import PendingAttemptsReply
from .pending_dialogue import PendingDialogue
from .pending_dialogue_reply import PendingDialogueReply
from .refusal import Refusal
from .sample_decision import SampleDecision
from .spoken_language import SpokenLanguage
from .spoken_recording import SpokenRecording
from .started_attempts import StartedAttempts
from .started_attempts_message import StartedAttemptsMessage
from .started_attempts_reply import StartedAttemptsReply
from .started_dialogue import StartedDialogue
from .started_dialogue_message import StartedDialogueMessage
from .started_dialogue_reply import StartedDialogueReply
from .taken_recording import TakenRecording
from .taken_recording_message import TakenRecordingMessage
from .taken_recording_reply import TakenRecordingReply
from .user import User
from .user_message import UserMessage
from .user_reply import UserReply
from .verified_voice import VerifiedVoice
from .verified_voice_message import VerifiedVoiceMessage
from .verified_voice_reply import VerifiedVoiceReply
from .voice_decision import VoiceDecision
from .why import Why

__all__ = (
    "ArrayOfEngineStatusReply",
    "ArrayOfLanguageReply",
    "Attempt",
    "AttemptMessage",
    "AttemptReply",
    "DoneDialogue",
    "DoneDialogueDialogueStatus",
    "DoneDialogueMessage",
    "DoneDialogueReply",
    "EndedDialogue",
    "EndedDialogueDialogueStatus",
    "EndedDialogueMessage",
    "EndedDialogueReply",
    "EngineStatus",
    "Failure",
    "Fault",
    "Language",
    "Message",
    "MessageMessage",
    "MessageReply",
    "NewUser",
    "NothingPending",
    "PendingAttempts",
    "PendingAttemptsReply",
    "PendingDialogue",
    "PendingDialogueReply",
    "Refusal",
    "SampleDecision",
    "SpokenLanguage",
    "SpokenRecording",
    "StartedAttempts",
    "StartedAttemptsMessage",
    "StartedAttemptsReply",
    "StartedDialogue",
    "StartedDialogueMessage",
    "StartedDialogueReply",
    "TakenRecording",
    "TakenRecordingMessage",
    "TakenRecordingReply",
    "User",
    "UserMessage",
    "UserReply",
    "VerifiedVoice",
    "VerifiedVoiceMessage",
    "VerifiedVoiceReply",
    "VoiceDecision",
    "Why",
)
