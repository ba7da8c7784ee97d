//! Jobs end once, whatever happens to who does them: cancelled, failed, taken over, tried again.

use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use timbre_domain::{
    ids::{DeliveryId, JobId},
    job::{Job, JobState},
};
use timbre_engine::EngineError;
use timbre_store::{Claim, Entry, JobEnd, StoreError};
use timbre_tests::{
    Developer, Product, Receiver, Setup,
    developer::{DIARIZE_LATER, VAD_LATER, content, with},
    reaching, sound,
};

use super::{HEART, MICHAEL, until};

/// Accepts jobs and leaves them to others.
fn idle() -> Setup {
    let mut setup = reaching();
    setup.jobs.embedded = false;
    setup
}

/// Looks after its claims every second.
fn watchful() -> Setup {
    let mut setup = reaching();
    setup.jobs.lease_seconds = 3;
    setup
}

fn job(product: &Product, request_id: &str) -> Job {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.job(&tenant, request_id).await.unwrap().0
    })
}

fn cancel(product: &Product, request_id: &str) -> Result<(), EngineError> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.cancel_job(&tenant, request_id).await
    })
}

fn messages(product: &Product, request_id: &str) -> usize {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.messages(&tenant, request_id).await.unwrap().len()
    })
}

fn fault(code: &str, text: &str) -> Value {
    json!({"fault": {"detail": {"error_code": format!("com.deepaffects.{code}")}, "fault_string": text}})
}

fn claim(product: &Product, number: u8) -> Claim {
    let until = DateTime::from_timestamp(product.clock.seconds(), 0).unwrap() + TimeDelta::seconds(30);
    Claim { holder: JobId::from_random([number; 16]).0, until }
}

/// Takes the next job, as a worker would, and does nothing about it.
fn dies_with(product: &Product, claim: Claim) -> Option<Job> {
    let now = DateTime::from_timestamp(product.clock.seconds(), 0).unwrap();
    let store = product.store();
    product.block_on(store.claim_job(claim, 9, now)).unwrap().map(|record| record.job)
}

fn short() -> Value {
    content(&HEART.says("other_0"))
}

#[test]
fn a_job_that_is_cancelled_in_the_queue_is_told_so_once_and_never_begun() {
    let product = Product::with(idle());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let id = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    cancel(&product, &id).unwrap();
    assert!(matches!(cancel(&product, &id), Err(EngineError::JobOver)));
    assert!(matches!(cancel(&product, "nothing"), Err(EngineError::UnknownJob)));
    let sealed =
        product.files().iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "sealed")).count();
    assert_eq!(sealed, 0, "its recording is gone");
    let _worker = product.beside(reaching());
    let told = receiver.next().json();
    assert_eq!(told, json!({"request_id": id, "response": fault("Cancelled", "Error in vad: Cancelled")}));
    let after = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    assert_eq!(receiver.next().json()["request_id"], after.as_str(), "nothing else is told of the first");
    let ended = job(&product, &id);
    assert_eq!((ended.state, ended.tries, messages(&product, &id)), (JobState::Cancelled, 0, 1));
}

#[test]
fn a_job_that_is_cancelled_while_it_runs_is_let_go_of_and_ends_once() {
    let product = Product::with(watchful());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let url = receiver.hosts("/slow.wav", HEART.says("other_0"), true);
    let held = receiver.holds("/slow.wav");
    let id = acme.order(DIARIZE_LATER[1], &receiver.url("/hook"), &json!({"url": url}));
    held.is_asked_for();
    assert_eq!(
        (job(&product, &id).state, acme.status(&id).json()["status"].clone()),
        (JobState::Running, json!("Running"))
    );
    cancel(&product, &id).unwrap();
    let told = receiver.next().json();
    assert_eq!(
        told,
        json!({"request_id": id, "response": fault("Cancelled", "Error in diarize: Cancelled")})
    );
    // The only worker is free for another, though the first recording still does not come.
    let after = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    assert_eq!(receiver.next().json()["request_id"], after.as_str());
    drop(held);
    assert_eq!((job(&product, &id).state, messages(&product, &id)), (JobState::Cancelled, 1));
}

