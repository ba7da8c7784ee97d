//! The ROC of weighted trials, its convex hull, and the measures that are read off them.

/// One threshold and the two error rates it has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OperatingPoint {
    pub threshold: f64,
    pub fmr: f64,
    pub fnmr: f64,
}

/// One trial as the curve sees it. The weight is how often it was drawn.
pub(super) struct Weighted {
    pub(super) score: f64,
    pub(super) genuine: bool,
    pub(super) weight: f64,
}

/// All operating points, from "accept everybody" to "accept nobody".
pub(super) struct Curve {
    points: Vec<OperatingPoint>,
}

impl Curve {
    /// From trials in ascending order of score; `None` when one kind of trial has no weight.
    pub(super) fn new(ascending: impl Iterator<Item = Weighted>) -> Option<Self> {
        let (mut genuine, mut impostor) = (0.0, 0.0);
        // What lies below each distinct score: tied trials are accepted and refused together.
        let mut below: Vec<(f64, f64, f64)> = Vec::new();
        for trial in ascending.filter(|trial| trial.weight > 0.0) {
            if below.last().is_none_or(|&(score, ..)| score < trial.score) {
                below.push((trial.score, impostor, genuine));
            }
            if trial.genuine {
                genuine += trial.weight;
            } else {
                impostor += trial.weight;
            }
        }
        if genuine <= 0.0 || impostor <= 0.0 {
            return None;
        }
        below.push((f64::INFINITY, impostor, genuine));
        let points = below
            .into_iter()
            .map(|(threshold, impostor_below, genuine_below)| OperatingPoint {
                threshold,
                fmr: 1.0 - impostor_below / impostor,
                fnmr: genuine_below / genuine,
            })
            .collect();
        Some(Self { points })
    }

    /// The lower-left convex hull, from (FMR 1, FNMR 0) to (0, 1), by Andrew's monotone chain.
    fn hull(&self) -> Vec<(f64, f64)> {
        let mut hull: Vec<(f64, f64)> = Vec::new();
        for point in &self.points {
            let next = (point.fmr, point.fnmr);
            while let [.., a, b] = hull[..] {
                let turn = (b.0 - a.0) * (next.1 - a.1) - (b.1 - a.1) * (next.0 - a.0);
                if turn < 0.0 {
                    break;
                }
                hull.pop();
            }
            hull.push(next);
        }
        hull
    }

    /// Where the hull crosses FMR = FNMR.
    pub(super) fn eer(&self) -> f64 {
        let hull = self.hull();
        for pair in hull.windows(2) {
            if let [(fmr, fnmr), (next_fmr, next_fnmr)] = *pair {
                let (before, after) = (fmr - fnmr, next_fmr - next_fnmr);
                if after <= 0.0 {
                    return fmr + (next_fmr - fmr) * before / (before - after);
                }
            }
        }
        0.5
    }

    /// The first threshold that lets at most `fmr` of the impostors pass.
    pub(super) fn at_fmr(&self, fmr: f64) -> OperatingPoint {
        // A rate is a sum of weights over their total: leave room for its rounding.
        let allowed = fmr + 1e-12;
        let nobody = OperatingPoint { threshold: f64::INFINITY, fmr: 0.0, fnmr: 1.0 };
        self.points.iter().find(|point| point.fmr <= allowed).copied().unwrap_or(nobody)
    }

    /// The rates of accepting whoever scores so much or more.
    pub(super) fn at_threshold(&self, threshold: f64) -> OperatingPoint {
        let nobody = OperatingPoint { threshold: f64::INFINITY, fmr: 0.0, fnmr: 1.0 };
        self.points.iter().find(|point| point.threshold >= threshold).copied().unwrap_or(nobody)
    }

    /// The least detection cost over all thresholds, over that of the better blind decision.
    pub(super) fn min_dcf(&self, target_prior: f64) -> f64 {
        let cost = |point: &OperatingPoint| target_prior * point.fnmr + (1.0 - target_prior) * point.fmr;
        self.points.iter().map(cost).fold(f64::INFINITY, f64::min) / target_prior.min(1.0 - target_prior)
    }

