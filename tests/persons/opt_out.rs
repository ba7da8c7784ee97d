//! Who opted out is not enrolled again, under no name, until an operator lifts it.

use timbre_engine::{EngineError, EraseOptions, PersonName};
use timbre_tests::{Product, developer::refused, form, send};

use super::{Applications, HEART, issued, person, tenant};

const OUT: EraseOptions = EraseOptions { opt_out: true };

#[test]
fn who_opted_out_is_refused_in_each_contracts_words_under_each_name_until_it_is_lifted() {
    let product = Product::start();
    let apps = Applications::of(&product, &issued(&product, "acme"));
    let other = Applications::of(&product, &issued(&product, "other"));
    let acme = tenant(&product, "acme");
    let create = |fields: &[(&str, &str)]| send(form(apps.biometrid.post("/api/1.0/users"), fields));
    create(&[("reference_id", "7"), ("mac_address", "AA-BB-CC-DD-EE-FF")]);
    apps.deepaffects.enrolled("heart", &HEART.free(&[0, 1]));
    for (kind, name) in [("reference", "7"), ("speaker", "heart")] {
        let subject = person(&product, &acme, kind, name);
        let erased = product.block_on(product.engine.erase_person(&acme, subject, OUT)).unwrap();
        assert!(erased.receipt.opted_out);
    }
    create(&[("reference_id", "7")]).is_fault(403, "USER_OPTED_OUT");
    create(&[("mac_address", "aabbccddeeff")]).is_fault(403, "USER_OPTED_OUT");
    let reply = apps.deepaffects.enroll("heart", &HEART.free(&[0]));
    assert_eq!((reply.status, reply.json()), (400, refused("Error in enroll: Speaker opted out")));
    // Another tenant's people are its own, and the same name of another kind is another name.
    other.biometrid.user("7");
    apps.biometrid.user("heart");

    let device = PersonName::parse("device", "aa:bb:cc:dd:ee:ff").unwrap();
    assert!(product.block_on(product.engine.opted_out(&acme, &device)).unwrap());
    assert!(product.block_on(product.engine.lift_opt_out(&acme, &device)).unwrap());
    assert!(!product.block_on(product.engine.lift_opt_out(&acme, &device)).unwrap());
    apps.biometrid.user("7");
    assert_eq!(apps.deepaffects.enroll("heart", &HEART.free(&[0])).status, 400, "that is another person");
}

#[test]
fn a_profile_is_not_imported_again_under_the_id_of_one_who_opted_out() {
    let product = Product::start();
    issued(&product, "acme");
    let acme = tenant(&product, "acme");
    let id = "8bdd983a-c6bd-4159-982d-6a2471406d62".parse().unwrap();
    let kind = timbre_domain::profile::ProfileKind::TextIndependentIdentification;
    let locale = "en-US".parse().unwrap();
    let create = || product.block_on(product.engine.create_profile_as(&acme, id, kind, locale, None));
    let subject = create().unwrap().subject;
    assert!(matches!(create(), Err(EngineError::ProfileTaken)));
    product.block_on(product.engine.erase_person(&acme, subject, OUT)).unwrap();
    assert!(matches!(create(), Err(EngineError::OptedOut)));
}
