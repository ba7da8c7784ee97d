//! The upper tail of the standard normal distribution and its inverse, to about 14 digits.
//!
//! Calibration lives in the tail (one in a thousand and beyond), so the tail is computed as such
//! and never as one minus something close to one.

use std::f64::consts::PI;

/// Beyond this the density underflows, so no cosine and no rate needs more.
const FAR: f64 = 38.0;
/// Where the power series hands over to the continued fraction: both are exact to 1e-13 there.
const HANDOVER: f64 = 3.0;

fn density(z: f64) -> f64 {
    (-0.5 * z * z).exp() / (2.0 * PI).sqrt()
}

/// P(Z > z) for a standard normal Z.
pub(crate) fn upper_tail(z: f64) -> f64 {
    if z.is_nan() {
        f64::NAN
    } else if z < 0.0 {
        1.0 - upper_tail(-z)
    } else if z < HANDOVER {
        // Marsaglia (2004), "Evaluating the normal distribution": half plus the density times z + z^3/3 + z^5/15 + ...
        let (mut term, mut sum, mut odd) = (z, z, 1.0);
        while term > f64::EPSILON * sum {
            odd += 2.0;
            term *= z * z / odd;
            sum += term;
        }
        0.5 - density(z) * sum
    } else if z < FAR {
        // Laplace's continued fraction for Mills' ratio: 1/(z + 1/(z + 2/(z + 3/(z + ...)))).
        let fraction = (1..=120).rev().fold(z, |below, k| z + f64::from(k) / below);
        density(z) / fraction
    } else {
        0.0
    }
}

/// The z with P(Z > z) = `rate`, by bisection: the tail is monotone, and this is nowhere near a hot path.
pub fn upper_quantile(rate: f64) -> f64 {
    let (mut low, mut high) = (-FAR, FAR);
    for _ in 0..100 {
        let middle = 0.5 * (low + high);
        if upper_tail(middle) > rate {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_agrees_with_the_printed_tables() {
        for (z, tail) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457),
            (2.326_347_874_040_841, 0.01),
            (3.090_232_306_167_814, 0.001),
        ] {
            assert!((upper_tail(z) / tail - 1.0).abs() < 1e-11, "{z}");
            assert!((upper_tail(-z) - (1.0 - tail)).abs() < 1e-12, "{z}");
        }
        assert!((upper_tail(6.0) / 9.865_876_450_376_98e-10 - 1.0).abs() < 1e-9);
    }

    #[test]
    fn the_quantile_undoes_the_tail() {
        for rate in [0.5, 0.1, 0.01, 1e-3, 1e-6, 1e-12] {
            assert!((upper_tail(upper_quantile(rate)) / rate - 1.0).abs() < 1e-9, "{rate}");
        }
    }
}
