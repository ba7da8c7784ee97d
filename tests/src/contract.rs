//! Whether what a server answers is in its contract's document: so that every test of the product is a test of the documents as well.
//!
//! Promises that a reply passes whose status, media type, headers and body the document has for this operation, field by field, and no other;
//! and that a call that was done is one that the document allows. A header that always comes is there, and one that is not documented is not.
//! What no document has is passed over where it was turned down.

mod shape;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use reqwest::{blocking::Request, header::CONTENT_TYPE};
use serde_json::Value;
use timbre_api::openapi::documents;

use crate::Reply;
use shape::Shape;

/// What of a call says whether it is in the document.
pub struct Asked {
    /// In small letters, as documents have it.
    pub method: String,
    pub path: String,
    pub query: Vec<(String, String)>,
    /// As it was said, with its parameters.
    pub media_type: Option<String>,
    /// None where there is none, or where it is a stream.
    pub body: Option<Vec<u8>>,
}

impl Asked {
    pub(crate) fn of(request: &Request) -> Self {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let query = request.url().query_pairs();
        Self {
            method: request.method().as_str().to_ascii_lowercase(),
            path: request.url().path().to_owned(),
            query: query.map(|(name, value)| (name.into_owned(), value.into_owned())).collect(),
            media_type: media_type.map(str::to_owned),
            body: request.body().and_then(|body| body.as_bytes()).map(<[u8]>::to_vec),
        }
    }
}

/// What no document says: how a reply travels, and what every reply of a server has, whatever its contract.
const OF_ALL_REPLIES: [&str; 10] = [
    "cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "date",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
    "x-request-id",
];

/// The documents of all contracts.
static SERVED: LazyLock<Documents> =
    LazyLock::new(|| Documents::new(documents().into_iter().map(|(_, document)| document).collect()));

/// Fails unless the exchange is in the document of its contract.
#[track_caller]
pub(crate) fn holds(asked: &Asked, reply: &Reply) {
    let wrong = SERVED.against(asked, reply);
    assert!(
        wrong.is_empty(),
        "not as documented: {} {}, answered {}:\n{}\n{}",
        asked.method,
        asked.path,
        reply.status,
        wrong.join("\n"),
        reply.body
    );
}

/// Fails unless an exchange, as an example shows it, is of the shapes of its operation: of this method of this path.
#[track_caller]
pub fn documented_as(method: &str, path: &str, exchange: &Value) {
    let found = SERVED.paths.iter().find(|known| known.template == path).map(|known| known.document);
    let document = &SERVED.documents[found.unwrap()];
    let operation = &document["paths"][path][method];
    let (request, response) = (&exchange["request"], &exchange["response"]);
    let mut wrong = Vec::new();
    let named = |name: &String| {
        let parameters = operation["parameters"].as_array();
        parameters.into_iter().flatten().any(|parameter| parameter["name"] == name.as_str())
    };
    for (name, _) in request["parameters"].as_object().into_iter().flatten().filter(|(name, _)| !named(name))
    {
        wrong.push(format!("there is no parameter {name}"));
    }
    let of_request = &operation["requestBody"]["content"];
    let of_response = &operation["responses"][response["status"].to_string()]["content"];
    for (content, said, closed) in [(of_request, request, false), (of_response, response, true)] {
        let Some(label) = said["media_type"].as_str() else { continue };
        match content.get(label) {
            None => wrong.push(format!("there is no {label}")),
            Some(entry) if !said["body"].is_null() => {
                wrong.extend(Shape::of(document, &entry["schema"]).against(&said["body"], closed));
            }
            Some(_) => {}
        }
    }
    assert!(wrong.is_empty(), "{method} {path}:\n{}\n{exchange:#}", wrong.join("\n"));
}

/// Documents, and what was made of them so far.
struct Documents {
    documents: Vec<Value>,
    paths: Vec<Path>,
    shapes: Mutex<HashMap<String, Arc<Shape>>>,
}

/// A path of a document.
struct Path {
    document: usize,
    template: String,
}

impl Documents {
    fn new(documents: Vec<Value>) -> Self {
        let paths = documents.iter().enumerate().flat_map(|(number, document)| {
            let templates = document["paths"].as_object().into_iter().flat_map(|paths| paths.keys());
            templates.map(move |template| Path { document: number, template: template.clone() })
        });
        Self { paths: paths.collect(), documents, shapes: Mutex::default() }
    }

