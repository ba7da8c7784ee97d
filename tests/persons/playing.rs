//! Playing an enrolment's recordings: as they came, each time told, and of nobody who is not meant.

use timbre_domain::ids::SampleId;
use timbre_engine::{AuditEvent, AuditFilter, Chain, EngineError, Tenant};
use timbre_tests::{Person, Product};

use super::{Applications, HEART, issued, person, tenant};

fn told(product: &Product, tenant: &Tenant) -> Vec<AuditEvent> {
    let filter = AuditFilter { action: Some("recording.played".to_owned()), ..AuditFilter::default() };
    let store = product.store();
    product.block_on(store.audit_events(Chain::Tenant(tenant.id), &filter, None, 9)).unwrap()
}

#[test]
fn a_recording_is_played_as_it_came_and_the_trail_tells_of_whom_without_an_id() {
    let product = Product::start();
    let app = product.application("acme");
    let user = app.enrolled("a reference", &Person::english("af_heart"));
    app.user("somebody else");
    let acme = tenant(&product, "acme");
    let subject = person(&product, &acme, "reference", "a reference");
    let kept = product.block_on(product.engine.recordings_of(&acme, subject)).unwrap();
    assert_eq!(kept.len(), 3);
    let measured = |length: Option<f64>| length.is_some_and(|seconds| seconds > 0.5);
    assert!(kept.iter().all(|one| measured(one.seconds) && measured(one.speech_seconds)), "{kept:?}");
    assert!(kept.windows(2).all(|pair| pair[0].at >= pair[1].at && pair[0].enrolment == pair[1].enrolment));

    let play = |tenant: &Tenant, subject, id| {
        product.block_on(product.engine.play_recording(tenant, subject, id, None))
    };
    let played = play(&acme, subject, kept[0].id).unwrap();
    assert!(played.bytes.starts_with(b"RIFF") && played.bytes.len() > 16_000);
    assert_eq!(played.media_type(), "audio/wav");
    let events = told(&product, &acme);
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!(event.person, Some(acme.pseudonym(subject)));
    assert_eq!(event.target, Some(acme.recording_pseudonym(kept[0].id)));
    let text = format!("{event:?}");
    assert!(!text.contains(&user) && !text.contains(&kept[0].id.to_string()), "{text}");

    // Another one's, nobody's, another tenant's: not there, and nothing was played.
    let other = person(&product, &acme, "reference", "somebody else");
    assert!(product.block_on(product.engine.recordings_of(&acme, other)).unwrap().is_empty());
    assert!(matches!(play(&acme, other, kept[0].id), Err(EngineError::UnknownRecording)));
    let nothing = SampleId::from_random([7; 16]);
    assert!(matches!(play(&acme, subject, nothing), Err(EngineError::UnknownRecording)));
    product.application("other");
    let foreign = tenant(&product, "other");
    assert!(matches!(play(&foreign, subject, kept[0].id), Err(EngineError::UnknownSubject)));
    assert!(product.block_on(product.engine.recordings_of(&foreign, subject)).unwrap().is_empty());
    assert_eq!((told(&product, &acme).len(), told(&product, &foreign).len()), (1, 0));
}

#[test]
fn what_the_trail_cannot_tell_is_not_played() {
    let product = Product::start();
    product.application("acme").enrolled("a reference", &Person::english("af_heart"));
    let acme = tenant(&product, "acme");
    let subject = person(&product, &acme, "reference", "a reference");
    let kept = product.block_on(product.engine.recordings_of(&acme, subject)).unwrap();
    let play = || product.block_on(product.engine.play_recording(&acme, subject, kept[0].id, None));
    timbre_backends::run(product.folder(), "ALTER TABLE audit_events RENAME TO away");
    assert!(play().is_err());
    timbre_backends::run(product.folder(), "ALTER TABLE away RENAME TO audit_events");
    assert!(told(&product, &acme).is_empty());
    play().unwrap();
    assert_eq!(told(&product, &acme).len(), 1);
}

#[test]
fn profiles_recordings_are_played_until_the_voice_is_deleted() {
    let product = Product::start();
    let apps = Applications::of(&product, &issued(&product, "acme"));
    apps.deepaffects.enrolled("ada", &HEART.free(&[0, 1]));
    let acme = tenant(&product, "acme");
    let subject = person(&product, &acme, "speaker", "ada");
    let kept = product.block_on(product.engine.recordings_of(&acme, subject)).unwrap();
    let [only] = kept.as_slice() else { panic!("{kept:?}") };
    assert!(only.seconds.unwrap() > 20.0 && only.speech_seconds.unwrap() > 10.0, "{only:?}");
    let played = product.block_on(product.engine.play_recording(&acme, subject, only.id, None)).unwrap();
    assert_eq!(played.bytes[..], HEART.free(&[0, 1])[..]);
    apps.deepaffects.delete("ada");
    let gone = product.block_on(product.engine.play_recording(&acme, subject, only.id, None));
    assert!(matches!(gone, Err(EngineError::UnknownSubject)));
    assert!(product.block_on(product.engine.recordings_of(&acme, subject)).unwrap().is_empty());
}
