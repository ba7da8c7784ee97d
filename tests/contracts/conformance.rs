//! Schemathesis, a tool that reads the documents alone, against the running product: as much of it as a test has time for. All of it is
//! `cargo xtask prove schemathesis`.

use std::{fs, path::Path, process::Command};

use serde_json::json;
use timbre_tests::{Administrator, PASSWORD, Product, Setup, found};

#[test]
fn a_tool_that_reads_the_documents_alone_finds_each_reply_as_documented() {
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
        .args(["0", "8"])
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complaint}");
    let documents: Vec<serde_json::Value> =
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let cases = documents.iter().map(|document| document["cases"].as_u64().unwrap());
    let cases: Vec<_> = cases.collect();
    assert!(cases.len() == 4 && cases.iter().all(|cases| *cases > 100), "{said}");
    found(&json!({"cases": cases}));
}
