//! What is held about a person is told to them: all of it, but never the voice.

use timbre_domain::dialogue::Purpose::Verify;
use timbre_engine::{Consent, EngineError, PersonName};
use timbre_tests::{Person, Product, VERIFIED};

use super::{person, tenant};

#[test]
fn an_export_tells_what_is_kept_and_no_voiceprint_embedding_fingerprint_or_sound() {
    let product = Product::start();
    let app = product.application("acme");
    let heart = Person::english("af_heart");
    let user = app.enrolled("a reference", &heart);
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    let acme = tenant(&product, "acme");
    let header = format!("sha256={}; at=2026-01-01T10:00:00Z; signer=form 7", "ab".repeat(32));
    let consent = Consent::parse(&header, product.engine.now()).unwrap();
    let name = PersonName::Reference("a reference".to_owned());
    product.block_on(product.engine.record_consent(&acme, &name, consent)).unwrap();
    let subject = person(&product, &acme, "reference", "a reference");
    let held = product.block_on(product.engine.export_person(&acme, subject)).unwrap();
    let held = serde_json::to_value(&held).unwrap();
    assert_eq!(
        (held["person"].as_str(), held["reference_id"].as_str()),
        (Some(user.as_str()), Some("a reference"))
    );
    assert_eq!(held["pseudonym"], acme.pseudonym(subject));
    assert_eq!(held["consents"][0]["signer"], "form 7");
    let enrolment = &held["enrolments"][0];
    assert_eq!(
        (enrolment["language"].as_str(), enrolment["scheme"].as_str()),
        (Some("en"), Some("prompted-digits"))
    );
    assert_eq!(enrolment["recordings"].as_array().unwrap().len(), 3);
    assert!(enrolment["recordings"][0]["sealed_bytes"].as_u64().unwrap() > 10_000);
    assert_eq!(held["dialogues"].as_array().unwrap().len(), 2);
    assert!(held["dialogues"][0]["turns"][0]["measured"].is_object());

    let text = held.to_string();
    let store = product.store();
    let id = enrolment["id"].as_str().unwrap().parse().unwrap();
    for voiceprint in product.block_on(store.voiceprints(acme.id, id)).unwrap() {
        let digits: String = voiceprint.sealed[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!text.contains(&digits));
    }
    for word in ["embedding", "fingerprint", "\"sealed\"", "code\""] {
        assert!(!text.contains(word), "{word}");
    }
    assert!(text.len() < 20_000, "no blob is in it: {} bytes", text.len());

    let other = product.application("other");
    other.user("7");
    let stranger = tenant(&product, "other");
    let refused = product.block_on(product.engine.export_person(&stranger, subject));
    assert!(matches!(refused, Err(EngineError::UnknownSubject)));
}
