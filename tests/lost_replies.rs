//! Commits of which the reply is lost, and commits that are lost: whoever asks is told 503 and asks again, and what there is then can be used,
//! is billed once, and is all there is. On PostgreSQL: nothing is between a process and a file.

use std::time::Duration;

use serde_json::json;
use timbre_backends::on_postgres;
use timbre_domain::usage::{Usage, month};
use timbre_engine::Reembedded;
use timbre_matching::conditions::Comparator;
use timbre_tests::{
    Application, Developer, ENROLLED, Losing, Lost, Person, Product,
    Purpose::{Enrol, Verify},
    Receiver, Reply, Setup, Speaker, Subscriber, VERIFIED,
    developer::{VAD_LATER, content},
    form, reaching, said, send,
    subscriber::{V2_0, Verification, field, json as body_of, profile_path, profiles},
};
use timbre_vault::MAX_PAGE;

const HEART: Speaker = Speaker("af_heart");
const LOCALE: &str = r#"{"locale":"en-us"}"#;

/// A tenant behind such a network.
struct Acme {
    product: Product,
    network: Losing,
    users: Application,
    profiles: Subscriber,
    speakers: Developer,
}

impl Acme {
    /// None where there is no network.
    #[allow(clippy::print_stderr)]
    fn start() -> Option<Self> {
        if !on_postgres() {
            eprintln!("left out on SQLite, which has no network before it");
            return None;
        }
        let network = Losing::default();
        let mut setup = Setup { network: Some(network.clone()), ..reaching() };
        // Nobody else commits.
        setup.jobs.embedded = false;
        let product = Product::with(setup);
        let issued = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
        Some(Self {
            users: Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret),
            profiles: Subscriber::new(&product.url, &issued.subscription_keys),
            speakers: Developer::new(&product.url, &issued.apikeys),
            product,
            network,
        })
    }

    /// Asks for something whose commit, or the reply to it, is lost.
    #[track_caller]
    fn loses(&self, what: Lost, asked: impl FnOnce() -> Reply) {
        let before = self.network.lost();
        self.network.loses(what);
        let reply = asked();
        assert_eq!((reply.status, self.network.lost()), (503, before + 1), "{}", reply.body);
    }

    fn used(&self) -> Usage {
        let now = chrono::DateTime::from_timestamp(self.product.clock.seconds(), 0).unwrap();
        let store = self.product.store();
        self.product.block_on(async {
            let tenant = self.product.engine.tenant_for_operator("acme").await.unwrap().id;
            assert_eq!(store.recount(tenant).await.unwrap().wrong, []);
            store.used(tenant, &month(now)).await.unwrap()
        })
    }

    fn user(&self) -> Reply {
        send(form(self.users.post("/api/1.0/users"), &[("reference_id", "7")]))
    }

    fn order(&self, receiver: &Receiver) -> Reply {
        let query = [("webhook", receiver.url("/hook")), ("request_id", "mine".to_owned())];
        let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.speakers.post(VAD_LATER, &query, &content(&HEART.says("other_0")))
    }

    fn objects(&self) -> usize {
        let objects = self.product.objects();
        self.product.block_on(objects.list(None, None, MAX_PAGE)).unwrap().entries.len()
    }
}

#[test]
fn a_user_whose_commit_was_not_answered_can_be_enrolled_and_erased_and_is_billed_once() {
    let Some(acme) = Acme::start() else { return };
    let heart = Person::english("af_heart");
    acme.loses(Lost::Reply, || acme.user());
    let again = acme.user();
    assert_eq!((again.status, again.message().as_str()), (400, "USER_ALREADY_EXISTS"));
    assert_eq!(acme.used(), Usage::request(0.0));
    let user = again.text("id");
    acme.product.clock.pass(3_601);
    acme.product.block_on(acme.product.engine.sweep()).unwrap();
    assert_eq!(acme.users.converse(Enrol, &user, &heart).body, ENROLLED);
    acme.users.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    let erased = acme.users.delete(&format!("/api/1.0/users/{user}"));
    erased.is_outcome(&said("USER_REMOVED_WITH_SUCCESS"));
    assert_eq!(acme.user().message(), "NEW_USER_CREATED");
}

