//! [dashboard] What operators do, in a Chromium that runs no scripts.

use serde_json::json;
use timbre_tests::PASSWORD;

use super::{
    chromium::Script,
    furnished::{Furnished, OWNER, below},
};

#[test]
fn whoever_has_no_scripts_logs_in_searches_changes_unlocks_and_erases() {
    let furnished = Furnished::new();
    let given = json!({
        "url": furnished.product.url,
        "email": OWNER,
        "password": PASSWORD,
        "tenant": below(furnished.acme.tenant, ""),
        "locked": furnished.locked,
        "person": furnished.person,
        "running": furnished.running,
        "told": furnished.conversation,
    });
    let Some(mut script) = Script::start("unscripted.mjs", given) else { return };
    script.ends_well();
}
