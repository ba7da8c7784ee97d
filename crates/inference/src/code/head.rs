//! A second opinion on English digits from Moonshine's encoder alone.
//!
//! Promises for any code the log-probability of its best alignment with the recording. A small network of our own
//! (one hidden layer, trained by `training/digit_head.py` on synthetic voices only) gives each encoder frame the
//! probability of being the beginning, the middle or the end of each digit, or silence; Viterbi's algorithm aligns a code
//! with the frames. The decoder's errors are those of a language model, these are not: together they err less.

use ndarray::{Array1, Array2, ArrayView2, Axis};

const WEIGHTS: &[u8] = include_bytes!("digit_head_en.f32");

/// Moonshine tiny's encoder width.
const WIDTH: usize = 288;
/// Frames that the network sees on either side of its own.
const REACH: usize = 2;
const HIDDEN: usize = 96;
/// Three parts of each of ten digits, and silence.
const PARTS: usize = 3;
const SILENCE: usize = 10 * PARTS;
const CLASSES: usize = SILENCE + 1;

/// How much of the classes' frequency in training is taken out of their probabilities; between none (0) and all (1).
const PRIOR_SHARE: f32 = 0.6;

/// The network's weights.
pub(super) struct DigitHead {
    mean: Array1<f32>,
    deviation: Array1<f32>,
    hidden: Array2<f32>,
    hidden_bias: Array1<f32>,
    output: Array2<f32>,
    output_bias: Array1<f32>,
    log_prior: Array1<f32>,
}

/// How well each class fits each frame of one recording, `[frames, classes]`.
pub(super) struct Frames(Array2<f32>);

impl DigitHead {
    pub(super) fn new() -> Result<Self, &'static str> {
        let mut values = WEIGHTS.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let mut row = |count: usize| values.by_ref().take(count).collect::<Array1<f32>>();
        let head = Self {
            mean: row(WIDTH),
            deviation: row(WIDTH),
            hidden: matrix(row((2 * REACH + 1) * WIDTH * HIDDEN), HIDDEN)?,
            hidden_bias: row(HIDDEN),
            output: matrix(row(HIDDEN * CLASSES), CLASSES)?,
            output_bias: row(CLASSES),
            log_prior: row(CLASSES),
        };
        if head.log_prior.len() == CLASSES && values.next().is_none() { Ok(head) } else { Err(WRONG_SIZE) }
    }

    /// Looks at one recording's encoder states, `[frames, 288]`.
    pub(super) fn look(&self, states: ArrayView2<'_, f32>) -> Frames {
        let count = states.nrows();
        let normal = (&states - &self.mean) / &self.deviation;
        let mut seen = Array2::zeros((count, (2 * REACH + 1) * WIDTH));
        for (frame, mut row) in seen.rows_mut().into_iter().enumerate() {
            for offset in 0..=2 * REACH {
                let neighbour = (frame + offset).saturating_sub(REACH).min(count - 1);
                let own = offset * WIDTH..(offset + 1) * WIDTH;
                row.slice_axis_mut(Axis(0), own.into()).assign(&normal.row(neighbour));
            }
        }
        let hidden = (seen.dot(&self.hidden) + &self.hidden_bias).mapv_into(|value| value.max(0.0));
        let mut fit = hidden.dot(&self.output) + &self.output_bias;
        for mut row in fit.axis_iter_mut(Axis(0)) {
            let top = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let norm = top + row.iter().map(|value| (value - top).exp()).sum::<f32>().ln();
            row.zip_mut_with(&self.log_prior, |value, prior| *value -= norm + PRIOR_SHARE * prior);
        }
        Frames(fit)
    }
}

const WRONG_SIZE: &str = "the digit head's weights have the wrong size";

fn matrix(values: Array1<f32>, columns: usize) -> Result<Array2<f32>, &'static str> {
    let rows = values.len() / columns;
    values.into_shape_with_order((rows, columns)).map_err(|_| WRONG_SIZE)
}

/// What one more digit costs in [`Frames::digits`]: without it a long vowel is heard as the same digit twice.
const NEW_DIGIT: f32 = 6.0;

