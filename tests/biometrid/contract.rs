//! [biometrid-contract] Every documented method and case: its status and its body, to the letter.
//!
//! A row is one call. In a body `<user>`, `<hex24>`, `<uuid>`, `<code>` and `<words>` stand for what differs from call
//! to call; `<words>` must be the words of the code before it. Constants that are ours stand in
//! `docs/contracts/biometrid.md` and have tests of their own.

use reqwest::{Method, blocking::multipart::Form};
use serde_json::json;
use timbre_tests::{
    ADAPTED, ANOTHER_VOICE, Application, ENROLLED, ENROLMENT_FAILED, Person, Product,
    Purpose::{self, Adapt, Enrol, Verify},
    Reply, Setup, VERIFIED, fault, form, in_english, said, send, sound, voice_path, wav_part,
};
use timbre_voices::wav;

/// Counts the rows and keeps those that are not as documented.
#[derive(Default)]
struct Table {
    rows: usize,
    wrong: Vec<String>,
}

impl Table {
    fn row(&mut self, method: &str, case: &str, reply: &Reply, status: u16, body: &str) {
        self.rows += 1;
        let json = reply.headers.get("content-type").is_some_and(|value| value == "application/json");
        if reply.status != status || !json || !fits(&reply.body, body) {
            self.wrong.push(format!("{method}, {case}: {} {} for {status} {body}", reply.status, reply.body));
        }
    }

    fn fault(&mut self, method: &str, reply: &Reply, status: u16, message: &str) {
        self.row(method, message, reply, status, &fault(message));
    }
}

/// Whether a body is the documented one.
fn fits(body: &str, documented: &str) -> bool {
    let (mut body, mut documented, mut code) = (body, documented, String::new());
    while let Some((before, after)) = documented.split_once('<') {
        let Some(rest) = body.strip_prefix(before) else { return false };
        let Some((what, after)) = after.split_once('>') else { return false };
        let (found, rest) = rest.split_at(rest.find('"').unwrap_or(rest.len()));
        let hex = |text: &str| text.bytes().all(|b| b.is_ascii_hexdigit() && !b.is_ascii_uppercase());
        let as_it_should = match what {
            "hex24" => found.len() == 24 && hex(found),
            "uuid" => found.len() == 36 && hex(&found.replace('-', "")),
            "code" => found.len() == 4 && found.bytes().all(|b| b.is_ascii_digit()),
            "words" => found == in_english(&code),
            _ => false,
        };
        if !as_it_should {
            return false;
        }
        if what == "code" {
            found.clone_into(&mut code);
        }
        (body, documented) = (rest, after);
    }
    body == documented
}

const NEW_USER: &str = r#"{"status":true,"data":{"message":"NEW_USER_CREATED","id":"<hex24>"}}"#;
const STARTED: &str = r#"{"status":true,"data":{"message":"DIALOGUE_STARTED_WITH_SUCCESS","dialogueId":"<uuid>","promptCode":"<code>","promptCodeText":"<words>"}}"#;
const SUBMITTED: &str = r#"{"status":true,"data":{"message":"AUDIO_SUBMITTED_WITH_SUCCESS","promptCode":"<code>","promptCodeText":"<words>","decision":"OK"}}"#;
const PENDING: &str =
    r#"{"status":true,"data":{"dialogueId":"<uuid>","promptCode":"<code>","promptCodeText":"<words>"}}"#;
const STARTED_1_1: &str =
    r#"{"status":true,"data":{"message":"DIALOGUE_STARTED_WITH_SUCCESS","enrollmentId":"<hex24>"}}"#;
const FAILED_1_1: &str = r#"{"status":false,"data":{"message":"ENROLLMENT_FAILED","detail":"Enrollment failed. Please start over.","attempt":0}}"#;

