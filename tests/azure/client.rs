//! The request sequences of the published samples, as a program in another language: `tests/clients/azure.py`.

use std::{path::Path, process::Command};

use timbre_tests::{Product, Speaker};

#[test]
fn a_python_client_enrols_three_times_verifies_and_identifies_in_both_versions() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let folder = tempfile::tempdir().unwrap();
    for who in ["af_heart", "am_michael"] {
        let (speaker, own) = (Speaker(who), folder.path().join(who));
        std::fs::create_dir(&own).unwrap();
        let write = |name: &str, wav: Vec<u8>| std::fs::write(own.join(format!("{name}.wav")), wav).unwrap();
        for take in 0..4 {
            write(&format!("passport_{take}"), speaker.passport(take));
            write(&format!("free_{take}"), speaker.free(&[take]));
        }
        write("activation", speaker.says("activation_0"));
    }
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = tests.join("../target/python");
    assert!(packages.is_dir(), "the client's packages are not installed: run `cargo xtask test`");
    let ran = Command::new("python3")
        .arg(tests.join("clients/azure.py"))
        .args([&product.url, &acme.keys[1]])
        .arg(folder.path())
        .env("PYTHONPATH", packages)
        .output()
        .unwrap();
    let (said, complaint) = (String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success(), "{said}\n{complaint}");
    assert!(said.trim_end().ends_with("both versions went through"), "{said}");
}
