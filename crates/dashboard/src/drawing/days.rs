//! Bars by day, what each is made of stacked from the bottom. The page that shows them has the table.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;
use chrono::NaiveDate;

use super::{
    Unit, figure, kind, legend,
    lines::{HEIGHT, TOP, grid, heights},
    pen::{Anchor, Pen},
    scale::Scale,
};

const BELOW: f64 = 22.0;

/// What of a day's room its bar takes.
const BAR: f64 = 0.8;

/// What was used, day by day.
pub(crate) struct Days {
    pub(crate) title: String,
    pub(crate) unit: Unit,
    /// What a bar is made of, from the bottom up.
    pub(crate) names: Vec<String>,
    /// Each day's values, in the order of the names.
    pub(crate) days: Vec<(NaiveDate, Vec<f64>)>,
}

impl HtmlSafe for Days {}

impl Display for Days {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let (first, last) = match self.days.as_slice() {
            [] => return figure(f, &self.title, Some("There are no days to show."), |_| Ok(())),
            [only] => (only, only),
            [first, .., last] => (first, last),
        };
        figure(f, &self.title, None, |f| {
            let most = self.days.iter().map(|(_, values)| values.iter().sum::<f64>()).fold(0.0, f64::max);
            let top = self.unit.top(most);
            let most = self.unit.show(most);
            let about = format!("One bar a day from {} to {}, the highest {most}.", first.0, last.0);
            Pen::draw(f, "days", TOP + HEIGHT + BELOW, [&self.title, &about], |pen| self.draw(pen, top))?;
            legend(f, "fill", self.names.iter().map(String::as_str))
        })
    }
}

impl Days {
    fn draw(&self, pen: &mut Pen, top: f64) -> fmt::Result {
        grid(pen)?;
        let up = Scale::new(0.0, top);
        let room = 1.0 / self.days.len() as f64;
        for (number, (day, values)) in self.days.iter().enumerate() {
            let from = (number as f64 + 0.5 * (1.0 - BAR)) * room;
            let mut below = 0.0;
            for (series, value) in values.iter().enumerate().filter(|(_, value)| **value > 0.0) {
                let y = |value: f64| TOP + HEIGHT * (1.0 - up.share(value));
                let name = self.names.get(series).map_or("", String::as_str);
                let told = format!("{day}: {} {name}", self.unit.show(*value));
                let class = format!("fill s{}", kind(series));
                let room = (from, from + BAR * room);
                pen.rect_told(&class, room, (y(below + value), y(below)), told.trim_end())?;
                below += value;
            }
        }
        let at = |day: usize| (day as f64 + 0.5) * room;
        for day in self.named_days() {
            let (date, anchor) = (self.days[day].0.format("%-d %b").to_string(), Anchor::within(at(day)));
            pen.text("tick", (at(day), TOP + HEIGHT + BELOW - 6.0), anchor, &date)?;
        }
        heights(pen, self.unit, top)
    }

    /// The days whose dates stand at the axis: the first, the last and one between them.
    fn named_days(&self) -> Vec<usize> {
        let last = self.days.len().saturating_sub(1);
        let mut days = vec![0, last / 2, last];
        days.dedup();
        days
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn drawn(days: Vec<Vec<f64>>, names: &[&str]) -> String {
        let first = NaiveDate::from_ymd_opt(2026, 11, 1).unwrap();
        let days = first.iter_days().zip(days).collect();
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Days { title: "Requests".to_owned(), unit: Unit::Count, names, days }.to_string()
    }

    #[test]
    fn a_day_is_stacked_from_the_bottom() {
        let drawn = drawn(vec![vec![1.0, 3.0], vec![0.0, 0.0]], &["done", "refused"]);
        // Half of the width is the first day's, four fifths of that its bar; the axis ends at 4.
        assert!(drawn.contains(r#"s0" x="5%" y="130.5" width="40%" height="37.5""#), "{drawn}");
        assert!(drawn.contains(r#"s1" x="5%" y="18.0" width="40%" height="112.5""#), "{drawn}");
        assert_eq!(
            drawn.matches("<rect class=\"fill").count(),
            2 + 2,
            "nothing is drawn of nothing: {drawn}"
        );
        assert!(drawn.contains("2026-11-01: 3 refused"), "{drawn}");
    }

    #[test]
    fn one_day_is_named_once_and_none_is_said() {
        assert_eq!(drawn(vec![vec![5.0]], &["done"]).matches(">1 Nov<").count(), 1);
        assert!(drawn(vec![], &["done"]).contains("There are no days"));
    }
}
