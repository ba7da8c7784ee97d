//! The operations that there are: those of the committed documents.

use std::{fs, path::PathBuf};

use reqwest::Method;
use serde_json::Value;
use timbre_api::openapi::names;

/// One method of one path.
#[derive(Debug)]
pub struct Operation {
    /// Whose document it stands in.
    pub contract: &'static str,
    pub id: String,
    pub method: Method,
    /// With its `{parameters}`.
    pub path: String,
    /// The documented status of a call that goes well.
    pub status: u16,
    /// Parameters of the query that the document wants.
    pub query: Vec<String>,
    /// Whether nobody is asked who they are.
    pub open: bool,
}

impl Operation {
    /// What it is called in every version and below every base path.
    pub fn name(&self) -> &str {
        self.id.split('_').next().unwrap_or_default()
    }
}

/// Every operation of every document. A document that is not served fails.
pub fn operations() -> Vec<Operation> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi"));
    let files = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let documents: Vec<_> = files.filter(|path| path.extension().is_some_and(|end| end == "json")).collect();
    assert_eq!(documents.len(), names().len(), "a document is not served: {documents:?}");
    let of = |contract| {
        let text = fs::read_to_string(folder.join(format!("{contract}.json"))).unwrap();
        read(contract, &serde_json::from_str(&text).unwrap())
    };
    names().into_iter().flat_map(of).collect()
}

/// The first of success. What has none turns everybody down: an engine is not there, or a path without its end is a wrong call.
fn of_success(id: &str, mut statuses: impl Iterator<Item = u16>) -> u16 {
    let otherwise = if id.starts_with("listPhrasesOf") { 400 } else { 404 };
    statuses.find(|status| (200..300).contains(status)).unwrap_or(otherwise)
}

fn read(contract: &'static str, document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let statuses = operation["responses"].as_object().unwrap().keys();
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let needed = parameters.filter(|one| one["in"] == "query" && one["required"] == true);
            operations.push(Operation {
                contract,
                id: operation["operationId"].as_str().unwrap().to_owned(),
                method: Method::from_bytes(method.to_ascii_uppercase().as_bytes()).unwrap(),
                path: path.clone(),
                status: of_success(
                    operation["operationId"].as_str().unwrap(),
                    statuses.filter_map(|status| status.parse().ok()),
                ),
                query: needed.map(|one| one["name"].as_str().unwrap().to_owned()).collect(),
                open: operation["security"].as_array().is_some_and(Vec::is_empty),
            });
        }
    }
    operations
}
