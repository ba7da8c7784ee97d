//! Test voices: recorded single digits, joined into spoken codes.
//!
//! Benchmarks, the demo, the proofs and the tests all need somebody who says whatever code the
//! server asks for. A [`Voice`] is a folder of clips named `{digit}_{take}.flac` (or another format
//! that `timbre-audio` reads), such as `tests/fixtures/voices/en/af_heart`. The same seed says the same
//! thing; another seed says it with other takes and other pauses. Never part of the server.

use std::{
    fs,
    path::{Path, PathBuf},
};

use timbre_audio::{AudioError, Limits, Played, SAMPLE_RATE, Source};

/// A voice's clips.
pub struct Voice {
    pub name: String,
    /// Takes of each digit, all at the rate of `source`: clips are joined as they were recorded.
    takes: [Vec<Vec<f32>>; 10],
    source: Source,
}

/// How a code is said.
#[derive(Debug, Clone, Copy)]
pub struct Manner {
    /// Chooses takes and pauses.
    pub seed: u64,
    /// Shortest and longest pause between digits, in milliseconds.
    pub pause_ms: (u32, u32),
    /// Silence before and after, in milliseconds.
    pub edge_ms: u32,
}

impl Manner {
    /// As a person reads a code aloud.
    pub fn natural(seed: u64) -> Self {
        Self { seed, pause_ms: (60, 200), edge_ms: 200 }
    }

