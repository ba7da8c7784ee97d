//! `POST /login`, `/refresh`, `/logout`, `/me/password`.

use std::thread;

use serde_json::json;
use timbre_domain::operator::Role;
use timbre_tests::{Administrator, PASSWORD, Product, Setup};

const OWNER: &str = "owner@example.org";

#[test]
fn whoever_knows_the_password_is_in_until_the_token_the_session_or_the_login_ends() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let me = owner.get("/me");
    assert_eq!(
        (me.status, &me.body["operator"]["email"], &me.body["role"]),
        (200, &json!(OWNER), &json!("owner"))
    );
    assert!(!me.text.contains("password") && !me.text.contains("argon2"), "{}", me.text);
    // An address is the same in capitals.
    assert_eq!(owner.log_in(" Owner@Example.org", PASSWORD).status, 200);

    product.clock.pass(599);
    assert_eq!(owner.get("/me").status, 200);
    product.clock.pass(1);
    owner.get("/me").is_problem(401, "not-logged-in");
    let later = owner.going_on(&owner.refresh());
    assert_eq!(later.get("/me").status, 200);

    assert_eq!(later.post("/logout", &json!({})).status, 204);
    later.get("/me").is_problem(401, "not-logged-in");
    later.refresh().is_problem(401, "not-logged-in");
}

#[test]
fn a_session_ends_after_twelve_hours_however_often_it_is_refreshed() {
    let product = Product::start();
    let mut owner = Administrator::owner(&product);
    for _ in 0..11 {
        product.clock.pass(3_600);
        owner = owner.going_on(&owner.refresh());
    }
    product.clock.pass(3_600);
    owner.get("/me").is_problem(401, "not-logged-in");
    owner.refresh().is_problem(401, "not-logged-in");
}

#[test]
fn a_refresh_token_that_comes_a_second_time_ends_its_session_however_old_it_is() {
    let product = Product::start();
    let first = Administrator::owner(&product);
    let other = first.logged_in(OWNER, PASSWORD);
    let second = first.going_on(&first.refresh());
    let third = second.going_on(&second.refresh());
    assert_eq!(third.get("/me").status, 200);
    first.refresh().is_problem(401, "not-logged-in");
    third.get("/me").is_problem(401, "not-logged-in");
    third.refresh().is_problem(401, "not-logged-in");
    assert_eq!(other.get("/me").status, 200, "another session of the same operator goes on");
}

#[test]
fn somebody_who_makes_a_refresh_token_up_ends_nobodys_session() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let [start, session, family, secret] =
        owner.refresh_token.split('_').collect::<Vec<_>>().try_into().unwrap();
    let zeros = |text: &str| "0".repeat(text.len());
    for made_up in [
        format!("{start}_{session}_{}_{secret}", zeros(family)),
        format!("{start}_{}_{family}_{secret}", zeros(session)),
        format!("{start}_{session}_{family}"),
        format!("{session}_{family}_{secret}"),
        String::new(),
        "tbr___".to_owned(),
    ] {
        let said = owner.nameless().post("/refresh", &json!({"refresh_token": made_up}));
        said.is_problem(401, "not-logged-in");
    }
    assert_eq!(owner.get("/me").status, 200);
    assert_eq!(owner.refresh().status, 200);
}

#[test]
fn of_two_who_refresh_at_once_not_both_go_on() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let replies: Vec<_> = thread::scope(|scope| {
        let both: Vec<_> = (0..2).map(|_| scope.spawn(|| owner.refresh())).collect();
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert!(replies.iter().any(|said| said.status == 401), "two have one token");
    for won in replies.iter().filter(|said| said.status == 200) {
        owner.going_on(won).refresh().is_problem(401, "not-logged-in");
    }
}

#[test]
fn an_end_is_an_end_at_once_on_another_server() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let auditor = Administrator::of_role(&product, "auditor@example.org", Role::Auditor).at(&beside);
    let id = auditor.get("/me").body["operator"]["id"].as_str().unwrap().to_owned();
    assert_eq!(auditor.get("/tenants").status, 200);

    assert_eq!(owner.patch(&format!("/operators/{id}"), &json!({"role": "operator"})).status, 200);
    auditor.get("/me").is_problem(401, "not-logged-in");
    let operator = auditor.logged_in("auditor@example.org", PASSWORD);
    assert_eq!(operator.get("/me").body["role"], "operator");

    assert_eq!(owner.delete(&format!("/operators/{id}")).status, 204);
    operator.get("/me").is_problem(401, "not-logged-in");
    operator.refresh().is_problem(401, "not-logged-in");
    operator.log_in("auditor@example.org", PASSWORD).is_problem(401, "wrong-login");
    assert_eq!(owner.patch(&format!("/operators/{id}"), &json!({"disabled": false})).status, 200);
    assert_eq!(operator.log_in("auditor@example.org", PASSWORD).status, 200);
}

