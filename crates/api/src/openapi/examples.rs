//! The examples of a document: real exchanges with a server, as `cargo xtask openapi exchanges` recorded them.

use serde_json::{Map, Value, json};

/// Under the id of its operation each; where one has several, with a word after it that says which it is.
pub(super) struct Exchanges(Map<String, Value>);

impl Exchanges {
    pub(super) fn read(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// Those of an operation, each by its word.
    fn of<'a>(&'a self, id: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.0.iter().filter_map(move |(name, exchange)| {
            let (of, word) = name.split_once(' ').unwrap_or((name.as_str(), ""));
            (of == id).then_some((word, exchange))
        })
    }

    /// What a parameter of an operation was.
    pub(super) fn parameter(&self, id: &str, name: &str) -> Option<&str> {
        self.of(id).find_map(|(_, exchange)| exchange["request"]["parameters"].get(name)?.as_str())
    }

    /// Shows what an operation was sent.
    pub(super) fn show_asked(&self, id: &str, content: &mut Map<String, Value>) {
        let asked: Vec<_> = self.of(id).map(|(word, exchange)| (word, &exchange["request"])).collect();
        show(&asked, content);
    }

    /// Shows what an operation answered with this status.
    pub(super) fn show_answered(&self, id: &str, status: u16, content: &mut Map<String, Value>) {
        let answered = self.of(id).map(|(word, exchange)| (word, &exchange["response"]));
        let answered: Vec<_> = answered.filter(|(_, response)| response["status"] == status).collect();
        show(&answered, content);
    }
}

/// The body in each media type; of several that differ each, by its word.
fn show(said: &[(&str, &Value)], content: &mut Map<String, Value>) {
    for (media_type, entry) in content {
        let mut bodies: Vec<(&str, &Value)> = Vec::new();
        for (word, said) in said.iter().filter(|(_, said)| said["media_type"] == media_type.as_str()) {
            let body = &said["body"];
            if !body.is_null() && !bodies.iter().any(|(_, known)| *known == body) {
                bodies.push((*word, body));
            }
        }
        match bodies.as_slice() {
            [] => {}
            [(_, only)] => entry["example"] = (*only).clone(),
            several => {
                let named = several.iter().map(|(word, body)| ((*word).to_owned(), json!({"value": body})));
                entry["examples"] = Value::Object(named.collect());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exchange(asked: &str, status: u16, answered: &str) -> Value {
        json!({
            "request": {"media_type": "application/json", "body": asked, "parameters": {"user": "7"}},
            "response": {"status": status, "media_type": "application/json", "body": answered},
        })
    }

    fn content() -> Map<String, Value> {
        Map::from_iter([("application/json".to_owned(), json!({"schema": true}))])
    }

    #[test]
    fn the_one_exchange_of_an_operation_is_its_example_and_of_several_each_has_a_word() {
        let recorded = json!({
            "one": exchange("a", 200, "b"),
            "two begun": exchange("a", 200, "b"),
            "two done": exchange("a", 200, "c"),
            "two failed": exchange("a", 400, "d"),
        });
        let exchanges = Exchanges::read(&recorded.to_string());
        let (mut one, mut two, mut asked) = (content(), content(), content());
        exchanges.show_answered("one", 200, &mut one);
        assert_eq!(one["application/json"], json!({"schema": true, "example": "b"}));
        exchanges.show_answered("two", 200, &mut two);
        let examples = json!({"begun": {"value": "b"}, "done": {"value": "c"}});
        assert_eq!(two["application/json"], json!({"schema": true, "examples": examples}));
        // What is the same each time is shown once.
        exchanges.show_asked("two", &mut asked);
        assert_eq!(asked["application/json"], json!({"schema": true, "example": "a"}));
        assert_eq!(exchanges.parameter("two", "user"), Some("7"));
        assert_eq!(exchanges.parameter("three", "user"), None);
    }
}
