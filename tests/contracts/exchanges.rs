//! The examples of the documents are real exchanges: `openapi/exchanges`, recorded by `cargo xtask openapi exchanges`. One of an operation stands
//! there by its id; of an operation that answers in several shapes there are several, each with a word after the id.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use jsonschema::Draft;
use reqwest::blocking::RequestBuilder;
use serde_json::{Map, Value, json};
use timbre_api::openapi::documents;
use timbre_tests::{Asked, Reply, exchanged};

use super::{several, stable::Stable};
use crate::isolation::{
    admin::{self, Office},
    documents::{Operation, operations},
    row,
    world::World,
};

fn file(contract: &str) -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/exchanges"))
        .join(format!("{contract}.json"))
}

fn recorded(contract: &str) -> Map<String, Value> {
    serde_json::from_str(&fs::read_to_string(file(contract)).unwrap()).unwrap()
}

/// What stands for a recording whose bytes are sent as they are.
const RECORDING: &str = "a WAV file, as it is";

/// The same call with its body in memory, where it can be looked at.
pub fn whole(request: RequestBuilder) -> RequestBuilder {
    let (http, request) = request.build_split();
    let mut request = request.unwrap();
    if let Some(body) = request.body_mut() {
        body.buffer().unwrap();
    }
    RequestBuilder::from_parts(http, request)
}

/// The parts of a form, by their names; a file as what stands for it.
fn parts(body: &[u8], media_type: &str) -> Map<String, Value> {
    let boundary = format!("--{}", media_type.split_once("boundary=").unwrap().1);
    let text = String::from_utf8_lossy(body);
    let parts = text.split(&boundary).filter_map(|part| {
        let (head, value) = part.split_once("\r\n\r\n")?;
        let (name, rest) = head.split_once(" name=\"")?.1.split_once('"')?;
        let value = if rest.contains("filename=") { RECORDING } else { value.trim_end_matches("\r\n") };
        Some((name.to_owned(), Value::from(value)))
    });
    parts.collect()
}

/// What is asked and what is answered, as an example shows it.
fn exchange(operation: &Operation, (asked, reply): &(Asked, Reply)) -> Value {
    let in_path = operation.path.split('/').zip(asked.path.split('/')).filter_map(|(template, part)| {
        let (before, rest) = template.split_once('{')?;
        let (name, after) = rest.split_once('}')?;
        let value = part.strip_prefix(before)?.strip_suffix(after)?;
        Some((name.to_owned(), Value::from(value)))
    });
    let in_query = asked.query.iter().filter(|(name, _)| name != "apikey");
    let in_query = in_query.map(|(name, value)| (name.clone(), Value::from(value.as_str())));
    let parameters: Map<_, _> = in_path.chain(in_query).collect();
    let mut request = json!({});
    if !parameters.is_empty() {
        request["parameters"] = Value::Object(parameters);
    }
    let body = asked.body.as_deref().filter(|body| !body.is_empty());
    if let Some(media_type) = &asked.media_type {
        // A form's boundary is another each time.
        let plain = media_type.split(';').next().unwrap_or_default();
        request["media_type"] = Value::from(if plain.starts_with("multipart/") { plain } else { media_type });
        match (plain, body) {
            ("application/json", Some(body)) => request["body"] = serde_json::from_slice(body).unwrap(),
            ("application/x-www-form-urlencoded", Some(body)) => {
                let pairs = reqwest::Url::parse(&format!("http://timbre/?{}", String::from_utf8_lossy(body)));
                let pairs: Map<_, _> = pairs
                    .unwrap()
                    .query_pairs()
                    .map(|(name, value)| (name.into_owned(), Value::from(value.into_owned())))
                    .collect();
                request["body"] = Value::Object(pairs);
            }
            ("multipart/form-data", Some(body)) => request["body"] = Value::Object(parts(body, media_type)),
            (audio, Some(_)) if audio.starts_with("audio/") => request["body"] = Value::from(RECORDING),
            _ => {}
        }
    }
    let mut response = json!({"status": reply.status});
    if !reply.body.is_empty() {
        let media_type = reply.headers["content-type"].to_str().unwrap();
        response["media_type"] = Value::from(media_type.split(';').next().unwrap_or_default());
        response["body"] = reply.json();
    }
    json!({"request": request, "response": response})
}

