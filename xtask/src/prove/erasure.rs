//! [erasure] After it nothing of the person is found, the receipt verifies, and a restored backup's copy stays unreadable.

use super::product::measured;
use super::{Finding, Given, number};
use crate::failure::{Failure, say};

pub(super) fn measure(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let test = "persons::proof::nothing_of_an_erased_person_is_found_and_a_restored_backup_stays_unreadable";
    let found = measured(test, None, &mut finding)?;
    let figure = |name: &str| found.first().map_or(Ok(f64::NAN), |found| number(found, name));
    let (people, searched, left) = (figure("people")?, figure("searched")?, figure("left")?);
    say(format_args!(
        "  {people} people, one of each contract, erased: of {searched} ids, names, sealed blobs, keys and vectors {left} are found"
    ))?;
    say(format_args!(
        "  in {} files of {} bytes; all of those who stay are",
        figure("files")?,
        figure("bytes")?
    ))?;
    finding.at_least("the number of people", people, 3.0);
    finding.at_least("the number of things searched for", searched, 100.0);
    finding.at_most("the number that is left", left, 0.0);
    finding.require(figure("receipts")? == people, "not every erasure has a receipt that verifies");
    finding.at_most("the number readable in a restored backup", figure("restored_readable")?, 0.0);
    for name in ["people", "searched", "left", "receipts", "restored_readable"] {
        finding.figure(name, figure(name)?);
    }
    let stopped = "persons::erasure::an_erasure_that_stopped_after_any_of_its_steps_is_ended_by_housekeeping_with_a_receipt";
    measured(stopped, None, &mut finding)?;
    say("  an erasure that stopped after any of its steps: ended by housekeeping, with a receipt")?;
    Ok(finding)
}