#[test]
fn too_many_failed_logins_of_an_account_shut_it_for_a_while_on_every_server() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    // At once, and at two servers: no more are tried than may fail.
    let tried: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = (0..16)
            .map(|number| {
                let owner = if number % 2 == 0 { owner.clone() } else { owner.at(&beside) };
                scope.spawn(move || owner.log_in(OWNER, "a wrong password").status)
            })
            .collect();
        tries.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(tried.iter().filter(|status| **status == 401).count(), 10, "{tried:?}");
    assert_eq!(tried.iter().filter(|status| **status == 429).count(), 6, "{tried:?}");

    let shut = owner.log_in(OWNER, PASSWORD);
    shut.is_problem(429, "login-throttled");
    let wait: i64 = shut.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((890..=901).contains(&wait), "{wait}");
    assert_eq!(owner.get("/me").status, 200, "who is in stays in");
    Administrator::of_role(&product, "other@example.org", Role::Auditor);
    product.clock.pass(wait);
    assert_eq!(owner.log_in(OWNER, PASSWORD).status, 200);
    // Success forgives: it takes ten to shut it again.
    for _ in 0..9 {
        owner.log_in(OWNER, "a wrong password").is_problem(401, "wrong-login");
    }
    assert_eq!(owner.log_in(OWNER, PASSWORD).status, 200);
    owner.log_in(OWNER, "a wrong password").is_problem(401, "wrong-login");
}

#[test]
fn too_many_failed_logins_from_an_address_shut_it_out_whatever_account_they_try() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    for number in 0..50 {
        owner.log_in(&format!("nobody{number}@example.org"), PASSWORD).is_problem(401, "wrong-login");
    }
    owner.log_in(OWNER, PASSWORD).is_problem(429, "login-throttled");
    product.clock.pass(901);
    assert_eq!(owner.log_in(OWNER, PASSWORD).status, 200);
}

#[test]
fn an_account_that_does_not_exist_answers_like_a_wrong_password() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let (wrong, unknown) =
        (owner.log_in(OWNER, "a wrong password"), owner.log_in("nobody@example.org", "a wrong password"));
    assert_eq!(wrong.without_instance(), unknown.without_instance());
    assert_eq!(wrong.headers["www-authenticate"], "Bearer");
}

#[test]
fn a_new_password_ends_all_other_sessions() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let other = owner.logged_in(OWNER, PASSWORD);
    let change =
        |current: &str, new: &str| owner.post("/me/password", &json!({"current": current, "new": new}));
    // Whoever asks is logged in: it is the field that is wrong.
    let wrong = change("a wrong password", "another password");
    wrong.is_problem(422, "invalid-body");
    assert_eq!(wrong.body["errors"][0]["pointer"], "/current");
    assert!(!wrong.headers.contains_key("www-authenticate"));
    for weak in ["too short", OWNER, &"x".repeat(129)] {
        change(PASSWORD, weak).is_problem(422, "invalid-body");
    }
    assert_eq!(other.get("/me").status, 200);
    assert_eq!(change(PASSWORD, "another password").status, 204);
    assert_eq!(owner.get("/me").status, 200);
    other.get("/me").is_problem(401, "not-logged-in");
    owner.log_in(OWNER, PASSWORD).is_problem(401, "wrong-login");
    assert_eq!(owner.log_in(OWNER, "another password").status, 200);
}

#[test]
fn an_operator_has_ten_sessions_at_most_and_the_oldest_ends() {
    let product = Product::start();
    let first = Administrator::owner(&product);
    let mut last = first.clone();
    for _ in 0..10 {
        product.clock.pass(1);
        last = first.logged_in(OWNER, PASSWORD);
    }
    first.get("/me").is_problem(401, "not-logged-in");
    assert_eq!(last.get("/me").status, 200);
}

