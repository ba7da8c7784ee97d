//! Where in a recording somebody speaks.
//!
//! Promises that near-silence, noise, tones and instrumental music are not speech: whatever is embedded or scored
//! passes through here first. Silero VAD gives a probability per 32 ms window; hysteresis, shortest lengths and
//! padding turn the probabilities into regions. A recording may come piece by piece ([`SpeechListener`]): of the sound, no more than a
//! minute is held.

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

/// The level of a recording that comes piece by piece is that of all that came, and of a minute at least: what is no longer is heard
/// exactly as at once.
const LEVEL_SAMPLES: usize = 60 * SAMPLE_RATE as usize;

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
    rate: Tensor<i64>,
}

impl SpeechDetector {
    pub fn load(runtime: &Runtime, store: &ModelStore) -> Result<Self, InferenceError> {
        let rate = Tensor::from_array(((), vec![i64::from(SAMPLE_RATE)]))?;
        Ok(Self { network: runtime.network(&store.path("silero-vad", MODEL_FILE)?)?, rate })
    }

    pub fn detect(&mut self, samples: &[f32]) -> Result<SpeechRegions, InferenceError> {
        let mut listener = SpeechListener::default();
        listener.level.hear(samples);
        listener.windows(self, samples)?;
        Ok(listener.regions())
    }

    /// The time spent in the model since the last call of this function.
    pub fn take_spent(&mut self) -> std::time::Duration {
        self.network.take_spent()
    }

    /// The probability that somebody speaks in the window that the input ends with, and the state after it.
    fn probability(
        &mut self,
        input: &[f32; CONTEXT + WINDOW],
        state: &[f32; STATE],
    ) -> Result<(f32, [f32; STATE]), InferenceError> {
        let inputs = ort::inputs! {
            "input" => TensorRef::from_array_view(([1, CONTEXT + WINDOW], &input[..]))?,
            "state" => TensorRef::from_array_view(([2, 1, STATE / 2], &state[..]))?,
            "sr" => &self.rate,
        };
        self.network.run(inputs, |outputs| {
            let (_, probability) = outputs["output"].try_extract_tensor::<f32>()?;
            let (_, next) = outputs["stateN"].try_extract_tensor::<f32>()?;
            let mut state = [0.0; STATE];
            for (value, new) in state.iter_mut().zip(next) {
                *value = *new;
            }
            Ok((probability.first().copied().unwrap_or(0.0), state))
        })
    }
}

/// What was heard of a recording so far. It holds a voice, so it has no `Debug`.
pub struct SpeechListener {
    level: Level,
    /// What came and was not looked at yet: the first minute, then less than a window.
    waiting: Vec<f32>,
    input: [f32; CONTEXT + WINDOW],
    state: [f32; STATE],
    found: Hysteresis,
    /// The windows in which somebody speaks, where they are asked for.
    spoken: Option<Vec<f32>>,
}

impl Default for SpeechListener {
    fn default() -> Self {
        Self {
            level: Level::default(),
            waiting: Vec::new(),
            input: [0.0; CONTEXT + WINDOW],
            state: [0.0; STATE],
            found: Hysteresis::default(),
            spoken: None,
        }
    }
}

impl SpeechListener {
    /// Keeps what is spoken for [`SpeechListener::take_spoken`], which is to be called after each piece.
    pub(crate) fn keeping_speech() -> Self {
        Self { spoken: Some(Vec::new()), ..Self::default() }
    }

    /// What was spoken since the last call of this function, without the pauses.
    pub(crate) fn take_spoken(&mut self) -> Vec<f32> {
        self.spoken.as_mut().map(std::mem::take).unwrap_or_default()
    }

    pub(crate) fn hear(
        &mut self,
        detector: &mut SpeechDetector,
        samples: &[f32],
    ) -> Result<(), InferenceError> {
        self.level.hear(samples);
        self.waiting.extend_from_slice(samples);
        if self.level.samples < LEVEL_SAMPLES {
            return Ok(());
        }
        let waiting = std::mem::take(&mut self.waiting);
        let (whole, rest) = waiting.split_at(waiting.len() - waiting.len() % WINDOW);
        self.windows(detector, whole)?;
        self.waiting = rest.to_vec();
        Ok(())
    }

    /// The recording is over: looks at what is left of it.
    pub(crate) fn finish(&mut self, detector: &mut SpeechDetector) -> Result<(), InferenceError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.windows(detector, &waiting)
    }

    pub(crate) fn regions(self) -> SpeechRegions {
        let samples = self.level.samples;
        SpeechRegions { regions: pad(self.found.end(samples), samples) }
    }

    /// Looks at the next windows; the last one is filled up with silence.
    fn windows(&mut self, detector: &mut SpeechDetector, samples: &[f32]) -> Result<(), InferenceError> {
        let gain = self.level.gain();
        for window in samples.chunks(WINDOW) {
            self.input.copy_within(WINDOW.., 0);
            let (new, filling) = self.input[CONTEXT..].split_at_mut(window.len());
            for (value, sample) in new.iter_mut().zip(window) {
                *value = (sample * gain).clamp(-1.0, 1.0);
            }
            filling.fill(0.0);
            let (probability, state) = detector.probability(&self.input, &self.state)?;
            self.state = state;
            self.found.hear(probability, energy(window));
            if let Some(spoken) = self.spoken.as_mut().filter(|_| self.found.speaking()) {
                spoken.extend_from_slice(window);
            }
        }
        Ok(())
    }
}