    /// What is not as documented.
    fn against(&self, asked: &Asked, reply: &Reply) -> Vec<String> {
        let done = (200..300).contains(&reply.status);
        let Some(path) = self.path(&asked.path) else {
            let ours = self.paths.iter().any(|path| first(&path.template) == first(&asked.path));
            return if done && ours { vec!["no document has this path".to_owned()] } else { Vec::new() };
        };
        let document = &self.documents[path.document];
        let operation = &document["paths"][&path.template][&asked.method];
        if operation.is_null() {
            return if done { vec!["its path has no such method".to_owned()] } else { Vec::new() };
        }
        let response = resolved(document, &operation["responses"][reply.status.to_string()]);
        if response.is_null() {
            return vec!["this status is not documented".to_owned()];
        }
        let mut wrong = Vec::new();
        let within = |part: &str| format!("{} {} {part}", asked.method, path.template);
        wrong.extend(headers_against(document, &response["headers"], reply));
        let label = reply.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).map(essence);
        match (response["content"].as_object(), label) {
            (None, _) if reply.body.is_empty() => {}
            (None, _) => wrong.push("there should be no body".to_owned()),
            (Some(_), None) => wrong.push("it has no media type".to_owned()),
            (Some(content), Some(label)) => match content.get(&label) {
                None => wrong.push(format!("the media type {label} is not documented")),
                Some(entry) if label.ends_with("json") => {
                    let shape = self.shape(&within(&format!("{} {label}", reply.status)), document, entry);
                    match serde_json::from_str(&reply.body) {
                        Ok(body) => wrong.extend(shape.against(&body, true)),
                        Err(error) => wrong.push(format!("this is no JSON: {error}")),
                    }
                }
                Some(_) => {}
            },
        }
        if done {
            wrong.extend(self.call_against(asked, document, operation, &within));
        }
        wrong
    }

    /// What of a call that was done the document does not allow.
    fn call_against(
        &self,
        asked: &Asked,
        document: &Value,
        operation: &Value,
        within: &impl Fn(&str) -> String,
    ) -> Vec<String> {
        let mut wrong = Vec::new();
        // What BiometrID wants in a query may come in a body as well, also where OpenAPI has no word for that: with GET.
        let elsewhere = operation["requestBody"].is_null() && asked.media_type.is_some();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let name = parameter["name"].as_str().unwrap_or_default();
            let needed = parameter["in"] == "query" && parameter["required"] == true && !elsewhere;
            if needed && !asked.query.iter().any(|(asked, _)| asked == name) {
                wrong
                    .push(format!("it was done without the parameter {name}, which is documented as needed"));
            }
        }
        let label = asked.media_type.as_deref().map(essence).unwrap_or_default();
        let Some(body) = asked.body.as_ref().filter(|body| !body.is_empty()) else {
            if operation["requestBody"]["required"] == true && !label.starts_with("multipart/") {
                wrong.push("it was done without a body, which is documented as needed".to_owned());
            }
            return wrong;
        };
        let entry = &operation["requestBody"]["content"][&label];
        // BiometrID's parameters are text in all encodings: a number in JSON is read as the text that it is.
        let any_type = asked.path.starts_with("/api/");
        if label.ends_with("json") && !entry.is_null() && !any_type {
            let shape = self.shape(&within(&format!("asked {label}")), document, entry);
            match serde_json::from_slice(body) {
                Ok(body) => wrong.extend(shape.against(&body, false)),
                Err(error) => wrong.push(format!("it was done with what is no JSON: {error}")),
            }
        }
        wrong
    }

    /// The path whose template says most of it in its own words.
    fn path(&self, path: &str) -> Option<&Path> {
        let fitting = self.paths.iter().filter(|known| fits(&known.template, path));
        fitting.max_by_key(|known| literal(&known.template))
    }

    /// Made once for each place in a document.
    fn shape(&self, place: &str, document: &Value, entry: &Value) -> Arc<Shape> {
        let mut shapes = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
        let shape =
            shapes.entry(place.to_owned()).or_insert_with(|| Arc::new(Shape::of(document, &entry["schema"])));
        Arc::clone(shape)
    }
}

/// Which headers are missing, and which are not documented.
fn headers_against(document: &Value, documented: &Value, reply: &Reply) -> Vec<String> {
    let documented: Vec<_> = documented.as_object().into_iter().flatten().collect();
    let missing = documented.iter().filter(|(name, header)| {
        resolved(document, header)["required"] == true && !reply.headers.contains_key(name.as_str())
    });
    let missing = missing.map(|(name, _)| format!("there is no header {name}"));
    let unknown = reply.headers.keys().map(|name| name.as_str()).filter(|name| {
        !OF_ALL_REPLIES.contains(name)
            && !documented.iter().any(|(known, _)| known.eq_ignore_ascii_case(name))
    });
    missing.chain(unknown.map(|name| format!("the header {name} is not documented"))).collect()
}

fn resolved<'a>(document: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
        Some(path) => document.pointer(path).unwrap_or(&Value::Null),
        None => value,
    }
}

/// A media type without its parameters.
fn essence(media_type: &str) -> String {
    media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

fn first(path: &str) -> &str {
    path.split('/').nth(1).unwrap_or_default()
}

/// How much of a template is no parameter.
fn literal(template: &str) -> usize {
    template
        .split('/')
        .map(|part| {
            part.split_once('{')
                .map_or(part.len(), |(a, rest)| a.len() + rest.split_once('}').map_or(0, |(_, z)| z.len()))
        })
        .sum()
}

fn fits(template: &str, path: &str) -> bool {
    let (mut templates, mut parts) = (template.split('/'), path.split('/'));
    loop {
        match (templates.next(), parts.next()) {
            (None, None) => return true,
            (Some(template), Some(part)) if part_fits(template, part) => {}
            _ => return false,
        }
    }
}

fn part_fits(template: &str, part: &str) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == part };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    part.len() > before.len() + after.len() && part.starts_with(before) && part.ends_with(after)
}

#[cfg(test)]
mod tests;