    /// Clip after clip without a pause: hard to recognise.
    pub fn joined(seed: u64) -> Self {
        Self { seed, pause_ms: (0, 0), edge_ms: 0 }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum VoiceError {
    #[error("{}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    #[error("{}: {source}", path.display())]
    NoRecording { path: PathBuf, source: AudioError },
    #[error("{} is not sampled as the voice's other clips are", path.display())]
    OtherRate { path: PathBuf },
    #[error("{} has no recording of the digit {digit}", path.display())]
    DigitMissing { path: PathBuf, digit: usize },
}

impl Voice {
    /// Reads one voice's folder. Files that are not named `{digit}_{take}.…` are passed over.
    pub fn load(folder: &Path) -> Result<Self, VoiceError> {
        let mut takes: [Vec<Vec<f32>>; 10] = Default::default();
        let mut source: Option<Source> = None;
        for path in entries(folder)? {
            let Some(digit) = digit_of(&path) else { continue };
            let bytes =
                fs::read(&path).map_err(|source| VoiceError::Unreadable { path: path.clone(), source })?;
            let clip = timbre_audio::play(&bytes, &Limits::default())
                .map_err(|source| VoiceError::NoRecording { path: path.clone(), source })?;
            if source.get_or_insert(clip.source).sample_rate != clip.source.sample_rate {
                return Err(VoiceError::OtherRate { path });
            }
            let one = Played { samples: clip.samples.clone(), source: clip.source };
            one.into_recording().map_err(|source| VoiceError::NoRecording { path, source })?;
            takes[digit].push(clip.samples);
        }
        let missing = |digit| VoiceError::DigitMissing { path: folder.to_owned(), digit };
        if let Some(digit) = takes.iter().position(Vec::is_empty) {
            return Err(missing(digit));
        }
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Self { name, takes, source: source.ok_or(missing(0))? })
    }

    /// Reads every voice of a folder of folders, in the order of their names.
    pub fn load_all(folder: &Path) -> Result<Vec<Self>, VoiceError> {
        entries(folder)?.iter().filter(|path| path.is_dir()).map(|path| Self::load(path)).collect()
    }

    /// Says these digits: mono samples at 16 kHz.
    pub fn say(&self, digits: &[u8], manner: Manner) -> Vec<f32> {
        let mut random = SplitMix(manner.seed);
        let silence = |ms: u32| vec![0.0; (ms as usize * self.source.sample_rate as usize) / 1000];
        let mut samples = silence(manner.edge_ms);
        for (position, digit) in digits.iter().enumerate() {
            if position > 0 {
                let (shortest, longest) = manner.pause_ms;
                let more = random.next() % u64::from(longest.saturating_sub(shortest) + 1);
                samples.extend(silence(shortest + more as u32));
            }
            let takes = &self.takes[usize::from(*digit % 10)];
            samples.extend(&takes[random.next() as usize % takes.len()]);
        }
        samples.extend(silence(manner.edge_ms));
        let said = Played { samples, source: self.source }.into_recording();
        // Only nothing at all, or a rate that the clips could not have been loaded with, is no recording.
        said.map(|recording| recording.samples).unwrap_or_default()
    }
}

/// The digit that a clip is of, by its file name.
fn digit_of(path: &Path) -> Option<usize> {
    let (digit, _take) = path.file_stem()?.to_str()?.split_once('_')?;
    match digit.as_bytes() {
        [one] if one.is_ascii_digit() => Some(usize::from(one - b'0')),
        _ => None,
    }
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, VoiceError> {
    let unreadable = |source| VoiceError::Unreadable { path: folder.to_owned(), source };
    let mut paths = fs::read_dir(folder)
        .map_err(unreadable)?
        .map(|entry| entry.map(|entry| entry.path()).map_err(unreadable))
        .collect::<Result<Vec<_>, _>>()?;
    paths.sort();
    Ok(paths)
}

/// A recording of any readable format, as a 16-bit mono WAV file at 16 kHz.
pub fn as_wav(path: &Path) -> Result<Vec<u8>, VoiceError> {
    let bytes = fs::read(path).map_err(|source| VoiceError::Unreadable { path: path.to_owned(), source })?;
    let recording = timbre_audio::decode(&bytes, &Limits::default())
        .map_err(|source| VoiceError::NoRecording { path: path.to_owned(), source })?;
    Ok(wav(&recording.samples))
}

/// A 16-bit mono WAV file of these samples.
pub fn wav(samples: &[f32]) -> Vec<u8> {
    let data = 2 * samples.len() as u32;
    let mut bytes = Vec::with_capacity(44 + data as usize);
    bytes.extend(b"RIFF");
    bytes.extend((36 + data).to_le_bytes());
    bytes.extend(b"WAVEfmt ");
    bytes.extend(16u32.to_le_bytes());
    bytes.extend([1, 0, 1, 0]); // PCM, one channel
    bytes.extend(SAMPLE_RATE.to_le_bytes());
    bytes.extend((2 * SAMPLE_RATE).to_le_bytes());
    bytes.extend([2, 0, 16, 0]); // bytes a frame, bits a sample
    bytes.extend(b"data");
    bytes.extend(data.to_le_bytes());
    bytes.extend(samples.iter().flat_map(|s| ((s.clamp(-1.0, 1.0) * 32_767.0) as i16).to_le_bytes()));
    bytes
}

/// SplitMix64 (Steele, Lea, Flood 2014): small, seeded, and the same everywhere.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for digit in 0..10 {
            for take in 0..2 {
                let tone = vec![0.1 * (digit as f32 + 1.0) * if take == 0 { 0.5 } else { 1.0 }; 1600];
                fs::write(folder.path().join(format!("{digit}_{take}.wav")), wav(&tone)).unwrap();
            }
        }
        folder
    }

    #[test]
    fn the_same_seed_says_the_same_and_another_one_differs() {
        let folder = folder();
        let voice = Voice::load(folder.path()).unwrap();
        let say = |seed| voice.say(&[0, 6, 5, 3], Manner::natural(seed));
        assert_eq!(say(1), say(1));
        assert_ne!(say(1), say(2));
    }

    #[test]
    fn a_code_without_pauses_is_as_long_as_its_clips() {
        let folder = folder();
        let said = Voice::load(folder.path()).unwrap().say(&[1, 2, 3, 4], Manner::joined(1));
        assert_eq!(said.len(), 4 * 1600);
    }

    #[test]
    fn a_voice_that_lacks_a_digit_is_refused() {
        let folder = folder();
        for take in 0..2 {
            fs::remove_file(folder.path().join(format!("7_{take}.wav"))).unwrap();
        }
        assert!(matches!(Voice::load(folder.path()), Err(VoiceError::DigitMissing { digit: 7, .. })));
    }
}
