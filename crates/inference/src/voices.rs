//! Whether several people speak in one recording.
//!
//! Promises an answer that a single person's joined digits do not trip over. pyannote segmentation 3.0 says who of at
//! most three local speakers is active in each 17 ms frame; it may hear two speakers in one person whose recording
//! was joined from pieces, so a second voice counts only if its embedding also differs from the first one's.

use std::time::Duration;

use ort::value::TensorRef;
use timbre_domain::embedding::CampPlus;
use timbre_models::ModelStore;

use crate::SAMPLE_RATE;
use crate::embedding::SpeakerEmbedder;
use crate::error::InferenceError;
use crate::runtime::{MODEL_FILE, Network, Runtime};
use crate::vad::SpeechRegions;

/// The model was trained on windows of ten seconds; consecutive ones overlap by half, so that a change of speaker is
/// inside one of them. A shorter recording runs as it is, unpadded: cost follows its length.
pub(crate) const WINDOW: usize = 10 * SAMPLE_RATE as usize;
const STEP: usize = WINDOW / 2;

/// Geometry of the model's SincNet front: one frame per 270 samples, each seeing 991.
pub(crate) const FRAME_STEP: usize = 270;
pub(crate) const RECEPTIVE_FIELD: usize = 991;
const FRAME_SECONDS: f32 = FRAME_STEP as f32 / SAMPLE_RATE as f32;

const SPEAKERS: usize = 3;

/// The powerset classes of pyannote segmentation 3.0 as sets of speakers (Plaquet and Bredin, 2023): nobody, one, two.
const POWERSET: [u8; 7] = [0b000, 0b001, 0b010, 0b100, 0b011, 0b101, 0b110];

// How the rule below was chosen: on joined digits (8 kHz), joined words and read sentences of one half of the people,
// where it refuses 2 of 245 recordings of one person. With somebody of the other half in them it refused none of
// 199, and found 92 % of 189 recordings of two people that hold 2.2 s of speech or more, but only 7 % of 109 shorter ones. On a
// second draw of recordings of all these people it refused 2 of 117, so the true rate may be above 1 %.

/// Segmentation hears a second voice when it speaks alone for this long and its embedding is this far from the first's.
const SECOND_VOICE_SECONDS: f32 = 0.5;
const SAME_VOICE_IN_SEGMENTS: f32 = 0.2;

/// The voice before a point of the joined speech is compared with the voice after it. Below this much speech one
/// person's own pieces differ as much as two people's, and nothing is concluded.
const SHORTEST_SPLIT: usize = SAMPLE_RATE as usize * 22 / 10;
/// From here on both sides hold enough for a single comparison to be trusted more.
const LONG_SPLIT: usize = SAMPLE_RATE as usize * 45 / 10;
/// A change of voice shows in all three comparisons of a short recording: their mean separates best.
const SAME_VOICE_ON_AVERAGE: f32 = 0.35;
const SAME_VOICE_SOMEWHERE: f32 = 0.2;
const SAME_VOICE_SOMEWHERE_LONG: f32 = 0.3;
/// In long speech a change is looked for this often, and each side is at most this long: cost grows with the
/// recording's length, not with its square.
const CHANGE_STEP: usize = SAMPLE_RATE as usize * 5 / 2;
const LONGEST_SIDE: usize = 2 * CHANGE_STEP;

/// Who speaks when in one window. Speakers are numbered afresh in each window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segmentation {
    /// The sample at which the window starts.
    pub start: usize,
    /// One set of speakers per frame, speaker `n` as bit `n`.
    frames: Vec<u8>,
}

impl Segmentation {
    fn decode(start: usize, logits: &[f32]) -> Self {
        let frames = logits
            .chunks_exact(POWERSET.len())
            .map(|frame| {
                let loudest = frame.iter().zip(POWERSET).max_by(|a, b| a.0.total_cmp(b.0));
                loudest.map_or(0, |(_, speakers)| speakers)
            })
            .collect();
        Self { start, frames }
    }

    /// The sets of speakers, one per frame of [`Segmentation::frame_seconds`], speaker `n` as bit `n`.
    pub fn frames(&self) -> &[u8] {
        &self.frames
    }

    pub const fn frame_seconds() -> f32 {
        FRAME_SECONDS
    }

    /// Takes the frames over.
    pub(crate) fn into_frames(self) -> Vec<u8> {
        self.frames
    }

    /// How long this speaker speaks alone.
    pub(crate) fn alone_seconds(&self, speaker: usize) -> f32 {
        self.frames.iter().filter(|&&set| set == 1 << speaker).count() as f32 * FRAME_SECONDS
    }

