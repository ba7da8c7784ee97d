//! [accuracy] How well voices are told apart on four trial lists of real speech.

use serde_json::{Map, Value};

use super::{Finding, Given, argument, number, rounded};
use crate::failure::{Failure, say};

/// A trial list, its scheme where it is not the default, and the EER that is claimed for it.
struct List {
    name: &'static str,
    scheme: Option<&'static str>,
    most_eer: Option<f64>,
}

const LISTS: [List; 4] = [
    List { name: "librispeech", scheme: None, most_eer: Some(0.001) },
    List { name: "passphrase", scheme: Some("fixed-passphrase"), most_eer: Some(0.001) },
    List { name: "other-words", scheme: None, most_eer: Some(0.01) },
    // Single digits at 8 kHz, joined without care: stated, and nothing claimed.
    List { name: "digits-en", scheme: None, most_eer: None },
];

const ENSEMBLE: &str = "campplus+resnet34";

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let speech = given.speech()?;
    let mut lists = Vec::new();
    for list in &LISTS {
        let file = speech.join("trials").join(format!("{}.json", list.name));
        let scheme = list.scheme.map(|scheme| format!(":{scheme}")).unwrap_or_default();
        lists.push(format!("{}{scheme}", argument(&file)?));
    }
    let evaluate = |comparator: Option<&str>| {
        let mut words = vec!["evaluate"];
        words.extend(lists.iter().map(String::as_str));
        words.extend(["--root", argument(speech)?, "--json"]);
        if let Some(comparator) = comparator {
            words.extend(["--comparator", comparator]);
        }
        given.timbre(&words)
    };

    let mut finding = Finding::default();
    for (which, comparator) in [("default", None), ("ensemble", Some(ENSEMBLE))] {
        let rows = evaluate(comparator)?;
        let rows = rows.as_array().map(Vec::as_slice).unwrap_or_default();
        say(format_args!(
            "  {:<13}{:<32}{:>7}{:>16}{:>9}{:>9}{:>8}{:>7}{:>9}{:>9}{:>10}{:>9}",
            "list",
            "comparator",
            "EER %",
            "95 % interval",
            "miss@1%",
            "@0.1%",
            "minDCF",
            "Cllr",
            "minCllr",
            "genuine",
            "impostor",
            "ms/file"
        ))?;
        let mut eers = Map::new();
        for list in &LISTS {
            let row = rows
                .iter()
                .find(|row| row["name"] == list.name)
                .ok_or_else(|| Failure::new(format!("{} was not evaluated", list.name)))?;
            print(row)?;
            let eer = number(row, "eer")?;
            eers.insert(list.name.to_owned(), rounded(eer, 5).into());
            if let (Some(most), None) = (list.most_eer, comparator) {
                finding.at_most(&format!("the EER on {}", list.name), eer, most);
            }
        }
        finding.figure(&format!("eer_{which}"), eers);
    }
    Ok(finding)
}

fn print(row: &Value) -> Result<(), Failure> {
    let text = |name: &str| row[name].as_str().unwrap_or("").to_owned();
    let percent = |name: &str| number(row, name).map(|rate| format!("{:.2}", 100.0 * rate));
    say(format_args!(
        "  {:<13}{:<32}{:>7}{:>16}{:>9}{:>9}{:>8.3}{:>7.3}{:>9.3}{:>9}{:>10}{:>9.0}",
        text("name"),
        text("comparator"),
        percent("eer")?,
        format!("{}–{}", percent("eer_low")?, percent("eer_high")?),
        percent("miss_at_fmr_1_percent")?,
        percent("miss_at_fmr_0_1_percent")?,
        number(row, "min_dcf_0_01")?,
        number(row, "cllr")?,
        number(row, "min_cllr")?,
        row["genuine"].to_string(),
        row["impostor"].to_string(),
        number(row, "ms_per_file")?
    ))
}
