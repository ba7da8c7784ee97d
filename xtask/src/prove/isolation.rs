//! [isolation] Every operation of every document, called by everybody who must not.

use super::product::measured;
use super::{Finding, Given, number};
use crate::failure::{Failure, say};

const TABLE: &str = "isolation::every_operation_has_a_row_and_every_row_an_operation";
const CALLS: &str =
    "isolation::every_operation_turns_strangers_down_and_takes_another_tenants_ids_for_ids_of_nobody";

/// Nobody known, a key that never was, another contract's, a revoked one, another tenant or a role that may not, and who may.
const FEWEST: f64 = 6.0;

pub(super) fn measure(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    measured(TABLE, None, &mut finding)?;
    let found = measured(CALLS, None, &mut finding)?;
    let figure = |name| found.first().map_or(Ok(0.0), |found| number(found, name));
    let (operations, callers, calls, wrong) =
        (figure("operations")?, figure("callers")?, figure("calls")?, figure("wrong")?);
    let fewest = figure("fewest")?;
    say(format_args!("  operations of all documents, each with its row   {operations}"))?;
    say(format_args!("  kinds of callers                                 {callers}"))?;
    say(format_args!(
        "  calls                                            {calls}, not as they must be {wrong}"
    ))?;
    say(format_args!("  kinds of callers of the operation that fewest called   {fewest}"))?;
    finding.require(operations > 0.0 && fewest >= FEWEST, "not everything was called by everybody");
    finding.require(wrong == 0.0, "some calls are not as they must be");
    for (name, value) in [
        ("operations", operations),
        ("callers", callers),
        ("calls", calls),
        ("fewest", fewest),
        ("wrong", wrong),
    ] {
        finding.figure(name, value);
    }
    Ok(finding)
}
