//! An application in another language, written from the public pages alone: `tests/clients/biometrid.py`.

use std::{path::Path, process::Command};

use timbre_tests::{Product, voices};

#[test]
fn a_python_client_enrols_verifies_adapts_verifies_and_deletes() {
    let product = Product::start();
    let acme = product.application("acme");
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = tests.join("../target/python");
    assert!(packages.is_dir(), "the client's packages are not installed: run `cargo xtask test`");
    let ran = Command::new("python3")
        .arg(tests.join("clients/biometrid.py"))
        .args([&product.url, &acme.key, &acme.secret])
        .arg(voices().join("en"))
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complaint}");
    assert!(said.trim_end().ends_with("another voice refused, deleted"), "{said}");
}
