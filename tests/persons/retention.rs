//! What a policy keeps for a time only is put away in housekeeping.

use timbre_domain::dialogue::Purpose::Verify;
use timbre_engine::{AuditFilter, Chain, EngineError, Retained};
use timbre_tests::{Person, Product, VERIFIED};

use super::{person, tenant};

const DAY: i64 = 86_400;

#[test]
fn people_who_were_not_heard_for_long_are_erased_with_a_receipt_and_who_was_recognised_stays() {
    let product = Product::start();
    let app = product.application("acme");
    let heart = Person::english("af_heart");
    let user = app.enrolled("heard", &heart);
    app.user("unheard");
    let acme = tenant(&product, "acme");
    let gone = person(&product, &acme, "reference", "unheard");
    product.clock.pass(20 * DAY);
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    product.clock.pass(15 * DAY);
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().retained, Retained::default());
    product.change_policy("acme", |policy| policy.retention.unused_person_days = Some(30));
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().retained.people, 1);
    assert!(matches!(
        product.block_on(product.engine.subject(&acme, gone)),
        Err(EngineError::UnknownSubject)
    ));
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    let receipts = product.block_on(product.engine.receipts_of(&acme, &acme.pseudonym(gone))).unwrap();
    let receipt = product.engine.verify_receipt(&receipts[0]).unwrap();
    assert!(receipt.left.is_nothing() && receipt.key_destroyed && !receipt.opted_out);
    let filter = AuditFilter { action: Some("person.erased".to_owned()), ..AuditFilter::default() };
    let store = product.store();
    let told = store.audit_events(Chain::Tenant(acme.id), &filter, None, 9);
    let told = product.block_on(told).unwrap();
    assert_eq!((told.len(), told[0].actor.as_str()), (1, "system"));
    assert_eq!(told[0].person, Some(acme.pseudonym(gone)));
}

#[test]
fn ended_dialogues_are_forgotten_and_the_enrolled_voice_is_verified_and_adapted_as_before() {
    let product = Product::start();
    let app = product.application("acme");
    let heart = Person::english("af_heart");
    let user = app.enrolled("7", &heart);
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    product.change_policy("acme", |policy| policy.retention.dialogue_days = Some(7));
    assert_eq!(product.block_on(product.engine.sweep()).unwrap().retained.dialogues, 0);
    product.clock.pass(8 * DAY);
    let swept = product.block_on(product.engine.sweep_objects_older_than(std::time::Duration::ZERO)).unwrap();
    assert_eq!((swept.retained.dialogues, swept.objects), (1, 0), "the verification; the enrolment stays");
    app.converse(timbre_tests::Purpose::Adapt, &user, &heart).is_outcome(timbre_tests::ADAPTED);
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}
