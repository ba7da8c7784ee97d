//! The contracts as OpenAPI 3.1 documents, made of the registered routes.
//!
//! Promises that each operation that is served is there, with its parameters, its body, every reply that can come, the shapes of all these
//! and the credentials that it asks for. The documents are committed under `openapi/`; `cargo xtask openapi` writes them.

mod examples;
mod meanings;

use std::collections::{BTreeMap, BTreeSet};

use schemars::{Schema, SchemaGenerator, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Map, Value, json};

use crate::{
    admin, azure, biometrid, deepaffects,
    documented::{Parameter, Refusal, Reply, ReplyHeader, Shape},
    routes::Operation,
};
use examples::Exchanges;

/// What a contract's file is called, what its document says, and its recorded exchanges.
type Described = (&'static str, fn() -> Contract, &'static str);

/// Every contract, in the order in which the page offers them: most who come are not operators.
const CONTRACTS: [Described; 4] = [
    ("biometrid", biometrid::contract, include_str!("../../../openapi/exchanges/biometrid.json")),
    ("azure", azure::contract, include_str!("../../../openapi/exchanges/azure.json")),
    ("deepaffects", deepaffects::contract, include_str!("../../../openapi/exchanges/deepaffects.json")),
    ("admin", admin::contract, include_str!("../../../openapi/exchanges/admin.json")),
];

/// A contract, as its document says it.
pub(crate) struct Contract {
    pub(crate) title: &'static str,
    pub(crate) version: &'static str,
    pub(crate) description: &'static str,
    /// The credentials of a call: all of them.
    pub(crate) schemes: Vec<Scheme>,
    /// What its nouns are, in the order in which they are explained.
    pub(crate) tags: &'static [(&'static str, &'static str)],
    /// What its paths name.
    pub(crate) in_path: Vec<Parameter>,
    /// The media type and the shape of its errors.
    pub(crate) fault: (&'static str, Shape),
    /// What any call may be turned down with, who must say who they are; and any call at all.
    pub(crate) closed_refusals: Vec<Refusal>,
    pub(crate) all_refusals: Vec<Refusal>,
    /// What each reply to a call that was done has, where a caller must say who they are; and each other reply may have, once it is known who calls.
    pub(crate) headers: &'static [ReplyHeader],
    pub(crate) operations: Vec<Operation>,
}

/// A credential: where it stands in a call.
pub(crate) struct Scheme {
    name: &'static str,
    place: &'static str,
    parameter: &'static str,
    description: &'static str,
}

impl Scheme {
    pub(crate) fn header(name: &'static str, parameter: &'static str, description: &'static str) -> Self {
        Self { name, place: "header", parameter, description }
    }

    pub(crate) fn query(name: &'static str, parameter: &'static str, description: &'static str) -> Self {
        Self { name, place: "query", parameter, description }
    }

    /// `Authorization: Bearer …`.
    pub(crate) fn bearer(name: &'static str, description: &'static str) -> Self {
        Self { name, place: "bearer", parameter: "", description }
    }

    fn document(&self) -> Value {
        let description = self.description;
        if self.place == "bearer" {
            return json!({"type": "http", "scheme": "bearer", "description": description});
        }
        json!({"type": "apiKey", "in": self.place, "name": self.parameter, "description": description})
    }
}

/// What the documents are called.
pub fn names() -> [&'static str; CONTRACTS.len()] {
    CONTRACTS.map(|(name, ..)| name)
}

/// Every contract's document, under its name. The fields are in alphabetical order, so the same routes are the same text.
pub fn documents() -> Vec<(&'static str, Value)> {
    let documents = CONTRACTS.iter().map(|(name, contract, exchanges)| {
        let exchanges = Exchanges::read(exchanges);
        (*name, Document::of(name, &contract(), exchanges))
    });
    documents.collect()
}

/// A document in the making.
struct Document<'a> {
    name: &'a str,
    contract: &'a Contract,
    /// Of what is read: a field that has a default need not be there.
    read: SchemaGenerator,
    /// Of what is written.
    written: SchemaGenerator,
    exchanges: Exchanges,
}

