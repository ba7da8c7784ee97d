//! The contracts as OpenAPI 3.1 documents, made of the registered routes.
//!
//! Promises that each operation that is served is there, with its path, parameters, body, the status of success, the shape of errors and the
//! credentials that it asks for. The documents are committed under `openapi/`; `cargo xtask openapi` writes them.

use serde_json::{Map, Value, json};

use crate::{
    admin, azure, biometrid, deepaffects,
    routes::{Body, Operation},
};

/// A contract, as its document says it.
pub(crate) struct Contract {
    /// What its file is called.
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) version: &'static str,
    pub(crate) description: &'static str,
    /// The credentials of a call: all of them.
    pub(crate) schemes: Vec<Scheme>,
    /// The shape of its errors.
    pub(crate) fault: &'static str,
    pub(crate) operations: Vec<Operation>,
}

/// A credential: where it stands in a call.
pub(crate) struct Scheme {
    name: &'static str,
    place: &'static str,
    parameter: &'static str,
}

impl Scheme {
    pub(crate) fn header(name: &'static str, parameter: &'static str) -> Self {
        Self { name, place: "header", parameter }
    }

    pub(crate) fn query(name: &'static str, parameter: &'static str) -> Self {
        Self { name, place: "query", parameter }
    }

    /// `Authorization: Bearer …`.
    pub(crate) fn bearer(name: &'static str) -> Self {
        Self { name, place: "bearer", parameter: "" }
    }

    fn document(&self) -> Value {
        if self.place == "bearer" {
            return json!({"type": "http", "scheme": "bearer"});
        }
        json!({"type": "apiKey", "in": self.place, "name": self.parameter})
    }
}

/// Every contract's document, under its name. The fields are in alphabetical order, so the same routes are the same text.
pub fn documents() -> Vec<(&'static str, Value)> {
    let contracts = [admin::contract(), biometrid::contract(), azure::contract(), deepaffects::contract()];
    contracts.iter().map(|contract| (contract.name, document(contract))).collect()
}

fn document(contract: &Contract) -> Value {
    let mut paths = Map::new();
    for operation in &contract.operations {
        let methods = paths.entry(&operation.path).or_insert_with(|| json!({}));
        methods[operation.method.as_str().to_ascii_lowercase()] = described(operation);
    }
    let schemes: Map<_, _> =
        contract.schemes.iter().map(|scheme| (scheme.name.to_owned(), scheme.document())).collect();
    // One requirement with all of them: a call needs each.
    let all: Map<_, _> = contract.schemes.iter().map(|scheme| (scheme.name.to_owned(), json!([]))).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": contract.title,
            "version": contract.version,
            "description": contract.description,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/", "description": "The server that is called."}],
        "security": [all],
        "components": {
            "securitySchemes": schemes,
            "responses": {"Fault": {"description": contract.fault, "content": {"application/json": {}}}},
        },
        "paths": paths,
    })
}

fn described(operation: &Operation) -> Value {
    let fault = json!({"$ref": "#/components/responses/Fault"});
    let status = operation.status.to_string();
    let responses = match operation.status {
        400.. => json!({status: fault, "default": fault}),
        204 => json!({status: {"description": "Done."}, "default": fault}),
        _ => {
            json!({status: {"description": "Done.", "content": {"application/json": {}}}, "default": fault})
        }
    };
    let mut described = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [operation.tag],
        "responses": responses,
    });
    let parameters = parameters(operation);
    if !parameters.is_empty() {
        described["parameters"] = Value::from(parameters);
    }
    if let Some(Body { media_types, required }) = operation.body {
        let content: Map<_, _> = media_types.iter().map(|label| ((*label).to_owned(), json!({}))).collect();
        described["requestBody"] = json!({"required": required, "content": content});
    }
    if operation.open {
        described["security"] = json!([]);
    }
    described
}

/// Those of the path, which are always needed, and those of the query.
fn parameters(operation: &Operation) -> Vec<Value> {
    let parameter = |name: &str, place: &str, required: bool| json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}});
    let in_path = operation.path.split('{').skip(1).filter_map(|part| part.split_once('}'));
    let in_path = in_path.map(|(name, _)| parameter(name, "path", true));
    in_path
        .chain(operation.query.iter().map(|(name, required)| parameter(name, "query", *required)))
        .collect()
}

/// Where two documents differ, in the words of whoever must look: the operation's id where it has one, and the fields down to the first that
/// differs.
pub fn differences(committed: &Value, served: &Value) -> Vec<String> {
    let mut found = Vec::new();
    compare(committed, served, &mut Vec::new(), &mut found);
    found
}

fn compare(committed: &Value, served: &Value, at: &mut Vec<String>, found: &mut Vec<String>) {
    let (Value::Object(one), Value::Object(other)) = (committed, served) else {
        if committed != served {
            found.push(format!("{}: committed {committed}, served {served}", at.join(" › ")));
        }
        return;
    };
    let mut names: Vec<_> = one.keys().chain(other.keys()).collect();
    names.sort();
    names.dedup();
    for name in names {
        let (here, there) = (one.get(name), other.get(name));
        let id = here.or(there).and_then(|value| value["operationId"].as_str());
        at.push(id.map_or_else(|| name.clone(), |id| format!("{name} ({id})")));
        match (here, there) {
            (Some(here), Some(there)) => compare(here, there, at, found),
            (Some(_), None) => found.push(format!("{}: committed, and served no more", at.join(" › "))),
            (None, _) => found.push(format!("{}: served, and not committed", at.join(" › "))),
        }
        at.pop();
    }
}
