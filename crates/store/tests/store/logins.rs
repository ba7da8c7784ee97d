//! Operators' sessions beside changes of their passwords.

use serde_json::Value;
use timbre_domain::{
    audit::Origin,
    ids::{OperatorId, OperatorSessionId},
    operator::Role,
};
use timbre_store::{NewEvent, OperatorChange, OperatorRecord, OperatorSession, PasswordChange, Store};

use super::support::{Database, at, database};

fn event() -> NewEvent {
    let detail = Some(Value::Null);
    NewEvent { origin: Origin::system(), action: "test.done", person: None, target: None, detail }
}

fn id() -> OperatorId {
    OperatorId::from_random([1; 16])
}

async fn with_operator() -> (Store, Database) {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    for (n, email) in [(1, "ann@example.org"), (2, "bob@example.org")] {
        let record = OperatorRecord {
            id: OperatorId::from_random([n; 16]),
            email: email.to_owned(),
            name: "Somebody".to_owned(),
            password_hash: "old".to_owned(),
            role: Role::Owner,
            created_at: at(0),
            disabled_at: None,
        };
        store.create_operator(record, None, event()).await.unwrap();
    }
    (store, database)
}

fn session(n: u8) -> OperatorSession {
    OperatorSession {
        id: OperatorSessionId::from_random([n; 16]),
        operator: id(),
        family_hash: vec![n],
        refresh_hash: vec![n],
        address: None,
        created_at: at(0),
        expires_at: at(60),
    }
}

fn to<'a>(seen: &'a str, hash: &str, keep: Option<OperatorSessionId>) -> PasswordChange<'a> {
    PasswordChange { seen, hash: hash.to_owned(), keep, answer: None }
}

#[tokio::test]
async fn a_session_begins_only_with_the_password_that_is_good_by_then() {
    let (store, _database) = with_operator().await;
    assert!(store.begin_operator_session(session(1), "old", 10, event()).await.unwrap());
    assert!(store.change_password(id(), to("old", "new", None), event(), at(1)).await.unwrap());
    assert!(!store.begin_operator_session(session(2), "old", 10, event()).await.unwrap(), "stale");
    for n in [1, 2] {
        let id = OperatorSessionId::from_random([n; 16]);
        assert!(store.operator_session(id, at(2)).await.unwrap().is_none(), "{n}");
    }
    assert!(store.begin_operator_session(session(3), "new", 10, event()).await.unwrap());
    let disabled = OperatorChange { disabled: Some(true), ..OperatorChange::default() };
    store.change_operator(id(), disabled, event(), at(2)).await.unwrap();
    assert!(!store.begin_operator_session(session(4), "new", 10, event()).await.unwrap(), "disabled");
}

#[tokio::test]
async fn a_password_is_changed_only_from_the_one_that_was_seen() {
    let (store, _database) = with_operator().await;
    let own = OperatorSessionId::from_random([1; 16]);
    assert!(store.begin_operator_session(session(1), "old", 10, event()).await.unwrap());
    assert!(store.change_password(id(), to("old", "new", None), event(), at(1)).await.unwrap());
    assert!(!store.change_password(id(), to("old", "mine", Some(own)), event(), at(1)).await.unwrap());
    assert_eq!(store.operator(id()).await.unwrap().unwrap().password_hash, "new");
    assert!(store.operator_session(own, at(2)).await.unwrap().is_none(), "nor is its session kept");
}
