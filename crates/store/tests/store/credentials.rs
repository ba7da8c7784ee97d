//! Credentials: each good for its contract, one live in each slot.

use timbre_domain::{contract::Contract, ids::CredentialId, policy::Policy};
use timbre_store::{Entry, NewCredential, StoreError};

use super::support::{at, database, new_tenant, tenant_id};

fn key(n: u8, slot: u8) -> NewCredential {
    NewCredential {
        id: CredentialId::from_random([n; 16]),
        contract: Contract::Azure,
        slot: Some(slot),
        public_key: format!("key {n}"),
        secret_hash: [n; 32],
    }
}

#[tokio::test]
async fn a_new_key_takes_the_place_of_its_slots_and_leaves_the_other() {
    let database = database().await;
    let store = &database.store;
    for (n, name) in [(1, "acme"), (2, "other")] {
        store.create_tenant(new_tenant(n, name), Entry::default(), at(0)).await.unwrap();
    }
    for (n, slot) in [(11, 1), (12, 2)] {
        store.add_credential(tenant_id(1), key(n, slot), at(1)).await.unwrap();
    }
    store.add_credential(tenant_id(2), key(21, 1), at(1)).await.unwrap();
    store.add_credential(tenant_id(1), key(13, 1), at(2)).await.unwrap();
    for (n, live) in [(11, false), (12, true), (13, true), (21, true)] {
        let found = store.credential(Contract::Azure, &format!("key {n}")).await.unwrap();
        assert_eq!(found.is_some(), live, "key {n}");
    }
}

#[tokio::test]
async fn a_credential_is_good_for_its_own_contract_only() {
    let database = database().await;
    let store = &database.store;
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    store.add_credential(tenant_id(1), key(11, 1), at(1)).await.unwrap();
    for (contract, known, unknown) in
        [(Contract::Azure, "key 11", "key of acme"), (Contract::Biometrid, "key of acme", "key 11")]
    {
        assert!(store.credential(contract, known).await.unwrap().is_some());
        assert!(store.credential(contract, unknown).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn of_two_changes_of_one_policy_the_second_is_told_to_read_again() {
    let database = database().await;
    let store = &database.store;
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    let seen = Policy::default();
    let mut changed = seen.clone();
    changed.profiles.max_profiles = 5;
    store.change_policy(tenant_id(1), &seen, &changed).await.unwrap();
    let late = store.change_policy(tenant_id(1), &seen, &changed).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert_eq!(store.tenant(tenant_id(1)).await.unwrap().unwrap().policy, changed);
}
