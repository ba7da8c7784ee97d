//! Credentials: each good for its contract, one live in each slot.

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use timbre_backends::{DataFolder, Databases};
use timbre_domain::{contract::Contract, ids::CredentialId, policy::Policy};
use timbre_migrations::{Migrator, MigratorTrait};
use timbre_store::{Entry, NewCredential, StoreError};

use super::support::{at, connection, database, literal, new_tenant, tenant_id, url_in, uuid_literal};

fn key(n: u8, slot: u8) -> NewCredential {
    NewCredential {
        id: CredentialId::from_random([n; 16]),
        contract: Contract::Azure,
        slot: Some(slot),
        public_key: format!("key {n}"),
        secret_hash: [n; 32],
        label: None,
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
        store.add_credential(tenant_id(1), key(n, slot), Entry::default(), at(1)).await.unwrap();
    }
    store.add_credential(tenant_id(2), key(21, 1), Entry::default(), at(1)).await.unwrap();
    store.add_credential(tenant_id(1), key(13, 1), Entry::default(), at(2)).await.unwrap();
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
    store.add_credential(tenant_id(1), key(11, 1), Entry::default(), at(1)).await.unwrap();
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
    assert_eq!(
        store.change_policy(tenant_id(1), 1, &changed, "operator:1", Entry::default(), at(5)).await.unwrap(),
        2
    );
    changed.profiles.max_profiles = 6;
    let late = store.change_policy(tenant_id(1), 1, &changed, "operator:2", Entry::default(), at(6)).await;
    changed.profiles.max_profiles = 5;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert_eq!(store.tenant(tenant_id(1)).await.unwrap().unwrap().policy, changed);
}

#[tokio::test]
async fn a_policy_has_a_version_for_each_change_and_none_for_a_change_of_nothing() {
    let database = database().await;
    let store = &database.store;
    for (n, name) in [(1, "acme"), (2, "other")] {
        store.create_tenant(new_tenant(n, name), Entry::default(), at(0)).await.unwrap();
    }
    let mut policy = Policy::default();
    for (seen, expected) in [(1, 2), (2, 3)] {
        policy.dialogue.enrol_codes += 1;
        assert_eq!(
            store
                .change_policy(
                    tenant_id(1),
                    seen,
                    &policy,
                    "operator:7",
                    Entry::default(),
                    at(9 + i64::from(seen))
                )
                .await
                .unwrap(),
            expected
        );
    }
    assert_eq!(
        store.change_policy(tenant_id(1), 3, &policy, "operator:8", Entry::default(), at(9)).await.unwrap(),
        3
    );
    let versions = store.policy_versions(tenant_id(1)).await.unwrap();
    let listed: Vec<_> = versions
        .iter()
        .map(|version| (version.version, version.policy.dialogue.enrol_codes, version.changed_by.as_str()))
        .collect();
    assert_eq!(listed, [(3, 5, "operator:7"), (2, 4, "operator:7"), (1, 3, "operator:1")]);
    assert_eq!(store.tenant(tenant_id(1)).await.unwrap().unwrap().policy_version, 3);
    assert_eq!(store.policy_versions(tenant_id(2)).await.unwrap().len(), 1);
    for (tenant, time, expected) in [
        (1, 0, Some(1)),
        (1, 9, Some(1)),
        (1, 10, Some(2)),
        (1, 11, Some(3)),
        (1, 99, Some(3)),
        (2, 99, Some(1)),
    ] {
        let then = store.policy_at(tenant_id(tenant), at(time)).await.unwrap();
        assert_eq!(then.map(|then| then.version), expected, "{tenant} at {time}");
    }
    assert_eq!(store.policy_at(tenant_id(1), at(-1)).await.unwrap(), None);
}

