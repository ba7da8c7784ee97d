//! `/openapi`: the contracts' documents as they are committed, and a page to try them on that is made of this server alone.

use std::path::Path;

use reqwest::Method;
use serde_json::Value;
use timbre_api::openapi::{documents, names};
use timbre_tests::{Application, Log, Product, Reply, Setup, send};

fn get(product: &Product, path: &str) -> Reply {
    send(nobody(product).bare(Method::GET, path))
}

fn nobody(product: &Product) -> Application {
    Application::new(&product.url, "", "")
}

/// What the page's attributes of this name say.
fn named(page: &str, attribute: &str) -> Vec<String> {
    let begins = format!("{attribute}=\"");
    page.split(&begins).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
}

/// The directives of a reply's policy, each with its sources.
fn policy(reply: &Reply) -> Vec<(String, Vec<String>)> {
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    let directive = |text: &str| {
        let mut words = text.split_whitespace().map(str::to_owned);
        (words.next().unwrap(), words.collect())
    };
    policy.split(';').map(directive).collect()
}

#[test]
fn a_document_is_made_without_a_word_in_the_log() {
    let log = Log::capture();
    assert_eq!(documents().len(), names().len());
    assert_eq!(log.text(), "");
}

#[test]
fn each_document_that_is_served_is_the_one_that_is_committed() {
    let product = Product::start();
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../openapi");
    for name in names() {
        let reply = get(&product, &format!("/openapi/{name}.json"));
        assert_eq!(reply.status, 200, "{name}");
        assert_eq!(reply.headers["content-type"], "application/json");
        let file = std::fs::read_to_string(committed.join(format!("{name}.json"))).unwrap();
        let (served, committed) =
            [reply.body, file].map(|text| serde_json::from_str::<Value>(&text).unwrap()).into();
        assert!(served == committed, "{name}.json: run `cargo xtask openapi`");
    }
}

#[test]
fn whoever_has_a_document_or_a_part_of_the_page_is_told_that_it_is_still_the_same() {
    let product = Product::start();
    for path in ["/openapi/azure.json", "/openapi/", "/openapi/swagger-ui-bundle.js"] {
        let first = get(&product, path);
        assert_eq!(
            (first.status, &first.headers["cache-control"]),
            (200, &"no-cache".parse().unwrap()),
            "{path}"
        );
        let tag = first.headers["etag"].to_str().unwrap();
        let with = |tag: &str| send(nobody(&product).bare(Method::GET, path).header("if-none-match", tag));
        for known in [tag, "*", &format!("\"another\", {tag}"), tag.trim_start_matches("W/")] {
            let again = with(known);
            assert_eq!((again.status, again.body.as_str()), (304, ""), "{path}: {known}");
            assert_eq!(again.headers["etag"], tag);
        }
        assert_eq!(with("\"another\"").status, 200, "{path}");
        let head = send(nobody(&product).bare(Method::HEAD, path));
        assert_eq!(
            (head.status, &head.headers["etag"], head.body.as_str()),
            (200, &first.headers["etag"], "")
        );
    }
}

#[test]
fn the_page_is_compressed_for_those_only_who_take_that() {
    let product = Product::start();
    // One that is packed compressed, one that is not, and a document.
    for part in ["swagger-ui.css", "swagger-initializer.js", "azure.json"] {
        let path = format!("/openapi/{part}");
        let plain = get(&product, &path);
        let accepting =
            |what: &str| send(nobody(&product).bare(Method::GET, &path).header("accept-encoding", what));
        assert_eq!((plain.status, plain.headers.get("content-encoding")), (200, None), "{part}");
        for what in ["", "identity", "br", "*", "gzip;q=0", "gzip;q=0, *;q=0.5", "identity, gzip;q=0.5"] {
            let reply = accepting(what);
            assert_eq!(reply.headers.get("content-encoding"), None, "{part}: {what}");
            assert!(reply.body == plain.body, "{part}: {what}");
        }
        for what in ["gzip", "gzip, deflate, br", "br;q=1.0, gzip;q=0.8, *;q=0.1"] {
            let reply = accepting(what);
            assert_eq!((reply.status, &reply.headers["content-encoding"]), (200, &"gzip".parse().unwrap()));
            assert!(
                reply.headers["vary"].to_str().unwrap().eq_ignore_ascii_case("accept-encoding"),
                "{part}"
            );
            assert_eq!(reply.headers["etag"], plain.headers["etag"], "{part}: {what}");
            assert!(reply.body != plain.body, "{part}: {what}");
        }
    }
    let style = get(&product, "/openapi/swagger-ui.css");
    assert!(style.body.contains(".swagger-ui"), "{}", style.body);
    assert_eq!(style.headers["vary"], "Accept-Encoding", "it could come otherwise");
}

