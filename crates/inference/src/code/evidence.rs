//! What a recogniser's decoder says for and against a claimed code.
//!
//! Promises the one rule that all recognisers share: the log-probability of the claim in its best writing, less that
//! of the best neighbour. The decoder first reads the claim once; what it would rather have heard at each place
//! names the few neighbours worth scoring in full. A neighbour that is locally hopeless is not scored: its
//! margin is taken as [`CLEAR`].

use std::collections::BTreeMap;

use ndarray::Array3;

use super::opinion::{Opinion, most_over};
use super::wording::{Wording, Written};
use crate::error::InferenceError;
use crate::recogniser::decoder::{Decoder, LogProbs, Sequence};

/// A claim and the neighbours in natural logarithms.
#[derive(Clone, Copy)]
pub(super) struct Evidence {
    /// Of the claim, per digit.
    pub(super) log_prob: f32,
    /// Claim less the best code with as many digits.
    pub(super) same_length: f32,
    /// Claim less the best code with one digit more or less.
    pub(super) other_length: f32,
}

impl Evidence {
    /// Of a recording that holds far more digits than the claim.
    pub(super) const OTHER_LENGTH: Self =
        Self { log_prob: f32::NEG_INFINITY, same_length: f32::NEG_INFINITY, other_length: f32::NEG_INFINITY };
}

/// A margin beyond doubt: no threshold lies near it, so nothing above it is worth computing.
const CLEAR: f32 = 4.0;

/// How many neighbours of each kind are scored in full. A claim with one wrong digit has the right code
/// among its neighbours, and the decoder has heard everything before the place where the claim goes wrong.
const SAME_LENGTH: usize = 4;
const LONGER: usize = 2;
const SHORTER: usize = 2;

/// A neighbour.
struct Candidate {
    code: Vec<u8>,
    /// What its first differing token gains over the claim's.
    gain: f32,
    /// What the second opinion gives it over the claim.
    opinion: f32,
}

/// The onlooker counts a digit or two too many in hurried speech. A recording with more than that is a longer one in
/// which the claim occurs: the decoder, led by the claim, would find its place in there.
const MISCOUNTED: usize = 2;

/// Weighs every claim about an encoded recording, with a second opinion where there is one.
pub(super) fn weigh_all(
    decoder: &mut Decoder,
    recording: &Array3<f32>,
    wording: &Wording,
    claims: &[&[u8]],
    opinion: Option<&Opinion<'_>>,
) -> Result<Vec<Evidence>, InferenceError> {
    let weigh_claim = |claim: &&[u8]| {
        let Some(opinion) = opinion else { return weigh(decoder, recording, wording, claim, |_| 0.0) };
        if opinion.digits() > claim.len() + MISCOUNTED {
            return Ok(Evidence::OTHER_LENGTH);
        }
        let claimed = opinion.fit(claim);
        weigh(decoder, recording, wording, claim, |code| opinion.over(claim, &claimed, code))
    };
    claims.iter().map(weigh_claim).collect()
}

/// Scores a claim and its neighbours under an encoded recording.
///
/// `second_opinion` says what else speaks for another code over the claim, as a log-probability; 0 where nothing does.
fn weigh(
    decoder: &mut Decoder,
    recording: &Array3<f32>,
    wording: &Wording,
    claim: &[u8],
    second_opinion: impl Fn(&[u8]) -> f32,
) -> Result<Evidence, InferenceError> {
    let writings = wording.writings(claim);
    let Some(first) = writings.first() else {
        return Err(InferenceError::Runtime("a code without digits cannot be listened for".to_owned()));
    };
    let prompt = wording.prompt.len();
    // One separator more than the claim has: what would follow it is the evidence for a digit too many.
    let tokens: Vec<i64> = wording
        .prompt
        .iter()
        .chain(&first.tokens)
        .copied()
        .chain(std::iter::once(wording.separator))
        .collect();
    let (heard, past) = decoder.begin(recording, &tokens, prompt)?;
    let reading = Reading { heard: &heard, wording, claim, first, prompt, second_opinion };

    let same_length = reading.same_length();
    let other_length: Vec<Candidate> = reading.longer().into_iter().chain(reading.shorter()).collect();
    let sequence = |writing: Written, opinion: f32| {
        let first = writing.tokens.first().map_or(f32::NEG_INFINITY, |token| heard.of(prompt - 1, *token));
        Sequence { tokens: writing.tokens, so_far: first + opinion }
    };
    let others = writings.iter().skip(1).map(|writing| (Owner::Claim, sequence(writing.clone(), 0.0)));
    let mut contest: Vec<(Owner, Sequence)> = others.collect();
    for (candidates, owner) in [(&same_length, Owner::SameLength), (&other_length, Owner::OtherLength)] {
        for candidate in candidates {
            let writings = wording.writings(&candidate.code).into_iter();
            contest.extend(writings.map(|writing| (owner, sequence(writing, candidate.opinion))));
        }
    }
    let (owners, sequences): (Vec<_>, Vec<_>) = contest.into_iter().unzip();
    let read = reading.score();
    let followed = decoder.follow(recording, &past, &sequences, &wording.ends, read - CLEAR)?;

    let mut best = [read, f32::NEG_INFINITY, f32::NEG_INFINITY];
    for (total, owner) in followed.into_iter().zip(owners) {
        let place = owner as usize;
        best[place] = best[place].max(total);
    }
    let [claimed, same_length, other_length] = best;
    // One digit more is scored to its end; a code that is said twice goes on for longer than that, and the
    // neighbours with one digit more are as wrong as the claim. What tells is that the decoder would go on.
    let ends = -reading.going_on();
    Ok(Evidence {
        log_prob: claimed / claim.len() as f32,
        same_length: (claimed - same_length).min(CLEAR),
        other_length: (claimed - other_length).min(ends).min(CLEAR),
    })
}