/// Every method that asks for headers; of those with `{user}`, every one that also knows users.
const METHODS: [(&str, &str); 28] = [
    ("POST", "/api/1.0/users"),
    ("POST", "/api/1.1/users"),
    ("DELETE", "/api/1.0/users/{user}"),
    ("DELETE", "/api/1.1/users/{user}"),
    ("GET", "/api/1.0/users/find-by-address"),
    ("POST", "/api/1.0/users/{user}/dialogue/enroll/voice"),
    ("POST", "/api/1.0/users/{user}/dialogue/verify/voice"),
    ("POST", "/api/1.0/users/{user}/adapt/voice"),
    ("DELETE", "/api/1.0/users/{user}/voice/delete"),
    ("POST", "/api/1.1/users/{user}/dialogue/enroll/voice"),
    ("POST", "/api/1.1/users/{user}/dialogue/verify/voice"),
    ("GET", "/api/1.1/users/{user}/enroll/status"),
    ("GET", "/api/1.0/users/{user}/voice/is-pending"),
    ("GET", "/api/1.0/users/{user}/restart-state"),
    ("GET", "/api/1.1/users/{user}/restart-state"),
    ("POST", "/api/1.0/users/{user}/dialogue/enroll/face"),
    ("POST", "/api/1.0/users/{user}/dialogue/verify/face"),
    ("POST", "/api/1.1/users/{user}/dialogue/enroll/face"),
    ("POST", "/api/1.1/users/{user}/dialogue/verify/face"),
    ("POST", "/api/1.1/users/{user}/dialogue/adapt/face"),
    ("DELETE", "/api/1.0/users/{user}/face/delete"),
    ("POST", "/api/1.0/users/find-by-face"),
    ("POST", "/api/1.0/users/find-face-properties"),
    ("POST", "/api/1.1/liveness/validate"),
    ("POST", "/api/1.0/document/validate"),
    ("POST", "/api/1.0/document/validate-base64"),
    ("POST", "/api/1.0/document/selfie-compare"),
    ("POST", "/api/1.0/document/selfie-compare-base64"),
];

#[test]
fn every_documented_method_and_case_is_answered_to_the_letter() {
    let product = Product::start();
    let acme = product.application("acme");
    let silent = product.application_without_voice("silent");
    let heart = Person::english("af_heart");
    let mut table = Table::default();
    doors(&mut table, &acme);
    users(&mut table, &acme);
    enrol(&mut table, &acme, &heart);
    verify_and_adapt(&mut table, &acme, &heart);
    version_1_1(&mut table, &acme, &heart);
    auxiliary(&mut table, &acme, &heart);
    without_engine(&mut table, &acme, &silent);
    timbre_tests::found(
        &serde_json::json!({ "rows": table.rows, "if_as_documented": table.rows - table.wrong.len() }),
    );
    assert!(table.wrong.is_empty(), "{:#?}", table.wrong);
}

/// What every method says to whom it does not know, and about whom it does not know.
fn doors(table: &mut Table, acme: &Application) {
    let somebody = acme.user("somebody");
    for (method, path) in METHODS {
        let row = format!("{method} {path}");
        let of = |user: &str| path.replace("{user}", user);
        let verb = Method::from_bytes(method.as_bytes()).unwrap();
        let bare = || acme.bare(verb.clone(), &of(&somebody));
        let known =
            |secret: &str| bare().header("x-biometrid-key", &acme.key).header("x-biometrid-secret", secret);
        table.fault(&row, &send(bare()), 400, "AUTHENTICATION_HEADERS_MISSING");
        let only_key = bare().header("x-biometrid-key", &acme.key);
        table.fault(&row, &send(only_key), 400, "AUTHENTICATION_HEADERS_MISSING");
        table.fault(&row, &send(known("not the secret")), 401, "INVALID_AUTHENTICATION_HEADERS");
        let nobody = bare().header("x-biometrid-key", "nobody").header("x-biometrid-secret", &acme.secret);
        table.fault(&row, &send(nobody), 404, "CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS");
        if path.contains("{user}") {
            let unknown = acme.request(verb.clone(), &of("59147e5afdda9b0ac0f5e31f"));
            table.fault(&row, &send(unknown), 404, "USERID_NOT_EXISTS");
            // Documented ids are not always hexadecimal.
            let strange = acme.request(verb.clone(), &of("5be3000bd3adgd3e152724f2"));
            table.fault(&row, &send(strange), 404, "USERID_NOT_EXISTS");
        }
    }
}