/// How loud what came so far is.
#[derive(Default)]
struct Level {
    energy: f64,
    samples: usize,
}

impl Level {
    fn hear(&mut self, samples: &[f32]) {
        self.energy += energy(samples);
        self.samples += samples.len();
    }

    /// What brings it to the level that the model wants.
    fn gain(&self) -> f32 {
        (TARGET_RMS / rms(self.energy, self.samples).max(f32::MIN_POSITIVE)).min(LARGEST_GAIN)
    }
}

fn energy(samples: &[f32]) -> f64 {
    samples.iter().map(|&s| f64::from(s) * f64::from(s)).sum()
}

fn rms(energy: f64, samples: usize) -> f32 {
    (energy / samples.max(1) as f64).sqrt() as f32
}

/// Speech from where the probability reaches the start threshold to where it stays below the stop threshold for a pause.
#[derive(Default)]
struct Hysteresis {
    /// Where the next window begins.
    at: usize,
    open: Option<Open>,
    regions: Vec<Range<usize>>,
}

/// Speech that has not ended yet.
struct Open {
    start: usize,
    energy: f64,
    /// Where it may turn out to have ended, and its energy up to there.
    quiet_since: Option<(usize, f64)>,
}

impl Hysteresis {
    fn hear(&mut self, probability: f32, energy: f64) {
        let at = self.at;
        if probability >= START_PROBABILITY {
            let open = self.open.get_or_insert(Open { start: at, energy: 0.0, quiet_since: None });
            open.quiet_since = None;
        } else if let Some(open) = &mut self.open
            && (probability < STOP_PROBABILITY || open.quiet_since.is_some())
        {
            let (end, energy) = *open.quiet_since.get_or_insert((at, open.energy));
            if at - end >= SHORTEST_PAUSE {
                let start = open.start;
                self.open = None;
                self.keep(start..end, energy);
            }
        }
        if let Some(open) = &mut self.open {
            open.energy += energy;
        }
        self.at += WINDOW;
    }

    /// Whether the last window belongs to speech, as far as one can tell before the next.
    fn speaking(&self) -> bool {
        self.open.as_ref().is_some_and(|open| open.quiet_since.is_none())
    }

    /// All regions of a recording of so many samples.
    fn end(mut self, samples: usize) -> Vec<Range<usize>> {
        if let Some(Open { start, energy, quiet_since }) = self.open.take() {
            let (end, energy) = quiet_since.unwrap_or((samples, energy));
            self.keep(start..end, energy);
        }
        self.regions
    }

    fn keep(&mut self, region: Range<usize>, energy: f64) {
        if region.len() >= SHORTEST_SPEECH && rms(energy, region.len()) >= QUIETEST_RMS {
            self.regions.push(region);
        }
    }
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

    /// What is found in windows of these probabilities, all loud enough.
    fn hysteresis(probabilities: &[f32]) -> Vec<Range<usize>> {
        let mut found = Hysteresis::default();
        probabilities.iter().for_each(|&probability| found.hear(probability, WINDOW as f64));
        found.end(probabilities.len() * WINDOW)
    }

    #[test]
    fn a_short_dip_does_not_split_speech_and_a_pause_does() {
        let mut probabilities = vec![0.0; 10];
        probabilities.extend([0.9; 10]);
        probabilities.extend([0.4, 0.1, 0.9]);
        probabilities.extend([0.9; 7]);
        probabilities.extend([0.1; 10]);
        probabilities.extend([0.9; 10]);
        let regions = hysteresis(&probabilities);
        assert_eq!(regions, [10 * WINDOW..30 * WINDOW, 40 * WINDOW..50 * WINDOW]);
    }

    #[test]
    fn a_blip_is_no_speech() {
        let mut probabilities = vec![0.0; 30];
        probabilities[10] = 0.99;
        assert!(hysteresis(&probabilities).is_empty());
    }

    #[test]
    fn what_is_next_to_silent_is_no_speech_whatever_it_sounds_like() {
        let found = |rms: f64| {
            let mut found = Hysteresis::default();
            (0..10).for_each(|_| found.hear(0.99, rms * rms * WINDOW as f64));
            found.end(10 * WINDOW)
        };
        assert_eq!(found(0.001), std::slice::from_ref(&(0..10 * WINDOW)));
        assert!(found(0.000_4).is_empty());
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
