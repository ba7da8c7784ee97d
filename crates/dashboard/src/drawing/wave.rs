//! A recording as it looks: how loud, over time, and where in it somebody speaks.
//!
//! Heights are dB on a scale that is the same for all, and is told: a quiet recording looks quiet beside a loud one.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;

use super::{
    figure,
    pen::{Anchor, Pen},
    scale::Scale,
};

const HEIGHT: f64 = 72.0;
/// The bars that mark speech lie below the wave.
const SPEECH: (f64, f64) = (HEIGHT + 2.0, HEIGHT + 7.0);
const BELOW: f64 = 26.0;

/// Stretches of speech that are named in words; of more, how many there are.
const NAMED: usize = 4;

/// A recording's outline.
pub(crate) struct Wave {
    pub(crate) title: String,
    /// How long it is.
    pub(crate) seconds: f64,
    /// The loudest of each of as many even parts of it, in even steps of dB: from 0, the floor, to 1, full scale.
    pub(crate) peaks: Vec<f64>,
    /// What is drawn as silence, and all below.
    pub(crate) floor_dbfs: f32,
    /// From when to when somebody speaks, in seconds.
    pub(crate) speech: Vec<(f64, f64)>,
}

impl HtmlSafe for Wave {}

impl Display for Wave {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let nothing = (self.peaks.is_empty() || self.seconds <= 0.0).then_some("There is no sound in it.");
        figure(f, &self.title, nothing, |f| {
            let (spoken, scale) = (self.in_words(), self.scale_in_words());
            let about = format!("{spoken} {scale}");
            Pen::draw(f, "wave", HEIGHT + BELOW, [&self.title, &about], |pen| self.draw(pen))?;
            write!(f, r#"<p class="hint">{scale}</p>"#)
        })
    }
}

impl Wave {
    /// What is to be seen.
    pub(crate) fn in_words(&self) -> String {
        let long = format!("{:.1} seconds", self.seconds);
        match self.speech.as_slice() {
            [] => format!("{long} without speech."),
            few if few.len() <= NAMED => {
                let named = few.iter().map(|(from, to)| format!("{from:.1} to {to:.1} s"));
                format!("{long}, with speech from {}.", named.collect::<Vec<_>>().join(", from "))
            }
            many => {
                let spoken: f64 = many.iter().map(|(from, to)| to - from).sum();
                format!("{long}, with {spoken:.1} seconds of speech in {} stretches.", many.len())
            }
        }
    }

    /// What its height means.
    fn scale_in_words(&self) -> String {
        let below = self.floor_dbfs.abs();
        format!(
            "Its height is loudness in even steps of dB: from −{below:.0} dBFS and below, the line, to 0 dBFS, full height."
        )
    }

    fn draw(&self, pen: &mut Pen) -> fmt::Result {
        let across = Scale::new(0.0, self.seconds);
        for (from, to) in &self.speech {
            let stretch = (across.share(*from), across.share(*to));
            pen.rect("speech", stretch, (0.0, HEIGHT))?;
            pen.rect("spoken", stretch, SPEECH)?;
        }
        let middle = HEIGHT / 2.0;
        let last = (self.peaks.len() - 1).max(1) as f64;
        pen.path("wave", (0.0, HEIGHT), |path| {
            let edge = |part: usize, up: f64| {
                let peak = self.peaks.get(part).copied().filter(|peak| peak.is_finite()).unwrap_or(0.0);
                (part as f64 / last, middle * (1.0 - up * peak.clamp(0.0, 1.0)))
            };
            path.move_to(edge(0, 1.0))?;
            for part in 1..self.peaks.len() {
                path.line_to(edge(part, 1.0))?;
            }
            for part in (0..self.peaks.len()).rev() {
                path.line_to(edge(part, -1.0))?;
            }
            path.close()
        })?;
        pen.line("base", (0.0, middle), (1.0, middle))?;
        let below = HEIGHT + BELOW - 5.0;
        for share in [0.0, 0.5, 1.0] {
            let at = format!("{:.1} s", share * self.seconds);
            pen.text("tick", (share, below), Anchor::within(share), &at)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(peaks: &[f64], speech: &[(f64, f64)]) -> Wave {
        let (peaks, speech) = (peaks.to_vec(), speech.to_vec());
        Wave { title: "Turn 1".to_owned(), seconds: 4.0, peaks, floor_dbfs: -60.0, speech }
    }

    #[test]
    fn speech_is_marked_where_it_is_and_said() {
        let drawn = wave(&[0.0, 0.5, 0.25], &[(1.0, 3.0)]).to_string();
        assert!(drawn.contains(r#"class="spoken" x="25%" y="74.0" width="50%""#), "{drawn}");
        assert!(drawn.contains("4.0 seconds, with speech from 1.0 to 3.0 s."), "{drawn}");
    }

    #[test]
    fn a_quiet_recording_looks_quiet_and_the_scale_is_told() {
        let quiet = wave(&[0.0, 0.5, 0.25], &[]).to_string();
        assert!(
            quiet.contains(r#"d="M0 36.0L5000 18.0L10000 27.0L10000 45.0L5000 54.0L0 36.0Z""#),
            "{quiet}"
        );
        let loud = wave(&[0.0, 1.0, 0.25], &[]).to_string();
        assert!(loud.contains(r#"d="M0 36.0L5000 0.0L10000 27.0L10000 45.0L5000 72.0L0 36.0Z""#), "{loud}");
        assert_eq!(loud.matches("from −60 dBFS and below").count(), 2, "in words, and beside it: {loud}");
    }

    #[test]
    fn many_stretches_are_counted() {
        let speech: Vec<_> = (0..5).map(|at| (f64::from(at) * 0.5, f64::from(at) * 0.5 + 0.2)).collect();
        assert!(wave(&[0.1], &speech).in_words().ends_with("1.0 seconds of speech in 5 stretches."));
        assert_eq!(wave(&[0.1], &[]).in_words(), "4.0 seconds without speech.");
    }

    #[test]
    fn a_recording_of_nothing_is_said_to_be_one() {
        assert!(wave(&[], &[]).to_string().contains("no sound"));
        let odd = wave(&[f64::NAN, 0.0], &[(9.0, 1.0)]).to_string();
        assert!(!odd.contains("NaN"), "{odd}");
    }
}