fn users(table: &mut Table, acme: &Application) {
    for version in ["1.0", "1.1"] {
        let path = format!("/api/{version}/users");
        let row = format!("POST {path}");
        let device = format!("00:0a:95:9d:68:{}", &version[2..]);
        let first = send(acme.post(&path).json(&json!({ "reference_id": format!("json {version}"), "mac_address": device, "app_token": "a token" })));
        table.row(&row, "new user, JSON", &first, 200, NEW_USER);
        let posted = send(form(acme.post(&path), &[("reference_id", format!("form {version}"))]));
        table.row(&row, "new user, form", &posted, 200, NEW_USER);
        let parts = Form::new().text("reference_id", format!("multipart {version}"));
        table.row(&row, "new user, multipart", &send(acme.post(&path).multipart(parts)), 200, NEW_USER);
        let query = format!("{path}?reference_id=query{version}");
        table.row(&row, "new user, query", &send(acme.post(&query)), 200, NEW_USER);
        let again = send(acme.post(&path).json(&json!({ "mac_address": device })));
        let bound = NEW_USER.replace("NEW_USER_CREATED", "USER_ALREADY_ASSOCIATED_WITH_DEVICE");
        table.row(&row, "device bound already", &again, 200, &bound.replace("<hex24>", &first.text("id")));

        let find = "/api/1.0/users/find-by-address";
        let of = |address: &str| acme.request(Method::GET, find).json(&json!({ "mac_address": address }));
        let found = NEW_USER.replace("NEW_USER_CREATED", "USER_ALREADY_REGISTERED_ON_THIS_DEVICE");
        let row = format!("GET {find}");
        let body = found.replace("<hex24>", &first.text("id"));
        table.row(&row, "a known device", &send(of(&device)), 200, &body);
        let unknown = send(of("00:00:00:00:00:00"));
        table.row(&row, "an unknown device", &unknown, 200, &said("DEVICE_NOT_ASSOCIATED_TO_USER"));

        let user = format!("{path}/{}", first.text("id"));
        let row = format!("DELETE {path}/:userId");
        table.row(&row, "removed", &acme.delete(&user), 200, &said("USER_REMOVED_WITH_SUCCESS"));
        table.fault(&row, &acme.delete(&user), 404, "USERID_NOT_EXISTS");
    }
}

/// What a voice call says to a part that is no WAV.
fn no_wav(table: &mut Table, acme: &Application, purpose: Purpose, user: &str) {
    let row = format!("POST {}", voice_path(purpose, ":userId"));
    let missing = send(acme.post(&voice_path(purpose, user)));
    table.fault(&row, &missing, 400, "NO_FILE_OR_INVALID_FORMAT");
    let text = acme.speak(purpose, user, b"this is not a recording".to_vec());
    table.fault(&row, &text, 400, "NO_FILE_OR_INVALID_FORMAT");
    let label = wav_part(wav(&sound::silence(1.0))).mime_str("audio/mpeg").unwrap();
    let labelled = acme.submit(purpose, user, Form::new().part("audio", label));
    table.fault(&row, &labelled, 400, "NO_FILE_OR_INVALID_FORMAT");
}