#[test]
fn a_profile_whose_commits_were_not_answered_can_be_read_filled_and_deleted_and_is_billed_once() {
    let Some(acme) = Acme::start() else { return };
    acme.loses(Lost::Reply, || acme.profiles.create(V2_0, Verification, LOCALE));
    let listed = body_of(&acme.profiles.get(&profiles(V2_0, Verification)));
    let listed = listed["profiles"].as_array().unwrap();
    assert_eq!((listed.len(), acme.used()), (1, Usage::request(0.0)));
    let id = listed[0]["profileId"].as_str().unwrap();
    let recording = HEART.free(&[0, 1]);
    let seconds = (recording.len() - 44) as f64 / 32_000.0;
    acme.loses(Lost::Reply, || acme.profiles.enrol(V2_0, Verification, id, recording));
    let shown = acme.profiles.show(V2_0, Verification, id);
    assert_eq!(
        (field(&shown, "enrollmentStatus"), field(&shown, "enrollmentsCount")),
        ("Enrolled".into(), "1".into())
    );
    assert_eq!(acme.used(), Usage { requests: 2, enrolments: 1, ..Usage::request(seconds) });
    let verified = acme.profiles.verify(V2_0, Verification, id, HEART.free(&[3]));
    assert_eq!(field(&verified, "recognitionResult"), "Accept");
    assert_eq!(acme.profiles.delete(&profile_path(V2_0, Verification, id, "")).status, 204);
    acme.profiles.profile(V2_0, Verification);
}

#[test]
fn a_speaker_whose_commits_were_not_answered_has_its_recordings_and_is_billed_for_them_once() {
    let Some(acme) = Acme::start() else { return };
    for (taken, recording) in (1..).zip([HEART.free(&[0, 1]), HEART.free(&[2])]) {
        acme.loses(Lost::Reply, || acme.speakers.enroll("ada", &recording));
        acme.speakers.enrolled("ada", &recording);
        let used = acme.used();
        assert_eq!((used.requests, used.enrolments, acme.objects()), (taken, 1, taken as usize));
    }
    // Both can be heard again.
    let engine = &acme.product.engine;
    acme.product.block_on(async {
        let tenant = || async { engine.tenant_for_operator("acme").await.unwrap() };
        engine.begin_model_change(&tenant().await, Comparator::Ensemble).await.unwrap();
        let (tenant, lacking) =
            (tenant().await, engine.lacking_voiceprints(&tenant().await, None).await.unwrap());
        let made = engine.reembed(&tenant, &lacking[0]).await.unwrap();
        assert!(matches!(made, Reembedded::Done { recordings: 2, .. }), "{made:?}");
    });
    assert_eq!(acme.speakers.delete("ada").json(), json!({"message": "Success"}));
    assert_eq!(acme.objects(), 0);
    acme.speakers.enrolled("ada", &HEART.free(&[0, 1]));
}

#[test]
fn a_job_whose_commit_was_not_answered_is_done_once_and_billed_once() {
    let Some(acme) = Acme::start() else { return };
    let receiver = Receiver::start();
    acme.loses(Lost::Reply, || acme.order(&receiver));
    let again = acme.order(&receiver);
    assert_eq!((again.status, again.json()["request_id"].as_str()), (202, Some("mine")), "{}", again.body);
    assert_eq!((acme.used(), acme.objects()), (Usage::request(0.0), 1));
    let _worker = acme.product.beside(reaching());
    let told = receiver.next().json();
    assert!(told["request_id"] == "mine" && told["response"]["segments"].is_array(), "{told}");
    let jobs = acme.product.block_on(async {
        let tenant = acme.product.engine.tenant_for_operator("acme").await.unwrap();
        acme.product.engine.latest_jobs(&tenant, 9).await.unwrap()
    });
    assert_eq!((jobs.len(), jobs[0].tries, acme.used().requests, acme.objects()), (1, 1, 1, 0));
}

#[test]
fn what_was_put_for_a_commit_that_never_was_is_taken_once_it_is_old_and_nothing_else_is() {
    let Some(acme) = Acme::start() else { return };
    let (receiver, recording) = (Receiver::start(), HEART.free(&[0, 1]));
    acme.loses(Lost::Commit, || acme.user());
    acme.loses(Lost::Commit, || acme.speakers.enroll("ada", &recording));
    acme.loses(Lost::Commit, || acme.order(&receiver));
    assert_eq!((acme.used(), acme.objects()), (Usage::default(), 2));
    // It may still be on its way into the database.
    let sweep = || acme.product.block_on(acme.product.engine.sweep()).unwrap();
    let swept = sweep();
    assert_eq!((swept.keys, swept.objects, acme.objects()), (0, 0, 2));
    assert_eq!(acme.user().message(), "NEW_USER_CREATED");
    acme.speakers.enrolled("ada", &recording);
    assert_eq!(acme.order(&receiver).status, 202);
    assert_eq!((acme.used().requests, acme.objects()), (3, 4));
    acme.product.clock.pass(3_601);
    assert_eq!(sweep().keys, 2, "of those who did not come to be");
    // Objects have the time of where they are kept.
    let all = acme.product.engine.sweep_objects_older_than(Duration::ZERO);
    assert_eq!((acme.product.block_on(all).unwrap().objects, acme.objects()), (2, 2));
    acme.speakers.enrolled("ada", &HEART.free(&[2]));
    let user = acme.user().text("id");
    assert_eq!(acme.users.converse(Enrol, &user, &Person::english("af_heart")).body, ENROLLED);
}
