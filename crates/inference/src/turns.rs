//! Listening to a long recording of several people, piece by piece.
//!
//! Promises memory that is small and linear in the length: of the sound, no more is held than one window and the piece that was
//! handed in last; of each window remain its frames (a byte each) and one embedding for each of at most three speakers.
//! What comes out does not depend on how the recording was cut into pieces.

use timbre_domain::conversation::{LOCAL_SPEAKERS, LocalVoice, Window};
use timbre_domain::embedding::CampPlus;

use crate::SAMPLE_RATE;
use crate::embedding::{SHORTEST_SECONDS, SpeakerEmbedder};
use crate::error::InferenceError;
use crate::hiss::with_hiss;
use crate::voices::{FRAME_STEP, RECEPTIVE_FIELD, Segmentation, Segmenter, WINDOW};

/// From one window to the next: 148 frames, which is 2.5 s, so that all windows' frames lie on one grid and all but the
/// recording's edges are heard four times.
const STEP: usize = 148 * FRAME_STEP;

/// Below this much speech alone a voice is taken from all that its owner says, with the others' voices in it.
const ENOUGH_ALONE_SECONDS: f32 = 0.5;

/// What was heard of a recording so far.
#[derive(Default)]
pub struct TurnListener {
    /// The recording from sample `start` on.
    samples: Vec<f32>,
    start: usize,
    /// Where the next window begins. A multiple of the frame step.
    next: usize,
    windows: Vec<Window<CampPlus>>,
    telephone: bool,
}

impl TurnListener {
    /// Says whether the recording has a telephone's bandwidth, as far as it is known: the windows that end from now on are heard accordingly.
    pub fn set_telephone(&mut self, telephone: bool) {
        self.telephone = telephone;
    }

    pub(crate) fn hear(
        &mut self,
        segmenter: &mut Segmenter,
        embedder: &mut SpeakerEmbedder<CampPlus>,
        samples: &[f32],
    ) -> Result<(), InferenceError> {
        self.samples.extend_from_slice(samples);
        while self.next + WINDOW <= self.start + self.samples.len() {
            self.window(segmenter, embedder, self.next)?;
            self.next += STEP;
        }
        // One window is kept: the last one of the recording may begin anywhere in it.
        let end = self.start + self.samples.len();
        let needed = self.next.min(end.saturating_sub(WINDOW));
        self.samples.drain(..needed.saturating_sub(self.start));
        self.start = self.start.max(needed);
        Ok(())
    }

    pub(crate) fn end(
        mut self,
        segmenter: &mut Segmenter,
        embedder: &mut SpeakerEmbedder<CampPlus>,
    ) -> Result<Vec<Window<CampPlus>>, InferenceError> {
        let end = self.start + self.samples.len();
        // The last window ends where the recording does, rather than being short: the model knows windows of ten seconds best.
        let last = end.saturating_sub(WINDOW).div_ceil(FRAME_STEP) * FRAME_STEP;
        let heard =
            self.windows.last().map_or(0, |window| (window.first_frame + window.frames.len()) * FRAME_STEP);
        if end >= last + RECEPTIVE_FIELD && heard + RECEPTIVE_FIELD <= end {
            self.window(segmenter, embedder, last)?;
        }
        Ok(self.windows)
    }

    fn window(
        &mut self,
        segmenter: &mut Segmenter,
        embedder: &mut SpeakerEmbedder<CampPlus>,
        start: usize,
    ) -> Result<(), InferenceError> {
        let from = start - self.start;
        let samples = &self.samples[from..self.samples.len().min(from + WINDOW)];
        // Within its own samples the window begins at zero.
        let heard = match self.telephone {
            true => segmenter.window(0, &with_hiss(samples))?,
            false => segmenter.window(0, samples)?,
        };
        let mut voices = [const { None }; LOCAL_SPEAKERS];
        for (speaker, voice) in voices.iter_mut().enumerate() {
            *voice = local_voice(embedder, &heard, speaker, samples)?;
        }
        self.windows.push(Window { first_frame: start / FRAME_STEP, frames: heard.into_frames(), voices });
        Ok(())
    }
}

fn local_voice(
    embedder: &mut SpeakerEmbedder<CampPlus>,
    heard: &Segmentation,
    speaker: usize,
    samples: &[f32],
) -> Result<Option<LocalVoice<CampPlus>>, InferenceError> {
    let speech = match heard.alone_seconds(speaker) >= ENOUGH_ALONE_SECONDS {
        true => heard.alone(speaker, samples),
        false => heard.at_all(speaker, samples),
    };
    let seconds = speech.len() as f32 / SAMPLE_RATE as f32;
    if seconds < SHORTEST_SECONDS {
        return Ok(None);
    }
    match embedder.embed(&speech) {
        // Digital silence that the segmentation takes for speech has no direction.
        Err(InferenceError::Embedding(_)) => Ok(None),
        embedded => Ok(Some(LocalVoice { embedding: embedded?, seconds })),
    }
}
