//! Who is let in; profiles made, listed, shown, reset, deleted; phrases.

use reqwest::Method;
use timbre_tests::{
    Subscriber, Table, send,
    subscriber::{
        Base, Identification, TextDependent, V2_0, V2021, Verification, Version, field, identify_path,
        profile_path, profiles, with,
    },
};

use super::{Errors, NOBODY, Of, empty};

/// Every operation below a base.
pub(super) fn operations(version: Version, base: Base) -> Vec<(&'static str, Method, String)> {
    let of = |action| profile_path(version, base, NOBODY, action);
    let mut operations = vec![
        ("create", Method::POST, profiles(version, base)),
        ("list", Method::GET, profiles(version, base)),
        ("get", Method::GET, of("")),
        ("delete", Method::DELETE, of("")),
        ("reset", Method::POST, of("reset")),
        ("enroll", Method::POST, of("enrollments")),
    ];
    match base {
        Identification => {
            operations.push(("identify", Method::POST, identify_path(version, "profileIds=1")));
        }
        _ => operations.push(("verify", Method::POST, of("verify"))),
    }
    if version == V2021 || base == TextDependent {
        operations.push(("phrases", Method::GET, phrases_path(version, base, "en-us")));
    }
    operations
}

pub(super) fn phrases_path(version: Version, base: Base, locale: &str) -> String {
    profiles(version, base).replace("/profiles", &format!("/phrases/{locale}"))
}

/// What every operation says to whom it does not know, and those of one profile about what is not there.
pub(super) fn doors(table: &mut Table, acme: &Subscriber, version: Version, base: Base) {
    let (code, message) =
        ("Unauthorized", "Request is not authorized. Make sure subscription key is included and valid.");
    for (name, method, path) in operations(version, base) {
        let of = Of(version, name);
        table.error(of, &send(acme.bare(method.clone(), &path)), 401, code, message);
        for key in ["nobody", "tba_1_2", "", &acme.keys[1][..acme.keys[1].len() - 1]] {
            let wrong = acme.bare(method.clone(), &path).header("Ocp-Apim-Subscription-Key", key);
            table.error(of, &send(wrong), 401, code, message);
        }
        if matches!(name, "get" | "reset" | "enroll" | "verify") {
            for id in [NOBODY, "not-an-id"] {
                let unknown = send(acme.request(method.clone(), &path.replace(NOBODY, id)));
                table.error(of, &unknown, 404, "Not Found", "Requested profile doesn't exist");
            }
        }
    }
}

