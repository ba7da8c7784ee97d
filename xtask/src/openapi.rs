//! `cargo xtask openapi`: the contracts' documents under `openapi/`, made of the routes that are registered.

use crate::cargo::{self, cargo};
use crate::failure::{Failure, note};
use crate::words::Words;

const USAGE: &str = "\
cargo xtask openapi [check]

Writes openapi/*.json as the registered routes are. With `check` nothing is written: it fails where a committed document is another, and
names the operation and the field.";

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    // As `--check`, which is what others call it.
    let words = words.map(|word| if word == "--check" { "check".to_owned() } else { word });
    let words = Words::read(words, &[], USAGE)?;
    let check = match words.names.as_slice() {
        [] => false,
        [word] if word == "check" => true,
        _ => return Err(Failure::new(USAGE)),
    };
    let mut command = cargo();
    command.args(["test", "--workspace", "--quiet", "--test", "openapi"]);
    if !check {
        std::fs::create_dir_all(cargo::root().join("openapi"))?;
        command.env("TIMBRE_OPENAPI", "write");
    }
    match (command.status()?.success(), check) {
        (true, true) => note("the documents are those of the routes"),
        (true, false) => note("written: openapi/*.json"),
        (false, true) => return Err(Failure::new("the documents are not those of the routes")),
        (false, false) => return Err(Failure::new("the documents cannot be made")),
    }
    Ok(())
}