impl<'a> Document<'a> {
    fn of(name: &'a str, contract: &'a Contract, exchanges: Exchanges) -> Value {
        let settings = |settings: SchemaSettings| {
            let settings = settings.with(|all| all.definitions_path = "/components/schemas".into());
            settings.into_generator()
        };
        let mut document = Self {
            name,
            contract,
            read: settings(SchemaSettings::draft2020_12().for_deserialize()),
            written: settings(
                SchemaSettings::draft2020_12()
                    .for_serialize()
                    .with_transform(RecursiveTransform(absent_not_null)),
            ),
            exchanges,
        };
        let mut paths = Map::new();
        for operation in &contract.operations {
            let methods = paths.entry(&operation.path).or_insert_with(|| json!({}));
            methods[operation.method.as_str().to_ascii_lowercase()] = document.operation(operation);
        }
        let (media_type, fault) = contract.fault;
        let fault = json!({media_type: {"schema": fault(&mut document.written)}});
        let common = statuses(contract.all_refusals.iter().chain(&contract.closed_refusals));
        let mut responses = Map::new();
        for without in contract.operations.iter().map(|operation| operation.without).collect::<BTreeSet<_>>()
        {
            for (status, refusals) in &common {
                let response = refused(name, refusals, without, &fault, contract);
                responses.insert(common_name(*status, without), response);
            }
        }
        let schemes: Map<_, _> =
            contract.schemes.iter().map(|scheme| (scheme.name.to_owned(), scheme.document())).collect();
        // One requirement with all of them: a call needs each.
        let all: Map<_, _> =
            contract.schemes.iter().map(|scheme| (scheme.name.to_owned(), json!([]))).collect();
        let tags: Vec<_> =
            contract.tags.iter().map(|(name, says)| json!({"name": name, "description": says})).collect();
        let mut schemas = document.written.take_definitions(true);
        schemas.extend(document.read.take_definitions(true));
        json!({
            "openapi": "3.1.0",
            "info": {
                "title": contract.title,
                "version": contract.version,
                "description": contract.description,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            },
            "servers": [{"url": "../", "description": "The server that the document came from, below a path too."}],
            "security": [all],
            "tags": tags,
            "components": {
                "securitySchemes": schemes,
                "headers": contract.headers.iter().flat_map(always_and_if_known).collect::<Map<_, _>>(),
                "responses": responses,
                "schemas": schemas,
            },
            "paths": paths,
        })
    }

    fn operation(&mut self, operation: &Operation) -> Value {
        let mut described = json!({
            "operationId": operation.id,
            "summary": operation.summary,
            "description": operation.description,
            "tags": [operation.tag],
            "responses": self.responses(operation),
        });
        let parameters = self.parameters(operation);
        if !parameters.is_empty() {
            described["parameters"] = Value::from(parameters);
        }
        if let Some(body) = &operation.body {
            let mut content = content(&body.content, &mut self.read);
            self.exchanges.show_asked(&operation.id, &mut content);
            described["requestBody"] = json!({"required": body.required, "content": content});
        }
        if operation.open {
            described["security"] = json!([]);
        }
        described
    }

    /// Those of the path, which are always needed, and those beside it.
    fn parameters(&mut self, operation: &Operation) -> Vec<Value> {
        let in_path = operation.path.split('{').skip(1).filter_map(|part| part.split_once('}'));
        let known = &self.contract.in_path;
        let in_path =
            in_path.filter_map(|(name, _)| known.iter().find(|parameter| parameter.name == name).cloned());
        let all: Vec<_> = in_path.chain(operation.parameters.iter().cloned()).collect();
        let shown = |parameter: Parameter| {
            let mut shown = json!({
                "name": parameter.name,
                "in": parameter.place.name(),
                "required": parameter.required,
                "description": parameter.says,
                "schema": (parameter.shape)(&mut self.read),
            });
            if let Some(example) = self.exchanges.parameter(&operation.id, parameter.name) {
                shown["example"] = typed(example, &shown["schema"]);
            }
            shown
        };
        all.into_iter().map(shown).collect()
    }

    fn responses(&mut self, operation: &Operation) -> Value {
        let contract = self.contract;
        let mut responses = Map::new();
        for Reply { status, says, content: shapes, headers } in &operation.replies {
            let mut reply = json!({"description": says});
            let mut content = content(shapes, &mut self.written);
            self.exchanges.show_answered(&operation.id, *status, &mut content);
            if !content.is_empty() {
                reply["content"] = Value::Object(content);
            }
            let mut headers: Map<_, _> = headers.iter().map(header).collect();
            if !operation.open {
                headers
                    .extend(contract.headers.iter().map(|known| referred(known.name, known.name.to_owned())));
            }
            reply["headers"] = Value::Object(headers);
            responses.insert(status.to_string(), reply);
        }
        let (media_type, fault) = contract.fault;
        let fault = json!({media_type: {"schema": fault(&mut self.written)}});
        let closed = contract.closed_refusals.iter().filter(|_| !operation.open);
        let usual: Vec<_> = contract.all_refusals.iter().chain(closed).collect();
        let common = statuses(contract.all_refusals.iter().chain(&contract.closed_refusals));
        for (status, refusals) in statuses(usual.into_iter().chain(&operation.refusals)) {
            let response = match common.get(&status) {
                Some(usual) if *usual == refusals => {
                    let name = common_name(status, operation.without);
                    json!({"$ref": format!("#/components/responses/{name}")})
                }
                _ => refused(self.name, &refusals, operation.without, &fault, contract),
            };
            responses.insert(status.to_string(), response);
        }
        Value::Object(responses)
    }
}

