//! What a refusal means where its text does not say: out of `openapi/errors/advice.txt`, of which docs/errors.md is made as well.

use crate::documented::Refusal;

const ADVICE: &str = include_str!("../../../../openapi/errors/advice.txt");

/// A refusal's text, and what it means.
pub(super) fn told(contract: &str, refusal: &Refusal) -> String {
    let says = refusal.says.as_str();
    match meaning(contract, refusal) {
        Some(means) => format!("{}: {means}", says.trim_end_matches('.')),
        None => says.to_owned(),
    }
}

/// What the first line says that fits.
fn meaning(contract: &str, refusal: &Refusal) -> Option<&'static str> {
    // DeepAffects says before its text which operation it was.
    let text = refusal.says.strip_prefix("Error in ").and_then(|rest| rest.split_once(": "));
    let text = text.map_or(refusal.says.as_str(), |(_, text)| text);
    let mut section = "";
    for line in ADVICE.lines() {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
        }
        let mut parts = line.split('|').map(str::trim);
        let (name, begins, means) = (parts.next(), parts.next(), parts.next());
        let fits = section == contract && name == Some(refusal.name.as_str());
        if fits && begins.is_some_and(|begins| text.starts_with(begins)) {
            return means.filter(|means| !means.is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_with_what_it_means_where_its_text_does_not_say() {
        let refusal = |name: &str, says: &str| Refusal {
            name: name.to_owned(),
            says: says.to_owned(),
            status: 400,
            body: serde_json::Value::Null,
            headers: Vec::new(),
        };
        for (contract, name, says, is) in [
            (
                "biometrid",
                "RequestLimitReached",
                "REQUEST_LIMIT_REACHED",
                "REQUEST_LIMIT_REACHED: a quota of the month is used up",
            ),
            (
                "azure",
                "Conflict",
                "Sent at once.",
                "Sent at once: another call on the same profile is under way",
            ),
            (
                "deepaffects",
                "Refused",
                "Error in enroll: More than one speaker in audio",
                "Error in enroll: More than one speaker in audio: at enrolment",
            ),
            ("azure", "InvalidJson", "Invalid JSON format.", "Invalid JSON format."),
            ("admin", "Nothing", "no line has it", "no line has it"),
        ] {
            assert_eq!(told(contract, &refusal(name, says)), is);
        }
    }
}
