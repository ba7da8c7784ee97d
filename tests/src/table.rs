//! The table of a contract test: rows counted, and those kept that are not as documented.

use std::fmt::Display;

use serde_json::{Value, json};

use crate::Reply;

/// Counts the rows and keeps those that are not as documented. A row is one call.
#[derive(Default)]
pub struct Table {
    rows: usize,
    wrong: Vec<String>,
}

impl Table {
    /// A reply, its status and its body to the letter; in the body `<uuid>` and the like stand for what differs from call to call.
    pub fn row(&mut self, of: impl Display, case: &str, reply: &Reply, status: u16, body: &str) {
        self.rows += 1;
        let json = reply.headers.get("content-type").is_some_and(|value| value == "application/json");
        let as_json = json || body.is_empty();
        if reply.status != status || !as_json || !fits(&reply.body, body) {
            self.note(format!("{of}, {case}: {:?} for {status} {body}", (reply.status, &reply.body)));
        }
    }

    /// A reply, its status and its body as JSON: as [`Table::row`], in whatever order the fields come.
    pub fn json(&mut self, of: impl Display, case: &str, reply: &Reply, status: u16, body: &Value) {
        self.rows += 1;
        let json = reply.headers.get("content-type").is_some_and(|value| value == "application/json");
        let found = serde_json::from_str(&reply.body).unwrap_or_default();
        if reply.status != status || !json || !fits_json(&found, body) {
            self.note(format!("{of}, {case}: {:?} for {status} {body}", (reply.status, &reply.body)));
        }
    }

    /// A row that is no reply.
    pub fn holds(&mut self, of: impl Display, case: &str, holds: bool, found: impl Display) {
        self.rows += 1;
        if !holds {
            self.note(format!("{of}, {case}: {found}"));
        }
    }

    /// Something wrong with what was counted already.
    pub fn note(&mut self, wrong: String) {
        self.wrong.push(wrong);
    }

    /// Prints how many rows there are, and fails unless all are as documented.
    #[track_caller]
    pub fn end(self) {
        let Self { rows, wrong } = self;
        crate::found(&json!({ "rows": rows, "if_as_documented": rows - wrong.len().min(rows) }));
        assert!(wrong.is_empty(), "{wrong:#?}");
    }
}

/// Whether a body is the documented one.
fn fits(body: &str, documented: &str) -> bool {
    let (mut body, mut documented) = (body, documented);
    while let Some((before, after)) = documented.split_once('<') {
        let Some(rest) = body.strip_prefix(before) else { return false };
        let Some((what, after)) = after.split_once('>') else { return false };
        let (found, rest) = rest.split_at(rest.find(['"', ',', '}']).unwrap_or(rest.len()));
        if !is(found, what) {
            return false;
        }
        (body, documented) = (rest, after);
    }
    body == documented
}

/// Whether JSON is the documented one. `["<each>", X]` stands for one or more elements like X.
pub fn fits_json(found: &Value, documented: &Value) -> bool {
    match (found, documented) {
        (Value::Object(found), Value::Object(documented)) => {
            found.len() == documented.len()
                && documented.iter().all(|(key, value)| found.get(key).is_some_and(|of| fits_json(of, value)))
        }
        (Value::Array(found), Value::Array(documented)) => match documented.as_slice() {
            [Value::String(each), like] if each == "<each>" => {
                !found.is_empty() && found.iter().all(|one| fits_json(one, like))
            }
            _ => {
                found.len() == documented.len()
                    && found.iter().zip(documented).all(|(one, like)| fits_json(one, like))
            }
        },
        (found, Value::String(documented)) => {
            let what = documented.strip_prefix('<').and_then(|rest| rest.strip_suffix('>'));
            match (what, found) {
                (Some("uuid"), Value::String(text)) => is(text, "uuid"),
                (Some(what), Value::Number(number)) => is(&number.to_string(), what),
                (None, Value::String(text)) => text == documented,
                _ => false,
            }
        }
        (found, documented) => found == documented,
    }
}

/// Whether this can stand for that.
fn is(found: &str, what: &str) -> bool {
    let number = found.parse::<f64>();
    match what {
        "uuid" => found.len() == 36 && found.bytes().all(|b| b == b'-' || b.is_ascii_hexdigit()),
        "time" => found.len() == 24 && found.ends_with('Z') && found.contains('T'),
        "date" => found.len() == 10 && found.split('-').count() == 3,
        "seconds" => number.is_ok_and(|seconds| (0.0..=300.0).contains(&seconds)),
        "score" => number.is_ok_and(|score| (0.0..=1.0).contains(&score)),
        _ => false,
    }
}
