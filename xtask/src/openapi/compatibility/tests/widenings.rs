//! What only lets more through, or says more of a reply; and what is like it and does not, or cannot be told from that.

use super::*;

const FAULT: &str = "/components/schemas/Fault/properties/message";

/// What is found when a value at this place becomes another.
fn between(place: &str, then: Value, now: Value) -> Vec<String> {
    compare(&with(place, then), &with(place, now))
}

#[test]
fn what_only_widens_breaks_nothing() {
    for (place, value) in [
        ("/paths/~1more".to_owned(), json!({"get": {"operationId": "more", "responses": {}}})),
        (format!("{OPERATION}/security"), json!([])),
        (format!("{OPERATION}/responses/404"), json!(null)),
        (format!("{OPERATION}/responses/409"), json!({"description": "Not now."})),
        (format!("{OPERATION}/summary"), json!("Makes a user.")),
        (format!("{OPERATION}/parameters/0/schema/maximum"), json!(1000)),
        (format!("{OPERATION}/parameters/0/schema/minimum"), json!(0)),
        (format!("{OPERATION}/parameters/0/schema/minimum"), json!(null)),
        (format!("{SENT}/required"), json!([])),
        (format!("{SENT}/properties/age"), json!({"type": "integer"})),
        (format!("{SENT}/properties/name/maxLength"), json!(128)),
        (format!("{SENT}/properties/name/maxLength"), json!(null)),
        (format!("{SENT}/properties/name/minLength"), json!(0)),
        (format!("{SENT}/properties/name/type"), json!(["string", "null"])),
        (format!("{SENT}/properties/role"), json!({"enum": ["owner", "reader", "writer"]})),
        (format!("{SHOWN}/required"), json!(["id", "role", "note"])),
        (format!("{SHOWN}/properties/age"), json!({"type": "integer"})),
        (format!("{SHOWN}/properties/note"), json!({"type": "string"})),
        (format!("{SHOWN}/properties/score"), json!({"type": "integer"})),
        // A text of which it is now said what it may be.
        (FAULT.to_owned(), json!({"type": "string", "enum": ["gone", "never there"]})),
        (FAULT.to_owned(), json!({"$ref": "#/components/schemas/Role"})),
        (
            format!("{SHOWN}/properties/note"),
            json!({"anyOf": [{"type": "string", "const": "new"}, {"type": "null"}]}),
        ),
    ] {
        assert_eq!(changed(&place, value), Vec::<String>::new(), "{place}");
    }
}

#[test]
fn a_bound_that_lets_the_same_through_is_no_narrower_whatever_it_is_called() {
    let place = &format!("{OPERATION}/parameters/0/schema");
    let limit = "createUser › parameter limit";
    for (narrow, wide, breaks) in [
        (json!({"exclusiveMinimum": 0}), json!({"minimum": 0}), "its exclusiveMinimum is 0"),
        (json!({"exclusiveMaximum": 5}), json!({"maximum": 5}), "its exclusiveMaximum is 5"),
        (json!({"minimum": 1}), json!({"exclusiveMinimum": 0}), "its minimum is 1"),
        (json!({"minimum": 0, "exclusiveMinimum": 2}), json!({"minimum": 0}), "its exclusiveMinimum is 2"),
        (json!({"maxItems": 3}), json!({"maxItems": 4}), "its maxItems is 3"),
        (json!({"minItems": 1}), json!({"minItems": 0}), "its minItems is 1"),
    ] {
        assert_eq!(between(place, narrow.clone(), wide.clone()), Vec::<String>::new(), "{narrow} {wide}");
        assert_eq!(between(place, wide, narrow), [format!("{limit}: {breaks}")]);
    }
}

#[test]
fn a_pattern_widens_where_that_can_be_decided_and_else_the_check_says_that_it_cannot() {
    let place = &format!("{SENT}/properties/name");
    let name = "createUser › body › application/json › name";
    let text = |pattern: &str| json!({"type": "string", "pattern": pattern});
    let any = json!({"type": "string"});
    assert_eq!(between(place, text("^[a-z]+$"), any.clone()), Vec::<String>::new());
    assert_eq!(
        between(place, any, text("^[a-z]+$")),
        [format!("{name}: its pattern is \"^[a-z]+$\", where there was none")]
    );
    let (few, more) = (text("^(wav|flac)$"), text("^(wav|mp3|flac)$"));
    assert_eq!(between(place, few.clone(), more.clone()), Vec::<String>::new());
    assert_eq!(between(place, more, few.clone()), [format!("{name}: the value \"mp3\" is gone")]);
    for (then, now) in [
        (text("^[a-z]+$"), text("^[a-z0-9]+$")),
        (few, text("^[a-z]+$")),
        (text("^(a+|b)$"), text("^(a+|b|c)$")),
    ] {
        let found = between(place, then, now);
        assert!(found.len() == 1 && found[0].ends_with("cannot be decided"), "{found:?}");
    }
}

/// A document with one operation, at this path, about two things that are called so in it.
fn at(path: &str, names: [&str; 2], second: Value) -> Value {
    let parameter = |name, schema| json!({"name": name, "in": "path", "required": true, "schema": schema});
    let [first, other] = names;
    let parameters = [parameter(first, json!({"type": "string"})), parameter(other, second)];
    json!({"paths": {path: {"get": {"operationId": "readNote", "parameters": parameters, "responses": {}}}}})
}

#[test]
fn what_stands_in_a_path_may_be_called_otherwise_and_is_else_what_it_was() {
    let number = || json!({"type": "integer"});
    let promised = at("/users/{user}/notes/{note}:read", ["user", "note"], number());
    let renamed = at("/users/{id}/notes/{user}:read", ["id", "user"], number());
    assert_eq!(compare(&promised, &renamed), Vec::<String>::new());
    let narrower =
        at("/users/{id}/notes/{user}:read", ["id", "user"], json!({"type": "integer", "minimum": 1}));
    assert_eq!(compare(&promised, &narrower), ["readNote › parameter user: its minimum is 1"]);
    for elsewhere in
        ["/users/{user}/papers/{note}:read", "/users/{user}/notes/{note}", "/users/notes/{note}:read"]
    {
        let moved = at(elsewhere, ["user", "note"], number());
        assert_eq!(compare(&promised, &moved), ["readNote: the operation is gone"], "{elsewhere}");
    }
}
