//! A server and a worker on one data folder, which are killed and started again.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::ledger::Ledger;
use crate::failure::Failure;
use crate::server::{Server, Worker, by_default};

/// Fast where the defaults are patient, so that a proof of hundreds of waits ends. One tenant's jobs are begun one after the other
/// (half of two): a kill costs every job that is begun a try, and each has only so many.
const SETTINGS: [(&str, &str); 7] = [
    ("TIMBRE__JOBS__EMBEDDED", "false"),
    ("TIMBRE__JOBS__BEGUN_AT_ONCE", "2"),
    ("TIMBRE__JOBS__LEASE_SECONDS", "3"),
    ("TIMBRE__JOBS__RETRY_SECONDS", "1"),
    ("TIMBRE__OUTBOUND__ALLOW", "127.0.0.1"),
    ("TIMBRE__OUTBOUND__WEBHOOK_SECONDS", "5"),
    ("TIMBRE__HOUSEKEEPING__EVERY_SECONDS", "5"),
];

/// Who is not there is started within a few seconds.
const BACK_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Where a job is when somebody is killed, as it is seen from outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// Half of the request is sent.
    Uploading,
    /// All of it is sent, and the answer is not there.
    Answering,
    /// The answer is there, just now.
    Accepted,
    /// Half of the recording is fetched.
    Fetching,
    /// A worker has it, just now.
    Begun,
    /// Some of it has been heard.
    Amid,
    /// Its webhook is there, and not answered.
    Arrived,
    /// Its webhook is answered, just now.
    Answered,
    /// Its webhook was refused, and is to be sent again.
    Waiting,
}

impl Step {
    pub(super) const ALL: [Self; 9] = [
        Self::Uploading,
        Self::Answering,
        Self::Accepted,
        Self::Fetching,
        Self::Begun,
        Self::Amid,
        Self::Arrived,
        Self::Answered,
        Self::Waiting,
    ];
    /// Those in which only the server has to do with the job.
    pub(super) const OF_THE_SERVER: [Self; 2] = [Self::Uploading, Self::Answering];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Victim {
    Server,
    Worker,
    Both,
}

impl Victim {
    fn is_server(self) -> bool {
        self != Self::Worker
    }

    fn is_worker(self) -> bool {
        self != Self::Server
    }
}

#[derive(Default)]
struct Alive {
    server: Option<Server>,
    worker: Option<Worker>,
    /// How many workers there have been.
    workers: u64,
    /// Nobody is killed any more.
    calm: bool,
}

pub(super) struct Pair {
    binary: PathBuf,
    data: PathBuf,
    alive: Mutex<Alive>,
    /// Kills of the server, and of the worker, at each step.
    kills: Mutex<BTreeMap<Step, [u64; 2]>>,
}

impl Pair {
    pub(super) fn start(binary: PathBuf, data: PathBuf) -> Result<Self, Failure> {
        let pair = Self { binary, data, alive: Mutex::default(), kills: Mutex::default() };
        // The server first: it makes the tables.
        pair.start_server()?;
        pair.revive()?;
        Ok(pair)
    }

    /// Starts who is not there. One thread's.
    pub(super) fn revive(&self) -> Result<(), Failure> {
        let (server, worker) = {
            let alive = self.alive();
            (alive.server.is_none(), alive.worker.is_none())
        };
        thread::scope(|scope| {
            let serving = server.then(|| scope.spawn(|| self.start_server()));
            if worker {
                let worker = Worker::start_with(&self.binary, &self.data, &SETTINGS)?;
                let mut alive = self.alive();
                alive.worker = Some(worker);
                alive.workers += 1;
            }
            match serving {
                Some(serving) => {
                    serving.join().map_err(|_| Failure::new("the start of the server failed"))?
                }
                None => Ok(()),
            }
        })
    }

    fn start_server(&self) -> Result<(), Failure> {
        let server = Server::start_with(&self.binary, &self.data, &SETTINGS)?;
        self.alive().server = Some(server);
        Ok(())
    }

    /// Where the server listens, once it does.
    pub(super) fn address(&self) -> Result<String, Failure> {
        let base_url =
            self.wait_for(|alive| alive.server.as_ref().map(|server| server.base_url().to_owned()))?;
        Ok(base_url.trim_start_matches("http://").to_owned())
    }

    /// Waits until there is a worker.
    pub(super) fn wait_for_worker(&self) -> Result<(), Failure> {
        self.wait_for(|alive| alive.worker.as_ref().map(drop))
    }

    pub(super) fn apikey(&self) -> Result<String, Failure> {
        self.wait_for(|alive| alive.server.as_ref().map(Server::apikey))?
    }

