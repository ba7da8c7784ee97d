//! [dashboard], [try-it] The pages in Debian's Chromium, at a product of the release build: as each role sees them, and with a microphone.

use serde_json::Value;

use super::product::measured;
use super::{Finding, Given, number};
use crate::browser;
use crate::failure::{Failure, say};

/// As the tests call whoever looks, with how many kinds of pages a role sees at least: the installation's, a tenant's, and of what that has one each.
const ROLES: [(&str, usize); 4] =
    [("an_owner", 31), ("an_operator", 29), ("an_auditor", 24), ("a_tenants_admin", 23)];
/// What no link leads to, and what changes while somebody looks.
const ANSWERS: &str = "dashboard::answers::what_is_answered_to_forms_and_to_wrong_addresses_is_right";
const LIVE: &str = "dashboard::live::what_is_brought_up_to_date_leaves_the_keyboard_and_what_was_opened_where_they_are_until_it_is_paused";
const UNSCRIPTED: &str =
    "dashboard::unscripted::whoever_has_no_scripts_logs_in_searches_changes_unlocks_and_erases";
const TROUBLE: &str =
    "dashboard::trouble::whatever_is_in_the_way_is_said_in_a_sentence_and_the_page_leads_on";
const TRIED: &str =
    "dashboard::try_it::somebody_is_enrolled_and_verified_through_the_page_and_another_voice_is_refused";

pub(super) fn dashboard(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let chromium = browser::bring()?;
    say(format_args!("  in {chromium}, at 1440 and 360 px, light and dark, with and without scripts"))?;
    finding.figure("browser", chromium);
    let mut all = 0.0;
    for (role, least) in ROLES {
        let test = format!("dashboard::pages::every_page_that_{role}_sees_is_right");
        let found = measured(&test, None, &mut finding)?;
        let pages = found.first().map_or(Ok(0.0), |found| number(found, "pages"))?;
        let kinds = listed(&found, "kinds");
        say(format_args!("  pages that {role:<16} sees {pages}, of {kinds} kinds"))?;
        finding.require(kinds >= least, format!("{role} sees {kinds} kinds of pages, not {least}"));
        all += pages;
    }
    measured(UNSCRIPTED, None, &mut finding)?;
    measured(LIVE, None, &mut finding)?;
    let answers = listed(&measured(ANSWERS, None, &mut finding)?, "answers");
    say(format_args!("  answers to forms and to wrong addresses {answers}"))?;
    finding.require(answers > 0, "no form is answered");
    finding.figure("answers", answers);
    finding.figure("pages", all);
    Ok(finding)
}

/// How many of something a test found.
fn listed(found: &[Value], name: &str) -> usize {
    found.first().and_then(|found| found[name].as_array()).map_or(0, Vec::len)
}

pub(super) fn try_it(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let chromium = browser::bring()?;
    let found = measured(TRIED, None, &mut finding)?;
    let found = found.into_iter().next().unwrap_or_default();
    say(format_args!(
        "  in {chromium}, by a microphone: {}, {}; another voice {} ({})",
        found["enrolled"], found["verified"], found["refused"], found["why"]
    ))?;
    let right =
        found["enrolled"] == "enrolled" && found["verified"] == "verified" && found["refused"] == "refused";
    finding.require(right, "not enrolled, verified and refused");
    let states = listed(&measured(TROUBLE, None, &mut finding)?, "states");
    say(format_args!("  states in which something is in the way {states}"))?;
    finding.require(states > 0, "nothing is in the way");
    finding.figure("browser", chromium);
    finding.figure("found", found);
    Ok(finding)
}
