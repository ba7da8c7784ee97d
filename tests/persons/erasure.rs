//! The erasure of a person: whatever stops it, it ends; and what was sealed stays with whose key sealed it.

use timbre_domain::{
    dialogue::Purpose::Verify,
    ids::{ErasureId, SubjectId},
};
use timbre_engine::{EngineError, EraseOptions, Traces};
use timbre_store::{Entry, NewErasure};
use timbre_tests::{Person, Product, VERIFIED};

use super::{person, tenant};

fn begun(n: u8, pseudonym: String) -> NewErasure {
    NewErasure { id: ErasureId::from_random([n; 16]), person: pseudonym, opted_out: false }
}

#[test]
fn an_erasure_that_stopped_after_any_of_its_steps_is_ended_by_housekeeping_with_a_receipt() {
    let product = Product::start();
    let app = product.application("acme");
    let (heart, store, acme) = (Person::english("af_heart"), product.store(), tenant(&product, "acme"));
    let kept = app.enrolled("kept", &heart);
    let now = chrono::DateTime::from_timestamp(product.clock.seconds(), 0).unwrap();
    for steps in 1..=3u8 {
        let name = format!("person {steps}");
        app.enrolled(&name, &heart);
        let subject = person(&product, &acme, "reference", &name);
        let foretold = product.block_on(product.engine.to_be_erased(&acme, subject)).unwrap();
        // The commit; then the key; then the objects; and then it stops.
        let new = begun(steps, acme.pseudonym(subject));
        let erasing = store.erase_subject(acme.id, subject, new, |_| Vec::new(), Entry::default(), now);
        let erasing = product.block_on(erasing).unwrap().unwrap();
        let left = product.block_on(product.engine.traces_of(&acme, subject)).unwrap();
        assert_eq!(left, Traces { rows: 0, objects: 0, keys: 1 });
        if steps > 1 {
            product.block_on(store.destroy_person_key(acme.id, subject)).unwrap();
        }
        if steps > 2 {
            let objects = product.objects();
            for object in &erasing.remains.objects {
                product.block_on(objects.delete(acme.id, *object)).unwrap();
            }
        }
        let unknown = product.block_on(product.engine.subject(&acme, subject));
        assert!(matches!(unknown, Err(EngineError::UnknownSubject)), "meanwhile nobody is known so");

        assert_eq!(product.block_on(product.engine.sweep()).unwrap().erasures, 1);
        assert_eq!(product.block_on(product.engine.sweep()).unwrap().erasures, 0);
        let left = product.block_on(product.engine.traces_of(&acme, subject)).unwrap();
        assert!(left.is_nothing(), "{left:?}");
        let receipts = product.block_on(product.engine.receipts_of(&acme, &acme.pseudonym(subject))).unwrap();
        let receipt = product.engine.verify_receipt(&receipts[0]).unwrap();
        assert_eq!((receipt.erased.samples, receipt.erased.objects, receipt.left), (3, 3, Traces::default()));
        assert_eq!(receipt.erased, foretold, "what was said before is what was done");
        for object in erasing.remains.objects {
            let named = |path: &std::path::Path| path.to_string_lossy().contains(&object.to_string());
            assert!(!product.files().iter().any(|(path, _)| named(path)));
        }
    }
    app.converse(Verify, &kept, &heart).is_outcome(VERIFIED);
}

#[test]
fn traces_are_found_of_who_is_known_and_another_tenants_person_cannot_be_erased() {
    let product = Product::start();
    let app = product.application("acme");
    product.application("other");
    app.enrolled("7", &Person::english("af_heart"));
    let (acme, other) = (tenant(&product, "acme"), tenant(&product, "other"));
    let subject = person(&product, &acme, "reference", "7");
    let found = product.block_on(product.engine.traces_of(&acme, subject)).unwrap();
    assert!(found.rows > 8 && found.objects == 3 && found.keys == 1, "{found:?}");
    assert!(product.block_on(product.engine.traces_of(&other, subject)).unwrap().is_nothing());
    let erase = |tenant, subject| {
        product.block_on(product.engine.erase_person(tenant, subject, EraseOptions::default()))
    };
    assert!(matches!(erase(&other, subject), Err(EngineError::UnknownSubject)));
    assert!(matches!(erase(&acme, SubjectId::from_random([9; 12])), Err(EngineError::UnknownSubject)));
    let erased = erase(&acme, subject).unwrap();
    assert_eq!(product.engine.verify_receipt(&erased.text).unwrap(), erased.receipt);
    assert!(matches!(erase(&acme, subject), Err(EngineError::UnknownSubject)));
}

#[test]
fn a_person_from_before_is_sealed_under_the_tenants_key_and_the_receipt_says_so() {
    let product = Product::start();
    let app = product.application("acme");
    let heart = Person::english("af_heart");
    let user = app.user("7");
    assert_eq!(timbre_backends::run(product.folder(), "UPDATE subjects SET own_key = FALSE"), 1);
    let acme = tenant(&product, "acme");
    let subject: SubjectId = user.parse().unwrap();
    // Without a key of its own it is read all the same.
    product.block_on(product.store().destroy_person_key(acme.id, subject)).unwrap();
    app.converse(timbre_tests::Purpose::Enrol, &user, &heart);
    app.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    let erased = product.engine.erase_person(&acme, subject, EraseOptions::default());
    let receipt = product.block_on(erased).unwrap().receipt;
    assert!(!receipt.key_destroyed && receipt.left.is_nothing() && receipt.erased.samples == 3);
}
