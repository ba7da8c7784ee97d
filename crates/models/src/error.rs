//! What can go wrong on the way from a public package to a model file, said so that an operator knows what to do.

use std::path::PathBuf;

/// Every failure of this crate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    #[error("the model manifest cannot be read: {0}")]
    Manifest(String),

    #[error("the manifest knows no artefact named {0:?}")]
    UnknownArtefact(String),

    #[error("the manifest has no ONNX Runtime library for this platform")]
    UnknownPlatform,

    #[error("no folder for the models: set TIMBRE_MODELS_DIR (neither XDG_CACHE_HOME nor HOME is set)")]
    NoStoreFolder,

    #[error("model file {} is missing: run `cargo xtask models` (or `timbre models fetch`)", .0.display())]
    MissingModel(PathBuf),

    #[error(
        "{what} does not match its checksum: expected SHA-256 {expected}, found {found}; nothing was installed"
    )]
    WrongChecksum { what: String, expected: String, found: String },

    #[error("{what} has {found} bytes where the manifest states {expected}; nothing was installed")]
    WrongSize { what: String, expected: u64, found: u64 },

    #[error("package {package} has no plain file {member}")]
    NoSuchMember { package: String, member: String },

    #[error("package {package} cannot be unpacked: {reason}")]
    Unpack { package: String, reason: String },

    #[error(
        "packages are missing in {}; fetch them on a connected machine and carry them over:\n{}",
        .folder.display(), .wanted.join("\n")
    )]
    PackagesNotInFolder {
        folder: PathBuf,
        /// One line per package: its file name and the command that fetches it.
        wanted: Vec<String>,
    },

    #[error(
        "`{program}` was not found: install {install}, or use --from with a folder of packages fetched elsewhere"
    )]
    NoClient { program: String, install: &'static str },

    #[error("`{command}` failed twice: {reason}")]
    Client { command: String, reason: String },

    #[error("another fetch into {} is under way", .0.display())]
    Busy(PathBuf),

    #[error("the PyTorch weights are refused: {0}")]
    Weights(String),

    #[error("{}: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
}

impl Error {
    /// For `map_err`: an I/O failure together with the path it happened at.
    pub(crate) fn io(path: impl Into<PathBuf>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::Io { path, source }
    }
}
