//! From values to places, and from values to the words at an axis.

use timbre_matching::normal::upper_quantile;

use crate::words;

/// What the numbers of a drawing are of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Count,
    Seconds,
    PerSecond,
}

impl Unit {
    pub(crate) fn show(self, value: f64) -> String {
        match self {
            _ if !value.is_finite() => words::NOTHING.to_owned(),
            Self::Count => words::count(value.round() as u64),
            Self::Seconds => words::seconds(value),
            Self::PerSecond => format!("{} / s", short(value)),
        }
    }

    /// Where the axis ends: a round number that no value lies above, whose half is one as well.
    pub(super) fn top(self, most: f64) -> f64 {
        let most = if most.is_finite() { most.max(0.0) } else { 0.0 };
        match self {
            // Half a thing is none.
            Self::Count => round_above(most.max(2.0)),
            Self::Seconds | Self::PerSecond => round_above(most.max(0.001)),
        }
    }
}

/// The next of 1, 2, 4, 6, 8, 10 times a power of ten; `value` is positive.
fn round_above(value: f64) -> f64 {
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 4.0, 6.0, 8.0, 10.0];
    // What is a step but for the rounding of its own computation is that step.
    let step = steps.into_iter().find(|step| step * power >= value * (1.0 - 1e-9)).unwrap_or(10.0);
    step * power
}

/// With no more digits than tell something.
fn short(value: f64) -> String {
    match value.abs() {
        large if large >= 100.0 => format!("{value:.0}"),
        middle if middle >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.2}"),
    }
}

/// Values between two ends, as shares of the way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// Ends that are the same, or none, become the ends of something to divide by.
    pub(super) fn new(low: f64, high: f64) -> Self {
        match low.is_finite() && high.is_finite() && high > low {
            true => Self { low, high },
            false => Self { low: if low.is_finite() { low } else { 0.0 }, high: f64::INFINITY },
        }
    }

    /// 0 to 1, also of what lies beyond an end. What is no number stays none.
    pub(super) fn share(self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// Error rates as normal deviates: where scores are normal, a DET curve is then a straight line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deviates(Scale);

impl Deviates {
    /// From this rate to one in two; a rate below is drawn at the edge.
    pub(super) fn down_to(least: f64) -> Self {
        Self(Scale::new(deviate(least.clamp(1e-9, 0.4)), 0.0))
    }

    pub(super) fn share(self, rate: f64) -> f64 {
        self.0.share(deviate(rate.clamp(1e-12, 0.5)))
    }
}

fn deviate(rate: f64) -> f64 {
    -upper_quantile(rate)
}

/// A time within a recording: minutes and seconds, and hours where there are any.
pub(crate) fn clock(seconds: f64) -> String {
    let whole = if seconds.is_finite() { seconds.max(0.0).round() as u64 } else { 0 };
    let (hours, minutes, seconds) = (whole / 3600, whole / 60 % 60, whole % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_at_a_round_number_whose_half_can_be_read() {
        for (unit, most, top) in [
            (Unit::Count, 0.0, 2.0),
            (Unit::Count, 2.0, 2.0),
            (Unit::Count, 3.0, 4.0),
            (Unit::Count, 61.0, 80.0),
            (Unit::Count, 1_000.0, 1_000.0),
            (Unit::Count, 1_001.0, 2_000.0),
            (Unit::Count, f64::NAN, 2.0),
            (Unit::Seconds, 0.3, 0.4),
            (Unit::Seconds, -1.0, 0.001),
        ] {
            assert!((unit.top(most) - top).abs() < 1e-9, "{unit:?} {most}: {}", unit.top(most));
        }
    }

    #[test]
    fn a_value_beyond_an_end_stays_at_it() {
        let scale = Scale::new(10.0, 20.0);
        assert_eq!([5.0, 10.0, 15.0, 25.0].map(|value| scale.share(value)), [0.0, 0.0, 0.5, 1.0]);
        assert!(scale.share(f64::NAN).is_nan());
    }

    #[test]
    fn ends_that_are_one_divide_nothing() {
        for scale in [Scale::new(3.0, 3.0), Scale::new(f64::NAN, 3.0), Scale::new(3.0, f64::INFINITY)] {
            assert_eq!(scale.share(5.0), 0.0);
        }
    }

    #[test]
    fn normal_deviates_of_rates_lie_evenly() {
        let axis = Deviates::down_to(0.001);
        assert_eq!(axis.share(0.0), 0.0);
        assert!((axis.share(0.001)).abs() < 1e-9);
        assert!((axis.share(0.5) - 1.0).abs() < 1e-9);
        // 1 % is 2.326 deviates below the middle, of 3.090.
        assert!((axis.share(0.01) - (1.0 - 2.326_348 / 3.090_232)).abs() < 1e-5);
    }

    #[test]
    fn a_time_has_hours_only_where_there_are_any() {
        for (seconds, text) in [(0.0, "0:00"), (65.4, "1:05"), (3_599.6, "1:00:00"), (7_384.0, "2:03:04")] {
            assert_eq!(clock(seconds), text);
        }
        assert_eq!(clock(f64::NAN), "0:00");
    }
}
