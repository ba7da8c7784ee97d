//! Who is let in, and where to.

use reqwest::Method;
use serde_json::{Value, json};
use timbre_api::Http;
use timbre_tests::{
    Developer, Product, Setup, Table,
    developer::{
        DELETE, DIARIZE, DIARIZE_LATER, ENROLL, ENROLL_V1, IDENTIFY, IDENTIFY_LATER, IDENTIFY_V1, LIST,
        STATUS, VAD_LATER, gateway, with,
    },
    encoded, send,
};

/// Every operation.
fn operations() -> Vec<(Method, &'static str)> {
    let gets = [ENROLL, LIST, STATUS];
    let posts = [ENROLL, ENROLL_V1, DELETE, IDENTIFY, IDENTIFY_V1, DIARIZE, VAD_LATER];
    let posts = posts.into_iter().chain(IDENTIFY_LATER).chain(DIARIZE_LATER);
    gets.map(|path| (Method::GET, path)).into_iter().chain(posts.map(|path| (Method::POST, path))).collect()
}

/// What every operation says to whom it does not know.
pub(super) fn keys(table: &mut Table, product: &Product, acme: &Developer) {
    let body = gateway("oauth.v2.InvalidApiKey", "Invalid ApiKey");
    let issued = product.block_on(product.engine.create_tenant("other contracts", "en")).unwrap();
    let cut = acme.keys[1][..acme.keys[1].len() - 1].to_owned();
    let wrong = [
        "nobody".to_owned(),
        "tbd_1_2".to_owned(),
        String::new(),
        cut,
        issued.subscription_keys[0].to_string(),
        format!("{}_{}", issued.biometrid.key, &*issued.biometrid.secret),
    ];
    for (method, path) in operations() {
        let of = format!("{method} {path}");
        table.json(&of, "no key", &send(acme.bare(method.clone(), path)), 401, &body);
        for key in &wrong {
            let query = encoded(&[("apikey", key.as_str())]);
            let reply = send(acme.bare(method.clone(), &format!("{path}?{query}")));
            table.json(&of, "a wrong key", &reply, 401, &body);
        }
        // A key is good in the query only, and under its documented name.
        let elsewhere = acme.bare(method.clone(), &format!("{path}?api_key={}", acme.keys[0]));
        let elsewhere = elsewhere.header("apikey", &acme.keys[0]).header("authorization", &acme.keys[0]);
        table.json(&of, "the key elsewhere", &send(elsewhere), 401, &body);
    }
    let both = [0, 1].map(|key| acme.with_key(&acme.keys[key]).get(LIST, &[]));
    for reply in both {
        let nobody: Value = json!({"developer_id": "acme", "enrolled_speaker_ids": []});
        table.json(LIST, "either key", &reply, 200, &nobody);
    }
}

/// Where there is no place for another recording.
pub(super) fn full(table: &mut Table, product: &Product, acme: &Developer) {
    let setup = Setup::default();
    let full = product.beside(Setup { http: Http { max_uploads: 0, ..setup.http.clone() }, ..setup });
    let acme = acme.at(&full.url);
    for (method, path) in operations().into_iter().filter(|(method, _)| *method == Method::POST) {
        let operation = path.rsplit('/').next().unwrap_or_default();
        let reply = send(acme.request(method, path, &[("webhook", "https://receiver.example/")]).body("{}"));
        let text = format!("Error in {operation}: Queued, try again in a few minutes");
        let fault =
            json!({"fault": {"detail": {"error_code": "com.deepaffects.Queued"}, "fault_string": text}});
        table.json(path, "no place", &reply, 503, &with(fault, "type", "queued"));
        let told = reply.headers.get("retry-after").is_some_and(|seconds| seconds == "1");
        table.holds(path, "no place, when to come back", told, &reply.body);
    }
}

/// What is not there.
pub(super) fn routes(table: &mut Table, acme: &Developer) {
    let body = with(gateway("com.deepaffects.UnknownRoute", "Unknown route"), "type", "unknown_route");
    for path in [
        "/audio/generic/api",
        "/audio/generic/api/",
        "/audio/generic/api/v2/sync/diarization/delete",
        "/audio/generic/api/v2/sync/diarization/get_enrolled_speakers",
        "/audio/generic/api/v2/sync/diarize",
        "/audio/generic/api/v3/sync/diarization/identify",
        "/audio/generic/api/v4/async/diarization/identify",
        "/audio/generic/api/v3/async/diarize",
        "/audio/generic/api/v2/async/vad",
        "/audio/generic/api/v1/async/asr",
        "/audio/generic/api/v2/sync/diarization/enroll/",
        "/transaction/generic/api/v1/sync/status",
        "/transaction/generic/api/v2/async/status",
    ] {
        for method in [Method::GET, Method::POST] {
            let reply = send(acme.request(method.clone(), path, &[]));
            table.json(format!("{method} {path}"), "no such route", &reply, 404, &body);
        }
    }
    let body =
        with(gateway("com.deepaffects.MethodNotAllowed", "Method not allowed"), "type", "unknown_route");
    for (method, path) in operations() {
        let others = [Method::PUT, Method::DELETE, Method::PATCH, Method::GET, Method::POST];
        let known = |other: &Method| operations().contains(&(other.clone(), path));
        for other in others.into_iter().filter(|other| *other != method && !known(other)) {
            let reply = send(acme.request(other.clone(), path, &[]));
            table.json(format!("{other} {path}"), "no such method", &reply, 405, &body);
            let told = reply.headers["allow"].to_str().unwrap_or_default();
            table.holds(path, "which methods there are", told.contains(method.as_str()), told);
        }
    }
}
