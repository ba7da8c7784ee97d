//! The list of weights: what each is for, which package carries it, what it must hash to.
//!
//! [`Manifest::builtin`] is `models/manifest.toml` as it was at build time. Another list may be read from a file
//! with [`Manifest::parse`]; an unknown key, a dangling reference or an unsafe file name is refused.

use std::collections::{BTreeMap, HashSet};
use std::path::{Component, Path};

use serde::Deserialize;

use crate::Error;

const BUILTIN: &str = include_str!("../../../models/manifest.toml");

/// All weights, the packages that carry them, and which speaker models listen.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    pub speaker: Speaker,
    #[serde(rename = "package")]
    pub packages: BTreeMap<String, Package>,
    #[serde(rename = "artefact")]
    pub artefacts: Vec<Artefact>,
}

/// Which speaker models listen: `ensemble` always contains `default`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    pub default: String,
    pub ensemble: Vec<String>,
}

/// One public package, pinned.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    pub registry: Registry,
    pub name: String,
    pub version: String,
    /// The file name the client writes.
    pub file: String,
    /// Handed to the client as they are.
    #[serde(default)]
    pub client_args: Vec<String>,
    pub size: u64,
    /// Saves unpacking a wrong package; the checksums of the files inside are what is trusted.
    pub sha256: Option<String>,
}

/// The kind of registry, and with it the client that talks to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    Pypi,
    Npm,
}

/// One model (or the runtime) and its files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Artefact {
    pub name: String,
    pub purpose: Purpose,
    pub licence: String,
    pub source: String,
    pub attribution: Option<String>,
    pub sample_rate_hz: Option<u32>,
    pub fetch: FetchWhen,
    /// Present exactly for speaker models.
    pub embedding: Option<Embedding>,
    #[serde(rename = "file")]
    pub files: Vec<ModelFile>,
}

/// What an artefact is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    SpeakerEmbedding,
    SpeechRegions,
    SpeakerTurns,
    SpokenCode,
    Runtime,
}

/// Whether a plain fetch brings an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FetchWhen {
    Default,
    OnRequest,
}

/// What a speaker model gives, and what it must be given.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Embedding {
    pub dimension: usize,
    pub front_end: FrontEnd,
}

/// How samples become the features a speaker model was trained on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FrontEnd {
    pub features: Features,
    pub sample_rate_hz: u32,
    pub mel_bins: usize,
    pub low_hz: f32,
    pub high_hz: f32,
    pub frame_length_ms: f32,
    pub frame_shift_ms: f32,
    pub pre_emphasis: f32,
    pub window: Window,
    /// Factor on samples in [-1, 1].
    pub sample_scale: f32,
    pub dither: f32,
    pub mean_removal: MeanRemoval,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Features {
    /// Log mel filter-bank energies as Kaldi computes them.
    KaldiFbank,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Window {
    /// Hann to the power 0.85.
    Povey,
    Hamming,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MeanRemoval {
    None,
    PerUtterance,
}

/// One file of an artefact: where it lies in its package and what it must be.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModelFile {
    /// Its name in the store.
    pub name: String,
    /// Key into [`Manifest::packages`].
    pub package: String,
    /// Its exact path inside the package.
    pub member: String,
    pub size: u64,
    pub sha256: String,
    /// Only wanted on this platform; everywhere when absent.
    pub platform: Option<Platform>,
    /// Made into something else before it is installed.
    pub convert: Option<Convert>,
}

/// A deterministic conversion and what must come out of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convert {
    pub recipe: Recipe,
    pub size: u64,
    pub sha256: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Recipe {
    /// CAM++ weights in PyTorch's format, made into an ONNX network.
    Campplus,
}

/// The platforms ONNX Runtime is fetched for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Platform {
    #[serde(rename = "linux-x86_64")]
    LinuxX86_64,
    #[serde(rename = "linux-aarch64")]
    LinuxAarch64,
    #[serde(rename = "macos-aarch64")]
    MacosAarch64,
}

impl Platform {
    /// The platform this binary was built for, where it is one of ours.
    #[must_use]
    pub fn current() -> Option<Self> {
        match (std::env::consts::OS, std::env::consts::ARCH) {
            ("linux", "x86_64") => Some(Self::LinuxX86_64),
            ("linux", "aarch64") => Some(Self::LinuxAarch64),
            ("macos", "aarch64") => Some(Self::MacosAarch64),
            _ => None,
        }
    }
}