    /// What the demo tenant's webhooks are signed with.
    pub(super) fn secret(&self) -> Result<String, Failure> {
        let shown: Value = serde_json::from_str(&self.timbre(&["tenant", "webhook-secret", "demo"])?)?;
        let secret = shown["webhook_secrets"][0].as_str();
        secret.map(str::to_owned).ok_or_else(|| Failure::new("the tenant has no secret of webhooks"))
    }

    /// Has an operator's command run beside them, and gives what it prints.
    pub(super) fn timbre(&self, words: &[&str]) -> Result<String, Failure> {
        let mut command = Command::new(&self.binary);
        by_default(&mut command);
        let ran = command.args(words).env("TIMBRE_DATA_DIR", &self.data).stdin(Stdio::null()).output()?;
        match ran.status.success() {
            true => Ok(String::from_utf8_lossy(&ran.stdout).into_owned()),
            false => Err(Failure::new(format!("{words:?}: {}", String::from_utf8_lossy(&ran.stderr)))),
        }
    }

    fn wait_for<T>(&self, look: impl Fn(&Alive) -> Option<T>) -> Result<T, Failure> {
        let start = Instant::now();
        loop {
            if let Some(found) = look(&self.alive()) {
                return Ok(found);
            }
            if start.elapsed() > BACK_WITHIN {
                return Err(Failure::new("who was killed does not come back"));
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Which worker works now, or worked last: they are numbered.
    pub(super) fn worker(&self) -> u64 {
        self.alive().workers
    }

    /// Whom to kill: the server instead of the worker while it would be the last try that a job can lose. That a job
    /// whose workers die is given up in the end is as it should be, and not what is proved here.
    /// What passes soon is waited for.
    pub(super) fn spare(&self, victim: Victim, patience: Duration) -> Result<Victim, Failure> {
        let start = Instant::now();
        while Ledger::read(&self.data)?.is_dangerous() {
            if start.elapsed() > patience {
                return Ok(Victim::Server);
            }
        }
        Ok(victim)
    }

    /// Kills (SIGKILL). Nobody is killed, and false is the answer, if one of those who are meant is not there, or the worker is not this
    /// one any more: then it was killed since, and this is another step.
    pub(super) fn kill(&self, step: Step, victim: Victim, worker: u64) -> Result<bool, Failure> {
        let mut alive = self.alive();
        let other = alive.worker.is_none() || alive.workers != worker;
        if alive.calm || (victim.is_worker() && other) || (victim.is_server() && alive.server.is_none()) {
            return Ok(false);
        }
        let server = alive.server.take_if(|_| victim.is_server());
        let worker = alive.worker.take_if(|_| victim.is_worker());
        let mut kills = self.kills.lock().unwrap_or_else(PoisonError::into_inner);
        let [servers, workers] = kills.entry(step).or_default();
        *servers += u64::from(server.is_some());
        *workers += u64::from(worker.is_some());
        // Both locks are held: until they are dead nobody takes them for alive.
        worker.map_or(Ok(()), Worker::kill)?;
        server.map_or(Ok(()), Server::kill)?;
        Ok(true)
    }

    /// Has both there from now on.
    pub(super) fn calm_down(&self) -> Result<(), Failure> {
        self.alive().calm = true;
        self.revive()
    }

    /// Ends both, and whoever would kill them finds nobody.
    pub(super) fn end(&self) -> Result<(), Failure> {
        let mut alive = self.alive();
        alive.calm = true;
        alive.worker.take().map_or(Ok(()), Worker::kill)?;
        alive.server.take().map_or(Ok(()), Server::kill)
    }

    /// As [`Pair::kill`], once there is a server. For those who do not start it themselves.
    pub(super) fn kill_when_there(&self, step: Step, victim: Victim, worker: u64) -> Result<bool, Failure> {
        if victim.is_server() {
            self.address()?;
        }
        self.kill(step, victim, worker)
    }

    /// Kills of the server, and of the worker, at a step.
    pub(super) fn kills(&self, step: Step) -> [u64; 2] {
        let kills = self.kills.lock().unwrap_or_else(PoisonError::into_inner);
        kills.get(&step).copied().unwrap_or_default()
    }

    /// All kills, for the figures.
    pub(super) fn all_kills(&self) -> Value {
        let of = |step: &Step| {
            let [server, worker] = self.kills(*step);
            (format!("{step:?}").to_ascii_lowercase(), json!({"server": server, "worker": worker}))
        };
        Step::ALL.iter().map(of).collect()
    }

    fn alive(&self) -> MutexGuard<'_, Alive> {
        self.alive.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
