//! Which digit each aligned stretch of a recording holds.
//!
//! Promises for any stretch of Moonshine's encoder frames the log-probabilities of the ten digits of a language. The digit head
//! adds up frames as if each were news; here all frames of a digit are looked at together, with the edges of its
//! neighbours, and counted once. Trained by `training/digit_segments.py` on synthetic voices only.

use std::cell::RefCell;
use std::collections::HashMap;

use ndarray::{Array1, Array2, ArrayView2, Axis};

use super::head::{matrix, row_of};

/// Moonshine tiny's encoder width.
const WIDTH: usize = 288;
/// The stretch is cut into so many equal bins...
const BINS: usize = 6;
/// ... after half a frame is added at either end, because an alignment is that coarse; and so many frames on either
/// side are seen as well.
const SLACK: f32 = 0.5;
const AROUND: f32 = 2.5;
/// A digit takes no fewer frames; an alignment that leaves it fewer is widened.
const SHORTEST: f32 = 2.0;
/// The length that counts as neither short nor long.
const TYPICAL: f32 = 12.0;
const SEEN: usize = (BINS + 2) * WIDTH + 1;
const HIDDEN: usize = 96;

/// No single digit speaks against a code by more than this: the network knows only what synthetic voices do.
pub(super) const LIMIT: f32 = -6.0;

/// The network's weights.
pub(super) struct DigitSegments {
    mean: Array1<f32>,
    deviation: Array1<f32>,
    /// A row for each hidden value: one product of a vector in one piece is many times faster than across rows.
    hidden: Array2<f32>,
    hidden_bias: Array1<f32>,
    output: Array2<f32>,
    output_bias: Array1<f32>,
}

/// One recording: sums of its normalised frames up to each, and what was already found in which stretch.
pub(super) struct Stretches<'a> {
    network: &'a DigitSegments,
    sums: Array2<f32>,
    found: RefCell<HashMap<(usize, usize), [f32; 10]>>,
}

impl DigitSegments {
    /// From the file that the training writes.
    pub(super) fn new(weights: &[u8]) -> Result<Self, &'static str> {
        let mut values = weights.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let segments = Self {
            mean: row_of(&mut values, WIDTH),
            deviation: row_of(&mut values, WIDTH),
            hidden: matrix(row_of(&mut values, SEEN * HIDDEN), HIDDEN)?.t().as_standard_layout().into_owned(),
            hidden_bias: row_of(&mut values, HIDDEN),
            output: matrix(row_of(&mut values, HIDDEN * 10), 10)?,
            output_bias: row_of(&mut values, 10),
        };
        let whole = segments.output_bias.len() == 10 && values.next().is_none();
        if whole { Ok(segments) } else { Err("the digit segments' weights have the wrong size") }
    }

    /// Looks at one recording's encoder states, `[frames, 288]`.
    pub(super) fn look(&self, states: ArrayView2<'_, f32>) -> Stretches<'_> {
        let mut sums = Array2::zeros((states.nrows() + 1, WIDTH));
        for (frame, state) in states.rows().into_iter().enumerate() {
            let next = &sums.row(frame) + &((&state - &self.mean) / &self.deviation);
            sums.row_mut(frame + 1).assign(&next);
        }
        Stretches { network: self, sums, found: RefCell::default() }
    }

    fn answer(&self, seen: &Array1<f32>) -> [f32; 10] {
        let hidden = (self.hidden.dot(seen) + &self.hidden_bias).mapv_into(|value| value.max(0.0));
        let fit = hidden.dot(&self.output) + &self.output_bias;
        let top = fit.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let norm = top + fit.iter().map(|value| (value - top).exp()).sum::<f32>().ln();
        std::array::from_fn(|digit| fit[digit] - norm)
    }
}

