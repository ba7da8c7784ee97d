//! The request sequences of the published samples, as a program in another language: `tests/clients/deepaffects.py`.

use std::{path::Path, process::Command};

use timbre_tests::{Developer, Product, reaching};

use super::{HEART, MICHAEL};

#[test]
fn a_python_client_enrols_two_identifies_both_at_once_and_by_webhook_and_deletes_them() {
    let product = Product::with(reaching());
    let acme = Developer::of(&product, "acme");
    let folder = tempfile::tempdir().unwrap();
    for who in [HEART, MICHAEL] {
        let own = folder.path().join(who.0);
        std::fs::create_dir(&own).unwrap();
        for take in 0..4 {
            std::fs::write(own.join(format!("free_{take}.wav")), who.free(&[take])).unwrap();
        }
    }
    let tenant = product.block_on(product.engine.tenant_for_operator("acme")).unwrap();
    let secret = tenant.webhook_secrets()[0].shown();
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = tests.join("../target/python");
    assert!(packages.is_dir(), "the client's packages are not installed: run `cargo xtask test`");
    let ran = Command::new("python3")
        .arg(tests.join("clients/deepaffects.py"))
        .args([&product.url, &acme.keys[1], secret.as_str()])
        .arg(folder.path())
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complaint}");
    assert!(said.trim_end().ends_with("everything went through"), "{said}");
}
