//! Jobs: accepted once, claimed by one worker at a time and fairly, ended once with one message.

use timbre_domain::{
    audit::Origin,
    ids::{DeliveryId, JobId},
    job::{DELIVERY_TRIES, DeliveryState, DeliveryTry, JobKind, JobState},
};
use timbre_store::{
    Claim, Entry, JobAdded, JobEnd, JobFilter, JobRecord, Listing, NewEvent, NewJob, Store, StoreError,
    TenantChange,
};
use uuid::Uuid;

use super::support::{at, database, new_tenant, object, tenant_id};

pub fn new_job(n: u8, request_id: &str) -> NewJob {
    NewJob {
        id: JobId::from_random([n; 16]),
        kind: JobKind::Identify,
        request_id: request_id.to_owned(),
        request_digest: [n; 32],
        sealed_request: vec![n; 4],
        object: Some(object(n)),
    }
}

fn claim(n: u8, until: i64) -> Claim {
    Claim { holder: Uuid::from_bytes([n; 16]), until: at(until) }
}

fn completed(n: u8) -> JobEnd {
    let (state, delivery) = (JobState::Completed, DeliveryId::from_random([n; 16]));
    JobEnd { state, sealed_outcome: vec![n; 4], delivery, keep_object: false, entry: Entry::default() }
}

async fn with_jobs(store: &Store, tenant: u8, jobs: &[u8]) {
    store
        .create_tenant(new_tenant(tenant, &format!("tenant {tenant}")), Entry::default(), at(0))
        .await
        .unwrap();
    for &n in jobs {
        let added = store
            .add_job(tenant_id(tenant), new_job(n, &format!("r{n}")), 100, Entry::default(), at(n.into()))
            .await;
        assert!(matches!(added.unwrap(), JobAdded::New));
    }
}

async fn claimed(store: &Store, by: u8, until: i64, now: i64) -> Option<JobRecord> {
    store.claim_job(claim(by, until), 9, at(now)).await.unwrap()
}

#[tokio::test]
async fn a_list_tells_of_jobs_what_is_kept_of_them_a_page_at_a_time() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1, 2, 3]).await;
    let first = claimed(store, 1, 60, 10).await.unwrap().job;
    assert!(store.hold_job(tenant_id(1), first.id, claim(1, 60), 4.5, Some(9.0)).await.unwrap());
    store.end_job(tenant_id(1), first.id, claim(1, 60).holder, completed(1), at(20)).await.unwrap();
    with_jobs(store, 2, &[4]).await;
    let ours = tenant_id(1);
    let page = async |after, state| {
        let filter = JobFilter { state, ..JobFilter::default() };
        store.jobs(ours, &filter, &Listing { after, limit: 2 }).await.unwrap()
    };
    let latest = page(None, None).await;
    let earlier = page(Some((latest[1].created_at, latest[1].id.0)), None).await;
    let listed: Vec<_> = latest.into_iter().chain(earlier).collect();
    assert_eq!(
        listed.iter().map(|job| job.id).collect::<Vec<_>>(),
        [3, 2, 1].map(|n| JobId::from_random([n; 16]))
    );
    for job in &listed {
        assert_eq!(store.job(ours, job.id).await.unwrap().as_ref(), Some(job));
        assert_eq!(&store.job_record(ours, job.id).await.unwrap().unwrap().job, job);
        assert!(store.job(tenant_id(2), job.id).await.unwrap().is_none());
        assert!(store.job_record(tenant_id(2), job.id).await.unwrap().is_none());
    }
    let over = page(None, Some(JobState::Completed)).await;
    assert_eq!((over.len(), over[0].heard_seconds, over[0].total_seconds), (1, 4.5, Some(9.0)));
}

#[tokio::test]
async fn a_request_id_names_one_job() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1]).await;
    let add = async |new| store.add_job(tenant_id(1), new, 2, Entry::default(), at(1)).await.unwrap();
    assert!(matches!(add(new_job(1, "r1")).await, JobAdded::Known(_)));
    assert!(matches!(add(new_job(2, "r1")).await, JobAdded::OtherRequest));
    assert!(matches!(add(new_job(2, "r2")).await, JobAdded::New));
    assert!(matches!(add(new_job(3, "r3")).await, JobAdded::TooMany));
    // What is known is known, however many there are; and another tenant's ids are its own.
    assert!(matches!(add(new_job(1, "r1")).await, JobAdded::Known(_)));
    with_jobs(store, 2, &[]).await;
    let other = store.add_job(tenant_id(2), new_job(9, "r1"), 2, Entry::default(), at(1)).await.unwrap();
    assert!(matches!(other, JobAdded::New));
    assert!(store.job_of_request(tenant_id(2), "r2").await.unwrap().is_none());
}

