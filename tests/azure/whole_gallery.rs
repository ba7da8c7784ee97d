//! Identification among all that a tenant has enrolled (`profileIds=*`, an extension).

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use timbre_domain::profile::ProfileKind;
use timbre_engine::{AuditFilter, Chain, Consent, GalleryConfig, PageAsked, PersonName};
use timbre_tests::{
    Product, Reply, Setup, Speaker, Subscriber, send,
    subscriber::{
        Base, Identification, V2_0, V2021, Verification, azure_error, identify_path, json, profile_path,
        recording,
    },
};

use super::training::{change_models, with_another_model};

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
const KIND: ProfileKind = ProfileKind::TextIndependentIdentification;

fn enrolled(acme: &Subscriber, base: Base, who: Speaker) -> String {
    let id = acme.profile(V2_0, base);
    assert_eq!(json(&acme.enrol(V2_0, base, &id, who.free(&[0, 1])))["enrollmentStatus"], "Enrolled");
    id
}

/// Who of all the recording is of.
fn named(acme: &Subscriber, who: Speaker) -> String {
    let reply = acme.identify(V2_0, "*", who.free(&[3]));
    assert_eq!(reply.status, 200, "{}", reply.body);
    json(&reply)["identifiedProfile"]["profileId"].as_str().unwrap().to_owned()
}

fn small(gallery: GalleryConfig) -> Setup {
    Setup { gallery, ..Setup::default() }
}

fn shipped() -> GalleryConfig {
    Setup::default().gallery
}

#[test]
fn all_together_are_answered_as_if_each_had_been_named() {
    let product = Product::start();
    let (acme, other) = (product.subscriber("acme"), product.subscriber("other"));
    assert_eq!(json(&acme.identify(V2_0, "*", HEART.free(&[3]))), nobody_of_none());
    let ids = [enrolled(&acme, Identification, HEART), enrolled(&acme, Identification, MICHAEL)];
    // Neither another tenant's, nor of another kind, nor not enrolled yet.
    enrolled(&other, Identification, HEART);
    enrolled(&acme, Verification, HEART);
    acme.profile(V2_0, Identification);
    for version in [V2_0, V2021] {
        let by_list = json(&acme.identify(version, &ids.join(","), HEART.free(&[3])));
        assert_eq!(json(&acme.identify(version, "*", HEART.free(&[3]))), by_list);
        assert_eq!(by_list["identifiedProfile"]["profileId"], ids[0].as_str());
    }
    assert_eq!(named(&other, MICHAEL), NOBODY);
}

fn nobody_of_none() -> Value {
    json!({"identifiedProfile": {"profileId": NOBODY, "score": 0.0}, "profilesRanking": []})
}

#[test]
fn it_costs_and_is_told_as_an_identification_of_those_who_were_named() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = enrolled(&acme, Identification, HEART);
    let events = || {
        product.block_on(async {
            let tenant = product.engine.tenant_for_operator("acme").await.unwrap().id;
            let filter =
                AuditFilter { action: Some("identification.decided".to_owned()), ..AuditFilter::default() };
            let page =
                product.engine.audit_page(Chain::Tenant(tenant), &filter, &PageAsked::first(100)).await;
            page.unwrap().items
        })
    };
    for candidates in [id.as_str(), "*"] {
        assert_eq!(acme.identify(V2_0, candidates, HEART.free(&[3])).status, 200);
    }
    let told = events();
    assert_eq!(told.len(), 2);
    assert!(told[0].detail.is_some() && told[0].detail == told[1].detail && told[0].person == told[1].person);
}

