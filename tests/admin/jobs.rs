//! `/tenants/{tenant}/jobs` and the messages about their ends.

use serde_json::json;
use timbre_engine::JobsConfig;
use timbre_tests::{
    Administrator, Developer, Product, Setup,
    developer::{VAD_LATER, content},
    sound,
};
use timbre_voices::wav;

#[test]
fn a_job_is_listed_cancelled_once_and_its_message_sent_again() {
    // Nobody does the jobs: they stay where they are.
    let shipped = Setup::default();
    let product =
        Product::with(Setup { jobs: JobsConfig { embedded: false, ..shipped.jobs.clone() }, ..shipped });
    let owner = Administrator::owner(&product);
    let acme = Developer::of(&product, "acme");
    let request_id =
        acme.order(VAD_LATER, "https://receiver.example/hook", &content(&wav(&sound::silence(3.0))));
    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let jobs = format!("/tenants/{id}/jobs");
    let listed = owner.get(&format!("{jobs}?state=Queued&kind=DetectSpeech"));
    assert_eq!(listed.items("request_id"), [json!(request_id)]);
    let job = format!("{jobs}/{}", listed.items("id")[0].as_str().unwrap());
    assert_eq!(owner.get(&job).body["state"], "Queued");
    assert_eq!(owner.get(&format!("{job}/messages")).items("id").len(), 0);
    owner.post(&format!("{job}/retry"), &json!({})).is_problem(409, "conflict");

    assert_eq!(owner.post(&format!("{job}/cancel"), &json!({})).body["state"], "Cancelled");
    owner.post(&format!("{job}/cancel"), &json!({})).is_problem(409, "conflict");
    let messages = owner.get(&format!("{job}/messages"));
    assert_eq!(messages.items("state"), ["Pending"]);
    let message = messages.items("id")[0].as_str().unwrap().to_owned();
    let replay = format!("/tenants/{id}/messages/{message}/replay");
    assert_eq!(owner.post(&replay, &json!({})).status, 202);
    let other = owner.tenant("other");
    for path in [
        format!("/tenants/{other}/messages/{message}/replay"),
        format!("/tenants/{id}/messages/8bdd983a-c6bd-4159-982d-6a2471406d62/replay"),
    ] {
        owner.post(&path, &json!({})).is_problem(404, "not-found");
    }
    let actions = owner.get(&format!("/tenants/{id}/audit?limit=200")).items("action");
    for action in ["job.cancelled", "message.replayed"] {
        assert!(actions.contains(&json!(action)), "{actions:?}");
    }
}

#[test]
fn webhook_secrets_are_rotated_with_the_one_before_still_good() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let id = owner.tenant("acme");
    let path = format!("/tenants/{id}/webhook-secrets");
    let first = owner.get(&path).body["secrets"].clone();
    let rotated = owner.post(&path, &json!({}));
    assert_eq!((rotated.status, &rotated.body["secrets"][1]), (201, &first[0]));
    assert_ne!(rotated.body["secrets"][0], first[0]);
    assert_eq!(owner.get(&path).body, rotated.body);
}
