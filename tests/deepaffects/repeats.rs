//! What is sent again, because its answer was lost, counts once.

use timbre_domain::job::JobState;
use timbre_tests::{
    Developer, Product,
    developer::{IDENTIFY_LATER, content, with},
    reaching,
};

use super::{HEART, some_speech};

#[test]
fn a_recording_of_a_speaker_again_is_answered_alike_and_counts_once() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let recording = timbre_voices::wav(&some_speech(HEART, 0));
    let first = acme.enroll("ada", &recording);
    let again = acme.enroll("ada", &recording);
    assert_eq!((first.status, first.json()), (again.status, again.json()));
    assert_eq!(again.json()["enrollment_complete"], false, "{}", again.body);
    // Another speaker is another matter, and so is one that was deleted meanwhile.
    assert_eq!(
        acme.enroll("eva", &recording).json()["total_speech_duration"],
        first.json()["total_speech_duration"]
    );
    acme.delete("ada");
    assert_eq!(acme.enroll("ada", &recording).json(), first.json());
}

#[test]
fn a_request_that_was_accepted_stays_so_though_its_speaker_is_gone() {
    let mut setup = reaching();
    setup.jobs.embedded = false;
    let product = Product::with(setup);
    let acme = Developer::of(&product, "acme");
    acme.enrolled("ada", &HEART.free(&[0, 1]));
    let body = with(content(&HEART.free(&[2])), "speakerIds", serde_json::json!(["ada"]));
    let query = [("webhook", "http://127.0.0.1:9/hook"), ("request_id", "mine")];
    let first = acme.post(IDENTIFY_LATER[1], &query, &body);
    acme.delete("ada");
    let again = acme.post(IDENTIFY_LATER[1], &query, &body);
    assert_eq!((first.status, first.json()), (202, again.json()), "{}", again.body);
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let jobs = product.engine.latest_jobs(&tenant, 9).await.unwrap();
        assert_eq!((jobs.len(), jobs[0].state), (1, JobState::Queued));
    });
}
