//! Admission control in front of the models.
//!
//! Promises: inference never runs on an async thread; at most one job per worker runs and at most `queue` wait,
//! and one more is answered [`Busy`] at once, with a time to come back, instead of making everybody slower.
//! Whoever has jobs waiting is served in turn, and may have no more than half of the places to wait at: so nobody's
//! storm delays somebody else's job by more than one job, and the jobs at work.
//! A job whose caller went away before it started is skipped. A job that panics costs only its own caller an error.
//! Closing refuses new jobs and finishes those already admitted.

mod waiting;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use crate::config::InferenceConfig;
use crate::error::{Busy, InferenceError};
use crate::models::Models;
use waiting::Waiting;
pub use waiting::Whose;

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
    waiting: Waiting<Job<W>>,
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
        timbre_telemetry::inference_workers(workers);
        timbre_telemetry::queue_depth(0);
        timbre_telemetry::busy_workers(0.0);
        let queue = Queue { waiting: Waiting::default(), idle_workers: 0, open: true, mean_job: FIRST_GUESS };
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

    /// Runs a job on one of the workers, or answers at once that there is no place for it, or none for whose it is.
    pub async fn run<T: Send + 'static>(
        &self,
        whose: Whose,
        job: impl FnOnce(&mut W) -> T + Send + 'static,
    ) -> Result<Done<T>, InferenceError> {
        // Below whatever asks, on whichever thread: waiting first, then work.
        let asking = tracing::Span::current();
        let waits = tracing::debug_span!(parent: &asking, "inference.queue");
        let (answer, answered) = oneshot::channel();
        let answer = Arc::new(Mutex::new(Some(answer)));
        let watch = Arc::clone(&answer);
        let admitted = Instant::now();
        let work = move |worker: &mut W| {
            let queue = admitted.elapsed();
            drop(waits);
            let _at_work = tracing::debug_span!(parent: &asking, "inference.work").entered();
            worker.take_model_time();
            let value = catch_unwind(AssertUnwindSafe(|| job(worker))).map_err(|_| InferenceError::Panicked);
            let timing = Timing { queue, model: worker.take_model_time(), total: admitted.elapsed() };
            if let Some(answer) = lock(&answer).take() {
                // The caller may have gone away while the job ran; then nobody wants the answer.
                answer.send(value.map(|value| Done { value, timing })).ok();
            }
        };
        let abandoned = move || lock(&watch).as_ref().is_none_or(oneshot::Sender::is_closed);
        self.shared.admit(whose, Job { work: Box::new(work), abandoned: Box::new(abandoned) })?;
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

    fn admit(&self, whose: Whose, job: Job<W>) -> Result<(), InferenceError> {
        let mut queue = self.lock();
        if !queue.open {
            return Err(InferenceError::ShuttingDown);
        }
        // What an idle worker is about to take waits for nothing.
        let idle = queue.idle_workers;
        let (places, share) = (self.limit + idle, self.limit.div_ceil(2) + idle);
        let full = |waiting: &Waiting<Job<W>>| waiting.len() >= places || waiting.of(whose) >= share;
        if full(&queue.waiting) {
            queue.waiting.retain(|waiting| !(waiting.abandoned)());
        }
        if full(&queue.waiting) {
            timbre_telemetry::inference_refused(queue.waiting.len() < places);
            return Err(self.busy(&queue).into());
        }
        queue.waiting.push(whose, job);
        timbre_telemetry::queue_depth(queue.waiting.len());
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

    /// A worker's life: take the next job in turn that somebody still waits for, run it, until the pool is closed and empty.
    fn serve(&self, worker: &mut W) {
        while let Some(job) = self.next() {
            let start = Instant::now();
            timbre_telemetry::busy_workers(1.0);
            (job.work)(worker);
            timbre_telemetry::busy_workers(-1.0);
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
            while let Some(job) = queue.waiting.pop() {
                timbre_telemetry::queue_depth(queue.waiting.len());
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
mod tests;