#[test]
fn what_changed_is_seen_by_the_next_identification_of_every_server() {
    let one = Product::start();
    let two = one.beside(Setup::default());
    let acme = one.subscriber("acme");
    let there = acme.at(&two.url);
    let both = |who| [named(&acme, who), named(&there, who)];
    let michael = enrolled(&acme, Identification, MICHAEL);
    assert_eq!(both(HEART), [NOBODY, NOBODY]);
    // Enrolled at the one, seen at the other.
    let heart = enrolled(&there, Identification, HEART);
    assert_eq!(both(HEART), [heart.as_str(), heart.as_str()]);
    // A further recording makes another voiceprint, and takes the place of the one before.
    acme.enrol(V2_0, Identification, &heart, HEART.free(&[2]));
    assert_eq!(both(HEART), [heart.as_str(), heart.as_str()]);
    let sizes = [&one, &two].map(|product| product.engine.galleries().size().1);
    assert_eq!(sizes, [2, 2]);
    // Reset, enrolled again with another's voice, and erased.
    let reset = acme.post(&profile_path(V2_0, Identification, &heart, "reset"));
    assert_eq!(send(reset).status, 204);
    assert_eq!(both(HEART), [NOBODY, NOBODY]);
    acme.enrol(V2_0, Identification, &heart, HEART.free(&[0, 1]));
    assert_eq!(both(HEART), [heart.as_str(), heart.as_str()]);
    assert_eq!(there.delete(&profile_path(V2_0, Identification, &heart, "")).status, 204);
    assert_eq!(both(HEART), [NOBODY, NOBODY]);
    assert_eq!(both(MICHAEL), [michael.as_str(), michael.as_str()]);
}

#[test]
fn whom_an_earlier_version_enrolls_is_found_by_the_next_identification() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    // As a version leaves it that numbers no change.
    let enrolled_by_another = |who| {
        let id = enrolled(&acme, Identification, who);
        let latest = "UPDATE profiles SET changed = 0 WHERE changed = (SELECT MAX(changed) FROM profiles)";
        assert_eq!(timbre_backends::run(product.folder(), latest), 1);
        id
    };
    let before_the_upgrade = enrolled_by_another(HEART);
    timbre_backends::run(product.folder(), "DELETE FROM gallery_heads");
    assert_eq!(named(&acme, HEART), before_the_upgrade);
    let during_it = enrolled_by_another(MICHAEL);
    assert_eq!(named(&acme, MICHAEL), during_it);
    // And numbered by housekeeping, though nobody asks.
    enrolled_by_another(HEART);
    product.block_on(product.engine.sweep()).unwrap();
    assert_eq!(
        timbre_backends::run(product.folder(), "UPDATE profiles SET changed = 0 WHERE changed = 0"),
        0
    );
}

#[test]
fn housekeeping_wipes_the_erased_though_nobody_identifies_any_more() {
    let one = Product::start();
    let two = one.beside(Setup::default());
    let acme = one.subscriber("acme");
    let id = enrolled(&acme, Identification, HEART);
    named(&acme, HEART);
    assert_eq!(one.engine.galleries().size().1, 1);
    assert_eq!(acme.at(&two.url).delete(&profile_path(V2_0, Identification, &id, "")).status, 204);
    one.block_on(one.engine.sweep()).unwrap();
    assert_eq!(one.engine.galleries().size().1, 0);
}

#[test]
fn who_withdrew_consent_is_no_candidate_until_it_is_given_again() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let heart = enrolled(&acme, Identification, HEART);
    let others: Vec<String> = (0..2).map(|_| enrolled(&acme, Identification, MICHAEL)).collect();
    let name = PersonName::Profile(heart.parse().unwrap());
    let ranked = || {
        let reply = json(&acme.identify(V2_0, "*", HEART.free(&[3])));
        let ids = reply["profilesRanking"].as_array().unwrap().iter();
        ids.map(|row| row["profileId"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!((ranked().len(), &ranked()[0]), (3, &heart));
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.withdraw_consent(&tenant, &name).await.unwrap();
    });
    assert_eq!(named(&acme, HEART), NOBODY);
    assert!(ranked().iter().all(|id| others.contains(id)) && ranked().len() == 2);
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let now = product.engine.now();
        let consent = Consent::new(&"7".repeat(64), now, "me", now).unwrap();
        product.engine.record_consent(&tenant, &name, consent).await.unwrap();
    });
    assert_eq!(named(&acme, HEART), heart);
}

#[test]
fn voices_of_models_that_are_no_longer_used_are_in_it_once_they_are_trained() {
    let product = with_another_model();
    let acme = product.subscriber("acme");
    let heart = enrolled(&acme, Identification, HEART);
    change_models(&product);
    assert_eq!(named(&acme, HEART), NOBODY);
    let deadline = Instant::now() + Duration::from_secs(120);
    while named(&acme, HEART) != heart {
        assert!(Instant::now() < deadline, "the profile is not trained");
        product.block_on(product.engine.sweep()).unwrap();
    }
}

