//! The cookie `biometrid.sid`, and which dialogue it leads to.

use actix_web::cookie::{Cookie, CookieJar, Key};
use timbre_tests::{
    Person, Product,
    Purpose::{Enrol, Verify},
    Setup, VERIFIED, contains, sound, submitted,
};
use timbre_voices::wav;

const STARTED: &str = "DIALOGUE_STARTED_WITH_SUCCESS";

#[test]
fn the_cookie_is_set_once_and_out_of_reach_of_scripts_and_the_database_holds_only_its_hash() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("a reference to be found");
    let start = acme.start(Enrol, &user);
    let cookie = Cookie::parse_encoded(start.set_cookie().unwrap().to_owned()).unwrap();
    assert_eq!((cookie.name(), cookie.path(), cookie.http_only()), ("biometrid.sid", Some("/"), Some(true)));
    assert_eq!((cookie.secure(), cookie.max_age().unwrap().whole_seconds()), (None, 3600));

    // The value is sealed; inside there is the key that the session is found by.
    let mut jar = CookieJar::new();
    jar.add_original(cookie.clone());
    let opened = jar.private(&Key::from(&product.session_key)).get("biometrid.sid").unwrap();
    let (_, key) = opened.value().split_once('=').unwrap_or(("", opened.value()));
    assert!(key.len() >= 32, "{key}");
    let database = product.database();
    assert!(contains(&database, b"a reference to be found"), "the search finds what is there");
    assert!(!contains(&database, cookie.value().as_bytes()));
    assert!(!contains(&database, key.as_bytes()));
    assert!(!contains(cookie.value().as_bytes(), key.as_bytes()));
}

#[test]
fn behind_tls_the_cookie_is_for_https_only() {
    let mut setup = Setup::default();
    setup.http.cookie_secure = true;
    let product = Product::with(setup);
    let acme = product.application("acme");
    let start = acme.start(Enrol, &acme.user("7"));
    assert_eq!(Cookie::parse(start.set_cookie().unwrap()).unwrap().secure(), Some(true));
}

#[test]
fn a_call_without_the_cookie_starts_anew_and_puts_the_old_dialogue_aside() {
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let first = acme.start(Enrol, &user);
    let device = acme.with_an_empty_jar();
    let second = device.speak(Enrol, &user, heart.says(&first.code()));
    assert_eq!(second.message(), STARTED, "a file on a first call is not used");
    assert_ne!(second.text("dialogueId"), first.text("dialogueId"));

    // The old cookie leads to a dialogue that is over: its call is a first call again.
    let third = acme.speak(Enrol, &user, heart.says(&first.code()));
    assert_eq!(third.message(), STARTED);
    assert_eq!(device.speak(Enrol, &user, heart.says(&second.code())).message(), STARTED);

    for foreign in ["biometrid.sid=forged", "biometrid.sid=", "biometrid.sid=%00%ff", "other=1"] {
        let device = acme.with_an_empty_jar();
        device.takes_cookie(foreign);
        let reply = device.speak(Enrol, &user, heart.says("0653"));
        assert_eq!((reply.status, reply.message().as_str()), (200, STARTED), "{foreign}");
        assert!(reply.set_cookie().is_some());
    }
}

#[test]
fn one_jar_serves_several_users_and_purposes_and_mixes_none_of_them_up() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, lewis) = (Person::english("af_heart"), Person::english("bm_lewis"));
    let (one, two) = (acme.user("1"), acme.user("2"));
    let (for_one, for_two) = (acme.start(Enrol, &one), acme.start(Enrol, &two));
    let two_said = acme.speak(Enrol, &two, lewis.says(&for_two.code()));
    two_said.is_outcome(&submitted(&two_said.code(), "OK"));
    let one_said = acme.speak(Enrol, &one, heart.says(&for_one.code()));
    one_said.is_outcome(&submitted(&one_said.code(), "OK"));

    // A verification's session is no enrolment's: the call starts a dialogue of its own.
    let three = acme.enrolled("3", &heart);
    let verify = acme.start(Verify, &three);
    let enrol = acme.start_in("pt", Enrol, &three);
    assert_eq!(enrol.message(), STARTED);
    assert_ne!(enrol.text("dialogueId"), verify.text("dialogueId"));
    assert_eq!(acme.converse(Verify, &three, &heart).body, VERIFIED);

    // ... and all of that did not disturb the others.
    let goes_on = acme.speak(Enrol, &two, wav(&sound::silence(1.0)));
    goes_on.is_outcome(&submitted(&goes_on.code(), "NoSpeech"));
}

#[test]
fn a_jar_that_is_used_for_ever_more_users_does_not_grow_for_ever() {
    let product = Product::start();
    let acme = product.application("acme");
    let users: Vec<_> = (0..70).map(|n| acme.user(&n.to_string())).collect();
    for user in &users {
        assert_eq!(acme.start(Enrol, user).message(), STARTED);
    }
    // The latest are held, the first is not: its call starts a dialogue again.
    acme.start(Enrol, &users[69]).is_fault(400, "NO_FILE_OR_INVALID_FORMAT");
    assert_eq!(acme.start(Enrol, &users[0]).message(), STARTED);
}