    fn overlap_seconds(&self) -> f32 {
        self.frames.iter().filter(|set| set.count_ones() > 1).count() as f32 * FRAME_SECONDS
    }

    /// The two speakers who speak alone for longest, the longer one first.
    fn loudest_two(&self) -> (usize, usize) {
        let mut speakers: [usize; SPEAKERS] = std::array::from_fn(|speaker| speaker);
        speakers.sort_by(|&a, &b| self.alone_seconds(b).total_cmp(&self.alone_seconds(a)));
        (speakers[0], speakers[1])
    }

    /// The samples in which this speaker speaks alone. A frame stands for the middle of what it sees.
    pub(crate) fn alone(&self, speaker: usize, samples: &[f32]) -> Vec<f32> {
        self.where_they(|set| set == 1 << speaker, samples)
    }

    /// The samples in which this speaker speaks, alone or not.
    pub(crate) fn at_all(&self, speaker: usize, samples: &[f32]) -> Vec<f32> {
        self.where_they(|set| set & 1 << speaker != 0, samples)
    }

    fn where_they(&self, speak: impl Fn(u8) -> bool, samples: &[f32]) -> Vec<f32> {
        let first = self.start + (RECEPTIVE_FIELD - FRAME_STEP) / 2;
        let spoken = self.frames.iter().enumerate().filter(|&(_, &set)| speak(set));
        spoken
            .filter_map(|(index, _)| {
                let at = first + index * FRAME_STEP;
                samples.get(at..at + FRAME_STEP)
            })
            .flatten()
            .copied()
            .collect()
    }
}

/// How many people speak.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Voices {
    /// 0 (nobody speaks), 1, or 2 for "several": recordings are refused for a second voice, not for its number.
    pub count: usize,
    /// How long the second person speaks alone where the segmentation hears one; 0 with one voice.
    pub second_voice_seconds: f32,
    pub overlap_seconds: f32,
}

/// The segmentation model and the rule on top of it.
pub struct Segmenter {
    network: Network,
}

impl Segmenter {
    pub fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        Ok(Self { network: runtime.network(&store.path("pyannote-segmentation-3.0", MODEL_FILE)?)? })
    }

    /// Who speaks when, window by window.
    pub fn segment(&mut self, samples: &[f32]) -> Result<Vec<Segmentation>, InferenceError> {
        let mut windows = Vec::new();
        let mut start = 0;
        while start + RECEPTIVE_FIELD <= samples.len() {
            let end = samples.len().min(start + WINDOW);
            windows.push(self.window(start, &samples[start..end])?);
            if end == samples.len() {
                break;
            }
            start += STEP;
        }
        Ok(windows)
    }

    /// Who speaks when in one window, which lies in the recording from this sample on.
    pub(crate) fn window(&mut self, start: usize, window: &[f32]) -> Result<Segmentation, InferenceError> {
        let tensor = TensorRef::from_array_view(([1, 1, window.len()], window))?;
        self.network.run(ort::inputs! { "input_values" => tensor }, |outputs| {
            let (_, logits) = outputs["logits"].try_extract_tensor::<f32>()?;
            Ok(Segmentation::decode(start, logits))
        })
    }

    /// Whether several people speak, given where in the recording somebody does.
    pub fn voices(
        &mut self,
        embedder: &mut SpeakerEmbedder<CampPlus>,
        samples: &[f32],
        speech: &SpeechRegions,
    ) -> Result<Voices, InferenceError> {
        let mut voices = Voices {
            count: usize::from(!speech.is_empty()),
            second_voice_seconds: 0.0,
            overlap_seconds: 0.0,
        };
        if speech.is_empty() {
            return Ok(voices);
        }
        for window in self.segment(samples)? {
            let (first, second) = window.loudest_two();
            let seconds = window.alone_seconds(second);
            if seconds < SECOND_VOICE_SECONDS || seconds <= voices.second_voice_seconds {
                continue;
            }
            let (one, other) = (window.alone(first, samples), window.alone(second, samples));
            if similarity(embedder, &one, &other)? < SAME_VOICE_IN_SEGMENTS {
                voices = Voices {
                    count: 2,
                    second_voice_seconds: seconds,
                    overlap_seconds: window.overlap_seconds(),
                };
            }
        }
        if voices.count == 1 && changes_voice(embedder, &speech.joined(samples))? {
            voices.count = 2;
        }
        Ok(voices)
    }

    /// The time spent in the model since the last call of this function.
    pub fn take_spent(&mut self) -> Duration {
        self.network.take_spent()
    }
}

