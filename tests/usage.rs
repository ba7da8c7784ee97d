//! What is billed: each effect once, in all contracts, and nothing that was refused; and what a quota refuses.

use std::thread;

use serde_json::json;
use timbre_domain::{
    dialogue::Purpose,
    ids::TenantId,
    usage::{Meter, Quota, Usage, month},
};
use timbre_engine::{AuditFilter, Chain};
use timbre_tests::{
    Developer, Person, Product, Receiver, Setup, Speaker, Subscriber,
    developer::{IDENTIFY, VAD_LATER, content, gateway, with},
    form, reaching, send,
    subscriber::{Identification, V2_0, Verification, azure_error, field},
};

const HEART: Speaker = Speaker("af_heart");

fn tenant(product: &Product, name: &str) -> TenantId {
    product.block_on(product.engine.tenant_for_operator(name)).unwrap().id
}

fn used(product: &Product, name: &str) -> Usage {
    let (store, tenant) = (product.store(), tenant(product, name));
    let now = chrono::DateTime::from_timestamp(product.clock.seconds(), 0).unwrap();
    let recount = product.block_on(store.recount(tenant)).unwrap();
    assert_eq!(recount.wrong, [], "what was counted is what the events say");
    product.block_on(store.used(tenant, &month(now))).unwrap()
}

/// Every action of the tenant's trail, the first first.
fn told(product: &Product, name: &str) -> Vec<String> {
    let chain = Chain::Tenant(tenant(product, name));
    let everything = AuditFilter::default();
    let store = product.store();
    let events = store.audit_events(chain, &everything, None, 1_000);
    let mut actions: Vec<_> =
        product.block_on(events).unwrap().into_iter().map(|event| event.action).collect();
    actions.reverse();
    actions
}

fn hard(product: &Product, tenant: &str, meter: Meter, per_month: u64) {
    product.change_policy(tenant, |policy| {
        let quota = Quota { per_month: Some(per_month), hard: true };
        match meter {
            Meter::Requests => policy.quotas.requests = quota,
            Meter::AudioSeconds => policy.quotas.audio_seconds = quota,
            Meter::Enrolments => policy.quotas.enrolments = quota,
            Meter::Identifications => policy.quotas.identifications = quota,
        }
    });
}

#[test]
fn a_dialogue_is_billed_by_its_steps_and_what_was_refused_costs_nothing() {
    let product = Product::start();
    let (acme, ada) = (product.application("acme"), Person::english("af_heart"));
    let user = acme.user("ada");
    assert_eq!(used(&product, "acme"), Usage::request(0.0));
    // The same reference once more makes nobody.
    send(form(acme.post("/api/1.0/users"), &[("reference_id", "ada")]));
    acme.start(Purpose::Enrol, &user);
    assert_eq!(used(&product, "acme").requests, 2);
    // No recording, no user, no code.
    acme.speak(Purpose::Enrol, &user, b"no wav".to_vec());
    acme.start(Purpose::Enrol, "5be3000bd3ad3e152724f2aa");
    acme.speak(Purpose::Enrol, &user, timbre_voices::wav(&[0.0; 32_000]));
    acme.get(&format!("/api/1.0/users/{user}/voice/is-pending"));
    assert_eq!(used(&product, "acme"), Usage { requests: 2, ..Usage::default() });
    acme.get(&format!("/api/1.0/users/{user}/restart-state"));
    acme.converse(Purpose::Enrol, &user, &ada);
    let enrolled = used(&product, "acme");
    // The dialogue that was begun anew, and its three codes.
    assert_eq!((enrolled.requests, enrolled.enrolments), (6, 1));
    assert!((3_000..60_000).contains(&enrolled.audio_milliseconds), "{enrolled:?}");
    let other = Person::english("am_michael");
    acme.converse(Purpose::Verify, &user, &other);
    assert!(used(&product, "acme").requests > enrolled.requests, "a mismatch is a decision");
    acme.delete(&format!("/api/1.0/users/{user}"));
    let told = told(&product, "acme");
    assert_eq!(told[..2], ["tenant.created", "person.created"]);
    assert_eq!(told.iter().filter(|action| *action == "enrolment.decided").count(), 3);
    assert!(told.iter().any(|action| action == "verification.decided"));
}

