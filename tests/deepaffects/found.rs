//! What those see of a job who look after it: who spoke when, what was told of it, and its sound as long as that is kept.

use serde_json::json;
use timbre_domain::{
    ids::JobId,
    inquiry::{Outcome, Who},
};
use timbre_engine::{AuditFilter, Chain, EngineError, Names, Tenant};
use timbre_tests::{
    Developer, Product, Receiver,
    developer::{IDENTIFY_LATER, VAD_LATER, content, with},
    reaching,
};

use super::HEART;

fn acme_of(product: &Product) -> Tenant {
    product.block_on(product.engine.tenant_for_operator("acme")).unwrap()
}

fn id_of(product: &Product, tenant: &Tenant, request_id: &str) -> JobId {
    product.block_on(product.engine.job(tenant, request_id)).unwrap().0.id
}

/// Everybody who speaks in the recording, each once, as they are called.
fn speakers(product: &Product, tenant: &Tenant, job: JobId, names: Names) -> Vec<Who> {
    let details = product.block_on(product.engine.job_details(tenant, job, names)).unwrap();
    let Some(Outcome::Found(findings)) = details.outcome else { panic!("nothing was found") };
    assert!(!details.has_recording, "it is over");
    let mut who: Vec<Who> = findings.segments.into_iter().map(|segment| segment.who).collect();
    who.dedup();
    who
}

#[test]
fn findings_name_whom_the_tenant_knows_to_whoever_may_be_told_and_nobody_else() {
    let product = Product::with(reaching());
    let (developer, receiver) = (Developer::of(&product, "acme"), Receiver::start());
    developer.enrolled("ada", &HEART.free(&[0, 1]));
    let asked = with(content(&HEART.free(&[3])), "speakerIds", json!(["ada"]));
    let request = developer.order(IDENTIFY_LATER[1], &receiver.url("/hook?token=secret"), &asked);
    let sent = receiver.next().json();
    assert_eq!(sent["response"]["segments"][0]["speaker_id"], "ada", "{sent}");

    let acme = acme_of(&product);
    let job = id_of(&product, &acme, &request);
    assert_eq!(speakers(&product, &acme, job, Names::Told), [Who::Known("ada".to_owned())]);
    assert_eq!(speakers(&product, &acme, job, Names::Withheld), [Who::Stranger(0)]);
    let told = product.block_on(product.engine.message_body(&acme, job)).unwrap().unwrap();
    assert_eq!((told.body, told.to), (sent, receiver.url("").replace("http://", "")));

    developer.delete("ada");
    assert_eq!(speakers(&product, &acme, job, Names::Told), [Who::Stranger(0)], "she is known no more");
    let told = product.block_on(product.engine.message_body(&acme, job)).unwrap().unwrap();
    assert!(!told.body.to_string().contains("ada"), "{}", told.body);
    Developer::of(&product, "other");
    let other = product.block_on(product.engine.tenant_for_operator("other")).unwrap();
    let foreign = product.block_on(product.engine.job_details(&other, job, Names::Told));
    assert!(matches!(foreign, Err(EngineError::UnknownJob)));
    let foreign = product.block_on(product.engine.message_body(&other, job));
    assert!(matches!(foreign, Err(EngineError::UnknownJob)));
}

#[test]
fn a_jobs_recording_is_played_while_it_is_kept_and_the_trail_tells_of_it() {
    let mut setup = reaching();
    setup.jobs.embedded = false;
    let product = Product::with(setup);
    let developer = Developer::of(&product, "acme");
    let request =
        developer.order(VAD_LATER, "https://receiver.example/hook", &content(&HEART.says("other_0")));
    let acme = acme_of(&product);
    let job = id_of(&product, &acme, &request);
    let details = product.block_on(product.engine.job_details(&acme, job, Names::Told)).unwrap();
    assert!(details.has_recording && details.outcome.is_none());
    assert!(product.block_on(product.engine.message_body(&acme, job)).unwrap().is_none());
    let played = product.block_on(product.engine.play_job_recording(&acme, job, None)).unwrap();
    assert_eq!((played.media_type(), &played.bytes[..]), ("audio/wav", &HEART.says("other_0")[..]));

    product.block_on(product.engine.cancel_job(&acme, &request)).unwrap();
    let gone = product.block_on(product.engine.play_job_recording(&acme, job, None));
    assert!(matches!(gone, Err(EngineError::UnknownRecording)));
    let store = product.store();
    let filter = AuditFilter { action: Some("recording.played".to_owned()), ..AuditFilter::default() };
    let told = product.block_on(store.audit_events(Chain::Tenant(acme.id), &filter, None, 9)).unwrap();
    assert_eq!((told.len(), &told[0].target, &told[0].person), (1, &Some(job.to_string()), &None));
    assert!(told[0].actor.starts_with("command-line:"), "{}", told[0].actor);
}
