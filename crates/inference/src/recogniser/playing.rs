//! Recordings played at another speed.
//!
//! Promises the same samples over more time. Recognisers hear hurried digits better when they are played slowly, and
//! err elsewhere than at full speed.

/// The samples of the same recording played at a fraction of its speed, its pitch lowered with it.
pub(super) fn slower(samples: &[f32], speed: f32) -> Vec<f32> {
    let count = (samples.len() as f32 / speed) as usize;
    let at = |index: usize| samples.get(index).copied().unwrap_or(0.0);
    let sample = |index: usize| {
        // In double precision: a float counts samples exactly up to sixteen million only.
        let moment = index as f64 * f64::from(speed);
        let part = moment.fract() as f32;
        at(moment as usize) * (1.0 - part) + at(moment as usize + 1) * part
    };
    (0..count).map(sample).collect()
}

#[cfg(test)]
mod tests {
    use super::slower;

    #[test]
    fn slower_is_longer_and_between_the_samples() {
        assert_eq!(slower(&[0.0, 1.0, 2.0, 3.0], 0.5), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 1.5]);
        assert!(slower(&[], 0.9).is_empty());
    }
}
