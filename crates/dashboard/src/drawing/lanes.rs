//! Who speaks when: a lane for each voice, under its name.
//!
//! Each lane stands alone and is named, so nothing hangs on its colour; and a turn of a second in hours is still a line wide.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;

use super::{
    clock, figure, kind,
    pen::{Anchor, Pen},
    scale::Scale,
};

const LANE: f64 = 42.0;
const STRIP: (f64, f64) = (19.0, 18.0);
const BELOW: f64 = 22.0;

/// Lanes that are named in words; of more, how many there are.
const NAMED: usize = 8;

/// Letters of a name that have room beside its time on a telephone.
const LETTERS: usize = 24;

/// A conversation.
pub(crate) struct Lanes {
    pub(crate) title: String,
    pub(crate) seconds: f64,
    pub(crate) lanes: Vec<Lane>,
}

/// One voice.
pub(crate) struct Lane {
    pub(crate) name: String,
    /// From when to when it speaks, in seconds.
    pub(crate) turns: Vec<(f64, f64)>,
}

impl Lane {
    /// How long it speaks.
    pub(crate) fn seconds(&self) -> f64 {
        self.turns.iter().map(|(from, to)| (to - from).max(0.0)).sum()
    }
}

impl HtmlSafe for Lanes {}

impl Display for Lanes {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let nothing = self.lanes.is_empty().then_some("Nobody was heard to speak.");
        figure(f, &self.title, nothing, |f| {
            let height = self.lanes.len() as f64 * LANE + BELOW;
            Pen::draw(f, "lanes", height, [&self.title, &self.in_words()], |pen| self.draw(pen))
        })
    }
}

impl Lanes {
    fn in_words(&self) -> String {
        let named = self.lanes.iter().take(NAMED);
        let named = named.map(|lane| format!("{} for {}", lane.name, clock(lane.seconds())));
        let named = named.collect::<Vec<_>>().join(", ");
        let more = match self.lanes.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let long = clock(self.seconds);
        format!("Of {long}, there speak {named}{more}. The table below has every turn.")
    }

    fn draw(&self, pen: &mut Pen) -> fmt::Result {
        let across = Scale::new(0.0, self.seconds);
        let (below, strip) = STRIP;
        let foot = self.lanes.len() as f64 * LANE;
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let minor = if share == 0.25 || share == 0.75 { " minor" } else { "" };
            pen.line("grid", (share, 0.0), (share, foot))?;
            let at = clock(share * self.seconds);
            pen.text(&format!("tick{minor}"), (share, foot + BELOW - 6.0), Anchor::within(share), &at)?;
        }
        for (number, lane) in self.lanes.iter().enumerate() {
            let top = number as f64 * LANE;
            let (place, long) = ((0.0, top + below - 5.0), clock(lane.seconds()));
            let whole = format!("{} · {long}", lane.name);
            match lane.name.chars().count() {
                ..=LETTERS => pen.text("name", place, Anchor::Start, &whole)?,
                _ => {
                    let begins: String = lane.name.chars().take(LETTERS - 1).collect();
                    let shown = format!("{}… · {long}", begins.trim_end());
                    pen.text_told("name", place, Anchor::Start, &shown, &whole)?;
                }
            }
            pen.rect("track", (0.0, 1.0), (top + below, top + below + strip))?;
            pen.path(&format!("turns s{}", kind(number)), (top + below, strip), |path| {
                lane.turns
                    .iter()
                    .try_for_each(|(from, to)| path.bar((across.share(*from), across.share(*to)), strip))
            })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes(lanes: Vec<Lane>) -> String {
        Lanes { title: "Who speaks when".to_owned(), seconds: 120.0, lanes }.to_string()
    }

    #[test]
    fn each_voice_has_a_lane_under_its_name() {
        let drawn = lanes(vec![
            Lane { name: "Ann <&>".to_owned(), turns: vec![(0.0, 30.0), (60.0, 61.0)] },
            Lane { name: "Unknown 1".to_owned(), turns: vec![(30.0, 60.0)] },
        ]);
        for part in [
            ">Ann &#60;&#38;&#62; · 0:31</text>",
            r#"<svg y="19.0" width="100%" height="18.0""#,
            r#"class="turns s0" d="M0 0h2500.0v18h-2500.0zM5000 0h83.3v18h-83.3z""#,
            r#"class="turns s1" d="M2500 0h2500.0v18h-2500.0z""#,
            "Of 2:00, there speak Ann &#60;&#38;&#62; for 0:31, Unknown 1 for 0:30.",
            ">1:30</text>",
        ] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
    }

    #[test]
    fn of_a_long_name_there_is_the_beginning_and_the_time_and_the_rest_for_whoever_points_at_it() {
        let name = |name: &str| Lane { name: name.to_owned(), turns: vec![(0.0, 12.0)] };
        let drawn = lanes(vec![name(&"N".repeat(24)), name(&format!("{} of Ely", "ü".repeat(22)))]);
        assert!(drawn.contains(&format!(">{} · 0:12</text>", "N".repeat(24))), "{drawn}");
        let (shown, whole) =
            (format!("{}… · 0:12", "ü".repeat(22)), format!("{} of Ely · 0:12", "ü".repeat(22)));
        assert!(drawn.contains(&format!(">{shown}<title>{whole}</title></text>")), "{drawn}");
    }

    #[test]
    fn where_nobody_speaks_that_is_said() {
        assert!(lanes(vec![]).contains("Nobody was heard"));
    }

    #[test]
    fn a_crowd_is_counted() {
        let crowd = (0..10).map(|n| Lane { name: format!("Unknown {n}"), turns: vec![(0.0, 1.0)] });
        assert!(lanes(crowd.collect()).contains("Unknown 7 for 0:01 and 2 more."));
    }
}
