//! `timbre serve` as a process of its own: what Prometheus and a collector of traces are told when somebody is enrolled, verified, refused and
//! rejected.

#![allow(clippy::unwrap_used)]

mod collector;
mod served;

use std::collections::BTreeMap;

use timbre_tests::{
    ANOTHER_VOICE, Application, Person,
    Purpose::{Enrol, Verify},
    VERIFIED, sound,
};
use timbre_voices::wav;

use collector::{Collector, Span};
use served::Served;

/// What is left of a day to be looked for.
struct Day {
    user: String,
    code: String,
    /// Why the recording in noise did not serve.
    refusal: String,
}

/// Somebody is enrolled; speaks in noise, is verified; and somebody else tries to be them.
fn a_day_at(served: &Served) -> Day {
    let application = served.application();
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = application.enrolled("a reference of theirs", &heart);

    let code = application.start(Verify, &user).code();
    let reply = application.speak(Verify, &user, wav(&in_noise(&heart.samples(&code))));
    let refusal = reply.decision();
    assert!(["TooNoisy", "NoSpeech"].contains(&refusal.as_str()), "{}", reply.body);
    let mut reply = application.speak(Verify, &user, heart.says(&reply.code()));
    for _ in 0..2 {
        if reply.body == VERIFIED {
            break;
        }
        reply = application.speak(Verify, &user, heart.says(&reply.code()));
    }
    reply.is_outcome(VERIFIED);
    application.converse(Verify, &user, &fenrir).is_outcome(ANOTHER_VOICE);
    Day { user, code, refusal }
}

/// Speech in noise that it does not stand out of.
fn in_noise(spoken: &[f32]) -> Vec<f32> {
    let spoken = sound::scaled(spoken, 0.3);
    sound::mixed(&spoken, &sound::noise(30.0, 1.7 * sound::level(&spoken)))
}

#[test]
fn figures_answer_an_operator_and_name_nobody() {
    let served = Served::start(None);
    let Day { user, code, refusal } = a_day_at(&served);
    let figures = served.figures();

    assert!(figures.of("timbre_build_info", &[("version", env!("CARGO_PKG_VERSION"))]) == 1.0);
    let route = "/api/1.0/users/{user}/dialogue/verify/voice";
    let verifications = &[("contract", "biometrid"), ("method", "POST"), ("route", route), ("status", "200")];
    assert!(figures.of("timbre_requests_total", verifications) >= 5.0, "{figures:?}");
    let heard = figures.of("timbre_model_seconds_count", &[("contract", "biometrid")]);
    assert!(heard >= 6.0, "{heard}");
    let models = figures.of("timbre_model_seconds_sum", &[("contract", "biometrid")]);
    let whole = figures.of("timbre_inference_seconds_sum", &[("contract", "biometrid")]);
    let requests = figures.sum("timbre_request_seconds_sum", "biometrid");
    assert!(0.0 < models && models < whole && whole < requests, "{models} {whole} {requests}");
    assert_eq!(figures.of("timbre_inference_queue_depth", &[]), 0.0);
    assert_eq!(figures.of("timbre_inference_workers", &[]), 1.0);
    assert_eq!(figures.of("timbre_inference_busy_workers", &[]), 0.0);

    let decided = |kind, outcome| {
        let labels = [("contract", "biometrid"), ("kind", kind), ("outcome", outcome)];
        figures.of("timbre_decisions_total", &labels)
    };
    assert_eq!(decided("enrol", "accepted"), 1.0);
    assert_eq!(decided("enrol", "goes on"), 2.0);
    assert_eq!(decided("verify", "accepted"), 1.0);
    for (outcome, reason) in [("refused", refusal.as_str()), ("rejected", "VoiceMismatch")] {
        assert_eq!(decided("verify", outcome), 1.0);
        let labels =
            [("contract", "biometrid"), ("kind", "verify"), ("outcome", outcome), ("reason", reason)];
        assert_eq!(figures.of("timbre_decision_reasons_total", &labels), 1.0);
    }
    let scores = [("tenant", "demo"), ("contract", "biometrid"), ("kind", "verify")];
    assert!(figures.of("timbre_score_count", &scores) >= 2.0);
    let low = [scores.as_slice(), &[("le", "0.5")]].concat();
    assert!(figures.of("timbre_score_bucket", &low) >= 1.0, "the other voice scores low");
    assert!(figures.of("timbre_used_this_month", &[("tenant", "demo"), ("meter", "enrolments")]) == 1.0);
    assert!(figures.of("timbre_store_seconds_count", &[("operation", "commit_step")]) >= 6.0);
    assert!(figures.of("timbre_vault_seconds_count", &[("operation", "put")]) >= 3.0);
    assert_eq!(figures.of("timbre_jobs", &[("state", "Queued")]), 0.0);
    assert_eq!(figures.of("timbre_job_age_seconds", &[]), 0.0);

    // Nobody can be told from it: no id, reference, code, key or path.
    let secrets = [user, "a reference of theirs".to_owned(), served.key.clone(), served.secret.clone()];
    let labels = figures.labels();
    assert!(labels.len() > 20, "{labels:?}");
    // Not "contains": a bucket's end may have the same digits.
    assert!(!labels.contains(&code), "{code} in {labels:?}");
    for secret in secrets {
        assert!(labels.iter().all(|value| !value.contains(&secret)), "{secret} in {labels:?}");
    }
    served.promtool_reads(&figures);
}

