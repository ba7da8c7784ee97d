//! A second opinion on spoken digits from Moonshine's encoder alone.
//!
//! Promises for any code the log-probability of its best alignment with the recording. A small network of our own
//! (one hidden layer, trained by `training/digit_head.py` on synthetic voices only) gives each encoder frame the
//! probability of being the beginning, the middle or the end of each digit, or silence; Viterbi's algorithm aligns a code
//! with the frames. The decoder's errors are those of a language model, these are not: together they err less.

use ndarray::{Array1, Array2, ArrayView2, Axis};

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
    /// From the file that the training writes.
    pub(super) fn new(weights: &[u8]) -> Result<Self, &'static str> {
        let mut values = weights.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]]));
        let mut row = |count: usize| row_of(&mut values, count);
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

const WRONG_SIZE: &str = "the weights have the wrong size";

/// The next so many of a file's values.
pub(super) fn row_of(values: &mut impl Iterator<Item = f32>, count: usize) -> Array1<f32> {
    values.take(count).collect()
}

pub(super) fn matrix(values: Array1<f32>, columns: usize) -> Result<Array2<f32>, &'static str> {
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

    /// The best alignment of a code: its digits in order, silence allowed around each.
    pub(super) fn align(&self, code: &[u8]) -> Alignment {
        let mut states = vec![SILENCE];
        for digit in code {
            states.extend((0..PARTS).map(|part| usize::from(*digit) * PARTS + part));
            states.push(SILENCE);
        }
        let mut frames = self.0.rows().into_iter();
        let Some(first) = frames.next() else { return Alignment::IMPOSSIBLE };
        let mut best = vec![f32::NEG_INFINITY; states.len()];
        for (value, state) in best.iter_mut().zip(&states).take(2) {
            *value = first[*state];
        }
        // For each later frame and state, how many states back its predecessor lies.
        let mut steps = Array2::<u8>::zeros((self.0.nrows(), states.len()));
        for (row, mut steps) in frames.zip(steps.rows_mut().into_iter().skip(1)) {
            // As plain slices: this runs for every neighbour of a claim.
            let (Some(row), Some(steps)) = (row.to_slice(), steps.as_slice_mut()) else {
                return Alignment::IMPOSSIBLE;
            };
            // From the last state down, so that every state still sees the frame before.
            for state in (0..states.len()).rev() {
                let mut before = (best[state], 0);
                if state > 0 && best[state - 1] > before.0 {
                    before = (best[state - 1], 1);
                }
                // The first part of a later digit may follow the digit before without silence.
                if state > 1 && state % STATES_PER_DIGIT == 1 && best[state - 2] > before.0 {
                    before = (best[state - 2], 2);
                }
                best[state] = before.0 + row[states[state]];
                steps[state] = before.1;
            }
        }
        let ends = (0..states.len()).rev().take(2);
        let Some(end) = ends.max_by(|a, b| best[*a].total_cmp(&best[*b])) else {
            return Alignment::IMPOSSIBLE;
        };
        if best[end] == f32::NEG_INFINITY {
            return Alignment::IMPOSSIBLE;
        }
        Alignment { log_prob: best[end], digits: digits_on(&steps, end, code.len()) }
    }
}

/// Silence before, and the parts of the digit.
const STATES_PER_DIGIT: usize = PARTS + 1;

/// Where a code lies in a recording.
pub(super) struct Alignment {
    pub(super) log_prob: f32,
    /// The first frame and the end of each digit; none where the code does not fit into the recording.
    pub(super) digits: Vec<(usize, usize)>,
}

impl Alignment {
    const IMPOSSIBLE: Self = Self { log_prob: f32::NEG_INFINITY, digits: Vec::new() };
}

/// Follows the steps of an alignment back from its last state.
fn digits_on(steps: &Array2<u8>, end: usize, count: usize) -> Vec<(usize, usize)> {
    let mut digits = vec![(0, 0); count];
    let mut state = end;
    for (frame, row) in steps.rows().into_iter().enumerate().rev() {
        if !state.is_multiple_of(STATES_PER_DIGIT) {
            let digit = &mut digits[state / STATES_PER_DIGIT];
            *digit = (frame, digit.1.max(frame + 1));
        }
        state -= usize::from(row[state]);
    }
    digits
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
        let aligned = spoken.align(&[1, 2, 0]);
        assert_eq!(aligned.log_prob, 0.0);
        assert_eq!(aligned.digits, [(2, 6), (6, 10), (11, 14)]);
        for wrong in [&[1, 2, 3][..], &[2, 1, 0], &[1, 2], &[1, 2, 0, 0], &[]] {
            assert!(spoken.align(wrong).log_prob < -9.0, "{wrong:?}");
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
        let misfit = frames(&[30, 3, 4]).align(&[1, 2, 3]);
        assert_eq!(misfit.log_prob, f32::NEG_INFINITY);
        assert!(misfit.digits.is_empty());
        assert_eq!(frames(&[]).align(&[1]).log_prob, f32::NEG_INFINITY);
    }

    #[test]
    fn the_shipped_weights_are_whole() {
        let head = DigitHead::new(include_bytes!("digit_head_pt.f32")).map_err(str::to_owned).unwrap();
        let fit = head.look(Array2::zeros((4, WIDTH)).view());
        assert_eq!(fit.0.dim(), (4, CLASSES));
        assert!(fit.0.iter().all(|value| value.is_finite()));
    }
}
