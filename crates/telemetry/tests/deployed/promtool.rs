//! Prometheus' own tool says whether it reads what is deployed. Where it is not installed, nothing is said: `cargo xtask test` reports that.

use std::{path::Path, process::Command};

/// Runs it, and fails where it does.
pub fn accepts(words: &[&str], file: &Path) {
    let asked = match Command::new("promtool").args(words).arg(file).output() {
        Ok(asked) => asked,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
        Err(error) => panic!("promtool: {error}"),
    };
    let said = String::from_utf8_lossy(&asked.stdout).into_owned() + &String::from_utf8_lossy(&asked.stderr);
    assert!(asked.status.success(), "promtool {} {}: {said}", words.join(" "), file.display());
}