#[test]
fn a_path_that_no_route_has_is_counted_and_not_written_down() {
    let served = Served::start(None);
    let asked = served.application().get("/api/1.0/users/5f0e1d2c3b4a596877665544/nonsense?secret=hunter2");
    assert_eq!(asked.status, 404, "{}", asked.body);
    let figures = served.figures();
    assert!(
        figures.of(
            "timbre_requests_total",
            &[("contract", "none"), ("method", "GET"), ("route", "unknown"), ("status", "404")]
        ) == 1.0
    );
    for value in figures.labels() {
        assert!(!value.contains("hunter2") && !value.contains("5f0e1d2c"), "{value}");
    }
}

#[test]
fn tenants_do_not_see_figures_and_the_listener_for_figures_serves_no_tenant() {
    let served = Served::start(None);
    let public = served.application().get("/metrics");
    assert_eq!(public.status, 404);
    assert!(!public.body.contains("timbre_"), "{}", public.body);
    let figures = Application::new(&served.metrics_url, &served.key, &served.secret);
    for path in ["/", "/healthz", "/api/1.0/users", "/metrics/"] {
        assert_eq!(figures.get(path).status, 404, "{path}");
    }
    assert_eq!(figures.get("/metrics").headers["content-type"], "text/plain; version=0.0.4");
}

#[test]
fn a_worker_apart_has_figures_of_its_own() {
    let worker = Served::working();
    let figures = worker.figures();
    assert_eq!(figures.of("timbre_inference_workers", &[]), 1.0);
    assert!(figures.of("timbre_database_read_timestamp_seconds", &[]) > 1.7e9);
    assert_eq!(figures.of("timbre_jobs", &[("state", "Running")]), 0.0);
    worker.end();
}

#[test]
fn a_verification_is_one_trace_through_all_parts() {
    let collector = Collector::start();
    let served = Served::start(Some(&collector.url));
    let user = a_day_at(&served).user;
    let (key, secret) = (served.key.clone(), served.secret.clone());
    // What ends tells all that it has.
    served.end();
    let spans = collector.spans();

    let verify = "/api/1.0/users/{user}/dialogue/verify/voice";
    let traces = by_trace(&spans);
    let verified = traces.values().find(|spans| {
        let is = |name: &str| spans.iter().any(|span| span.name == name);
        spans.iter().any(|span| span.has("route", verify)) && is("matching.compare")
    });
    let verified = verified.unwrap_or_else(|| panic!("no verification among {} spans", spans.len()));
    let path = |name: &str| {
        let span = verified.iter().find(|span| span.name == name);
        let mut span = *span.unwrap_or_else(|| panic!("no {name} in {:?}", names(verified)));
        let mut path = vec![span.name.as_str()];
        while !span.parent.is_empty() {
            span = verified.iter().find(|other| other.id == span.parent).unwrap();
            path.insert(0, &span.name);
        }
        path
    };
    assert_eq!(path("inference.queue"), ["request", "inference.queue"]);
    assert_eq!(path("audio.decode"), ["request", "inference.work", "audio.decode"]);
    assert_eq!(path("inference.speech"), ["request", "inference.work", "inference.speech"]);
    assert_eq!(path("inference.code"), ["request", "inference.work", "inference.code"]);
    assert_eq!(path("inference.embed"), ["request", "inference.work", "inference.embed"]);
    assert_eq!(path("matching.compare"), ["request", "matching.compare"]);
    assert_eq!(path("store.commit"), ["request", "store.commit"]);
    let request = verified.iter().find(|span| span.name == "request").unwrap();
    assert!(request.has("status", "200") && request.has("method", "POST"), "{request:?}");
    for span in verified {
        assert!(request.began <= span.began && span.began <= span.ended, "{span:?}");
    }
    let work = verified.iter().find(|span| span.name == "inference.work").unwrap();
    let queue = verified.iter().find(|span| span.name == "inference.queue").unwrap();
    assert!(queue.ended <= work.began, "waiting ends where work begins");

    let enrol = "/api/1.0/users/{user}/dialogue/enroll/voice";
    let enrolled = traces.values().find(|spans| {
        spans.iter().any(|span| span.has("route", enrol)) && names(spans).contains(&"vault.put")
    });
    assert!(enrolled.is_some(), "the recording is put into the vault in the request's trace");

    for span in &spans {
        let told = format!("{span:?}");
        for secret in [&user, &key, &secret] {
            assert!(!told.contains(secret.as_str()), "{told}");
        }
    }
    assert!(spans.iter().all(|span| span.service == "timbre"));
    drop(collector);
}

#[test]
fn a_collector_that_is_away_disturbs_nobody() {
    // Nobody listens there: the port was free a moment ago.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let served = Served::start(Some(&format!("http://{nobody}")));
    let application = served.application();
    let user = application.user("7");
    assert_eq!(application.start(Enrol, &user).message(), "DIALOGUE_STARTED_WITH_SUCCESS");
    served.until("spans are counted as lost", |figures| {
        figures.of("timbre_spans_total", &[("outcome", "lost")]) > 0.0
    });
    application.user("8");
    let began = std::time::Instant::now();
    served.end();
    assert!(began.elapsed().as_secs() < 20, "it ends all the same");
}

fn by_trace(spans: &[Span]) -> BTreeMap<&[u8], Vec<&Span>> {
    let mut traces: BTreeMap<&[u8], Vec<&Span>> = BTreeMap::new();
    for span in spans {
        traces.entry(&span.trace).or_default().push(span);
    }
    traces
}

fn names<'a>(spans: &[&'a Span]) -> Vec<&'a str> {
    spans.iter().map(|span| span.name.as_str()).collect()
}