    /// Cllr after the best monotone calibration: in each hull segment the likelihood ratio is the segment's slope.
    pub(super) fn min_cllr(&self) -> f64 {
        let hull = self.hull();
        let mut bits = 0.0;
        for pair in hull.windows(2) {
            if let [(fmr, fnmr), (next_fmr, next_fnmr)] = *pair {
                let (genuine, impostor) = (next_fnmr - fnmr, fmr - next_fmr);
                if genuine > 0.0 && impostor > 0.0 {
                    bits += genuine * (1.0 + impostor / genuine).log2()
                        + impostor * (1.0 + genuine / impostor).log2();
                }
            }
        }
        0.5 * bits
    }

    /// At most `limit` points, evenly taken, both ends kept.
    pub(super) fn thinned(&self, limit: usize) -> Vec<OperatingPoint> {
        let last = self.points.len() - 1;
        if last < limit {
            return self.points.clone();
        }
        (0..limit).map(|step| self.points[step * last / (limit - 1)]).collect()
    }

    /// At most `limit` points, both ends kept, in about equal steps of both rates' log odds: as many where rates are small, which is
    /// where thresholds are. What no trial has, or each, counts as half a trial.
    pub(super) fn drawn(&self, limit: usize, genuine: usize, impostor: usize) -> Vec<OperatingPoint> {
        let log_odds = |rate: f64, trials: usize| {
            let half = 0.5 / trials as f64;
            let rate = rate.clamp(half, 1.0 - half);
            (rate / (1.0 - rate)).ln()
        };
        // One rate only falls and the other only rises, so this only grows.
        let along = |point: &OperatingPoint| log_odds(point.fnmr, genuine) - log_odds(point.fmr, impostor);
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return Vec::new() };
        let step = (along(last) - along(first)) / (limit.saturating_sub(2).max(1)) as f64;
        let mut drawn = vec![*first];
        let mut next = along(first) + step;
        for point in &self.points[1..self.points.len() - 1] {
            let here = along(point);
            if here >= next {
                drawn.push(*point);
                next = here + step;
            }
        }
        drawn.push(*last);
        drawn
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn curve(genuine: &[f64], impostor: &[f64]) -> Curve {
        let mut all: Vec<Weighted> = genuine
            .iter()
            .map(|&score| Weighted { score, genuine: true, weight: 1.0 })
            .chain(impostor.iter().map(|&score| Weighted { score, genuine: false, weight: 1.0 }))
            .collect();
        all.sort_by(|a, b| a.score.total_cmp(&b.score));
        Curve::new(all.into_iter()).unwrap()
    }

    #[test]
    fn voices_that_never_overlap_have_no_error() {
        let curve = curve(&[0.8, 0.9], &[0.1, 0.2]);
        assert_eq!(curve.eer(), 0.0);
        assert_eq!(curve.min_cllr(), 0.0);
        assert_eq!(curve.min_dcf(0.01), 0.0);
        assert_eq!(curve.at_fmr(0.0), OperatingPoint { threshold: 0.8, fmr: 0.0, fnmr: 0.0 });
    }

