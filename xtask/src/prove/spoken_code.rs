//! [spoken-code] The right code is accepted, one with a digit changed is not.

use std::path::PathBuf;

use super::{Finding, Given, argument, json, number};
use crate::cargo;
use crate::failure::{Failure, say};

/// Whose codes are checked, and what is claimed of it.
struct Set {
    name: &'static str,
    language: &'static str,
    /// Codes that each person says.
    codes: &'static str,
    /// Claims with one digit changed, for each code spoken.
    changed: &'static str,
    least_right_percent: f64,
    most_wrong_percent: f64,
    most_milliseconds: Option<f64>,
}

const SETS: [Set; 3] = [
    Set {
        name: "real_english",
        language: "en",
        codes: "60",
        changed: "10",
        least_right_percent: 96.0,
        most_wrong_percent: 0.5,
        most_milliseconds: Some(150.0),
    },
    Set {
        name: "synthetic_english",
        language: "en",
        codes: "20",
        changed: "10",
        least_right_percent: 99.5,
        most_wrong_percent: 0.1,
        most_milliseconds: None,
    },
    Set {
        name: "synthetic_portuguese",
        language: "pt",
        codes: "20",
        // The recogniser that knows Portuguese takes seconds to refuse a changed code.
        changed: "4",
        least_right_percent: 95.0,
        most_wrong_percent: 0.5,
        most_milliseconds: None,
    },
];

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let speech = given.speech()?;
    let check = cargo::release_example("spoken_code")?;
    let mut finding = Finding::default();
    for set in &SETS {
        let people: PathBuf = match set.name {
            "real_english" => speech.join("digits-en"),
            _ => cargo::root().join("tests/fixtures/voices").join(set.language),
        };
        let language = cargo::root().join("config/languages").join(format!("{}.toml", set.language));
        let found = json(&check, &[argument(&people)?, argument(&language)?, set.codes, set.changed])?;
        let all = &found["all"];
        let right = number(all, "right_accepted_percent")?;
        let wrong = number(all, "wrong_accepted_percent")?;
        let milliseconds = number(&found, "milliseconds_per_clip")?;
        say(format_args!(
            "  {:<22} right accepted {right:.2} % of {}   one digit changed accepted {wrong:.3} % of {}   {milliseconds} ms a clip",
            set.name, all["right"], all["wrong"]
        ))?;
        finding.at_least(&format!("{}: right codes accepted, %,", set.name), right, set.least_right_percent);
        finding.at_most(&format!("{}: changed codes accepted, %,", set.name), wrong, set.most_wrong_percent);
        if let Some(most) = set.most_milliseconds {
            finding.at_most(&format!("{}: milliseconds a clip", set.name), milliseconds, most);
        }
        finding.figure(
            set.name,
            serde_json::json!({
                "right": all["right"], "right_accepted_percent": right,
                "wrong": all["wrong"], "wrong_accepted_percent": wrong,
                "milliseconds_per_clip": milliseconds,
            }),
        );
    }
    Ok(finding)
}
