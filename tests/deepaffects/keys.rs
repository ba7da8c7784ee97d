//! Api keys: two, so that one can be changed while the other is good.

use timbre_domain::contract::Contract;
use timbre_engine::KeySlot;
use timbre_tests::{Application, Developer, Product, Subscriber, contains, developer::LIST, send};

fn is_let_in(acme: &Developer, key: &str) -> bool {
    let list = acme.with_key(key).get(LIST, &[]);
    match list.status {
        200 => true,
        401 => false,
        other => panic!("{other}: {}", list.body),
    }
}

#[test]
fn both_keys_are_good_and_a_regenerated_one_replaces_only_itself() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let [first, second] = acme.keys.clone();
    assert!(is_let_in(&acme, &first) && is_let_in(&acme, &second));
    let regenerate =
        |slot| product.block_on(product.engine.regenerate_key("acme", Contract::Deepaffects, slot)).unwrap();
    let third = regenerate(KeySlot::One);
    assert_eq!([&first, &second, &*third].map(|key| is_let_in(&acme, key)), [false, true, true]);
    let fourth = regenerate(KeySlot::Two);
    assert_eq!([&second, &*third, &*fourth].map(|key| is_let_in(&acme, key)), [false, true, true]);
}

#[test]
fn a_key_of_this_contract_opens_no_other() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    let (public, secret) = acme.keys[0].rsplit_once('_').unwrap();
    let biometrid = Application::new(acme.url(), public, secret);
    assert_eq!(send(biometrid.post("/api/1.0/users")).status, 404);
    let azure = Subscriber::new(acme.url(), &acme.keys);
    assert_eq!(azure.get("/speaker/verification/v2.0/text-dependent/profiles").status, 401);
}

#[test]
fn a_regenerated_azure_key_leaves_the_api_keys_alone() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    product.block_on(product.engine.regenerate_key("acme", Contract::Azure, KeySlot::One)).unwrap();
    assert!(is_let_in(&acme, &acme.keys[0]) && is_let_in(&acme, &acme.keys[1]));
}

#[test]
fn no_key_is_stored() {
    let product = Product::start();
    let acme = Developer::of(&product, "acme");
    assert!(is_let_in(&acme, &acme.keys[0]));
    for key in &acme.keys {
        let (public, secret) = key.rsplit_once('_').unwrap();
        assert!(contains(&product.database(), public.as_bytes()), "the search finds what is there");
        assert!(product.files().iter().all(|(_, bytes)| !contains(bytes, secret.as_bytes())));
    }
}