#[test]
fn a_job_whose_worker_died_is_done_by_another_once_its_claim_is_over_and_the_dead_one_has_no_say() {
    let product = Product::with(idle());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let id = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    let dead = claim(&product, 1);
    let taken = dies_with(&product, dead).unwrap();
    let _worker = product.beside(reaching());
    // While the claim lasts it is nobody else's: what comes later is done before it.
    let later = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    assert_eq!(receiver.next().json()["request_id"], later.as_str());
    assert_eq!(job(&product, &id).state, JobState::Running);
    product.clock.pass(31);
    let told = receiver.next().json();
    assert!(told["request_id"] == id.as_str() && told["response"]["segments"].is_array(), "{told}");
    let ended = job(&product, &id);
    assert_eq!((ended.state, ended.tries), (JobState::Completed, 2));
    let word = JobEnd {
        state: JobState::Failed,
        sealed_outcome: Vec::new(),
        delivery: DeliveryId::from_random([9; 16]),
        keep_object: false,
        entry: Entry::default(),
    };
    let now = ended.finished_at.unwrap();
    let store = product.store();
    let said = product.block_on(store.end_job(taken.tenant, taken.id, dead.holder, word, now));
    assert!(matches!(said, Err(StoreError::Conflict)));
    assert_eq!((job(&product, &id).state, messages(&product, &id)), (JobState::Completed, 1));
}

#[test]
fn a_job_whose_server_died_half_way_is_done_by_the_next() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let url = receiver.hosts("/slow.wav", HEART.says("other_0"), true);
    let held = receiver.holds("/slow.wav");
    let id = acme.order(VAD_LATER, &receiver.url("/hook"), &json!({"url": url}));
    held.is_asked_for();
    let next = product.beside(reaching());
    drop((product, held));
    next.clock.pass(31);
    assert_eq!(receiver.next().json()["request_id"], id.as_str());
    assert_eq!((job(&next, &id).state, messages(&next, &id)), (JobState::Completed, 1));
}

#[test]
fn a_job_that_four_workers_died_of_fails_and_can_be_retried() {
    let product = Product::with(idle());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let id = acme.order(VAD_LATER, &receiver.url("/hook"), &short());
    for number in 1..=4 {
        assert_eq!(dies_with(&product, claim(&product, number)).unwrap().tries, u32::from(number));
        product.clock.pass(31);
    }
    let worker = product.beside(reaching());
    let message = receiver.next();
    let told = fault("InternalError", "Error in vad: it could not be done");
    assert_eq!(message.json(), json!({"request_id": id, "response": told}));
    assert_eq!(acme.status(&id).json(), json!({"status": "Failed", "response": message.json()}));
    worker.block_on(async {
        let tenant = worker.engine.tenant_for_operator("acme").await.unwrap();
        worker.engine.retry_job(&tenant, &id).await.unwrap();
    });
    let again = receiver.next();
    assert!(again.json()["response"]["segments"].is_array(), "{again:?}");
    assert_ne!(again.header("webhook-id"), message.header("webhook-id"), "it is another message");
    assert_eq!(acme.status(&id).json()["status"], "Completed");
}

#[test]
fn a_url_that_fails_for_the_moment_is_tried_again_with_longer_waits() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let url = receiver.hosts("/call.wav", HEART.says("other_0"), true);
    receiver.answers("/call.wav", &[503, 429]);
    let id = acme.order(VAD_LATER, &receiver.url("/hook"), &json!({"url": url}));
    for (tries, wait) in [(1, 10), (2, 40)] {
        until("the job waits", || {
            let job = job(&product, &id);
            (job.state, job.tries) == (JobState::Queued, tries)
        });
        assert_eq!(acme.status(&id).json()["status"], "Running");
        product.clock.pass(wait);
    }
    assert!(receiver.next().json()["response"]["segments"].is_array());
    assert_eq!(job(&product, &id).tries, 3);
}

#[test]
fn a_url_whose_host_has_no_address_fails_after_four_tries_in_the_contracts_shape() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let url = "http://timbre-tests.invalid/call.wav?token=secret";
    let id = acme.order(DIARIZE_LATER[1], &receiver.url("/hook"), &json!({"url": url}));
    let told = receiver.next_passing(&product, 200).json();
    let text = told["response"]["fault"]["fault_string"].as_str().unwrap();
    let begins =
        "Error in diarize: url cannot be fetched: the name of timbre-tests.invalid:80 could not be looked up";
    assert!(text.starts_with(begins) && !text.contains("secret"), "{text}");
    assert_eq!(told["response"], fault("BadRequest", text));
    assert_eq!((job(&product, &id).tries, job(&product, &id).state), (4, JobState::Failed));
}

