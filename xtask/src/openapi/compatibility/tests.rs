//! Each change alone: those that break, by what they are called, and those that do not.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

mod narrowings;
mod widenings;

fn document() -> Value {
    json!({
        "info": {"version": "1.0.0"},
        "servers": [{"url": "../"}],
        "security": [{"key": []}],
        "paths": {
            "/users": {
                "post": {
                    "operationId": "createUser",
                    "tags": ["users"],
                    "parameters": [
                        {"name": "limit", "in": "query", "required": false, "schema": {"type": "integer", "minimum": 1, "maximum": 500}},
                    ],
                    "requestBody": {
                        "required": false,
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/NewUser"}},
                            "multipart/form-data": {"schema": {"type": "object"}},
                        },
                    },
                    "responses": {
                        "201": {
                            "headers": {"Location": {"required": true, "schema": {"type": "string"}}},
                            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}},
                        },
                        "404": {"$ref": "#/components/responses/Status404"},
                    },
                },
                "get": {"operationId": "listUsers", "security": [], "responses": {"200": {"description": "All."}}},
            },
        },
        "components": {
            "securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "x-key"}},
            "responses": {
                "Status404": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Fault"}}}},
            },
            "schemas": {
                "Fault": {"type": "object", "required": ["message"], "properties": {"message": {"type": "string"}}},
                "NewUser": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {
                        "name": {"type": "string", "maxLength": 64},
                        "role": {"$ref": "#/components/schemas/Role"},
                        "limits": {
                            "type": "object",
                            "patternProperties": {"^[a-z]+$": {"type": "integer"}},
                            "additionalProperties": false,
                        },
                        "voice": {"oneOf": [
                            {"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}},
                            {"type": "object", "required": ["content"], "properties": {"content": {"type": "string"}}},
                        ]},
                    },
                },
                "Role": {"oneOf": [{"const": "owner", "description": "All."}, {"enum": ["reader"]}]},
                "User": {
                    "type": "object",
                    "required": ["id", "role"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "role": {"$ref": "#/components/schemas/Role"},
                        "note": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                        "score": {"type": "number"},
                        "counts": {"type": "object", "additionalProperties": {"type": "integer"}},
                        "friends": {"type": "array", "items": {"$ref": "#/components/schemas/User"}},
                        "what": {"anyOf": [
                            {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
                            {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}},
                        ]},
                    },
                },
            },
        },
    })
}

/// The document with another value at this place; null takes it away.
fn with(place: &str, value: Value) -> Value {
    let mut document = document();
    let (parent, name) = place.rsplit_once('/').unwrap();
    let name = name.replace("~1", "/");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{place}"));
    match (parent, value) {
        (Value::Object(fields), Value::Null) => _ = fields.remove(&name).unwrap_or_else(|| panic!("{place}")),
        (Value::Object(fields), value) => _ = fields.insert(name, value),
        (Value::Array(items), value) => items[name.parse::<usize>().unwrap()] = value,
        _ => panic!("{place}"),
    }
    document
}

/// What is found when the value at this place is another.
fn changed(place: &str, value: Value) -> Vec<String> {
    compare(&document(), &with(place, value))
}

const OPERATION: &str = "/paths/~1users/post";
const SENT: &str = "/components/schemas/NewUser";
const SHOWN: &str = "/components/schemas/User";

#[test]
fn a_document_keeps_its_own_promises() {
    assert_eq!(compare(&document(), &document()), Vec::<String>::new());
}

