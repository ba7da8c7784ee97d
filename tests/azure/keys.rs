//! Subscription keys: two, so that one can be changed while the other is good.

use timbre_domain::contract::Contract;
use timbre_engine::KeySlot;
use timbre_tests::{
    Product, Subscriber,
    subscriber::{TextDependent, V2_0, profiles},
};

fn is_let_in(acme: &Subscriber, key: &str) -> bool {
    let list = Subscriber::new(acme.url(), &[key, key]).get(&profiles(V2_0, TextDependent));
    match list.status {
        200 => true,
        401 => false,
        other => panic!("{other}: {}", list.body),
    }
}

#[test]
fn both_keys_are_good_and_a_regenerated_one_replaces_only_itself() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let [first, second] = acme.keys.clone();
    assert!(is_let_in(&acme, &first) && is_let_in(&acme, &second));
    let regenerate =
        |slot| product.block_on(product.engine.regenerate_key("acme", Contract::Azure, slot)).unwrap();
    let third = regenerate(KeySlot::One);
    assert_eq!(
        [&first, &second, &*third].map(|key| is_let_in(&acme, key)),
        [false, true, true],
        "the first is replaced"
    );
    let fourth = regenerate(KeySlot::Two);
    assert_eq!([&second, &*third, &*fourth].map(|key| is_let_in(&acme, key)), [false, true, true]);
}

#[test]
fn a_key_of_one_contract_opens_no_other() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let (public, secret) = acme.keys[0].rsplit_once('_').unwrap();
    let biometrid = timbre_tests::Application::new(acme.url(), public, secret);
    assert_eq!(timbre_tests::send(biometrid.post("/api/1.0/users")).status, 404);
    let other = product.application("other");
    assert!(!is_let_in(&acme, &format!("{}_{}", other.key, other.secret)));
}

#[test]
fn no_key_is_stored_or_logged() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    acme.profile(V2_0, TextDependent);
    for key in &acme.keys {
        let secret = key.rsplit_once('_').unwrap().1;
        assert!(product.files().iter().all(|(_, bytes)| !timbre_tests::contains(bytes, secret.as_bytes())));
    }
}
