//! A stolen cookie is of no use. That another tenant's users are like none: tests/isolation.rs.

use timbre_tests::{
    Person, Product,
    Purpose::{Enrol, Verify},
    VERIFIED, submitted,
};

#[test]
fn another_tenants_cookie_leads_to_none_of_its_dialogues() {
    let product = Product::start();
    let (acme, other) = (product.application("acme"), product.application("other"));
    let heart = Person::english("af_heart");
    let user = acme.enrolled("7", &heart);
    let newcomer = acme.user("8");
    let start = acme.start(Enrol, &newcomer);
    let thief = acme.in_the_hands_of(&other);
    thief.start(Enrol, &newcomer).is_fault(404, "USERID_NOT_EXISTS");
    thief.speak(Enrol, &newcomer, heart.says(&start.code())).is_fault(404, "USERID_NOT_EXISTS");
    let own = other.user("7");
    let theirs = thief.start(Enrol, &own);
    assert_ne!(theirs.text("dialogueId"), start.text("dialogueId"));
    // The dialogue is as it was.
    let reply = acme.speak(Enrol, &newcomer, heart.says(&start.code()));
    reply.is_outcome(&submitted(&reply.code(), "OK"));

    // The same person may be enrolled with both; neither enrolment is the other's.
    other.start(Verify, &own).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}
