//! What enrolment asks for beside the documented limits.

use timbre_tests::{
    Product, Speaker, send, sound,
    subscriber::{
        TextDependent, V2_0, V2021, Verification, azure_error, field, profile_path, recording, with,
    },
};
use timbre_voices::wav;

const HEART: Speaker = Speaker("af_heart");

#[test]
fn in_2021_the_first_recording_must_begin_with_the_activation_phrase() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2021, Verification);
    let shown = || {
        let shown = acme.show(V2021, Verification, &id);
        (field(&shown, "profileStatus"), field(&shown, "enrollmentsCount"))
    };
    let refused = acme.enrol(V2021, Verification, &id, HEART.free(&[0]));
    let told =
        azure_error("InvalidRequest", "Invalid activation phrase. The first enrollment must begin with it.");
    assert_eq!((refused.status, refused.body), (400, told));
    assert_eq!(shown(), ("Inactive".to_owned(), "0".to_owned()));
    assert_eq!(acme.enrol(V2021, Verification, &id, HEART.says("activation_0")).status, 201);
    assert_eq!(shown(), ("Active".to_owned(), "1".to_owned()));
    // From then on anything may be said.
    assert_eq!(acme.enrol(V2021, Verification, &id, HEART.free(&[0])).status, 201);
}

#[test]
fn a_profile_made_for_one_version_goes_on_in_the_other() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    assert_eq!(acme.enrol(V2_0, Verification, &id, HEART.free(&[0, 1])).status, 201);
    let shown = acme.show(V2021, Verification, &id);
    assert_eq!(
        (field(&shown, "profileStatus"), field(&shown, "enrollmentStatus")),
        ("Active".into(), "Enrolled".into())
    );
    let verified = acme.verify(V2021, Verification, &id, HEART.free(&[3]));
    assert_eq!(field(&verified, "recognitionResult"), "Accept");
}

#[test]
fn silence_and_noise_are_refused_for_what_they_are_and_change_nothing() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let dependent = acme.profile(V2_0, TextDependent);
    let free = acme.profile(V2_0, Verification);
    for (base, id) in [(TextDependent, &dependent), (Verification, &free)] {
        for samples in [sound::silence(3.0), sound::noise(3.0, 0.1)] {
            let reply = acme.enrol_any(V2_0, base, id, wav(&samples));
            assert_eq!(
                (reply.status, reply.body),
                (400, azure_error("InvalidRequest", "Audio has no speech."))
            );
        }
        assert_eq!(field(&acme.show(V2_0, base, id), "enrollmentsCount"), "0");
    }
}

#[test]
fn too_little_speech_is_refused_and_never_judged() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, Verification);
    acme.enrol(V2_0, Verification, &id, HEART.free(&[0, 1]));
    let reply = acme.verify(V2_0, Verification, &id, HEART.says("2_0"));
    let told = "Audio has too little speech. Minimum length of speech is 4 seconds.";
    assert_eq!((reply.status, reply.body), (400, azure_error("InvalidRequest", told)));
    let silence = with(&profile_path(V2_0, Verification, &id, "verify"), "ignoreMinLength=true");
    let reply = send(recording(acme.post(&silence), wav(&sound::silence(3.0))));
    assert_eq!((reply.status, reply.body), (400, azure_error("InvalidRequest", "Audio has no speech.")));
}

#[test]
fn a_reset_profile_forgets_its_voice_and_its_phrase() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, TextDependent);
    for take in 0..3 {
        acme.enrol(V2_0, TextDependent, &id, HEART.passport(take));
    }
    assert_eq!(send(acme.post(&profile_path(V2_0, TextDependent, &id, "reset"))).status, 204);
    assert_eq!(acme.verify(V2_0, TextDependent, &id, HEART.passport(3)).status, 400);
    let another = acme.enrol(V2_0, TextDependent, &id, HEART.says("0_0"));
    assert_eq!(field(&another, "passPhrase"), "i am going to make him an offer he cannot refuse");
    // Nothing of the first recordings is left in the vault.
    let objects =
        product.files().into_iter().filter(|(path, _)| path.components().any(|c| c.as_os_str() == "objects"));
    assert_eq!(objects.count(), 1);
    acme.delete(&profile_path(V2_0, TextDependent, &id, ""));
    let objects =
        product.files().into_iter().filter(|(path, _)| path.components().any(|c| c.as_os_str() == "objects"));
    assert_eq!(objects.count(), 0);
}

#[test]
fn a_phrase_with_more_before_or_behind_it_is_no_phrase() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, TextDependent);
    for take in 0..3 {
        assert_eq!(acme.enrol(V2_0, TextDependent, &id, HEART.passport(take)).status, 201);
    }
    let (phrase, other) = (HEART.samples("2_3"), HEART.samples("other_0"));
    for said in [[phrase.as_slice(), &other], [other.as_slice(), &phrase], [phrase.as_slice(), &phrase]] {
        let said = wav(&said.concat());
        let verified = acme.verify(V2_0, TextDependent, &id, said.clone());
        assert_eq!(field(&verified, "recognitionResult"), "Reject", "{}", verified.body);
        let enrolled = acme.enrol(V2_0, TextDependent, &id, said);
        assert_eq!(
            (enrolled.status, enrolled.body),
            (400, azure_error("InvalidRequest", "Invalid passphrase."))
        );
    }
}

#[test]
fn another_persons_phrase_with_words_of_the_owners_is_not_accepted() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let michael = Speaker("am_michael");
    let id = acme.profile(V2_0, TextDependent);
    for take in 0..3 {
        assert_eq!(acme.enrol(V2_0, TextDependent, &id, HEART.passport(take)).status, 201);
    }
    for other in 0..6 {
        let (phrase, words) = (michael.samples("2_0"), HEART.samples(&format!("other_{other}")));
        for said in [[phrase.as_slice(), &words], [words.as_slice(), &phrase]] {
            let reply = acme.verify(V2_0, TextDependent, &id, wav(&said.concat()));
            assert!(!reply.body.contains("Accept"), "other_{other}: {}", reply.body);
        }
    }
}