impl Frames {
    /// How many digits the recording holds, whichever they are: those of the best alignment of any digits at all.
    pub(super) fn digits(&self) -> usize {
        // For each class the best score of an alignment that ends there, and the digits it has begun.
        let mut best = [(f32::NEG_INFINITY, 0_usize); CLASSES];
        best[SILENCE] = (0.0, 0);
        let better = |a: (f32, usize), b: (f32, usize)| if b.0 > a.0 { b } else { a };
        for frame in self.0.rows() {
            let ended = (0..10).map(|digit| best[digit * PARTS + PARTS - 1]).fold(best[SILENCE], better);
            let begun = (ended.0 - NEW_DIGIT, ended.1 + 1);
            let mut next = best;
            for (class, here) in next.iter_mut().enumerate() {
                let before = match class {
                    SILENCE => ended,
                    first if first % PARTS == 0 => begun,
                    later => best[later - 1],
                };
                *here = better(best[class], before);
                here.0 += frame[class];
            }
            best = next;
        }
        best.into_iter().fold((f32::NEG_INFINITY, 0), better).1
    }

    /// The log-probability of the best alignment of a code: its digits in order, silence allowed around each.
    pub(super) fn align(&self, code: &[u8]) -> f32 {
        let mut states = vec![SILENCE];
        for digit in code {
            states.extend((0..PARTS).map(|part| usize::from(*digit) * PARTS + part));
            states.push(SILENCE);
        }
        let mut frames = self.0.rows().into_iter();
        let Some(first) = frames.next() else { return f32::NEG_INFINITY };
        let mut best = vec![f32::NEG_INFINITY; states.len()];
        for (value, state) in best.iter_mut().zip(&states).take(2) {
            *value = first[*state];
        }
        let step = PARTS + 1;
        for frame in frames {
            // From the last state down, so that every state still sees the frame before.
            for state in (0..states.len()).rev() {
                let mut before = best[state];
                if state > 0 {
                    before = before.max(best[state - 1]);
                }
                // The first part of a later digit may follow the digit before without silence.
                if state > 1 && state % step == 1 {
                    before = before.max(best[state - 2]);
                }
                best[state] = before + frame[states[state]];
            }
        }
        best.iter().rev().take(2).copied().fold(f32::NEG_INFINITY, f32::max)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn frames(classes: &[usize]) -> Frames {
        Frames(Array2::from_shape_fn((classes.len(), CLASSES), |(frame, class)| {
            if classes[frame] == class { 0.0 } else { -5.0 }
        }))
    }

    #[test]
    fn the_code_that_was_spoken_aligns_best() {
        // Silence, "1", no pause, "2", pause, "0".
        let spoken = frames(&[30, 30, 3, 4, 4, 5, 6, 7, 8, 8, 30, 0, 1, 2, 30]);
        assert_eq!(spoken.align(&[1, 2, 0]), 0.0);
        for wrong in [&[1, 2, 3][..], &[2, 1, 0], &[1, 2], &[1, 2, 0, 0], &[]] {
            assert!(spoken.align(wrong) < -9.0, "{wrong:?}");
        }
    }

    #[test]
    fn digits_are_counted_whichever_they_are() {
        assert_eq!(frames(&[30, 30, 3, 4, 4, 5, 6, 7, 8, 8, 30, 0, 1, 2, 30]).digits(), 3);
        assert_eq!(frames(&[3, 3, 4, 4, 5, 5, 3, 4, 5]).digits(), 2);
        assert_eq!(frames(&[30, 30, 30]).digits(), 0);
        assert_eq!(frames(&[]).digits(), 0);
    }

    #[test]
    fn a_code_that_does_not_fit_into_the_recording_is_impossible() {
        assert_eq!(frames(&[30, 3, 4]).align(&[1, 2, 3]), f32::NEG_INFINITY);
        assert_eq!(frames(&[]).align(&[1]), f32::NEG_INFINITY);
    }

    #[test]
    fn the_shipped_weights_are_whole() {
        let head = DigitHead::new().map_err(str::to_owned).unwrap();
        let fit = head.look(Array2::zeros((4, WIDTH)).view());
        assert_eq!(fit.0.dim(), (4, CLASSES));
        assert!(fit.0.iter().all(|value| value.is_finite()));
    }
}
