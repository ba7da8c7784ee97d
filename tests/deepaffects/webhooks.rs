//! The messages about the ends of jobs: signed, sent until they are taken or were tried often enough, logged.

use timbre_domain::{
    ids::DeliveryId,
    job::{Delivery, DeliveryState, DeliveryTry},
};
use timbre_engine::{EngineError, webhook_id};
use timbre_tests::{
    Developer, Product, Receiver,
    developer::{VAD_LATER, content},
    reaching,
};

use super::{HEART, until};

/// The tenant's secrets as they are shown, the latest first.
fn secrets(product: &Product) -> Vec<String> {
    let tenant = product.block_on(product.engine.tenant_for_operator("acme")).unwrap();
    tenant.webhook_secrets().iter().map(|secret| secret.shown().to_string()).collect()
}

fn rotate(product: &Product) {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.rotate_webhook_secret(&tenant).await.unwrap();
    });
}

/// The one message about a job, with its log.
fn logged(product: &Product, request_id: &str) -> (Delivery, Vec<DeliveryTry>) {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let mut messages = product.engine.messages(&tenant, request_id).await.unwrap();
        assert_eq!(messages.len(), 1, "one message for one end");
        messages.remove(0)
    })
}

/// Waits until the log has so many tries: a message is answered before its try is logged.
fn tried(product: &Product, request_id: &str, tries: usize) -> (Delivery, Vec<DeliveryTry>) {
    until("a try is logged", || logged(product, request_id).1.len() == tries);
    logged(product, request_id)
}

fn ask(acme: &Developer, receiver: &Receiver) -> String {
    acme.order(VAD_LATER, &receiver.url("/hook?token=7"), &content(&HEART.says("other_0")))
}

#[test]
fn a_webhook_is_signed_with_the_latest_secret_and_the_one_before() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    let first = secrets(&product);
    assert_eq!(first.len(), 1, "there is none before the first");
    ask(&acme, &receiver);
    let message = receiver.next();
    assert!(message.is_signed_with(&first[0]), "{message:?}");
    assert_eq!(message.header("webhook-timestamp"), product.clock.seconds().to_string());
    assert_eq!(message.header("content-type"), "application/json");
    let mut other = message.clone();
    other.body = message.body.replace("speech", "silence");
    assert!(!other.is_signed_with(&first[0]), "another body has another signature");

    rotate(&product);
    let second = secrets(&product);
    assert_eq!((second.len(), &second[1]), (2, &first[0]));
    ask(&acme, &receiver);
    let message = receiver.next();
    assert!(second.iter().all(|secret| message.is_signed_with(secret)), "whoever changes over knows it");

    rotate(&product);
    let third = secrets(&product);
    ask(&acme, &receiver);
    let message = receiver.next();
    assert!(third.iter().all(|secret| message.is_signed_with(secret)));
    assert!(!message.is_signed_with(&first[0]), "the one before the one before is good no longer");
}

#[test]
fn another_tenants_secret_signs_nothing_of_this_one() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    Developer::of(&product, "other");
    let other = product.block_on(product.engine.tenant_for_operator("other")).unwrap();
    ask(&acme, &receiver);
    assert!(!receiver.next().is_signed_with(&other.webhook_secrets()[0].shown()));
}

#[test]
fn what_is_not_answered_with_200_is_sent_five_times_under_one_id_and_then_dropped() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    // Only 200 says that it was taken: not 201, not 204, and no redirect is followed.
    let statuses = [500, 201, 204, 302, 404];
    receiver.answers("/hook", &statuses);
    let job = ask(&acme, &receiver);
    let first = receiver.next();
    for (number, wait) in [10, 40, 160, 640].into_iter().enumerate() {
        let (message, tries) = tried(&product, &job, number + 1);
        let this = &tries[number];
        assert_eq!((message.state, this.status), (DeliveryState::Pending, Some(statuses[number])));
        assert_eq!((message.next_at - this.at).num_seconds(), wait);
        // A second before its time it is not sent: the next message is about another job.
        product.clock.pass(wait - 1);
        assert_eq!(another(&acme, &receiver), receiver.next().json()["request_id"]);
        product.clock.pass(1);
        let again = receiver.next();
        assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
        assert_eq!(again.header("webhook-timestamp"), product.clock.seconds().to_string());
        assert!(again.is_signed_with(&secrets(&product)[0]));
    }
    let (message, tries) = tried(&product, &job, 5);
    assert_eq!(message.state, DeliveryState::Dropped);
    assert_eq!(tries.iter().map(|this| this.status.unwrap()).collect::<Vec<_>>(), statuses);
    assert_eq!(first.header("webhook-id"), webhook_id(message.id));
    // However long it is waited, it is not sent again.
    product.clock.pass(86_400);
    assert_eq!(another(&acme, &receiver), receiver.next().json()["request_id"]);
    assert_eq!(logged(&product, &job).1.len(), 5);
}

