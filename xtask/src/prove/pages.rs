//! [dashboard], [try-it] The pages in Debian's Chromium, at a product of the release build: as each role sees them, and with a microphone.

use super::product::measured;
use super::{Finding, Given, number};
use crate::browser;
use crate::failure::{Failure, say};

/// As the tests call whoever looks.
const ROLES: [&str; 4] = ["an_owner", "an_operator", "an_auditor", "a_tenants_admin"];
const UNSCRIPTED: &str =
    "dashboard::unscripted::whoever_has_no_scripts_logs_in_searches_changes_unlocks_and_erases";
const TRIED: &str =
    "dashboard::try_it::somebody_is_enrolled_and_verified_through_the_page_and_another_voice_is_refused";

pub(super) fn dashboard(_: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let chromium = browser::bring()?;
    say(format_args!("  in {chromium}, at 1440 and 360 px, light and dark, with and without scripts"))?;
    finding.figure("browser", chromium);
    let mut all = 0.0;
    for role in ROLES {
        let test = format!("dashboard::pages::every_page_that_{role}_sees_is_right");
        let found = measured(&test, None, &mut finding)?;
        let pages = found.first().map_or(Ok(0.0), |found| number(found, "pages"))?;
        say(format_args!("  pages that {role:<16} sees {pages}"))?;
        finding.require(pages > 0.0, format!("{role} sees no page"));
        all += pages;
    }
    measured(UNSCRIPTED, None, &mut finding)?;
    finding.figure("pages", all);
    Ok(finding)
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
    finding.figure("browser", chromium);
    finding.figure("found", found);
    Ok(finding)
}
