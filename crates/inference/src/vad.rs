//! Where in a recording somebody speaks.
//!
//! Promises that near-silence, noise, tones and instrumental music are not speech: whatever is embedded or scored
//! passes through here first. Silero VAD gives a probability per 32 ms window; hysteresis, shortest lengths and
//! padding turn the probabilities into regions.

use std::ops::Range;

use ort::value::{Tensor, TensorRef};
use timbre_models::ModelStore;

use crate::SAMPLE_RATE;
use crate::error::InferenceError;
use crate::runtime::{MODEL_FILE, Network, Runtime};

/// Silero's fixed input at 16 kHz: a window of new samples behind the last samples of the one before.
const WINDOW: usize = 512;
const CONTEXT: usize = 64;
const STATE: usize = 2 * 128;

/// Speech starts at this probability and goes on until it falls below the second: the defaults of Silero's own
/// `get_speech_timestamps` (0.5, and 0.15 below it).
const START_PROBABILITY: f32 = 0.5;
const STOP_PROBABILITY: f32 = 0.35;

/// A pause ends a region after 100 ms, and each region is widened by 30 ms: Silero's defaults.
const SHORTEST_PAUSE: usize = SAMPLE_RATE as usize / 10;
const PADDING: usize = SAMPLE_RATE as usize * 3 / 100;

/// Silero's default is 250 ms; an isolated spoken digit can be shorter, a click is not this long.
const SHORTEST_SPEECH: usize = SAMPLE_RATE as usize / 10;

/// Silero is trained on speech at a normal level and misses quiet onsets: the recording is brought to this
/// RMS level first (-20 dBFS), by at most 40 dB, so that what is next to nothing stays next to nothing.
const TARGET_RMS: f32 = 0.1;
const LARGEST_GAIN: f32 = 100.0;

/// A region quieter than this RMS level (-66 dBFS, 16 steps of a 16-bit recorder) is never speech, whatever it
/// sounds like amplified. Our choice, not measured against quiet speakers.
const QUIETEST_RMS: f32 = 0.0005;

/// The parts of one recording in which somebody speaks, in order and apart from each other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpeechRegions {
    regions: Vec<Range<usize>>,
}

impl SpeechRegions {
    /// Ranges of samples.
    pub fn regions(&self) -> &[Range<usize>] {
        &self.regions
    }

    pub fn is_empty(&self) -> bool {
        self.regions.is_empty()
    }

    /// Start and end of each region in seconds.
    pub fn seconds(&self) -> impl Iterator<Item = (f32, f32)> {
        let second = |sample: usize| sample as f32 / SAMPLE_RATE as f32;
        self.regions.iter().map(move |region| (second(region.start), second(region.end)))
    }

    /// How long somebody speaks, pauses not counted.
    pub fn net_speech_seconds(&self) -> f32 {
        self.regions.iter().map(ExactSizeIterator::len).sum::<usize>() as f32 / SAMPLE_RATE as f32
    }

    /// From the first spoken sample to the last: the recording without the silence around it.
    pub fn trimmed<'s>(&self, samples: &'s [f32]) -> &'s [f32] {
        match (self.regions.first(), self.regions.last()) {
            (Some(first), Some(last)) => samples.get(first.start..last.end).unwrap_or_default(),
            _ => &[],
        }
    }

    /// The spoken samples joined, without any pause.
    pub fn joined(&self, samples: &[f32]) -> Vec<f32> {
        self.regions.iter().filter_map(|region| samples.get(region.clone())).flatten().copied().collect()
    }
}

/// Silero VAD.
pub struct SpeechDetector {
    network: Network,
}

