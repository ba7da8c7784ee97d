//! A score on its scale, between the points at which it decides.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;
use timbre_domain::{decision::ACCEPT_SCORE, policy::MatchingPolicy};

use super::pen::{Anchor, Pen};

const BAND: (f64, f64) = (30.0, 44.0);
const HEIGHT: f64 = 66.0;

/// A score of 0 to 1, and where the policy decides.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Score {
    pub(crate) score: f64,
    pub(crate) sure_reject: f64,
    pub(crate) sure_accept: f64,
}

impl Score {
    pub(crate) fn new(score: f64, policy: &MatchingPolicy) -> Self {
        Self { score, sure_reject: policy.sure_reject, sure_accept: policy.sure_accept }
    }

    /// In which part of the scale it lies.
    pub(crate) fn in_words(&self) -> &'static str {
        match self.score {
            sure if sure >= self.sure_accept => "surely the same voice",
            likely if likely >= ACCEPT_SCORE => "likely the same voice: it decides after the last code",
            unsure if unsure > self.sure_reject => "not sure",
            _ => "surely another voice",
        }
    }
}

impl HtmlSafe for Score {}

impl Display for Score {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { score, sure_reject, sure_accept } = *self;
        let title = format!("Score {score:.2}");
        let about = format!(
            "On a scale from 0 to 1: up to {sure_reject} surely another voice, from {ACCEPT_SCORE} on accepted at the last code, from \
             {sure_accept} on accepted at once. This one is {}.",
            self.in_words()
        );
        Pen::draw(f, "score", HEIGHT, [&title, &about], |pen| {
            pen.rect("band other", (0.0, sure_reject), BAND)?;
            pen.rect("band unsure", (sure_reject, ACCEPT_SCORE), BAND)?;
            pen.rect("band likely", (ACCEPT_SCORE, sure_accept), BAND)?;
            pen.rect("band same", (sure_accept, 1.0), BAND)?;
            for point in [sure_reject, ACCEPT_SCORE, sure_accept] {
                pen.line("threshold", (point, BAND.0 - 4.0), (point, BAND.1 + 4.0))?;
                pen.text("tick", (point, HEIGHT - 5.0), Anchor::within(point), &point.to_string())?;
            }
            pen.pointer("mark", (score, BAND.0))?;
            pen.text("value", (score, BAND.0 - 14.0), Anchor::within(score), &format!("{score:.2}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_is_named_by_the_policys_own_points() {
        let policy = MatchingPolicy::default();
        for (score, words) in [
            (0.0, "surely another"),
            (policy.sure_reject, "surely another"),
            (0.49, "not sure"),
            (0.5, "likely the same"),
            (policy.sure_accept, "surely the same"),
            (f64::NAN, "surely another"),
        ] {
            let told = Score::new(score, &policy).in_words();
            assert!(told.starts_with(words), "{score}: {told}");
        }
    }

    #[test]
    fn the_points_and_the_score_stand_where_they_are() {
        let drawn = Score::new(0.93, &MatchingPolicy::default()).to_string();
        for part in [
            r#"<svg x="93%" y="30.0""#,
            r#"class="band unsure" x="2%" y="30.0" width="48%""#,
            ">0.02</text>",
            ">0.5</text>",
            ">0.8</text>",
            "Score 0.93",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
    }
}