impl Stretches<'_> {
    /// The log-probability of a code whose digits lie in these stretches, given as first frame and end.
    pub(super) fn score(&self, code: &[u8], stretches: &[(usize, usize)]) -> f32 {
        let mut found = self.found.borrow_mut();
        let digits = code.iter().zip(stretches).map(|(digit, stretch)| {
            let answer = found
                .entry(*stretch)
                .or_insert_with(|| self.network.answer(&self.seen(stretch.0 as f32, stretch.1 as f32)));
            answer.get(usize::from(*digit)).map_or(LIMIT, |log_prob| log_prob.max(LIMIT))
        });
        digits.sum()
    }

    fn seen(&self, start: f32, end: f32) -> Array1<f32> {
        let end = end.max(start + SHORTEST);
        let (first, last) = (start - SLACK, end + SLACK);
        let mut edges = vec![first - AROUND];
        edges.extend((0..=BINS).map(|bin| first + (last - first) * bin as f32 / BINS as f32));
        edges.push(last + AROUND);
        let frames = (self.sums.nrows() - 1) as f32;
        let edges: Vec<f32> = edges.into_iter().map(|edge| edge.clamp(0.0, frames)).collect();
        let mut seen = Array1::zeros(SEEN);
        for (bin, pair) in edges.windows(2).enumerate() {
            let length = (pair[1] - pair[0]).max(0.25);
            let average = (self.sum_to(pair[1]) - self.sum_to(pair[0])) / length;
            seen.slice_axis_mut(Axis(0), (bin * WIDTH..(bin + 1) * WIDTH).into()).assign(&average);
        }
        seen[SEEN - 1] = ((end - start) / TYPICAL).ln();
        seen
    }

    /// The sum of the frames before a moment, which may lie within a frame.
    fn sum_to(&self, moment: f32) -> Array1<f32> {
        let whole = (moment as usize).min(self.sums.nrows().saturating_sub(2));
        let part = moment - whole as f32;
        let next = (whole + 1).min(self.sums.nrows() - 1);
        &self.sums.row(whole) * (1.0 - part) + &self.sums.row(next) * part
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const WEIGHTS: &[u8] = include_bytes!("digit_segments_pt.f32");

    #[test]
    fn the_shipped_weights_are_whole_and_give_probabilities() {
        let segments = DigitSegments::new(WEIGHTS).map_err(str::to_owned).unwrap();
        let sum: f32 = segments.answer(&Array1::zeros(SEEN)).iter().map(|log_prob| log_prob.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-4);
    }

    #[test]
    fn stretches_are_averaged_bin_by_bin() {
        let segments = DigitSegments {
            mean: Array1::zeros(WIDTH),
            deviation: Array1::ones(WIDTH),
            ..DigitSegments::new(WEIGHTS).map_err(str::to_owned).unwrap()
        };
        let stretches = segments.look(Array2::from_shape_fn((20, WIDTH), |(frame, _)| frame as f32).view());
        // Six bins of one frame each, from frame 7 to frame 12.
        let seen = stretches.seen(7.5, 12.5);
        for bin in 0..BINS {
            assert!((seen[(bin + 1) * WIDTH] - (7 + bin) as f32).abs() < 1e-3, "{bin}");
        }
        assert!((seen[SEEN - 1] - (5.0_f32 / 12.0).ln()).abs() < 1e-6);
        assert!(stretches.seen(0.0, 1.0).iter().chain(&stretches.seen(19.0, 20.0)).all(|v| v.is_finite()));
    }

    #[test]
    fn no_digit_speaks_louder_than_the_limit() {
        let segments = DigitSegments::new(WEIGHTS).map_err(str::to_owned).unwrap();
        for states in [Array2::zeros((0, WIDTH)), Array2::from_elem((30, WIDTH), 50.0)] {
            let stretches = segments.look(states.view());
            for digit in 0..10 {
                let score = stretches.score(&[digit, digit], &[(2, 9), (9, 30)]);
                assert!((2.0 * LIMIT..=0.0).contains(&score), "{score}");
            }
        }
    }
}
