//! The machine elsewhere: it has recordings, and is told of the ends of jobs. What it is told it writes down before it answers, and
//! it misbehaves as it is told to.

use std::collections::{BTreeMap, VecDeque};
use std::io::Write as _;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::Value;
use sha2::Sha256;

use super::http::{self, Message};
use super::pair::{Pair, Step, Victim};
use crate::failure::{Failure, note};

/// Less than the sender's patience.
const BEFORE_A_KILL: Duration = Duration::from_secs(2);
/// A refused message is sent again after a second: this much later it is looked whom to kill, and for as long again.
const WITHIN_THE_WAIT: Duration = Duration::from_millis(300);
/// What clocks may differ by, and what a message may take, in seconds.
const MOST_SECONDS_OFF: u64 = 30;

/// How one message is treated, or one request for a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    Refuse,
    /// Closes the connection without an answer.
    HangUp,
    /// Kills this one at this step, then goes on, as far as anybody is there to hear it.
    Kill(Step, Victim),
}

/// A message, as it came.
pub(super) struct Told {
    pub(super) request_id: String,
    /// `webhook-id`.
    pub(super) id: String,
    /// Whether it is signed with the tenant's secret, and of now.
    pub(super) signed: bool,
    pub(super) body: Value,
    /// Whether it was answered with 200, or would have been, had its sender lived.
    pub(super) taken: bool,
}

pub(super) struct Elsewhere {
    pub(super) address: String,
    recordings: Vec<Vec<u8>>,
    secret: OnceLock<Vec<u8>>,
    /// Of each request id, how its next messages are treated; without any they are taken.
    manners: Mutex<BTreeMap<String, VecDeque<Manner>>>,
    /// Of each recording, whom to kill when it is first fetched.
    fetches: Mutex<BTreeMap<usize, Victim>>,
    /// This one's messages are all refused.
    deaf: String,
    told: Mutex<Vec<Told>>,
}

