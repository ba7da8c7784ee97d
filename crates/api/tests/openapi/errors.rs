//! The error catalogue, `docs/errors.md`: made of the refusals in the documents, and of what `openapi/errors` advises.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
};

use actix_web::{ResponseError, body::MessageBody, http::header::RETRY_AFTER};
use serde_json::Value;
use timbre_api::{admin, azure, biometrid, deepaffects, openapi::documents};

/// Each contract, and how its errors look.
const CONTRACTS: [(&str, &str, &str); 4] = [
    ("biometrid", "BiometrID", r#"`{"status":false,"data":{"message":CODE}}`"#),
    (
        "azure",
        "Azure Speaker Recognition",
        r#"`{"error":{"code":CODE,"message":…}}`; in 2021-09-05 the code stands in `x-ms-error-code` too"#,
    ),
    (
        "deepaffects",
        "DeepAffects",
        r#"`{"fault":{"faultstring":…,"detail":{"errorcode":CODE}},"type":TYPE}`, or `fault_string` and `error_code` where the service itself
refuses; `type` is not always there. Texts of the latter begin with `Error in` and the operation"#,
    ),
    (
        "admin",
        "The admin API",
        r#"`application/problem+json` (RFC 9457): `{"type":CODE,"title":…,"status":…,"detail":…,"instance":…}`"#,
    ),
];

/// A refusal, as a document shows it or as a fault is answered.
struct Refusal {
    status: u16,
    name: String,
    body: Value,
    headers: BTreeSet<String>,
}

/// A line of `advice.txt`.
struct Advice {
    contract: String,
    name: String,
    text: String,
    means: String,
    then: String,
    note: String,
}

/// What is told alike and answered by the same advice.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    status: u16,
    code: String,
    advice: usize,
}

#[derive(Default)]
struct Said {
    texts: Vec<String>,
    headers: BTreeSet<String>,
}

fn root() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

#[test]
fn the_error_catalogue_has_every_refusal_of_every_document_with_advice() {
    let catalogue = catalogue();
    let file = root().join("docs/errors.md");
    if super::writes() {
        fs::write(file, catalogue).unwrap();
        return;
    }
    let committed = fs::read_to_string(file).unwrap_or_default();
    let (committed, made): (Vec<_>, Vec<_>) = (committed.lines().collect(), catalogue.lines().collect());
    let gone = committed.iter().filter(|line| !made.contains(line)).map(|line| format!("- {line}"));
    let new = made.iter().filter(|line| !committed.contains(line)).map(|line| format!("+ {line}"));
    let differing: Vec<_> = gone.chain(new).collect();
    assert!(
        committed == made,
        "docs/errors.md is not that of the documents; look, and run `cargo xtask openapi`:\n{}",
        differing.join("\n")
    );
}

fn catalogue() -> String {
    let (then, advices) = read_advice(&fs::read_to_string(root().join("openapi/errors/advice.txt")).unwrap());
    let documents = documents();
    let (mut used, mut without) = (BTreeSet::new(), BTreeSet::new());
    let mut tables = Vec::new();
    for (contract, title, shape) in CONTRACTS {
        let (_, document) = documents.iter().find(|(name, _)| *name == contract).unwrap();
        let mut rows: BTreeMap<Row, Said> = BTreeMap::new();
        for refusal in refusals(document).into_iter().chain(beside(contract)) {
            let (code, text) = told(&refusal.body);
            let fits = |advice: &Advice| {
                advice.contract == contract && advice.name == refusal.name && text.starts_with(&advice.text)
            };
            let Some(advice) = advices.iter().position(fits) else {
                without.insert(format!("{contract}: {} {text:?} has no advice", refusal.name));
                continue;
            };
            used.insert(advice);
            let waits = advices[advice].then == "Wait";
            if waits && !refusal.headers.contains("Retry-After") {
                without
                    .insert(format!("{contract}: {} cannot be waited for without Retry-After", refusal.name));
            }
            let said = rows.entry(Row { status: refusal.status, code: code.clone(), advice }).or_default();
            if text != code && !said.texts.contains(&text) {
                said.texts.push(text);
            }
            // A document tells the headers of a status; whoever may wait is told how long.
            said.headers.extend(refusal.headers.into_iter().filter(|name| waits || name != "Retry-After"));
        }
        let lines: Vec<_> = rows.iter().map(|(row, said)| line(row, said, &advices[row.advice])).collect();
        tables.push(format!(
            "## {title}\n\n{shape}.\n\n| status | code | what it means | what to do |\n|---|---|---|---|\n{}",
            lines.join("\n")
        ));
    }
    let of_none = advices.iter().enumerate().filter(|(at, _)| !used.contains(at));
    without.extend(of_none.map(|(_, line)| {
        format!("{}: advice on {} {:?}, which no document has", line.contract, line.name, line.text)
    }));
    let unknown = advices.iter().filter(|line| !then.iter().any(|(name, _)| *name == line.then));
    without.extend(unknown.map(|line| format!("{}: {} then {:?}", line.contract, line.name, line.then)));
    assert!(without.is_empty(), "openapi/errors/advice.txt:\n{}", Vec::from_iter(without).join("\n"));
    let then: Vec<_> = then.iter().map(|(name, says)| format!("- **{name}.** {says}")).collect();
    let page = fs::read_to_string(root().join("openapi/errors/page.md")).unwrap();
    page.replace("{THEN}", &then.join("\n")).replace("{CONTRACTS}", &tables.join("\n\n"))
}