#[tokio::test]
async fn two_credentials_are_alive_at_a_time_and_a_revoked_one_makes_room() {
    let database = database().await;
    let store = &database.store;
    for (n, name) in [(1, "acme"), (2, "other")] {
        store.create_tenant(new_tenant(n, name), Entry::default(), at(0)).await.unwrap();
    }
    let beside = |n| NewCredential { slot: None, ..key(n, 0) };
    let add = async |n| {
        store.add_credential(tenant_id(1), beside(n), Entry::default(), at(n.into())).await.unwrap()
    };
    assert_eq!([add(11).await, add(12).await, add(13).await], [Some(1), Some(2), None]);
    let id = |n| CredentialId::from_random([n; 16]);
    assert!(
        !store.revoke_credential(tenant_id(2), id(11), Entry::default(), at(20)).await.unwrap(),
        "another tenant's"
    );
    assert!(store.revoke_credential(tenant_id(1), id(11), Entry::default(), at(20)).await.unwrap());
    assert!(
        !store.revoke_credential(tenant_id(1), id(11), Entry::default(), at(21)).await.unwrap(),
        "it is revoked already"
    );
    assert!(store.credential(Contract::Azure, "key 11").await.unwrap().is_none());
    assert_eq!(add(14).await, Some(1));
    let listed = store.credentials(tenant_id(1)).await.unwrap();
    let listed: Vec<_> =
        listed.iter().map(|info| (info.public_key.as_str(), info.slot, info.revoked_at.is_some())).collect();
    let expected = [
        ("key 14", Some(1), false),
        ("key 12", Some(2), false),
        ("key 11", Some(1), true),
        ("key of acme", Some(1), false),
    ];
    assert_eq!(listed, expected);
}

#[tokio::test]
async fn the_last_use_of_a_credential_is_noted_once_a_minute() {
    let database = database().await;
    let store = &database.store;
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    let id = CredentialId::from_random([1; 16]);
    let minute = TimeDelta::minutes(1);
    for (now, noted) in [(10, 10), (69, 10), (70, 70)] {
        store.touch_credential(tenant_id(1), id, minute, at(now)).await.unwrap();
        let found = store.credential(Contract::Biometrid, "key of acme").await.unwrap().unwrap();
        assert_eq!(found.last_used_at, Some(at(noted)), "at {now} s");
    }
}

#[tokio::test]
async fn of_credentials_from_before_there_were_slots_the_two_oldest_get_one_and_all_stay_alive() {
    let folder = DataFolder::new();
    let db = sea_orm::Database::connect(url_in(&folder)).await.unwrap();
    let next = async || Migrator::get_pending_migrations(&db).await.unwrap()[0].name().to_owned();
    while next().await != "m2026_11_28_limits" {
        Migrator::up(&db, Some(1)).await.unwrap();
    }
    let run = async |sql: String| db.execute_unprepared(&sql).await.unwrap();
    let (tenant, empty) = (uuid_literal([1; 16]), literal(&[0]));
    run(format!(
        "INSERT INTO tenants (id, name, wrapped_key, policy, default_language, voice_engine, created_at) \
         VALUES ({tenant}, 'acme', {empty}, '{{}}', 'en', TRUE, '2026-01-01 00:00:00+00:00')"
    ))
    .await;
    // The third is the oldest, and the second was revoked before all of this.
    for (n, day, revoked) in
        [(1, 3, "NULL"), (2, 1, "'2026-02-01 00:00:00+00:00'"), (3, 2, "NULL"), (4, 5, "NULL")]
    {
        run(format!(
            "INSERT INTO credentials (id, tenant_id, public_key, secret_hash, created_at, revoked_at) \
             VALUES ({}, {tenant}, 'key {n}', {empty}, '2026-01-0{day} 00:00:00+00:00', {revoked})",
            uuid_literal([n; 16])
        ))
        .await;
    }
    Migrator::up(&db, None).await.unwrap();
    let connection = connection(Databases::of(folder.path()));
    let store = timbre_store::Store::connect(&connection, folder.path()).await.unwrap();
    let id = store.tenant_named("acme").await.unwrap().unwrap().id;
    let mut slots: Vec<_> = store
        .credentials(id)
        .await
        .unwrap()
        .into_iter()
        .map(|info| (info.public_key, info.slot, info.revoked_at.is_some()))
        .collect();
    slots.sort();
    let expected =
        [("key 1", Some(2), false), ("key 2", None, true), ("key 3", Some(1), false), ("key 4", None, false)];
    assert_eq!(slots, expected.map(|(key, slot, revoked)| (key.to_owned(), slot, revoked)));
    assert_eq!(store.policy_versions(id).await.unwrap().len(), 1);
}
