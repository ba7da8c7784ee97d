//! [biometrid-contract], [adaptation], [lockout] The tests of the product that measure what we claim, on the
//! release build. What they print as lines of JSON is what they found.

use super::product::measured;
use super::{Finding, Given, number};
use crate::failure::{Failure, say};
use crate::test::python_packages;

pub(super) fn contract(_: &Given) -> Result<Finding, Failure> {
    python_packages()?;
    let mut finding = Finding::default();
    let table = measured(
        "biometrid::contract::every_documented_method_and_case_is_answered_to_the_letter",
        None,
        &mut finding,
    )?;
    let rows = table.first().map_or(Ok(0.0), |found| number(found, "rows"))?;
    let right = table.first().map_or(Ok(0.0), |found| number(found, "as_documented"))?;
    say(format_args!("  rows of documented methods and cases   {rows}, as documented {right}"))?;
    finding.require(rows > 0.0 && rows == right, "not every row is as documented");
    finding.figure("rows", rows);
    finding.figure("as_documented", right);
    for (what, test, figure) in [
        (
            "pairs of errors, the first of which is told",
            "biometrid::order_of_checks::of_each_pair_of_things_wrong_with_a_call_the_first_is_told",
            "pairs",
        ),
        (
            "requests of nonsense, answered in the envelope, none with 500",
            "biometrid::fuzz::two_hundred_kinds_of_nonsense_for_each_route_are_answered_in_the_envelope_and_never_with_500",
            "requests",
        ),
    ] {
        let found = measured(test, None, &mut finding)?;
        let count = found.first().map_or(Ok(0.0), |found| number(found, figure))?;
        say(format_args!("  {what}   {count}"))?;
        finding.require(count > 0.0, format!("{test} counted nothing"));
        finding.figure(figure, count);
    }
    let client = "biometrid::client::a_python_client_enrols_verifies_adapts_verifies_and_deletes";
    measured(client, None, &mut finding)?;
    say("  a Python client, from the public pages alone: enrolled, verified, adapted, verified, deleted")?;
    Ok(finding)
}

pub(super) fn adaptation(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let people = given.speech.as_ref().map(|speech| speech.join("digits-en"));
    let test = "biometrid::adapt_voice::twenty_adaptations_help_the_owner_and_nobody_else";
    let pairs = measured(test, people.as_deref().map(|folder| ("TIMBRE_DIGITS", folder)), &mut finding)?;
    finding.require(!pairs.is_empty(), "nobody was measured");
    for pair in &pairs {
        let value = |name| number(pair, name);
        say(format_args!(
            "  {} and {} as impostor: impostor adapted {} of 20, mean score {:.6} -> {:.6}; owner adapted {} of 20, {:.6} -> {:.6}",
            pair["owner"],
            pair["impostor"],
            pair["adapted_by_impostor"],
            value("impostor_before")?,
            value("impostor_after")?,
            pair["adapted_by_owner"],
            value("owner_before")?,
            value("owner_after")?,
        ))?;
    }
    finding.figure("real_people", people.is_some());
    finding.figure("pairs", pairs);
    Ok(finding)
}

pub(super) fn lockout(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let test = "biometrid::lockout::of_a_hundred_wrong_attempts_at_once_exactly_the_allowed_number_is_scored";
    let found = measured(test, None, &mut finding)?;
    let counts = found.first().cloned().unwrap_or_default();
    say(format_args!(
        "  of {} wrong attempts at once {} were scored and {} locked",
        counts["attempts"], counts["scored"], counts["locked"]
    ))?;
    finding.require(counts["scored"] == 5, "five failures are allowed in a row");
    finding.figure("counts", counts);
    Ok(finding)
}
