//! The pool, with workers that load nothing.

#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;

const A: Whose = Whose(1);
const B: Whose = Whose(2);

struct Clock(Duration);

impl Worker for Clock {
    fn take_model_time(&mut self) -> Duration {
        std::mem::take(&mut self.0)
    }
}

fn pool(workers: usize, queue: usize) -> Arc<Pool<Clock>> {
    Arc::new(Pool::start(&InferenceConfig { workers, queue }, || Ok(Clock(Duration::ZERO))).unwrap())
}

/// Keeps a worker busy until the returned sender is dropped.
async fn occupy(pool: &Arc<Pool<Clock>>) -> mpsc::Sender<()> {
    let (release, held) = mpsc::channel::<()>();
    let (running, started) = oneshot::channel();
    let pool = Arc::clone(pool);
    tokio::spawn(async move {
        pool.run(A, move |_| {
            running.send(()).unwrap();
            held.recv().unwrap_err();
        })
        .await
    });
    started.await.unwrap();
    release
}

async fn until_waiting(pool: &Pool<Clock>, count: usize) {
    while pool.waiting() != count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_full_queue_answers_busy_at_once() {
    let pool = pool(1, 1);
    let _release = occupy(&pool).await;
    let waiting = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.run(A, |_| 1).await }
    });
    until_waiting(&pool, 1).await;
    let refused = pool.run(A, |_| 2).await;
    assert!(matches!(refused, Err(InferenceError::Busy(Busy { retry_after_seconds: 1 }))));
    drop(_release);
    assert_eq!(waiting.await.unwrap().unwrap().value, 1);
}

#[tokio::test]
async fn without_a_queue_an_idle_worker_still_takes_a_job() {
    let pool = pool(1, 0);
    assert_eq!(pool.run(A, |_| 7).await.unwrap().value, 7);
    let _release = occupy_after_idle(&pool).await;
    assert!(matches!(pool.run(A, |_| 2).await, Err(InferenceError::Busy(_))));
}

/// The worker that just answered may not have returned to its place yet.
async fn occupy_after_idle(pool: &Arc<Pool<Clock>>) -> mpsc::Sender<()> {
    while pool.shared.lock().idle_workers == 0 {
        tokio::task::yield_now().await;
    }
    occupy(pool).await
}

