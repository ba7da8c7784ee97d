//! The shape of a body, as a document has it.

use std::collections::BTreeMap;

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

/// A schema with what it refers to, ready to be asked.
pub(super) struct Shape {
    root: Value,
    validator: Validator,
}

impl Shape {
    pub(super) fn of(document: &Value, schema: &Value) -> Self {
        let root = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "components": {"schemas": document["components"]["schemas"]},
            "allOf": [schema],
        });
        let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(true);
        let validator = options.build(&root).unwrap();
        Self { root, validator }
    }

    /// Where a body is not of this shape; with `closed`, also where it has what is not documented.
    pub(super) fn against(&self, body: &Value, closed: bool) -> Vec<String> {
        let mut wrong: Vec<_> = self
            .validator
            .iter_errors(body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        if closed {
            self.undocumented(&[&self.root], body, "", &mut wrong);
        }
        wrong
    }

    /// Fields that none of the schemas knows.
    fn undocumented(&self, schemas: &[&Value], value: &Value, at: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                let mut known = Known::default();
                schemas.iter().for_each(|schema| self.know(schema, &mut known));
                if known.fields.is_empty() || known.open {
                    return;
                }
                for (name, value) in fields {
                    let at = format!("{at}/{name}");
                    match known.fields.get(name.as_str()) {
                        Some(schemas) => self.undocumented(schemas, value, &at, found),
                        None => found.push(format!("{at}: is not documented")),
                    }
                }
            }
            Value::Array(items) => {
                let mut known = Known::default();
                schemas.iter().for_each(|schema| self.know(schema, &mut known));
                for (number, item) in items.iter().enumerate() {
                    self.undocumented(&known.items, item, &format!("{at}/{number}"), found);
                }
            }
            _ => {}
        }
    }

    /// What a schema says of the fields and items of what it is about, itself or by others.
    fn know<'a>(&'a self, schema: &'a Value, known: &mut Known<'a>) {
        if let Some(path) = schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
            self.know(self.root.pointer(path).unwrap(), known);
        }
        for several in ["allOf", "anyOf", "oneOf"] {
            schema[several].as_array().into_iter().flatten().for_each(|one| self.know(one, known));
        }
        for (name, schema) in schema["properties"].as_object().into_iter().flatten() {
            known.fields.entry(name).or_default().push(schema);
        }
        known.open |= schema.get("additionalProperties").is_some_and(|more| *more != false);
        known.items.extend(schema.get("items"));
    }
}

#[derive(Default)]
struct Known<'a> {
    fields: BTreeMap<&'a str, Vec<&'a Value>>,
    items: Vec<&'a Value>,
    /// Whether there may be others.
    open: bool,
}
