//! Who may call: the faults of the two headers, on every route, and the routes there are.

use reqwest::Method;
use timbre_tests::{Product, Purpose, Reply, send, voice_path};

#[test]
fn every_route_turns_down_a_caller_whose_headers_are_not_right() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("7");
    let routes = [
        "/api/1.0/users".to_owned(),
        voice_path(Purpose::Enrol, &user),
        voice_path(Purpose::Verify, &user),
        // Who calls is asked before what for: a stranger learns nothing about users.
        voice_path(Purpose::Verify, "000000000000000000000000"),
    ];
    let (key, secret) = (acme.key.as_str(), acme.secret.as_str());
    let other = product.application("other");
    /// The headers sent, the status and the body that answer.
    type Case<'a> = (&'a [(&'a str, &'a str)], u16, &'a str);
    let cases: [Case<'_>; 8] = [
        (&[], 400, "AUTHENTICATION_HEADERS_MISSING"),
        (&[("x-biometrid-key", key)], 400, "AUTHENTICATION_HEADERS_MISSING"),
        (&[("x-biometrid-secret", secret)], 400, "AUTHENTICATION_HEADERS_MISSING"),
        (&[("x-biometrid-key", key), ("x-biometrid-secret", "")], 400, "AUTHENTICATION_HEADERS_MISSING"),
        (
            &[("x-biometrid-key", "tbk_0"), ("x-biometrid-secret", secret)],
            404,
            "CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS",
        ),
        (&[("x-biometrid-key", key), ("x-biometrid-secret", "tbs_0")], 401, "INVALID_AUTHENTICATION_HEADERS"),
        (&[("x-biometrid-key", key), ("x-biometrid-secret", key)], 401, "INVALID_AUTHENTICATION_HEADERS"),
        (
            &[("x-biometrid-key", key), ("x-biometrid-secret", &other.secret)],
            401,
            "INVALID_AUTHENTICATION_HEADERS",
        ),
    ];
    for route in &routes {
        for (headers, status, message) in cases {
            // Parameters that do not read: nobody looks at them before the caller is known.
            let mut request =
                acme.bare(Method::POST, route).header("content-type", "application/json").body("{");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let reply: Reply = send(request);
            reply.is_fault(status, message);
            assert!(reply.set_cookie().is_none());
        }
    }
}

#[test]
fn what_is_no_route_is_said_in_the_contracts_envelope() {
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.user("7");
    let voice = voice_path(Purpose::Enrol, &user);
    for path in ["/", "/api/1.0", "/api/1.0/nothing", "/api/2.0/users", "/api/1.0/users/"] {
        send(acme.post(path)).is_fault(404, "ROUTE_NOT_FOUND");
    }
    for (method, path) in [
        (Method::GET, "/api/1.0/users"),
        (Method::DELETE, "/api/1.0/users"),
        (Method::GET, &voice),
        (Method::PUT, &voice),
    ] {
        let reply = send(acme.bare(method, path));
        reply.is_fault(405, "METHOD_NOT_ALLOWED");
        assert_eq!(reply.headers["allow"], "POST");
    }
}
