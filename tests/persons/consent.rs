//! Consent: what the policy asks for, what is told with a call, and what a withdrawal does.

use serde_json::json;
use timbre_domain::dialogue::Purpose::{Adapt, Enrol, Verify};
use timbre_engine::{Consent, EngineError, PersonName};
use timbre_tests::{
    Person, Product, VERIFIED,
    developer::{ENROLL, IDENTIFY, content, params_invalid, refused, with},
    form, send,
    subscriber::{Identification, V2_0, azure_error, profiles},
};

use super::{Applications, HEART, issued, person, tenant};

const HEADER: &str = "x-timbre-consent";
const NO_CONSENT: &str = "Consent of the profile's owner is missing.";

fn header() -> String {
    format!("sha256={}; at=2026-01-01T10:00:00Z; signer=form 7", "ab".repeat(32))
}

fn agreed() -> Consent {
    Consent::parse(&header(), chrono::Utc::now()).unwrap()
}

fn asking() -> (Product, Applications) {
    let product = Product::start();
    let apps = Applications::of(&product, &issued(&product, "acme"));
    product.change_policy("acme", |policy| policy.consent.required = true);
    (product, apps)
}

#[test]
fn where_the_policy_asks_for_consent_nobody_is_enrolled_without_in_any_contract() {
    let (product, apps) = asking();
    let user = apps.biometrid.user("7");
    apps.biometrid.start(Enrol, &user).is_fault(403, "USER_CONSENT_MISSING");
    let profile = apps.azure.profile(V2_0, Identification);
    let reply = apps.azure.enrol(V2_0, Identification, &profile, HEART.free(&[0, 1]));
    assert_eq!((reply.status, reply.body), (403, azure_error("InvalidRequest", NO_CONSENT)));
    let reply = apps.deepaffects.enroll("heart", &HEART.free(&[0, 1]));
    let text = "Error in enroll: Consent of the speaker is missing";
    assert_eq!((reply.status, reply.json()), (400, refused(text)));
    assert_eq!(objects(&product), 0, "no sample was taken");
}

#[test]
fn consent_that_comes_with_the_call_that_makes_the_person_known_is_recorded_with_it() {
    let (product, apps) = asking();
    let request = form(apps.biometrid.post("/api/1.0/users"), &[("reference_id", "7")]);
    let user = send(request.header(HEADER, header())).text("id");
    apps.biometrid.start(Enrol, &user).code();
    let create = apps.azure.post(&profiles(V2_0, Identification)).header("content-type", "application/json");
    let reply = send(create.header(HEADER, header()).body(r#"{"locale":"en-us"}"#));
    let profile = timbre_tests::subscriber::field(&reply, "profileId");
    assert_eq!(apps.azure.enrol(V2_0, Identification, &profile, HEART.free(&[0, 1])).status, 201);
    let body = with(content(&HEART.free(&[0, 1])), "speakerId", "heart");
    let request = apps.deepaffects.request(reqwest::Method::POST, ENROLL, &[]).json(&body);
    assert_eq!(send(request.header(HEADER, header())).status, 200);
    let acme = tenant(&product, "acme");
    for (kind, name) in [("person", user.as_str()), ("profile", &profile), ("speaker", "heart")] {
        let name = PersonName::parse(kind, name).unwrap();
        let records = product.block_on(product.engine.consents(&acme, &name)).unwrap();
        assert_eq!((records.len(), records[0].signer.as_str()), (1, "form 7"), "{kind}");
    }
}

#[test]
fn a_malformed_header_is_told_of_in_each_contracts_words_and_nothing_is_done() {
    let (product, apps) = asking();
    let wrong = "sha256=ab; at=now";
    let request = form(apps.biometrid.post("/api/1.0/users"), &[("reference_id", "7")]);
    send(request.header(HEADER, wrong)).is_fault(400, "INVALID_PARAMETERS");
    let create = apps.azure.post(&profiles(V2_0, Identification)).header("content-type", "application/json");
    let reply = send(create.header(HEADER, wrong).body(r#"{"locale":"en-us"}"#));
    let text = "Invalid x-timbre-consent header value.";
    assert_eq!((reply.status, reply.body), (400, azure_error("InvalidArgument", text)));
    let body = with(content(&HEART.free(&[0])), "speakerId", "heart");
    let request = apps.deepaffects.request(reqwest::Method::POST, ENROLL, &[]).json(&body);
    let reply = send(request.header(HEADER, wrong));
    let text = "Error in enroll: x-timbre-consent is malformed";
    assert_eq!((reply.status, reply.json()), (400, params_invalid(text)));
    let acme = tenant(&product, "acme");
    for name in [PersonName::Reference("7".into()), PersonName::Speaker("heart".into())] {
        assert_eq!(product.block_on(product.engine.find_person(&acme, &name)).unwrap(), None);
    }
}

#[test]
fn a_withdrawal_refuses_all_use_of_the_voice_until_consent_is_given_again() {
    let product = Product::start();
    let apps = Applications::of(&product, &issued(&product, "acme"));
    let heart = Person::english("af_heart");
    let user = apps.biometrid.enrolled("7", &heart);
    apps.deepaffects.enrolled("heart", &HEART.free(&[0, 1]));
    let acme = tenant(&product, "acme");
    let names = [PersonName::Reference("7".to_owned()), PersonName::Speaker("heart".to_owned())];
    for name in &names {
        product.block_on(product.engine.record_consent(&acme, name, agreed())).unwrap();
        assert_eq!(product.block_on(product.engine.withdraw_consent(&acme, name)).unwrap(), 1);
        assert_eq!(product.block_on(product.engine.withdraw_consent(&acme, name)).unwrap(), 0);
    }
    for purpose in [Verify, Adapt] {
        apps.biometrid.start(purpose, &user).is_fault(403, "USER_CONSENT_MISSING");
    }
    let speech = with(content(&HEART.free(&[2])), "speakerIds", json!(["heart"]));
    assert_eq!(apps.deepaffects.ask(IDENTIFY, &speech).status, 400);
    for name in &names {
        product.block_on(product.engine.record_consent(&acme, name, agreed())).unwrap();
    }
    apps.biometrid.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    assert_eq!(apps.deepaffects.ask(IDENTIFY, &speech).status, 200);
}

#[test]
fn what_is_recorded_under_a_name_counts_for_the_person_who_comes_by_it_and_for_no_other_tenants() {
    let (product, apps) = asking();
    let other = Applications::of(&product, &issued(&product, "other"));
    product.change_policy("other", |policy| policy.consent.required = true);
    let (acme, name) = (tenant(&product, "acme"), PersonName::Reference("7".to_owned()));
    product.block_on(product.engine.record_consent(&acme, &name, agreed())).unwrap();
    let (ours, theirs) = (apps.biometrid.user("7"), other.biometrid.user("7"));
    apps.biometrid.start(Enrol, &ours).code();
    other.biometrid.start(Enrol, &theirs).is_fault(403, "USER_CONSENT_MISSING");
    let stranger = PersonName::Person(person(&product, &tenant(&product, "other"), "reference", "7"));
    let refused = product.block_on(product.engine.record_consent(&acme, &stranger, agreed()));
    assert!(matches!(refused, Err(EngineError::UnknownSubject)));
}

fn objects(product: &Product) -> usize {
    product.files().iter().filter(|(path, _)| path.iter().any(|part| part == "objects")).count()
}