/// A job whose message is answered with 200.
fn another(acme: &Developer, receiver: &Receiver) -> String {
    acme.order(VAD_LATER, &receiver.url("/other"), &content(&HEART.says("other_0")))
}

#[test]
fn a_message_that_is_taken_late_is_delivered_once_and_logged_with_what_went_before() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    receiver.answers("/hook", &[503]);
    let job = ask(&acme, &receiver);
    receiver.next();
    tried(&product, &job, 1);
    product.clock.pass(10);
    receiver.next();
    let (message, tries) = tried(&product, &job, 2);
    assert_eq!(message.state, DeliveryState::Delivered);
    assert_eq!(tries.iter().map(|this| this.status).collect::<Vec<_>>(), [Some(503), Some(200)]);
    assert!(tries.iter().all(|this| this.error.is_none()));
}

#[test]
fn a_receiver_that_is_not_there_is_logged_without_its_secrets() {
    let product = Product::with(reaching());
    let acme = Developer::of(&product, "acme");
    // Bound, so nobody else has it, and closed again.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let webhook = format!("http://{address}/hook?token=secret-of-the-receiver");
    let job = acme.order(VAD_LATER, &webhook, &content(&HEART.says("other_0")));
    until("the job ends", || acme.status(&job).json()["status"] == "Completed");
    let (message, tries) = tried(&product, &job, 1);
    assert_eq!((message.state, tries[0].status), (DeliveryState::Pending, None));
    let error = tries[0].error.as_deref().unwrap();
    assert!(error.starts_with(&format!("no connection to {address}")), "{error}");
    assert!(!error.contains("secret") && !error.contains("hook"), "{error}");
}

#[test]
fn a_message_can_be_sent_again_under_its_old_id_with_as_many_tries_as_a_new_one() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    receiver.answers("/hook", &[500; 5]);
    let job = ask(&acme, &receiver);
    let first = receiver.next();
    for (number, wait) in [10, 40, 160, 640].into_iter().enumerate() {
        tried(&product, &job, number + 1);
        product.clock.pass(wait);
        receiver.next();
    }
    let (dropped, _) = tried(&product, &job, 5);
    let replay = |tenant: &str, id: DeliveryId| {
        product.block_on(async {
            let tenant = product.engine.tenant_for_operator(tenant).await.unwrap();
            product.engine.replay(&tenant, id).await
        })
    };
    Developer::of(&product, "other");
    assert!(matches!(replay("other", dropped.id), Err(EngineError::UnknownMessage)));
    receiver.answers("/hook", &[500]);
    replay("acme", dropped.id).unwrap();
    let again = receiver.next();
    assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
    // Its waits are short again.
    let (message, tries) = tried(&product, &job, 6);
    assert_eq!((message.state, (message.next_at - tries[5].at).num_seconds()), (DeliveryState::Pending, 10));
    product.clock.pass(10);
    receiver.next();
    assert_eq!(tried(&product, &job, 7).0.state, DeliveryState::Delivered);
    // What was taken can be sent again as well.
    replay("acme", dropped.id).unwrap();
    assert_eq!(receiver.next().header("webhook-id"), first.header("webhook-id"));
    assert_eq!(tried(&product, &job, 8).0.state, DeliveryState::Delivered);
}

#[test]
fn a_message_outlives_the_server_that_was_to_send_it() {
    let product = Product::with(reaching());
    let (acme, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    receiver.answers("/hook", &[500]);
    let job = ask(&acme, &receiver);
    let first = receiver.next();
    tried(&product, &job, 1);
    let other = product.beside(reaching());
    drop(product);
    other.clock.pass(10);
    let again = receiver.next();
    assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));
    assert_eq!(tried(&other, &job, 2).0.state, DeliveryState::Delivered);
}
