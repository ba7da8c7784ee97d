//! How much a recogniser regrets to write a phrase.
//!
//! Promises one number for each phrase: the sum, over its tokens, of the log-probability of what the decoder would
//! rather have written, less that of what the phrase allows, weighted by how sure the decoder is. A phrase that was said
//! costs next to nothing; any other falls behind within a word or two and is given up there, so that many phrases cost
//! hardly more than one.

use ndarray::Array3;

use super::script::{Place, Script};
use crate::error::InferenceError;
use crate::recogniser::decoder::{Decoder, LogProbs, MOST_ROWS, Rows};

/// Beyond every threshold: a phrase that costs more is given up.
pub(super) const GIVE_UP: f32 = 12.0;

/// A decoder that hears a changed word is sure of it; one that hears an accent or noise wavers between words, and what it
/// would rather have written says less. Its probability is the weight, this at least: without a least weight noise,
/// of which the decoder is sure nowhere, would cost nothing. Of 0, 0.3, 0.5, 0.7 and 1 the middle ones do best on phrases
/// and near misses of six synthetic voices in noise and rooms.
const LEAST_WEIGHT: f32 = 0.5;

/// A phrase that is being written.
struct Writer<'s> {
    /// Which of the phrases it is.
    number: usize,
    script: &'s Script,
    place: Place,
    /// The token written last.
    token: i64,
    regret: f32,
}

impl Writer<'_> {
    /// Writes the token that costs least of those allowed; false if the phrase is given up.
    fn write(&mut self, heard: &LogProbs, position: usize) -> bool {
        let best = heard.best(position);
        let allowed = self.script.options(&self.place).into_iter().map(|option| {
            let chance = heard.of(position, option.token);
            // A mark that nobody asked for would lead away from the words.
            if option.optional && chance < best {
                (option.token, f32::NEG_INFINITY)
            } else {
                (option.token, chance)
            }
        });
        let Some((token, chance)) = allowed.max_by(|one, other| one.1.total_cmp(&other.1)) else {
            return false;
        };
        self.place = self.script.after(&self.place, token);
        self.token = token;
        self.regret += (best - chance) * best.exp().max(LEAST_WEIGHT);
        self.regret <= GIVE_UP
    }
}

/// The regret of each script under an encoded recording; infinite where it was given up.
pub(super) fn regrets(
    decoder: &mut Decoder,
    recording: &Array3<f32>,
    prompt: &[i64],
    scripts: &[Script],
) -> Result<Vec<f32>, InferenceError> {
    let mut regrets = vec![f32::INFINITY; scripts.len()];
    let (heard, past) = decoder.begin(recording, prompt, prompt.len())?;
    let mut writers: Vec<Writer<'_>> = Vec::with_capacity(scripts.len());
    for (number, script) in scripts.iter().enumerate() {
        let mut writer = Writer { number, script, place: Script::start(), token: 0, regret: 0.0 };
        if writer.write(&heard, prompt.len() - 1) {
            writers.push(writer);
        }
    }
    let mut waiting = writers.into_iter();
    loop {
        let mut writers: Vec<Writer<'_>> = waiting.by_ref().take(MOST_ROWS).collect();
        if writers.is_empty() {
            return Ok(regrets);
        }
        let mut rows = Rows::new(recording, &past, writers.len());
        while !writers.is_empty() {
            let tokens: Vec<i64> = writers.iter().map(|writer| writer.token).collect();
            let heard = decoder.step(&mut rows, &tokens)?;
            let mut kept = Vec::with_capacity(writers.len());
            let mut going_on = Vec::with_capacity(writers.len());
            for (row, mut writer) in writers.into_iter().enumerate() {
                if !writer.write(&heard, row) {
                    continue;
                }
                if writer.place.finished {
                    regrets[writer.number] = writer.regret;
                } else {
                    kept.push(row);
                    going_on.push(writer);
                }
            }
            rows.keep(&kept);
            writers = going_on;
        }
    }
}
