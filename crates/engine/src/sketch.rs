//! What is kept of how a dialogue's recording sounded, for people to look at: how loud it was over its length, and where somebody spoke.
//!
//! Promises that no voice and no word can be had from it again (a level for each two hundred and fortieth of the recording), and that
//! it is small, whatever the recording was. It is kept sealed, with its turn.

use std::ops::Range;

use timbre_audio::SAMPLE_RATE;
use timbre_domain::ids::DialogueId;
use timbre_inference::SpeechRegions;
use timbre_store::{DialogueDetails, TurnDetails};
use timbre_vault::{Purpose as Sealing, SealContext};
use zeroize::Zeroizing;

use crate::{Engine, EngineError, Tenant};

/// Most levels of a sketch.
const MOST_LEVELS: usize = 240;

/// Most stretches of speech in a sketch: of more, those with the shortest pauses between them are one.
const MOST_STRETCHES: usize = 64;

/// The first byte of a packed sketch. One that begins otherwise is of another version, and is not drawn.
const FORMAT: u8 = 1;

/// How a recording sounded, as far as it is drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct Sketch {
    /// Hundredths of a second, as below.
    length: u16,
    levels: Vec<u8>,
    speech: Vec<(u16, u16)>,
}

impl Sketch {
    /// What a level of 0 is, and all below; 255 is full scale.
    pub const FLOOR_DBFS: f32 = -60.0;

    pub(crate) fn of(samples: &[f32], speech: &SpeechRegions) -> Self {
        let stretch = samples.len().div_ceil(MOST_LEVELS).max(1);
        Self {
            length: hundredths(samples.len()),
            levels: samples.chunks(stretch).map(level).collect(),
            speech: at_most(MOST_STRETCHES, speech.regions())
                .into_iter()
                .map(|spoken| (hundredths(spoken.start), hundredths(spoken.end)))
                .collect(),
        }
    }

    /// The recording's length.
    pub fn seconds(&self) -> f64 {
        seconds(self.length)
    }

    /// The peak of each of so many equal stretches, at most 240, which make up the whole recording: from 0, [`Self::FLOOR_DBFS`] and below,
    /// to 255, full scale, in equal steps of dB.
    pub fn levels(&self) -> &[u8] {
        &self.levels
    }

    /// From when to when somebody speaks, in seconds, in order; at most 64 of these.
    pub fn speech(&self) -> impl Iterator<Item = (f64, f64)> {
        self.speech.iter().map(|(start, end)| (seconds(*start), seconds(*end)))
    }

    /// Layout, little-endian: format (1 byte), length (u16), how many levels (1 byte) and they, how many stretches (1 byte) and of each its
    /// start and its end (u16 each).
    pub(crate) fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(5 + self.levels.len() + 4 * self.speech.len()));
        bytes.push(FORMAT);
        bytes.extend(self.length.to_le_bytes());
        bytes.push(self.levels.len() as u8);
        bytes.extend_from_slice(&self.levels);
        bytes.push(self.speech.len() as u8);
        bytes.extend(
            self.speech.iter().flat_map(|(start, end)| [start.to_le_bytes(), end.to_le_bytes()]).flatten(),
        );
        bytes
    }

    /// None where it is of another format, or damaged.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[FORMAT, l0, l1, levels], rest) = bytes.split_first_chunk::<4>()? else { return None };
        let (levels, rest) = rest.split_at_checked(levels.into())?;
        let (&stretches, rest) = rest.split_first()?;
        if rest.len() != 4 * usize::from(stretches) {
            return None;
        }
        let stretch = |b: &[u8]| (u16::from_le_bytes([b[0], b[1]]), u16::from_le_bytes([b[2], b[3]]));
        Some(Self {
            length: u16::from_le_bytes([l0, l1]),
            levels: levels.to_vec(),
            speech: rest.chunks_exact(4).map(stretch).collect(),
        })
    }
}

/// A turn, and how its recording sounded.
pub struct Sketched {
    pub turn: TurnDetails,
    /// There is none of a recording that did not read or came too late, of one from before there were sketches, and of a voice that was
    /// deleted.
    pub sketch: Option<Sketch>,
}

impl Engine {
    /// A dialogue with its turns, in order, and how the recording of each sounded.
    pub async fn dialogue_with_sketches(
        &self,
        tenant: &Tenant,
        id: DialogueId,
    ) -> Result<(DialogueDetails, Vec<Sketched>), EngineError> {
        let (dialogue, turns) = self.dialogue_with_turns(tenant, id).await?;
        let person = self.subject(tenant, dialogue.subject).await?;
        let sketched = |turn: TurnDetails| {
            let sketch = match &turn.sealed_sketch {
                Some(sealed) => {
                    let context = SealContext::new(Sealing::Sketch, turn.id.as_bytes());
                    Sketch::from_bytes(&person.open(tenant, &context, sealed)?)
                }
                None => None,
            };
            Ok(Sketched { turn, sketch })
        };
        let turns = turns.into_iter().map(sketched).collect::<Result<_, EngineError>>()?;
        Ok((dialogue, turns))
    }
}