impl ModelFile {
    /// Size and checksum of the file as it lies in the store.
    #[must_use]
    pub fn installed(&self) -> (u64, &str) {
        match &self.convert {
            Some(convert) => (convert.size, &convert.sha256),
            None => (self.size, &self.sha256),
        }
    }

    fn wanted_here(&self) -> bool {
        self.platform.is_none() || self.platform == Platform::current()
    }
}

impl Artefact {
    /// The files this platform needs.
    pub fn files_here(&self) -> impl Iterator<Item = &ModelFile> {
        self.files.iter().filter(|file| file.wanted_here())
    }
}

impl Manifest {
    /// The list built into this binary.
    ///
    /// # Errors
    /// Only when the built-in list is broken, which a test of this crate excludes.
    pub fn builtin() -> Result<Self, Error> {
        Self::parse(BUILTIN)
    }

    /// Reads a list and checks that it holds together.
    ///
    /// # Errors
    /// [`Error::Manifest`] says which key or reference is wrong.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let manifest: Self = toml::from_str(text).map_err(|error| Error::Manifest(error.to_string()))?;
        manifest.check().map_err(Error::Manifest)?;
        Ok(manifest)
    }

    /// The artefact of this name.
    ///
    /// # Errors
    /// [`Error::UnknownArtefact`].
    pub fn artefact(&self, name: &str) -> Result<&Artefact, Error> {
        self.artefacts
            .iter()
            .find(|artefact| artefact.name == name)
            .ok_or_else(|| Error::UnknownArtefact(name.to_owned()))
    }

    /// What a plain fetch brings.
    pub fn fetched_by_default(&self) -> impl Iterator<Item = &Artefact> {
        self.artefacts.iter().filter(|artefact| artefact.fetch == FetchWhen::Default)
    }

    /// The speaker models that listen, in the order of the `ensemble` line, each with its front-end.
    pub fn ensemble(&self) -> impl Iterator<Item = (&Artefact, &Embedding)> {
        self.speaker
            .ensemble
            .iter()
            .filter_map(|name| self.artefacts.iter().find(|artefact| artefact.name == *name))
            .filter_map(|artefact| Some((artefact, artefact.embedding.as_ref()?)))
    }

    fn check(&self) -> Result<(), String> {
        for package in self.packages.values() {
            plain_name(&package.file)?;
            package.sha256.as_deref().map_or(Ok(()), checksum)?;
        }
        let mut names = HashSet::new();
        for artefact in &self.artefacts {
            plain_name(&artefact.name)?;
            if !names.insert(&artefact.name) {
                return Err(format!("two artefacts are named {:?}", artefact.name));
            }
            if (artefact.purpose == Purpose::SpeakerEmbedding) != artefact.embedding.is_some() {
                return Err(format!("{}: exactly the speaker models have an embedding table", artefact.name));
            }
            for file in &artefact.files {
                plain_name(&file.name)?;
                checksum(&file.sha256)?;
                file.convert.as_ref().map_or(Ok(()), |convert| checksum(&convert.sha256))?;
                if !self.packages.contains_key(&file.package) {
                    return Err(format!("{}: no package {:?}", artefact.name, file.package));
                }
            }
        }
        if !self.speaker.ensemble.contains(&self.speaker.default) {
            return Err("speaker.ensemble must contain speaker.default".into());
        }
        if self.ensemble().count() != self.speaker.ensemble.len() {
            return Err("speaker.ensemble names something that is not a speaker model".into());
        }
        let distinct: HashSet<_> = self.speaker.ensemble.iter().collect();
        if distinct.len() != self.speaker.ensemble.len() {
            return Err("speaker.ensemble names a model twice".into());
        }
        Ok(())
    }
}

/// A name that stays inside the folder it is joined to.
pub(crate) fn plain_name(name: &str) -> Result<(), String> {
    let mut components = Path::new(name).components();
    match (components.next(), components.next()) {
        (Some(Component::Normal(only)), None) if only == name && !name.starts_with('.') => Ok(()),
        _ => Err(format!("{name:?} is not a plain file name")),
    }
}

fn checksum(text: &str) -> Result<(), String> {
    let digits = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if digits && text.len() == 64 { Ok(()) } else { Err(format!("{text:?} is not a SHA-256")) }
}
