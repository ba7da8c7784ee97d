//! Several servers over one data: nothing is lost, and nothing is done twice.

use std::{collections::HashMap, thread};

use serde_json::json;
use timbre_tests::{
    Developer, Product, Receiver,
    developer::{LIST, VAD_LATER, content},
    reaching,
};
use timbre_voices::wav;

use super::{HEART, some_speech};

#[test]
fn recordings_of_a_new_speaker_sent_at_once_to_two_servers_are_all_taken() {
    let one = Product::with(reaching());
    let other = one.beside(reaching());
    let acme = Developer::of(&one, "acme");
    let servers = [acme.clone(), acme.at(&other.url)];
    let replies: Vec<_> = thread::scope(|scope| {
        let senders: Vec<_> = (0..4)
            .map(|take| {
                let server = &servers[take % 2];
                scope.spawn(move || server.enroll("heart", &wav(&some_speech(HEART, take))))
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    assert!(
        replies.iter().all(|reply| reply.status == 200),
        "{:?}",
        replies.iter().map(|reply| &reply.body).collect::<Vec<_>>()
    );
    let listed = acme.get(LIST, &[("getAllSpeakers", "true")]).json();
    let speakers = listed["enrolled_speaker_ids"].as_array().unwrap();
    assert_eq!(speakers.len(), 1, "{listed}");
    assert_eq!(
        (&speakers[0]["total_enroll_duration"], &speakers[0]["enrollment_complete"]),
        (&json!(32.0), &json!(true))
    );
}

#[test]
fn jobs_of_two_servers_are_each_done_and_told_once() {
    const JOBS: usize = 8;
    let one = Product::with(reaching());
    let other = one.beside(reaching());
    let (acme, receiver) = (Developer::of(&one, "acme"), Receiver::start());
    let servers = [acme.clone(), acme.at(&other.url)];
    let recording = content(&HEART.says("other_0"));
    let ids: Vec<_> = (0..JOBS)
        .map(|number| servers[number % 2].order(VAD_LATER, &receiver.url("/hook"), &recording))
        .collect();
    let mut told: HashMap<String, usize> = HashMap::new();
    // One more at the end: whatever came twice has come before it.
    for _ in 0..JOBS {
        *told.entry(receiver.next().json()["request_id"].as_str().unwrap().to_owned()).or_default() += 1;
    }
    let last = acme.order(VAD_LATER, &receiver.url("/hook"), &recording);
    assert_eq!(receiver.next().json()["request_id"], last.as_str());
    assert!(ids.iter().all(|id| told.get(id) == Some(&1)), "{told:?}");
}

#[test]
fn one_request_sent_at_once_to_two_servers_under_one_request_id_is_one_job() {
    let one = Product::with(reaching());
    let other = one.beside(reaching());
    let (acme, receiver) = (Developer::of(&one, "acme"), Receiver::start());
    let servers = [acme.clone(), acme.at(&other.url)];
    let (recording, webhook) = (content(&HEART.says("other_0")), receiver.url("/hook"));
    let replies: Vec<_> = thread::scope(|scope| {
        let senders: Vec<_> = (0..6)
            .map(|number| {
                let (server, recording, webhook) = (&servers[number % 2], &recording, webhook.as_str());
                let query = [("webhook", webhook), ("request_id", "once")];
                scope.spawn(move || server.post(VAD_LATER, &query, recording))
            })
            .collect();
        senders.into_iter().map(|sender| sender.join().unwrap()).collect()
    });
    let ack = json!({"request_id": "once", "api": VAD_LATER});
    for reply in &replies {
        assert_eq!((reply.status, reply.json()), (202, ack.clone()), "{}", reply.body);
    }
    assert_eq!(receiver.next().json()["request_id"], "once");
    let last = acme.order(VAD_LATER, &webhook, &recording);
    assert_eq!(receiver.next().json()["request_id"], last.as_str(), "it is told once");
    let jobs = one.block_on(async {
        let tenant = one.engine.tenant_for_operator("acme").await.unwrap();
        one.engine.latest_jobs(&tenant, 10).await.unwrap().len()
    });
    assert_eq!(jobs, 2);
}
