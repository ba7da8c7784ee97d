//! What a schema promises, read so that two of them can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// Limits above which, and below which, nothing is allowed.
const LEAST: [&str; 4] = ["minimum", "minLength", "minItems", "exclusiveMinimum"];
const MOST: [&str; 4] = ["maximum", "maxLength", "maxItems", "exclusiveMaximum"];

/// A schema, with what it refers to put in its place.
#[derive(Debug, Default)]
pub(super) struct Schema<'a> {
    /// Empty: any.
    pub(super) types: BTreeSet<&'a str>,
    /// The only values, where they are listed.
    pub(super) values: Option<BTreeSet<String>>,
    pub(super) fields: BTreeMap<&'a str, &'a Value>,
    pub(super) required: BTreeSet<&'a str>,
    /// Whether fields that are not named are refused.
    pub(super) closed: bool,
    /// Of fields whose names are of a pattern.
    pub(super) patterns: BTreeMap<&'a str, &'a Value>,
    /// Of fields that are not named, where they are of a type.
    pub(super) others: Option<&'a Value>,
    pub(super) items: Option<&'a Value>,
    /// One of these, besides.
    pub(super) variants: Vec<&'a Value>,
    pub(super) least: BTreeMap<&'a str, f64>,
    pub(super) most: BTreeMap<&'a str, f64>,
    pub(super) pattern: Option<&'a str>,
    pub(super) format: Option<&'a str>,
}

impl<'a> Schema<'a> {
    /// Reads a schema of this document.
    pub(super) fn read(document: &'a Value, schema: &'a Value) -> Self {
        let mut read = Self::default();
        read.take(document, schema);
        if read.types.is_empty() {
            read.types = read.values.iter().flatten().map(|value| kind(value)).collect();
        }
        read
    }

    fn take(&mut self, document: &'a Value, schema: &'a Value) {
        if let Some(other) = referred(document, schema) {
            self.take(document, other);
        }
        match &schema["type"] {
            Value::String(kind) => _ = self.types.insert(kind),
            kinds => self.types.extend(kinds.as_array().into_iter().flatten().filter_map(Value::as_str)),
        }
        let values = schema["enum"].as_array().into_iter().flatten().chain(schema.get("const"));
        let values: BTreeSet<_> = values.map(ToString::to_string).collect();
        if !values.is_empty() {
            self.values.get_or_insert_default().extend(values);
        }
        let fields = schema["properties"].as_object().into_iter().flatten();
        self.fields.extend(fields.map(|(name, schema)| (name.as_str(), schema)));
        let required = schema["required"].as_array().into_iter().flatten();
        self.required.extend(required.filter_map(Value::as_str));
        self.closed |= schema["additionalProperties"] == false || schema["unevaluatedProperties"] == false;
        let patterns = schema["patternProperties"].as_object().into_iter().flatten();
        self.patterns.extend(patterns.map(|(pattern, schema)| (pattern.as_str(), schema)));
        let others = schema.get("additionalProperties").filter(|others| others.is_object());
        self.others = self.others.or(others);
        self.items = self.items.or_else(|| schema.get("items"));
        for (names, limits) in [(LEAST, &mut self.least), (MOST, &mut self.most)] {
            limits.extend(names.into_iter().filter_map(|name| Some((name, schema[name].as_f64()?))));
        }
        self.pattern = self.pattern.or_else(|| schema["pattern"].as_str());
        self.format = self.format.or_else(|| schema["format"].as_str());
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.take(document, part);
        }
        for name in ["anyOf", "oneOf"] {
            self.choose(document, schema[name].as_array().map_or(&[], Vec::as_slice));
        }
    }

    /// Nothing, or one of listed values, or another thing: said as such.
    fn choose(&mut self, document: &'a Value, variants: &'a [Value]) {
        if variants.is_empty() {
            return;
        }
        let (nothing, others): (Vec<_>, Vec<_>) = variants.iter().partition(|one| one["type"] == "null");
        let read: Vec<_> = others.iter().map(|one| Self::read(document, one)).collect();
        let listed = !read.is_empty() && read.iter().all(|one| one.values.is_some());
        match others.as_slice() {
            [one] => self.take(document, one),
            _ if listed => {
                for one in read {
                    self.types.extend(one.types);
                    self.values.get_or_insert_default().extend(one.values.into_iter().flatten());
                }
            }
            _ => {
                // Where one of them may be anything, so may this.
                if read.iter().all(|one| !one.types.is_empty()) {
                    self.types.extend(read.iter().flat_map(|one| &one.types));
                }
                self.variants.extend(others);
            }
        }
        if !nothing.is_empty() {
            self.types.insert("null");
        }
    }
}

/// The type of a value that is written as JSON.
fn kind(value: &str) -> &'static str {
    match value.as_bytes().first() {
        Some(b'"') => "string",
        Some(b'{') => "object",
        Some(b'[') => "array",
        Some(b't' | b'f') => "boolean",
        Some(b'n') => "null",
        _ => "number",
    }
}

/// What a `$ref` stands for.
pub(super) fn referred<'a>(document: &'a Value, value: &Value) -> Option<&'a Value> {
    document.pointer(value["$ref"].as_str()?.strip_prefix('#')?)
}
