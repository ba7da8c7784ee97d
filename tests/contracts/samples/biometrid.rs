//! BiometrID's pages.

use reqwest::Method;
use serde_json::json;
use timbre_domain::usage::Quota;
use timbre_tests::{
    Application, Person, Product,
    Purpose::{Enrol, Verify},
    Setup, send, sound, voice_path,
};
use timbre_voices::wav;

use super::Replay;

/// A server with a tenant that has a voice engine and another that has none.
struct Stage {
    product: Product,
    acme: Application,
    heart: Person,
}

impl Stage {
    fn begin() -> Self {
        let product = Product::start();
        let acme = product.application("acme");
        Self { product, acme, heart: Person::english("af_heart") }
    }
}

#[test]
fn the_page_enroll_voice_is_answered_field_by_field() {
    let Stage { product, acme, heart } = Stage::begin();
    let mut page = Replay::of(include_str!("biometrid-enroll-voice.json"));
    let user = acme.user("7");
    page.answer("started", &acme.start(Enrol, &user));
    page.answer("NO_FILE_OR_INVALID_FORMAT", &acme.start(Enrol, &user));
    for _ in 0..2 {
        acme.speak(Enrol, &user, wav(&sound::silence(2.0)));
    }
    page.answer("failed", &acme.speak(Enrol, &user, wav(&sound::silence(2.0))));
    let mut reply = acme.start(Enrol, &user);
    while reply.json()["data"]["promptCode"].is_string() {
        reply = acme.speak(Enrol, &user, heart.says(&reply.code()));
        match reply.json()["data"]["decision"] == "OK" {
            true => page.answer("submitted", &reply),
            false => page.answer("enrolled", &reply),
        }
    }
    page.answer("USER_VOICE_ALREADY_ENROLLED", &acme.start(Enrol, &user));

    let path = voice_path(Enrol, &user);
    let bare = || acme.bare(Method::POST, &path);
    page.answer("AUTHENTICATION_HEADERS_MISSING", &send(bare()));
    let with = |key: &str, secret: &str| {
        send(bare().header("x-biometrid-key", key).header("x-biometrid-secret", secret))
    };
    page.answer("INVALID_AUTHENTICATION_HEADERS", &with(&acme.key, "wrong"));
    page.answer("CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS", &with("nobody", &acme.secret));
    page.answer("USERID_NOT_EXISTS", &acme.start(Enrol, "59147e5afdda9b0ac0f5e31f"));
    let silent = product.application_without_voice("silent");
    let theirs = silent.user("7");
    page.answer("NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE", &silent.start(Enrol, &theirs));
    let poor = product.application("poor");
    let newcomer = poor.user("7");
    product.change_policy("poor", |policy| policy.quotas.requests = Quota { per_month: Some(0), hard: true });
    page.answer("REQUEST_LIMIT_REACHED", &poor.start(Enrol, &newcomer));
    page.end();
}

#[test]
fn the_other_pages_of_biometrid_are_answered_field_by_field() {
    let Stage { product, acme, heart } = Stage::begin();
    let mut page = Replay::of(include_str!("biometrid-other-pages.json"));
    let device = json!({"reference_id": "7", "mac_address": "00:0a:95:9d:68:16"});
    let create = || send(acme.post("/api/1.0/users").json(&device));
    let of = |address: &str| {
        let find = acme.request(Method::GET, "/api/1.0/users/find-by-address");
        send(find.json(&json!({"mac_address": address})))
    };
    let made = create();
    let user = made.text("id");
    page.answer("NEW_USER_CREATED", &made);
    page.answer("USER_ALREADY_ASSOCIATED_WITH_DEVICE", &create());
    page.answer("USER_ALREADY_REGISTERED_ON_THIS_DEVICE", &of("00:0a:95:9d:68:16"));
    page.answer("DEVICE_NOT_ASSOCIATED_TO_USER", &of("00:00:00:00:00:00"));

    let pending = format!("/api/1.0/users/{user}/voice/is-pending");
    page.answer("nothing pending", &acme.get(&pending));
    acme.start(Enrol, &user);
    page.answer("pending", &acme.get(&pending));
    let restart = format!("/api/1.0/users/{user}/restart-state");
    page.answer("STATE_RESTARTED_WITH_SUCCESS", &acme.get(&restart));
    acme.converse(Enrol, &user, &heart);
    page.answer("verified", &acme.converse(Verify, &user, &heart));
    page.answer("enroll status", &acme.get(&format!("/api/1.1/users/{user}/enroll/status")));

    let said = |who: &Person| acme.attempt(Verify, &user, Some(who.says("1357924680")));
    page.answer("1.1 recognized", &said(&heart));
    page.answer("AUDIO_RECOGNITION_FAILED", &said(&Person::english("am_fenrir")));
    let delete = format!("/api/1.0/users/{user}/voice/delete");
    page.answer("USER_VOICE_CREDENTIALS_DELETED", &acme.delete(&delete));
    page.answer("ENROLL_USER_VOICE_FIRST", &acme.delete(&delete));

    page.answer("1.1 started", &acme.attempt(Enrol, &user, None));
    for _ in 0..2 {
        acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0))));
    }
    page.answer("1.1 failed", &acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0)))));
    acme.attempt(Enrol, &user, None);
    page.answer("1.1 valid attempt", &acme.attempt(Enrol, &user, Some(heart.says("0653192847"))));
    acme.attempt(Enrol, &user, Some(heart.says("9182736450")));
    page.answer("1.1 enrolled", &acme.attempt(Enrol, &user, Some(heart.says("5647382910"))));
    page.answer("USER_REMOVED_WITH_SUCCESS", &acme.delete(&format!("/api/1.0/users/{user}")));

    // The word with which the pages say "repeat the request": no place for another recording.
    let setup = Setup::default();
    let http = timbre_api::Http { max_uploads: 0, ..setup.http.clone() };
    let full = product.beside(Setup { http, ..setup });
    let newcomer = acme.user("8");
    page.answer("PROBLEM_OCURRED_REPEAT_REQUEST", &acme.at(&full.url).start(Enrol, &newcomer));
    page.end();
}
