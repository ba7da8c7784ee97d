//! What happens when time passes.

use timbre_api::SessionsIn;
use timbre_tests::{Person, Product, Purpose::Enrol, Setup, submitted};

const STARTED: &str = "DIALOGUE_STARTED_WITH_SUCCESS";

#[test]
fn a_code_past_its_time_is_replaced_and_not_counted() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let mut code = acme.start(Enrol, &user).code();
    // More often than a dialogue bears refusals.
    for _ in 0..4 {
        product.clock.pass(120);
        let late = acme.speak(Enrol, &user, heart.says(&code));
        late.is_outcome(&submitted(&late.code(), "CodeExpired"));
        assert_ne!(late.code(), code);
        code = late.code();
    }
    product.clock.pass(119);
    let in_time = acme.speak(Enrol, &user, heart.says(&code));
    in_time.is_outcome(&submitted(&in_time.code(), "OK"));
}

#[test]
fn a_dialogue_or_session_past_its_time_is_begun_again_by_the_next_call() {
    // In Redis a session's time is Redis' own.
    let mut setup = Setup::default();
    setup.http.sessions = SessionsIn::Database;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let first = acme.start(Enrol, &user);
    product.clock.pass(899);
    let late = acme.speak(Enrol, &user, heart.says(&first.code()));
    late.is_outcome(&submitted(&late.code(), "CodeExpired"));
    product.clock.pass(1);
    let second = acme.speak(Enrol, &user, heart.says(&late.code()));
    assert_eq!(second.message(), STARTED);
    assert_ne!(second.text("dialogueId"), first.text("dialogueId"));

    // Housekeeping ends what nobody goes on with, and forgets sessions that are over.
    product.clock.pass(3600);
    let swept = product.block_on(product.engine.sweep()).unwrap();
    assert_eq!((swept.dialogues, swept.sessions), (1, 1));
    let third = acme.speak(Enrol, &user, heart.says(&second.code()));
    assert_eq!(third.message(), STARTED);
    assert!(third.set_cookie().is_some());
}