impl Elsewhere {
    /// Opens on a free port. It is there until the process ends.
    pub(super) fn open(
        recordings: Vec<Vec<u8>>,
        manners: BTreeMap<String, VecDeque<Manner>>,
        fetches: BTreeMap<usize, Victim>,
        deaf: &str,
        pair: &Arc<Pair>,
    ) -> Result<Arc<Self>, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let elsewhere = Arc::new(Self {
            address: listener.local_addr()?.to_string(),
            recordings,
            secret: OnceLock::new(),
            manners: Mutex::new(manners),
            fetches: Mutex::new(fetches),
            deaf: deaf.to_owned(),
            told: Mutex::default(),
        });
        let (here, pair) = (Arc::clone(&elsewhere), Arc::clone(pair));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (here, pair) = (Arc::clone(&here), Arc::clone(&pair));
                // Only our own worker comes here, with a handful of connections at a time.
                thread::spawn(move || {
                    if let Err(failure) = here.answer(&stream, &pair) {
                        // Most often it is that whoever asked was killed.
                        note(format_args!("  elsewhere: {failure}"));
                    }
                });
            }
        });
        Ok(elsewhere)
    }

    /// The secret as `timbre tenant webhook-secret` shows it.
    pub(super) fn know(&self, shown: &str) -> Result<(), Failure> {
        let encoded = shown.strip_prefix("whsec_").ok_or_else(|| Failure::new("no secret of webhooks"))?;
        self.secret.get_or_init(|| STANDARD.decode(encoded).unwrap_or_default());
        Ok(())
    }

    /// What was told so far.
    pub(super) fn told(&self) -> MutexGuard<'_, Vec<Told>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn answer(&self, stream: &TcpStream, pair: &Pair) -> Result<(), Failure> {
        // Before it is read: the worker that asks is this one, or was killed already.
        let worker = pair.worker();
        let message = Message::read(stream)?;
        let mut words = message.first.split(' ');
        match (words.next(), words.next()) {
            (Some("GET"), Some(path)) => self.give(stream, path, pair, worker),
            _ => self.hear(stream, &message, pair, worker),
        }
    }

    /// Gives a recording.
    fn give(&self, mut stream: &TcpStream, path: &str, pair: &Pair, worker: u64) -> Result<(), Failure> {
        let unknown = || Failure::new(format!("there is no recording {path}"));
        let number: usize = path.trim_start_matches('/').parse().map_err(|_| unknown())?;
        let answer = http::answer(200, self.recordings.get(number).ok_or_else(unknown)?);
        let (one, other) = answer.split_at(answer.len() / 2);
        stream.write_all(one)?;
        let victim = self.fetches.lock().unwrap_or_else(PoisonError::into_inner).get(&number).copied();
        if let Some(victim) = victim
            && pair.kill_when_there(Step::Fetching, pair.spare(victim, BEFORE_A_KILL)?, worker)?
        {
            self.fetches.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
        }
        Ok(stream.write_all(other)?)
    }

    /// Hears a message.
    fn hear(
        &self,
        mut stream: &TcpStream,
        message: &Message,
        pair: &Pair,
        worker: u64,
    ) -> Result<(), Failure> {
        let body: Value = serde_json::from_slice(&message.body)?;
        let request_id = body["request_id"].as_str().unwrap_or_default().to_owned();
        let manner = {
            let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
            manners.get_mut(&request_id).and_then(VecDeque::pop_front)
        };
        let deaf = request_id == self.deaf;
        let refused = matches!(manner, Some(Manner::Refuse | Manner::Kill(Step::Waiting, _)));
        let taken = !deaf && !refused && manner != Some(Manner::HangUp);
        let signed = self.is_signed(message);
        let id = message.header("webhook-id").to_owned();
        self.told().push(Told { request_id: request_id.clone(), id, signed, body, taken });
        let mut send = |status| stream.write_all(&http::answer(status, b""));
        let killed = match manner {
            _ if deaf => return Ok(send(500)?),
            None => return Ok(send(200)?),
            Some(Manner::HangUp) => return Ok(()),
            Some(Manner::Refuse) => return Ok(send(500)?),
            Some(Manner::Kill(Step::Waiting, victim)) => {
                send(500)?;
                thread::sleep(WITHIN_THE_WAIT);
                pair.kill_when_there(Step::Waiting, pair.spare(victim, WITHIN_THE_WAIT)?, worker)?
            }
            Some(Manner::Kill(Step::Answered, victim)) => {
                let victim = pair.spare(victim, BEFORE_A_KILL)?;
                send(200)?;
                pair.kill_when_there(Step::Answered, victim, worker)?
            }
            Some(Manner::Kill(step, victim)) => {
                let killed = pair.kill_when_there(step, pair.spare(victim, BEFORE_A_KILL)?, worker)?;
                // There may be nobody left to hear it.
                let _ = send(200);
                killed
            }
        };
        if let Some(manner) = manner.filter(|_| !killed) {
            // Its sender was killed at another's step: this one's is still to come.
            let mut manners = self.manners.lock().unwrap_or_else(PoisonError::into_inner);
            manners.entry(request_id).or_default().push_front(manner);
        }
        Ok(())
    }

    /// Judged as Standard Webhooks says, by code of our own.
    fn is_signed(&self, message: &Message) -> bool {
        let (id, timestamp) = (message.header("webhook-id"), message.header("webhook-timestamp"));
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        let of_now = timestamp.parse().is_ok_and(|then: u64| now.abs_diff(then) <= MOST_SECONDS_OFF);
        let Some(Ok(mut mac)) = self.secret.get().map(|secret| Hmac::<Sha256>::new_from_slice(secret)) else {
            return false;
        };
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(&message.body);
        let right = format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()));
        of_now && message.header("webhook-signature").split(' ').any(|signature| signature == right)
    }
}
