//! Voiceprints are built of every stored recording. After the models have changed they are all heard again, and until then
//! the profile says so.

use chrono::Utc;
use timbre_api::azure::Edition;
use timbre_domain::{embedding::ModelId, profile::ProfileKind};
use timbre_store::{Entry, ModelsChanged, TenantModels};
use timbre_tests::{
    Product, Setup, Speaker, Subscriber,
    subscriber::{TextDependent, V2_0, Verification, azure_error, field},
};

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

pub(super) fn with_another_model() -> Product {
    Product::with(Setup { models: Some(&[ModelId::ResNet34]), ..Setup::default() })
}

/// Has other models decide at once, with nobody's voiceprint made for them.
pub(super) fn change_models(product: &Product) {
    let store = product.store();
    product.block_on(async {
        let tenant = store.tenant_named("acme").await.unwrap().unwrap();
        let new = TenantModels { models: "campplus".to_owned(), ..tenant.models.clone() };
        let (seen, entry) = (&tenant.models, Entry::default());
        let done = store.change_models(tenant.id, seen, &new, None, entry, Utc::now()).await.unwrap();
        assert_eq!(done, ModelsChanged::Done);
    });
}

fn status(acme: &Subscriber, id: &str) -> String {
    field(&acme.show(V2_0, Verification, id), "enrollmentStatus")
}

/// Lets the server put things in order until the profile is trained.
fn trained(product: &Product, acme: &Subscriber, id: &str) {
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(120);
    while std::time::Instant::now() < deadline {
        if status(acme, id) == "Enrolled" {
            return;
        }
        product.block_on(product.engine.sweep()).unwrap();
    }
    panic!("the profile is still {}", status(acme, id));
}

#[test]
fn a_profile_of_other_models_trains_when_it_is_asked_for_and_answers_as_before_then() {
    let product = with_another_model();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    acme.enrol(V2_0, Verification, &id, HEART.free(&[0, 1]));
    assert_eq!(status(&acme, &id), "Enrolled");

    change_models(&product);
    let refused = acme.verify(V2_0, Verification, &id, HEART.free(&[3]));
    assert_eq!(
        (refused.status, refused.body),
        (400, azure_error("InvalidRequest", "Profile is not enrolled."))
    );
    trained(&product, &acme, &id);
    let verify =
        |who: Speaker| field(&acme.verify(V2_0, Verification, &id, who.free(&[3])), "recognitionResult");
    assert_eq!((verify(HEART), verify(MICHAEL)), ("Accept".to_owned(), "Reject".to_owned()));
    // Counts and lengths are of the recordings, not of the models.
    assert_eq!(field(&acme.show(V2_0, Verification, &id), "enrollmentsCount"), "1");
}

#[test]
fn a_recording_added_to_a_profile_of_other_models_is_answered_with_training() {
    let product = with_another_model();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    acme.enrol(V2_0, Verification, &id, HEART.free(&[0, 1]));
    change_models(&product);
    let added = acme.enrol(V2_0, Verification, &id, HEART.free(&[2]));
    assert_eq!((added.status, field(&added, "enrollmentStatus")), (201, "Training".to_owned()));
    trained(&product, &acme, &id);
    assert_eq!(field(&acme.show(V2_0, Verification, &id), "enrollmentsCount"), "2");
}

#[test]
fn the_voiceprint_is_built_of_all_recordings_and_not_of_the_last() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    // As the engine has it, as log-odds: a reply's is rounded, and scores crowd at both ends.
    let score = |id: &str, who: Speaker| {
        let (kind, id) = (ProfileKind::TextDependentVerification, id.parse().unwrap());
        product.block_on(async {
            let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
            let profile = product.engine.profile(&tenant, kind, id).await.unwrap();
            let demands = Edition::demands_of_imports(kind);
            let verified =
                product.engine.verify_profile(&tenant, &profile, who.passport(3), demands).await.unwrap();
            (verified.score / (1.0 - verified.score)).ln()
        })
    };
    let enrolled = |takes: &[usize]| {
        let id = acme.profile(V2_0, TextDependent);
        for take in takes {
            assert_eq!(acme.enrol(V2_0, TextDependent, &id, HEART.passport(*take)).status, 201);
        }
        id
    };
    // The order in which recordings come does not matter, which one of them there is does.
    let (forwards, backwards) = (enrolled(&[0, 1, 2]), enrolled(&[2, 1, 0]));
    assert!((score(&forwards, HEART) - score(&backwards, HEART)).abs() < 0.01);
    assert!((score(&forwards, HEART) - score(&enrolled(&[2, 2, 2]), HEART)).abs() > 0.1);
    assert!(score(&forwards, HEART) > score(&forwards, MICHAEL));
}