impl SpeechDetector {
    pub fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        Ok(Self { network: runtime.network(&store.path("silero-vad", MODEL_FILE)?)? })
    }

    pub fn detect(&mut self, samples: &[f32]) -> Result<SpeechRegions, InferenceError> {
        let probabilities = self.probabilities(samples)?;
        let mut regions = hysteresis(&probabilities, samples.len());
        regions.retain(|region| rms(&samples[region.clone()]) >= QUIETEST_RMS);
        Ok(SpeechRegions { regions: pad(regions, samples.len()) })
    }

    /// The time spent in the model since the last call of this function.
    pub fn take_spent(&mut self) -> std::time::Duration {
        self.network.take_spent()
    }

    /// One probability per window; the last window is filled up with silence.
    fn probabilities(&mut self, samples: &[f32]) -> Result<Vec<f32>, InferenceError> {
        let gain = (TARGET_RMS / rms(samples).max(f32::MIN_POSITIVE)).min(LARGEST_GAIN);
        let mut input = [0.0_f32; CONTEXT + WINDOW];
        let mut state = [0.0_f32; STATE];
        let rate = Tensor::from_array(((), vec![i64::from(SAMPLE_RATE)]))?;
        let mut probabilities = Vec::with_capacity(samples.len().div_ceil(WINDOW));
        for window in samples.chunks(WINDOW) {
            input.copy_within(WINDOW.., 0);
            let (new, filling) = input[CONTEXT..].split_at_mut(window.len());
            for (value, sample) in new.iter_mut().zip(window) {
                *value = (sample * gain).clamp(-1.0, 1.0);
            }
            filling.fill(0.0);
            let inputs = ort::inputs! {
                "input" => TensorRef::from_array_view(([1, CONTEXT + WINDOW], &input[..]))?,
                "state" => TensorRef::from_array_view(([2, 1, STATE / 2], &state[..]))?,
                "sr" => &rate,
            };
            let (probability, next) = self.network.run(inputs, |outputs| {
                let (_, probability) = outputs["output"].try_extract_tensor::<f32>()?;
                let (_, next) = outputs["stateN"].try_extract_tensor::<f32>()?;
                let mut state = [0.0; STATE];
                for (value, new) in state.iter_mut().zip(next) {
                    *value = *new;
                }
                Ok((probability.first().copied().unwrap_or(0.0), state))
            })?;
            probabilities.push(probability);
            state = next;
        }
        Ok(probabilities)
    }
}

fn rms(samples: &[f32]) -> f32 {
    let energy: f64 = samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum();
    (energy / samples.len().max(1) as f64).sqrt() as f32
}

/// Speech from where the probability reaches the start threshold to where it stays below the stop threshold for a pause.
fn hysteresis(probabilities: &[f32], samples: usize) -> Vec<Range<usize>> {
    let mut regions = Vec::new();
    let mut started: Option<usize> = None;
    let mut quiet_since: Option<usize> = None;
    for (index, &probability) in probabilities.iter().enumerate() {
        let at = index * WINDOW;
        if probability >= START_PROBABILITY {
            started.get_or_insert(at);
            quiet_since = None;
        } else if let Some(start) = started
            && (probability < STOP_PROBABILITY || quiet_since.is_some())
        {
            let end = *quiet_since.get_or_insert(at);
            if at - end >= SHORTEST_PAUSE {
                regions.push(start..end);
                (started, quiet_since) = (None, None);
            }
        }
    }
    if let Some(start) = started {
        regions.push(start..quiet_since.unwrap_or(samples));
    }
    regions.retain(|region| region.len() >= SHORTEST_SPEECH);
    regions
}

/// Widens every region, sharing a pause that is too short for two full paddings.
fn pad(mut regions: Vec<Range<usize>>, samples: usize) -> Vec<Range<usize>> {
    let mut previous_end = 0;
    for index in 0..regions.len() {
        let next_start = regions.get(index + 1).map_or(samples, |next| next.start);
        let region = &mut regions[index];
        let after = next_start.saturating_sub(region.end);
        region.start = region.start.saturating_sub(PADDING).max(previous_end);
        region.end += if next_start == samples { PADDING.min(after) } else { PADDING.min(after / 2) };
        previous_end = region.end;
    }
    regions
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_dip_does_not_split_speech_and_a_pause_does() {
        let mut probabilities = vec![0.0; 10];
        probabilities.extend([0.9; 10]);
        probabilities.extend([0.4, 0.1, 0.9]);
        probabilities.extend([0.9; 7]);
        probabilities.extend([0.1; 10]);
        probabilities.extend([0.9; 10]);
        let regions = hysteresis(&probabilities, 50 * WINDOW);
        assert_eq!(regions, [10 * WINDOW..30 * WINDOW, 40 * WINDOW..50 * WINDOW]);
    }

    #[test]
    fn a_blip_is_no_speech() {
        let mut probabilities = vec![0.0; 30];
        probabilities[10] = 0.99;
        assert!(hysteresis(&probabilities, 30 * WINDOW).is_empty());
    }

    #[test]
    fn padding_stays_inside_the_recording_and_never_overlaps() {
        assert_eq!(pad(vec![100..5_000, 5_300..9_000], 9_100), [0..5_150, 5_150..9_100]);
    }

    #[test]
    fn net_speech_and_trimming_follow_the_regions() {
        let speech = SpeechRegions { regions: vec![10..20, 30..50] };
        let samples: Vec<f32> = (0..60).map(|n| n as f32).collect();
        assert_eq!(speech.net_speech_seconds(), 30.0 / SAMPLE_RATE as f32);
        assert_eq!(speech.trimmed(&samples).len(), 40);
        assert_eq!(speech.joined(&samples).len(), 30);
        assert!(SpeechRegions { regions: vec![] }.trimmed(&samples).is_empty());
    }
}
