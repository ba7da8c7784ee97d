//! From windows to turns: who of one window is who of the others, and who speaks when in the recording.
//!
//! Promises turns that may overlap, in order of their start, of speakers numbered in the order in which they first speak. Voices that are
//! clear enough decide who there is ([`clustering`](crate::clustering)); the others are taken for the likeliest of these. In each frame so
//! many people speak as the windows that hear it say on average, and they are those whom most windows name.

use std::ops::Range;

use timbre_domain::conversation::{FRAME_SECONDS, LOCAL_SPEAKERS, Turn, Window, frame_start};
use timbre_domain::embedding::{Embedding, SpeakerModel};

use crate::clustering::{Group, Heard, Rule, people};
use crate::error::MatchingError;
use crate::score::Probe;

/// How windows become turns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    pub clustering: Rule,
    /// Voices of less speech than this do not decide who there is.
    pub clear_seconds: f32,
    /// A pause up to this long does not end a turn.
    pub longest_pause_seconds: f64,
    /// A shorter turn is none.
    pub shortest_turn_seconds: f64,
}

impl Default for Reading {
    /// Chosen on five AMI excerpts of 30 s, a call of two people, and eleven minutes joined from LibriSpeech: no recording of them is in what is reported.
    fn default() -> Self {
        Self {
            clustering: Rule {
                same: 0.5,
                surely_same: 0.7,
                least_weight: 0.5,
                most_shared: 0.4,
                people: None,
            },
            clear_seconds: 0.6,
            longest_pause_seconds: 0.5,
            shortest_turn_seconds: 0.3,
        }
    }
}

impl Reading {
    /// For a recording in which so many people speak, where that is known.
    pub fn of_people(mut self, people: Option<usize>) -> Self {
        self.clustering.people = people;
        self
    }
}

/// Who speaks when. It holds voices, so it has no `Debug`.
pub struct Conversation<M: SpeakerModel> {
    pub turns: Vec<Turn>,
    /// What each speaker sounds like.
    pub speakers: Vec<Probe<M>>,
}

/// Reads the windows of one recording, which are in the order of their beginning.
pub fn read<M: SpeakerModel>(
    windows: &[Window<M>],
    reading: &Reading,
) -> Result<Conversation<M>, MatchingError> {
    let (groups, labels) = labels(windows, reading);
    let mut turns = turns(windows, &labels, groups.len(), reading);
    let heard_times = times_heard(windows);
    let speakers = renumber(&mut turns)
        .into_iter()
        .filter_map(|group| groups.get(group))
        .map(|group| {
            let direction = Embedding::from_raw(group.sum.to_vec()).map_err(MatchingError::NoDirection)?;
            Probe::new(direction, f64::from(group.weight) / heard_times)
        })
        .collect::<Result<_, _>>()?;
    Ok(Conversation { turns, speakers })
}

impl<M: SpeakerModel> Conversation<M> {
    /// What of the conversation lies within these stretches of time, which are in order. Who says nothing there is no speaker.
    pub fn within(self, stretches: &[Range<f64>], reading: &Reading) -> Self {
        let mut turns = Vec::new();
        for turn in self.turns {
            let first = stretches.partition_point(|stretch| stretch.end <= turn.start_seconds);
            let over = stretches[first..].iter().take_while(|stretch| stretch.start < turn.end_seconds);
            turns.extend(
                over.map(|stretch| Turn {
                    start_seconds: turn.start_seconds.max(stretch.start),
                    end_seconds: turn.end_seconds.min(stretch.end),
                    ..turn
                })
                .filter(|turn| turn.end_seconds - turn.start_seconds >= reading.shortest_turn_seconds),
            );
        }
        turns.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
        let mut speakers: Vec<Option<Probe<M>>> = self.speakers.into_iter().map(Some).collect();
        let order = renumber(&mut turns);
        let speakers = order.into_iter().filter_map(|speaker| speakers.get_mut(speaker)?.take()).collect();
        Self { turns, speakers }
    }
}

/// Numbers the speakers in the order in which they first speak, and says which numbers they had.
fn renumber(turns: &mut [Turn]) -> Vec<usize> {
    let mut order = Vec::new();
    for turn in turns {
        let known = order.iter().position(|&before| before == turn.speaker);
        turn.speaker = known.unwrap_or_else(|| {
            order.push(turn.speaker);
            order.len() - 1
        });
    }
    order
}

/// In how many windows a moment of the recording is heard.
fn times_heard<M: SpeakerModel>(windows: &[Window<M>]) -> f64 {
    let frames: usize = windows.iter().map(|window| window.frames.len()).sum();
    let length = windows.last().map_or(0, |last| last.first_frame + last.frames.len());
    frames as f64 / length.max(1) as f64
}

