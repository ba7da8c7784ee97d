//! What is not in a document is found; what is, is not.

use reqwest::header::HeaderMap;
use serde_json::json;

use super::*;

fn documents() -> Documents {
    Documents::new(vec![json!({
        "paths": {
            "/users/{user}": {"get": {"responses": {
                "200": {
                    "headers": {
                        "ETag": {"$ref": "#/components/headers/Tag"},
                        "X-Note": {"required": false},
                    },
                    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/User"}}},
                },
                "404": {"$ref": "#/components/responses/Status404"},
            }}},
            "/users/find": {
                "post": {
                    "parameters": [{"name": "by", "in": "query", "required": true}],
                    "requestBody": {"content": {"application/json": {"schema": {"type": "object", "required": ["mac"]}}}},
                    "responses": {"204": {"description": "Done."}},
                },
            },
            "/users/{user}:reset": {"post": {"responses": {"204": {"description": "Done."}}}},
        },
        "components": {
            "headers": {"Tag": {"required": true}},
            "responses": {"Status404": {"content": {"application/problem+json": {"schema": {"type": "object"}}}}},
            "schemas": {
                "User": {
                    "type": "object",
                    "required": ["id"],
                    "properties": {
                        "id": {"type": "string", "format": "uuid"},
                        "names": {"type": "array", "items": {"anyOf": [
                            {"type": "object", "properties": {"first": {"type": "string"}}},
                            {"type": "object", "properties": {"last": {"type": "string"}}},
                        ]}},
                        "any": {"type": "object", "additionalProperties": {"type": "integer"}},
                    },
                },
            },
        },
    })])
}

fn asked(method: &str, path: &str) -> Asked {
    Asked {
        method: method.to_owned(),
        path: path.to_owned(),
        query: Vec::new(),
        media_type: None,
        body: None,
    }
}

fn reply(status: u16, headers: &[(&'static str, &'static str)], body: &str) -> Reply {
    let headers = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()));
    Reply { status, headers: HeaderMap::from_iter(headers), body: body.to_owned() }
}

const JSON: (&str, &str) = ("content-type", "application/json; charset=utf-8");
const TAG: (&str, &str) = ("etag", "\"1\"");
const NOTE: (&str, &str) = ("x-note", "more");
const ID: &str = "e99766b5-9b28-4f0e-99dc-30eaa5b4c33d";

#[test]
fn a_reply_that_is_documented_passes() {
    let known = documents();
    let body = format!(r#"{{"id":"{ID}","names":[{{"first":"A"}},{{"last":"B"}}],"any":{{"x":1}}}}"#);
    let problem = ("content-type", "application/problem+json");
    for (asked, reply) in [
        (asked("get", "/users/1"), reply(200, &[JSON, TAG], &body)),
        (asked("get", "/users/1"), reply(200, &[JSON, TAG, NOTE, ("date", "now")], &body)),
        (asked("get", "/users/1"), reply(404, &[problem], "{}")),
        (asked("post", "/users/1:reset"), reply(204, &[], "")),
        // Turned down, and in no document.
        (asked("get", "/users/1/more"), reply(404, &[], "no")),
        (asked("delete", "/users/1"), reply(405, &[], "no")),
        (asked("get", "/healthz"), reply(200, &[], "ok")),
    ] {
        assert_eq!(known.against(&asked, &reply), Vec::<String>::new(), "{} {}", asked.path, reply.status);
    }
}

#[test]
fn what_is_not_documented_is_named() {
    let known = documents();
    let get = || asked("get", "/users/1");
    let body = || format!(r#"{{"id":"{ID}"}}"#);
    let with = |body: &str| reply(200, &[JSON, TAG], body);
    for (asked, reply, wrong) in [
        (get(), reply(500, &[JSON], "{}"), "this status is not documented"),
        (get(), reply(404, &[JSON], "{}"), "the media type application/json is not documented"),
        (get(), reply(404, &[], "{}"), "it has no media type"),
        (get(), reply(200, &[JSON], &body()), "there is no header ETag"),
        (get(), reply(200, &[JSON, TAG, ("x-more", "1")], &body()), "the header x-more is not documented"),
        (
            get(),
            reply(404, &[("content-type", "application/problem+json"), TAG], "{}"),
            "the header etag is not documented",
        ),
        (get(), with("{}"), r#": "id" is a required property"#),
        (get(), with(r#"{"id":"1"}"#), r#"/id: "1" is not a "uuid""#),
        (get(), with(&format!(r#"{{"id":"{ID}","age":1}}"#)), "/age: is not documented"),
        (
            get(),
            with(&format!(r#"{{"id":"{ID}","names":[{{"middle":"C"}}]}}"#)),
            "/names/0/middle: is not documented",
        ),
        (asked("post", "/users/1:reset"), reply(204, &[], "x"), "there should be no body"),
        (asked("get", "/users/1/more"), reply(200, &[], ""), "no document has this path"),
        (asked("delete", "/users/1"), reply(200, &[], ""), "its path has no such method"),
    ] {
        assert_eq!(known.against(&asked, &reply), [wrong]);
    }
}

#[test]
fn a_call_that_was_done_and_that_the_document_forbids_is_named() {
    let known = documents();
    let call = |query: &[&str], body: Option<&str>| Asked {
        query: query.iter().map(|name| ((*name).to_owned(), String::new())).collect(),
        media_type: Some("application/json".to_owned()),
        body: body.map(|body| body.as_bytes().to_vec()),
        ..asked("post", "/users/find")
    };
    let done = || reply(204, &[], "");
    assert_eq!(known.against(&call(&["by"], Some(r#"{"mac":1}"#)), &done()), Vec::<String>::new());
    assert_eq!(known.against(&call(&["by"], Some("{}")), &done()), [r#": "mac" is a required property"#]);
    let wrong = known.against(&call(&[], None), &done());
    assert_eq!(wrong, ["it was done without the parameter by, which is documented as needed"]);
}
