//! Why a recording was refused: one clear sentence each, fit to be shown to the one who sent it.

/// Why a recording could not be decoded.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum AudioError {
    #[error("the recording is empty")]
    Empty,
    #[error("this is not a recording in a format we know")]
    UnknownFormat,
    #[error("this kind of recording is not supported: {what}")]
    Unsupported { what: &'static str },
    #[error("the recording ends before its header says it should")]
    Truncated,
    #[error("the recording is damaged")]
    Corrupt,
    #[error("the recording is larger than {limit} bytes")]
    TooManyBytes { limit: usize },
    #[error("the recording is longer than {limit_seconds} seconds")]
    TooLong { limit_seconds: f64 },
    #[error("the recording has more than {limit} channels")]
    TooManyChannels { limit: u16 },
    #[error("a sample rate of {rate} Hz is outside 8000 to 48000 Hz")]
    UnsupportedRate { rate: u32 },
    #[error("the recording cannot be read")]
    Unreadable,
    #[error("the recording holds no sound samples")]
    NoAudio,
}
