//! Confidence by resampling speakers: each round draws as many people as there are, with replacement, and a trial counts
//! as often as its people were drawn (an impostor trial: the product for both of its people).

use super::curve::Curve;
use super::{Ranked, Resampling, curve_of};

/// The 95 % interval of each measure, or `None` when no round had trials of both kinds.
pub(super) fn intervals<const N: usize>(
    ranked: &[Ranked],
    speakers: usize,
    resampling: Resampling,
    measures: impl Fn(&Curve) -> [f64; N],
) -> Option<[(f64, f64); N]> {
    let mut random = SplitMix64(resampling.seed);
    let mut rounds: Vec<[f64; N]> = Vec::new();
    for _ in 0..resampling.rounds {
        let mut drawn = vec![0.0_f64; speakers];
        for _ in 0..speakers {
            drawn[random.below(speakers)] += 1.0;
        }
        let weights: Vec<f64> = ranked
            .iter()
            .map(|trial| {
                if trial.genuine {
                    drawn[trial.enrolled]
                } else {
                    drawn[trial.enrolled] * drawn[trial.speaking]
                }
            })
            .collect();
        rounds.extend(curve_of(ranked, &weights).as_ref().map(&measures));
    }
    if rounds.is_empty() {
        return None;
    }
    Some(std::array::from_fn(|measure| {
        let mut values: Vec<f64> = rounds.iter().map(|round| round[measure]).collect();
        values.sort_by(f64::total_cmp);
        let last = values.len() - 1;
        (values[(0.025 * last as f64).round() as usize], values[(0.975 * last as f64).round() as usize])
    }))
}

/// Steele, Lea & Flood (2014), "Fast splittable pseudorandom number generators": enough for resampling, and the same everywhere.
struct SplitMix64(u64);

impl SplitMix64 {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Below `n`; the bias of the modulo is n / 2^64.
    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }
}
