//! Whether a document keeps what an earlier one of the same major version promised.
//!
//! What an operation promises stands in `operations`, what a schema promises here.
//!
//! Promises that what an application may rely on is named when it goes: an operation, the names by which clients are made (its id, its tag, a
//! schema's name), a success, a media type, a header or a field of a reply, a value that may be sent; and what it may not know of when it
//! comes: something newly needed, a narrower range, a credential or another place for one, another success, a value or a type of a reply that
//! was not listed; and whatever of a schema this does not know how to read, where it is another. What only widens is no break, and neither is a refusal that no longer comes, nor another name for what stands in a path. Where
//! it cannot be decided whether something only widens, it is a break that says so.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::schema::Schema;
use operations::shape;

/// Who says what a schema is about: an application may send less than before, or be told more, and go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    ByCaller,
    ByServer,
}

/// Compares a document with one that was promised: what breaks, in the words of whoever must look.
pub(super) fn compare(promised: &Value, served: &Value) -> Vec<String> {
    let mut comparison = Comparison { promised, served, found: Vec::new(), under_way: BTreeSet::new() };
    for (name, _) in fields(&promised["components"]["schemas"]) {
        if served["components"]["schemas"].get(name).is_none() {
            comparison.breaks(name, "the schema is gone, by which clients have a type");
        }
    }
    comparison.servers("the document", promised, served);
    let paths: BTreeMap<_, _> =
        fields(&served["paths"]).map(|(path, now)| (shape(path), (path, now))).collect();
    for (path, methods) in fields(&promised["paths"]) {
        for (method, operation) in fields(methods) {
            let id = operation["operationId"].as_str().unwrap_or(path);
            let known = paths.get(&shape(path)).and_then(|(path, now)| Some((path, now.get(method)?)));
            match known {
                None => comparison.breaks(id, "the operation is gone"),
                Some((now_path, now)) => comparison.operation(id, (path, operation), (now_path, now)),
            }
        }
    }
    comparison.found
}

struct Comparison<'a> {
    promised: &'a Value,
    served: &'a Value,
    found: Vec<String>,
    /// Pairs of named schemas that are being compared: they may be made of themselves.
    under_way: BTreeSet<(String, String)>,
}

impl<'a> Comparison<'a> {
    fn breaks(&mut self, at: &str, what: impl AsRef<str>) {
        self.found.push(format!("{at}: {}", what.as_ref()));
    }

    fn schema(&mut self, at: &str, then: &'a Value, now: &'a Value, said: Said) {
        if let (Some(one), Some(other)) = (then["$ref"].as_str(), now["$ref"].as_str()) {
            if one != other {
                self.breaks(
                    at,
                    format!("its schema was {one}, and is {other}, by which clients have a type"),
                );
            }
            let pair = (format!("{said:?} {one}"), other.to_owned());
            if !self.under_way.insert(pair.clone()) {
                return;
            }
            self.read(at, then, now, said);
            self.under_way.remove(&pair);
        } else {
            self.read(at, then, now, said);
        }
    }

    fn read(&mut self, at: &str, then: &'a Value, now: &'a Value, said: Said) {
        let (then, now) = (Schema::read(self.promised, then), Schema::read(self.served, now));
        self.types(at, &then, &now, said);
        self.values(at, &then, &now, said);
        self.fields(at, &then, &now, said);
        self.variants(at, &then, &now, said);
        let promised = if said == Said::ByServer { then.format } else { now.format };
        if then.format != now.format && promised.is_some() {
            self.breaks(at, format!("its format was {:?}, and is {:?}", then.format, now.format));
        }
        if said == Said::ByCaller {
            self.limits(at, &then, &now);
        }
        self.rest(at, &then, &now, said);
        match (then.items, now.items) {
            (Some(then), Some(now)) => self.schema(&format!("{at} › each"), then, now, said),
            (None, Some(_)) if said == Said::ByCaller => self.breaks(at, "what is in it is newly narrowed"),
            (Some(_), None) if said == Said::ByServer => self.breaks(at, "what is in it is no longer said"),
            _ => {}
        }
    }