#[test]
fn profiles_and_speakers_are_billed_by_what_they_took_and_decided() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Identification);
    assert_eq!(acme.enrol(V2_0, Identification, &id, b"no wav".to_vec()).status, 400);
    let recording = HEART.free(&[0, 1]);
    let seconds = (recording.len() - 44) as f64 / 32_000.0;
    assert_eq!(acme.enrol(V2_0, Identification, &id, recording.clone()).status, 201);
    let once = Usage { requests: 2, enrolments: 1, ..Usage::request(seconds) };
    assert_eq!(used(&product, "acme"), once);
    // What is enrolled already is not enrolled once more.
    assert_eq!(acme.enrol(V2_0, Identification, &id, HEART.free(&[2])).status, 201);
    assert_eq!(used(&product, "acme").enrolments, 1);
    acme.show(V2_0, Identification, &id);
    assert_eq!(acme.identify(V2_0, &id, HEART.free(&[3])).status, 200);
    let after = used(&product, "acme");
    assert_eq!((after.requests, after.identifications), (4, 1));

    let beta = Developer::of(&product, "beta");
    beta.enrolled("ada", &recording);
    let took = Usage { enrolments: 1, ..Usage::request(seconds) };
    assert_eq!(used(&product, "beta"), took);
    // The very same recording is not taken twice.
    beta.enrolled("ada", &recording);
    assert_eq!(used(&product, "beta"), took);
    let asked = with(content(&HEART.free(&[2])), "speakerIds", json!(["ada"]));
    assert_eq!(beta.ask(IDENTIFY, &asked).status, 200);
    let after = used(&product, "beta");
    assert_eq!((after.requests, after.identifications), (2, 1));
    assert!(after.audio_milliseconds > took.audio_milliseconds);
    assert_eq!(
        told(&product, "beta"),
        ["tenant.created", "enrolment.decided", "conversation.decided", "speaker.named"]
    );
}

#[test]
fn what_an_operator_does_for_a_tenant_is_not_billed() {
    let product = Product::start();
    product.application("acme");
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.create_subject(&tenant, Default::default()).await.unwrap();
    });
    assert!(used(&product, "acme").is_nothing());
}

