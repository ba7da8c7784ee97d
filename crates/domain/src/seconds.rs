//! Lengths of time as they are shown.

/// To the hundredth: what is heard is not known any better.
pub fn hundredths(seconds: f64) -> f64 {
    (seconds * 100.0).round() / 100.0
}
