//! The detection error trade-off: what refusing fewer people costs in impostors who pass. Both rates stand on axes of normal deviates, as Martin
//! et al. drew it (1997, "The DET curve in assessment of detection task performance"): where scores are normal, the curve is a straight line.
//!
//! Where fewer than thirty errors were counted the ground is shaded: a rate read off there may be far from the true one (Doddington's rule of 30).

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;

use super::{
    figure,
    pen::{Anchor, Pen},
    scale::Deviates,
};
use crate::words;

const TOP: f64 = 16.0;
const HEIGHT: f64 = 300.0;
const BELOW: f64 = 40.0;

/// Rates that stand at the axes; some of them only where there is room.
const RATES: [(f64, &str, &str); 7] = [
    (0.0001, "0.01 %", "tick minor"),
    (0.001, "0.1 %", "tick"),
    (0.01, "1 %", "tick"),
    (0.05, "5 %", "tick minor"),
    (0.1, "10 %", "tick"),
    (0.2, "20 %", "tick minor"),
    (0.4, "40 %", "tick"),
];

/// Errors below which a rate is not to be trusted.
pub(crate) const FEW: f64 = 30.0;

/// The rates at all thresholds.
pub(crate) struct Det {
    pub(crate) title: String,
    /// Trials with somebody else, and with the same person.
    pub(crate) impostor: u64,
    pub(crate) genuine: u64,
    /// False-match and false non-match rate.
    pub(crate) curve: Vec<(f64, f64)>,
    /// Where the policy accepts.
    pub(crate) accepts: (f64, f64),
}

impl HtmlSafe for Det {}

impl Display for Det {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let empty = self.curve.len() < 2 || self.impostor == 0 || self.genuine == 0;
        figure(f, &self.title, empty.then_some("There are too few trials for a curve."), |f| {
            let (fmr, fnmr) = self.accepts;
            let about = format!(
                "From many false matches and few false non-matches to few and many. At the accept point {} of impostors match and {} of \
                 genuine people do not.",
                words::percent(fmr),
                words::percent(fnmr)
            );
            Pen::draw(f, "det", TOP + HEIGHT + BELOW, [&self.title, &about], |pen| self.draw(pen))
        })
    }
}

impl Det {
    fn draw(&self, pen: &mut Pen) -> fmt::Result {
        // Half an error is less than any that can be counted.
        let least = |trials: u64| (0.5 / trials.max(1) as f64).clamp(0.000_1, 0.02);
        let (across, up) = (Deviates::down_to(least(self.impostor)), Deviates::down_to(least(self.genuine)));
        let y = |rate: f64| TOP + HEIGHT * (1.0 - up.share(rate));
        let few = |trials: u64| (FEW / trials.max(1) as f64).min(0.5);
        let (left, low) = (across.share(few(self.impostor)), y(few(self.genuine)));
        pen.rect("unsure", (0.0, left), (TOP, TOP + HEIGHT))?;
        pen.rect("unsure", (left, 1.0), (low, TOP + HEIGHT))?;
        for (rate, name, class) in RATES {
            if rate >= least(self.impostor) {
                let x = across.share(rate);
                pen.line("grid", (x, TOP), (x, TOP + HEIGHT))?;
                pen.text(class, (x, TOP + HEIGHT + 16.0), Anchor::within(x), name)?;
            }
            if rate >= least(self.genuine) {
                pen.line("grid", (0.0, y(rate)), (1.0, y(rate)))?;
                pen.text(class, (0.0, y(rate) - 3.0), Anchor::Start, name)?;
            }
        }
        pen.text("name", (0.0, TOP - 4.0), Anchor::Start, "↑ the same person is refused")?;
        pen.text("name", (1.0, TOP + HEIGHT + 34.0), Anchor::End, "somebody else is accepted →")?;
        pen.path("equal", (TOP, HEIGHT), |path| {
            let least = least(self.impostor).max(least(self.genuine));
            path.move_to((across.share(least), y(least) - TOP))?;
            path.line_to((1.0, 0.0))
        })?;
        pen.path("line s0", (TOP, HEIGHT), |path| {
            let mut places = self.curve.iter().map(|(fmr, fnmr)| (across.share(*fmr), y(*fnmr) - TOP));
            places.next().map_or(Ok(()), |first| path.move_to(first))?;
            places.try_for_each(|place| path.line_to(place))
        })?;
        let (fmr, fnmr) = self.accepts;
        let place = (across.share(fmr), y(fnmr));
        pen.pointer("mark", place)?;
        pen.text("value", (place.0, place.1 - 13.0), Anchor::within(place.0), "accept point")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn det(curve: &[(f64, f64)], trials: u64) -> String {
        let (title, curve) = ("DET".to_owned(), curve.to_vec());
        Det { title, impostor: trials, genuine: trials, curve, accepts: (0.01, 0.02) }.to_string()
    }

    #[test]
    fn rates_of_nothing_lie_at_the_edge() {
        let drawn = det(&[(1.0, 0.0), (0.1, 0.1), (0.0, 1.0)], 10_000);
        // From all accepted, at the right and the foot, to all refused.
        assert!(drawn.contains(r#"class="line s0" d="M10000 300.0L"#), "{drawn}");
        assert!(drawn.contains(r#"L0 0.0"/>"#), "{drawn}");
        assert!(!drawn.contains("NaN"), "{drawn}");
    }

    #[test]
    fn rates_that_too_few_trials_can_tell_are_shaded_and_not_named() {
        let few = det(&[(1.0, 0.0), (0.0, 1.0)], 100);
        assert_eq!(few.matches(r#"class="unsure""#).count(), 2, "{few}");
        assert!(!few.contains(">0.1 %</text>") && few.contains(">1 %</text>"), "{few}");
    }

    #[test]
    fn a_curve_takes_trials_of_both_kinds() {
        assert!(det(&[(1.0, 0.0)], 100).contains("too few trials"));
        assert!(det(&[(1.0, 0.0), (0.0, 1.0)], 0).contains("too few trials"));
    }
}
