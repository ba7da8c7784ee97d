//! [ssrf] No URL of a tenant's makes the server reach a machine that is not on the public internet.

use serde_json::Value;

use super::{Finding, Given, number};
use crate::cargo;
use crate::failure::{Failure, say};

pub(super) fn measure(_: &Given) -> Result<Finding, Failure> {
    let found: Value = super::json(&cargo::release_example("ssrf")?, &[])?;
    let (addresses, reached) = (number(&found, "addresses")?, number(&found, "reached_canary")?);
    let (controls, arrived) = (number(&found, "controls")?, number(&found, "controls_arrived")?);
    say(format_args!(
        "  {addresses} addresses, each for a fetch and for a webhook: {reached} reached the canary"
    ))?;
    say(format_args!("  with everything allowed, of {controls} that can reach it {arrived} did, both ways"))?;
    let mut finding = Finding::default();
    finding.at_least("the number of addresses", addresses, 60.0);
    finding.at_most("the number that reached the canary", reached, 0.0);
    finding.at_most("the number that ended otherwise than they should", number(&found, "unexpected")?, 0.0);
    finding.at_least("the number that reach the canary if allowed", arrived, 40.0);
    finding.require(arrived == controls, "not all that can reach the canary do when they are allowed");
    finding.figure("found", found);
    Ok(finding)
}
