//! Whether a document keeps what an earlier one of the same major version promised.
//!
//! Promises that what an application may rely on is named when it goes: an operation, its id, a reply, a media type, a header or a field of a
//! reply, a value that may be sent; and what it may not know of when it comes: something newly needed, a narrower range, a credential, a
//! reply of another type. What only widens is no break.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::schema::{Schema, referred};

/// Who says what a schema is about: an application may send less than before, or be told more, and go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    ByCaller,
    ByServer,
}

/// What was found, in the words of whoever must look.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) breaks: Vec<String>,
    /// What an application may have to know, and no break.
    pub(super) notes: Vec<String>,
}

/// Compares a document with one that was promised.
pub(super) fn compare(promised: &Value, served: &Value) -> Found {
    let mut comparison = Comparison { promised, served, found: Found::default(), under_way: BTreeSet::new() };
    for (path, methods) in fields(&promised["paths"]) {
        for (method, operation) in fields(methods) {
            let id = operation["operationId"].as_str().unwrap_or(path);
            let now = &served["paths"][path][method];
            match now.is_null() {
                true => comparison.breaks(id, "the operation is gone"),
                false => comparison.operation(id, operation, now),
            }
        }
    }
    comparison.found
}

struct Comparison<'a> {
    promised: &'a Value,
    served: &'a Value,
    found: Found,
    /// Pairs of named schemas that are being compared: they may be made of themselves.
    under_way: BTreeSet<(String, String)>,
}

impl<'a> Comparison<'a> {
    fn breaks(&mut self, at: &str, what: impl AsRef<str>) {
        self.found.breaks.push(format!("{at}: {}", what.as_ref()));
    }

    fn operation(&mut self, at: &str, then: &'a Value, now: &'a Value) {
        if then["operationId"] != now["operationId"] {
            self.breaks(at, format!("its id is {}, by which clients are made", now["operationId"]));
        }
        let credentials = |document: &Value, operation: &Value| -> BTreeSet<String> {
            let own = operation.get("security").unwrap_or(&document["security"]);
            own.as_array()
                .into_iter()
                .flatten()
                .flat_map(|all| fields(all).map(|(name, _)| name.clone()))
                .collect()
        };
        for name in &credentials(self.served, now) - &credentials(self.promised, then) {
            self.breaks(at, format!("it asks for the credential {name}"));
        }
        self.parameters(at, then, now);
        self.body(at, &then["requestBody"], &now["requestBody"]);
        for (status, response) in fields(&then["responses"]) {
            let response = referred(self.promised, response).unwrap_or(response);
            let at = format!("{at} › {status}");
            let Some(reply) = now["responses"].get(status) else {
                if status.starts_with('2') {
                    self.breaks(&at, "the reply is gone");
                }
                continue;
            };
            let reply = referred(self.served, reply).unwrap_or(reply);
            for (name, _) in
                fields(&response["headers"]).filter(|(name, _)| reply["headers"].get(name).is_none())
            {
                self.breaks(&at, format!("the header {name} is gone"));
            }
            self.content(&at, &response["content"], &reply["content"], Said::ByServer);
        }
    }

    fn parameters(&mut self, at: &str, then: &'a Value, now: &'a Value) {
        let all = |operation: &'a Value| operation["parameters"].as_array().into_iter().flatten();
        let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
        for parameter in all(now) {
            let at = format!("{at} › parameter {}", text(&parameter["name"]));
            let known = all(then).find(|known| same(known, parameter));
            let needed = |one: &Value| one["required"] == true;
            if needed(parameter) && !known.is_some_and(needed) {
                self.breaks(&at, "it is newly needed");
            }
            if let Some(known) = known {
                self.schema(&at, &known["schema"], &parameter["schema"], Said::ByCaller);
            }
        }
        for parameter in all(then).filter(|parameter| !all(now).any(|known| same(known, parameter))) {
            self.breaks(at, format!("the parameter {} is gone", text(&parameter["name"])));
        }
    }

    fn body(&mut self, at: &str, then: &'a Value, now: &'a Value) {
        let at = format!("{at} › body");
        if now["required"] == true && then["required"] != true {
            self.breaks(&at, "it is newly needed");
        }
        self.content(&at, &then["content"], &now["content"], Said::ByCaller);
    }

    fn content(&mut self, at: &str, then: &'a Value, now: &'a Value, said: Said) {
        for (media_type, entry) in fields(then) {
            match now.get(media_type) {
                None => self.breaks(at, format!("the media type {media_type} is gone")),
                Some(now) => {
                    self.schema(&format!("{at} › {media_type}"), &entry["schema"], &now["schema"], said)
                }
            }
        }
    }

    fn schema(&mut self, at: &str, then: &'a Value, now: &'a Value, said: Said) {
        if let (Some(one), Some(other)) = (then["$ref"].as_str(), now["$ref"].as_str()) {
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
                for value in now - then {
                    self.found.notes.push(format!("{at}: there is a value {value} more"));
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
    }

    /// Each of the caller's must still be taken; what the server says must be one of those that were known, or a new one beside all of them.
    fn variants(&mut self, at: &str, then: &Schema<'a>, now: &Schema<'a>, said: Said) {
        let broken = |one: &&'a Value| self.nearest(at, one, &now.variants, said, false).is_some();
        let lost: Vec<_> = then.variants.iter().copied().filter(broken).collect();
        let other = |one: &&'a Value| self.nearest(at, one, &then.variants, said, true).is_some();
        let new: Vec<_> = now.variants.iter().copied().filter(other).collect();
        let breaks: Vec<_> = match said {
            Said::ByCaller => {
                lost.iter().filter_map(|one| self.nearest(at, one, &now.variants, said, false)).collect()
            }
            Said::ByServer => new.iter().filter_map(|one| self.nearest(at, one, &lost, said, true)).collect(),
        };
        match said {
            Said::ByCaller if then.variants.is_empty() && !now.variants.is_empty() => {
                self.breaks(at, "it is newly one of several");
            }
            Said::ByCaller if now.variants.is_empty() => {}
            Said::ByCaller => self.found.breaks.extend(breaks.into_iter().flatten()),
            Said::ByServer if now.variants.is_empty() != then.variants.is_empty() => {
                self.breaks(at, "what it is one of is another");
            }
            Said::ByServer if lost.is_empty() => {
                self.found.notes.extend(new.iter().map(|_| format!("{at}: it may be one thing more")));
            }
            Said::ByServer => self.found.breaks.extend(breaks.into_iter().flatten()),
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
            let mut apart = Comparison { promised, served, found: Found::default(), under_way };
            apart.schema(at, then, now, said);
            apart.found.breaks
        };
        let fewest = others.iter().map(breaks).min_by_key(Vec::len);
        match fewest {
            Some(breaks) if breaks.is_empty() => None,
            found => Some(found.unwrap_or_else(|| vec![format!("{at}: one of what it may be is gone")])),
        }
    }

    fn limits(&mut self, at: &str, then: &Schema, now: &Schema) {
        for (name, least) in &now.least {
            if then.least.get(name).is_none_or(|before| before < least) {
                self.breaks(at, format!("its {name} is {least}"));
            }
        }
        for (name, most) in &now.most {
            if then.most.get(name).is_none_or(|before| before > most) {
                self.breaks(at, format!("its {name} is {most}"));
            }
        }
        if now.pattern.is_some() && now.pattern != then.pattern {
            self.breaks(at, format!("its pattern is {:?}", now.pattern));
        }
    }
}

fn fields(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests;
