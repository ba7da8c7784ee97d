//! [dashboard] The overview while it is brought up to date, and it and a job's page while that fails, in Chromium.

use serde_json::json;
use timbre_telemetry::remember;
use timbre_tests::PASSWORD;

use super::{
    chromium::Script,
    furnished::{Furnished, OWNER, below},
};

#[test]
fn what_is_brought_up_to_date_leaves_the_keyboard_and_what_was_opened_where_they_are_until_it_is_paused() {
    let furnished = Furnished::new();
    let job = below(furnished.acme.tenant, &format!("/jobs/{}", furnished.running));
    let given = json!({"url": furnished.product.url, "email": OWNER, "password": PASSWORD, "job": job});
    let Some(mut script) = Script::start("live.mjs", given) else { return };
    let last = loop {
        let said = script.hear();
        let Some(client) = said["calls"].as_str() else { break said };
        furnished.application.user(client);
        // As the program does by the clock.
        remember();
        script.answer(&json!({}));
    };
    script.is_right(&last);
}