pub(super) fn create(table: &mut Table, acme: &Subscriber, version: Version, base: Base) {
    let of = Of(version, "create");
    for body in [r#"{"locale":"en-us"}"#, r#"{"locale": "ENUS", "other": 1}"#] {
        let made = acme.create(version, base, body);
        table.row(of, body, &made, 201, &empty(version, base, "new"));
        let location = made.headers["location"].to_str().unwrap();
        let found = send(acme.request(Method::GET, location));
        table.row(of, "location", &found, 200, &empty(version, base, "new"));
    }
    let mut bad = |body: &str, code, message: &str| {
        table.error(of, &acme.create(version, base, body), 400, code, message);
    };
    bad("", "InvalidRequest", "Request body is missing.");
    for body in ["{", "[]", "\"en-us\"", r#"{"locale": 7}"#] {
        bad(body, "InvalidRequest", "Invalid JSON format.");
    }
    for body in ["{}", r#"{"locale": null}"#, r#"{"locale": ""}"#] {
        bad(body, "InvalidRequest", "Locale parameter is missing.");
    }
    let known = match (base, version) {
        (TextDependent, _) => "en-US",
        (_, V2021) => "en-US, es-ES, fr-FR, zh-CN",
        (_, V2_0) => {
            "en-US, es-ES, fr-FR, zh-CN, de-DE, en-GB, en-AU, en-CA, fr-CA, it-IT, es-MX, ja-JP, pt-BR, en-IN"
        }
    };
    let message = format!("Invalid locale value. Supported locales are {known}.");
    for locale in ["xx-yy", "english", "en", "sv-SE"] {
        bad(&format!(r#"{{"locale":"{locale}"}}"#), "InvalidArgument", &message);
    }
    let message = "Unsupported media type. Only 'application/JSON' is accepted.";
    let typed = |label: &str| {
        send(acme.post(&profiles(version, base)).header("content-type", label).body(r#"{"locale":"en-us"}"#))
    };
    for label in ["text/plain", "audio/wav"] {
        table.error(of, &typed(label), 415, "UnsupportedMediaType", message);
    }
    table.row(of, "charset", &typed("application/json; charset=utf-8"), 201, &empty(version, base, "new"));
    let bare = send(acme.post(&profiles(version, base)));
    table.error(of, &bare, 400, "InvalidRequest", "Request body is missing.");
}

pub(super) fn list(table: &mut Table, tenant: &Subscriber, version: Version, base: Base) {
    let of = Of(version, "list");
    let path = profiles(version, base);
    let (key, link) = if version == V2_0 { ("profiles", "@nextLink") } else { ("value", "nextLink") };
    table.row(of, "nothing", &tenant.get(&path), 200, &format!(r#"{{"{key}":[]}}"#));
    for _ in 0..3 {
        tenant.profile(version, base);
    }
    let one = empty(version, base, "new");
    table.row(of, "all", &tenant.get(&path), 200, &format!(r#"{{"{key}":[{one},{one},{one}]}}"#));
    let size = if version == V2_0 { "$top" } else { "maxpagesize" };
    let first = tenant.get(&with(&path, &format!("{size}=2")));
    let next = field(&first, link);
    let escaped = next.replace('<', "");
    table.row(of, "a page", &first, 200, &format!(r#"{{"{key}":[{one},{one}],"{link}":"{escaped}"}}"#));
    table.row(of, "the last page", &tenant.get(&next), 200, &format!(r#"{{"{key}":[{one}]}}"#));

    let mut bad = |query: &str, message: &str| {
        table.error(of, &tenant.get(&with(&path, query)), 400, "InvalidArgument", message);
    };
    for value in ["0", "501", "-1", "many", ""] {
        let message =
            format!("Invalid {size} parameter value. Value should be positive integer in the range [1, 500]");
        bad(&format!("{size}={value}"), &message);
    }
    let token = if version == V2_0 { "$continuationToken" } else { "continuationToken" };
    for value in ["U21pdGg1QmVuOTk5", "", "00", &NOBODY.replace('-', "")] {
        bad(
            &format!("{token}={value}"),
            &format!("Invalid {token} value. {token} must be generated form a prior API call."),
        );
    }
    for parameter in ["$filter", "$skip", "$orderBy", "$delta"] {
        bad(&format!("{parameter}=1"), &format!("{parameter} parameter is not supported."));
    }
}

pub(super) fn get_reset_delete(table: &mut Table, acme: &Subscriber, version: Version, base: Base) {
    let id = acme.profile(version, base);
    let path = |action| profile_path(version, base, &id, action);
    table.row(Of(version, "get"), "new", &acme.get(&path("")), 200, &empty(version, base, "new"));
    let undashed = profile_path(version, base, &id.replace('-', "").to_uppercase(), "");
    table.row(Of(version, "get"), "undashed", &acme.get(&undashed), 200, &empty(version, base, "new"));

    let reset = send(acme.post(&path("reset")));
    match version {
        V2_0 => table.row(Of(version, "reset"), "done", &reset, 204, ""),
        V2021 => {
            table.row(Of(version, "reset"), "done", &reset, 200, &empty(version, base, "reset"));
            let location = reset.headers["location"].to_str().unwrap();
            let found = send(acme.request(Method::GET, location));
            table.row(Of(version, "reset"), "location", &found, 200, &empty(version, base, "reset"));
        }
    }
    table.row(Of(version, "delete"), "done", &acme.delete(&path("")), 204, "");
    for id in [id.as_str(), NOBODY, "not-an-id"] {
        let again = acme.delete(&profile_path(version, base, id, ""));
        table.row(Of(version, "delete"), "not there", &again, 204, "");
    }
    table.error(
        Of(version, "get"),
        &acme.get(&path("")),
        404,
        "Not Found",
        "Requested profile doesn't exist",
    );
}

pub(super) const PHRASES: [&str; 10] = [
    "i am going to make him an offer he cannot refuse",
    "houston we have had a problem",
    "my voice is my passport verify me",
    "apple juice tastes funny after toothpaste",
    "you can get in without your password",
    "you can activate security system now",
    "my voice is stronger than passwords",
    "my password is not your business",
    "my name is unknown to you",
    "be yourself everyone else is already taken",
];

pub(super) fn phrases(table: &mut Table, acme: &Subscriber, version: Version) {
    let of = Of(version, "phrases");
    let body = match version {
        V2_0 => serde_json::to_string(&PHRASES).unwrap(),
        V2021 => {
            let each = PHRASES.map(|phrase| format!(r#"{{"passPhrase":"{phrase}"}}"#));
            format!(r#"{{"value":[{}]}}"#, each.join(","))
        }
    };
    let path = |locale| phrases_path(version, TextDependent, locale);
    for locale in ["en-US", "en-us", "enus"] {
        table.row(of, locale, &acme.get(&path(locale)), 200, &body);
    }
    let message = "Invalid locale value. Supported locales are en-US.";
    for locale in ["de-DE", "english"] {
        table.error(of, &acme.get(&path(locale)), 400, "InvalidArgument", message);
    }
    table.error(of, &acme.get(&path("")), 400, "InvalidRequest", "Locale parameter is missing.");
    if version == V2021 {
        for base in [Verification, Identification] {
            let path = |locale| phrases_path(version, base, locale);
            let known = r#"{"value":[{"activationPhrase":"I'll talk for a few seconds so you can recognize my voice in the future."}]}"#;
            table.row(of, "activation", &acme.get(&path("en-us")), 200, known);
            table.row(of, "activation", &acme.get(&path("fr-fr")), 200, r#"{"value":[]}"#);
            let message = "Invalid locale value. Supported locales are en-US, es-ES, fr-FR, zh-CN.";
            table.error(of, &acme.get(&path("de-de")), 400, "InvalidArgument", message);
        }
    }
}
