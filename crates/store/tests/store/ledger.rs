//! Meters, quotas and the audit trail.

use sea_orm::{ConnectionTrait, Database as Connected, DatabaseConnection};
use timbre_domain::{
    audit::Origin,
    ids::TenantId,
    usage::{Quota, QuotaPolicy, Usage},
};
use timbre_store::{
    AuditFilter, AuditHead, Chain, ChainState, Entry, NewEvent, Store, StoreError, TENANT_CREATED,
};

use super::support::{
    Database, at, database, literal, new_subject, new_tenant, subject_id, tenant_id, uuid_literal,
};

fn event(action: &'static str) -> NewEvent {
    NewEvent { origin: Origin::system(), action, person: Some("p".to_owned()), target: None, detail: None }
}

fn costs(requests: u64, per_month: u64, hard: bool) -> Entry {
    let quotas =
        QuotaPolicy { requests: Quota { per_month: Some(per_month), hard }, ..QuotaPolicy::default() };
    Entry { operation: "test", usage: Usage { requests, ..Usage::default() }, quotas, ..Entry::default() }
}

/// A database that writes its audit trail, with tenant 1.
async fn audited() -> (Store, Database) {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    (store, database)
}

/// The same database as somebody sees it who has it and nothing else.
async fn burglar(database: &Database) -> DatabaseConnection {
    Connected::connect(database.url()).await.unwrap()
}

async fn chain_of(store: &Store, events: usize) -> AuditHead {
    for _ in 0..events {
        store.append_event(Chain::Tenant(tenant_id(1)), event("thing.done"), at(1)).await.unwrap();
    }
    match store.verify_chain(Chain::Tenant(tenant_id(1)), None).await.unwrap() {
        ChainState::Whole(head) => head,
        broken => panic!("{broken:?}"),
    }
}

#[tokio::test]
async fn usage_is_counted_by_day_and_month_and_the_events_say_the_same() {
    let (store, _database) = audited().await;
    let tenant = tenant_id(1);
    let usage = Usage { enrolments: 1, identifications: 2, ..Usage::request(1.5) };
    for seconds in [0, 86_400, 86_400] {
        let entry = Entry { operation: "test", usage, ..Entry::default() };
        store.enter(tenant, entry, at(seconds)).await.unwrap();
    }
    let (day, month) = (timbre_domain::usage::day(at(86_400)), timbre_domain::usage::month(at(0)));
    assert_eq!(store.used(tenant, &day).await.unwrap(), usage + usage);
    assert_eq!(store.used(tenant, &month).await.unwrap(), usage + usage + usage);
    assert_eq!(store.used_by_day(tenant, "2026-01-01", "2026-12-31").await.unwrap().len(), 2);
    let recount = store.recount(tenant).await.unwrap();
    assert_eq!((recount.periods, recount.wrong), (3, vec![]));
}

#[tokio::test]
async fn a_counter_that_is_not_the_sum_of_its_events_is_named() {
    let (store, database) = audited().await;
    store.enter(tenant_id(1), costs(3, 9, false), at(0)).await.unwrap();
    let lost = "UPDATE usage_counters SET requests = 2 WHERE period = '2026-09'";
    burglar(&database).await.execute_unprepared(lost).await.unwrap();
    let recount = store.recount(tenant_id(1)).await.unwrap();
    let named: Vec<_> =
        recount.wrong.iter().map(|(used, sum)| (&*used.period, used.usage.requests, sum.requests)).collect();
    assert_eq!(named, [("2026-09", 2, 3)]);
}

#[tokio::test]
async fn a_hard_quota_is_used_to_the_last_and_not_beyond_however_many_come_at_once() {
    let (store, _database) = audited().await;
    let tasks: Vec<_> = (0..30)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move { store.enter(tenant_id(1), costs(1, 20, true), at(0)).await })
        })
        .collect();
    let (mut done, mut refused) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => done += 1,
            Err(StoreError::QuotaReached(meter)) => {
                assert_eq!(meter.name(), "requests");
                refused += 1;
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!((done, refused), (20, 10));
    assert_eq!(store.used(tenant_id(1), "2026-09").await.unwrap().requests, 20);
    // What is larger than what is left is refused; the next month begins anew.
    assert!(store.enter(tenant_id(1), costs(0, 20, true), at(0)).await.is_ok());
    assert!(store.enter(tenant_id(1), costs(1, 20, true), at(31 * 86_400)).await.is_ok());
}

#[tokio::test]
async fn what_a_quota_refuses_leaves_nothing_behind() {
    let (store, _database) = audited().await;
    let entry = Entry { events: vec![event("person.created")], ..costs(1, 0, true) };
    let made = store.create_subject(tenant_id(1), new_subject(1, None, None), entry, at(0)).await;
    assert!(matches!(made, Err(StoreError::QuotaReached(_))));
    assert!(store.subject(tenant_id(1), subject_id(1)).await.unwrap().is_none());
    assert_eq!(chain_of(&store, 0).await.number, 0);
    assert_eq!(store.recount(tenant_id(1)).await.unwrap().periods, 0);
}