/// What is written is absent where there is nothing, or null: never either. So a field that may be absent is not null.
fn absent_not_null(schema: &mut Schema) {
    let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let Some(Value::Object(fields)) = schema.get_mut("properties") else { return };
    let null = json!({"type": "null"});
    for (_, field) in fields.iter_mut().filter(|(name, _)| !required.iter().any(|needed| needed == *name)) {
        if let Some(Value::Array(types)) = field.get_mut("type") {
            types.retain(|known| known != "null");
            if let [only] = types.as_slice() {
                field["type"] = only.clone();
            }
        }
        if let Some(Value::Array(values)) = field.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        if let Some(Value::Array(shapes)) = field.get_mut("anyOf") {
            shapes.retain(|shape| *shape != null);
            if let [Value::Object(only)] = shapes.as_slice() {
                let only = only.clone();
                if let Some(field) = field.as_object_mut() {
                    field.remove("anyOf");
                    field.extend(only);
                }
            }
        }
    }
}

/// By status, each once.
fn statuses<'a>(refusals: impl Iterator<Item = &'a Refusal>) -> BTreeMap<u16, Vec<&'a Refusal>> {
    let mut by_status: BTreeMap<u16, Vec<&Refusal>> = BTreeMap::new();
    for refusal in refusals {
        let those = by_status.entry(refusal.status).or_default();
        if !those.iter().any(|known| known.name == refusal.name && known.body == refusal.body) {
            those.push(refusal);
        }
    }
    by_status
}

/// A reply with which calls are turned down for any of these reasons.
fn refused(
    name: &str,
    refusals: &[&Refusal],
    without: Option<&str>,
    fault: &Value,
    contract: &Contract,
) -> Value {
    let mut examples = Map::new();
    for refusal in refusals {
        // Two of one name differ in what they say.
        let many = refusals.iter().filter(|other| other.name == refusal.name).count() > 1;
        let called =
            if many { format!("{}{}", refusal.name, examples.len() + 1) } else { refusal.name.clone() };
        examples.insert(called, json!({"summary": refusal.says, "value": refusal.body}));
    }
    let mut content = fault.clone();
    if let Some(entry) = content.as_object_mut().and_then(|content| content.values_mut().next()) {
        entry["examples"] = Value::Object(examples);
    }
    let says: BTreeSet<_> = refusals.iter().map(|refusal| meanings::told(name, refusal)).collect();
    let says: Vec<_> = says.into_iter().map(|says| format!("- {says}")).collect();
    let own = refusals.iter().flat_map(|refusal| &refusal.headers).filter(|own| Some(own.name) != without);
    let mut headers: Map<_, _> = own
        .map(|own| {
            // The reply has it whatever the reason, or may have it.
            let always = refusals.iter().all(|refusal| refusal.headers.contains(own));
            header(&ReplyHeader { always, ..*own })
        })
        .collect();
    headers.extend(contract.headers.iter().map(|known| referred(known.name, if_known(known.name))));
    json!({"description": says.join("\n"), "content": content, "headers": headers})
}

/// What a reply is called that any call may get.
fn common_name(status: u16, without: Option<&str>) -> String {
    without.map_or_else(|| format!("Status{status}"), |header| format!("Status{status}_without_{header}"))
}

/// A header that every reply of its contract may have: as it always comes with a call that was done, and as it may come with others.
fn always_and_if_known(known: &ReplyHeader) -> [(String, Value); 2] {
    let (name, always) = header(known);
    let (_, sometimes) = header(&ReplyHeader { always: false, ..*known });
    let if_known = if_known(&name);
    [(name, always), (if_known, sometimes)]
}

/// What such a header is called where it comes only if it is known who calls.
fn if_known(name: &str) -> String {
    format!("{name}-if-known")
}

fn referred(name: &str, component: String) -> (String, Value) {
    (name.to_owned(), json!({"$ref": format!("#/components/headers/{component}")}))
}

fn header(ReplyHeader { name, says, always }: &ReplyHeader) -> (String, Value) {
    ((*name).to_owned(), json!({"description": says, "required": always, "schema": {"type": "string"}}))
}

/// A parameter's value, of which an address has the text, as its schema has it.
fn typed(text: &str, schema: &Value) -> Value {
    match schema["type"].as_str() {
        Some("integer" | "number" | "boolean") => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
        _ => text.into(),
    }
}

fn content(shapes: &[(&'static str, Shape)], schemas: &mut SchemaGenerator) -> Map<String, Value> {
    shapes.iter().map(|(label, shape)| ((*label).to_owned(), json!({"schema": shape(schemas)}))).collect()
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
