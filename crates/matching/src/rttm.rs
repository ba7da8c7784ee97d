//! Rich Transcription Time Marked: who speaks when, one turn a line (NIST, "The 2009 (RT-09) Rich Transcription Meeting Recognition
//! Evaluation Plan", appendix A).

use std::fmt;

use crate::error::MatchingError;

/// One `SPEAKER` line.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub file: String,
    pub start_seconds: f64,
    pub end_seconds: f64,
    pub name: String,
}

/// Reads the `SPEAKER` lines of a file; other kinds of line are passed over.
pub fn parse(text: &str) -> Result<Vec<Line>, MatchingError> {
    let speaker = |line: &&str| line.split_whitespace().next() == Some("SPEAKER");
    text.lines()
        .filter(speaker)
        .map(|line| read(line).ok_or_else(|| MatchingError::NotRttm(line.to_owned())))
        .collect()
}

fn read(line: &str) -> Option<Line> {
    let mut fields = line.split_whitespace().skip(1);
    let (file, _channel) = (fields.next()?.to_owned(), fields.next()?);
    let mut seconds =
        || fields.next()?.parse().ok().filter(|seconds: &f64| seconds.is_finite() && *seconds >= 0.0);
    let (start_seconds, duration) = (seconds()?, seconds()?);
    let (end_seconds, name) = (start_seconds + duration, fields.nth(2)?.to_owned());
    end_seconds.is_finite().then_some(Line { file, start_seconds, end_seconds, name })
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A field ends at a space, and names may have some.
        let (file, name) = (one_word(&self.file), one_word(&self.name));
        let duration = self.end_seconds - self.start_seconds;
        write!(f, "SPEAKER {file} 1 {:.3} {duration:.3} <NA> <NA> {name} <NA> <NA>", self.start_seconds)
    }
}

fn one_word(text: &str) -> String {
    match text.split_whitespace().collect::<Vec<_>>().join("_") {
        // What RTTM writes for what there is not.
        empty if empty.is_empty() => "<NA>".to_owned(),
        word => word,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let line = Line {
            file: "a".to_owned(),
            start_seconds: 1.25,
            end_seconds: 3.5,
            name: "Ana María".to_owned(),
        };
        assert_eq!(line.to_string(), "SPEAKER a 1 1.250 2.250 <NA> <NA> Ana_María <NA> <NA>");
        assert_eq!(parse(&line.to_string()).unwrap(), [Line { name: "Ana_María".to_owned(), ..line }]);
    }

    #[test]
    fn a_line_has_all_its_fields_whatever_the_names() {
        let line =
            Line { file: " ".to_owned(), start_seconds: 0.0, end_seconds: 1.0, name: "a\tb\n".to_owned() };
        let read = parse(&line.to_string()).unwrap();
        assert_eq!((read[0].file.as_str(), read[0].name.as_str()), ("<NA>", "a_b"));
    }

    #[test]
    fn other_lines_are_passed_over_and_broken_ones_refused() {
        assert!(
            parse(";; comment\n\nSPKR-INFO a 1 <NA> <NA> <NA> unknown b <NA> <NA>\n").unwrap().is_empty()
        );
        for broken in [
            "SPEAKER a 1 x 1 <NA> <NA> b",
            "SPEAKER a 1 0 -1 <NA> <NA> b",
            "SPEAKER a 1 1e308 1e308 <NA> <NA> b",
            "SPEAKER a 1 0 1 <NA> <NA>",
        ] {
            assert!(parse(broken).is_err(), "{broken}");
        }
    }
}
