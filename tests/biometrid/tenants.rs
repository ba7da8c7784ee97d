//! One tenant knows nothing of another.

use timbre_tests::{
    Person, Product,
    Purpose::{Enrol, Verify},
    VERIFIED, submitted,
};

#[test]
fn a_tenant_reaches_neither_users_nor_dialogues_of_another() {
    let product = Product::start();
    let (acme, other) = (product.application("acme"), product.application("other"));
    let heart = Person::english("af_heart");
    let user = acme.enrolled("7", &heart);
    for purpose in [Enrol, Verify] {
        other.start(purpose, &user).is_fault(404, "USERID_NOT_EXISTS");
        other.speak(purpose, &user, heart.says("0653")).is_fault(404, "USERID_NOT_EXISTS");
    }

    // With a stolen cookie it is the same, and the dialogue is as it was.
    let newcomer = acme.user("8");
    let start = acme.start(Enrol, &newcomer);
    let thief = acme.in_the_hands_of(&other);
    thief.start(Enrol, &newcomer).is_fault(404, "USERID_NOT_EXISTS");
    thief.speak(Enrol, &newcomer, heart.says(&start.code())).is_fault(404, "USERID_NOT_EXISTS");
    let own = other.user("7");
    let theirs = thief.start(Enrol, &own);
    assert_ne!(theirs.text("dialogueId"), start.text("dialogueId"));
    let reply = acme.speak(Enrol, &newcomer, heart.says(&start.code()));
    reply.is_outcome(&submitted(&reply.code(), "OK"));

    // The same person may be enrolled with both; neither enrolment is the other's.
    other.start(Verify, &own).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}