#[test]
fn what_breaks_an_application_is_named() {
    let body = "createUser › body › application/json";
    let reply = "createUser › 201 › application/json";
    let object = |fields: Value| json!({"type": "object", "properties": fields});
    for (place, value, breaks) in [
        ("/paths/~1users/get".to_owned(), json!(null), "listUsers: the operation is gone".to_owned()),
        (
            format!("{OPERATION}/operationId"),
            json!("addUser"),
            "createUser: its id is \"addUser\", by which clients are made".to_owned(),
        ),
        (
            format!("{OPERATION}/tags"),
            json!(["people"]),
            "createUser: its tags are [\"people\"], by which clients are made".to_owned(),
        ),
        (
            format!("{SENT}/properties/limits/patternProperties/^[a-z]+$/type"),
            json!("string"),
            format!("{body} › limits › ^[a-z]+$: its type was {{\"integer\"}}, and is {{\"string\"}}"),
        ),
        (
            format!("{SENT}/properties/limits/patternProperties/^[a-z]+$"),
            json!(null),
            format!("{body} › limits: the fields ^[a-z]+$ are gone"),
        ),
        (
            format!("{SENT}/additionalProperties"),
            json!({"type": "string"}),
            format!("{body}: fields that are not named are newly narrowed"),
        ),
        (
            format!("{SHOWN}/properties/counts/additionalProperties"),
            json!({"type": "string"}),
            format!(
                "{reply} › counts › any other field: its type was {{\"integer\"}}, and is {{\"string\"}}"
            ),
        ),
        (
            format!("{SHOWN}/properties/counts/additionalProperties"),
            json!(null),
            format!("{reply} › counts: fields that are not named are no longer said"),
        ),
        (
            "/paths/~1users/get/security".to_owned(),
            json!([{"key": []}]),
            "listUsers: it asks for the credential key".to_owned(),
        ),
        (
            "/security/0".to_owned(),
            json!({"key": [], "secret": []}),
            "createUser: it asks for the credential secret".to_owned(),
        ),
        (format!("{OPERATION}/responses/201"), json!(null), "createUser › 201: the reply is gone".to_owned()),
        (
            format!("{OPERATION}/responses/201/headers/Location"),
            json!(null),
            "createUser › 201: the header Location is gone".to_owned(),
        ),
        (
            format!("{OPERATION}/responses/201/headers/Location/required"),
            json!(false),
            "createUser › 201: the header Location may be absent".to_owned(),
        ),
        (
            format!("{OPERATION}/responses/201/content/application~1json"),
            json!(null),
            "createUser › 201: the media type application/json is gone".to_owned(),
        ),
        (
            format!("{OPERATION}/requestBody/content/multipart~1form-data"),
            json!(null),
            "createUser › body: the media type multipart/form-data is gone".to_owned(),
        ),
        (
            format!("{OPERATION}/requestBody/required"),
            json!(true),
            "createUser › body: it is newly needed".to_owned(),
        ),
        (
            format!("{OPERATION}/parameters/0/required"),
            json!(true),
            "createUser › parameter limit: it is newly needed".to_owned(),
        ),
        (
            format!("{OPERATION}/parameters/0/name"),
            json!("most"),
            "createUser: the parameter limit is gone".to_owned(),
        ),
        (
            format!("{OPERATION}/parameters/0/schema/maximum"),
            json!(100),
            "createUser › parameter limit: its maximum is 100".to_owned(),
        ),
        (
            format!("{OPERATION}/parameters/0/schema/minimum"),
            json!(2),
            "createUser › parameter limit: its minimum is 2".to_owned(),
        ),
        (
            format!("{SENT}/required"),
            json!(["name", "role"]),
            format!("{body}: the field role is newly needed"),
        ),
        (
            format!("{SENT}/additionalProperties"),
            json!(false),
            format!("{body}: fields that are not named are newly refused"),
        ),
        (
            format!("{SENT}/properties/name/maxLength"),
            json!(32),
            format!("{body} › name: its maxLength is 32"),
        ),
        (
            format!("{SENT}/properties/name/pattern"),
            json!("^a$"),
            format!("{body} › name: its pattern is \"^a$\", where there was none"),
        ),
        (
            format!("{SENT}/properties/name/type"),
            json!("integer"),
            format!("{body} › name: its type was {{\"string\"}}, and is {{\"integer\"}}"),
        ),
        (
            format!("{SENT}/properties/role"),
            json!({"enum": ["owner"]}),
            format!("{body} › role: the value \"reader\" is gone"),
        ),
        (
            format!("{SENT}/properties/voice/oneOf/1"),
            object(json!({"bytes": {"type": "string"}})),
            format!("{body} › voice: the field content is gone"),
        ),
        (format!("{SENT}/properties/voice"), object(json!({"url": {"type": "string"}})), String::new()),
        (format!("{SHOWN}/required"), json!(["id"]), format!("{reply}: the field role may be absent")),
        (format!("{SHOWN}/properties/note"), json!(null), format!("{reply}: the field note is gone")),
        (
            format!("{SHOWN}/properties/note"),
            json!({"type": "integer"}),
            format!("{reply} › note: its type was {{\"null\", \"string\"}}, and is {{\"integer\"}}"),
        ),
        (
            format!("{SHOWN}/properties/score"),
            json!({"type": ["number", "null"]}),
            format!("{reply} › score: its type was {{\"number\"}}, and is {{\"null\", \"number\"}}"),
        ),
        (
            format!("{SHOWN}/properties/id/format"),
            json!(null),
            format!("{reply} › id: its format was Some(\"uuid\"), and is None"),
        ),
        (
            format!("{SHOWN}/properties/role"),
            json!({"type": "string"}),
            format!("{reply} › role: its values are no longer listed"),
        ),
        (
            format!("{SHOWN}/properties/friends/items"),
            json!({"type": "string"}),
            format!("{reply} › friends › each: its type was {{\"object\"}}, and is {{\"string\"}}"),
        ),
        (
            format!("{SHOWN}/properties/what/anyOf/1"),
            object(json!({"c": {"type": "string"}})),
            format!("{reply} › what: the field b is gone"),
        ),
        (
            "/components/schemas/Fault/properties/message".to_owned(),
            json!(null),
            "createUser › 404 › application/json: the field message is gone".to_owned(),
        ),
    ] {
        let found = changed(&place, value);
        match breaks.is_empty() {
            // Taken as before, in other words.
            true => assert_eq!(found, Vec::<String>::new(), "{place}"),
            false => assert!(found.contains(&breaks), "{place}: {found:?}, not {breaks}"),
        }
    }
}

