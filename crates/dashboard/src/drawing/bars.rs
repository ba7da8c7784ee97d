//! Horizontal bars: one beside the words that say the same, or a table of them.

use std::fmt::{self, Display, Formatter};

use askama::filters::HtmlSafe;

use super::{
    Unit,
    pen::{escaped, finite},
    scale::Scale,
};

/// How much of something, beside words that say so: a reader of the words alone misses nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bar {
    share: f64,
    class: &'static str,
}

impl Bar {
    /// A value of the most that there is.
    pub(crate) fn of(value: f64, most: f64) -> Self {
        let share = if most > 0.0 { Scale::new(0.0, most).share(value) } else { 0.0 };
        Self { share, class: "s0" }
    }

    /// What is used of a limit: from four fifths on it is near, and at the limit it is full.
    pub(crate) fn of_limit(used: f64, limit: f64) -> Self {
        let class = match used {
            full if full >= limit => "full",
            near if near >= 0.8 * limit => "near",
            _ => "s0",
        };
        Self { class, ..Self::of(used.max(0.0), limit) }
    }
}

impl HtmlSafe for Bar {}

impl Display for Bar {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let width = (finite(self.share) * 1_000.0).round() / 10.0;
        f.write_str(r#"<svg class="bar" width="100%" height="10" aria-hidden="true">"#)?;
        f.write_str(r#"<rect class="track" width="100%" height="10"/>"#)?;
        write!(f, r#"<rect class="fill {}" width="{width}%" height="10"/></svg>"#, self.class)
    }
}

/// Several of a kind, the longest of them as long as there is room.
pub(crate) struct Bars {
    pub(crate) caption: String,
    pub(crate) unit: Unit,
    /// What the rows are, and what is counted.
    pub(crate) heads: [&'static str; 2],
    pub(crate) rows: Vec<(String, f64)>,
}

impl HtmlSafe for Bars {}

impl Display for Bars {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let most = self.rows.iter().map(|(_, value)| *value).fold(0.0, f64::max);
        f.write_str(r#"<table class="bars"><caption>"#)?;
        escaped(f, &self.caption)?;
        f.write_str(r#"</caption><thead><tr><th scope="col">"#)?;
        escaped(f, self.heads[0])?;
        f.write_str(r#"</th><th scope="col" class="num">"#)?;
        escaped(f, self.heads[1])?;
        f.write_str("</th><td></td></tr></thead><tbody>")?;
        for (name, value) in &self.rows {
            f.write_str(r#"<tr><th scope="row">"#)?;
            escaped(f, name)?;
            f.write_str(r#"</th><td class="num">"#)?;
            escaped(f, &self.unit.show(*value))?;
            write!(f, r#"</td><td class="length">{}</td></tr>"#, Bar::of(*value, most))?;
        }
        f.write_str("</tbody></table>")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_of_nothing_is_empty_and_one_beyond_the_limit_full() {
        for (bar, drawn) in [
            (Bar::of(1.0, 0.0), r#"s0" width="0%""#),
            (Bar::of(f64::NAN, 4.0), r#"s0" width="0%""#),
            (Bar::of(1.0, 8.0), r#"s0" width="12.5%""#),
            (Bar::of_limit(7.9, 10.0), r#"s0" width="79%""#),
            (Bar::of_limit(8.0, 10.0), r#"near" width="80%""#),
            (Bar::of_limit(12.0, 10.0), r#"full" width="100%""#),
            (Bar::of_limit(0.0, 0.0), r#"full" width="0%""#),
        ] {
            assert!(bar.to_string().contains(drawn), "{drawn}: {bar}");
        }
    }

    #[test]
    fn rows_are_names_figures_and_bars() {
        let rows = vec![("TooNoisy & <late>".to_owned(), 4.0), ("WrongCode".to_owned(), 1.0)];
        let bars = Bars { caption: "Why".to_owned(), unit: Unit::Count, heads: ["Reason", "Times"], rows };
        let drawn = bars.to_string();
        assert!(drawn.contains(r#"<th scope="row">TooNoisy &#38; &#60;late&#62;</th>"#), "{drawn}");
        assert!(drawn.contains(r#"width="25%""#) && drawn.contains(r#"<td class="num">1</td>"#), "{drawn}");
    }
}
