//! What is asked of the recording of a conversation, and what was found out.
//!
//! Both outlive the request that asked: they are kept, sealed, with its job. So the names of their fields are part of what is stored; never
//! change one.

use serde::{Deserialize, Serialize};

use crate::job::JobKind;

/// Most names in one inquiry.
pub const MOST_SPEAKERS: usize = 1_000;

/// Most people that can be told to speak.
pub const MOST_PEOPLE: usize = 100;

/// What is asked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Inquiry {
    pub about: About,
    /// Who may be heard, by the tenant's names for them.
    pub speakers: Vec<String>,
    /// How many people speak, where that is known: 1 to [`MOST_PEOPLE`].
    pub people: Option<usize>,
    /// Each channel holds one person.
    pub each_channel: bool,
    /// Turns end where the speech detector hears none.
    pub only_speech: bool,
    /// Speech that is apart by less than so many seconds is one.
    pub shortest_pause_seconds: f64,
    /// What the samples are, where the recording does not tell by itself.
    pub headerless: Option<Headerless>,
}

/// What is to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum About {
    /// Who of the speakers speaks when.
    Names,
    /// Who speaks when.
    Turns,
    /// When somebody speaks.
    Speech,
}

impl About {
    pub fn kind(self) -> JobKind {
        match self {
            Self::Names => JobKind::Identify,
            Self::Turns => JobKind::Diarize,
            Self::Speech => JobKind::DetectSpeech,
        }
    }
}

impl Inquiry {
    /// What is to be found out, and all else as it is where nobody says anything of it.
    pub fn about(about: About) -> Self {
        Self {
            about,
            speakers: Vec::new(),
            people: None,
            each_channel: false,
            only_speech: false,
            shortest_pause_seconds: 0.0,
            headerless: None,
        }
    }
}

/// Mono samples without a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headerless {
    pub coding: Coding,
    /// Samples a second.
    pub sample_rate: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Coding {
    /// Signed 16-bit integers, the low byte first.
    Linear16,
    /// ITU-T G.711 mu-law, 8 bits.
    Mulaw,
}

/// What was found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Findings {
    /// How many people have a turn, where that was not told beforehand.
    pub people: Option<usize>,
    /// By their start. Those of different people may overlap.
    pub segments: Vec<Segment>,
}

/// From when to when, in seconds, somebody speaks without a longer pause.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    pub who: Who,
    pub start: f64,
    pub end: f64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// One of the speakers that were asked for.
    Known(String),
    /// Nobody of them. Numbered from 0, in the order in which people first speak; or by channel, where each holds one.
    Stranger(usize),
    /// Somebody: who was not asked.
    Anybody,
}

impl Who {
    /// The tenant's name for them, if they were asked for.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Known(name) => Some(name),
            Self::Stranger(_) | Self::Anybody => None,
        }
    }
}

/// How a job ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    Found(Findings),
    Failed(Failing),
    Cancelled,
}

/// Why a job failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failing {
    pub cause: Cause,
    /// For the caller to read: of a recording that does not read or come, only why.
    pub detail: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Cause {
    /// The recording cannot be decoded, or is more than may be.
    Recording,
    /// The recording could not be fetched.
    Url,
    /// One of the speakers is not there (any more), or incomplete.
    Speaker,
    /// The month's quota is used up.
    Quota,
    /// The fault is ours.
    Internal,
}