/// Calls every operation as its owner may, and gives the exchanges of those that were done, by contract and name.
fn record() -> BTreeMap<&'static str, Map<String, Value>> {
    let world = World::begin();
    let office = Office::open(&world);
    let all = operations();
    let mut applications: Vec<_> =
        all.iter().filter_map(|operation| Some((operation, row(operation)?))).collect();
    applications.sort_by_key(|(_, row)| row.turn);
    let mut exchanges: BTreeMap<&'static str, Map<String, Value>> = BTreeMap::new();
    let mut note = |operation: &Operation, name: String, found: (Asked, Reply)| {
        if (200..300).contains(&found.1.status) {
            let of_contract = exchanges.entry(operation.contract).or_default();
            of_contract.insert(name, exchange(operation, &found));
        }
    };
    for (operation, row) in applications {
        let ids = world.own(operation, row);
        let request = world.request(operation, row, &ids, &world.owner(operation.contract));
        note(operation, operation.id.clone(), exchanged(whole(request)));
    }
    // Before the management ends what there is.
    let several = several::shown(&world);
    for (operation, row) in admin::operations(&all) {
        note(operation, operation.id.clone(), exchanged(office.owners_request(operation, row)));
    }
    let worded: BTreeSet<_> = several.iter().map(|(id, ..)| id.clone()).collect();
    for (id, word, found) in several {
        let operation = all.iter().find(|operation| operation.id == id).unwrap();
        note(operation, format!("{id} {word}"), found);
    }
    // Which of its shapes an operation answers here is chance.
    exchanges.values_mut().for_each(|of_contract| of_contract.retain(|name, _| !worded.contains(name)));
    for (contract, exchanges) in &mut exchanges {
        let mut stable = Stable::new(contract, &world.product.url, &world.receiver.url(""));
        for exchange in exchanges.values_mut() {
            stable.settle(exchange);
        }
    }
    exchanges
}

/// Whether one exchange says what the other does, but for values: the same status, the same fields of the same types. Null is of any type, and
/// a list of things is like another by its first.
fn alike(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Object(one), Value::Object(other)) => {
            one.keys().eq(other.keys())
                && one.iter().zip(other).all(|((name, one), (_, other))| {
                    if name == "status" && one.is_number() { one == other } else { alike(one, other) }
                })
        }
        (Value::Array(one), Value::Array(other)) => {
            one.first().zip(other.first()).is_none_or(|(one, other)| alike(one, other))
        }
        (Value::Null, _) | (_, Value::Null) => true,
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    }
}

#[test]
fn every_operation_is_called_and_its_exchange_is_the_recorded_one() {
    let write = std::env::var_os("TIMBRE_EXCHANGES").is_some_and(|what| what == "write");
    let mut wrong = Vec::new();
    let mut made = record();
    for (contract, _) in documents() {
        let (recorded, mut exchanges) = (recorded(contract), made.remove(contract).unwrap_or_default());
        let lost = recorded.keys().filter(|id| !exchanges.contains_key(*id));
        wrong.extend(lost.map(|id| format!("{contract} {id}: recorded, and did not come about now")));
        for (id, exchange) in &mut exchanges {
            match recorded.get(id) {
                // What says the same stays as it is: nothing changes in the documents where nothing changed.
                Some(known) if alike(known, exchange) => exchange.clone_from(known),
                known => wrong.push(format!("{contract} {id}: recorded {known:?}\n  now {exchange}")),
            }
        }
        if write {
            fs::write(file(contract), format!("{:#}\n", Value::Object(exchanges))).unwrap();
        }
    }
    assert!(write || wrong.is_empty(), "run `cargo xtask openapi exchanges`:\n{}", wrong.join("\n"));
}

