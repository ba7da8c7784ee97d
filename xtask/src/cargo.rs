//! Building the product, always in the same way.
//!
//! `--workspace` with one target: features are then unified over the whole workspace, whichever
//! target is wanted, so nothing is built twice because a task asked differently.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;

/// The workspace's root.
pub(crate) fn root() -> &'static Path {
    let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
    xtask.parent().unwrap_or(xtask)
}

/// The cargo that runs this task.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // What `cargo xtask` says of xtask's own package: build scripts that look at it would run anew for each.
    for (name, _) in std::env::vars_os() {
        if name
            .to_str()
            .is_some_and(|name| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_"))
        {
            command.env_remove(name);
        }
    }
    command
}

/// Builds `timbre` in the profile of the tests and says where it is.
pub(crate) fn debug_binary() -> Result<PathBuf, Failure> {
    build("dev", "--bin", "timbre")
}

/// Builds `timbre` in the release profile and says where it is.
pub(crate) fn release_binary() -> Result<PathBuf, Failure> {
    build("release", "--bin", "timbre")
}

/// Builds a program of the tests in the release profile and says where it is.
pub(crate) fn release_program(name: &str) -> Result<PathBuf, Failure> {
    build("release", "--bin", name)
}

/// Builds an example in the release profile and says where it is.
pub(crate) fn release_example(name: &str) -> Result<PathBuf, Failure> {
    build("release", "--example", name)
}

/// Builds a test program in the release profile and says where it is.
pub(crate) fn release_test(name: &str) -> Result<PathBuf, Failure> {
    build("release", "--test", name)
}

fn build(profile: &str, kind: &str, name: &str) -> Result<PathBuf, Failure> {
    let built = cargo()
        .args(["build", "--profile", profile, "--workspace", kind, name])
        .arg("--message-format=json-render-diagnostics")
        .stderr(Stdio::inherit())
        .output()?;
    if !built.status.success() {
        return Err(Failure::new(format!("{name} does not build")));
    }
    executable(&String::from_utf8_lossy(&built.stdout), name)
        .ok_or_else(|| Failure::new(format!("cargo built {name} and did not say where")))
}

/// Where the program of this name lies, by cargo's messages.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == name)
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_where_cargo_says() {
        let messages = "\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"other\"},\"executable\":\"a/other\"}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"timbre\"},\"executable\":null}\n\
            {\"reason\":\"compiler-artifact\",\"target\":{\"name\":\"timbre\"},\"executable\":\"a/timbre\"}\n\
            {\"reason\":\"build-finished\",\"success\":true}";
        assert_eq!(executable(messages, "timbre"), Some(PathBuf::from("a/timbre")));
        assert_eq!(executable(messages, "absent"), None);
    }
}