    fn types(&mut self, at: &str, then: &Schema, now: &Schema, said: Said) {
        let (wide, narrow) = match said {
            Said::ByCaller => (&now.types, &then.types),
            Said::ByServer => (&then.types, &now.types),
        };
        // A number may be any integer.
        let within = |kind: &&str| wide.contains(kind) || (*kind == "integer" && wide.contains("number"));
        let holds = wide.is_empty() || (!narrow.is_empty() && narrow.iter().all(within));
        if !holds {
            self.breaks(at, format!("its type was {:?}, and is {:?}", then.types, now.types));
        }
    }

    fn values(&mut self, at: &str, then: &Schema, now: &Schema, said: Said) {
        match (&then.values, &now.values, said) {
            (Some(then), Some(now), Said::ByCaller) => {
                for value in then - now {
                    self.breaks(at, format!("the value {value} is gone"));
                }
            }
            (Some(then), Some(now), Said::ByServer) => {
                // A client that knows the others turns the whole reply down.
                for value in now - then {
                    self.breaks(at, format!("there is a value {value} more"));
                }
            }
            (None, Some(_), Said::ByCaller) => self.breaks(at, "its values are newly listed"),
            (Some(_), None, Said::ByServer) => self.breaks(at, "its values are no longer listed"),
            _ => {}
        }
    }

    fn fields(&mut self, at: &str, then: &Schema<'a>, now: &Schema<'a>, said: Said) {
        for (name, schema) in &then.fields {
            match now.fields.get(name) {
                // A field that is unknown and refused, or unknown and ignored: the application relied on it.
                None => self.breaks(at, format!("the field {name} is gone")),
                Some(now) => self.schema(&format!("{at} › {name}"), schema, now, said),
            }
        }
        let (more, fewer) = (&now.required - &then.required, &then.required - &now.required);
        match said {
            Said::ByCaller => {
                more.iter().for_each(|name| self.breaks(at, format!("the field {name} is newly needed")))
            }
            Said::ByServer => {
                for name in fewer.iter().filter(|name| now.fields.contains_key(**name)) {
                    self.breaks(at, format!("the field {name} may be absent"));
                }
            }
        }
        if said == Said::ByCaller && now.closed && !then.closed {
            self.breaks(at, "fields that are not named are newly refused");
        }
        self.other_fields(at, then, now, said);
    }

    /// Those that are named by a pattern, and those that are not named at all.
    fn other_fields(&mut self, at: &str, then: &Schema<'a>, now: &Schema<'a>, said: Said) {
        for (pattern, schema) in &then.patterns {
            match now.patterns.get(pattern) {
                Some(now) => self.schema(&format!("{at} › {pattern}"), schema, now, said),
                None if said == Said::ByServer || now.closed || now.others.is_some() => {
                    self.breaks(at, format!("the fields {pattern} are gone"));
                }
                None => {}
            }
        }
        if said == Said::ByCaller && !then.closed {
            for pattern in now.patterns.keys().filter(|pattern| !then.patterns.contains_key(**pattern)) {
                self.breaks(at, format!("the fields {pattern} are newly narrowed"));
            }
        }
        match (then.others, now.others) {
            (Some(then), Some(now)) => self.schema(&format!("{at} › any other field"), then, now, said),
            (None, Some(_)) if said == Said::ByCaller && !then.closed => {
                self.breaks(at, "fields that are not named are newly narrowed");
            }
            (Some(_), None) if said == Said::ByServer => {
                self.breaks(at, "fields that are not named are no longer said");
            }
            _ => {}
        }
    }

