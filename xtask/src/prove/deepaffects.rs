//! [deepaffects-contract] What we claim of DeepAffects' contract.

use super::product::{self, measured};
use super::{Finding, Given};
use crate::failure::{Failure, say};
use crate::test::python_packages;

/// Requests of nonsense for each route, where an ordinary test sends fewer.
const NONSENSE: &str = "1000";

pub(super) fn contract(_: &Given) -> Result<Finding, Failure> {
    python_packages()?;
    let mut finding = Finding::default();
    let table = "deepaffects::contract::every_documented_operation_and_case_is_answered_to_the_letter";
    let fuzz =
        "deepaffects::fuzz::nonsense_for_each_route_is_answered_in_the_contracts_shape_and_never_with_500";
    product::contract(table, fuzz, Some(("TIMBRE_FUZZ", NONSENSE.as_ref())), &mut finding)?;
    for (test, what) in [
        (
            "deepaffects::client::a_python_client_enrols_two_identifies_both_at_once_and_by_webhook_and_deletes_them",
            "a Python client, after the published samples: two enrolled, identified at once and by signed webhook, deleted",
        ),
        (
            "deepaffects::conversation::each_turn_has_the_name_of_who_speaks_and_nobody_where_it_is_a_stranger",
            "two voices in turns: each turn named, within half a second, and UserNotIdentified where nobody is enrolled",
        ),
        (
            "deepaffects::webhooks::what_is_not_answered_with_200_is_sent_five_times_under_one_id_and_then_dropped",
            "a webhook that is not answered with 200: sent five times under one id, then dropped",
        ),
        (
            "deepaffects::jobs::a_job_whose_server_died_half_way_is_done_by_the_next",
            "a job whose server died half-way: done by the next, told once",
        ),
    ] {
        measured(test, None, &mut finding)?;
        say(format_args!("  {what}"))?;
    }
    Ok(finding)
}