/// The steps that a caller may take, and the advice.
fn read_advice(text: &str) -> (Vec<(String, String)>, Vec<Advice>) {
    let (mut then, mut advice, mut section) = (Vec::new(), Vec::new(), "");
    for line in text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name;
            continue;
        }
        let parts: Vec<_> = line.split('|').map(|part| part.trim().to_owned()).collect();
        match (section, <[String; 2]>::try_from(parts.clone()), <[String; 5]>::try_from(parts)) {
            ("then", Ok([name, says]), _) => then.push((name, says)),
            (contract, _, Ok([name, text, means, step, note])) => {
                advice.push(Advice { contract: contract.to_owned(), name, text, means, then: step, note });
            }
            _ => panic!("advice.txt: {line}"),
        }
    }
    (then, advice)
}

/// What a document's replies show, under the names that the code has for it.
fn refusals(document: &Value) -> Vec<Refusal> {
    let operations =
        document["paths"].as_object().unwrap().values().flat_map(|path| path.as_object().unwrap().values());
    let mut found = Vec::new();
    for (status, response) in operations.flat_map(|operation| operation["responses"].as_object().unwrap()) {
        let response = match response["$ref"].as_str() {
            Some(name) => document.pointer(name.trim_start_matches('#')).unwrap(),
            None => response,
        };
        let headers = response["headers"].as_object().into_iter().flat_map(|headers| headers.keys());
        let headers: BTreeSet<_> = headers.filter(|name| of_faults(name)).cloned().collect();
        let content = response["content"].as_object().into_iter().flat_map(|content| content.values());
        for (name, example) in content.flat_map(|content| content["examples"].as_object()).flatten() {
            let status: u16 = status.parse().unwrap();
            if status >= 400 {
                // Of several of one name each has a number.
                let name = name.trim_end_matches(|last: char| last.is_ascii_digit()).to_owned();
                found.push(Refusal {
                    status,
                    name,
                    body: example["value"].clone(),
                    headers: headers.clone(),
                });
            }
        }
    }
    found
}

fn of_faults(header: &str) -> bool {
    matches!(header, "Retry-After" | "WWW-Authenticate")
}

/// What is answered where there is no operation, and so no document to show it.
fn beside(contract: &str) -> Vec<Refusal> {
    let of = |name: &str, fault: &dyn ResponseError| {
        let response = fault.error_response();
        let status = response.status().as_u16();
        // The routes say which methods there are: a fault does not know them.
        let headers =
            [("Retry-After", response.headers().contains_key(RETRY_AFTER)), ("Allow", status == 405)];
        let headers = headers.into_iter().filter(|(_, has)| *has).map(|(name, _)| name.to_owned()).collect();
        let body = response.into_body().try_into_bytes().unwrap();
        Refusal { status, name: name.to_owned(), body: serde_json::from_slice(&body).unwrap(), headers }
    };
    match contract {
        "biometrid" => vec![
            of("UnknownRoute", &biometrid::Fault::UnknownRoute),
            of("MethodNotAllowed", &biometrid::Fault::MethodNotAllowed),
        ],
        "azure" => vec![
            of("UnknownRoute", &azure::Fault::UnknownRoute),
            of("MethodNotAllowed", &azure::Fault::MethodNotAllowed),
        ],
        "deepaffects" => vec![
            of("UnknownRoute", &deepaffects::Fault::UnknownRoute),
            of("MethodNotAllowed", &deepaffects::Fault::MethodNotAllowed),
        ],
        _ => vec![
            of("NotFound", &admin::Fault::NotFound("route")),
            of("MethodNotAllowed", &admin::Fault::MethodNotAllowed),
        ],
    }
}

/// The code and the text of an error, wherever its contract puts them.
fn told(body: &Value) -> (String, String) {
    let first = |pointers: &[&str]| {
        let found = pointers.iter().find_map(|pointer| body.pointer(pointer)?.as_str());
        found.unwrap_or_default().to_owned()
    };
    let code = first(&[
        "/data/message",
        "/error/code",
        "/fault/detail/errorcode",
        "/fault/detail/error_code",
        "/type",
    ]);
    let text =
        first(&["/data/message", "/error/message", "/fault/faultstring", "/fault/fault_string", "/detail"]);
    assert!(!code.is_empty() && !text.is_empty(), "{body}");
    // Which operation it was is said before that; the table is of all.
    let text = match text.strip_prefix("Error in ").and_then(|rest| rest.split_once(": ")) {
        Some((_, rest)) => rest.to_owned(),
        None => text,
    };
    match (body.get("fault"), body["type"].as_str()) {
        (Some(_), Some(kind)) => (format!("{code}`, `{kind}"), text),
        _ => (code, text),
    }
}

fn line(row: &Row, said: &Said, advice: &Advice) -> String {
    let headers: String = said.headers.iter().map(|header| format!(" `{header}`")).collect();
    let mut means: Vec<_> = said.texts.iter().map(|text| format!("“{text}”")).collect();
    if !advice.means.is_empty() {
        means.push(advice.means.clone());
    }
    let means = means.join("<br>").replace('|', "\\|");
    let note = if advice.note.is_empty() { String::new() } else { format!(" {}", advice.note) };
    format!("| {}{headers} | `{}` | {means} | **{}.**{note} |", row.status, row.code, advice.then)
}