#[test]
fn a_url_with_more_than_may_be_fetched_fails_whether_it_is_announced_or_not() {
    let mut setup = reaching();
    setup.outbound.fetch_bytes = 20_000;
    let product = Product::with(setup);
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let place = receiver.url("").replace("http://", "");
    let text =
        format!("Error in vad: url cannot be fetched: what {place} sends is over the limit of 20000 bytes");
    for announced in [true, false] {
        let url = receiver.hosts("/large.wav", HEART.says("other_0"), announced);
        let id = acme.order(VAD_LATER, &receiver.url("/hook"), &json!({"url": url}));
        assert_eq!(receiver.next().json(), json!({"request_id": id, "response": fault("BadRequest", &text)}));
        assert_eq!(job(&product, &id).tries, 1, "another try would end alike");
    }
}

#[test]
fn a_url_that_answers_with_a_redirect_is_not_followed() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    receiver.hosts("/elsewhere", HEART.says("other_0"), true);
    receiver.answers("/call.wav", &[302]);
    acme.order(VAD_LATER, &receiver.url("/hook"), &json!({"url": receiver.url("/call.wav")}));
    let place = receiver.url("").replace("http://", "");
    let text = format!("Error in vad: url cannot be fetched: {place} answered with status 302");
    assert_eq!(receiver.next().json()["response"], fault("BadRequest", &text));
}

#[test]
fn how_far_a_job_is_can_be_seen_while_it_runs() {
    let mut setup = reaching();
    setup.jobs.lease_seconds = 1;
    let product = Product::with(setup);
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    // Ten minutes as a telephone has them.
    let speech = sound::mulaw(&sound::halved(&HEART.samples("free_0")));
    let long: Vec<u8> = speech.into_iter().cycle().take(600 * 8_000).collect();
    let body = with(with(content(&long), "encoding", "MULAW"), "sampleRate", 8000);
    let id = acme.order(DIARIZE_LATER[1], &receiver.url("/hook"), &body);
    until("progress is seen", || {
        let status = acme.status(&id).json();
        assert_eq!(status["status"], "Running", "it is over before any progress was seen");
        let progress = &status["response"]["progress"];
        let heard = progress["heard_seconds"].as_f64().unwrap();
        heard > 0.0 && heard <= 600.0 && progress["total_seconds"] == 600.0
    });
    cancel(&product, &id).unwrap();
    assert_eq!(receiver.next().json()["response"], fault("Cancelled", "Error in diarize: Cancelled"));
}

#[test]
fn a_tenant_with_one_job_need_not_wait_for_all_of_anothers() {
    let product = Product::with(idle());
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    let receiver = Receiver::start();
    for _ in 0..5 {
        acme.order(VAD_LATER, &receiver.url("/acme"), &short());
    }
    product.clock.pass(1);
    other.order(VAD_LATER, &receiver.url("/other"), &content(&MICHAEL.says("other_0")));
    let _worker = product.beside(reaching());
    let order: Vec<String> = (0..6).map(|_| receiver.next().path).collect();
    let place = order.iter().position(|path| path == "/other").unwrap();
    assert!(place <= 2, "{order:?}");
}

#[test]
fn a_tenant_with_as_many_jobs_as_may_be_is_told_to_come_back() {
    let mut setup = idle();
    setup.jobs.max_open = 2;
    let product = Product::with(setup);
    let (acme, other) = (Developer::of(&product, "acme"), Developer::of(&product, "other"));
    let webhook = "https://receiver.example/hook";
    let first = acme.order(VAD_LATER, webhook, &short());
    acme.order(VAD_LATER, webhook, &short());
    let refused = acme.post(VAD_LATER, &[("webhook", webhook)], &short());
    let body = with(fault("Queued", "Error in vad: Queued, try again in a few minutes"), "type", "queued");
    assert_eq!((refused.status, refused.json()), (503, body));
    assert_eq!(refused.headers["retry-after"], "60");
    let stored =
        product.files().iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "sealed")).count();
    assert_eq!(stored, 2, "what was refused is not kept");
    // What was accepted before is no new job, and another tenant is not concerned.
    let again = acme.post(VAD_LATER, &[("webhook", webhook), ("request_id", &first)], &short());
    assert_eq!(again.status, 202, "{}", again.body);
    other.order(VAD_LATER, webhook, &short());
    cancel(&product, &first).unwrap();
    acme.order(VAD_LATER, webhook, &short());
}