/// The people, and which of them each window's speakers are.
fn labels<M: SpeakerModel>(
    windows: &[Window<M>],
    reading: &Reading,
) -> (Vec<Group>, Vec<[Option<usize>; LOCAL_SPEAKERS]>) {
    let voices = |least: f32| -> Vec<(usize, usize)> {
        let all =
            (0..windows.len()).flat_map(|window| (0..LOCAL_SPEAKERS).map(move |speaker| (window, speaker)));
        all.filter(|&(window, speaker)| {
            windows[window].voices[speaker].as_ref().is_some_and(|v| v.seconds >= least)
        })
        .collect()
    };
    let mut clear = voices(reading.clear_seconds);
    if clear.is_empty() {
        clear = voices(0.0);
    }
    let heard: Vec<Heard<'_>> = clear
        .iter()
        .filter_map(|&(window, speaker)| {
            let voice = windows[window].voices[speaker].as_ref()?;
            Some(Heard { embedding: voice.embedding.as_slice(), weight: voice.seconds, window })
        })
        .collect();
    let mut rule = reading.clustering;
    rule.least_weight *= times_heard(windows) as f32;
    let groups = people(&heard, &rule);
    let mut labels = vec![[None; LOCAL_SPEAKERS]; windows.len()];
    for (number, group) in groups.iter().enumerate() {
        for &(window, speaker) in group.members.iter().filter_map(|&member| clear.get(member)) {
            labels[window][speaker] = Some(number);
        }
    }
    for (window, labels) in windows.iter().zip(&mut labels) {
        likeliest(window, labels, &groups);
    }
    (groups, labels)
}

/// Takes the speakers of a window who are nobody yet for the likeliest people, each for another one while there are others.
fn likeliest<M: SpeakerModel>(
    window: &Window<M>,
    labels: &mut [Option<usize>; LOCAL_SPEAKERS],
    groups: &[Group],
) {
    let mut likely: Vec<(f32, usize, usize)> = Vec::new();
    for (speaker, voice) in window.voices.iter().enumerate() {
        if let (None, Some(voice)) = (labels[speaker], voice) {
            let cosines = groups.iter().map(|group| group.cosine(voice.embedding.as_slice()));
            likely.extend(cosines.enumerate().map(|(number, cosine)| (cosine, speaker, number)));
        }
    }
    likely.sort_by(|a, b| b.0.total_cmp(&a.0));
    for &(_, speaker, number) in &likely {
        if labels[speaker].is_none() && !labels.contains(&Some(number)) {
            labels[speaker] = Some(number);
        }
    }
    for (_, speaker, number) in likely {
        labels[speaker].get_or_insert(number);
    }
}

/// Goes through the recording frame by frame, with the windows that hear it.
fn turns<M: SpeakerModel>(
    windows: &[Window<M>],
    labels: &[[Option<usize>; LOCAL_SPEAKERS]],
    people: usize,
    reading: &Reading,
) -> Vec<Turn> {
    let frames = windows.last().map_or(0, |last| last.first_frame + last.frames.len());
    let mut open: Vec<Option<(usize, usize)>> = vec![None; people];
    let mut turns = Vec::new();
    let pause = (reading.longest_pause_seconds / FRAME_SECONDS) as usize;
    let mut close = |speaker: usize, (first, end): (usize, usize)| {
        let (start_seconds, end_seconds) = (frame_start(first), frame_start(end));
        if end_seconds - start_seconds >= reading.shortest_turn_seconds {
            turns.push(Turn { start_seconds, end_seconds, speaker });
        }
    };
    let mut votes: Vec<(usize, usize)> = Vec::new();
    let mut first_window = 0;
    for frame in 0..frames {
        while windows
            .get(first_window)
            .is_some_and(|window| window.first_frame + window.frames.len() <= frame)
        {
            first_window += 1;
        }
        votes.clear();
        let (mut hearing, mut speaking) = (0, 0);
        for (window, labels) in windows[first_window..].iter().zip(&labels[first_window..]) {
            let Some(set) = frame.checked_sub(window.first_frame).and_then(|at| window.frames.get(at)) else {
                break;
            };
            hearing += 1;
            for (local, label) in labels.iter().enumerate() {
                let Some(person) = label.filter(|_| set & 1 << local != 0) else { continue };
                speaking += 1;
                match votes.iter_mut().find(|(named, _)| *named == person) {
                    Some((_, votes)) => *votes += 1,
                    None => votes.push((person, 1)),
                }
            }
        }
        votes.sort_by_key(|&(_, votes)| std::cmp::Reverse(votes));
        // Rounded half up.
        let count = (2 * speaking + hearing) / (2 * hearing).max(1);
        for &(person, _) in votes.iter().take(count) {
            open[person] = match open[person] {
                Some((first, end)) if frame - end <= pause => Some((first, frame + 1)),
                ended => {
                    if let Some(ended) = ended {
                        close(person, ended);
                    }
                    Some((frame, frame + 1))
                }
            };
        }
    }
    for (person, open) in open.into_iter().enumerate() {
        if let Some(open) = open {
            close(person, open);
        }
    }
    turns.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
    turns
}