#[test]
fn who_would_wait_too_long_is_told_when_to_come_back_while_the_voices_are_read_in() {
    let product = Product::with(small(GalleryConfig { wait_seconds: 0, ..shipped() }));
    let acme = product.subscriber("acme");
    let id = enrolled(&acme, Identification, HEART);
    let ask = || {
        let path = identify_path(V2_0, "profileIds=*");
        send(recording(acme.post(&path), HEART.free(&[3])))
    };
    let first = ask();
    assert_eq!((first.status, first.headers["retry-after"].to_str().unwrap()), (503, "1"));
    let deadline = Instant::now() + Duration::from_secs(60);
    let reply: Value = loop {
        let reply = ask();
        if reply.status == 200 {
            break reply.json();
        }
        assert!(reply.status == 503 && Instant::now() < deadline, "{}", reply.status);
    };
    assert_eq!(reply["identifiedProfile"]["profileId"], id.as_str());
}

#[test]
fn more_than_fit_are_refused_and_those_of_other_tenants_answered_all_the_same() {
    let two = small(GalleryConfig { max_voiceprints: 2, ..shipped() });
    let product = Product::with(two);
    let (acme, other) = (product.subscriber("acme"), product.subscriber("other"));
    let heart = enrolled(&acme, Identification, HEART);
    enrolled(&acme, Identification, MICHAEL);
    assert_eq!(named(&acme, HEART), heart);
    let third = enrolled(&acme, Identification, MICHAEL);
    let too_many = azure_error(
        "InvalidRequest",
        "There are more profiles than can be compared with at once. Name them.",
    );
    let refused = |reply: Reply| (reply.status, reply.body);
    assert_eq!(refused(acme.identify(V2_0, "*", HEART.free(&[3]))), (400, too_many.clone()));
    assert_eq!(refused(acme.identify(V2_0, "*", HEART.free(&[3]))), (400, too_many));
    assert_eq!(json(&acme.identify(V2_0, &heart, HEART.free(&[3])))["identifiedProfile"]["profileId"], heart);
    assert_eq!(named(&other, HEART), NOBODY);
    assert_eq!(acme.delete(&profile_path(V2_0, Identification, &third, "")).status, 204);
    assert_eq!(named(&acme, HEART), heart);
}

#[test]
fn of_galleries_that_do_not_fit_together_the_one_used_longest_ago_goes_and_comes_back() {
    // One takes 200 KiB, however few are in it.
    let product = Product::with(small(GalleryConfig { max_bytes: 500_000, ..shipped() }));
    let tenants = ["acme", "other", "third"].map(|name| product.subscriber(name));
    let ids = tenants.each_ref().map(|tenant| enrolled(tenant, Identification, HEART));
    for _ in 0..2 {
        for (tenant, id) in tenants.iter().zip(&ids) {
            assert_eq!(named(tenant, HEART), *id);
            let (bytes, voiceprints) = product.engine.galleries().size();
            assert!(
                bytes <= 500_000 && (1..=2).contains(&voiceprints),
                "{bytes} bytes, {voiceprints} voiceprints"
            );
        }
    }
    // Where not even one fits, it is said.
    let product = product.beside(small(GalleryConfig { max_bytes: 100_000, ..shipped() }));
    assert_eq!(tenants[0].at(&product.url).identify(V2_0, "*", HEART.free(&[3])).status, 400);
    assert_eq!(product.engine.galleries().size().1, 0);
}

#[test]
fn nothing_but_a_star_means_all() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = enrolled(&acme, Identification, HEART);
    for candidates in ["**", "*,*", &format!("{id},*"), "all", ""] {
        assert_eq!(acme.identify(V2_0, candidates, HEART.free(&[3])).status, 400, "{candidates}");
    }
    let found = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        let demands = timbre_api::azure::Edition::demands_of_imports(KIND);
        product.engine.identify_among_all(&tenant, KIND, HEART.free(&[3]), demands, 5).await.unwrap()
    });
    assert_eq!(found.profile.map(|found| found.to_string()), Some(id));
}
