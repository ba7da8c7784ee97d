//! Adaptation: a voiceprint follows its owner through the years, and nobody else.
//!
//! Promises a bound: however often and whatever it is adapted with, a voiceprint stays within
//! [`LEAST_COSINE`] of what was enrolled, its *anchor*. Many small steps, each of which looks like the owner, could
//! otherwise walk it to another person.

use timbre_domain::embedding::{Embedding, SpeakerModel};
use zeroize::Zeroizing;

use crate::{
    error::MatchingError,
    score::{MAX_SAMPLES, Probe, Voiceprint, cosine},
};

/// The least cosine between an adapted voiceprint and its anchor: 25.8 degrees. An impostor at 90 degrees, where
/// strangers lie on average in 192 dimensions, is still 64 degrees away (cosine 0.44) when the voiceprint has gone all
/// the way towards them.
pub const LEAST_COSINE: f64 = 0.9;

/// The voiceprint counts as at most so many samples against the new one, so that a voice that ages is followed
/// even after a hundred adaptations.
const MEMORY: usize = 10;

impl<M: SpeakerModel> Voiceprint<M> {
    /// This voiceprint after a further sample of its owner, no further from the anchor than the bound.
    pub fn adapted(&self, anchor: &Self, sample: &Probe<M>) -> Result<Self, MatchingError> {
        let weight = self.samples().min(MEMORY) as f64;
        let blended = sum(self.direction(), weight, sample.embedding(), 1.0)?;
        let near = cosine(&blended, anchor.direction());
        let direction = if near >= LEAST_COSINE { blended } else { at_the_bound(anchor, &blended, near)? };
        Self::restore(direction, (self.samples() + 1).min(MAX_SAMPLES))
    }
}

/// Where the way from the anchor to a direction crosses the bound.
fn at_the_bound<M: SpeakerModel>(
    anchor: &Voiceprint<M>,
    direction: &Embedding<M>,
    near: f64,
) -> Result<Embedding<M>, MatchingError> {
    // The part of the direction that the anchor does not have, as a unit vector.
    let away = sum(direction, 1.0, anchor.direction(), -near)?;
    sum(anchor.direction(), LEAST_COSINE, &away, (1.0 - LEAST_COSINE * LEAST_COSINE).sqrt())
}

fn sum<M: SpeakerModel>(
    a: &Embedding<M>,
    a_weight: f64,
    b: &Embedding<M>,
    b_weight: f64,
) -> Result<Embedding<M>, MatchingError> {
    let pairs = a.as_slice().iter().zip(b.as_slice());
    let values: Zeroizing<Vec<f32>> = Zeroizing::new(
        pairs.map(|(&a, &b)| (a_weight * f64::from(a) + b_weight * f64::from(b)) as f32).collect(),
    );
    Embedding::from_raw(values.to_vec()).map_err(MatchingError::NoDirection)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use timbre_domain::embedding::CampPlus;

    use super::*;

    fn embedding(values: &[f32]) -> Embedding<CampPlus> {
        let mut whole = vec![0.0; 192];
        whole[..values.len()].copy_from_slice(values);
        Embedding::from_raw(whole).unwrap()
    }

    fn voiceprint(values: &[f32]) -> Voiceprint<CampPlus> {
        Voiceprint::restore(embedding(values), 3).unwrap()
    }

    fn probe(values: &[f32]) -> Probe<CampPlus> {
        Probe::new(embedding(values), 2.0).unwrap()
    }

    #[test]
    fn the_owners_voice_is_followed() {
        let (anchor, today) = (voiceprint(&[1.0, 0.0]), probe(&[1.0, 0.3]));
        let mut adapted = anchor.clone();
        for _ in 0..20 {
            adapted = adapted.adapted(&anchor, &today).unwrap();
        }
        assert!(adapted.cosine(&today) > 0.999, "{}", adapted.cosine(&today));
        assert_eq!(adapted.samples(), 23);
    }

    #[test]
    fn another_voice_is_never_reached() {
        let (anchor, other) = (voiceprint(&[1.0, 0.0]), probe(&[0.0, 1.0]));
        let mut adapted = anchor.clone();
        for _ in 0..1_000 {
            adapted = adapted.adapted(&anchor, &other).unwrap();
        }
        assert!((adapted.cosine(&other) - 0.436).abs() < 1e-3, "{}", adapted.cosine(&other));
    }

    #[test]
    fn a_sample_opposite_to_the_voiceprint_leaves_a_direction() {
        let anchor = Voiceprint::restore(embedding(&[1.0]), 1).unwrap();
        // One against one, the blend has no direction at all: it is refused, not guessed.
        assert!(anchor.adapted(&anchor, &probe(&[-1.0])).is_err());
        assert!(voiceprint(&[1.0]).adapted(&anchor, &probe(&[-1.0])).is_ok());
    }

    proptest! {
        #[test]
        fn no_walk_leaves_the_bound(steps in proptest::collection::vec(proptest::collection::vec(-1.0_f32..1.0, 4), 1..60)) {
            let anchor = voiceprint(&[0.5, -0.2, 0.7, 0.1]);
            let mut adapted = anchor.clone();
            for step in steps.iter().filter(|step| step.iter().any(|value| value.abs() > 0.1)) {
                adapted = adapted.adapted(&anchor, &probe(step)).unwrap();
                prop_assert!(cosine(adapted.direction(), anchor.direction()) >= LEAST_COSINE - 1e-5);
            }
        }
    }
}