#[test]
fn after_a_reset_no_session_of_the_old_password_lives_whatever_logged_in_beside_it() {
    let product = Product::start();
    let beside = product.beside(Setup::default());
    let owner = Administrator::owner(&product);
    let victim = Administrator::of_role(&product, "victim@example.org", Role::Auditor);
    let id = victim.get("/me").body["operator"]["id"].as_str().unwrap().to_owned();
    for round in 0..4 {
        // Logged in again, since time passes; then six at once, at two servers, and the reset while they are at it.
        let owner = owner.logged_in(OWNER, PASSWORD);
        let old = match round {
            0 => PASSWORD.to_owned(),
            _ => owner.post(&format!("/operators/{id}/password"), &json!({})).text_of("password"),
        };
        let logins: Vec<_> = thread::scope(|scope| {
            let logins: Vec<_> = (0..6)
                .map(|number| {
                    let (victim, old) =
                        (if number % 2 == 0 { victim.clone() } else { victim.at(&beside) }, &old);
                    scope.spawn(move || victim.log_in("victim@example.org", old))
                })
                .collect();
            let reset = owner.post(&format!("/operators/{id}/password"), &json!({}));
            assert!([200, 409].contains(&reset.status), "{}", reset.text);
            logins.into_iter().map(|login| login.join().unwrap()).collect()
        });
        for said in logins.iter().filter(|said| said.status == 200) {
            let session = victim.going_on(said);
            session.get("/me").is_problem(401, "not-logged-in");
            session.refresh().is_problem(401, "not-logged-in");
        }
        // Those that failed are no reason to shut the account.
        product.clock.pass(901);
    }
}

#[test]
fn strangers_at_an_address_keep_nobody_out_who_knows_the_password_or_has_a_good_token() {
    let mut setup = Setup::default();
    (setup.http.unauthenticated_per_minute, setup.http.unauthenticated_burst) = (1, 3);
    let product = Product::with(setup);
    let owner = Administrator::owner(&product);
    for _ in 0..3 {
        owner.nameless().get("/tenants").is_problem(401, "not-logged-in");
    }
    owner.nameless().get("/tenants").is_problem(429, "too-many-calls");
    // Of those at the address who are not known, none is told anything more.
    owner.log_in(OWNER, "a wrong password").is_problem(429, "too-many-calls");
    let wrong = owner.nameless().post("/refresh", &json!({"refresh_token": "tbr_x_y_z"}));
    wrong.is_problem(429, "too-many-calls");
    assert!(wrong.headers.contains_key("retry-after"));
    let again = owner.logged_in(OWNER, PASSWORD);
    assert_eq!(again.going_on(&again.refresh()).get("/me").status, 200);
}

#[test]
fn an_operator_and_a_program_each_have_a_bucket_that_says_when_there_is_more() {
    let mut setup = Setup::default();
    (setup.http.management_per_minute, setup.http.management_burst) = (1, 3);
    let product = Product::with(setup);
    let owner = Administrator::owner(&product);
    let other = Administrator::of_role(&product, "other@example.org", Role::Auditor);
    let issued = owner.post("/tokens", &json!({"name": "ci", "role": "auditor"}));
    assert_eq!(issued.headers["ratelimit-limit"], "3");
    assert_eq!(issued.headers["ratelimit-remaining"], "2");
    let program = other.with_token(&issued.text_of("token"));
    assert_eq!(owner.get("/me").status, 200);
    assert_eq!(owner.get("/tenants/x").status, 404, "what is refused counts as well");
    let refused = owner.get("/me");
    refused.is_problem(429, "too-many-calls");
    assert!((1..=60).contains(&refused.headers["retry-after"].to_str().unwrap().parse::<u64>().unwrap()));
    assert_eq!(refused.headers["ratelimit-remaining"], "0");
    assert_eq!(refused.headers["ratelimit-policy"], "1;w=60;burst=3");
    // Another session of the same operator has the same bucket; others have their own.
    owner.logged_in(OWNER, PASSWORD).get("/me").is_problem(429, "too-many-calls");
    for caller in [&other, &program] {
        assert_eq!([(); 4].map(|()| caller.get("/me").status), [200, 200, 200, 429]);
    }
}