#[tokio::test]
async fn the_tenant_with_least_at_work_goes_first() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1, 2, 3]).await;
    with_jobs(store, 2, &[8, 9]).await;
    let mut order = Vec::new();
    for worker in 1..=5 {
        let record = claimed(store, worker, 60, 10).await.unwrap();
        assert_eq!((record.job.state, record.job.tries), (JobState::Running, 1));
        order.push(record.job.request_id);
    }
    assert_eq!(order, ["r1", "r8", "r2", "r9", "r3"]);
    assert!(claimed(store, 6, 60, 10).await.is_none());
}

#[tokio::test]
async fn tenants_take_turns_also_where_one_job_is_done_at_a_time_and_one_has_at_most_its_share() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1, 2, 3]).await;
    with_jobs(store, 2, &[8, 9]).await;
    let mut order = Vec::new();
    for n in 0..5 {
        let record = claimed(store, n, 60, 10 + i64::from(n)).await.unwrap();
        order.push(record.job.request_id.clone());
        let end = completed(100 + n);
        store.end_job(record.job.tenant, record.job.id, claim(n, 0).holder, end, at(20)).await.unwrap();
    }
    assert_eq!(order, ["r1", "r8", "r2", "r9", "r3"]);

    with_jobs(store, 3, &[20, 21]).await;
    let one = async |by| store.claim_job(claim(by, 90), 1, at(40)).await.unwrap();
    assert!(one(1).await.is_some());
    assert!(one(2).await.is_none(), "its share is at work");
}

#[tokio::test]
async fn what_a_dead_worker_left_is_claimed_again_and_its_late_word_does_not_count() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1]).await;
    let (tenant, id) = (tenant_id(1), JobId::from_random([1; 16]));
    claimed(store, 1, 60, 10).await.unwrap();
    assert!(store.hold_job(tenant, id, claim(1, 90), 12.5, Some(40.0)).await.unwrap());
    assert!(claimed(store, 2, 150, 89).await.is_none());
    let again = claimed(store, 2, 150, 90).await.unwrap();
    assert_eq!((again.job.tries, again.job.heard_seconds, again.job.total_seconds), (2, 0.0, Some(40.0)));

    assert!(!store.hold_job(tenant, id, claim(1, 200), 20.0, None).await.unwrap());
    let late = store.end_job(tenant, id, claim(1, 0).holder, completed(1), at(95)).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert!(store.deliveries_of(tenant, id).await.unwrap().is_empty());
    let gone = store.end_job(tenant, id, claim(2, 0).holder, completed(2), at(96)).await.unwrap();
    assert_eq!(gone, Some(object(1)));
    assert_eq!(store.deliveries_of(tenant, id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_job_ends_once_and_its_object_goes_with_it_unless_it_may_be_tried_again() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1, 2]).await;
    let tenant = tenant_id(1);
    let (first, second) = (JobId::from_random([1; 16]), JobId::from_random([2; 16]));
    let cancelled = JobEnd { state: JobState::Cancelled, ..completed(1) };
    assert_eq!(store.cancel_job(tenant, first, cancelled, at(3)).await.unwrap(), Some(object(1)));
    let twice = store.cancel_job(tenant, first, completed(3), at(3)).await;
    assert!(matches!(twice, Err(StoreError::Conflict)));
    let foreign = store.cancel_job(tenant_id(2), second, completed(4), at(3)).await;
    assert!(matches!(foreign, Err(StoreError::Conflict)));
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());

    claimed(store, 1, 60, 10).await.unwrap();
    let failed = JobEnd { state: JobState::Failed, keep_object: true, ..completed(2) };
    assert_eq!(store.end_job(tenant, second, claim(1, 0).holder, failed, at(11)).await.unwrap(), None);
    let first_end = store.deliveries_of(tenant, second).await.unwrap().remove(0).0;
    store.retry_job(tenant, second, Entry::default(), at(12)).await.unwrap();
    // A message must not change what it says: that of the first end is not sent any more.
    let dropped = store.deliveries_of(tenant, second).await.unwrap().remove(0).0;
    assert_eq!((dropped.id, dropped.state), (first_end.id, DeliveryState::Dropped));
    assert!(matches!(
        store.replay_delivery(tenant, dropped.id, Entry::default(), at(12)).await,
        Err(StoreError::Conflict)
    ));
    let again = claimed(store, 2, 60, 12).await.unwrap();
    assert_eq!((again.job.tries, again.object, again.sealed_outcome), (1, Some(object(2)), None));
    assert!(matches!(
        store.retry_job(tenant, first, Entry::default(), at(12)).await,
        Err(StoreError::Conflict)
    ));
}

