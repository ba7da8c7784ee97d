//! How wrong turns are: the diarization error rate (DER) of NIST's Rich Transcription evaluations, without a collar and with overlapping
//! speech counted.
//!
//! In each moment, people who speak and are not heard are missed, people heard beyond those who speak are false alarms, and people heard
//! under another's name are confused. Names are matched one to one such that the least is confused, over the whole recording. The rate is the
//! sum of the three over the seconds spoken by all: it may exceed 1.

use std::collections::BTreeSet;

use crate::assignment;

/// Somebody speaks from here to there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spoken<'a> {
    pub start_seconds: f64,
    pub end_seconds: f64,
    pub name: &'a str,
}

/// Seconds, each counted once for everybody who speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct DiarizationError {
    pub spoken: f64,
    pub missed: f64,
    pub false_alarm: f64,
    pub confused: f64,
}

impl DiarizationError {
    /// The diarization error rate; none where nobody speaks.
    pub fn rate(&self) -> Option<f64> {
        (self.spoken > 0.0).then(|| (self.missed + self.false_alarm + self.confused) / self.spoken)
    }
}

impl std::ops::AddAssign for DiarizationError {
    fn add_assign(&mut self, other: Self) {
        self.spoken += other.spoken;
        self.missed += other.missed;
        self.false_alarm += other.false_alarm;
        self.confused += other.confused;
    }
}

/// Scores the turns heard in one recording against those that people marked.
pub fn score(reference: &[Spoken<'_>], heard: &[Spoken<'_>]) -> DiarizationError {
    let (people, names) = (names(reference), names(heard));
    let stretches = stretches(reference, heard);
    let mut together = vec![vec![0.0; names.len()]; people.len()];
    let mut error = DiarizationError::default();
    for (seconds, speaking, named) in &stretches {
        let (speaking, named) = (indices(&people, speaking), indices(&names, named));
        for &person in &speaking {
            for &name in &named {
                together[person][name] += seconds;
            }
        }
        let both = speaking.len().min(named.len());
        error.spoken += seconds * speaking.len() as f64;
        error.missed += seconds * (speaking.len() - both) as f64;
        error.false_alarm += seconds * (named.len() - both) as f64;
        error.confused += seconds * both as f64;
    }
    // So far everybody heard is confused; who is heard under the right name is not.
    let right = assignment::best(&together);
    error.confused -=
        right.iter().zip(&together).filter_map(|(name, row)| name.map(|name| row[name])).sum::<f64>();
    error.confused = error.confused.max(0.0);
    error
}

fn names<'a>(turns: &[Spoken<'a>]) -> Vec<&'a str> {
    let all: BTreeSet<&str> = turns.iter().map(|turn| turn.name).collect();
    all.into_iter().collect()
}

fn indices(of: &[&str], names: &BTreeSet<&str>) -> Vec<usize> {
    names.iter().filter_map(|name| of.binary_search(name).ok()).collect()
}

/// The recording cut wherever somebody begins or ends: how long, who speaks, and who is heard.
fn stretches<'a>(
    reference: &[Spoken<'a>],
    heard: &[Spoken<'a>],
) -> Vec<(f64, BTreeSet<&'a str>, BTreeSet<&'a str>)> {
    let mut cuts: Vec<f64> =
        reference.iter().chain(heard).flat_map(|turn| [turn.start_seconds, turn.end_seconds]).collect();
    cuts.sort_by(f64::total_cmp);
    cuts.dedup();
    let (mut reference, mut heard) = (Sweep::new(reference), Sweep::new(heard));
    cuts.windows(2).map(|cut| (cut[1] - cut[0], reference.at(cut[0]), heard.at(cut[0]))).collect()
}

/// Goes through turns in time, so that a long recording costs no more than its turns.
struct Sweep<'a> {
    turns: Vec<Spoken<'a>>,
    next: usize,
    open: Vec<Spoken<'a>>,
}

impl<'a> Sweep<'a> {
    fn new(turns: &[Spoken<'a>]) -> Self {
        let mut turns = turns.to_vec();
        turns.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
        Self { turns, next: 0, open: Vec::new() }
    }

    /// Who speaks from this moment on.
    fn at(&mut self, seconds: f64) -> BTreeSet<&'a str> {
        while let Some(turn) = self.turns.get(self.next).filter(|turn| turn.start_seconds <= seconds) {
            self.open.push(*turn);
            self.next += 1;
        }
        self.open.retain(|turn| turn.end_seconds > seconds);
        self.open.iter().map(|turn| turn.name).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turns(turns: &[(f64, f64, &'static str)]) -> Vec<Spoken<'static>> {
        turns
            .iter()
            .map(|&(start_seconds, end_seconds, name)| Spoken { start_seconds, end_seconds, name })
            .collect()
    }

    fn scored(reference: &[(f64, f64, &'static str)], heard: &[(f64, f64, &'static str)]) -> [f64; 4] {
        let error = score(&turns(reference), &turns(heard));
        [error.spoken, error.missed, error.false_alarm, error.confused]
    }

    #[test]
    fn other_names_for_the_same_people_are_no_error() {
        let reference = [(0.0, 4.0, "a"), (3.0, 8.0, "b")];
        assert_eq!(scored(&reference, &[(0.0, 4.0, "2"), (3.0, 8.0, "1")]), [9.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn every_kind_of_error_is_counted_as_by_hand() {
        // 0-2 right, 2-4 missed, 4-6 right, 6-8 heard as the other one, 8-9 nobody speaks.
        let reference = [(0.0, 4.0, "a"), (4.0, 8.0, "b")];
        let heard = [(0.0, 2.0, "x"), (4.0, 6.0, "y"), (6.0, 9.0, "x")];
        assert_eq!(scored(&reference, &heard), [8.0, 2.0, 1.0, 2.0]);
        assert_eq!(score(&turns(&reference), &turns(&heard)).rate(), Some(5.0 / 8.0));
    }

    #[test]
    fn overlapping_speech_counts_for_everybody_in_it() {
        // Two speak, one is heard: one second missed. One speaks, two are heard: one second of false alarm.
        let reference = [(0.0, 2.0, "a"), (1.0, 2.0, "b")];
        assert_eq!(scored(&reference, &[(0.0, 2.0, "x")]), [3.0, 1.0, 0.0, 0.0]);
        assert_eq!(scored(&[(0.0, 2.0, "a")], &[(0.0, 2.0, "x"), (1.0, 2.0, "y")]), [2.0, 0.0, 1.0, 0.0]);
    }

    #[test]
    fn one_name_for_two_people_is_right_for_one_of_them() {
        assert_eq!(scored(&[(0.0, 3.0, "a"), (3.0, 5.0, "b")], &[(0.0, 5.0, "x")]), [5.0, 0.0, 0.0, 2.0]);
    }

    #[test]
    fn a_person_who_is_marked_twice_at_once_speaks_once() {
        assert_eq!(scored(&[(0.0, 2.0, "a"), (1.0, 3.0, "a")], &[(0.0, 3.0, "x")]), [3.0, 0.0, 0.0, 0.0]);
    }

    #[test]
    fn where_nobody_speaks_there_is_no_rate() {
        let error = score(&[], &turns(&[(0.0, 1.0, "x")]));
        assert_eq!((error.false_alarm, error.rate()), (1.0, None));
    }
}
