//! Admission control in front of the models.
//!
//! Promises: inference never runs on an async thread; at most one job per worker runs and at most `queue` wait,
//! and one more is answered [`Busy`] at once, with a time to come back, instead of making everybody slower.
//! A job whose caller went away before it started is skipped. A job that panics costs only its own caller an error.
//! Closing refuses new jobs and finishes those already admitted.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::config::InferenceConfig;
use crate::error::{Busy, InferenceError};
use crate::models::Models;

/// What a worker owns: it counts the time spent inside models, so that a job's time can be told apart from it.
pub trait Worker: 'static {
    /// The time spent in models since the last call of this function.
    fn take_model_time(&mut self) -> Duration;
}

/// Where a job's time went.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Timing {
    /// Waiting for a worker.
    pub queue: Duration,
    /// Inside the models.
    pub model: Duration,
    /// From admission to the answer.
    pub total: Duration,
}

/// A job's answer and its timing.
#[derive(Debug)]
pub struct Done<T> {
    pub value: T,
    pub timing: Timing,
}

/// The retry time before any job has been measured assumes jobs of this length.
const FIRST_GUESS: Duration = Duration::from_millis(500);

/// Weight of the newest job in the running mean of job times: about the last ten jobs count.
const NEWEST_WEIGHT: f64 = 0.1;

struct Job<W> {
    work: Box<dyn FnOnce(&mut W) + Send>,
    abandoned: Box<dyn Fn() -> bool + Send>,
}

struct Queue<W> {
    waiting: VecDeque<Job<W>>,
    idle_workers: usize,
    open: bool,
    mean_job: Duration,
}

struct Shared<W> {
    queue: Mutex<Queue<W>>,
    changed: Condvar,
    workers: usize,
    limit: usize,
}

/// The workers and the queue in front of them.
pub struct Pool<W = Models> {
    shared: Arc<Shared<W>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl<W: Worker> Pool<W> {
    /// Starts the workers and returns when each has loaded what it owns, or the first error.
    /// Blocks while models load: call it at start-up, before serving.
    pub fn start(
        config: &InferenceConfig,
        load: impl Fn() -> Result<W, InferenceError> + Send + Sync + 'static,
    ) -> Result<Self, InferenceError> {
        let workers = config.worker_count();
        let queue = Queue { waiting: VecDeque::new(), idle_workers: 0, open: true, mean_job: FIRST_GUESS };
        let shared = Arc::new(Shared {
            queue: Mutex::new(queue),
            changed: Condvar::new(),
            workers,
            limit: config.queue,
        });
        let pool = Self { shared: Arc::clone(&shared), threads: Mutex::new(Vec::new()) };
        let load = Arc::new(load);
        let (loaded, answers) = mpsc::channel();
        for index in 0..workers {
            let (shared, load, loaded) = (Arc::clone(&shared), Arc::clone(&load), loaded.clone());
            let thread = std::thread::Builder::new()
                .name(format!("inference-{index}"))
                .spawn(move || match load() {
                    Ok(mut worker) => {
                        shared.lock().idle_workers += 1;
                        // The starter may already have left because another worker failed: then the queue is closed.
                        loaded.send(Ok(())).ok();
                        shared.serve(&mut worker);
                    }
                    Err(error) => {
                        loaded.send(Err(error)).ok();
                    }
                })
                .map_err(|error| InferenceError::Runtime(format!("no thread for inference: {error}")))?;
            lock(&pool.threads).push(thread);
        }
        drop(loaded);
        for _ in 0..workers {
            answers.recv().map_err(|_| InferenceError::Panicked)??;
        }
        Ok(pool)
    }

    /// Runs a job on one of the workers, or answers at once that there is no place for it.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&mut W) -> T + Send + 'static,
    ) -> Result<Done<T>, InferenceError> {
        let (answer, answered) = oneshot::channel();
        let answer = Arc::new(Mutex::new(Some(answer)));
        let watch = Arc::clone(&answer);
        let admitted = Instant::now();
        let work = move |worker: &mut W| {
            let queue = admitted.elapsed();
            worker.take_model_time();
            let value = catch_unwind(AssertUnwindSafe(|| job(worker))).map_err(|_| InferenceError::Panicked);
            let timing = Timing { queue, model: worker.take_model_time(), total: admitted.elapsed() };
            if let Some(answer) = lock(&answer).take() {
                // The caller may have gone away while the job ran; then nobody wants the answer.
                answer.send(value.map(|value| Done { value, timing })).ok();
            }
        };
        self.shared.admit(Job {
            work: Box::new(work),
            abandoned: Box::new(move || lock(&watch).as_ref().is_none_or(oneshot::Sender::is_closed)),
        })?;
        answered.await.map_err(|_| InferenceError::ShuttingDown)?
    }

    /// How many jobs wait for a worker.
    pub fn waiting(&self) -> usize {
        self.shared.lock().waiting.len()
    }

    pub fn workers(&self) -> usize {
        self.shared.workers
    }

    /// Refuses new jobs from now on; those already admitted are finished.
    pub fn close(&self) {
        self.shared.lock().open = false;
        self.shared.changed.notify_all();
    }