#[test]
fn every_operation_that_can_be_done_has_an_exchange_and_each_is_in_its_document() {
    for (contract, document) in documents() {
        let mut recorded = recorded(contract);
        for (path, methods) in document["paths"].as_object().unwrap() {
            for (method, operation) in methods.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap();
                let done =
                    operation["responses"].as_object().unwrap().keys().any(|status| status.starts_with('2'));
                let of_operation = |name: &&String| name.split(' ').next() == Some(id);
                let names: Vec<_> = recorded.keys().filter(of_operation).cloned().collect();
                assert_eq!(!names.is_empty(), done, "{contract} {id}: run `cargo xtask openapi exchanges`");
                for exchange in names.iter().filter_map(|name| recorded.remove(name)) {
                    timbre_tests::documented_as(method, path, &exchange);
                }
            }
        }
        assert!(recorded.is_empty(), "{contract}: exchanges of no operation: {:?}", recorded.keys());
    }
}

#[test]
fn a_reply_of_several_shapes_has_an_example_of_each() {
    let mut found = 0;
    for (contract, document) in documents() {
        let operations = document["paths"].as_object().unwrap().values();
        for operation in operations.flat_map(|methods| methods.as_object().unwrap().values()) {
            let done = operation["responses"].as_object().unwrap().iter();
            let done = done.filter(|(status, _)| status.starts_with('2'));
            for entry in done.map(|(_, response)| &response["content"]["application/json"]) {
                let schema = entry["schema"]["$ref"].as_str().map(|path| path.trim_start_matches('#'));
                let schema = schema.and_then(|path| document.pointer(path)).unwrap_or(&Value::Null);
                let named = entry["examples"].as_object().into_iter().flat_map(Map::values);
                let shown: Vec<_> = named.map(|one| &one["value"]).chain(entry.get("example")).collect();
                for shape in schema["anyOf"].as_array().into_iter().flatten() {
                    let root = json!({
                        "components": {"schemas": document["components"]["schemas"]},
                        "allOf": [shape],
                    });
                    let shape_is = jsonschema::options().with_draft(Draft::Draft202012).build(&root).unwrap();
                    let is_shown = shown.iter().any(|body| shape_is.is_valid(body));
                    // Where `cargo xtask openapi exchanges` does not bring it about, several.rs must.
                    assert!(is_shown, "{contract} {}: {shape}", operation["operationId"]);
                    found += 1;
                }
            }
        }
    }
    assert!(found > 20, "{found}");
}

#[test]
fn no_exchange_shows_a_secret_or_where_it_was_recorded() {
    for (contract, _) in documents() {
        let text = fs::read_to_string(file(contract)).unwrap();
        for word in ["127.0.0.1", "localhost", "correct horse"] {
            assert!(!text.contains(word), "{contract}: {word}");
        }
        Stable::assert_settled(contract, &serde_json::from_str(&text).unwrap());
    }
}

/// How the credentials and the tokens that Timbre issues begin, and what is signed.
const ISSUED: [&str; 8] = ["tba_", "tbd_", "tbk_", "tbo_", "tbr_", "tbs_", "whsec_", "eyJ"];

/// The first text of a document that looks like a credential and is no sample: a sample has no letters but x, and no digits but zeros before a
/// small number.
fn credential(text: &str) -> Option<&str> {
    let sample = |word: &str| {
        word.bytes().all(|byte| matches!(byte, b'0' | b'x'))
            || (word.len() > 20 && word.starts_with("0000000000"))
    };
    let words = text.split(['"', ' ', '\n']).filter_map(|word| {
        let prefix = ISSUED.into_iter().find(|prefix| word.starts_with(prefix))?;
        Some((word, &word[prefix.len()..]))
    });
    let mut shown = words.filter(|(_, rest)| {
        !rest
            .split(|letter: char| !letter.is_ascii_alphanumeric())
            .all(|part| part.is_empty() || sample(part))
    });
    shown.next().map(|(word, _)| word)
}

#[test]
fn no_document_shows_a_credential_or_where_it_was_recorded() {
    for (contract, document) in documents() {
        let committed = file(contract).parent().unwrap().with_file_name(format!("{contract}.json"));
        for text in [document.to_string(), fs::read_to_string(committed).unwrap()] {
            assert_eq!(credential(&text), None, "{contract}");
            assert!(!text.contains("127.0.0.1"), "{contract}");
        }
    }
    for real in ["whsec_HJa/iypDpDC1jr665qRG=", "tbk_511f46fff3dfc6842a32149b", "eyJhbGciOiJFZERTQSJ9.e30.x"]
    {
        assert_eq!(credential(&format!(r#"{{"a":"{real}"}}"#)), Some(real));
    }
}
