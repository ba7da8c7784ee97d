//! Policies: what a tenant may call and with what, in force at the next call, in every process.

use std::collections::BTreeSet;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use timbre_domain::{contract::Contract, policy::Policy};
use timbre_engine::EngineError;
use timbre_tests::{
    Application, Developer, Person, Product,
    Purpose::Enrol,
    Speaker, Subscriber,
    developer::{DIARIZE, DIARIZE_LATER, ENROLL, IDENTIFY, LIST, content, gateway, refused, with},
    fault, submitted,
    subscriber::{TextDependent, V2_0, azure_error, profiles},
};

const HEART: Speaker = Speaker("af_heart");

fn formats(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn a_contract_that_a_tenant_may_not_call_knows_nothing_of_its_keys_at_once_and_everywhere() {
    let product = Product::start();
    let beside = product.beside(Default::default());
    let issued = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    let answers = |url: &str| {
        [
            Application::new(url, &issued.biometrid.key, &issued.biometrid.secret).get("/api/1.0/languages"),
            Subscriber::new(url, &issued.subscription_keys).get(&profiles(V2_0, TextDependent)),
            Developer::new(url, &issued.apikeys).get(LIST, &[]),
        ]
    };
    let unknown = [
        (404, fault("CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS")),
        (
            401,
            azure_error(
                "Unauthorized",
                "Request is not authorized. Make sure subscription key is included and valid.",
            ),
        ),
        (401, gateway("oauth.v2.InvalidApiKey", "Invalid ApiKey").to_string()),
    ];
    for (n, only) in Contract::ALL.into_iter().enumerate() {
        product.change_policy("acme", |policy| policy.access.contracts = [only].into());
        for url in [&product.url, &beside.url] {
            for (m, (reply, (status, words))) in answers(url).into_iter().zip(&unknown).enumerate() {
                match n == m {
                    true => assert_eq!(reply.status, 200, "{only:?}: {}", reply.body),
                    false => assert_eq!((reply.status, &reply.body), (*status, words), "{only:?}"),
                }
            }
        }
    }
}

#[test]
fn a_format_that_a_tenant_may_not_send_is_refused_in_each_contracts_words() {
    let product = Product::start();
    let issued = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    let biometrid = Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret);
    let azure = Subscriber::new(&product.url, &issued.subscription_keys);
    let deepaffects = Developer::new(&product.url, &issued.apikeys);
    let (user, heart) = (biometrid.user("7"), Person::english("af_heart"));
    let profile = azure.profile(V2_0, TextDependent);
    let code = biometrid.start(Enrol, &user).code();

    product.change_policy("acme", |policy| policy.access.formats = formats(&["flac", "mp3"]));
    let spoken = heart.says(&code);
    biometrid.speak(Enrol, &user, spoken.clone()).is_fault(400, "NO_FILE_OR_INVALID_FORMAT");
    let reply = azure.enrol(V2_0, TextDependent, &profile, HEART.passport(0));
    assert_eq!(reply.status, 400, "{}", reply.body);
    assert!(reply.body.contains("format"), "{}", reply.body);
    let recording = content(&HEART.free(&[0]));
    for (path, body) in [
        (ENROLL, with(recording.clone(), "speakerId", "heart")),
        (IDENTIFY, with(recording.clone(), "speakerIds", json!(["heart"]))),
        (DIARIZE, recording.clone()),
        (DIARIZE_LATER[0], recording),
    ] {
        let reply = deepaffects.post(path, &[("webhook", "https://receiver.example/")], &body);
        let operation = path.rsplit('/').next().unwrap();
        let words = format!(
            "Error in {operation}: Audio cannot be used: recordings of the format wav are not allowed"
        );
        assert_eq!((reply.status, reply.json()), (400, refused(&words)), "{path}");
    }

    product.change_policy("acme", |policy| policy.access.formats = formats(&["wav"]));
    let reply = biometrid.speak(Enrol, &user, spoken);
    reply.is_outcome(&submitted(&reply.code(), "OK"));
    assert_eq!(azure.enrol(V2_0, TextDependent, &profile, HEART.passport(0)).status, 201);
}