#[test]
fn a_hard_quota_is_told_in_each_contracts_words_and_reading_and_erasing_go_on() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("ada");
    hard(&product, "acme", Meter::Requests, 1);
    let refused = |reply: timbre_tests::Reply| reply.is_fault(402, "REQUEST_LIMIT_REACHED");
    refused(send(form(acme.post("/api/1.0/users"), &[("reference_id", "bob")])));
    refused(acme.start(Purpose::Enrol, &user));
    // Told before an unknown user is, as documented.
    refused(acme.start(Purpose::Enrol, "5be3000bd3ad3e152724f2aa"));
    refused(acme.attempt(Purpose::Enrol, &user, Some(HEART.free(&[0]))));
    assert_eq!(acme.get(&format!("/api/1.1/users/{user}/enroll/status")).status, 200);
    assert_eq!(acme.delete(&format!("/api/1.0/users/{user}")).status, 200);
    assert_eq!(used(&product, "acme").requests, 1);
    // A quota is changed while everything runs.
    hard(&product, "acme", Meter::Requests, 2);
    acme.user("bob");

    let beta = product.subscriber("beta");
    let id = beta.profile(V2_0, Verification);
    hard(&product, "beta", Meter::AudioSeconds, 20);
    let out = azure_error("QuotaExceeded", "Out of quota: the audio_seconds of this month are used up.");
    // Longer than all that is left, and nothing of it is kept.
    let reply = beta.enrol(V2_0, Verification, &id, HEART.free(&[0, 1]));
    assert_eq!((reply.status, reply.body.as_str()), (403, out.as_str()));
    assert_eq!(field(&beta.show(V2_0, Verification, &id), "enrollmentsCount"), "0");
    assert_eq!(beta.enrol(V2_0, Verification, &id, HEART.free(&[0])).status, 201);
    hard(&product, "beta", Meter::Requests, 2);
    assert_eq!(beta.create(V2_0, Verification, r#"{"locale":"en-us"}"#).status, 403);
    assert_eq!(beta.delete(&timbre_tests::subscriber::profile_path(V2_0, Verification, &id, "")).status, 204);

    let gamma = Developer::of(&product, "gamma");
    gamma.enrolled("ada", &HEART.free(&[0, 1]));
    hard(&product, "gamma", Meter::Identifications, 0);
    let asked = with(content(&HEART.free(&[2])), "speakerIds", json!(["ada"]));
    let reply = gamma.ask(IDENTIFY, &asked);
    let text = "The identifications of this month are used up";
    let fault = with(gateway("com.deepaffects.QuotaReached", text), "type", "rate_limit");
    assert_eq!((reply.status, reply.json()), (402, fault));
    assert_eq!(gamma.delete("ada").json(), json!({"message": "Success"}));
}

#[test]
fn a_quota_of_enrolments_leaves_an_enrolled_voice_its_further_recordings() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let (one, two) = (acme.profile(V2_0, Verification), acme.profile(V2_0, Verification));
    hard(&product, "acme", Meter::Enrolments, 1);
    assert_eq!(acme.enrol(V2_0, Verification, &one, HEART.free(&[0, 1])).status, 201);
    assert_eq!(acme.enrol(V2_0, Verification, &two, HEART.free(&[0, 1])).status, 403);
    assert_eq!(acme.enrol(V2_0, Verification, &one, HEART.free(&[2])).status, 201);
    assert_eq!(acme.verify(V2_0, Verification, &one, HEART.free(&[3])).status, 200);
}

#[test]
fn of_many_verifications_at_once_on_two_servers_exactly_the_quota_is_decided_and_billed() {
    let one = Product::start();
    let other = one.beside(Setup::default());
    let acme = one.subscriber("acme");
    let servers = [acme.clone(), acme.at(&other.url)];
    let id = acme.profile(V2_0, Verification);
    acme.enrol(V2_0, Verification, &id, HEART.free(&[0, 1]));
    let before = used(&one, "acme");
    hard(&one, "acme", Meter::Requests, before.requests + 3);
    let asked = |server: &Subscriber| server.verify(V2_0, Verification, &id, HEART.says("free_2")).status;
    let statuses: Vec<u16> = thread::scope(|scope| {
        let asked = &asked;
        let servers = &servers;
        let senders: Vec<_> = (0..12).map(|n| scope.spawn(move || asked(&servers[n % 2]))).collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let answered = statuses.iter().filter(|status| **status == 200).count();
    let refused = statuses.iter().filter(|status| **status == 403).count();
    assert_eq!((answered, refused), (3, 9), "{statuses:?}");
    assert_eq!(used(&one, "acme").requests, before.requests + 3);
    let decided = told(&one, "acme").iter().filter(|action| *action == "verification.decided").count();
    assert_eq!(decided, 3);
}

#[test]
fn a_job_is_billed_when_it_is_accepted_and_when_it_ends_and_fails_of_a_quota_that_is_full_by_then() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let recording = HEART.free(&[0]);
    let seconds = (recording.len() - 44) as f64 / 32_000.0;
    acme.order(VAD_LATER, &receiver.url("/done"), &content(&recording));
    receiver.next();
    let heard = used(&product, "acme");
    assert_eq!(heard.requests, 1);
    assert!((heard.audio_milliseconds as f64 / 1000.0 - seconds).abs() < 0.1, "{heard:?} of {seconds}");
    hard(&product, "acme", Meter::AudioSeconds, seconds as u64 + 1);
    acme.order(VAD_LATER, &receiver.url("/full"), &content(&recording));
    let told = receiver.next().body;
    assert!(told.contains("the month's quota of audio_seconds is used up"), "{told}");
    assert_eq!(used(&product, "acme"), Usage { requests: 2, ..heard });
}
