//! A tenant's own passphrases.

use timbre_engine::EngineError;
use timbre_tests::{
    Product, Speaker,
    subscriber::{TextDependent, V2_0, field},
};

fn add(product: &Product, locale: &str, phrase: &str) -> Result<(), EngineError> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.add_phrase(&tenant, locale.parse().unwrap(), phrase).await
    })
}

fn remove(product: &Product, phrase: &str) -> Result<(), EngineError> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.remove_phrase(&tenant, "en-US".parse().unwrap(), phrase).await
    })
}

#[test]
fn a_tenants_own_phrase_is_listed_recognised_and_no_other_tenants() {
    let product = Product::start();
    let (acme, other) = (product.subscriber("acme"), product.subscriber("other"));
    add(&product, "en-GB", "My voice is my passport, verify me!").unwrap();
    let path = "/speaker/verification/v2.0/text-dependent/phrases/en-gb";
    assert_eq!(acme.get(path).body, r#"["my voice is my passport verify me"]"#);
    assert_eq!(other.get(path).status, 400);
    let made = acme.create(V2_0, TextDependent, r#"{"locale":"en-gb"}"#);
    let id = field(&made, "profileId");
    let enrolled = acme.enrol(V2_0, TextDependent, &id, Speaker("af_heart").passport(0));
    assert_eq!(field(&enrolled, "passPhrase"), "my voice is my passport verify me");
    // American phrases are none of this locale's.
    let foreign = acme.enrol(V2_0, TextDependent, &id, Speaker("af_heart").says("0_0"));
    assert_eq!(foreign.status, 400);
}

#[test]
fn a_phrase_that_could_be_mistaken_or_not_be_recognised_is_not_added() {
    let product = Product::start();
    product.subscriber("acme");
    let refused = |locale: &str, phrase: &str| add(&product, locale, phrase).unwrap_err().to_string();
    assert!(refused("en-US", "my voice is your passport verify me").contains("too much like"));
    assert!(refused("en-US", "open sesame").contains("3 to 20 words"));
    assert!(refused("en-US", "my 4 voices are my passport").contains("letters"));
    assert!(refused("en-US", "моя речь это мой пароль").contains("letters"));
    assert!(refused("xx-YY", "my voice is my passport").contains("no passphrases are known"));
}

#[test]
fn a_profile_keeps_its_phrase_when_the_tenant_takes_it_off_the_list() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let heart = Speaker("af_heart");
    add(&product, "en-GB", "my voice is my passport verify me").unwrap();
    let id = field(&acme.create(V2_0, TextDependent, r#"{"locale":"en-gb"}"#), "profileId");
    for take in 0..3 {
        assert_eq!(acme.enrol(V2_0, TextDependent, &id, heart.passport(take)).status, 201);
    }
    assert!(matches!(
        remove(&product, "my voice is my passport verify me"),
        Err(EngineError::UnknownPhrase(_))
    ));
    product.change_policy("acme", |policy| policy.profiles.phrases.clear());
    let verified = acme.verify(V2_0, TextDependent, &id, heart.passport(3));
    assert_eq!(field(&verified, "recognitionResult"), "Accept", "{}", verified.body);
}
