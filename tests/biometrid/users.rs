//! `POST /users`.

use reqwest::blocking::multipart::Form;
use serde_json::json;
use timbre_tests::{Application, Product, Reply, documented_user, encoded, form, send};

const USERS: &str = "/api/1.0/users";

fn create(acme: &Application, parameters: &[(&str, &str)]) -> Reply {
    send(form(acme.post(USERS), parameters))
}

#[test]
fn a_user_is_made_in_any_of_the_four_encodings() {
    let product = Product::start();
    let acme = product.application("acme");
    let with_query = format!("{USERS}?{}", encoded(&[("reference_id", "query")]));
    let calls = [
        acme.post(USERS).json(&json!({ "reference_id": "json", "mac_address": null })),
        form(acme.post(USERS), &[("reference_id", "form")]),
        acme.post(USERS).multipart(Form::new().text("reference_id", "multipart")),
        acme.post(&with_query),
        // A number is a reference as well, and no reference is none.
        acme.post(USERS).json(&json!({ "reference_id": 7 })),
        acme.post(USERS),
        form(acme.post(USERS), &[("reference_id", "")]),
    ];
    for call in calls {
        let reply = send(call);
        let id = reply.text("id");
        assert!(id.len() == 24 && id.bytes().all(|digit| digit.is_ascii_hexdigit()), "{id}");
        reply.is_outcome(&documented_user("NEW_USER_CREATED", &id));
    }
    for reference in ["json", "form", "multipart", "query", "7"] {
        assert_eq!(create(&acme, &[("reference_id", reference)]).message(), "USER_ALREADY_EXISTS");
    }
    // What the body says goes before what the query says.
    let both = form(acme.post(&with_query), &[("reference_id", "body")]);
    assert_eq!(send(both).message(), "NEW_USER_CREATED");
}

#[test]
fn a_known_device_or_reference_is_answered_with_the_user_who_has_it() {
    let product = Product::start();
    let acme = product.application("acme");
    let id = create(&acme, &[("reference_id", "7"), ("mac_address", "00:0A:95:9D:68:16")]).text("id");

    let device = create(&acme, &[("mac_address", "00:0a:95:9d:68:16")]);
    device.is_outcome(&documented_user("USER_ALREADY_ASSOCIATED_WITH_DEVICE", &id));
    // The device is documented to answer; it goes before the reference.
    let both = create(&acme, &[("reference_id", "7"), ("mac_address", "00:0A:95:9d:68:16")]);
    both.is_outcome(&documented_user("USER_ALREADY_ASSOCIATED_WITH_DEVICE", &id));
    let reference = create(&acme, &[("reference_id", "7"), ("mac_address", "00:00:00:00:00:01")]);
    assert_eq!((reference.status, reference.body), (400, documented_user("USER_ALREADY_EXISTS", &id)));

    // Another tenant's references and devices are its own.
    let other = product.application("other");
    let own = create(&other, &[("reference_id", "7"), ("mac_address", "00:0A:95:9D:68:16")]);
    assert_eq!(own.message(), "NEW_USER_CREATED");
    assert_ne!(own.text("id"), id);
}

#[test]
fn parameters_that_do_not_read_or_are_too_long_are_refused() {
    let product = Product::start();
    let acme = product.application("acme");
    let long = "é".repeat(256);
    let many: Vec<_> = (0..33).map(|n| (format!("p{n}"), "x")).collect();
    let longest = "x".repeat(8 * 1024 + 1);
    let json = |text: &str| acme.post(USERS).header("content-type", "application/json").body(text.to_owned());
    let calls = [
        json("{"),
        json("[]"),
        json("\u{feff}{}"),
        acme.post(USERS).header("content-type", "application/json").body(vec![b'"', 0xff, b'"']),
        form(acme.post(USERS), &[("reference_id", &long)]),
        form(acme.post(USERS), &[("mac_address", &long)]),
        form(acme.post(USERS), &[("app_token", &long)]),
        form(acme.post(USERS), &many),
        acme.post(&format!("{USERS}?{}", encoded(&many))),
        form(acme.post(USERS), &[("reference_id", &longest)]),
        acme.post(USERS).multipart(Form::new().text("reference_id", longest.clone())),
        acme.post(USERS).json(&json!({ "reference_id": longest })),
    ];
    for (number, call) in calls.into_iter().enumerate() {
        let reply = send(call);
        assert_eq!((number, reply.status, reply.message().as_str()), (number, 400, "INVALID_PARAMETERS"));
    }
    // The longest that is taken.
    let call = form(acme.post(USERS), &[("reference_id", "é".repeat(255))]);
    assert_eq!(send(call).message(), "NEW_USER_CREATED");
}

#[test]
fn what_cannot_be_read_is_never_taken_for_nothing() {
    let product = Product::start();
    let acme = product.application("acme");
    let body = r#"{"reference_id":"lost"}"#;
    for media_type in ["text/plain", "application/vnd.api+json", "audio/wav", ""] {
        let call = acme.post(USERS).header("content-type", media_type).body(body);
        send(call).is_fault(400, "INVALID_PARAMETERS");
    }
    send(acme.post(USERS).body(body)).is_fault(400, "INVALID_PARAMETERS");
    send(acme.post(USERS).json(&json!({ "reference_id": "a\u{0}b" }))).is_fault(400, "INVALID_PARAMETERS");
    let cut =
        acme.post(USERS).header("content-type", "multipart/form-data; boundary=x").body("--x\r\nContent");
    send(cut).is_fault(400, "INVALID_PARAMETERS");
}

#[test]
fn a_device_is_the_same_however_its_address_is_written() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = create(&acme, &[("mac_address", "00:0A:95:9D:68:16")]).text("id");
    for address in ["00-0a-95-9d-68-16", "000a.959d.6816", "000A959D6816"] {
        let again = create(&acme, &[("mac_address", address)]);
        again.is_outcome(&documented_user("USER_ALREADY_ASSOCIATED_WITH_DEVICE", &user));
    }
}
