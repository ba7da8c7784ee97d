//! What a schema promises, read so that two of them can be compared.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// What bounds a value: its name, what of the value it bounds, from below or from above, and whether it is allowed itself.
const BOUNDS: [(&str, &str, Side, bool); 10] = [
    ("minimum", "number", Side::Below, true),
    ("exclusiveMinimum", "number", Side::Below, false),
    ("maximum", "number", Side::Above, true),
    ("exclusiveMaximum", "number", Side::Above, false),
    ("minLength", "length", Side::Below, true),
    ("maxLength", "length", Side::Above, true),
    ("minItems", "items", Side::Below, true),
    ("maxItems", "items", Side::Above, true),
    ("minProperties", "fields", Side::Below, true),
    ("maxProperties", "fields", Side::Above, true),
];

/// What is read beside these.
const READ: [&str; 17] = [
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "const",
    "default",
    "enum",
    "format",
    "items",
    "oneOf",
    "pattern",
    "patternProperties",
    "properties",
    "required",
    "type",
    "unevaluatedProperties",
    "uniqueItems",
];
/// What promises nothing.
const WORDS: [&str; 6] = ["$comment", "deprecated", "description", "example", "examples", "title"];

/// Where a bound stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Below,
    Above,
}

/// What nothing is below, or above.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    /// As the schema has it.
    pub(super) name: &'static str,
    pub(super) at: f64,
    /// Of two on one side the greater lets less through.
    pub(super) narrowness: (f64, bool),
}

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
    /// On each side of a number, a length and a number of items, the one that lets least through.
    pub(super) bounds: BTreeMap<(&'static str, Side), Bound>,
    pub(super) pattern: Option<&'a str>,
    pub(super) format: Option<&'a str>,
    /// What it is for a caller who does not say it.
    pub(super) default: Option<&'a Value>,
    /// Whether no two of its items are the same.
    pub(super) unique: bool,
    /// What else it says, of which only whether it is the same can be told.
    pub(super) unread: BTreeMap<&'a str, &'a Value>,
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
        self.bound(schema);
        self.pattern = self.pattern.or_else(|| schema["pattern"].as_str());
        self.format = self.format.or_else(|| schema["format"].as_str());
        self.default = self.default.or_else(|| schema.get("default"));
        self.unique |= schema["uniqueItems"] == true;
        let said = schema.as_object().into_iter().flatten();
        self.unread.extend(
            said.filter(|(name, value)| is_unread(name, value)).map(|(name, value)| (name.as_str(), value)),
        );
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.take(document, part);
        }
        for name in ["anyOf", "oneOf"] {
            self.choose(document, schema[name].as_array().map_or(&[], Vec::as_slice));
        }
    }

    fn bound(&mut self, schema: &Value) {
        for (name, what, side, itself) in BOUNDS {
            let Some(at) = schema[name].as_f64() else { continue };
            // No length and no number of items is below nothing.
            if what != "number" && side == Side::Below && at <= 0.0 {
                continue;
            }
            let narrowness = (if side == Side::Below { at } else { -at }, !itself);
            let bound = Bound { name, at, narrowness };
            let known = self.bounds.entry((what, side)).or_insert(bound);
            if known.narrowness < narrowness {
                *known = bound;
            }
        }
    }

    /// The words that its pattern takes, where it is a list of them: `^(one|other)$`.
    pub(super) fn words(&self) -> Option<BTreeSet<&'a str>> {
        let words = self.pattern?.strip_prefix("^(")?.strip_suffix(")$")?;
        let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '|');
        words.chars().all(plain).then(|| words.split('|').collect())
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
                    self.unread.extend(one.unread);
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

fn is_unread(name: &str, value: &Value) -> bool {
    let known =
        READ.contains(&name) || WORDS.contains(&name) || BOUNDS.iter().any(|(bound, ..)| *bound == name);
    // Of this, fields that are refused are read, and no schema of theirs.
    !known || (name == "unevaluatedProperties" && !value.is_boolean())
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
