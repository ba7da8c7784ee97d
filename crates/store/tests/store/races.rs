//! Many at once on one thing, from several connections: what is counted is counted once, and what there is one of has one owner.

use std::future::Future;

use timbre_domain::{
    audit::Origin,
    contract::Contract,
    dialogue::State,
    ids::{CredentialId, EnrolmentId, ErasureId, JobId, OperatorId, SubjectId},
    job::JobKind,
    operator::Role,
    profile::{Profile, ProfileKind},
    usage::{Quota, QuotaPolicy, Usage, month},
};
use timbre_store::{
    Called, Chain, ChainState, Claim, Entry, NewCredential, NewEvent, NewJob, NewProfile, OperatorChange,
    OperatorChanged, OperatorRecord, OptedOut, Outcome, ProfileCreated, Step, Store, StoreError,
    SubjectCreated, Terms,
};
use uuid::Uuid;

use super::support::{
    at, database, dialogue, enrolment, erasing, new_subject, new_tenant, object, step, subject_id, succeeded,
    tenant_id, tenant_with_subject,
};

pub fn costs(requests: u64, per_month: u64, hard: bool) -> Entry {
    let quotas =
        QuotaPolicy { requests: Quota { per_month: Some(per_month), hard }, ..QuotaPolicy::default() };
    Entry { operation: "test", usage: Usage { requests, ..Usage::default() }, quotas, ..Entry::default() }
}

fn event(action: &'static str) -> NewEvent {
    NewEvent { origin: Origin::system(), action, person: None, target: None, detail: None }
}

/// What comes of so many at once.
async fn at_once<T, F>(many: u8, mut one: impl FnMut(u8) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let tasks: Vec<_> = (1..=many).map(|n| tokio::spawn(one(n))).collect();
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }
    outcomes
}

async fn with_tenant(store: &Store) {
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn fifty_at_once_use_a_quota_up_and_none_goes_beyond_it() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    let outcomes = at_once(50, |_| {
        let store = store.clone();
        async move { store.enter(tenant_id(1), costs(1, 20, true), at(0)).await }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 20);
    let refused = outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::QuotaReached(_))));
    assert_eq!(refused.count(), 30);
    assert_eq!(store.used(tenant_id(1), &month(at(0))).await.unwrap().requests, 20);
    assert!(store.recount(tenant_id(1)).await.unwrap().wrong.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_credentials_that_are_added_at_once_two_are_alive() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    let outcomes = at_once(10, |n| {
        let store = store.clone();
        let new = NewCredential {
            id: CredentialId::from_random([n + 100; 16]),
            contract: Contract::Azure,
            slot: None,
            public_key: format!("azure {n}"),
            secret_hash: [n; 32],
            label: None,
        };
        async move { store.add_credential(tenant_id(1), new, Entry::default(), at(0)).await }
    })
    .await;
    let added = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Some(_)))).count();
    let live = store.credentials(tenant_id(1)).await.unwrap();
    assert_eq!(live.iter().filter(|one| one.contract == Contract::Azure).count(), added);
    assert!((1..=2).contains(&added), "{added}");
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Ok(_) | Err(StoreError::Conflict))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_owners_who_are_all_disabled_at_once_one_stays() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    for n in 1..=5 {
        let record = OperatorRecord {
            id: OperatorId::from_random([n; 16]),
            email: format!("{n}@example.com"),
            name: "Somebody".to_owned(),
            password_hash: "hash".to_owned(),
            role: Role::Owner,
            created_at: at(0),
            disabled_at: None,
        };
        store.create_operator(record, None, event("operator.created")).await.unwrap();
    }
    let outcomes = at_once(5, |n| {
        let store = store.clone();
        let change = OperatorChange { disabled: Some(true), ..OperatorChange::default() };
        async move {
            let id = OperatorId::from_random([n; 16]);
            store.change_operator(id, change, event("operator.changed"), at(1)).await.unwrap()
        }
    })
    .await;
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == OperatorChanged::LastOwner).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| **outcome == OperatorChanged::Done).count(), 4);
}