fn enrol(table: &mut Table, acme: &Application, heart: &Person) {
    let (user, row) = (acme.user("to be enrolled"), "POST /api/1.0/users/:userId/dialogue/enroll/voice");
    table.row(row, "started", &acme.start(Enrol, &user), 200, STARTED);
    no_wav(table, acme, Enrol, &user);
    for _ in 0..2 {
        acme.speak(Enrol, &user, wav(&sound::silence(2.0)));
    }
    let failed = acme.speak(Enrol, &user, wav(&sound::silence(2.0)));
    table.row(row, "failed", &failed, 200, ENROLMENT_FAILED);
    let mut reply = acme.start(Enrol, &user);
    let mut submitted = 0;
    while reply.body != ENROLLED && submitted < 6 {
        reply = acme.speak(Enrol, &user, heart.says(&reply.code()));
        if fits(&reply.body, SUBMITTED) {
            submitted += 1;
            table.row(row, "submitted", &reply, 200, SUBMITTED);
        }
    }
    table.row(row, "enrolled", &reply, 200, ENROLLED);
    table.fault(row, &acme.start(Enrol, &user), 400, "USER_VOICE_ALREADY_ENROLLED");

    let (delete, row) =
        (format!("/api/1.0/users/{user}/voice/delete"), "DELETE /api/1.0/users/:userId/voice/delete");
    table.row(row, "deleted", &acme.delete(&delete), 200, &said("USER_VOICE_CREDENTIALS_DELETED"));
    table.fault(row, &acme.delete(&delete), 400, "ENROLL_USER_VOICE_FIRST");
    let in_portuguese = send(acme.request(Method::DELETE, &delete).json(&json!({ "language": "pt" })));
    table.fault(row, &in_portuguese, 400, "ENROLL_USER_VOICE_FIRST");
}

fn verify_and_adapt(table: &mut Table, acme: &Application, heart: &Person) {
    let (user, fenrir) = (acme.enrolled("enrolled", heart), Person::english("am_fenrir"));
    for (purpose, done) in [(Verify, VERIFIED), (Adapt, ADAPTED)] {
        let row = format!("POST {}", voice_path(purpose, ":userId"));
        let not_enrolled = acme.user(&format!("not enrolled {purpose}"));
        table.fault(&row, &acme.start(purpose, &not_enrolled), 400, "ENROLL_USER_VOICE_FIRST");
        table.row(&row, "started", &acme.start(purpose, &user), 200, STARTED);
        no_wav(table, acme, purpose, &user);
        let reply = acme.with_an_empty_jar().converse(purpose, &user, heart);
        table.row(&row, "done", &reply, 200, done);
    }
    let refused = acme.with_an_empty_jar().converse(Verify, &user, &fenrir);
    table.row(
        "POST /api/1.0/users/:userId/dialogue/verify/voice",
        "another voice",
        &refused,
        200,
        ANOTHER_VOICE,
    );

    // Where no first code is sure enough, the documented answer in between is seen.
    let doubtful = Product::with({
        let mut setup = Setup::default();
        setup.policy.matching.sure_accept = 1.0;
        setup
    });
    let acme = doubtful.application("acme");
    let user = acme.enrolled("enrolled", heart);
    for purpose in [Verify, Adapt] {
        let code = acme.start(purpose, &user).code();
        let next = acme.speak(purpose, &user, heart.says(&code));
        table.row(&format!("POST {}", voice_path(purpose, ":userId")), "submitted", &next, 200, SUBMITTED);
    }
}

