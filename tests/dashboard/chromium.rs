//! Scripts of tests/browser, which lead Debian's Chromium; `cargo xtask test` brings what they need.

use std::{
    env,
    io::{BufRead as _, BufReader, Lines, Write as _},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
};

use serde_json::Value;

/// A script that runs. What it and the test say to each other are lines of JSON.
pub struct Script {
    child: Child,
    hears: ChildStdin,
    says: Lines<BufReader<ChildStdout>>,
}

impl Script {
    /// Starts one. None where there is no Chromium, which `cargo xtask test` reports; with TIMBRE_REQUIRE_ALL=1 that fails.
    pub fn start(name: &str, mut given: Value) -> Option<Self> {
        let Some(chromium) = chromium() else {
            let wanted = env::var_os("TIMBRE_REQUIRE_ALL").is_some_and(|value| value == "1");
            assert!(!wanted, "there is no Chromium: run `cargo xtask test`");
            return None;
        };
        let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
        let packages = tests.join("../target/browser/node_modules");
        assert!(packages.is_dir(), "what leads Chromium is not installed: run `cargo xtask test`");
        given["chromium"] = chromium.to_str().into();
        let mut child = Command::new("node")
            .arg(tests.join("browser").join(name))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let hears = child.stdin.take().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut script = Self { child, hears, says };
        script.answer(&given);
        Some(script)
    }

    /// Says something to it.
    pub fn answer(&mut self, what: &Value) {
        writeln!(self.hears, "{what}").unwrap();
    }

    /// What it says next: something that it wants, or at its end what it found.
    pub fn hear(&mut self) -> Value {
        let line = self.says.next().expect("the script ends without a word").unwrap();
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))
    }

    /// Lets it run to its end, which must be without a fault, and prints what it found.
    #[track_caller]
    pub fn ends_well(&mut self) {
        let last = self.hear();
        self.is_right(&last);
    }

    /// Whether its last word names no fault.
    #[track_caller]
    pub fn is_right(&mut self, last: &Value) {
        let faults = last["faults"].as_array().unwrap_or_else(|| panic!("that is not its last word: {last}"));
        let faults: Vec<_> = faults.iter().filter_map(Value::as_str).collect();
        assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
        assert!(self.child.wait().unwrap().success());
        timbre_tests::found(&last["found"]);
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        // It has ended by itself, unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where pictures are kept, for whoever wants to look: TIMBRE_ARTEFACTS, or a folder that git does not know.
pub fn artefacts() -> PathBuf {
    let usual = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/browser/pictures");
    env::var_os("TIMBRE_ARTEFACTS").map_or_else(usual, PathBuf::from)
}

fn chromium() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join("chromium")).find(|program| program.is_file())
}