#[test]
fn bare_samples_are_a_format_of_their_own() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let samples = STANDARD.encode(vec![0_u8; 32_000]);
    let body =
        json!({"content": samples, "encoding": "LINEAR16", "sampleRate": 16000, "speakerId": "nobody"});
    let text = |formats_taken: &[&str]| {
        product.change_policy("acme", |policy| policy.access.formats = formats(formats_taken));
        acme.ask(ENROLL, &body).json()["fault"]["fault_string"].as_str().unwrap().to_owned()
    };
    let not_allowed = "Error in enroll: Audio cannot be used: recordings of the format raw are not allowed";
    assert_eq!(text(&["wav", "flac"]), not_allowed);
    assert_eq!(text(&["raw"]), "Error in enroll: Insufficent speech content in audio");
}

#[test]
fn a_change_that_was_made_for_another_version_is_refused_and_what_was_before_stays_known() {
    let product = Product::start();
    let beside = product.beside(Default::default());
    product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    product.block_on(async {
        let seen = product.engine.tenant_for_operator("acme").await.unwrap();
        assert_eq!(seen.policy_version, 1);
        let before = seen.policy.clone();
        let changed = |codes| {
            let mut policy = before.clone();
            policy.dialogue.enrol_codes = codes;
            policy
        };
        assert_eq!(beside.engine.set_policy(&seen, changed(4), Some(1)).await.unwrap(), 2);
        // Nor with the version that it has now: the change was made, and permitted, for what was read.
        for expected in [Some(1), None, Some(2), Some(3)] {
            let late = product.engine.set_policy(&seen, changed(5), expected).await;
            assert!(matches!(late, Err(EngineError::PolicyChanged)), "{expected:?}");
        }
        let seen = product.engine.tenant_for_operator("acme").await.unwrap();
        assert_eq!(product.engine.set_policy(&seen, changed(5), Some(2)).await.unwrap(), 3);
        let impossible = product.engine.set_policy(&seen, changed(0), Some(3)).await;
        assert!(matches!(impossible, Err(EngineError::Policy(_))));
        let versions = product.engine.policy_versions(&seen).await.unwrap();
        let codes: Vec<_> =
            versions.iter().map(|version| (version.version, version.policy.dialogue.enrol_codes)).collect();
        assert_eq!(codes, [(3, 5), (2, 4), (1, Policy::default().dialogue.enrol_codes)]);
        let now = beside.engine.tenant_for_operator("acme").await.unwrap();
        assert_eq!((now.policy_version, now.policy.dialogue.enrol_codes), (3, 5));
    });
}

#[test]
fn a_changed_policy_holds_for_the_next_call_on_another_server() {
    let product = Product::start();
    let beside = product.beside(Default::default());
    let acme = product.application("acme");
    let user = acme.user("7");
    let elsewhere = Application::new(&beside.url, &acme.key, &acme.secret);
    for length in [6, 8] {
        product.change_policy("acme", |policy| policy.dialogue.code_length = length);
        assert_eq!(elsewhere.with_an_empty_jar().start(Enrol, &user).code().len(), usize::from(length));
    }
}

#[test]
fn a_recording_from_a_url_is_no_way_around_the_allowed_formats() {
    let product = Product::with(timbre_tests::reaching());
    let receiver = timbre_tests::Receiver::start();
    let acme = Developer::of(&product, "acme");
    let hosted = receiver.hosts("/call.wav", HEART.free(&[0]), true);
    let raw = receiver.hosts("/call.raw", vec![0; 32_000], true);
    product.change_policy("acme", |policy| policy.access.formats = formats(&["flac"]));
    for (body, format) in [
        (json!({"url": hosted}), "wav"),
        (json!({"url": raw, "encoding": "LINEAR16", "sampleRate": 16000}), "raw"),
    ] {
        let words = |operation: &str| {
            refused(&format!(
                "Error in {operation}: Audio cannot be used: recordings of the format {format} are not allowed"
            ))
        };
        let reply = acme.ask(DIARIZE, &body);
        assert_eq!((reply.status, reply.json()), (400, words("diarize")));
        acme.order(DIARIZE_LATER[0], &receiver.url("/hook"), &body);
        assert_eq!(receiver.next().json()["response"], words("diarize"), "it is lasting: told at once");
    }
    product.change_policy("acme", |policy| policy.access.formats = formats(&["wav"]));
    assert_eq!(acme.ask(DIARIZE, &json!({"url": hosted})).status, 200);
}
