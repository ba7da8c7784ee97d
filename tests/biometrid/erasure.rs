//! `DELETE /users/{user}` and `DELETE /users/{user}/voice/delete`.

use reqwest::Method;
use serde_json::json;
use timbre_tests::{
    Person, Product,
    Purpose::{Enrol, Verify},
    VERIFIED, contains, said, send,
};

#[test]
fn a_deleted_user_leaves_nothing_behind() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let reference = "somebody who wants to be forgotten";
    let empty = objects(&product);
    let user = acme.enrolled(reference, &heart);
    acme.start(Verify, &user);
    assert!(objects(&product) > empty, "the recordings of an enrolment are kept");
    let path = format!("/api/1.0/users/{user}");
    acme.delete(&path).is_outcome(&said("USER_REMOVED_WITH_SUCCESS"));
    assert_eq!(objects(&product), empty);
    acme.delete(&path).is_fault(404, "USERID_NOT_EXISTS");
    acme.start(Verify, &user).is_fault(404, "USERID_NOT_EXISTS");
    acme.attempt(Verify, &user, Some(heart.says("0653192847"))).is_fault(404, "USERID_NOT_EXISTS");
    // The reference is free again, and leads to somebody new.
    assert_ne!(acme.user(reference), user);
}

#[test]
fn the_recordings_of_an_enrolment_that_was_left_go_with_the_user() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let empty = objects(&product);
    let user = acme.user("7");
    let mut code = acme.start(Enrol, &user).code();
    for _ in 0..2 {
        code = acme.speak(Enrol, &user, heart.says(&code)).code();
    }
    acme.get(&format!("/api/1.0/users/{user}/restart-state"));
    assert!(objects(&product) > empty);
    acme.delete(&format!("/api/1.0/users/{user}")).is_outcome(&said("USER_REMOVED_WITH_SUCCESS"));
    assert_eq!(objects(&product), empty);
}

#[test]
fn what_is_deleted_is_overwritten_in_the_database_and_its_journal() {
    let product = Product::start();
    let acme = product.application("acme");
    let reference = "somebody who wants to be forgotten";
    let user = acme.user(reference);
    acme.start(Enrol, &user);
    assert!(contains(&product.database(), reference.as_bytes()), "the search finds what is there");
    assert!(contains(&product.database(), user.as_bytes()), "the search finds what is there");
    acme.delete(&format!("/api/1.1/users/{user}")).is_outcome(&said("USER_REMOVED_WITH_SUCCESS"));
    assert!(!contains(&product.database(), reference.as_bytes()));
    assert!(!contains(&product.database(), user.as_bytes()));
}

#[test]
fn a_voice_is_deleted_for_each_language_and_can_be_enrolled_again() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let empty = objects(&product);
    let user = acme.enrolled("7", &heart);
    let path = format!("/api/1.0/users/{user}/voice/delete");
    send(acme.request(Method::DELETE, &path).json(&json!({ "language": "pt" })))
        .is_fault(400, "ENROLL_USER_VOICE_FIRST");
    send(acme.request(Method::DELETE, &path).json(&json!({ "language": "xx" })))
        .is_fault(400, "LANGUAGE_NOT_AVAILABLE");
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    acme.delete(&path).is_outcome(&said("USER_VOICE_CREDENTIALS_DELETED"));
    acme.delete(&path).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    assert_eq!(objects(&product), empty);
    acme.start(Verify, &user).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    assert_eq!(acme.converse(Enrol, &user, &heart).body, timbre_tests::ENROLLED);
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}

/// How many sealed objects there are in the vault.
fn objects(product: &Product) -> usize {
    product.files().iter().filter(|(path, _)| path.iter().any(|part| part == "objects")).count()
}
