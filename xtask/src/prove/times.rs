//! How long calls of one kind took.

use std::time::Duration;

use crate::failure::Failure;

/// Of all calls of one kind.
pub(super) struct Times(Vec<Duration>);

impl Times {
    /// There must be one.
    pub(super) fn of(mut times: Vec<Duration>) -> Result<Self, Failure> {
        times.sort_unstable();
        if times.is_empty() { Err(Failure::new("no calls")) } else { Ok(Self(times)) }
    }

    pub(super) fn calls(&self) -> usize {
        self.0.len()
    }

    /// The milliseconds that so many of a hundred took no more than, by the nearest rank.
    pub(super) fn ms(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1].as_secs_f64() * 1e3
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_percentile_is_the_nearest_rank() {
        let times = Times::of((1..=200).rev().map(Duration::from_millis).collect()).unwrap();
        assert_eq!((times.calls(), times.ms(50), times.ms(99), times.ms(100)), (200, 100.0, 198.0, 200.0));
        assert!(Times::of(Vec::new()).is_err());
    }
}
