//! What is sent again, because its answer was lost, counts once.

use timbre_domain::job::JobState;
use timbre_tests::{
    Developer, Product, Receiver,
    developer::{IDENTIFY_LATER, VAD_LATER, content, with},
    reaching,
};
use timbre_vault::MAX_PAGE;

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

#[test]
fn a_job_whose_recording_is_lost_is_given_it_again_by_the_request_again() {
    let mut setup = reaching();
    setup.jobs.embedded = false;
    let product = Product::with(setup);
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let (hook, body) = (receiver.url("/hook"), content(&HEART.says("other_0")));
    let ask = || acme.post(VAD_LATER, &[("webhook", &hook), ("request_id", "mine")], &body);
    assert_eq!(ask().status, 202);
    let objects = product.objects();
    let kept = || product.block_on(objects.list(None, None, MAX_PAGE)).unwrap().entries;
    let lost = kept()[0].name;
    product.block_on(objects.delete(lost.tenant, lost.object)).unwrap();
    let again = ask();
    assert_eq!((again.status, kept().len(), kept()[0].name), (202, 1, lost), "{}", again.body);
    let _worker = product.beside(reaching());
    let told = receiver.next().json();
    assert!(told["request_id"] == "mine" && told["response"]["segments"].is_array(), "{told}");
    // Of one that is over nothing is kept again.
    assert_eq!((ask().status, kept().len()), (202, 0));
}
