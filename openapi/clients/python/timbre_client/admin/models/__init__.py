"""Contains all the data models used in inputs/outputs"""

from .access_policy import AccessPolicy
from .api_keys import ApiKeys
from .consent import Consent
from .consent_page import ConsentPage
from .consent_policy import ConsentPolicy
from .contract import Contract
from .counted import Counted
from .credential import Credential
from .credential_page import CredentialPage
from .delivery_state import DeliveryState
from .dialogue import Dialogue
from .dialogue_page import DialoguePage
from .dialogue_policy import DialoguePolicy
from .dialogue_state import DialogueState
from .enrolment import Enrolment
from .erased import Erased
from .erasing import Erasing
from .event import Event
from .event_page import EventPage
from .failure import Failure
from .first_credentials import FirstCredentials
from .format_ import Format
from .held import Held
from .held_consent import HeldConsent
from .held_dialogue import HeldDialogue
from .held_enrolment import HeldEnrolment
from .held_profile import HeldProfile
from .held_recording import HeldRecording
from .held_turn import HeldTurn
from .issued_credential import IssuedCredential
from .issued_token import IssuedToken
from .job import Job
from .job_kind import JobKind
from .job_page import JobPage
from .job_state import JobState
from .kept_receipt import KeptReceipt
from .kept_receipt_page import KeptReceiptPage
from .key_and_secret import KeyAndSecret
from .kind import Kind
from .lifted_opt_out import LiftedOptOut
from .lockout_policy import LockoutPolicy
from .login import Login
from .made_operator import MadeOperator
from .made_password import MadePassword
from .made_tenant import MadeTenant
from .matching_policy import MatchingPolicy
from .me import Me
from .message import Message
from .message_page import MessagePage
from .message_try import MessageTry
from .new_consent import NewConsent
from .new_credential import NewCredential
from .new_operator import NewOperator
from .new_password import NewPassword
from .new_tenant import NewTenant
from .new_token import NewToken
from .operator import Operator
from .operator_change import OperatorChange
from .operator_page import OperatorPage
from .opt_out import OptOut
from .own_name import OwnName
from .person import Person
from .person_page import PersonPage
from .policy import Policy
from .policy_version import PolicyVersion
from .policy_version_page import PolicyVersionPage
from .problem import Problem
from .profile import Profile
from .profile_kind import ProfileKind
from .profile_policy import ProfilePolicy
from .profile_policy_phrases import ProfilePolicyPhrases
from .profile_status import ProfileStatus
from .purpose import Purpose
from .quality_policy import QualityPolicy
from .quota import Quota
from .quota_policy import QuotaPolicy
from .rate import Rate
from .rate_policy import RatePolicy
from .receipt import Receipt
from .recorded_consent import RecordedConsent
from .refresh import Refresh
from .report import Report
from .retention_policy import RetentionPolicy
from .role import Role
from .scheme import Scheme
from .session import Session
from .session_token_type import SessionTokenType
from .subscription_keys import SubscriptionKeys
from .tenant import Tenant
from .tenant_change import TenantChange
from .tenant_page import TenantPage
from .token import Token
from .token_page import TokenPage
from .traces import Traces
from .turn import Turn
from .turn_decision import TurnDecision
from .usage import Usage
from .usage_by_day import UsageByDay
from .usage_of_day import UsageOfDay
from .webhook_secrets import WebhookSecrets
from .whole_dialogue import WholeDialogue
from .withdrawn_consents import WithdrawnConsents
from .wrong_field import WrongField

__all__ = (
    "AccessPolicy",
    "ApiKeys",
    "Consent",
    "ConsentPage",
    "ConsentPolicy",
    "Contract",
    "Counted",
    "Credential",
    "CredentialPage",
    "DeliveryState",
    "Dialogue",
    "DialoguePage",
    "DialoguePolicy",
    "DialogueState",
    "Enrolment",
    "Erased",
    "Erasing",
    "Event",
    "EventPage",
    "Failure",
    "FirstCredentials",
    "Format",
    "Held",
    "HeldConsent",
    "HeldDialogue",
    "HeldEnrolment",
    "HeldProfile",
    "HeldRecording",
    "HeldTurn",
    "IssuedCredential",
    "IssuedToken",
    "Job",
    "JobKind",
    "JobPage",
    "JobState",
    "KeptReceipt",
    "KeptReceiptPage",
    "KeyAndSecret",
    "Kind",
    "LiftedOptOut",
    "LockoutPolicy",
    "Login",
    "MadeOperator",
    "MadePassword",
    "MadeTenant",
    "MatchingPolicy",
    "Me",
    "Message",
    "MessagePage",
    "MessageTry",
    "NewConsent",
    "NewCredential",
    "NewOperator",
    "NewPassword",
    "NewTenant",
    "NewToken",
    "Operator",
    "OperatorChange",
    "OperatorPage",
    "OptOut",
    "OwnName",
    "Person",
    "PersonPage",
    "Policy",
    "PolicyVersion",
    "PolicyVersionPage",
    "Problem",
    "Profile",
    "ProfileKind",
    "ProfilePolicy",
    "ProfilePolicyPhrases",
    "ProfileStatus",
    "Purpose",
    "QualityPolicy",
    "Quota",
    "QuotaPolicy",
    "Rate",
    "RatePolicy",
    "Receipt",
    "RecordedConsent",
    "Refresh",
    "Report",
    "RetentionPolicy",
    "Role",
    "Scheme",
    "Session",
    "SessionTokenType",
    "SubscriptionKeys",
    "Tenant",
    "TenantChange",
    "TenantPage",
    "Token",
    "TokenPage",
    "Traces",
    "Turn",
    "TurnDecision",
    "Usage",
    "UsageByDay",
    "UsageOfDay",
    "WebhookSecrets",
    "WholeDialogue",
    "WithdrawnConsents",
    "WrongField",
)
