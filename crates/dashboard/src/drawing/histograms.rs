//! How the scores of the same person lie, and those of others, on both sides of one line.
//!
//! Both are counted on one logarithmic scale, because the few that lie on the wrong side are what is looked for; the table has the counts.

use std::{
    fmt::{self, Display, Formatter},
    iter::successors,
};

use askama::filters::HtmlSafe;
use timbre_domain::decision::ACCEPT_SCORE;

use super::{
    figure,
    pen::{Anchor, Pen, escaped},
};
use crate::words;

/// Above the highest bar there is a row of words, and room for a number at the axis.
const WORDS: f64 = 12.0;
const TOP: f64 = 32.0;
const HALF: f64 = 84.0;
const MIDDLE: f64 = TOP + HALF;
const FOOT: f64 = MIDDLE + HALF;
const BELOW: f64 = 22.0;

/// Scores of 0 to 1 in as many even parts as there are counts.
pub(crate) struct Histograms {
    pub(crate) title: String,
    /// Of comparisons of a person with themselves: above the line.
    pub(crate) genuine: Vec<u64>,
    /// Of comparisons with somebody else: below it.
    pub(crate) impostor: Vec<u64>,
}

impl HtmlSafe for Histograms {}

impl Display for Histograms {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let counts = || self.genuine.iter().chain(&self.impostor).copied();
        let nothing = (counts().sum::<u64>() == 0).then_some("Nothing was compared.");
        let caption = format!("{}. The scale of the counts is logarithmic.", self.title);
        let caption = if nothing.is_some() { &self.title } else { &caption };
        figure(f, caption, nothing, |f| {
            let most = counts().max().unwrap_or_default();
            let about = format!(
                "Counts by score, on a logarithmic scale. Of {} comparisons of a person with themselves {} score {ACCEPT_SCORE} or more; of {} with somebody else, {}.",
                words::count(self.genuine.iter().sum::<u64>()),
                words::count(accepted(&self.genuine)),
                words::count(self.impostor.iter().sum::<u64>()),
                words::count(accepted(&self.impostor)),
            );
            Pen::draw(f, "histograms", FOOT + BELOW, [&self.title, &about], |pen| self.draw(pen, most))?;
            self.table(f)
        })
    }
}

/// Those from the accept point on.
fn accepted(counts: &[u64]) -> u64 {
    let first = (ACCEPT_SCORE * counts.len() as f64).ceil() as usize;
    counts.iter().skip(first).sum()
}

