//! [dashboard] What the pages answer where no link leads, in Chromium: forms that are refused, that ask, or that show something once; wrong addresses.

use serde_json::json;
use timbre_tests::PASSWORD;

use super::{
    chromium::{Script, artefacts},
    furnished::{AUDITOR, Furnished, OWNER, below},
};

const DAY: i64 = 86_400;

#[test]
fn what_is_answered_to_forms_and_to_wrong_addresses_is_right() {
    let furnished = Furnished::new();
    let given = json!({
        "url": furnished.product.url,
        "email": OWNER,
        "auditor": AUDITOR,
        "password": PASSWORD,
        "tenant": below(furnished.acme.tenant, ""),
        "person": furnished.person,
        "locked": furnished.locked,
        "running": furnished.running,
        "pictures": artefacts(),
    });
    let Some(mut script) = Script::start("answers.mjs", given) else { return };
    let last = loop {
        let said = script.hear();
        let Some(days) = said["days"].as_i64() else { break said };
        furnished.product.clock.pass(days * DAY);
        script.answer(&json!({}));
    };
    script.is_right(&last);
}
