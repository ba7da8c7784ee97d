//! Why a use case did not happen. Contracts translate these; each keeps its own words.

use timbre_audio::{AudioError, Container};
use timbre_domain::{
    locale::Locale,
    lockout::Locked,
    operator::{InvalidRole, Permission, WeakPassword},
    passphrase::InvalidPassphrase,
    policy::InvalidPolicy,
    profile::ProfileFull,
    usage::Meter,
};
use timbre_inference::{Busy, InferenceError};
use timbre_matching::MatchingError;
use timbre_outbound::OutboundError;
use timbre_store::StoreError;
use timbre_vault::VaultError;

use crate::{profile_listening::Unfit, receipts::Traces, template::TemplateError};

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("no application has this key")]
    UnknownKey,
    #[error("the secret is not this key's")]
    WrongSecret,
    /// Nobody who administers is known by this token, or its time is over.
    #[error("not logged in")]
    NotLoggedIn,
    #[error("the e-mail address or the password is wrong")]
    WrongLogin,
    #[error("too many failed logins: the next may be tried in {seconds} s")]
    LoginThrottled { seconds: u64 },
    /// As many passwords are being checked as may be at a time.
    #[error("too many logins at once")]
    TooManyLogins,
    #[error("this needs the permission {0}")]
    NotAllowed(Permission),
    #[error(transparent)]
    Password(#[from] WeakPassword),
    #[error("this is no e-mail address")]
    InvalidEmail,
    #[error("a name has 1 to 255 characters, not all of them blanks and none a control character")]
    InvalidName,
    #[error("this address belongs to another operator")]
    EmailTaken,
    #[error(transparent)]
    Role(#[from] InvalidRole),
    #[error("there is no such operator")]
    UnknownOperator,
    /// A program with a token has neither a session nor an account of its own.
    #[error("this is for operators who have logged in: a token has no session, name or password")]
    NoAccount,
    #[error("this is not the password")]
    WrongCurrentPassword,
    /// A role was to be given in a tenant that there is not.
    #[error("there is no such tenant")]
    NoSuchTenant,
    #[error("this time is over already")]
    TimeIsOver,
    #[error("nobody would be left who may do everything")]
    LastOwner,
    #[error("there is no such token")]
    UnknownToken,
    #[error("two tokens of this name are alive: revoke one first")]
    TooManyTokens,
    #[error("there is no such dialogue")]
    UnknownDialogue,
    #[error("the idempotency key was used for another request")]
    KeyReused,
    #[error("a change of models is under way: cut it over, or take it back")]
    ModelsChanging,
    #[error("the tenant decides by these models already")]
    SameModels,
    #[error("no change of models is under way")]
    NoModelChange,
    #[error(
        "names in conversations are told by campplus: a tenant that may call DeepAffects' contract cannot do without"
    )]
    NamesNeedCampPlus,
    #[error("{0} enrolments have no voiceprint of these models")]
    VoiceprintsLacking(u64),
    /// They end, or their time is over, within the policy's `dialogue_seconds`.
    #[error("{0} open dialogues began before these models were heard: try again when they are over")]
    EarlierDialogues(u64),
    #[error("passwords: {0}")]
    Hashing(argon2::password_hash::Error),
    #[error("the tenant has no active voice engine")]
    NoVoiceEngine,
    #[error("the tenant knows no such subject")]
    UnknownSubject,
    #[error("the tenant has no such profile")]
    UnknownProfile,
    #[error("there is no such recording")]
    UnknownRecording,
    #[error("the recording has no such part: it has {length} bytes")]
    NoSuchPart { length: u64 },
    #[error("there is a profile of this id already")]
    ProfileTaken,
    #[error("the tenant has as many profiles of this kind as it may have")]
    TooManyProfiles,
    /// Another request fills the profile now.
    #[error("another request fills this profile")]
    ProfileBusy,
    #[error("the profile takes no more: {0}")]
    ProfileFull(#[from] ProfileFull),
    #[error("there is no speaker {0:?}")]
    UnknownSpeaker(String),
    #[error("the speaker {0:?} is not enrolled completely")]
    IncompleteSpeaker(String),
    #[error("the profiles are not of one locale")]
    UnlikeLocales,
    /// It goes on meanwhile.
    #[error("the tenant's gallery is being read in")]
    GalleryLoading { retry_after_seconds: u64 },
    #[error("the tenant's gallery is larger than this installation keeps in memory")]
    GalleryTooLarge,
    /// The policy asks for the person's consent and there is none, or it was withdrawn.
    #[error("there is no consent of the person")]
    ConsentMissing,
    #[error("the person opted out")]
    OptedOut,
    #[error("too many {0}")]
    TooMany(&'static str),
    /// The person is unknown from now on; what is left is destroyed later.
    #[error("the person is known no more, but the erasure is not over: {0}")]
    ErasureNotOver(#[source] Box<EngineError>),
    #[error("{0:?} are left of the person")]
    TracesLeft(Traces),
    /// Somebody reads the database or the keyring, a backup say: what was erased stays in their journals as long.
    #[error("the database's journals are in use")]
    JournalsInUse,
    #[error("this is no receipt of this installation")]
    Receipt,
    /// The recording reads, and does not serve; it says nothing about the voice.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("no passphrases are known for the locale {0}")]
    UnknownLocale(Locale),
    #[error(transparent)]
    Passphrase(#[from] InvalidPassphrase),
    #[error("{0:?} is no passphrase of the tenant's own")]
    UnknownPhrase(String),
    #[error("this does not lead on from an earlier list")]
    PageToken,
    /// The tenant has two live credentials of the contract.
    #[error("there are two live credentials of this contract; revoke one first")]
    TooManyCredentials,
    #[error("the tenant has no live credential of this id")]
    UnknownCredential,
    #[error("a label has at most 255 characters, none of them a control character")]
    Label,
    /// It has another version than the change was made for.
    #[error("the policy was changed meanwhile")]
    PolicyChanged,
    /// The month's hard quota leaves no room for this. Nothing was done.
    #[error("the month's quota of {0} is used up")]
    QuotaReached(Meter),
    #[error("policy: {0}")]
    Policy(#[from] InvalidPolicy),
    #[error("the subject is enrolled already")]
    AlreadyEnrolled,
    #[error("the subject is not enrolled")]
    NotEnrolled,
    #[error(transparent)]
    Locked(#[from] Locked),
    /// The dialogue took another step, or its subject was erased, while this one was made.
    #[error("another request was faster")]
    Raced,
    #[error("no language {0:?} is configured")]
    UnknownLanguage(String),
    #[error("a tenant named {0:?} exists already")]
    TenantNameTaken(String),
    #[error("no tenant is named {0:?}")]
    UnknownTenant(String),
    /// The dialogue has ended, was put aside, or never was this tenant's.
    #[error("the dialogue is over")]
    DialogueOver,
    #[error("there is no such job")]
    UnknownJob,
    #[error("the request id was used for another request")]
    RequestIdTaken,
    #[error("too many of the tenant's jobs are not over")]
    TooManyJobs,
    #[error("the job is over")]
    JobOver,
    #[error("the job did not fail")]
    JobNotFailed,
    #[error("there is no such message, or it is under way")]
    UnknownMessage,
    /// What a job was asked or found does not read, or its workers died of it.
    #[error("the job cannot be done")]
    Job,
    /// Whoever asks cannot be told.
    #[error("webhook: {0}")]
    Webhook(OutboundError),
    /// The recording's address will never do.
    #[error("url: {0}")]
    Url(OutboundError),
    #[error("the recording could not be fetched: {0}")]
    Fetch(OutboundError),
    #[error("the recording did not come within {0} seconds")]
    FetchedTooSlowly(u64),
    #[error("no room for a recording: {0}")]
    Scratch(std::io::Error),
    /// The recording cannot be read at all; a recording that reads but does not serve is no error.
    #[error("the recording cannot be read: {0}")]
    Audio(#[from] AudioError),
    #[error("the recording is {0:?}, which this contract does not take")]
    WrongContainer(Container),
    #[error(transparent)]
    Busy(Busy),
    #[error("the server is stopping")]
    Stopping,
    /// A part that this needs does not answer in time. It is said in the log which, and why.
    #[error("the {0} does not answer")]
    Unavailable(&'static str),
    #[error("inference: {0}")]
    Inference(InferenceError),
    #[error("matching: {0}")]
    Matching(#[from] MatchingError),
    #[error("template: {0}")]
    Template(#[from] TemplateError),
    #[error(transparent)]
    Store(StoreError),
    #[error("vault: {0}")]
    Vault(VaultError),
    #[error("the operating system gave no random bytes: {0}")]
    Randomness(getrandom::Error),
    #[error("a session's state does not read")]
    Session,
    #[error("a reply cannot be written: {0}")]
    Reply(#[from] serde_json::Error),
}

impl EngineError {
    /// Whether a commit that ended so may have been made all the same: its reply did not come, or says nothing that is understood.
    pub(crate) fn leaves_open(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Store(_))
    }
}

impl From<StoreError> for EngineError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Raced,
            StoreError::QuotaReached(meter) => {
                timbre_telemetry::quota_refused(meter.name());
                Self::QuotaReached(meter)
            }
            StoreError::OptedOut => Self::OptedOut,
            StoreError::TooMany(what) => Self::TooMany(what),
            StoreError::Unavailable(why) => {
                tracing::warn!(%why, "the database does not answer");
                timbre_telemetry::unavailable("database");
                Self::Unavailable("database")
            }
            other => Self::Store(other),
        }
    }
}

impl From<VaultError> for EngineError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::Unavailable(why) => {
                tracing::warn!(%why, "the object store does not answer");
                timbre_telemetry::unavailable("object store");
                Self::Unavailable("object store")
            }
            other => Self::Vault(other),
        }
    }
}

impl From<InferenceError> for EngineError {
    fn from(error: InferenceError) -> Self {
        match error {
            InferenceError::Busy(busy) => {
                timbre_telemetry::unavailable("inference");
                Self::Busy(busy)
            }
            InferenceError::ShuttingDown => Self::Stopping,
            other => Self::Inference(other),
        }
    }
}

/// Fills an array with the operating system's randomness.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], EngineError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(EngineError::Randomness)?;
    Ok(bytes)
}
