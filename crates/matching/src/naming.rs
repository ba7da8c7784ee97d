//! Whose voice it is, of several who are known, or nobody's: open-set identification by calibrated scores.
//!
//! Promises a name only where the best likeness would be accepted on its own and lies clearly above the next. Somebody who is known twice is
//! therefore never named.

use timbre_domain::decision::ACCEPT_SCORE;

use crate::calibration::Calibrated;

/// How much likelier than the next the one who is named must be, as a natural logarithm: ten times. Both ratios are against the same
/// strangers, so their difference is the ratio of the two; with nobody more expected than another, one in eleven names at this margin is
/// the other's. Where two known people sound alike, a wrong name is worse than none. Our choice.
pub const MARGIN: f64 = std::f64::consts::LN_10;

/// Which of these likenesses of one voice with the known ones is it, if any is?
pub fn recognised(likenesses: &[Calibrated]) -> Option<usize> {
    let mut order: Vec<usize> = (0..likenesses.len()).collect();
    order.sort_by(|&a, &b| likenesses[b].llr.total_cmp(&likenesses[a].llr));
    let best = *order.first()?;
    let next = order.get(1).map_or(f64::NEG_INFINITY, |&next| likenesses[next].llr);
    (likenesses[best].score >= ACCEPT_SCORE && likenesses[best].llr - next >= MARGIN).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(score: f64, llr: f64) -> Calibrated {
        Calibrated { llr, score, false_match_rate: 0.0 }
    }

    #[test]
    fn the_best_is_named_where_it_is_good_and_clearly_best() {
        assert_eq!(recognised(&[likeness(0.1, -4.0), likeness(0.9, 6.0)]), Some(1));
        assert_eq!(recognised(&[likeness(0.9, 6.0)]), Some(0));
    }

    #[test]
    fn nobody_is_named_who_is_unlike_or_hardly_likelier_than_another() {
        assert_eq!(recognised(&[likeness(0.4, 2.0), likeness(0.1, -4.0)]), None);
        assert_eq!(recognised(&[likeness(0.9, 6.0), likeness(0.8, 5.0)]), None);
        assert_eq!(recognised(&[]), None);
    }
}