#[tokio::test]
async fn what_is_over_is_forgotten_in_time_with_its_messages() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1, 2]).await;
    let (tenant, first) = (tenant_id(1), JobId::from_random([1; 16]));
    let failed = JobEnd { state: JobState::Failed, keep_object: true, ..completed(1) };
    store.cancel_job(tenant, first, failed, at(10)).await.unwrap();
    assert_eq!(store.purge_jobs(at(10), 10).await.unwrap(), (0, Vec::new()));
    assert_eq!(store.purge_jobs(at(11), 10).await.unwrap(), (1, vec![(tenant, object(1))]));
    assert!(store.deliveries_of(tenant, first).await.unwrap().is_empty());
    assert_eq!(store.latest_jobs(tenant, 10).await.unwrap().len(), 1);
}

#[tokio::test]
async fn every_try_of_a_message_is_logged_and_a_replay_grants_more() {
    let database = database().await;
    let store = &database.store;
    with_jobs(store, 1, &[1]).await;
    let (tenant, job) = (tenant_id(1), JobId::from_random([1; 16]));
    store.cancel_job(tenant, job, completed(1), at(5)).await.unwrap();
    let due = async |by: u8, now: i64| store.claim_delivery(claim(by, now + 30), at(now)).await.unwrap();
    let this =
        |number, now, status| DeliveryTry { number, at: at(now), status, error: None, milliseconds: 7 };

    let (message, record) = due(1, 5).await.unwrap();
    assert_eq!((message.job, record.job.id, message.tries), (job, job, 0));
    assert!(due(2, 34).await.is_none(), "one at a time");
    assert!(matches!(
        store.replay_delivery(tenant, message.id, Entry::default(), at(6)).await,
        Err(StoreError::Conflict)
    ));
    let pending = DeliveryState::Pending;
    store.end_try(&message, claim(1, 0).holder, this(1, 6, Some(500)), pending, at(40)).await.unwrap();
    assert!(due(2, 39).await.is_none());

    let (again, _) = due(2, 40).await.unwrap();
    assert_eq!((again.id, again.tries), (message.id, 1));
    // Whose claim was lost has no say.
    store
        .end_try(&again, claim(1, 0).holder, this(9, 41, None), DeliveryState::Dropped, at(0))
        .await
        .unwrap();
    store
        .end_try(&again, claim(2, 0).holder, this(2, 41, None), DeliveryState::Dropped, at(41))
        .await
        .unwrap();
    assert!(due(3, 99).await.is_none());

    assert!(matches!(
        store.replay_delivery(tenant_id(2), again.id, Entry::default(), at(50)).await,
        Err(StoreError::Conflict)
    ));
    store.replay_delivery(tenant, again.id, Entry::default(), at(50)).await.unwrap();
    let (third, _) = due(3, 50).await.unwrap();
    assert_eq!((third.id, third.tries, third.most_tries), (message.id, 2, 2 + DELIVERY_TRIES));
    store
        .end_try(&third, claim(3, 0).holder, this(3, 51, Some(200)), DeliveryState::Delivered, at(51))
        .await
        .unwrap();
    let log = store.deliveries_of(tenant, job).await.unwrap();
    assert_eq!(log.len(), 1);
    let statuses: Vec<_> = log[0].1.iter().map(|this| (this.number, this.status)).collect();
    assert_eq!(statuses, [(1, Some(500)), (2, None), (3, Some(200))]);
    assert_eq!(log[0].0.state, DeliveryState::Delivered);
}

#[tokio::test]
async fn a_suspended_tenants_jobs_wait_until_it_is_so_no_more() {
    let database = database().await;
    let store = database.store.clone().with_audit_key([7; 32].into());
    with_jobs(&store, 1, &[1]).await;
    let event = || NewEvent {
        origin: Origin::system(),
        action: "tenant.changed",
        person: None,
        target: None,
        detail: None,
    };
    let suspended = async |suspended| {
        let change = TenantChange { name: None, suspended: Some(suspended) };
        assert!(store.change_tenant(tenant_id(1), change, event(), at(2)).await.unwrap());
    };
    suspended(true).await;
    assert!(claimed(&store, 1, 60, 5).await.is_none());
    suspended(false).await;
    assert!(claimed(&store, 1, 60, 6).await.is_some());
}
