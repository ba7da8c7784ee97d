//! What a profile, and a page of them, is good for. That another tenant's are like none: tests/isolation.rs.

use timbre_tests::{
    Product, Speaker,
    subscriber::{
        Base, Identification, TextDependent, V2_0, Verification, field, profile_path, profiles, with,
    },
};

const HEART: Speaker = Speaker("af_heart");

#[test]
fn a_profile_of_one_kind_is_unknown_to_the_others() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    for base in Base::ALL {
        let id = acme.profile(V2_0, base);
        for other in Base::ALL.into_iter().filter(|other| *other != base) {
            assert_eq!(acme.show(V2_0, other, &id).status, 404);
            assert_eq!(acme.delete(&profile_path(V2_0, other, &id, "")).status, 204);
        }
        assert_eq!(acme.show(V2_0, base, &id).status, 200);
    }
}

#[test]
fn a_page_token_is_good_for_its_tenant_and_kind_only() {
    let product = Product::start();
    let (acme, other) = (product.subscriber("acme"), product.subscriber("other"));
    for _ in 0..2 {
        acme.profile(V2_0, Verification);
    }
    let first = acme.get(&with(&profiles(V2_0, Verification), "$top=1"));
    let token = field(&first, "@nextLink").split_once("$continuationToken=").unwrap().1.to_owned();
    let ask = |who: &timbre_tests::Subscriber, base| {
        who.get(&with(&profiles(V2_0, base), &format!("$continuationToken={token}"))).status
    };
    assert_eq!(ask(&acme, Verification), 200);
    assert_eq!(ask(&acme, Identification), 400);
    assert_eq!(ask(&acme, TextDependent), 400);
    assert_eq!(ask(&other, Verification), 400);
}

#[test]
fn no_reply_holds_a_voiceprint_and_no_file_holds_a_recording_in_the_clear() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    let wav = HEART.free(&[0, 1]);
    let enrolled = acme.enrol(V2_0, Verification, &id, wav.clone());
    let shown = acme.show(V2_0, Verification, &id);
    for reply in [enrolled, shown] {
        assert!(reply.body.len() < 500 && !reply.body.contains('['), "{}", reply.body);
    }
    let piece = &wav[100_000..100_064];
    assert!(product.files().iter().all(|(_, bytes)| !timbre_tests::contains(bytes, piece)));
}
