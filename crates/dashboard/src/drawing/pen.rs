//! What all drawings are written with.
//!
//! Promises well-formed SVG of numbers and escaped text, without a style or an id. Across, places are shares of the width, in percent, so
//! that a drawing fills whatever room it gets; down, they are pixels. So a drawing of one size is never stretched to another, and its text is
//! as large on a telephone as on a desk. Only what is a path lies in a stretched field of its own, where strokes keep their width.

use std::fmt::{self, Formatter, Write};

use askama::filters::{Escaper, Html};

/// How a path counts from the left edge to the right.
const ACROSS: f64 = 10_000.0;

/// Where a text stands, seen from its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Anchor {
    /// So that a text at this share of the width stays within it.
    pub(super) fn within(share: f64) -> Self {
        match share {
            left if left < 0.1 => Self::Start,
            right if right > 0.9 => Self::End,
            _ => Self::Middle,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// Writes elements. A place is a share of the width, 0 to 1, and pixels from the top.
pub(super) struct Pen<'p, 'f>(&'p mut Formatter<'f>);

impl<'p, 'f> Pen<'p, 'f> {
    /// A drawing so many pixels high. `title` names it and `about` says in words what is to be seen.
    pub(super) fn draw(
        to: &'p mut Formatter<'f>,
        class: &str,
        height: f64,
        [title, about]: [&str; 2],
        draw: impl FnOnce(&mut Self) -> fmt::Result,
    ) -> fmt::Result {
        write!(to, r#"<svg class="drawing {class}" width="100%" height="{height:.0}" role="img"><title>"#)?;
        escaped(to, title)?;
        to.write_str("</title><desc>")?;
        escaped(to, about)?;
        to.write_str("</desc>")?;
        let mut pen = Self(to);
        draw(&mut pen)?;
        pen.0.write_str("</svg>")
    }

    pub(super) fn line(&mut self, class: &str, (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> fmt::Result {
        let (x1, x2, y1, y2) = (percent(x1), percent(x2), finite(y1), finite(y2));
        write!(self.0, r#"<line class="{class}" x1="{x1}%" y1="{y1:.1}" x2="{x2}%" y2="{y2:.1}"/>"#)
    }

    /// A rectangle from one share of the width to another, and from one height to another.
    pub(super) fn rect(
        &mut self,
        class: &str,
        (from, to): (f64, f64),
        (top, bottom): (f64, f64),
    ) -> fmt::Result {
        self.open_rect(class, (from, to), (top, bottom))?;
        self.0.write_str("/>")
    }

    /// A rectangle that says what it is to whoever points at it.
    pub(super) fn rect_told(
        &mut self,
        class: &str,
        (from, to): (f64, f64),
        (top, bottom): (f64, f64),
        told: &str,
    ) -> fmt::Result {
        self.open_rect(class, (from, to), (top, bottom))?;
        self.0.write_str("><title>")?;
        escaped(self.0, told)?;
        self.0.write_str("</title></rect>")
    }

    fn open_rect(&mut self, class: &str, (from, to): (f64, f64), (top, bottom): (f64, f64)) -> fmt::Result {
        let (x, width) = (percent(from), percent((finite(to) - finite(from)).max(0.0)));
        let (y, height) = (finite(top), (finite(bottom) - finite(top)).max(0.0));
        write!(self.0, r#"<rect class="{class}" x="{x}%" y="{y:.1}" width="{width}%" height="{height:.1}""#)
    }

    pub(super) fn text(&mut self, class: &str, place: (f64, f64), anchor: Anchor, text: &str) -> fmt::Result {
        self.open_text(class, place, anchor, text)?;
        self.0.write_str("</text>")
    }

    /// A text that says more to whoever points at it.
    pub(super) fn text_told(
        &mut self,
        class: &str,
        place: (f64, f64),
        anchor: Anchor,
        text: &str,
        told: &str,
    ) -> fmt::Result {
        self.open_text(class, place, anchor, text)?;
        self.0.write_str("<title>")?;
        escaped(self.0, told)?;
        self.0.write_str("</title></text>")
    }

    fn open_text(&mut self, class: &str, (x, y): (f64, f64), anchor: Anchor, text: &str) -> fmt::Result {
        let (x, y, anchor) = (percent(x), finite(y), anchor.name());
        write!(self.0, r#"<text class="{class}" x="{x}%" y="{y:.1}" text-anchor="{anchor}">"#)?;
        escaped(self.0, text)
    }

    /// A small triangle whose point is at this place.
    pub(super) fn pointer(&mut self, class: &str, (x, y): (f64, f64)) -> fmt::Result {
        let (x, y) = (percent(x), finite(y));
        write!(self.0, r#"<svg x="{x}%" y="{y:.1}" width="1" height="1"><path class="{class}" "#)?;
        self.0.write_str(r#"d="M0 0l-6 -9h12z"/></svg>"#)
    }

    /// A path in a field of the drawing's width, from `top`, so many pixels high: places in it count from its own top.
    pub(super) fn path(
        &mut self,
        class: &str,
        (top, height): (f64, f64),
        draw: impl FnOnce(&mut Path) -> fmt::Result,
    ) -> fmt::Result {
        let mut path = Path(String::new());
        draw(&mut path)?;
        if path.0.is_empty() {
            return Ok(());
        }
        write!(self.0, r#"<svg y="{top:.1}" width="100%" height="{height:.1}" preserveAspectRatio="none" "#)?;
        let d = path.0;
        write!(self.0, r#"viewBox="0 0 {ACROSS} {height:.1}"><path class="{class}" d="{d}"/></svg>"#)
    }
}

/// What a path is made of. A place that is not a number is left out.
pub(super) struct Path(String);

impl Path {
    pub(super) fn move_to(&mut self, place: (f64, f64)) -> fmt::Result {
        self.step('M', place)
    }

    pub(super) fn line_to(&mut self, place: (f64, f64)) -> fmt::Result {
        self.step('L', place)
    }

    pub(super) fn close(&mut self) -> fmt::Result {
        self.0.write_char('Z')
    }

    /// A rectangle of the field's whole height.
    pub(super) fn bar(&mut self, (from, to): (f64, f64), height: f64) -> fmt::Result {
        let (from, to) = (finite(from).clamp(0.0, 1.0), finite(to).clamp(0.0, 1.0));
        if to <= from {
            return Ok(());
        }
        let (x, width) = (from * ACROSS, (to - from) * ACROSS);
        write!(self.0, "M{x:.0} 0h{width:.1}v{height:.0}h-{width:.1}z")
    }

    fn step(&mut self, letter: char, (x, y): (f64, f64)) -> fmt::Result {
        match x.is_finite() && y.is_finite() {
            true => write!(self.0, "{letter}{:.0} {y:.1}", x.clamp(0.0, 1.0) * ACROSS),
            false => Ok(()),
        }
    }
}

/// Writes text as it may stand in an element or between quotes.
pub(super) fn escaped(to: &mut impl Write, text: &str) -> fmt::Result {
    Html.write_escaped_str(to, text)
}

/// Shares of the width as percents: a hundredth of one is less than a pixel.
fn percent(share: f64) -> f64 {
    (finite(share).clamp(0.0, 1.0) * 10_000.0).round() / 100.0
}

/// What is drawn of a value that is no number: nothing.
pub(super) fn finite(value: f64) -> f64 {
    if value.is_finite() { value } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Drawn<F>(F);

    impl<F: Fn(&mut Pen) -> fmt::Result> fmt::Display for Drawn<F> {
        fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
            Pen::draw(f, "c", 10.0, ["<b>", "\"it\" & that"], &self.0)
        }
    }

    #[test]
    fn text_is_escaped_wherever_it_stands() {
        let drawn = Drawn(|pen: &mut Pen| {
            pen.text("t", (0.5, 3.0), Anchor::Middle, "</text><script>")?;
            pen.rect_told("r", (0.0, 1.0), (0.0, 1.0), "</title>")
        });
        let drawn = drawn.to_string();
        assert!(!drawn.contains("<script>") && !drawn.contains("<b>"), "{drawn}");
        assert_eq!(drawn.matches("</title>").count(), 2, "{drawn}");
        assert!(drawn.contains("<title>&#60;b&#62;</title><desc>&#34;it&#34; &#38; that</desc>"), "{drawn}");
    }

    #[test]
    fn what_is_no_number_is_drawn_nowhere_it_would_break_the_element() {
        let drawn = Drawn(|pen: &mut Pen| {
            pen.line("l", (f64::NAN, f64::INFINITY), (2.0, -1.0))?;
            pen.rect("r", (0.9, 0.1), (f64::NAN, -5.0))?;
            pen.path("p", (0.0, 5.0), |path| {
                path.move_to((0.0, 1.0))?;
                path.line_to((f64::NAN, 1.0))?;
                path.line_to((1.0, 2.0))?;
                path.bar((0.5, 0.5), 5.0)
            })
        });
        let drawn = drawn.to_string();
        assert!(!drawn.contains("NaN") && !drawn.contains("inf"), "{drawn}");
        assert!(drawn.contains(r#"x1="0%" y1="0.0" x2="100%""#), "{drawn}");
        assert!(drawn.contains(r#"width="0%" height="0.0""#), "{drawn}");
        assert!(drawn.contains(r#"d="M0 1.0L10000 2.0""#), "{drawn}");
    }

    #[test]
    fn a_path_of_nothing_is_not_drawn() {
        let drawn = Drawn(|pen: &mut Pen| pen.path("p", (0.0, 5.0), |_| Ok(())));
        assert!(!drawn.to_string().contains("<path"));
    }

    #[test]
    fn text_at_an_edge_stays_inside() {
        for (share, anchor) in [(0.0, Anchor::Start), (0.5, Anchor::Middle), (1.0, Anchor::End)] {
            assert_eq!(Anchor::within(share), anchor);
        }
    }
}
