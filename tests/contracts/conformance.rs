//! Schemathesis, a tool that reads the documents alone, against the running product: every document, every check, every phase, by one seed.
//! It takes minutes (.config/nextest.toml lets it), and is run on files alone. `cargo xtask prove schemathesis` is the same at the program that
//! is delivered, by more seeds.

use std::{fs, path::Path, process::Command};

use serde_json::json;
use timbre_tests::{Administrator, PASSWORD, Product, Setup, found};

const FEWEST_CASES: u64 = 1_000;
/// Drawn for each operation, beside those that cover its parameters one by one; and what all cases are drawn by.
const EXAMPLES_AND_SEED: [&str; 2] = ["25", "8"];

#[test]
fn a_tool_that_reads_the_documents_alone_finds_each_reply_as_documented_on_sqlite() {
    let mut setup = Setup::default();
    // A job would call addresses that the tool made up.
    setup.jobs.embedded = false;
    let product = Product::with(setup);
    Administrator::owner(&product);
    let issued = product.block_on(product.engine.create_tenant("demo", "en")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let demo = folder.path().join("demo.json");
    let credentials = json!({
        "operator": {"email": "owner@example.org", "password": PASSWORD},
        "biometrid": {"key": issued.biometrid.key, "secret": issued.biometrid.secret.as_str()},
        "azure": {"subscription_key": issued.subscription_keys[0].as_str()},
        "deepaffects": {"apikey": issued.apikeys[0].as_str()},
    });
    fs::write(&demo, credentials.to_string()).unwrap();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = tests.join("../target/schemathesis");
    assert!(packages.is_dir(), "schemathesis is not installed: run `cargo xtask test`");
    let ran = Command::new("python3")
        .arg(tests.join("contracts/conformance.py"))
        .arg(&product.url)
        .args([&demo, folder.path()])
        .args(EXAMPLES_AND_SEED)
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complaint}");
    let documents: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cases = documents.iter().map(|document| document["cases"].as_u64().unwrap());
    let cases: Vec<_> = cases.collect();
    assert!(cases.len() == 4 && cases.iter().all(|cases| *cases >= FEWEST_CASES), "{said}");
    found(&json!({"cases": cases}));
}
