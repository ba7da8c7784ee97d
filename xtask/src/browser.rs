//! Chromium, in which the tests look at pages, and what leads it: playwright-core and axe-core, fetched below target/browser in the
//! versions and with the hashes that tests/browser/package-lock.json has.

use std::process::Command;

use crate::cargo;
use crate::clients;
use crate::failure::{Failure, note};
use crate::models;
use crate::parts;
use crate::words::Words;

const USAGE: &str = "\
cargo xtask pictures

Takes the README's pictures anew, in Chromium at a server of its own, into docs/images.";

/// The test that takes the pictures. It is no ordinary one.
const PICTURES: &str = "dashboard::pictures::of_what_the_readme_shows";
/// Whoever reads the README waits for them.
const MOST_BYTES: u64 = 200 * 1024;

/// Brings all of it, and says which Chromium it is.
pub(crate) fn bring() -> Result<String, Failure> {
    let (from, to) = (cargo::root().join("tests/browser"), cargo::root().join("target/browser"));
    std::fs::create_dir_all(&to)?;
    for file in ["package.json", "package-lock.json", ".npmrc"] {
        std::fs::copy(from.join(file), to.join(file))
            .map_err(|error| Failure::at(&from.join(file), error))?;
    }
    clients::npm_packages(&from, &to)?;
    let asked = Command::new(parts::chromium()?).arg("--version").output()?;
    let said = String::from_utf8_lossy(&asked.stdout);
    Ok(said.split_whitespace().take(2).collect::<Vec<_>>().join(" "))
}

/// `cargo xtask pictures`.
pub(crate) fn pictures(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    if !words.names.is_empty() {
        return Err(Failure::new(USAGE));
    }
    models::run(std::iter::empty()).map_err(Failure::new)?;
    bring()?;
    let folder = cargo::root().join("docs/images");
    std::fs::create_dir_all(&folder)?;
    let ran = Command::new(cargo::release_test("product")?)
        .args([PICTURES, "--exact", "--include-ignored"])
        .current_dir(cargo::root())
        .env("TIMBRE_PICTURES", &folder)
        .env("TIMBRE_REQUIRE_ALL", "1")
        .output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    // A name that matches no test would pass as well.
    if !ran.status.success() || !said.contains("1 passed") {
        return Err(Failure::new(format!(
            "{PICTURES} fails:\n{said}{}",
            String::from_utf8_lossy(&ran.stderr)
        )));
    }
    for entry in std::fs::read_dir(&folder)? {
        let entry = entry?;
        let bytes = entry.metadata()?.len();
        if bytes > MOST_BYTES {
            return Err(Failure::at(&entry.path(), format!("has {bytes} bytes, more than {MOST_BYTES}")));
        }
    }
    note(format_args!("taken: {}", folder.display()));
    Ok(())
}
