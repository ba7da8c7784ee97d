//! Every way in which inference can fail, as one type.

use std::path::PathBuf;

use timbre_domain::embedding::EmbeddingError;

/// All places are taken. The caller waits this long before it tries again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("all inference places are taken; try again in {retry_after_seconds} s")]
pub struct Busy {
    pub retry_after_seconds: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum InferenceError {
    #[error(transparent)]
    Busy(#[from] Busy),
    /// The server is going down and takes no more work.
    #[error("inference is shutting down")]
    ShuttingDown,
    /// A job panicked. Its worker goes on; the panic's own message is in the log.
    #[error("the inference job failed unexpectedly")]
    Panicked,
    /// A model is not installed or not what it should be; the text names the command that installs it.
    #[error(transparent)]
    ModelMissing(#[from] timbre_models::Error),
    #[error("the model file {path} is not what it should be: {reason}")]
    ModelUnusable { path: PathBuf, reason: String },
    #[error("the manifest asks for a front-end that does not exist: {0}")]
    FrontEnd(String),
    /// The recording holds too little to say anything from it.
    #[error("the recording lasts {seconds:.2} s; at least {needed:.2} s are needed")]
    TooShort { seconds: f32, needed: f32 },
    #[error("a model gave no usable embedding: {0}")]
    Embedding(#[from] EmbeddingError),
    #[error("the inference runtime failed: {0}")]
    Runtime(String),
}

impl From<ort::Error> for InferenceError {
    fn from(error: ort::Error) -> Self {
        Self::Runtime(error.to_string())
    }
}

impl From<ort::Error<ort::session::builder::SessionBuilder>> for InferenceError {
    fn from(error: ort::Error<ort::session::builder::SessionBuilder>) -> Self {
        Self::Runtime(error.to_string())
    }
}