#[test]
fn the_page_offers_each_document_and_is_made_of_nothing_from_elsewhere() {
    let product = Product::start();
    let moved = get(&product, "/openapi");
    // A client that follows is where it leads.
    assert_eq!(
        (moved.status, moved.headers["content-type"].to_str().unwrap()),
        (200, "text/html; charset=utf-8")
    );
    let page = get(&product, "/openapi/");
    assert_eq!(page.body, moved.body);
    let program = get(&product, "/openapi/swagger-initializer.js").body;
    for text in [&page.body, &program] {
        assert!(!text.contains("://"), "another host: {text}");
    }
    assert!(program.contains(r#""validatorUrl": "none""#), "{program}");
    for name in names() {
        assert!(program.contains(&format!("{name}.json")), "{name}: {program}");
    }
    let parts: Vec<_> = ["src", "href"].iter().flat_map(|attribute| named(&page.body, attribute)).collect();
    assert!(parts.len() > 6, "{parts:?}");
    for part in &parts {
        assert!(!part.starts_with('/'), "{part} is not beside the page");
        let reply = get(&product, &format!("/openapi/{part}"));
        assert_eq!(
            (reply.status, reply.headers["x-content-type-options"].to_str().unwrap()),
            (200, "nosniff"),
            "{part}"
        );
    }
}

#[test]
fn the_page_may_run_nothing_inline_and_ask_nobody_but_this_server() {
    let product = Product::start();
    let page = get(&product, "/openapi/");
    assert!(named(&page.body, "style").is_empty() && !page.body.contains("<style"), "{}", page.body);
    assert_eq!(page.body.matches("<script").count(), named(&page.body, "src").len(), "{}", page.body);
    let directives = policy(&page);
    assert!(directives.contains(&("default-src".to_owned(), vec!["'none'".to_owned()])), "{directives:?}");
    for bounded in ["base-uri", "form-action", "frame-ancestors"] {
        assert!(
            directives.iter().any(|(name, sources)| name == bounded && sources == &["'none'"]),
            "{bounded}"
        );
    }
    for (name, sources) in &directives {
        for source in sources {
            let picture = source == "data:" && name == "img-src";
            let known = source.starts_with("'sha256-") && name == "style-src";
            assert!(source == "'none'" || source == "'self'" || picture || known, "{name} {source}");
        }
    }
    assert_eq!(page.headers["referrer-policy"], "no-referrer");
}

#[test]
fn what_there_is_not_is_told_as_everywhere() {
    let product = Product::start();
    for path in ["/openapi/nothing.json", "/openapi/index.html", "/openapi/..%2Fhealthz", "/openapi/a/b"] {
        get(&product, path).is_fault(404, "ROUTE_NOT_FOUND");
    }
    send(nobody(&product).bare(Method::POST, "/openapi/nothing.json")).is_fault(404, "ROUTE_NOT_FOUND");
}

#[test]
fn what_there_is_can_be_read_and_nothing_else() {
    let product = Product::start();
    for path in ["/openapi", "/openapi/", "/openapi/azure.json"] {
        let refused = send(nobody(&product).bare(Method::POST, path));
        refused.is_fault(405, "METHOD_NOT_ALLOWED");
        assert_eq!(refused.headers["allow"], "GET, HEAD", "{path}");
    }
}

#[test]
fn switched_off_there_is_neither_page_nor_document() {
    let mut setup = Setup::default();
    setup.http.documents = false;
    let product = Product::with(setup);
    for path in ["/openapi", "/openapi/", "/openapi/azure.json", "/openapi/swagger-ui.css"] {
        get(&product, path).is_fault(404, "ROUTE_NOT_FOUND");
    }
}
