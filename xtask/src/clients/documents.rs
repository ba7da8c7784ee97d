//! What the generators of clients are given: the committed documents, less what they cannot say in their language.

use std::path::Path;

use serde_json::Value;

use crate::cargo;
use crate::failure::Failure;
use crate::openapi::CONTRACTS;

/// How much of a document a language's generator can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// All of it.
    All,
    /// A function for each call that somebody is answered well: it sends a body in one media type, and a body has a shape, whatever must not
    /// be there together.
    Functions,
    /// That, and nothing of replies to calls that were turned down: they are raised, and so are no function's result.
    FunctionsThatRaise,
}

/// Writes every contract's document into a folder.
pub(super) fn write(says: Says, folder: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(folder)?;
    for contract in CONTRACTS {
        let path = cargo::root().join("openapi").join(format!("{contract}.json"));
        let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
        let mut document = serde_json::from_str(&text).map_err(|error| Failure::at(&path, error))?;
        told(&mut document, says);
        std::fs::write(folder.join(format!("{contract}.json")), format!("{document:#}\n"))?;
    }
    Ok(())
}

fn told(document: &mut Value, says: Says) {
    if says == Says::All {
        return;
    }
    without_conditions(document);
    let paths = document["paths"].as_object_mut().into_iter().flat_map(|paths| paths.values_mut());
    for methods in paths.filter_map(Value::as_object_mut) {
        methods.retain(|_, operation| statuses(operation).any(is_success));
        for operation in methods.values_mut() {
            one_body(operation);
            if says == Says::FunctionsThatRaise
                && let Some(responses) = operation["responses"].as_object_mut()
            {
                responses.retain(|status, _| is_success(status));
            }
        }
    }
}

fn statuses(operation: &Value) -> impl Iterator<Item = &str> {
    operation["responses"].as_object().into_iter().flat_map(|responses| responses.keys().map(String::as_str))
}

fn is_success(status: &str) -> bool {
    status.starts_with('2')
}

/// Takes out what says only which fields must be there: beside fields of its own, or beside one shape.
fn without_conditions(value: &mut Value) {
    if let Value::Object(schema) = value
        && schema.keys().eq(["allOf", "required"])
        && let Some([shape]) = schema["allOf"].as_array().map(Vec::as_slice)
    {
        *value = shape.clone();
    }
    if let Value::Object(schema) = value {
        let only_requires = |one: &Value| one.as_object().is_some_and(|one| one.keys().eq(["required"]));
        let conditions = schema.get("oneOf").and_then(Value::as_array);
        if schema.contains_key("properties") && conditions.is_some_and(|all| all.iter().all(only_requires)) {
            schema.remove("oneOf");
        }
    }
    match value {
        Value::Object(fields) => fields.values_mut().for_each(without_conditions),
        Value::Array(values) => values.iter_mut().for_each(without_conditions),
        _ => {}
    }
}

/// Keeps one media type of a body: a form where that says more than JSON can, a recording say; else JSON.
fn one_body(operation: &mut Value) {
    let Some(content) = operation.pointer_mut("/requestBody/content").and_then(Value::as_object_mut) else {
        return;
    };
    let (form, plain) = (content.get("multipart/form-data"), content.get("application/json"));
    let kept = match (form, plain) {
        (Some(form), Some(plain)) if form["schema"] == plain["schema"] => "application/json",
        (Some(_), _) => "multipart/form-data",
        (None, Some(_)) => "application/json",
        (None, None) => return,
    };
    content.retain(|media_type, _| media_type == kept);
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn document() -> Value {
        let fields = json!({"schema": {"$ref": "#/components/schemas/Fields"}});
        let recording = json!({"schema": {"$ref": "#/components/schemas/Recording"}});
        json!({"paths": {
            "/users": {"post": {
                "requestBody": {"content": {"application/json": fields, "multipart/form-data": fields}},
                "responses": {"201": {}, "404": {}, "default": {}},
            }},
            "/voices": {"post": {
                "requestBody": {"content": {"application/json": fields, "multipart/form-data": recording}},
                "responses": {"200": {}},
            }},
            "/documents": {"post": {"responses": {"404": {}}}},
            "/samples": {"post": {"requestBody": {"content": {"audio/wav": {}}}, "responses": {"204": {}}}},
        }})
    }

    fn names(value: &Value, at: &str) -> Vec<String> {
        value
            .pointer(at)
            .and_then(Value::as_object)
            .map(|object| object.keys().cloned().collect())
            .unwrap_or_default()
    }

    #[test]
    fn a_body_is_a_form_only_where_json_would_say_less() {
        let mut told_of = document();
        told(&mut told_of, Says::Functions);
        assert_eq!(names(&told_of, "/paths/~1users/post/requestBody/content"), ["application/json"]);
        assert_eq!(names(&told_of, "/paths/~1voices/post/requestBody/content"), ["multipart/form-data"]);
        assert_eq!(names(&told_of, "/paths/~1samples/post/requestBody/content"), ["audio/wav"]);
        assert_eq!(names(&told_of, "/paths/~1users/post/responses").len(), 3);
    }

    #[test]
    fn what_nobody_is_answered_well_is_no_function() {
        let mut told_of = document();
        told(&mut told_of, Says::Functions);
        assert!(names(&told_of, "/paths/~1documents").is_empty());
    }

    #[test]
    fn a_body_has_a_shape_whatever_must_not_be_there_together() {
        let fields = json!({"type": "object", "properties": {"url": {}, "content": {}}});
        let mut recording = fields.clone();
        recording["oneOf"] = json!([{"required": ["url"]}, {"required": ["content"]}]);
        let mut schemas = json!({"one": recording, "other": {"allOf": [recording], "required": ["url"]}});
        without_conditions(&mut schemas);
        assert_eq!(schemas, json!({"one": fields, "other": fields}));
    }

    #[test]
    fn what_is_raised_is_no_result() {
        let mut told_of = document();
        told(&mut told_of, Says::FunctionsThatRaise);
        assert_eq!(names(&told_of, "/paths/~1users/post/responses"), ["201"]);
    }

    #[test]
    fn a_language_that_can_say_all_is_given_all() {
        let mut told_of = document();
        told(&mut told_of, Says::All);
        assert_eq!(told_of, document());
    }
}
