//! What an operation promises: where and by whom it may be called, what it takes, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::super::schema::referred;
use super::{Comparison, Said, fields, text};

impl<'a> Comparison<'a> {
    pub(super) fn operation(&mut self, at: &str, of_then: (&str, &'a Value), of_now: (&str, &'a Value)) {
        let ((_, then), (_, now)) = (of_then, of_now);
        if then["operationId"] != now["operationId"] {
            self.breaks(at, format!("its id is {}, by which clients are made", now["operationId"]));
        }
        if then["tags"] != now["tags"] {
            self.breaks(at, format!("its tags are {}, by which clients are made", now["tags"]));
        }
        self.servers(at, then, now);
        self.credentials(at, then, now);
        self.parameters(at, of_then, of_now);
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
            for (name, header) in fields(&response["headers"]) {
                let header = referred(self.promised, header).unwrap_or(header);
                match fields(&reply["headers"]).find(|(known, _)| known.eq_ignore_ascii_case(name)) {
                    None => self.breaks(&at, format!("the header {name} is gone")),
                    Some((_, now)) => {
                        let now = referred(self.served, now).unwrap_or(now);
                        if header["required"] == true && now["required"] != true {
                            self.breaks(&at, format!("the header {name} may be absent"));
                        }
                        let at = format!("{at} › header {name}");
                        self.written(&at, "header", header, now);
                        self.schema(&at, &header["schema"], &now["schema"], Said::ByServer);
                    }
                }
            }
            self.content(&at, &response["content"], &reply["content"], Said::ByServer);
        }
        let success = |status: &String| status.starts_with('2');
        for (status, _) in fields(&now["responses"]).filter(|(status, _)| success(status)) {
            if then["responses"].get(status).is_none() {
                self.breaks(at, format!("{status} is another success"));
            }
        }
    }

    /// Whoever has what one of the alternatives asked for must still be let in.
    fn credentials(&mut self, at: &str, then: &Value, now: &Value) {
        let now = alternatives(self.served, now);
        for known in alternatives(self.promised, then) {
            let lacking = now.iter().map(|asked| {
                asked.iter().filter(|(name, scheme)| known.get(*name) != Some(scheme)).collect::<Vec<_>>()
            });
            for (name, _) in lacking.min_by_key(Vec::len).into_iter().flatten() {
                match known.contains_key(name) {
                    true => self.breaks(at, format!("the credential {name} is sent otherwise")),
                    false => self.breaks(at, format!("it asks for the credential {name}")),
                }
            }
        }
    }

    fn parameters(&mut self, at: &str, then: (&str, &'a Value), now: (&str, &'a Value)) {
        let listed = |(path, operation): (&str, &'a Value)| -> BTreeMap<_, &'a Value> {
            let all = operation["parameters"].as_array().into_iter().flatten();
            all.map(|parameter| (known_by(path, parameter), parameter)).collect()
        };
        let (then, now) = (listed(then), listed(now));
        for (by, &parameter) in &now {
            let at = format!("{at} › parameter {}", text(&parameter["name"]));
            let known = then.get(by).copied();
            let needed = |one: &Value| one["required"] == true;
            if needed(parameter) && !known.is_some_and(needed) {
                self.breaks(&at, "it is newly needed");
            }
            if let Some(known) = known {
                self.written(&at, text(&parameter["in"]), known, parameter);
                self.schema(&at, &known["schema"], &parameter["schema"], Said::ByCaller);
            }
        }
        for (_, parameter) in then.iter().filter(|(by, _)| !now.contains_key(*by)) {
            self.breaks(at, format!("the parameter {} is gone", text(&parameter["name"])));
        }
    }

    /// How a parameter or a header is put into text.
    fn written(&mut self, at: &str, place: &str, then: &Value, now: &Value) {
        for ((name, then), (_, now)) in writing(place, then).into_iter().zip(writing(place, now)) {
            if then != now {
                self.breaks(at, format!("its {name} was {then}, and is {now}"));
            }
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

    /// Where calls go: each place must stay, and none may come where there was no word of any.
    pub(super) fn servers(&mut self, at: &str, then: &Value, now: &Value) {
        let (then, now) = (urls(then), urls(now));
        then.difference(&now).for_each(|url| self.breaks(at, format!("the server {url} is gone")));
        if then.is_empty() && !now.is_empty() {
            self.breaks(at, "it has servers of its own");
        }
    }
}

/// What lets a caller in: each of these, by the credential's name, as it is sent. Nothing is an alternative as well.
fn alternatives(document: &Value, operation: &Value) -> Vec<BTreeMap<String, Value>> {
    let own = operation.get("security").unwrap_or(&document["security"]);
    let sent = |name: &String| {
        let mut scheme = document["components"]["securitySchemes"][name].clone();
        if let Some(fields) = scheme.as_object_mut() {
            fields.remove("description");
        }
        (name.clone(), scheme)
    };
    let all = own.as_array().into_iter().flatten();
    let all: Vec<_> = all.map(|one| fields(one).map(|(name, _)| sent(name)).collect()).collect();
    if all.is_empty() { vec![BTreeMap::new()] } else { all }
}

/// The names of what stands in a path, in their order.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').filter_map(|part| Some(part.split_once('}')?.0))
}

/// A path, whatever is called what in it: nobody who calls it sends these names.
pub(super) fn shape(path: &str) -> String {
    names(path).fold(path.to_owned(), |path, name| path.replace(&format!("{{{name}}}"), "{}"))
}

/// What a parameter is known by to whoever calls: its name, or its place in the path.
fn known_by(path: &str, parameter: &Value) -> (String, String) {
    let (place, name) = (text(&parameter["in"]), text(&parameter["name"]));
    let in_path = names(path).position(|known| known == name).filter(|_| place == "path");
    (place.to_owned(), in_path.map_or_else(|| name.to_owned(), |number| number.to_string()))
}

/// The places that calls of a document or of an operation go to.
fn urls(of: &Value) -> BTreeSet<&str> {
    of["servers"].as_array().into_iter().flatten().map(|server| text(&server["url"])).collect()
}

/// How a parameter of this place is put into text; where it does not say so, as OpenAPI has it.
fn writing(place: &str, parameter: &Value) -> [(&'static str, Value); 4] {
    let plain = if matches!(place, "query" | "cookie") { "form" } else { "simple" };
    let said = |name: &str, otherwise: Value| parameter.get(name).cloned().unwrap_or(otherwise);
    let style = said("style", plain.into());
    let explode = said("explode", (style == "form").into());
    let reserved = said("allowReserved", false.into());
    [
        ("style", style),
        ("explode", explode),
        ("allowReserved", reserved),
        ("content", said("content", Value::Null)),
    ]
}