/// The peak of some samples, from 0 at the floor to 255 at full scale.
fn level(samples: &[f32]) -> u8 {
    let peak = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let above = 20.0 * peak.log10() - Sketch::FLOOR_DBFS;
    // Of silence it is minus infinity, which is 0 as well.
    (above / -Sketch::FLOOR_DBFS * 255.0).round().clamp(0.0, 255.0) as u8
}

/// Stretches of samples, so many at most: of more, those with the shortest pauses between them are joined.
fn at_most(most: usize, stretches: &[Range<usize>]) -> Vec<Range<usize>> {
    let pause = |pair: &[Range<usize>]| pair[1].start.saturating_sub(pair[0].end);
    let mut pauses: Vec<usize> = stretches.windows(2).map(pause).collect();
    pauses.sort_unstable();
    let joined = match stretches.len().checked_sub(most) {
        Some(over @ 1..) => pauses[over - 1] + 1,
        _ => 0,
    };
    let mut left: Vec<Range<usize>> = Vec::with_capacity(most.min(stretches.len()));
    for stretch in stretches {
        match left.last_mut() {
            Some(last) if stretch.start.saturating_sub(last.end) < joined => last.end = stretch.end,
            _ => left.push(stretch.clone()),
        }
    }
    left
}

/// A recording of a dialogue has 600 s at most, whatever is configured; what were longer would be drawn as 655 s.
fn hundredths(samples: usize) -> u16 {
    u16::try_from(samples * 100 / SAMPLE_RATE as usize).unwrap_or(u16::MAX)
}

fn seconds(hundredths: u16) -> f64 {
    f64::from(hundredths) / 100.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const SECOND: usize = SAMPLE_RATE as usize;

    fn sketch(levels: usize, stretches: u16) -> Sketch {
        let speech = (0..stretches).map(|n| (10 * n, 10 * n + 7)).collect();
        Sketch { length: 1_234, levels: (0..levels).map(|n| n as u8).collect(), speech }
    }

    #[test]
    fn levels_are_peaks_in_db_over_the_whole_length() {
        assert_eq!(
            [level(&[]), level(&[0.0]), level(&[0.001]), level(&[1.0]), level(&[2.0])],
            [0, 0, 0, 255, 255]
        );
        // -20 dB is two thirds of the way from -60 to 0, on either side of zero.
        assert_eq!((level(&[0.01, 0.1, 0.0]), level(&[-0.1])), (170, 170));
        let quiet_then_loud = [vec![0.0; SECOND], vec![1.0; SECOND]].concat();
        let levels: Vec<u8> = quiet_then_loud.chunks((2 * SECOND).div_ceil(MOST_LEVELS)).map(level).collect();
        assert!(levels.len() <= MOST_LEVELS);
        assert_eq!((levels[0], levels[levels.len() - 1]), (0, 255));
    }

    #[test]
    fn a_sketch_reads_back_as_it_was_and_is_small() {
        for sketch in [sketch(0, 0), sketch(1, 0), sketch(MOST_LEVELS, MOST_STRETCHES as u16)] {
            let bytes = sketch.to_bytes();
            assert!(bytes.len() <= 501, "{}", bytes.len());
            assert!(Sketch::from_bytes(&bytes).unwrap() == sketch);
        }
        let one = sketch(3, 2);
        assert_eq!((one.seconds(), one.levels()), (12.34, [0, 1, 2].as_slice()));
        assert_eq!(one.speech().collect::<Vec<_>>(), [(0.0, 0.07), (0.1, 0.17)]);
    }

    #[test]
    fn what_is_cut_short_longer_or_of_another_format_is_no_sketch() {
        let bytes = sketch(3, 2).to_bytes();
        for end in 0..bytes.len() {
            assert!(Sketch::from_bytes(&bytes[..end]).is_none(), "{end}");
        }
        assert!(Sketch::from_bytes(&[&bytes[..], &[0]].concat()).is_none());
        let mut later = bytes.to_vec();
        later[0] = 2;
        assert!(Sketch::from_bytes(&later).is_none());
    }

    #[test]
    fn of_too_many_stretches_those_with_the_shortest_pauses_are_one() {
        let stretches = [0..10, 15..20, 22..30, 50..60];
        assert_eq!(at_most(4, &stretches), stretches);
        assert_eq!(at_most(3, &stretches), [0..10, 15..30, 50..60]);
        assert_eq!(at_most(2, &stretches), [0..30, 50..60]);
        assert!(at_most(2, &[]).is_empty());
        let alike: Vec<Range<usize>> = (0..100).map(|n| 10 * n..10 * n + 5).collect();
        assert!(at_most(MOST_STRETCHES, &alike).len() <= MOST_STRETCHES);
    }

    #[test]
    fn lengths_are_hundredths_of_a_second() {
        assert_eq!([hundredths(0), hundredths(SECOND), hundredths(600 * SECOND)], [0, 100, 60_000]);
        assert_eq!(hundredths(1_000 * SECOND), u16::MAX);
    }
}
