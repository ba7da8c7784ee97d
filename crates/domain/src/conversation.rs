//! A recording of several people as it is heard: first window by window, then as turns of people.
//!
//! A [`Window`] is a few seconds in which at most [`LOCAL_SPEAKERS`] people are told apart, numbered afresh each time. Who
//! of one window is who of the next is found out from their voices; [`Turn`]s are what is said by whom in the end.
//! Embeddings are wiped on drop and neither type can be printed with one in it.

use std::ops::Range;

use crate::embedding::{Embedding, SpeakerModel};

/// How many people one window tells apart.
pub const LOCAL_SPEAKERS: usize = 3;

/// The frames of all windows lie on one grid, which is that of pyannote segmentation 3.0: 270 samples of 16 kHz from one to the
/// next, each standing for the middle of the 991 that it sees.
pub const FRAME_SECONDS: f64 = 270.0 / 16_000.0;
const FIRST_FRAME_SECONDS: f64 = (991.0 - 270.0) / 2.0 / 16_000.0;

/// When a frame of the grid begins.
pub fn frame_start(frame: usize) -> f64 {
    match frame {
        // Nobody sees what comes before the first frame: it belongs to it.
        0 => 0.0,
        _ => FIRST_FRAME_SECONDS + frame as f64 * FRAME_SECONDS,
    }
}

/// What somebody who was heard sounds like.
pub struct LocalVoice<M: SpeakerModel> {
    pub embedding: Embedding<M>,
    /// The speech that the embedding was made of.
    pub seconds: f32,
}

/// Who speaks when in a few seconds of the recording.
pub struct Window<M: SpeakerModel> {
    /// Where the window begins on the recording's grid of frames.
    pub first_frame: usize,
    /// One set of speakers per frame, speaker `n` as bit `n`.
    pub frames: Vec<u8>,
    /// What each speaker sounds like; none for those who say too little to tell.
    pub voices: [Option<LocalVoice<M>>; LOCAL_SPEAKERS],
}

/// Somebody speaks without a longer pause. Turns of different people may overlap.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    pub start_seconds: f64,
    pub end_seconds: f64,
    /// The number of the speaker in this recording.
    pub speaker: usize,
}

/// Stretches of time, in order, as fewer ones: what is apart by less than this is one.
pub fn joined(stretches: Vec<Range<f64>>, shortest_pause_seconds: f64) -> Vec<Range<f64>> {
    let mut joined: Vec<Range<f64>> = Vec::new();
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.start - last.end < shortest_pause_seconds => {
                last.end = last.end.max(stretch.end);
            }
            _ => joined.push(stretch),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_apart_by_less_than_a_pause_is_one() {
        let stretches = vec![0.0..1.0, 1.2..2.0, 2.5..3.0];
        assert_eq!(joined(stretches.clone(), 0.0), stretches);
        assert_eq!(joined(stretches.clone(), 0.5), [0.0..2.0, 2.5..3.0]);
        assert_eq!(joined(stretches, 0.6), [0.0..3.0]);
    }
}