fn version_1_1(table: &mut Table, acme: &Application, heart: &Person) {
    let (user, enroll) = (acme.user("by attempts"), "POST /api/1.1/users/:userId/dialogue/enroll/voice");
    let verify = "POST /api/1.1/users/:userId/dialogue/verify/voice";
    table.fault(verify, &acme.attempt(Verify, &user, None), 400, "ENROLL_USER_VOICE_FIRST");
    table.row(enroll, "started", &acme.attempt(Enrol, &user, None), 200, STARTED_1_1);
    let text = acme.attempt(Enrol, &user, Some(b"this is not a recording".to_vec()));
    table.fault(enroll, &text, 400, "NO_FILE_OR_INVALID_FORMAT");
    for _ in 0..2 {
        acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0))));
    }
    let failed = acme.attempt(Enrol, &user, Some(wav(&sound::silence(3.0))));
    table.row(enroll, "failed", &failed, 200, FAILED_1_1);
    acme.attempt(Enrol, &user, None);
    for (attempt, code) in ["0653192847", "9182736450"].into_iter().enumerate() {
        let reply = acme.attempt(Enrol, &user, Some(heart.says(code)));
        let body = format!(
            r#"{{"status":true,"data":{{"message":"VALID_ATTEMPT","detail":"Valid attempt","attempt":{}}}}}"#,
            attempt + 1
        );
        table.row(enroll, "a valid attempt", &reply, 200, &body);
    }
    let enrolled = acme.attempt(Enrol, &user, Some(heart.says("5647382910")));
    let body = r#"{"status":true,"data":{"message":"AUDIO_ENROLLED_WITH_SUCCESS","enrolled":true}}"#;
    table.row(enroll, "enrolled", &enrolled, 200, body);
    table.fault(enroll, &acme.attempt(Enrol, &user, None), 400, "USER_VOICE_ALREADY_ENROLLED");

    table.fault(verify, &acme.attempt(Verify, &user, None), 400, "NO_FILE_OR_INVALID_FORMAT");
    let recognised = acme.attempt(Verify, &user, Some(heart.says("1357924680")));
    let body = r#"{"status":true,"data":{"message":"AUDIO_RECOGNIZED_WITH_SUCCESS","verified":true}}"#;
    table.row(verify, "recognised", &recognised, 200, body);
    let other = acme.attempt(Verify, &user, Some(Person::english("am_fenrir").says("1357924680")));
    let body = r#"{"status":false,"data":{"message":"AUDIO_RECOGNITION_FAILED"}}"#;
    table.row(verify, "another voice", &other, 200, body);
}

fn auxiliary(table: &mut Table, acme: &Application, heart: &Person) {
    let status = "GET /api/1.1/users/:userId/enroll/status";
    for (user, enrolled) in [(acme.user("unheard"), false), (acme.enrolled("heard", heart), true)] {
        let reply = acme.get(&format!("/api/1.1/users/{user}/enroll/status"));
        let body = format!(
            r#"{{"status":true,"data":[{{"engines_oid":"<hex24>","type":"voice","enrolled":{enrolled}}}]}}"#
        );
        table.row(status, &format!("enrolled: {enrolled}"), &reply, 200, &body);
    }
    let user = acme.user("in between");
    let pending = format!("/api/1.0/users/{user}/voice/is-pending");
    let row = "GET /api/1.0/users/:userId/voice/is-pending";
    table.row(row, "nothing pending", &acme.get(&pending), 200, r#"{"status":true}"#);
    acme.start(Enrol, &user);
    table.row(row, "pending", &acme.get(&pending), 200, PENDING);
    for version in ["1.0", "1.1"] {
        let restarted = acme.get(&format!("/api/{version}/users/{user}/restart-state"));
        let row = format!("GET /api/{version}/users/:userId/restart-state");
        table.row(&row, "restarted", &restarted, 200, &said("STATE_RESTARTED_WITH_SUCCESS"));
    }
    table.row(row, "nothing pending after it", &acme.get(&pending), 200, r#"{"status":true}"#);
}

/// A tenant without a voice engine, and the engines that nobody has.
fn without_engine(table: &mut Table, acme: &Application, silent: &Application) {
    let (known, user) = (acme.user("of no engine"), silent.user("of no engine"));
    for (method, path) in METHODS {
        let (row, verb) = (format!("{method} {path}"), Method::from_bytes(method.as_bytes()).unwrap());
        if path.ends_with("/voice") || path.ends_with("/voice/delete") || path.ends_with("/is-pending") {
            let reply = send(silent.request(verb, &path.replace("{user}", &user)));
            table.fault(&row, &reply, 404, "NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE");
            continue;
        }
        let engine = match () {
            () if path.contains("face") => "FACE",
            () if path.contains("liveness") => "LIVENESS",
            () if path.contains("document") => "OCR",
            () => continue,
        };
        let reply = send(acme.request(verb, &path.replace("{user}", &known)));
        table.fault(&row, &reply, 404, &format!("NO_{engine}_ENGINE_CONFIGURATION_AVAILABLE"));
    }
}