fn profile(n: u8) -> Profile {
    let (id, subject) = (EnrolmentId::from_random([n; 16]), SubjectId::from_random([n; 12]));
    Profile::new(id, subject, ProfileKind::Speaker, "en-US".parse().unwrap(), at(0))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_who_claim_a_profile_at_once_one_has_it_and_no_more_are_made_than_may_be() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    let made = at_once(10, |n| {
        let store = store.clone();
        async move {
            let profile = profile(n);
            let new = NewProfile { profile: &profile, scheme: "x", most: 4, terms: Terms::default() };
            store.create_profile(tenant_id(1), new, costs(1, 100, true)).await.unwrap()
        }
    })
    .await;
    assert_eq!(made.iter().filter(|made| **made == ProfileCreated::New).count(), 4);
    let first = made.iter().position(|made| *made == ProfileCreated::New).unwrap() as u8 + 1;
    let claimed = at_once(10, |n| {
        let store = store.clone();
        let claim = Claim { holder: Uuid::from_bytes([n; 16]), until: at(60) };
        async move {
            let id = EnrolmentId::from_random([first; 16]);
            store.claim_profile(tenant_id(1), id, claim, at(1)).await.unwrap()
        }
    })
    .await;
    assert_eq!(claimed.iter().filter(|claimed| **claimed).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_job_is_claimed_once_and_a_tenant_has_no_more_at_work_than_it_may() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    let added = at_once(8, |n| {
        let store = store.clone();
        let job = NewJob {
            id: JobId::from_random([n; 16]),
            kind: JobKind::Identify,
            request_id: format!("r{n}"),
            request_digest: [n; 32],
            sealed_request: vec![n],
            object: None,
        };
        async move {
            let added = store.add_job(tenant_id(1), job, 6, Entry::default(), at(0)).await.unwrap();
            matches!(added, timbre_store::JobAdded::New)
        }
    })
    .await;
    assert_eq!(added.iter().filter(|new| **new).count(), 6);
    let claimed = at_once(12, |n| {
        let store = store.clone();
        let claim = Claim { holder: Uuid::from_bytes([n; 16]), until: at(60) };
        async move { store.claim_job(claim, 3, at(1)).await.unwrap().map(|record| record.job.id) }
    })
    .await;
    let mut claimed: Vec<_> = claimed.into_iter().flatten().collect();
    claimed.sort();
    claimed.dedup();
    assert_eq!(claimed.len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_writers_at_once_leave_the_trail_whole() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    at_once(20, |n| {
        let store = store.clone();
        async move {
            for _ in 0..5 {
                let chain = if n % 2 == 0 { Chain::Tenant(tenant_id(1)) } else { Chain::Platform };
                store.append_event(chain, event("thing.done"), at(1)).await.unwrap();
                let both =
                    Entry { platform_events: vec![event("thing.told")], ..Entry::told(event("thing.told")) };
                store.enter(tenant_id(1), both, at(1)).await.unwrap();
            }
        }
    })
    .await;
    for (chain, events) in [(Chain::Tenant(tenant_id(1)), 150), (Chain::Platform, 150)] {
        match store.verify_chain(chain, None).await.unwrap() {
            ChainState::Whole(head) => assert_eq!(head.number, events),
            broken => panic!("{broken:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_opts_out_while_being_made_known_is_one_or_the_other() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    for round in 1..=20 {
        let (reference, digest) = (format!("r{round}"), [round; 32]);
        let mut new = new_subject(round, Some(&reference), None);
        new.terms = Terms { names: vec![digest], consent: None };
        let (told, costly) = (Entry::told(event("person.opted-out")), costs(1, 1_000, true));
        let id = ErasureId::from_random([round; 16]);
        let (out, known) = tokio::join!(
            store.opt_out(tenant_id(1), Called::Reference(&reference), digest, id, told, at(1)),
            store.create_subject(tenant_id(1), new, costly, at(1)),
        );
        match (out.unwrap(), known) {
            (OptedOut::Now, Err(StoreError::OptedOut)) => {}
            (OptedOut::Known, Ok(SubjectCreated::New(_))) => {}
            (out, known) => panic!("round {round}: {out:?}, {known:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_speaker_who_is_erased_and_opts_out_is_not_made_anew_meanwhile() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_tenant(&store).await;
    let named = |n: u8, name: &str| Profile { name: Some(name.to_owned()), ..profile(n) };
    for round in 1..=20_u8 {
        let (name, digest) = (format!("speaker{round}"), [round; 32]);
        let terms = || Terms { names: vec![digest], consent: None };
        let (first, second) = (named(round, &name), named(round + 100, &name));
        let new = |profile| NewProfile { profile, scheme: "x", most: 1_000, terms: terms() };
        store.create_profile(tenant_id(1), new(&first), Entry::default()).await.unwrap();
        let (erased, made) = tokio::join!(
            store.erase_subject(
                tenant_id(1),
                first.subject,
                erasing(round),
                |_| vec![digest],
                Entry::default(),
                at(1)
            ),
            store.create_profile(tenant_id(1), new(&second), Entry::default()),
        );
        erased.unwrap().unwrap();
        // Either it came before, when the name was taken, or after, when nobody of the name was wanted.
        assert!(matches!(made, Err(StoreError::Conflict | StoreError::OptedOut)), "round {round}: {made:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_dialogue_that_ends_is_not_put_aside_by_one_that_begins() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    let (tenant, subject) = tenant_with_subject(&store).await;
    for round in 1..=20_u8 {
        let opened = dialogue(round);
        store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
        let last = succeeded(opened.clone());
        let enrols = Step { outcome: Outcome::Enrolled(enrolment(round)), ..step(&last, 0, round) };
        let next = dialogue(round + 100);
        let (ended, begun) = tokio::join!(
            store.commit_step(tenant, enrols, at(1)),
            store.start_dialogue(tenant, &next, Entry::default(), at(1)),
        );
        begun.unwrap();
        let stored = store.dialogue(tenant, opened.id).await.unwrap().unwrap().dialogue.state;
        let kept = !store.registered_objects(tenant, &[object(round)]).await.unwrap().is_empty();
        match ended {
            Ok(()) => assert!(stored == State::Succeeded && kept, "round {round}"),
            Err(StoreError::Conflict) => assert!(stored == State::Aborted && !kept, "round {round}"),
            Err(error) => panic!("round {round}: {error}"),
        }
        store.abort_dialogue(tenant, subject, Entry::default(), at(2)).await.unwrap();
        store.erase_enrolments(tenant, subject, "en", Entry::default(), at(3)).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_is_erased_while_enrolling_leaves_nothing() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    for round in 1..=10_u8 {
        if round == 1 {
            with_tenant(&store).await;
        }
        let tenant = tenant_id(1);
        store.create_subject(tenant, new_subject(1, Some("7"), None), Entry::default(), at(0)).await.unwrap();
        let opened = dialogue(round);
        store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
        let last = succeeded(opened.clone());
        let enrols = Step { outcome: Outcome::Enrolled(enrolment(round)), ..step(&last, 0, round) };
        let (ended, erased) = tokio::join!(
            store.commit_step(tenant, enrols, at(1)),
            store.erase_subject(
                tenant,
                subject_id(1),
                erasing(round),
                |_| Vec::new(),
                Entry::default(),
                at(1)
            ),
        );
        assert!(matches!(ended, Ok(()) | Err(StoreError::Conflict)), "round {round}: {ended:?}");
        let erasing = erased.unwrap().unwrap();
        let (enrolments, objects) = (&erasing.remains.enrolments, &erasing.remains.objects);
        let left = store.rows_of_person(tenant, subject_id(1), enrolments, objects).await.unwrap();
        assert_eq!(left, 0, "round {round}");
        assert_eq!(ended.is_ok(), !objects.is_empty(), "round {round}: its object is named to be deleted");
    }
}
