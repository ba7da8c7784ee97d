//! Azure's pages.

use chrono::{DateTime, TimeDelta};
use reqwest::Method;
use timbre_api::{Http, openapi::documents};
use timbre_store::Claim;
use timbre_tests::{
    Product, Setup, Speaker, send, sound,
    subscriber::{
        Identification, TextDependent, V2_0, V2021, Verification, field, profile_path, profiles, with,
    },
};
use timbre_voices::wav;
use uuid::Uuid;

use super::Replay;

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

#[test]
fn the_page_create_enrollment_is_answered_field_by_field() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let mut page = Replay::of(include_str!("azure-create-enrollment.json"));
    let id = acme.profile(V2_0, TextDependent);
    let path = profile_path(V2_0, TextDependent, &id, "enrollments");
    page.answer("201", &acme.enrol(V2_0, TextDependent, &id, HEART.passport(0)));
    let said = HEART.samples("2_0");
    let noisy = sound::mixed(&said, &sound::noise(12.0, 4.0 * sound::level(&said)));
    page.answer("400 Audio is too noisy.", &acme.enrol(V2_0, TextDependent, &id, wav(&noisy)));
    let unauthorized = "401 Request is not authorized. Make sure subscription key is included and valid.";
    page.answer(unauthorized, &send(acme.bare(Method::POST, &path)));
    let nobody = "49a36324-fc4b-4387-aa06-090cfbf0064f";
    let missing = acme.enrol(V2_0, TextDependent, nobody, HEART.passport(0));
    page.answer("404 Requested profile doesn't exist", &missing);
    let typed = acme.post(&path).header("content-type", "audio/mpeg").body(wav(&said));
    let only = "415 Unsupported media type. Only 'audio/wav; codecs=audio/pcm' is accepted.";
    page.answer(only, &send(typed));

    // Another request has the profile, at another server.
    let tenant = product.block_on(product.engine.tenant_for_operator("acme")).unwrap().id;
    let (store, profile) = (product.store(), id.parse().unwrap());
    let now = DateTime::from_timestamp(product.clock.seconds(), 0).unwrap();
    let claim = Claim { holder: Uuid::from_u128(1), until: now + TimeDelta::minutes(1) };
    assert!(product.block_on(store.claim_profile(tenant, profile, claim, now)).unwrap());
    let another = || acme.enrol(V2_0, TextDependent, &id, HEART.passport(1));
    page.answer("409 Sending concurrent requests on same profile is not allowed.", &another());
    product.block_on(store.release_profile(tenant, profile, claim.holder)).unwrap();
    assert_eq!(another().status, 201);

    let free = acme.profile(V2_0, Verification);
    let long: Vec<f32> = HEART.samples("free_0").into_iter().chain(sound::silence(119.0)).collect();
    let enrol = || acme.enrol(V2_0, Verification, &free, wav(&long[..119 * 16_000]));
    assert_eq!([enrol().status, enrol().status], [201, 201]);
    let full = "403 Maximum allowed length across all profile enrollments is 300 seconds.";
    page.answer_elsewhere(full, &enrol());

    let setup = Setup::default();
    let full = product.beside(Setup { http: Http { max_uploads: 0, ..setup.http.clone() }, ..setup });
    let busy = acme.at(&full.url).enrol(V2_0, TextDependent, &id, HEART.passport(0));
    page.answer("429 Rate limit is exceeded.", &busy);
    page.end();
}

#[test]
fn the_page_create_enrollment_has_the_internal_error_of_the_document() {
    let documents = documents();
    let (_, azure) = documents.iter().find(|(name, _)| *name == "azure").unwrap();
    let internal = &azure["components"]["responses"]["Status500"]["content"]["application/json"]["examples"];
    let page = Replay::of(include_str!("azure-create-enrollment.json")).page;
    let sample = page.samples.iter().find(|sample| sample.name.starts_with("500 ")).unwrap();
    assert_eq!(internal["Internal"]["value"], sample.body);
}

#[test]
fn the_other_pages_of_azure_are_answered_field_by_field() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let mut page = Replay::of(include_str!("azure-other-pages.json"));
    let create = |version, base| acme.create(version, base, r#"{"locale":"en-us"}"#);
    page.answer("profile, v2.0", &create(V2_0, TextDependent));
    page.answer("profile, 2021-09-05", &create(V2021, TextDependent));
    let free = create(V2_0, Verification);
    page.answer("text independent profile, v2.0", &free);
    page.answer("text independent profile, 2021-09-05", &create(V2021, Verification));
    page.answer("list, v2.0", &acme.get(&with(&profiles(V2_0, TextDependent), "$top=1")));
    page.answer("list, 2021-09-05", &acme.get(&with(&profiles(V2021, TextDependent), "maxpagesize=1")));

    let id = field(&free, "profileId");
    page.answer("400 Profile is not enrolled.", &acme.verify(V2_0, Verification, &id, HEART.free(&[3])));
    let first = acme.enrol(V2_0, Verification, &id, HEART.free(&[0]));
    page.answer("text independent enrollment, v2.0", &first);
    acme.enrol(V2_0, Verification, &id, HEART.free(&[1]));
    page.answer("verified", &acme.verify(V2_0, Verification, &id, HEART.free(&[3])));
    let [heart, michael] = [HEART, MICHAEL].map(|who| {
        let id = acme.profile(V2_0, Identification);
        acme.enrol(V2_0, Identification, &id, who.free(&[0, 1]));
        id
    });
    page.answer("identified", &acme.identify(V2_0, &format!("{heart},{michael}"), HEART.free(&[3])));

    let phrases = |version, base| {
        let path = profiles(version, base).replace("/profiles", "/phrases/en-us");
        acme.get(&path)
    };
    page.answer("phrases, v2.0", &phrases(V2_0, TextDependent));
    page.answer("phrases, 2021-09-05", &phrases(V2021, TextDependent));
    page.answer("activation phrases", &phrases(V2021, Verification));
    page.end();
}
