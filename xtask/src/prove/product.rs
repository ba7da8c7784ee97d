//! Proofs that are tests of the product, run on the release build. What a test prints as lines of JSON is what it found.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::Finding;
use crate::cargo;
use crate::failure::Failure;

/// Runs one test of the product, with this folder (or word) in this variable, and gives the JSON that it prints.
pub(super) fn measured(
    test: &str,
    folder: Option<(&str, &Path)>,
    finding: &mut Finding,
) -> Result<Vec<Value>, Failure> {
    let product = cargo::release_test("product")?;
    let mut command = Command::new(&product);
    // What only a proof can measure is no ordinary test.
    command.args([test, "--exact", "--nocapture", "--include-ignored"]).current_dir(cargo::root());
    command.envs(folder);
    let ran = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    // A name that matches no test would pass as well.
    finding.require(ran.status.success() && said.contains("1 passed"), format!("{test} does not pass"));
    Ok(said.lines().filter_map(|line| serde_json::from_str(line).ok()).filter(Value::is_object).collect())
}