    /// Each of the caller's must still be taken; what the server says must be one of those that were known.
    fn variants(&mut self, at: &str, then: &Schema<'a>, now: &Schema<'a>, said: Said) {
        let broken = |one: &&'a Value| self.nearest(at, one, &now.variants, said, false).is_some();
        let lost: Vec<_> = then.variants.iter().copied().filter(broken).collect();
        let other = |one: &&'a Value| self.nearest(at, one, &then.variants, said, true).is_some();
        let new: Vec<_> = now.variants.iter().copied().filter(other).collect();
        let breaks: Vec<_> = match said {
            Said::ByCaller => {
                lost.iter().filter_map(|one| self.nearest(at, one, &now.variants, said, false)).collect()
            }
            Said::ByServer => {
                // The likest is one that is there no more, if any is.
                let known = if lost.is_empty() { &then.variants } else { &lost };
                new.iter().filter_map(|one| self.nearest(at, one, known, said, true)).collect()
            }
        };
        match said {
            Said::ByCaller if then.variants.is_empty() && !now.variants.is_empty() => {
                self.breaks(at, "it is newly one of several");
            }
            Said::ByCaller if now.variants.is_empty() => {}
            Said::ByServer if now.variants.is_empty() != then.variants.is_empty() => {
                self.breaks(at, "what it is one of is another");
            }
            _ => self.found.extend(breaks.into_iter().flatten()),
        }
    }

    /// What breaks between a variant and the likest of others; nothing where one of them keeps all that it promised.
    fn nearest(
        &self,
        at: &str,
        one: &'a Value,
        others: &[&'a Value],
        said: Said,
        reversed: bool,
    ) -> Option<Vec<String>> {
        let breaks = |other: &&'a Value| {
            let (then, now) = if reversed { (*other, one) } else { (one, *other) };
            let (promised, served) = (self.promised, self.served);
            let under_way = self.under_way.clone();
            let mut apart = Comparison { promised, served, found: Vec::new(), under_way };
            apart.schema(at, then, now, said);
            apart.found
        };
        let fewest = others.iter().map(breaks).min_by_key(Vec::len);
        match fewest {
            Some(breaks) if breaks.is_empty() => None,
            found => Some(found.unwrap_or_else(|| vec![format!("{at}: one of what it may be is gone")])),
        }
    }

    /// What a caller gets who says nothing, whether things may be there twice, and what is not read.
    fn rest(&mut self, at: &str, then: &Schema, now: &Schema, said: Said) {
        if let (Said::ByCaller, Some(before)) = (said, then.default)
            && then.default != now.default
        {
            let now = now.default.map_or_else(|| "none".to_owned(), ToString::to_string);
            self.breaks(at, format!("its default was {before}, and is {now}"));
        }
        match (then.unique, now.unique, said) {
            (false, true, Said::ByCaller) => self.breaks(at, "the same thing twice in it is newly refused"),
            (true, false, Said::ByServer) => self.breaks(at, "the same thing may be in it twice"),
            _ => {}
        }
        for keyword in then.unread.keys().chain(now.unread.keys()).collect::<BTreeSet<_>>() {
            let (before, after) = (then.unread.get(keyword), now.unread.get(keyword));
            if before != after {
                let shown =
                    |value: Option<&&Value>| value.map_or_else(|| "none".to_owned(), ToString::to_string);
                self.breaks(
                    at,
                    format!(
                        "its {keyword} was {}, and is {}: whether that keeps the promise cannot be decided",
                        shown(before),
                        shown(after)
                    ),
                );
            }
        }
    }

    /// What bounds a value, and what it is written like, may only let more through.
    fn limits(&mut self, at: &str, then: &Schema, now: &Schema) {
        for (of, bound) in &now.bounds {
            if then.bounds.get(of).is_none_or(|before| before.narrowness < bound.narrowness) {
                self.breaks(at, format!("its {} is {}", bound.name, bound.at));
            }
        }
        match (then.pattern, now.pattern) {
            (None, Some(now)) => self.breaks(at, format!("its pattern is {now:?}, where there was none")),
            (Some(before), Some(pattern)) if before != pattern => match (then.words(), now.words()) {
                (Some(then), Some(now)) => {
                    then.difference(&now).for_each(|word| self.breaks(at, format!("the value {word:?} is gone")));
                }
                _ => self.breaks(
                    at,
                    format!("its pattern was {before:?}, and is {pattern:?}: whether that takes all the other took cannot be decided"),
                ),
            },
            _ => {}
        }
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

mod operations;
#[cfg(test)]
mod tests;
