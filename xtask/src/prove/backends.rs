//! [backends] Every test on SQLite and a folder, and on PostgreSQL, S3 and Redis: counts for both.
//!
//! What runs is what `cargo xtask test` runs, in the same two passes, in the profile that tests are built in.

use serde_json::json;

use super::{Finding, Given};
use crate::failure::{Failure, say};
use crate::parts::{Postgres, Redis};
use crate::test::{Backend, Counts, Pass, bring, pass};

pub(super) fn measure(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    for (name, tests, brought) in bring() {
        if let Err(why) = brought {
            finding.require(false, format!("{name} is absent, so {tests} is not tested: {why}"));
        }
    }
    let (postgres, redis) = (Postgres::start()?, Redis::start()?);
    let mut passes = Vec::new();
    for backend in [Backend::Files, Backend::Parts(&postgres, &redis)] {
        passes.push(pass(backend, &[])?);
    }
    for (name, Pass { on, passed, counts }) in ["files", "parts"].into_iter().zip(passes) {
        say(format_args!("  on {on}: {counts}"))?;
        let Counts { passed: good, failed, skipped } = counts;
        finding.figure(name, json!({"passed": good, "failed": failed, "skipped": skipped}));
        finding.require(passed && failed == 0, format!("on {on}: {failed} failed"));
        finding.require(good > 0, format!("on {on}: nothing ran"));
    }
    finding.figure("postgres", postgres.version());
    finding.figure("redis", redis.version());
    Ok(finding)
}