#[tokio::test]
async fn a_soft_quota_counts_on_and_says_once_that_it_was_passed() {
    let (store, _database) = audited().await;
    for _ in 0..4 {
        store.enter(tenant_id(1), costs(1, 2, false), at(0)).await.unwrap();
    }
    let chain = Chain::Tenant(tenant_id(1));
    let told = store.audit_events(chain, &AuditFilter::default(), None, 10).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].action, "quota.passed");
    assert_eq!(told[0].detail.as_deref(), Some(r#"{"meter":"requests","per_month":2}"#));
    assert_eq!(store.used(tenant_id(1), "2026-09").await.unwrap().requests, 4);
}

#[tokio::test]
async fn the_usage_and_trail_of_one_tenant_are_not_anothers() {
    let (store, _database) = audited().await;
    store.create_tenant(new_tenant(2, "other"), Entry::default(), at(0)).await.unwrap();
    store.enter(tenant_id(1), costs(3, 9, false), at(0)).await.unwrap();
    store.append_event(Chain::Tenant(tenant_id(1)), event("thing.done"), at(1)).await.unwrap();
    let other: TenantId = tenant_id(2);
    assert!(store.used(other, "2026-09").await.unwrap().is_nothing());
    let none = store.audit_events(Chain::Tenant(other), &AuditFilter::default(), None, 10).await.unwrap();
    assert!(none.is_empty());
}

#[tokio::test]
async fn events_are_found_by_what_they_say() {
    let (store, _database) = audited().await;
    let chain = Chain::Tenant(tenant_id(1));
    for (seconds, action) in [(1, "thing.made"), (2, "thing.done"), (3, "thing.done")] {
        store.append_event(chain, event(action), at(seconds)).await.unwrap();
    }
    let found = async |filter: AuditFilter, after| {
        let events = store.audit_events(chain, &filter, after, 10).await.unwrap();
        events.iter().map(|event| event.number).collect::<Vec<_>>()
    };
    let all = AuditFilter::default;
    assert_eq!(found(all(), None).await, [3, 2, 1]);
    assert_eq!(found(all(), Some((at(3), 3))).await, [2, 1]);
    assert_eq!(found(AuditFilter { action: Some("thing.made".into()), ..all() }, None).await, [1]);
    assert_eq!(found(AuditFilter { person: Some("q".into()), ..all() }, None).await, [0; 0]);
    assert_eq!(found(AuditFilter { from: Some(at(2)), to: Some(at(3)), ..all() }, None).await, [2]);
    // Of one moment, and by a clock that is behind.
    for seconds in [3, 2] {
        store.append_event(chain, event("thing.done"), at(seconds)).await.unwrap();
    }
    let since = || AuditFilter { from: Some(at(2)), ..all() };
    assert_eq!(found(since(), None).await, [4, 3, 5, 2]);
    assert_eq!(found(since(), Some((at(3), 4))).await, [3, 5, 2]);
    assert_eq!(found(since(), Some((at(3), 3))).await, [5, 2]);
    assert_eq!(found(all(), Some((at(3), 4))).await, [3, 2, 1]);
}

#[tokio::test]
async fn what_was_done_in_a_period_is_found_however_far_clocks_are_apart() {
    const MINUTE: i64 = 60;
    let (store, _database) = audited().await;
    let chain = Chain::Tenant(tenant_id(1));
    // Long before, about the beginning and the end, each by a clock that is ahead and one that is behind, and long after.
    let minutes = [0, 200, 214, 199, 201, 250, 300, 310, 296, 299, 301, 400, 500];
    for (n, minute) in minutes.into_iter().enumerate() {
        let action = if n % 2 == 0 { "thing.made" } else { "thing.done" };
        store.append_event(chain, event(action), at(minute * MINUTE)).await.unwrap();
    }
    for (from, to) in [(Some(200), Some(300)), (Some(200), None), (None, Some(300)), (Some(201), Some(202))] {
        for (rest, action) in [(0, "thing.made"), (1, "thing.done")] {
            let filter = AuditFilter {
                action: Some(action.to_owned()),
                actor: Some("system".to_owned()),
                from: from.map(|from| at(from * MINUTE)),
                to: to.map(|to| at(to * MINUTE)),
                ..AuditFilter::default()
            };
            let within =
                |minute: i64| from.is_none_or(|from| minute >= from) && to.is_none_or(|to| minute < to);
            let numbered =
                minutes.into_iter().enumerate().filter(|(n, minute)| n % 2 == rest && within(*minute));
            let mut expected: Vec<u64> = numbered.map(|(n, _)| n as u64 + 1).collect();
            expected.reverse();
            let mut found = Vec::new();
            let mut after = None;
            loop {
                let page = store.audit_events(chain, &filter, after, 2).await.unwrap();
                let Some(last) = page.last() else { break };
                after = Some((last.at, last.number));
                found.extend(page.iter().map(|event| event.number));
            }
            assert_eq!(found, expected, "{action} from {from:?} to {to:?}");
        }
    }
}

#[tokio::test]
async fn a_trail_that_nobody_touched_is_whole() {
    let (store, _database) = audited().await;
    let early = chain_of(&store, 3).await;
    assert_eq!(early.number, 3);
    assert_eq!(chain_of(&store, 2).await.number, 5);
    let again = store.verify_chain(Chain::Tenant(tenant_id(1)), Some(&early)).await.unwrap();
    assert!(matches!(again, ChainState::Whole(_)));
}

#[tokio::test]
async fn any_altered_removed_or_exchanged_event_is_found() {
    let nothing = format!("UPDATE audit_events SET hash = {} WHERE number = 2", literal(&[0; 32]));
    let altered = [
        "UPDATE audit_events SET action = 'thing.undone' WHERE number = 2",
        "UPDATE audit_events SET actor = 'system ' WHERE number = 2",
        "UPDATE audit_events SET at = '2026-09-21 00:00:00+00:00' WHERE number = 2",
        "UPDATE audit_events SET person = NULL WHERE number = 2",
        "UPDATE audit_events SET detail = '' WHERE number = 2",
        "UPDATE audit_events SET address = '10.0.0.1' WHERE number = 2",
        "UPDATE audit_events SET target = 'x' WHERE number = 2",
        nothing.as_str(),
        "DELETE FROM audit_events WHERE number = 2",
        "UPDATE audit_events SET number = 9 WHERE number = 2",
    ];
    for statement in altered {
        let (store, database) = audited().await;
        chain_of(&store, 4).await;
        let done = burglar(&database).await.execute_unprepared(statement).await.unwrap();
        assert_eq!(done.rows_affected(), 1);
        let found = store.verify_chain(Chain::Tenant(tenant_id(1)), None).await.unwrap();
        assert_eq!(found, ChainState::Broken(2), "{statement}");
    }
}

#[tokio::test]
async fn an_end_that_was_cut_off_is_found_by_its_head_or_by_one_that_was_noted() {
    let (store, database) = audited().await;
    let early = chain_of(&store, 2).await;
    let noted = chain_of(&store, 2).await;
    let burglar = burglar(&database).await;
    burglar.execute_unprepared("DELETE FROM audit_events WHERE number = 4").await.unwrap();
    let chain = Chain::Tenant(tenant_id(1));
    assert_eq!(store.verify_chain(chain, None).await.unwrap(), ChainState::Broken(4));
    // Whoever also puts an older head back is found by what was noted elsewhere, and by nothing else.
    burglar.execute_unprepared("DELETE FROM audit_events WHERE number = 3").await.unwrap();
    let head = format!("UPDATE audit_heads SET number = 2, hash = {}", literal(&early.hash));
    burglar.execute_unprepared(&head).await.unwrap();
    assert!(matches!(store.verify_chain(chain, None).await.unwrap(), ChainState::Whole(_)));
    assert_eq!(store.verify_chain(chain, Some(&noted)).await.unwrap(), ChainState::Broken(3));
    // Of a whole chain that is gone there is nothing left but the note.
    burglar.execute_unprepared("DELETE FROM audit_events").await.unwrap();
    burglar.execute_unprepared("DELETE FROM audit_heads").await.unwrap();
    assert_eq!(store.verify_chain(chain, Some(&noted)).await.unwrap(), ChainState::Broken(1));
}

#[tokio::test]
async fn a_tenants_whole_trail_cannot_go_while_the_platforms_says_that_there_was_one() {
    let (store, database) = audited().await;
    let told = NewEvent { target: Some(tenant_id(2).to_string()), ..event(TENANT_CREATED) };
    let entry = Entry { platform_events: vec![told.clone()], ..Entry::told(told) };
    store.create_tenant(new_tenant(2, "other"), entry, at(0)).await.unwrap();
    let whole =
        |found: &[(Chain, ChainState)]| found.iter().all(|(_, it)| matches!(it, ChainState::Whole(_)));
    assert!(whole(&store.verify_audit(&[]).await.unwrap()));
    let burglar = burglar(&database).await;
    for table in ["audit_events", "audit_heads"] {
        let gone = format!("DELETE FROM {table} WHERE chain = {}", uuid_literal(*tenant_id(2).as_bytes()));
        burglar.execute_unprepared(&gone).await.unwrap();
    }
    let found = store.verify_audit(&[]).await.unwrap();
    assert!(found.contains(&(Chain::Tenant(tenant_id(2)), ChainState::Broken(1))), "{found:?}");
}

#[tokio::test]
async fn events_added_at_once_make_one_chain() {
    let (store, _database) = audited().await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let store = store.clone();
            let chain = Chain::Tenant(tenant_id(1));
            tokio::spawn(async move { store.append_event(chain, event("thing.done"), at(1)).await.unwrap() })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(chain_of(&store, 0).await.number, 20);
}
