//! Sessions in Redis: any server goes on with a dialogue, Redis tells nobody how, and while it is away nothing is begun.

use std::time::{Duration, Instant};

use actix_web::cookie::{Cookie, CookieJar, Key};
use reqwest::Method;
use timbre_api::SessionsIn;
use timbre_tests::{
    ENROLLED, Person, Product,
    Purpose::{Enrol, Verify},
    RedisServer, Reply, Setup, contains, send, submitted,
};

/// Longer than Redis needs to be found again anywhere.
const PATIENCE: Duration = Duration::from_secs(30);

fn setup(redis: &RedisServer) -> Setup {
    let mut setup = Setup { redis: redis.config(), ..Setup::default() };
    setup.http.sessions = SessionsIn::Redis;
    setup
}

fn started(reply: &Reply) -> bool {
    reply.status == 200 && reply.message() == "DIALOGUE_STARTED_WITH_SUCCESS"
}

#[test]
fn a_dialogue_goes_on_at_any_server_and_redis_holds_only_the_hash_of_its_key() {
    let redis = RedisServer::start();
    let product = Product::with(setup(&redis));
    let beside = product.beside(setup(&redis));
    let acme = product.application("acme");
    let elsewhere = acme.at(&beside.url);
    let (user, heart) = (acme.user("a reference"), Person::english("af_heart"));

    let start = acme.start(Enrol, &user);
    let one = elsewhere.speak(Enrol, &user, heart.says(&start.code()));
    one.is_outcome(&submitted(&one.code(), "OK"));

    let cookie = Cookie::parse_encoded(start.set_cookie().unwrap().to_owned()).unwrap();
    let mut jar = CookieJar::new();
    jar.add_original(cookie.clone());
    let opened = jar.private(&Key::from(&product.session_key)).get("biometrid.sid").unwrap();
    let (_, key) = opened.value().split_once('=').unwrap_or(("", opened.value()));
    let sessions = |redis: &RedisServer| {
        let held = redis.held().into_iter();
        held.filter(|(name, _)| name.starts_with("timbre:session:")).collect::<Vec<_>>()
    };
    let held = sessions(&redis);
    let [(name, state)] = &held[..] else { panic!("{held:?}") };
    assert!(contains(state.as_bytes(), start.text("dialogueId").as_bytes()), "{state}");
    for secret in [key, cookie.value(), &user, "a reference"] {
        assert!(!contains(format!("{name} {state}").as_bytes(), secret.as_bytes()));
    }
    let lives: i64 = redis.ask(&["TTL", name]);
    assert!((1..=3_600).contains(&lives), "{lives}");

    let two = acme.speak(Enrol, &user, heart.says(&one.code()));
    two.is_outcome(&submitted(&two.code(), "OK"));
    assert_eq!(elsewhere.speak(Enrol, &user, heart.says(&two.code())).body, ENROLLED);
    assert_eq!(sessions(&redis)[0].1, "{}", "an ended dialogue is in no session");
}

#[test]
fn while_redis_is_away_or_hangs_a_voice_call_is_503_within_two_seconds_and_then_all_is_well_again() {
    let mut redis = RedisServer::start();
    let product = Product::with(setup(&redis));
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    let start = acme.start(Enrol, &user);
    assert!(started(&start), "{}", start.body);
    for away in ["halted", "stopped"] {
        match away {
            "stopped" => redis.stop(),
            _ => redis.halt(),
        }
        let others = acme.with_an_empty_jar();
        let spoken = heart.says(&start.code());
        let calls: [&dyn Fn() -> Reply; 3] =
            [&|| acme.speak(Enrol, &user, spoken.clone()), &|| acme.start(Enrol, &user), &|| {
                others.start(Enrol, &user)
            }];
        for call in calls {
            let begun = Instant::now();
            let reply = call();
            let took = begun.elapsed();
            reply.is_fault(503, "PROBLEM_OCURRED_REPEAT_REQUEST");
            assert_eq!(reply.headers["retry-after"], "5");
            assert!(took < Duration::from_secs(2), "{away}: {took:?}");
        }
        let ready = send(acme.bare(Method::GET, "/readyz"));
        assert_eq!(ready.status, 503, "{}", ready.body);
        // What needs no session is served.
        assert_eq!(others.get("/api/1.0/languages").status, 200);
        match away {
            "stopped" => redis.start_again(),
            _ => redis.go_on(),
        }
        let end = Instant::now() + PATIENCE;
        while send(acme.bare(Method::GET, "/readyz")).status != 200 {
            assert!(Instant::now() < end, "{away}: it does not recover");
        }
        if away == "halted" {
            // None of those calls began anything that would have put the dialogue aside.
            let reply = acme.speak(Enrol, &user, heart.says(&start.code()));
            reply.is_outcome(&submitted(&reply.code(), "OK"));
        }
    }
    // What Redis forgot costs the dialogue under way, and nothing else: the next call begins another.
    assert_eq!(acme.converse(Enrol, &user, &heart).body, ENROLLED);
    assert_eq!(acme.converse(Verify, &user, &heart).body, timbre_tests::VERIFIED);
}

#[test]
fn a_connection_that_was_reset_is_made_anew_before_the_call_is_answered() {
    let redis = RedisServer::start();
    let product = Product::with(setup(&redis));
    let acme = product.application("acme");
    for reference in ["1", "2", "3", "4", "5"] {
        let user = acme.user(reference);
        let killed: u64 = redis.ask(&["CLIENT", "KILL", "TYPE", "normal"]);
        assert!(killed > 0, "there was no connection");
        // The jar has a session from the second on: it is read, and then written.
        let reply = acme.start(Enrol, &user);
        assert!(started(&reply), "{}", reply.body);
    }
}