impl Histograms {
    fn draw(&self, pen: &mut Pen, most: u64) -> fmt::Result {
        let named = ticks(most).into_iter();
        let named: Vec<(u64, f64)> = named.map(|count| (count, HALF * height(count, most))).collect();
        for (_, up) in &named {
            for y in [MIDDLE - up, MIDDLE + up] {
                pen.line("grid", (0.0, y), (1.0, y))?;
            }
        }
        for (counts, class, up, whose) in [
            (&self.genuine, "fill same", -1.0, "of the same person"),
            (&self.impostor, "fill other", 1.0, "of somebody else"),
        ] {
            let room = 1.0 / counts.len().max(1) as f64;
            for (part, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
                let (from, to) = (part as f64 * room, (part + 1) as f64 * room);
                let end = MIDDLE + up * HALF * height(*count, most);
                let told = format!("{from:.2} to {to:.2}: {} {whose}", words::count(*count));
                let bar = (MIDDLE.min(end), MIDDLE.max(end));
                pen.rect_told(class, (from + 0.05 * room, to - 0.05 * room), bar, &told)?;
            }
        }
        pen.line("base", (0.0, MIDDLE), (1.0, MIDDLE))?;
        // The scale is the same on both sides; few of the same person score low, and few others high: there is room for words.
        for (count, up) in named {
            pen.text("tick", (0.0, MIDDLE - up - 3.0), Anchor::Start, &words::count(count))?;
        }
        pen.text("name", (0.0, WORDS), Anchor::Start, "↑ same person")?;
        pen.text("name", (1.0, FOOT - 4.0), Anchor::End, "somebody else ↓")?;
        pen.line("threshold", (ACCEPT_SCORE, WORDS + 4.0), (ACCEPT_SCORE, FOOT))?;
        pen.text("value", (ACCEPT_SCORE, WORDS), Anchor::Start, "accepted from here →")?;
        for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
            let minor = if share == 0.25 || share == 0.75 { " minor" } else { "" };
            let place = (share, FOOT + BELOW - 6.0);
            pen.text(&format!("tick{minor}"), place, Anchor::within(share), &share.to_string())?;
        }
        Ok(())
    }

    fn table(&self, to: &mut Formatter<'_>) -> fmt::Result {
        to.write_str("<details><summary>As a table</summary>")?;
        to.write_str(r#"<div class="wide" tabindex="0" role="region" aria-label=""#)?;
        escaped(to, &self.title)?;
        to.write_str(
            r#""><table><caption>Comparisons by score</caption><thead><tr><th scope="col">Score</th>"#,
        )?;
        to.write_str(r#"<th scope="col" class="num">Same person</th>"#)?;
        to.write_str(r#"<th scope="col" class="num">Somebody else</th></tr></thead><tbody>"#)?;
        let parts = self.genuine.len().max(self.impostor.len());
        for part in 0..parts {
            let of = |counts: &[u64]| counts.get(part).copied().unwrap_or_default();
            let (genuine, impostor) = (of(&self.genuine), of(&self.impostor));
            if genuine + impostor == 0 {
                continue;
            }
            let (from, end) = (part as f64 / parts as f64, (part + 1) as f64 / parts as f64);
            let (genuine, impostor) = (words::count(genuine), words::count(impostor));
            write!(to, r#"<tr><th scope="row">{from:.2} to {end:.2}</th><td class="num">{genuine}</td>"#)?;
            write!(to, r#"<td class="num">{impostor}</td></tr>"#)?;
        }
        to.write_str("</tbody></table></div></details>")
    }
}

/// Of the room for the most: by the logarithm, so that one is seen beside a million.
fn height(count: u64, most: u64) -> f64 {
    (count as f64 + 1.0).ln() / (most.max(1) as f64 + 1.0).ln()
}

/// The counts at the axis: powers of ten, or every so many of them that there are no more than four; and below ten, one and the most.
fn ticks(most: u64) -> Vec<u64> {
    let powers: Vec<u64> =
        successors(Some(1), |count: &u64| count.checked_mul(10)).take_while(|count| *count <= most).collect();
    match powers.len() {
        0 => vec![],
        1 if most > 1 => vec![1, most],
        several => powers.into_iter().step_by(several.div_ceil(4)).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(genuine: &[u64], impostor: &[u64]) -> String {
        let (genuine, impostor) = (genuine.to_vec(), impostor.to_vec());
        Histograms { title: "Scores".to_owned(), genuine, impostor }.to_string()
    }

    #[test]
    fn same_person_lies_above_the_line_and_others_below() {
        let drawn = drawn(&[1, 0, 0, 99], &[999, 0, 3, 0]);
        // Log 100 of log 1000 is two thirds of 84 pixels, above 116.
        assert!(
            drawn.contains(r#"class="fill same" x="76.25%" y="60.0" width="22.5%" height="56.0""#),
            "{drawn}"
        );
        assert!(
            drawn.contains(r#"class="fill other" x="1.25%" y="116.0" width="22.5%" height="84.0""#),
            "{drawn}"
        );
        assert!(
            drawn.contains("Of 100 comparisons of a person with themselves 99 score 0.5 or more"),
            "{drawn}"
        );
        assert!(drawn.contains("with somebody else, 3."), "{drawn}");
        assert!(!drawn.contains("0.25 to 0.50"), "empty parts have no row: {drawn}");
    }

    #[test]
    fn one_is_seen_beside_many() {
        assert!(height(1, 1_000_000) > 0.04);
        assert_eq!([height(0, 0), height(0, 5), height(5, 5)], [0.0, 0.0, 1.0]);
    }

    #[test]
    fn the_scale_is_told_and_has_two_numbers_wherever_there_are_two() {
        for (most, at) in [
            (0, vec![]),
            (1, vec![1]),
            (7, vec![1, 7]),
            (10, vec![1, 10]),
            (9_999, vec![1, 10, 100, 1_000]),
            (12_345, vec![1, 100, 10_000]),
            (1_000_000, vec![1, 100, 10_000, 1_000_000]),
        ] {
            assert_eq!(ticks(most), at, "{most}");
        }
        assert_eq!(ticks(u64::MAX).len(), 4);
        let drawn = drawn(&[1, 99], &[3, 0]);
        assert_eq!(drawn.to_lowercase().matches("logarithmic").count(), 2, "{drawn}");
    }

    #[test]
    fn no_comparison_is_said() {
        assert!(drawn(&[], &[]).contains("Nothing was compared."));
        assert!(drawn(&[0, 0], &[0, 0]).contains("Nothing was compared."));
    }
}
