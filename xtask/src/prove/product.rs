//! Proofs that are tests of the product, run on the release build. What a test prints as lines of JSON is what it found.

use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{Finding, number};
use crate::cargo;
use crate::failure::{Failure, say};

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

/// Runs the table of a contract's documented cases, and the nonsense for its routes (as much as `nonsense` says).
pub(super) fn contract(
    table: &str,
    fuzz: &str,
    nonsense: Option<(&str, &Path)>,
    finding: &mut Finding,
) -> Result<(), Failure> {
    let table = measured(table, None, finding)?;
    let rows = table.first().map_or(Ok(0.0), |found| number(found, "rows"))?;
    let right = table.first().map_or(Ok(0.0), |found| number(found, "as_documented"))?;
    say(format_args!("  rows of documented operations, versions and cases   {rows}, as documented {right}"))?;
    finding.require(rows > 0.0 && rows == right, "not every row is as documented");
    finding.figure("rows", rows);
    finding.figure("as_documented", right);
    let found = measured(fuzz, nonsense, finding)?;
    let requests = found.first().map_or(Ok(0.0), |found| number(found, "requests"))?;
    say(format_args!(
        "  requests of nonsense, answered in the contract's shape, none with 500   {requests}"
    ))?;
    finding.require(requests > 0.0, "no nonsense was sent");
    finding.figure("requests", requests);
    Ok(())
}
