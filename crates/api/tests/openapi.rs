//! The committed documents are those of the routes, and so is the error catalogue. With `TIMBRE_OPENAPI=write` they are written instead: `cargo xtask openapi`.

#![allow(clippy::unwrap_used)]

#[path = "openapi/errors.rs"]
mod errors;

use std::{collections::BTreeSet, fs, path::PathBuf};

use serde_json::{Value, json};
use timbre_api::openapi::{differences, documents};

fn file(name: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../openapi")).join(format!("{name}.json"))
}

/// Whether what is committed is to be made, not looked at.
fn writes() -> bool {
    std::env::var_os("TIMBRE_OPENAPI").is_some_and(|what| what == "write")
}

#[test]
fn the_committed_documents_are_those_of_the_routes() {
    let mut differing = Vec::new();
    for (name, served) in documents() {
        if writes() {
            fs::write(file(name), format!("{served:#}\n")).unwrap();
            continue;
        }
        let committed = fs::read_to_string(file(name)).unwrap_or_default();
        let committed = serde_json::from_str(&committed).unwrap_or(Value::Null);
        differing
            .extend(differences(&committed, &served).iter().map(|found| format!("{name}.json › {found}")));
    }
    assert!(
        differing.is_empty(),
        "the documents are not those of the routes; look, and run `cargo xtask openapi`:\n{}",
        differing.join("\n")
    );
}

#[test]
fn every_operation_has_an_id_of_its_own_a_sentence_a_success_and_the_parameters_of_its_path() {
    for (name, document) in documents() {
        let mut ids = BTreeSet::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            for operation in methods.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                assert!(ids.insert(id.to_owned()), "{name}: {id} twice");
                assert!(operation["summary"].as_str().unwrap().ends_with('.'), "{name}: {id}");
                assert!(!operation["tags"][0].as_str().unwrap().is_empty(), "{name}: {id}");
                let says = operation["responses"].as_object().unwrap();
                assert!(says.keys().any(|status| *status == "429"), "{name}: {id}");
                // These turn everybody down: Timbre has no other engine than the voice's, and phrases are not of every part.
                if operation["tags"][0] != "other engines" && !id.starts_with("listPhrases") {
                    assert!(says.keys().any(|status| status.starts_with('2')), "{name}: {id}");
                }
                let parameters = operation["parameters"]
                    .as_array()
                    .map_or(0, |all| all.iter().filter(|parameter| parameter["in"] == "path").count());
                assert_eq!(parameters, path.matches('{').count(), "{name}: {id}");
            }
        }
        assert!(!ids.is_empty(), "{name}");
    }
}

#[test]
fn a_refusal_that_is_a_constant_is_described_by_what_it_means() {
    let (_, document) = documents().into_iter().find(|(name, _)| *name == "biometrid").unwrap();
    let of_operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let of_operations = of_operations.flat_map(|operation| operation["responses"].as_object().unwrap());
    let mut found = 0;
    for (status, response) in of_operations.chain(document["components"]["responses"].as_object().unwrap()) {
        let said = response["description"].as_str().unwrap_or_default();
        for line in said.lines().filter_map(|line| line.strip_prefix("- ")) {
            let means = line.split_once(": ").map(|(_, means)| means);
            assert!(means.is_some_and(|means| means.len() > 10), "{status}: {line}");
            found += 1;
        }
    }
    assert!(found > 50, "{found}");
}

#[test]
fn every_operation_parameter_and_field_is_described() {
    let mut silent = Vec::new();
    for (name, document) in documents() {
        for methods in document["paths"].as_object().unwrap().values() {
            for operation in methods.as_object().unwrap().values() {
                let id = operation["operationId"].as_str().unwrap();
                if !describes(operation) || operation["description"] == operation["summary"] {
                    silent.push(format!("{name} › {id}"));
                }
                let parameters = operation["parameters"].as_array().into_iter().flatten();
                let without = parameters.filter(|parameter| !describes(parameter));
                silent.extend(without.map(|parameter| format!("{name} › {id} › {}", parameter["name"])));
            }
        }
        undescribed(&document, &document, name, &mut silent);
    }
    assert!(silent.is_empty(), "nothing is said of:\n{}", silent.join("\n"));
}

#[test]
fn every_operation_of_the_admin_api_that_needs_a_permission_says_which_and_whose_it_is() {
    let (_, document) = documents().into_iter().find(|(name, _)| *name == "admin").unwrap();
    let mut found = 0;
    for operation in
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values())
    {
        if ["logins", "me"].iter().any(|own| operation["tags"][0] == *own) {
            continue;
        }
        let says = operation["description"].as_str().unwrap();
        assert!(says.contains("Needs the permission `"), "{}: {says}", operation["operationId"]);
        assert!(says.contains("an owner"), "{}: {says}", operation["operationId"]);
        found += 1;
    }
    assert!(found > 40, "{found}");
}

fn describes(part: &Value) -> bool {
    part["description"].as_str().is_some_and(|text| !text.trim().is_empty())
}

/// Fields of which nothing is said, neither where they stand nor by the shape that they have.
fn undescribed(part: &Value, document: &Value, path: &str, found: &mut Vec<String>) {
    if let Some(fields) = part["properties"].as_object() {
        for (name, field) in fields {
            let shape = field["$ref"].as_str().and_then(|to| document.pointer(to.trim_start_matches('#')));
            if !describes(field) && !shape.is_some_and(describes) {
                found.push(format!("{path} › {name}"));
            }
        }
    }
    match part {
        Value::Object(parts) => {
            for (name, inner) in parts.iter().filter(|(name, _)| !name.starts_with("example")) {
                undescribed(inner, document, &format!("{path} › {name}"), found);
            }
        }
        Value::Array(parts) => parts.iter().for_each(|inner| undescribed(inner, document, path, found)),
        _ => {}
    }
}

#[test]
fn what_differs_is_named_down_to_the_operation_and_the_field() {
    let document = json!({"paths": {"/users": {"post": {"operationId": "createUser", "summary": "Makes a user.", "tags": ["users"]}}}});
    assert!(differences(&document, &document).is_empty());
    let mut renamed = document.clone();
    renamed["paths"]["/users"]["post"]["summary"] = Value::from("Makes one.");
    assert_eq!(
        differences(&document, &renamed),
        [r#"paths › /users › post (createUser) › summary: committed "Makes a user.", served "Makes one.""#]
    );
    let mut more = document.clone();
    more["paths"]["/languages"] = json!({"get": {"operationId": "listLanguages"}});
    assert_eq!(differences(&document, &more), ["paths › /languages: served, and not committed"]);
    assert_eq!(differences(&more, &document), ["paths › /languages: committed, and served no more"]);
}