#[tokio::test]
async fn the_retry_time_grows_with_the_queue() {
    let pool = pool(1, 8);
    let release = occupy(&pool).await;
    let callers: Vec<_> = (0..8)
        .map(|caller| {
            let pool = Arc::clone(&pool);
            tokio::spawn(async move { pool.run(Whose(caller % 2), |_| ()).await })
        })
        .collect();
    until_waiting(&pool, 8).await;
    // Nine jobs of half a second each, on one worker.
    let refused = pool.run(A, |_| ()).await;
    assert!(matches!(refused, Err(InferenceError::Busy(Busy { retry_after_seconds: 5 }))));
    drop(release);
    for caller in callers {
        caller.await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_job_whose_caller_went_away_is_skipped_and_gives_its_place_back() {
    let pool = pool(1, 1);
    let release = occupy(&pool).await;
    let ran = Arc::new(AtomicUsize::new(0));
    let count = |by: usize| {
        let ran = Arc::clone(&ran);
        move |_: &mut Clock| ran.fetch_add(by, Ordering::SeqCst)
    };
    let left = tokio::spawn({
        let (pool, job) = (Arc::clone(&pool), count(1));
        async move { pool.run(A, job).await }
    });
    until_waiting(&pool, 1).await;
    left.abort();
    assert!(left.await.unwrap_err().is_cancelled());
    let stays = tokio::spawn({
        let (pool, job) = (Arc::clone(&pool), count(100));
        async move { pool.run(A, job).await }
    });
    drop(release);
    stays.await.unwrap().unwrap();
    assert_eq!(ran.load(Ordering::SeqCst), 100);
}

#[tokio::test]
async fn a_panic_is_one_callers_error_and_the_worker_goes_on() {
    let pool = pool(1, 4);
    let outcome = pool.run(A, |_| -> u8 { std::panic::panic_any("a job fails") }).await;
    assert!(matches!(outcome, Err(InferenceError::Panicked)));
    assert_eq!(pool.run(A, |_| 3).await.unwrap().value, 3);
}

#[tokio::test]
async fn the_time_in_the_model_is_told_apart() {
    let pool = pool(1, 4);
    let done = pool.run(A, |clock| clock.0 += Duration::from_millis(40)).await.unwrap();
    assert_eq!(done.timing.model, Duration::from_millis(40));
    assert!(done.timing.total >= done.timing.queue);
    assert_eq!(pool.run(A, |_| ()).await.unwrap().timing.model, Duration::ZERO);
}

#[tokio::test]
async fn closing_finishes_what_was_admitted_and_refuses_the_rest() {
    let pool = pool(1, 4);
    let release = occupy(&pool).await;
    let admitted = tokio::spawn({
        let pool = Arc::clone(&pool);
        async move { pool.run(A, |_| 5).await }
    });
    until_waiting(&pool, 1).await;
    pool.close();
    assert!(matches!(pool.run(A, |_| 6).await, Err(InferenceError::ShuttingDown)));
    drop(release);
    assert_eq!(admitted.await.unwrap().unwrap().value, 5);
    tokio::task::spawn_blocking(move || pool.join()).await.unwrap();
}

#[test]
fn a_worker_that_cannot_load_stops_the_start() {
    let config = InferenceConfig { workers: 2, queue: 1 };
    let started = Pool::<Clock>::start(&config, || Err(InferenceError::Runtime("no model".to_owned())));
    assert!(matches!(started, Err(InferenceError::Runtime(_))));
}
/// Lets so many jobs of one of them wait, each of which notes its name when it runs.
async fn waiting_jobs(
    pool: &Arc<Pool<Clock>>,
    whose: Whose,
    count: usize,
    ran: &Arc<Mutex<Vec<Whose>>>,
) -> Vec<tokio::task::JoinHandle<()>> {
    let mut jobs = Vec::new();
    for _ in 0..count {
        let before = pool.waiting();
        let (one, ran) = (Arc::clone(pool), Arc::clone(ran));
        jobs.push(tokio::spawn(async move {
            one.run(whose, move |_| ran.lock().unwrap().push(whose)).await.unwrap();
        }));
        until_waiting(pool, before + 1).await;
    }
    jobs
}

#[tokio::test]
async fn a_single_job_waits_for_no_more_than_one_of_somebody_with_a_full_share() {
    let pool = pool(1, 16);
    let release = occupy(&pool).await;
    let ran = Arc::default();
    let mut jobs = waiting_jobs(&pool, A, 8, &ran).await;
    jobs.extend(waiting_jobs(&pool, B, 1, &ran).await);
    drop(release);
    for job in jobs {
        job.await.unwrap();
    }
    let ran = ran.lock().unwrap();
    let position = ran.iter().position(|whose| *whose == B);
    assert!(position <= Some(1), "{ran:?}");
    assert_eq!(ran.len(), 9);
}

#[tokio::test]
async fn nobody_takes_more_than_half_of_the_queue_and_others_still_find_a_place() {
    let pool = pool(1, 4);
    let release = occupy(&pool).await;
    let ran = Arc::default();
    let mut jobs = waiting_jobs(&pool, A, 2, &ran).await;
    assert!(matches!(pool.run(A, |_| ()).await, Err(InferenceError::Busy(_))));
    jobs.extend(waiting_jobs(&pool, B, 2, &ran).await);
    let full = pool.run(Whose(3), |_| ()).await;
    assert!(matches!(full, Err(InferenceError::Busy(_))), "the whole queue is full, for others as well");
    drop(release);
    for job in jobs {
        job.await.unwrap();
    }
    assert_eq!(*ran.lock().unwrap(), [A, B, A, B]);
}