/// Whether the voice before some point of the joined speech differs from the voice after it.
fn changes_voice(embedder: &mut SpeakerEmbedder<CampPlus>, speech: &[f32]) -> Result<bool, InferenceError> {
    let mut similarities = Vec::new();
    for point in change_points(speech.len()) {
        let before = &speech[point.saturating_sub(LONGEST_SIDE)..point];
        let after = &speech[point..speech.len().min(point + LONGEST_SIDE)];
        similarities.push(similarity(embedder, before, after)?);
    }
    Ok(differs(&similarities, speech.len()))
}

fn differs(similarities: &[f32], samples: usize) -> bool {
    let somewhere = if samples < LONG_SPLIT { SAME_VOICE_SOMEWHERE } else { SAME_VOICE_SOMEWHERE_LONG };
    if similarities.iter().any(|&similarity| similarity < somewhere) {
        return true;
    }
    // In long speech the points lie apart, and a change shows only in those next to it.
    let mean = similarities.iter().sum::<f32>() / similarities.len().max(1) as f32;
    !similarities.is_empty() && samples <= 3 * CHANGE_STEP && mean < SAME_VOICE_ON_AVERAGE
}

/// A third, a half and two thirds of short speech; a point every 2.5 s of long speech; none where too little is said.
fn change_points(samples: usize) -> Vec<usize> {
    if samples < SHORTEST_SPLIT {
        Vec::new()
    } else if samples <= 3 * CHANGE_STEP {
        vec![samples / 3, samples / 2, samples * 2 / 3]
    } else {
        (1..samples / CHANGE_STEP).map(|step| step * CHANGE_STEP).collect()
    }
}

/// The cosine of two pieces' embeddings; 1 where one is too short to say anything.
fn similarity(
    embedder: &mut SpeakerEmbedder<CampPlus>,
    one: &[f32],
    other: &[f32],
) -> Result<f32, InferenceError> {
    let embed = |piece: &[f32], embedder: &mut SpeakerEmbedder<CampPlus>| match embedder.embed(piece) {
        Err(InferenceError::TooShort { .. }) => Ok(None),
        embedded => embedded.map(Some),
    };
    let (Some(one), Some(other)) = (embed(one, embedder)?, embed(other, embedder)?) else {
        return Ok(1.0);
    };
    Ok(one.as_slice().iter().zip(other.as_slice()).map(|(a, b)| a * b).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn logits(classes: &[usize]) -> Vec<f32> {
        classes.iter().flat_map(|&class| (0..7).map(move |n| if n == class { 0.0 } else { -5.0 })).collect()
    }

    #[test]
    fn the_powerset_becomes_sets_of_speakers() {
        let window = Segmentation::decode(0, &logits(&[0, 1, 2, 3, 4, 5, 6]));
        assert_eq!(window.frames(), [0b000, 0b001, 0b010, 0b100, 0b011, 0b101, 0b110]);
        assert_eq!(window.alone_seconds(1), FRAME_SECONDS);
        assert_eq!(window.overlap_seconds(), 3.0 * FRAME_SECONDS);
    }

    #[test]
    fn the_two_who_speak_most_come_first() {
        let window = Segmentation::decode(0, &logits(&[3, 3, 3, 1, 2, 2, 6]));
        assert_eq!(window.loudest_two(), (2, 1));
    }

    #[test]
    fn a_speakers_samples_are_those_of_the_frames_in_which_only_this_one_speaks() {
        let window = Segmentation::decode(0, &logits(&[1, 0, 1, 4]));
        let samples: Vec<f32> = (0..4_000).map(|n| n as f32).collect();
        let alone = window.alone(0, &samples);
        assert_eq!((alone.len(), alone[0], alone[FRAME_STEP]), (540, 360.0, 900.0));
        assert!(window.alone(2, &samples).is_empty());
    }

    #[test]
    fn one_clear_difference_or_three_slight_ones_are_a_second_voice() {
        let seconds = |seconds: usize| seconds * SAMPLE_RATE as usize;
        assert!(differs(&[0.6, 0.1, 0.6], seconds(3)));
        assert!(differs(&[0.3, 0.3, 0.3], seconds(3)));
        assert!(!differs(&[0.6, 0.25, 0.6], seconds(3)));
        assert!(differs(&[0.6, 0.25, 0.6], seconds(6)));
        assert!(!differs(&[0.34, 0.34, 0.34], seconds(20)));
        assert!(!differs(&[], seconds(1)));
    }

    #[test]
    fn change_points_fit_the_length() {
        let second = SAMPLE_RATE as usize;
        assert!(change_points(second / 2).is_empty());
        assert_eq!(change_points(3 * second), [second, second * 3 / 2, 2 * second]);
        assert_eq!(change_points(10 * second).len(), 3);
        assert!(change_points(60 * second).iter().all(|&point| 60 * second - point >= CHANGE_STEP));
    }
}