#[derive(Clone, Copy)]
enum Owner {
    Claim = 0,
    SameLength = 1,
    OtherLength = 2,
}

/// The decoder's answers while it read the claim.
struct Reading<'a, F> {
    heard: &'a LogProbs,
    wording: &'a Wording,
    claim: &'a [u8],
    first: &'a Written,
    prompt: usize,
    second_opinion: F,
}

impl<F: Fn(&[u8]) -> f32> Reading<'_, F> {
    /// The log-probability of the claim as it was read.
    fn score(&self) -> f32 {
        let tokens = self.first.tokens.iter().enumerate();
        let words: f32 = tokens.map(|(at, token)| self.heard.of(self.prompt + at - 1, *token)).sum();
        words + self.heard.of_any(self.prompt + self.first.tokens.len() - 1, &self.wording.ends)
    }

    /// How probable a digit was at a place of the claim; the place after the last digit is behind a separator.
    fn digit_at(&self, place: usize, digit: u8) -> f32 {
        let start = self.first.starts.get(place).copied().unwrap_or(self.first.tokens.len() + 1);
        let tokens = self.wording.first_tokens(digit);
        tokens.map(|token| self.heard.of(self.prompt + start - 1, token)).fold(f32::NEG_INFINITY, f32::max)
    }

    /// What another digit gains over the claim's own.
    fn gain(&self, place: usize, digit: u8) -> f32 {
        self.digit_at(place, digit) - self.claim.get(place).map_or(0.0, |own| self.digit_at(place, *own))
    }

    /// What stopping before a place gains over going on, or the other way round behind the last digit.
    fn stopping(&self, place: usize) -> f32 {
        let row = self.prompt
            + self.first.starts.get(place).map_or(self.first.tokens.len() + 1, |start| *start)
            - 2;
        self.heard.of_any(row, &self.wording.ends) - self.heard.of(row, self.wording.separator)
    }

    /// What another digit behind the claim, whichever, gains over its end.
    fn going_on(&self) -> f32 {
        let last = self.prompt + self.first.tokens.len() - 1;
        self.heard.of(last, self.wording.separator) - self.heard.of_any(last, &self.wording.ends)
    }

    fn same_length(&self) -> Vec<Candidate> {
        let changed = (0..self.claim.len()).flat_map(|place| (0..10).map(move |digit| (place, digit)));
        let substitutions = changed.map(|(place, digit)| {
            let mut code = self.claim.to_vec();
            code[place] = digit;
            (code, self.gain(place, digit))
        });
        let pairs = (0..self.claim.len())
            .flat_map(|first| (first + 1..self.claim.len()).map(move |next| (first, next)));
        let swaps = pairs.map(|(first, second)| {
            let mut code = self.claim.to_vec();
            code.swap(first, second);
            (code, self.gain(first, self.claim[second]))
        });
        self.best(substitutions.chain(swaps), SAME_LENGTH, most_over(self.claim.len(), true))
    }

    fn longer(&self) -> Vec<Candidate> {
        let added = (0..=self.claim.len()).flat_map(|place| (0..10).map(move |digit| (place, digit)));
        let insertions = added.map(|(place, digit)| {
            let mut code = self.claim.to_vec();
            code.insert(place, digit);
            let going_on = if place == self.claim.len() { -self.stopping(place) } else { 0.0 };
            (code, going_on + self.gain(place, digit))
        });
        self.best(insertions, LONGER, most_over(self.claim.len(), false))
    }

    fn shorter(&self) -> Vec<Candidate> {
        let deletions = (0..self.claim.len()).map(|place| {
            let mut code = self.claim.to_vec();
            code.remove(place);
            let gain = match self.claim.get(place + 1) {
                Some(next) => self.gain(place, *next),
                None if place == 0 => f32::NEG_INFINITY,
                None => self.stopping(place) - self.digit_at(place, self.claim[place]),
            };
            (code, gain)
        });
        self.best(deletions, SHORTER, most_over(self.claim.len(), false))
    }

    /// The candidates that gain most, each once, without the claim and without the hopeless.
    /// Nobody is asked for an opinion, which is `most_opinion` at most, of those that it could not save.
    fn best(
        &self,
        neighbours: impl Iterator<Item = (Vec<u8>, f32)>,
        count: usize,
        most_opinion: f32,
    ) -> Vec<Candidate> {
        // The same code may come about in two ways: the more hopeful one counts.
        let mut gains = BTreeMap::<Vec<u8>, f32>::new();
        for (code, gain) in neighbours.filter(|(code, _)| code != self.claim) {
            gains.entry(code).and_modify(|known| *known = known.max(gain)).or_insert(gain);
        }
        let mut candidates: Vec<_> = gains
            .into_iter()
            .filter(|(_, gain)| gain + most_opinion > -CLEAR)
            .map(|(code, gain)| Candidate { opinion: (self.second_opinion)(&code), code, gain })
            .filter(|candidate| candidate.hope() > -CLEAR)
            .collect();
        candidates.sort_by(|a, b| b.hope().total_cmp(&a.hope()));
        candidates.truncate(count);
        candidates
    }
}

impl Candidate {
    fn hope(&self) -> f32 {
        self.gain + self.opinion
    }
}
