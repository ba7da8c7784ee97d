//! [speed] How much a whole verification costs beside its models' own time.

use super::{Finding, Given, number, rounded};
use crate::failure::{Failure, say};

const MOST_RATIO: f64 = 1.25;
const LEAST_THROUGHPUT_RATIO: f64 = 0.85;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let bench = given.timbre(&["bench", "--json"])?;
    let figure = |name: &str| number(&bench, name);
    say(format_args!("  one verification   {:>8.1} ms", figure("path_ms")?))?;
    say(format_args!("  its models alone   {:>8.1} ms", figure("model_ms")?))?;
    say(format_args!("  ratio              {:>8.3}", figure("ratio")?))?;
    say(format_args!(
        "  {} clients         {:>8.2} verifications a second",
        bench["clients"],
        figure("throughput_per_s")?
    ))?;
    say(format_args!(
        "  models alone       {:>8.2} a second on the same cores",
        figure("model_throughput_per_s")?
    ))?;
    say(format_args!("  throughput ratio   {:>8.3}", figure("throughput_ratio")?))?;
    let mut finding = Finding::default();
    for name in [
        "path_ms",
        "model_ms",
        "ratio",
        "clients",
        "throughput_per_s",
        "model_throughput_per_s",
        "throughput_ratio",
    ] {
        finding.figure(name, rounded(figure(name)?, 3));
    }
    finding.at_most("path time over model time", figure("ratio")?, MOST_RATIO);
    finding.at_least("throughput over model throughput", figure("throughput_ratio")?, LEAST_THROUGHPUT_RATIO);
    finding.at_least("clients", figure("clients")?, 16.0);
    Ok(finding)
}
