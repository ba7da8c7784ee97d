//! The samples of the public pages, replayed: each field of each sample is in the server's own answer, with the same type of JSON. Where a
//! sample's value is a word of the contract, the answer's is the same.
//!
//! `samples/*.json` holds them, page by page: names of fields and values, and why one is not replayed, or by another operation.

mod azure;
mod biometrid;
mod deepaffects;

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;
use timbre_tests::{Reply, found};

/// Every sample of a page.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Page {
    source: String,
    samples: Vec<Sample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sample {
    name: String,
    /// None of what is told and not answered, a webhook say, and where it is not replayed.
    status: Option<u16>,
    body: Value,
    /// Where the answer's value is the sample's.
    #[serde(default)]
    same: Vec<String>,
    /// Why it is not replayed.
    instead: Option<String>,
    /// Why another operation answers it than the page's.
    elsewhere: Option<String>,
}

/// A page, and what was answered so far.
struct Replay {
    page: Page,
    answers: BTreeMap<String, Answer>,
}

/// What a sample was answered with.
struct Answer {
    status: Option<u16>,
    body: Value,
    elsewhere: bool,
}

impl Replay {
    fn of(page: &str) -> Self {
        Self { page: serde_json::from_str(page).unwrap(), answers: BTreeMap::new() }
    }

    fn answer(&mut self, sample: &str, reply: &Reply) {
        self.note(sample, Some(reply.status), reply.json(), false);
    }

    /// What another operation than the page's answers.
    fn answer_elsewhere(&mut self, sample: &str, reply: &Reply) {
        self.note(sample, Some(reply.status), reply.json(), true);
    }

    /// What a receiver was told.
    fn told(&mut self, sample: &str, body: Value) {
        self.note(sample, None, body, false);
    }

    fn note(&mut self, sample: &str, status: Option<u16>, body: Value, elsewhere: bool) {
        self.answers.insert(sample.to_owned(), Answer { status, body, elsewhere });
    }

    /// Fails unless every sample was answered as it is, or says why not.
    #[track_caller]
    fn end(mut self) {
        let Page { source, samples } = &self.page;
        let mut wrong = Vec::new();
        let mut fields = 0;
        for Sample { name, status, body, same, instead, elsewhere } in samples {
            let answer = self.answers.remove(name);
            assert!(
                answer.is_some() == instead.is_none(),
                "{source}: {name} is not replayed, or is and should not"
            );
            let Some(Answer { status: answered, body: ours, elsewhere: away }) = answer else { continue };
            assert_eq!(away, elsewhere.is_some(), "{source}: {name} is another operation's, or is not");
            if answered != *status {
                wrong.push(format!("{name}: status {answered:?}: {ours}"));
            }
            fields += compare(body, &ours, name, &mut wrong);
            for place in same.iter().filter(|place| body.pointer(place) != ours.pointer(place)) {
                wrong.push(format!("{name}{place}: {:?}", ours.pointer(place)));
            }
        }
        assert!(self.answers.is_empty(), "{source}: no such samples: {:?}", self.answers.keys());
        found(&serde_json::json!({"page": source, "samples": samples.len(), "fields": fields}));
        assert!(wrong.is_empty(), "{source}:\n{}", wrong.join("\n"));
    }
}

/// Counts the sample's fields, and notes those that the answer has not, or has with another type.
fn compare(sample: &Value, ours: &Value, at: &str, wrong: &mut Vec<String>) -> usize {
    match (sample, ours) {
        (Value::Object(sample), Value::Object(ours)) => {
            let mut fields = 0;
            for (name, value) in sample {
                let at = format!("{at}/{name}");
                fields += 1;
                match ours.get(name) {
                    Some(own) => fields += compare(value, own, &at, wrong),
                    None => wrong.push(format!("{at}: is not there")),
                }
            }
            fields
        }
        (Value::Array(sample), Value::Array(ours)) => match (sample.first(), ours.is_empty()) {
            (Some(_), true) => {
                wrong.push(format!("{at}: is empty"));
                0
            }
            (Some(sample), false) => {
                ours.iter().map(|own| compare(sample, own, at, wrong)).min().unwrap_or_default()
            }
            (None, _) => 0,
        },
        _ => {
            let same = std::mem::discriminant(sample) == std::mem::discriminant(ours);
            if !same {
                wrong.push(format!("{at}: {ours} for {sample}"));
            }
            0
        }
    }
}

#[test]
fn a_field_that_is_absent_or_of_another_type_is_named() {
    let sample = serde_json::json!({"a": 1, "b": [{"c": "text"}], "d": null});
    let check = |ours: Value| {
        let mut wrong = Vec::new();
        (compare(&sample, &ours, "", &mut wrong), wrong)
    };
    assert_eq!(check(serde_json::json!({"a": 2.5, "b": [{"c": "", "e": 1}], "d": null})), (4, vec![]));
    let wrong = check(serde_json::json!({"a": "1", "b": [{}]})).1;
    assert_eq!(wrong, [r#"/a: "1" for 1"#, "/b/c: is not there", "/d: is not there"]);
    assert_eq!(check(serde_json::json!({"a": 1, "b": [], "d": null})).1, ["/b: is empty"]);
}

/// The end of a page whose one sample was told to a receiver, and so answered by no operation.
fn told(sample: Value) {
    let page = serde_json::json!({"source": "none", "samples": [sample]});
    let mut page = Replay::of(&page.to_string());
    page.told("told", serde_json::json!({"a": 1}));
    page.end();
}

#[test]
fn a_sample_that_is_told_as_it_is_passes() {
    told(serde_json::json!({"name": "told", "body": {"a": 1}, "same": ["/a"]}));
}

#[test]
#[should_panic = "told: status None"]
fn a_status_that_is_another_is_named() {
    told(serde_json::json!({"name": "told", "status": 200, "body": {"a": 1}}));
}

#[test]
#[should_panic = "told is another operation's, or is not"]
fn what_is_said_to_be_another_operations_is() {
    told(serde_json::json!({"name": "told", "body": {"a": 1}, "elsewhere": "The page is wrong."}));
}