    /// Closes the pool and waits until its workers have finished. Blocks: not for async threads.
    pub fn join(&self) {
        self.close();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            if thread.join().is_err() {
                tracing::error!("an inference worker ended with a panic");
            }
        }
    }
}

impl<W> Drop for Pool<W> {
    fn drop(&mut self) {
        self.shared.lock().open = false;
        self.shared.changed.notify_all();
    }
}

impl<W> Shared<W> {
    fn lock(&self) -> MutexGuard<'_, Queue<W>> {
        lock(&self.queue)
    }

    fn admit(&self, job: Job<W>) -> Result<(), InferenceError> {
        let mut queue = self.lock();
        if !queue.open {
            return Err(InferenceError::ShuttingDown);
        }
        let places = self.limit + queue.idle_workers;
        if queue.waiting.len() >= places {
            queue.waiting.retain(|waiting| !(waiting.abandoned)());
        }
        if queue.waiting.len() >= places {
            return Err(self.busy(&queue).into());
        }
        queue.waiting.push_back(job);
        drop(queue);
        self.changed.notify_one();
        Ok(())
    }

    /// By the time the waiting jobs are done there is a place again.
    fn busy(&self, queue: &Queue<W>) -> Busy {
        let rounds = (queue.waiting.len() + 1).div_ceil(self.workers) as f64;
        let seconds = (rounds * queue.mean_job.as_secs_f64()).ceil();
        Busy { retry_after_seconds: (seconds as u64).max(1) }
    }

    /// A worker's life: take the oldest job that somebody still waits for, run it, until the pool is closed and empty.
    fn serve(&self, worker: &mut W) {
        while let Some(job) = self.next() {
            let start = Instant::now();
            (job.work)(worker);
            let mut queue = self.lock();
            let newest = start.elapsed().as_secs_f64();
            let mean = queue.mean_job.as_secs_f64();
            queue.mean_job = Duration::from_secs_f64(mean + NEWEST_WEIGHT * (newest - mean));
            queue.idle_workers += 1;
        }
    }

    fn next(&self) -> Option<Job<W>> {
        let mut queue = self.lock();
        loop {
            while let Some(job) = queue.waiting.pop_front() {
                if !(job.abandoned)() {
                    queue.idle_workers -= 1;
                    return Some(job);
                }
            }
            if !queue.open {
                return None;
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// Nothing panics while it holds one of these locks, so what a poisoned one guards is whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

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
            pool.run(move |_| {
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
            async move { pool.run(|_| 1).await }
        });
        until_waiting(&pool, 1).await;
        let refused = pool.run(|_| 2).await;
        assert!(matches!(refused, Err(InferenceError::Busy(Busy { retry_after_seconds: 1 }))));
        drop(_release);
        assert_eq!(waiting.await.unwrap().unwrap().value, 1);
    }

    #[tokio::test]
    async fn without_a_queue_an_idle_worker_still_takes_a_job() {
        let pool = pool(1, 0);
        assert_eq!(pool.run(|_| 7).await.unwrap().value, 7);
        let _release = occupy_after_idle(&pool).await;
        assert!(matches!(pool.run(|_| 2).await, Err(InferenceError::Busy(_))));
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
            .map(|_| {
                let pool = Arc::clone(&pool);
                tokio::spawn(async move { pool.run(|_| ()).await })
            })
            .collect();
        until_waiting(&pool, 8).await;
        // Nine jobs of half a second each, on one worker.
        let refused = pool.run(|_| ()).await;
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
            async move { pool.run(job).await }
        });
        until_waiting(&pool, 1).await;
        left.abort();
        assert!(left.await.unwrap_err().is_cancelled());
        let stays = tokio::spawn({
            let (pool, job) = (Arc::clone(&pool), count(100));
            async move { pool.run(job).await }
        });
        drop(release);
        stays.await.unwrap().unwrap();
        assert_eq!(ran.load(Ordering::SeqCst), 100);
    }

    #[tokio::test]
    async fn a_panic_is_one_callers_error_and_the_worker_goes_on() {
        let pool = pool(1, 4);
        let outcome = pool.run(|_| -> u8 { std::panic::panic_any("a job fails") }).await;
        assert!(matches!(outcome, Err(InferenceError::Panicked)));
        assert_eq!(pool.run(|_| 3).await.unwrap().value, 3);
    }

    #[tokio::test]
    async fn the_time_in_the_model_is_told_apart() {
        let pool = pool(1, 4);
        let done = pool.run(|clock| clock.0 += Duration::from_millis(40)).await.unwrap();
        assert_eq!(done.timing.model, Duration::from_millis(40));
        assert!(done.timing.total >= done.timing.queue);
        assert_eq!(pool.run(|_| ()).await.unwrap().timing.model, Duration::ZERO);
    }

    #[tokio::test]
    async fn closing_finishes_what_was_admitted_and_refuses_the_rest() {
        let pool = pool(1, 4);
        let release = occupy(&pool).await;
        let admitted = tokio::spawn({
            let pool = Arc::clone(&pool);
            async move { pool.run(|_| 5).await }
        });
        until_waiting(&pool, 1).await;
        pool.close();
        assert!(matches!(pool.run(|_| 6).await, Err(InferenceError::ShuttingDown)));
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
}
