//! What the contract does not have is told in its shape.

use reqwest::{Method, blocking::RequestBuilder};
use timbre_tests::{
    Product, send,
    subscriber::{TextDependent, V2_0, V2021, Verification, identify_path, json, profiles},
};

#[test]
fn what_the_contract_does_not_have_is_told_in_its_shape() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let nowhere = |request: RequestBuilder| {
        let reply = send(request);
        (reply.status, json(&reply)["error"]["code"].as_str().unwrap_or_default().to_owned())
    };
    for path in [
        "/speaker/verification/v2.0/nowhere",
        "/speaker-recognition/identification",
        "/speaker/verification/",
    ] {
        assert_eq!(nowhere(acme.request(Method::GET, path)), (404, "Not Found".to_owned()), "{path}");
    }
    // v2.0 has activation phrases for nobody.
    let activation = profiles(V2_0, Verification).replace("/profiles", "/phrases/en-us");
    assert_eq!(nowhere(acme.request(Method::GET, &activation)), (404, "Not Found".to_owned()));
    for (method, path) in
        [(Method::PUT, profiles(V2_0, TextDependent)), (Method::GET, identify_path(V2_0, "a=b"))]
    {
        assert_eq!(nowhere(acme.request(method, &path)), (405, "MethodNotAllowed".to_owned()));
    }
    let path = profiles(V2021, TextDependent);
    let bare = path.replace("?api-version=2021-09-05", "");
    assert_eq!(nowhere(acme.request(Method::GET, &bare)), (400, "MissingApiVersionParameter".to_owned()));
    let old = path.replace("2021", "2020");
    assert_eq!(nowhere(acme.request(Method::GET, &old)), (400, "UnsupportedApiVersionValue".to_owned()));
    // Both documented base paths of 2021-09-05.
    let other = path.replace("/speaker-recognition/", "/speaker/");
    assert_eq!(acme.get(&other).status, 200);
}
