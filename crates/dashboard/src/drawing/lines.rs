//! Lines over time: how a few figures went, and the same in a table.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;
use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Unit, figure, kind, legend,
    pen::{Anchor, Pen, escaped},
    scale::Scale,
};

pub(super) const TOP: f64 = 18.0;
pub(super) const HEIGHT: f64 = 150.0;
const BELOW: f64 = 22.0;

/// Figures over a stretch of time.
pub(crate) struct Lines {
    pub(crate) title: String,
    pub(crate) unit: Unit,
    /// What is drawn, from when to when.
    pub(crate) time: (DateTime<Utc>, DateTime<Utc>),
    pub(crate) series: Vec<Series>,
}

/// One line. Where its value is no number, the line has a gap.
pub(crate) struct Series {
    pub(crate) name: String,
    /// In the order of their times.
    pub(crate) points: Vec<(DateTime<Utc>, f64)>,
}

impl HtmlSafe for Lines {}

impl Display for Lines {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let values = || self.series.iter().flat_map(Series::values);
        let nothing = values().next().is_none().then_some("Nothing was measured in this time yet.");
        figure(f, &self.title, nothing, |f| {
            let top = self.unit.top(values().fold(0.0, f64::max));
            let [from, _, to] = self.times();
            let many = match self.series.len() {
                1 => "One line".to_owned(),
                many => format!("{many} lines"),
            };
            let axis = self.unit.show(top);
            let about = format!(
                "{many} from {from} to {to} UTC, on an axis from 0 to {axis}. The table has the figures."
            );
            let titles = [self.title.as_str(), &about];
            Pen::draw(f, "lines", TOP + HEIGHT + BELOW, titles, |pen| self.draw(pen, top))?;
            legend(f, "line", self.series.iter().map(|series| series.name.as_str()))?;
            self.table(f)
        })
    }
}

impl Lines {
    fn draw(&self, pen: &mut Pen, top: f64) -> fmt::Result {
        grid(pen)?;
        let [start, middle, end] = self.times();
        let below = TOP + HEIGHT + BELOW - 6.0;
        pen.text("tick", (0.0, below), Anchor::Start, &start)?;
        pen.text("tick", (0.5, below), Anchor::Middle, &middle)?;
        pen.text("tick", (1.0, below), Anchor::End, &end)?;
        let millis = |time: DateTime<Utc>| time.timestamp_millis() as f64;
        let across = Scale::new(millis(self.time.0), millis(self.time.1));
        let up = Scale::new(0.0, top);
        for (number, series) in self.series.iter().enumerate() {
            let class = format!("line s{}", kind(number));
            pen.path(&class, (TOP, HEIGHT), |path| {
                let mut drawing = false;
                for (time, value) in &series.points {
                    if !value.is_finite() {
                        drawing = false;
                        continue;
                    }
                    let place = (across.share(millis(*time)), HEIGHT * (1.0 - up.share(*value)));
                    if !drawing {
                        path.move_to(place)?;
                    }
                    // A point that stands alone is a line of no length, which round ends make a dot.
                    path.line_to(place)?;
                    drawing = true;
                }
                Ok(())
            })?;
        }
        heights(pen, self.unit, top)
    }

    /// The times at the axis: both ends and the middle.
    fn times(&self) -> [String; 3] {
        let (from, to) = self.time;
        let form = if to - from > TimeDelta::hours(36) { "%-d %b" } else { "%H:%M" };
        [from, from + (to - from) / 2, to].map(|time| time.format(form).to_string())
    }

    fn table(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str("<details><summary>As a table</summary>")?;
        to.write_str(r#"<div class="wide" tabindex="0" role="region" aria-label=""#)?;
        escaped(to, &self.title)?;
        to.write_str(r#""><table><caption>"#)?;
        escaped(to, &self.title)?;
        to.write_str(
            r#"</caption><thead><tr><th scope="col">What</th><th scope="col" class="num">Latest</th>"#,
        )?;
        to.write_str(r#"<th scope="col" class="num">Least</th><th scope="col" class="num">Most</th></tr></thead><tbody>"#)?;
        for series in &self.series {
            to.write_str(r#"<tr><th scope="row">"#)?;
            escaped(to, &series.name)?;
            to.write_str("</th>")?;
            let least = series.values().reduce(f64::min);
            for value in [series.values().next_back(), least, series.values().reduce(f64::max)] {
                to.write_str(r#"<td class="num">"#)?;
                escaped(to, &self.unit.show(value.unwrap_or(f64::NAN)))?;
                to.write_str("</td>")?;
            }
            to.write_str("</tr>")?;
        }
        to.write_str("</tbody></table></div></details>")
    }
}

impl Series {
    /// What was measured.
    fn values(&self) -> impl DoubleEndedIterator<Item = f64> {
        self.points.iter().map(|(_, value)| *value).filter(|value| value.is_finite())
    }
}

/// The lines of a half and of the whole, and the one of nothing.
pub(super) fn grid(pen: &mut Pen) -> fmt::Result {
    for share in [0.5, 1.0] {
        let y = TOP + HEIGHT * (1.0 - share);
        pen.line("grid", (0.0, y), (1.0, y))?;
    }
    pen.line("base", (0.0, TOP + HEIGHT), (1.0, TOP + HEIGHT))
}

/// What the lines of a half and of the whole stand for; drawn last, so that nothing lies on it.
pub(super) fn heights(pen: &mut Pen, unit: Unit, top: f64) -> fmt::Result {
    for share in [0.5, 1.0] {
        let y = TOP + HEIGHT * (1.0 - share) - 4.0;
        pen.text("tick", (0.0, y), Anchor::Start, &unit.show(share * top))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn lines(series: Vec<Series>) -> String {
        let from = DateTime::from_timestamp(1_767_225_600, 0).unwrap();
        let time = (from, from + TimeDelta::hours(1));
        Lines { title: "Calls <a minute>".to_owned(), unit: Unit::Count, time, series }.to_string()
    }

    fn series(name: &str, values: &[f64]) -> Series {
        let at = |minute: usize| DateTime::from_timestamp(1_767_225_600 + 60 * minute as i64, 0).unwrap();
        let points = values.iter().enumerate().map(|(minute, value)| (at(minute), *value)).collect();
        Series { name: name.to_owned(), points }
    }

    #[test]
    fn a_line_has_a_gap_where_there_is_no_value() {
        let drawn = lines(vec![series("calls", &[0.0, 2.0, f64::NAN, 1.0])]);
        assert!(drawn.contains(r#"d="M0 150.0L0 150.0L167 0.0M500 75.0L500 75.0""#), "{drawn}");
        assert!(!drawn.contains("legend"), "one line needs none: {drawn}");
        assert!(drawn.contains("00:00") && drawn.contains("00:30") && drawn.contains("01:00"), "{drawn}");
    }

    #[test]
    fn several_lines_are_told_apart_by_their_kind_and_listed() {
        let drawn = lines(vec![series("a & b", &[1.0]), series("c", &[3.0])]);
        for part in ["line s0", "line s1", "a &#38; b", "Calls &#60;a minute&#62;", "2 lines"] {
            assert!(drawn.contains(part), "{part}: {drawn}");
        }
    }

    #[test]
    fn where_nothing_was_measured_that_is_said() {
        for empty in [vec![], vec![series("calls", &[f64::NAN])]] {
            let drawn = lines(empty);
            assert!(drawn.contains("Nothing was measured") && !drawn.contains("<svg"), "{drawn}");
        }
    }
}
