//! Recordings of other formats: only for a tenant whose policy allows them.

use timbre_tests::{
    Product, send,
    subscriber::{TextDependent, V2_0, field, profile_path},
};

#[test]
fn a_tenant_may_allow_any_readable_format() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, TextDependent);
    let ogg = std::fs::read(timbre_tests::phrases().join("af_heart/2_0.ogg")).unwrap();
    let send_ogg = || {
        let request = acme.post(&profile_path(V2_0, TextDependent, &id, "enrollments"));
        send(request.header("content-type", "audio/ogg").body(ogg.clone()))
    };
    assert_eq!(send_ogg().status, 415);
    product.change_policy("acme", |policy| policy.profiles.any_format = true);
    let taken = send_ogg();
    assert_eq!(
        (taken.status, field(&taken, "passPhrase").as_str()),
        (201, "my voice is my passport verify me")
    );
}

#[test]
fn what_is_larger_than_5_mb_and_no_wav_is_too_large() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, TextDependent);
    let request = acme.post(&profile_path(V2_0, TextDependent, &id, "enrollments"));
    let reply = send(request.header("content-type", "audio/wav").body(vec![7_u8; 6_000_000]));
    assert_eq!(reply.status, 413);
}