#[test]
fn what_a_client_has_not_heard_of_breaks_it() {
    let writer = json!({"enum": ["owner", "reader", "writer"]});
    let reply = "createUser › 201 › application/json";
    let found = changed(&format!("{SHOWN}/properties/role"), writer);
    assert_eq!(found, [format!("{reply} › role: there is a value \"writer\" more")]);
    let more = json!([
        {"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}},
        {"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}}},
        {"type": "object", "required": ["c"], "properties": {"c": {"type": "string"}}},
    ]);
    let found = changed(&format!("{SHOWN}/properties/what/anyOf"), more);
    assert!(found.iter().any(|text| text.starts_with(&format!("{reply} › what: "))), "{found:?}");
    let found = changed(&format!("{OPERATION}/responses/202"), json!({"description": "Later."}));
    assert_eq!(found, ["createUser: 202 is another success"]);
}

#[test]
fn whoever_was_let_in_is_let_in_as_before() {
    let both = json!([{"key": [], "token": []}]);
    let either = json!([{"key": []}, {"token": []}]);
    let (mut promised, mut served) = (document(), document());
    promised["security"] = either.clone();
    served["security"] = both.clone();
    let found = compare(&promised, &served);
    let each = ["token", "key"].map(|name| format!("createUser: it asks for the credential {name}"));
    assert_eq!(found, each);
    assert_eq!(compare(&served, &promised), Vec::<String>::new());
    for (place, value) in [("name", "x-other-key"), ("in", "query"), ("type", "http")] {
        let mut moved = document();
        moved["components"]["securitySchemes"]["key"][place] = value.into();
        assert_eq!(compare(&document(), &moved), ["createUser: the credential key is sent otherwise"]);
    }
    let mut explained = document();
    explained["components"]["securitySchemes"]["key"]["description"] = "The tenant's key.".into();
    assert_eq!(compare(&document(), &explained), Vec::<String>::new());
}

#[test]
fn the_names_by_which_clients_are_made_stay() {
    let mut renamed = document();
    let schemas = renamed["components"]["schemas"].as_object_mut().unwrap();
    let user = schemas.remove("User").unwrap();
    schemas.insert("Person".to_owned(), user);
    let reply = &mut renamed["paths"]["/users"]["post"]["responses"]["201"]["content"]["application/json"];
    reply["schema"]["$ref"] = "#/components/schemas/Person".into();
    let found = compare(&document(), &renamed);
    assert!(
        found.contains(&"User: the schema is gone, by which clients have a type".to_owned()),
        "{found:?}"
    );
    let other = "createUser › 201 › application/json: its schema was #/components/schemas/User, and is \
                 #/components/schemas/Person, by which clients have a type";
    assert!(found.contains(&other.to_owned()), "{found:?}");
}
