//! What a document newly says of what was so all along: `openapi/corrections.txt`.
//!
//! Promises that a line lets pass one keyword, at one place of one document, where a promise had none of it; and that a line which lets nothing
//! pass is found. Lines are `since | document | where | what was added | why it is no break`.

use std::collections::BTreeSet;

use serde_json::Value;

use super::schema::referred;
use crate::cargo;
use crate::failure::Failure;

const FILE: &str = "openapi/corrections.txt";

pub(super) struct Corrections(Vec<Correction>);

struct Correction {
    /// Where it stands in the file.
    line: usize,
    document: String,
    /// A component schema and its field, or an operation's id and its parameter, with a dot between.
    place: String,
    keyword: String,
}

impl Corrections {
    /// Reads those that are committed.
    pub(super) fn read() -> Result<Self, Failure> {
        let path = cargo::root().join(FILE);
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
        Self::of(&text).map_err(|line| Failure::at(&path, format!("line {line} is none")))
    }

    /// Reads a text of lines; fails with the number of one that cannot be read.
    fn of(text: &str) -> Result<Self, usize> {
        let lines = text.lines().enumerate().map(|(index, line)| (index + 1, line.trim()));
        let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        lines
            .map(|(number, line)| Correction::of(number, line).ok_or(number))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// Has a promise say what is said by now where a line says so. Gives the lines that made a difference.
    pub(super) fn correct(&self, name: &str, promised: &mut Value, served: &Value) -> Vec<usize> {
        let ours = self.0.iter().filter(|correction| correction.document == name);
        ours.filter(|one| one.correct(promised, served).is_some()).map(|one| one.line).collect()
    }

    /// The lines that are not among these, as what is wrong with them.
    pub(super) fn others(&self, needed: &BTreeSet<usize>) -> Vec<String> {
        let others = self.0.iter().map(|correction| correction.line).filter(|line| !needed.contains(line));
        others.map(|line| format!("{FILE}, line {line}: no promise needs it")).collect()
    }
}

impl Correction {
    fn of(line: usize, text: &str) -> Option<Self> {
        let parts: Vec<_> = text.splitn(5, '|').map(str::trim).collect();
        let [date, document, place, keyword, why] = parts[..] else { return None };
        let is_date = date.len() == 10 && date.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let is_whole = is_date && [document, place, keyword, why].iter().all(|part| !part.is_empty());
        is_whole.then(|| Self {
            line,
            document: document.to_owned(),
            place: place.to_owned(),
            keyword: keyword.to_owned(),
        })
    }

    /// Nothing where it makes no difference.
    fn correct(&self, promised: &mut Value, served: &Value) -> Option<()> {
        let (before, after) = (pointer(promised, &self.place)?, pointer(served, &self.place)?);
        let (then, now) = (promised.pointer(&before)?, served.pointer(&after)?);
        let meant = referred(promised, then).unwrap_or(then);
        if self.keyword == "$ref" {
            if !then["$ref"].is_string() || then["$ref"] == now["$ref"] {
                return None;
            }
            // By whatever name: what it promised is compared all the same.
            let mut said = meant.as_object()?.clone();
            said.extend(then.as_object()?.clone());
            said.remove("$ref");
            *promised.pointer_mut(&before)? = Value::Object(said);
            return Some(());
        }
        // A promise of its own is kept.
        if meant.get(&self.keyword).is_some() || then.get(&self.keyword).is_some() {
            return None;
        }
        let said = now.get(&self.keyword).or_else(|| referred(served, now)?.get(&self.keyword))?.clone();
        promised.pointer_mut(&before)?.as_object_mut()?.insert(self.keyword.clone(), said);
        Some(())
    }
}

/// Where a field's or a parameter's schema stands in a document.
fn pointer(document: &Value, place: &str) -> Option<String> {
    let (of, name) = place.split_once('.')?;
    let field = format!("/components/schemas/{of}/properties/{name}");
    if document.pointer(&field).is_some() {
        return Some(field);
    }
    let paths = document["paths"].as_object()?.iter();
    let mut operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, operation)| (path, method, operation))
    });
    let (path, method, operation) = operations.find(|(.., operation)| operation["operationId"] == of)?;
    let number = operation["parameters"].as_array()?.iter().position(|one| one["name"] == name)?;
    let path = path.replace('~', "~0").replace('/', "~1");
    Some(format!("/paths/{path}/{method}/parameters/{number}/schema"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use serde_json::json;

    use super::*;
    use crate::openapi::compatibility::compare;

    const LINES: &str = "# Lines.

2026-11-22 | admin | Person.name | pattern | blanks were refused all along
2026-11-22 | admin | find.address | minLength | nothing was refused all along
2026-11-22 | admin | find.address | $ref | it is called so now
";

    fn document(name: &Value, address: &str) -> Value {
        let name_of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
        json!({
            "paths": {"/people/{id}": {"post": {
                "operationId": "find",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "address", "in": "query", "schema": name_of(address)},
                ],
                "requestBody": {"content": {"application/json": {"schema": name_of("Person")}}},
                "responses": {},
            }}},
            "components": {"schemas": {
                "Person": {"type": "object", "properties": {"name": name}},
                "Name": {"type": "string", "maxLength": 9},
                "Address": {"type": "string", "maxLength": 9, "minLength": 1},
            }},
        })
    }

    /// The lines that were needed, and what breaks all the same.
    fn corrected(promised: &Value, served: &Value) -> (Vec<usize>, Vec<String>) {
        let mut promised = promised.clone();
        let needed = Corrections::of(LINES).unwrap().correct("admin", &mut promised, served);
        (needed, compare(&promised, served))
    }

    #[test]
    fn a_line_lets_pass_what_was_added_and_nothing_else() {
        let (any, narrow) = (json!({"type": "string"}), json!({"type": "string", "pattern": "^[^ ]+$"}));
        let (promised, served) = (document(&any, "Name"), document(&narrow, "Address"));
        assert_eq!(compare(&promised, &served).len(), 3);
        assert_eq!(corrected(&promised, &served), (vec![3, 4, 5], vec![]));
        // What is said by now is a promise.
        assert_eq!(corrected(&served, &served), (vec![], vec![]));
        let narrower = document(&json!({"type": "string", "pattern": "^[a-z]+$"}), "Address");
        assert_eq!(corrected(&served, &narrower).1.len(), 1);
        let short = document(&json!({"type": "string", "pattern": "^[^ ]+$", "maxLength": 3}), "Address");
        assert_eq!(corrected(&promised, &short).1.len(), 1);
        let lines = Corrections::of(LINES).unwrap();
        assert!(lines.correct("azure", &mut promised.clone(), &served).is_empty());
    }

    #[test]
    fn a_line_that_no_promise_needs_or_that_cannot_be_read_is_named() {
        let lines = Corrections::of(LINES).unwrap();
        let others = lines.others(&BTreeSet::from([3, 5]));
        assert_eq!(others, ["openapi/corrections.txt, line 4: no promise needs it"]);
        for line in
            ["2026-11-22 | admin | Person.name | pattern", "soon | admin | Person.name | pattern | why"]
        {
            assert_eq!(Corrections::of(line).err(), Some(1), "{line}");
        }
    }
}