    #[test]
    fn a_curve_worked_out_by_hand() {
        // Impostors 1 2 3 5, genuine 4 6 7 8. One impostor (5) lies above one genuine (4).
        // Points (FMR, FNMR): at 4 (1/4, 0), at 5 (1/4, 1/4), at 6 (0, 1/4). Hull: (1,0) (1/4,0) (0,1/4) (0,1).
        // It meets the diagonal in the middle of the segment from (1/4, 0) to (0, 1/4): EER 1/8.
        let curve = curve(&[4.0, 6.0, 7.0, 8.0], &[1.0, 2.0, 3.0, 5.0]);
        assert!((curve.eer() - 0.125).abs() < 1e-12);
        assert_eq!(curve.at_fmr(0.25), OperatingPoint { threshold: 4.0, fmr: 0.25, fnmr: 0.0 });
        assert_eq!(curve.at_fmr(0.1), OperatingPoint { threshold: 6.0, fmr: 0.0, fnmr: 0.25 });
        // Cost at threshold 6: 0.01 * 1/4, over 0.01.
        assert!((curve.min_dcf(0.01) - 0.25).abs() < 1e-12);
        // The one mixed block holds a quarter of each kind at slope 1: half of (1/4 + 1/4) bits.
        assert!((curve.min_cllr() - 0.25).abs() < 1e-12);
    }

    #[test]
    fn a_comparator_that_knows_nothing_has_an_eer_of_one_half() {
        let curve = curve(&[1.0, 2.0], &[1.0, 2.0]);
        assert!((curve.eer() - 0.5).abs() < 1e-12);
        assert!((curve.min_cllr() - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_comparator_that_is_wrong_is_no_better_than_one_that_knows_nothing() {
        assert!((curve(&[1.0, 2.0], &[3.0, 4.0]).eer() - 0.5).abs() < 1e-12);
    }

    #[test]
    fn a_trial_drawn_twice_counts_twice() {
        let weighted = |weight| {
            [(1.0, false, 1.0), (2.0, true, weight), (3.0, false, 1.0), (4.0, true, 1.0)]
                .into_iter()
                .map(|(score, genuine, weight)| Weighted { score, genuine, weight })
        };
        assert!((Curve::new(weighted(3.0)).unwrap().at_fmr(0.0).fnmr - 0.75).abs() < 1e-12);
        assert!(Curve::new(weighted(0.0).filter(|trial| !trial.genuine)).is_none());
    }

    #[test]
    fn whoever_scores_as_much_as_the_threshold_is_accepted() {
        let curve = curve(&[4.0, 6.0, 7.0, 8.0], &[1.0, 2.0, 3.0, 5.0]);
        let rates = |threshold| (curve.at_threshold(threshold).fmr, curve.at_threshold(threshold).fnmr);
        assert_eq!(rates(0.0), (1.0, 0.0));
        assert_eq!((rates(5.0), rates(5.5)), ((0.25, 0.25), (0.0, 0.25)));
        assert_eq!(rates(9.0), (0.0, 1.0));
    }

    #[test]
    fn a_curve_that_is_drawn_is_short_keeps_its_ends_and_tells_most_where_rates_are_small() {
        let genuine: Vec<f64> = (0..5_000).map(|i| f64::from(i) + 4_500.0).collect();
        let impostor: Vec<f64> = (0..5_000).map(f64::from).collect();
        let whole = curve(&genuine, &impostor);
        let points = whole.drawn(100, 5_000, 5_000);
        assert!((50..=100).contains(&points.len()), "{}", points.len());
        assert_eq!((points[0].fmr, points[points.len() - 1].fnmr), (1.0, 1.0));
        assert!(points.iter().filter(|point| point.fmr > 0.0 && point.fmr < 0.01).count() >= 5);
        assert!(points.windows(2).all(|pair| pair[0].fmr >= pair[1].fmr && pair[0].fnmr <= pair[1].fnmr));
        let short = curve(&[2.0], &[1.0]).drawn(100, 1, 1);
        assert_eq!((short.len(), short[0].fmr, short[2].fnmr), (3, 1.0, 1.0));
    }

    #[test]
    fn a_long_curve_is_thinned_and_keeps_its_ends() {
        let genuine: Vec<f64> = (0..500).map(f64::from).collect();
        let impostor: Vec<f64> = (0..500).map(|i| f64::from(i) - 100.5).collect();
        let points = curve(&genuine, &impostor).thinned(50);
        assert_eq!(points.len(), 50);
        assert_eq!((points[0].fmr, points[49].fnmr), (1.0, 1.0));
    }
}
