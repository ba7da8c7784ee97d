//! Drawings: inline SVG, each written by a plain struct that a template shows with `{{ }}`.
//!
//! Promises that each has a name and says in words what is to be seen (`role="img"`, `<title>`, `<desc>`), that nothing is told by colour alone,
//! that nothing to draw is said rather than drawn, and that every text in it is escaped. How it looks is `assets/drawings.css`' to say.

mod bars;
mod days;
mod det;
mod histograms;
mod lanes;
mod lines;
mod pen;
mod scale;
mod score;
mod wave;

pub(crate) use bars::{Bar, Bars};
pub(crate) use days::Days;
pub(crate) use det::{Det, FEW};
pub(crate) use histograms::Histograms;
pub(crate) use lanes::{Lane, Lanes};
pub(crate) use lines::{Lines, Series};
pub(crate) use scale::{Unit, clock};
pub(crate) use score::Score;
pub(crate) use wave::Wave;

use std::fmt::{self, Formatter};

use pen::escaped;

/// Kinds of line and fill: the next series after the last looks like the first again.
const KINDS: usize = 6;

/// Which line or fill a series has.
fn kind(series: usize) -> usize {
    series % KINDS
}

/// What the lines or fills of a drawing stand for; nothing where there is only one.
fn legend<'n>(
    to: &mut Formatter<'_>,
    key: &str,
    names: impl ExactSizeIterator<Item = &'n str>,
) -> fmt::Result {
    if names.len() < 2 {
        return Ok(());
    }
    to.write_str(r#"<ul class="legend">"#)?;
    for (series, name) in names.enumerate() {
        let kind = kind(series);
        to.write_str(r#"<li><svg class="key" width="24" height="12" aria-hidden="true">"#)?;
        match key {
            "line" => write!(to, r#"<line class="line s{kind}" x1="1" y1="6" x2="23" y2="6"/>"#)?,
            _ => write!(to, r#"<rect class="fill s{kind}" x="1" y="1" width="22" height="10"/>"#)?,
        }
        to.write_str("</svg> ")?;
        escaped(to, name)?;
        to.write_str("</li>")?;
    }
    to.write_str("</ul>")
}

/// A figure under its caption; `nothing` says why there is nothing to draw, where that is so.
fn figure(
    to: &mut Formatter<'_>,
    title: &str,
    nothing: Option<&str>,
    draw: impl FnOnce(&mut Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    to.write_str(r#"<figure class="chart"><figcaption>"#)?;
    escaped(to, title)?;
    to.write_str("</figcaption>")?;
    match nothing {
        Some(nothing) => {
            to.write_str(r#"<p class="nothing">"#)?;
            escaped(to, nothing)?;
            to.write_str("</p>")?;
        }
        None => draw(to)?,
    }
    to.write_str("</figure>")
}
