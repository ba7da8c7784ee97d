//! Credentials: two alive at a time, revoked at once everywhere, and known to have been used.

use std::time::{Duration, Instant};

use timbre_domain::{contract::Contract, ids::CredentialId};
use timbre_engine::{Chain, CredentialInfo, EngineError, IssuedCredential};
use timbre_tests::{
    Application, Developer, Product, Subscriber,
    developer::LIST,
    subscriber::{TextDependent, V2_0, profiles},
};

/// The status of a call with this credential.
fn status(url: &str, issued: &IssuedCredential) -> u16 {
    let whole = issued.whole();
    match issued.contract {
        Contract::Biometrid => {
            Application::new(url, &issued.key, &issued.secret).get("/api/1.0/languages").status
        }
        Contract::Azure => {
            Subscriber::new(url, &[&*whole, &*whole]).get(&profiles(V2_0, TextDependent)).status
        }
        Contract::Deepaffects => Developer::new(url, &[&*whole, &*whole]).get(LIST, &[]).status,
    }
}

fn issue(product: &Product, contract: Contract) -> Result<IssuedCredential, EngineError> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.issue_credential(&tenant, contract, Some("till 7")).await
    })
}

fn revoke(product: &Product, id: CredentialId) -> Result<(), EngineError> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.revoke_credential(&tenant, id).await
    })
}

fn listed(product: &Product) -> Vec<CredentialInfo> {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.credentials(&tenant).await.unwrap()
    })
}

#[test]
fn what_is_revoked_lets_nobody_in_at_the_next_call_on_any_server() {
    let product = Product::start();
    let beside = product.beside(Default::default());
    product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    for (contract, no) in [(Contract::Biometrid, 404), (Contract::Azure, 401), (Contract::Deepaffects, 401)] {
        for info in listed(&product).iter().filter(|info| info.contract == contract) {
            revoke(&product, info.id).unwrap();
        }
        let (one, two) = (issue(&product, contract).unwrap(), issue(&product, contract).unwrap());
        let everywhere = |issued: &IssuedCredential| [&product, &beside].map(|at| status(&at.url, issued));
        assert_eq!((everywhere(&one), everywhere(&two)), ([200; 2], [200; 2]), "{contract:?}");
        assert!(matches!(issue(&product, contract), Err(EngineError::TooManyCredentials)));
        // Revoked by one server, the other lets nobody in either: nothing of it is kept in memory.
        revoke(&beside, one.id).unwrap();
        assert_eq!((everywhere(&one), everywhere(&two)), ([no; 2], [200; 2]), "{contract:?}");
        assert!(matches!(revoke(&product, one.id), Err(EngineError::UnknownCredential)));
        let three = issue(&product, contract).unwrap();
        assert_eq!((everywhere(&two), everywhere(&three)), ([200; 2], [200; 2]), "{contract:?}");
    }
}

#[test]
fn credentials_are_listed_with_their_slots_and_without_their_secrets() {
    let product = Product::start();
    let made = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    let second = issue(&product, Contract::Biometrid).unwrap();
    let of_biometrid: Vec<_> =
        listed(&product).into_iter().filter(|info| info.contract == Contract::Biometrid).collect();
    let mut shown: Vec<_> = of_biometrid
        .iter()
        .map(|info| (info.slot, info.public_key.as_str(), info.label.as_deref()))
        .collect();
    shown.sort_unstable();
    let expected =
        [(Some(1), made.biometrid.key.as_str(), None), (Some(2), second.key.as_str(), Some("till 7"))];
    assert_eq!(shown, expected);
    let all = format!("{:?}", listed(&product));
    for secret in [&made.biometrid.secret, &second.secret] {
        assert!(!all.contains(secret.as_str()));
    }
    let long = "x".repeat(256);
    let refused = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        product.engine.issue_credential(&tenant, Contract::Azure, Some(&long)).await
    });
    assert!(matches!(refused, Err(EngineError::Label)));
}

#[test]
fn another_tenants_credential_cannot_be_revoked() {
    let product = Product::start();
    product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    let other = product.application("other");
    let id = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("other").await.unwrap();
        product.engine.credentials(&tenant).await.unwrap()
    });
    let id = id.iter().find(|info| info.public_key == other.key).unwrap().id;
    assert!(matches!(revoke(&product, id), Err(EngineError::UnknownCredential)));
    assert_eq!(other.get("/api/1.0/languages").status, 200);
}

#[test]
fn the_last_use_is_known_to_the_minute() {
    let product = Product::start();
    let acme = product.application("acme");
    let used = || listed(&product).into_iter().find(|info| info.public_key == acme.key).unwrap().last_used_at;
    // It is noted beside the call, so it may come a moment after the reply.
    let noted = |expected: i64| {
        let end = Instant::now() + Duration::from_secs(20);
        while used().map(|at| at.timestamp()) != Some(expected) {
            assert!(Instant::now() < end, "{:?} is not {expected}", used());
            std::thread::yield_now();
        }
    };
    assert_eq!(used(), None);
    let first = product.clock.seconds();
    assert_eq!(acme.get("/api/1.0/languages").status, 200);
    noted(first);
    product.clock.pass(59);
    assert_eq!(acme.get("/api/1.0/languages").status, 200);
    assert_eq!(used().map(|at| at.timestamp()), Some(first), "it is within the minute");
    product.clock.pass(1);
    assert_eq!(acme.get("/api/1.0/languages").status, 200);
    noted(first + 60);
}

#[test]
fn the_audit_trail_tells_who_made_and_revoked_what_and_never_a_secret() {
    let product = Product::start();
    product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
    let issued = issue(&product, Contract::Biometrid).unwrap();
    revoke(&product, issued.id).unwrap();
    product.change_policy("acme", |policy| policy.dialogue.enrol_codes = 4);
    let store = product.store();
    let told = product.block_on(async {
        let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
        store.audit_events(Chain::Tenant(tenant.id), &Default::default(), None, 3).await.unwrap()
    });
    let actions: Vec<_> = told.iter().map(|event| (event.action.as_str(), event.target.as_deref())).collect();
    let id = issued.id.to_string();
    let expected = [
        ("policy.changed", None),
        ("credential.revoked", Some(id.as_str())),
        ("credential.issued", Some(id.as_str())),
    ];
    assert_eq!(actions, expected);
    assert!(told.iter().all(|event| event.actor.starts_with("command-line:")));
    let detail: serde_json::Value = serde_json::from_str(told[0].detail.as_deref().unwrap()).unwrap();
    assert_eq!(detail, serde_json::json!({"version": 2, "settings": ["dialogue.enrol_codes"]}));
    assert!(
        !format!("{:?}", told.iter().map(|event| &event.detail).collect::<Vec<_>>())
            .contains(&*issued.secret)
    );
}
