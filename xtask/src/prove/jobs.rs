//! [jobs] kill -9 of server and worker at each step of 30 jobs: every accepted job ends once, and its webhook is delivered at least
//! once, with an id that tells repeats.
//!
//! One application sends its requests, and whenever it loses an answer it sends the same once more, until it has a 202: then the job is
//! accepted, and everything else is the server's and the worker's. Each job has steps of its own at which somebody is killed; since all are
//! under way at once, each of those kills hits the others wherever they happen to be. A thirty-first job's receiver takes nothing: so it can
//! be seen that what is judged here can be found wanting.

mod elsewhere;
mod http;
mod ledger;
mod order;
mod pair;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use self::elsewhere::Elsewhere;
use self::http::Message;
use self::ledger::{Ledger, Row};
use self::order::Order;
use self::pair::{Pair, Step, Victim};
use self::verdict::Verdict;
use super::{Finding, Given, rounded};
use crate::failure::{Failure, note, say};

const JOBS: usize = 30;
/// Of thirty jobs, and some thirty starts of the worker, most of the time goes into the starts.
const DEADLINE: Duration = Duration::from_secs(15 * 60);
const LOOK_EVERY: Duration = Duration::from_millis(60);
/// Times that the application sends one request.
const MOST_SENT: usize = 20;
/// What is waited for before a worker is spared.
const BEFORE_A_KILL: Duration = Duration::from_secs(2);
const BEFORE_ANOTHER: Duration = Duration::from_millis(500);
/// Milliseconds from the request's last byte to the kill: some before it is committed, some after.
const ANSWERING_MS: [u64; 5] = [0, 4, 8, 16, 40];
/// Milliseconds from when a worker was seen to begin to the kill amid its work, if some of the recording is heard by then.
const AMID_MS: [u64; 4] = [0, 1_800, 2_600, 3_400];
/// Kills at each step without which nothing is proved of it: in all, and of the worker where it has to do with the job.
const LEAST_KILLS: u64 = 5;
const LEAST_OF_WORKER: u64 = 2;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let data = tempfile::tempdir()?;
    let pair = Arc::new(Pair::start(given.binary()?.to_owned(), data.path().to_owned())?);
    let found = killed_and_judged(&pair, data.path());
    // The machine elsewhere knows them until the process ends.
    pair.end()?;
    found
}

fn killed_and_judged(pair: &Arc<Pair>, data: &Path) -> Result<Finding, Failure> {
    let orders: Vec<Order> = (0..=JOBS).map(Order::new).collect::<Result<_, _>>()?;
    let (control, jobs) = orders.split_last().ok_or_else(|| Failure::new("there are no jobs"))?;
    let elsewhere = elsewhere(&orders, control, pair)?;
    elsewhere.know(&pair.secret()?)?;
    let apikey = pair.apikey()?;
    for call in order::enrolments(&apikey)? {
        accepted(&http::ask(&pair.address()?, &call)?, 200)?;
    }

    note("  thirty jobs, and somebody is killed …");
    let began = Instant::now();
    let all_asked = AtomicBool::new(false);
    let (unseen, heard_seconds) = thread::scope(|scope| {
        let asking = scope.spawn(|| {
            let asked = ask_for_all(&orders, control, pair, &elsewhere, &apikey, data);
            all_asked.store(true, Ordering::Release);
            asked
        });
        let mut killer = Killer {
            pair,
            data,
            jobs,
            noticed: BTreeMap::new(),
            done: BTreeSet::new(),
            heard_seconds: Vec::new(),
        };
        killer.work_until_all_is_over(began, &all_asked)?;
        let unseen = asking.join().map_err(|_| Failure::new("the application ended early"))??;
        Ok::<_, Failure>((unseen, killer.heard_seconds))
    })?;
    let seconds = began.elapsed().as_secs_f64();
    pair.calm_down()?;

    let mut finding = Finding::default();
    let verdict = Verdict::of(&orders, pair, &elsewhere, &apikey, data)?;
    verdict.require(jobs, control, &mut finding);
    for step in Step::ALL {
        let [server, worker] = pair.kills(step);
        let enough = server > 0
            && server + worker >= LEAST_KILLS
            && (worker >= LEAST_OF_WORKER || Step::OF_THE_SERVER.contains(&step));
        let killed = format!("{step:?}: the server was killed {server} times, the worker {worker} times");
        say(format_args!("  {killed}"))?;
        finding.require(enough, format!("too few kills to say something. {killed}"));
    }
    say(format_args!(
        "  {JOBS} jobs in {seconds:.0} s: {} webhooks, {} of them repeats; {unseen} were accepted although the answer was lost",
        verdict.told, verdict.repeats
    ))?;
    finding.figure("jobs", JOBS);
    finding.figure("kills", pair.all_kills());
    finding.figure("heard_at_kills", heard_seconds);
    finding.figure("webhooks", verdict.told);
    finding.figure("repeats", verdict.repeats);
    finding.figure("accepted_unseen", unseen);
    finding.figure("tries", verdict.tries);
    finding.figure("seconds", rounded(seconds, 0));
    Ok(finding)
}

fn elsewhere(orders: &[Order], control: &Order, pair: &Arc<Pair>) -> Result<Arc<Elsewhere>, Failure> {
    let jobs = || orders.iter().filter(|order| order.number != control.number);
    let manners = jobs().map(|order| (order.request_id.clone(), order.manners().collect())).collect();
    let fetches = jobs().filter_map(|order| match order.kill_at_work() {
        (Step::Fetching, victim) => Some((order.number, victim)),
        _ => None,
    });
    let recordings = orders.iter().map(|order| order.wav.clone()).collect();
    Elsewhere::open(recordings, manners, fetches.collect(), &control.request_id, pair)
}

/// Asks for every job, the one whose receiver takes nothing first: its tries take longest. Says how many turned out to be
/// accepted although the answer was lost.
fn ask_for_all(
    orders: &[Order],
    control: &Order,
    pair: &Pair,
    elsewhere: &Elsewhere,
    apikey: &str,
    data: &Path,
) -> Result<usize, Failure> {
    let mut unseen = 0;
    let request = control.request(apikey, &elsewhere.address);
    accepted(&http::ask(&pair.address()?, &request)?, 202)?;
    for order in orders.iter().filter(|order| order.number != control.number) {
        let request = order.request(apikey, &elsewhere.address);
        let (step, victim) = order.kill_at_the_door();
        if step != Step::Accepted {
            half_asked(order, &request, step, pair)?;
            unseen += usize::from(Ledger::read(data)?.jobs.contains_key(&order.request_id));
        }
        if step != Step::Accepted {
            ask_until_accepted(order, &request, pair)?;
            continue;
        }
        // Chosen before, so that nothing stands between the answer and the kill.
        pair.wait_for_worker()?;
        let victim = pair.spare(victim, BEFORE_A_KILL)?;
        ask_until_accepted(order, &request, pair)?;
        if !pair.kill(step, victim, pair.worker())? {
            // The worker was killed at another's step meanwhile.
            pair.kill_when_there(step, Victim::Server, pair.worker())?;
        }
    }
    Ok(unseen)
}

/// Sends a request and kills the server before it has answered.
fn half_asked(order: &Order, request: &[u8], step: Step, pair: &Pair) -> Result<(), Failure> {
    // There may be no server right now; then it is not killed either.
    let mut stream = TcpStream::connect(pair.address()?)?;
    match step {
        Step::Uploading => stream.write_all(&request[..request.len() / 2])?,
        _ => {
            stream.write_all(request)?;
            thread::sleep(Duration::from_millis(ANSWERING_MS[order.number % ANSWERING_MS.len()]));
        }
    }
    pair.kill_when_there(step, Victim::Server, pair.worker())?;
    Ok(())
}

fn ask_until_accepted(order: &Order, request: &[u8], pair: &Pair) -> Result<(), Failure> {
    for _ in 0..MOST_SENT {
        // Whatever happened to the answer: the same once more.
        match http::ask(&pair.address()?, request) {
            Ok(answer) if answer.status() == Some(503) => {}
            Ok(answer) => {
                let said = accepted(&answer, 202)?;
                return match said["request_id"] == order.request_id {
                    true => Ok(()),
                    false => Err(Failure::new(format!("{}: accepted as {said}", order.request_id))),
                };
            }
            Err(_) => {}
        }
        thread::sleep(BEFORE_ANOTHER);
    }
    Err(Failure::new(format!("{} is not accepted", order.request_id)))
}

/// What an answer says, if it has this status.
fn accepted(answer: &Message, status: u16) -> Result<Value, Failure> {
    match answer.status() == Some(status) {
        true => Ok(serde_json::from_slice(&answer.body)?),
        false => Err(Failure::new(format!("{}: {}", answer.first, String::from_utf8_lossy(&answer.body)))),
    }
}

/// Starts who was killed, and kills at the steps that can only be seen in the database.
struct Killer<'a> {
    pair: &'a Pair,
    data: &'a Path,
    jobs: &'a [Order],
    /// By the job's number, as long as its kill is still to come.
    noticed: BTreeMap<usize, Noticed>,
    done: BTreeSet<usize>,
    /// How much of their recordings was heard when somebody was killed.
    heard_seconds: Vec<f64>,
}

/// A job that a worker has begun.
#[derive(Clone, Copy)]
struct Noticed {
    tries: u64,
    /// The worker. Another one has not begun it yet.
    worker: u64,
    at: Instant,
    /// What an earlier worker had heard, or this one.
    heard_seconds: f64,
}

impl Killer<'_> {
    fn work_until_all_is_over(&mut self, began: Instant, all_asked: &AtomicBool) -> Result<(), Failure> {
        let mut over = 0;
        loop {
            self.pair.revive()?;
            // Before the look: what is asked for after it is not over.
            let all_asked = all_asked.load(Ordering::Acquire);
            let worker = self.pair.worker();
            let ledger = Ledger::read(self.data)?;
            let is_over =
                |row: &&Row| row.is_over() && row.messages.iter().all(|(state, _)| state != "Pending");
            let over_now = ledger.jobs.values().filter(is_over).count();
            if over_now != over {
                over = over_now;
                note(format_args!("  {over} are over, after {} s", began.elapsed().as_secs()));
            }
            if all_asked && over == ledger.jobs.len() {
                return Ok(());
            }
            if began.elapsed() > DEADLINE {
                return Err(Failure::new(format!("only {over} are over at the deadline")));
            }
            self.kill_who_is_due(&ledger, worker)?;
            thread::sleep(LOOK_EVERY);
        }
    }

    fn kill_who_is_due(&mut self, ledger: &Ledger, worker: u64) -> Result<(), Failure> {
        for order in self.jobs {
            let (step, victim) = order.kill_at_work();
            let Some(row) = ledger.jobs.get(&order.request_id).filter(|row| row.state == "Running") else {
                continue;
            };
            if self.done.contains(&order.number) {
                continue;
            }
            let (tries, heard_seconds) = (row.tries, row.heard_seconds);
            let now = Noticed { tries, worker, at: Instant::now(), heard_seconds };
            let noticed = self.noticed.entry(order.number).or_insert(now);
            if noticed.tries != tries {
                *noticed = now;
            }
            let is_heard = heard_seconds > 0.0 && (tries == 1 || heard_seconds != noticed.heard_seconds);
            let due = match step {
                Step::Begun => true,
                Step::Amid => {
                    let after = AMID_MS[order.number / 4 % AMID_MS.len()];
                    is_heard && noticed.at.elapsed() >= Duration::from_millis(after)
                }
                _ => false,
            };
            // A claim of a worker that was killed already is nobody's.
            if !due || noticed.worker != worker {
                continue;
            }
            let victim = if ledger.is_dangerous() { Victim::Server } else { victim };
            if self.pair.kill(step, victim, worker)? {
                self.done.insert(order.number);
                self.heard_seconds.push(heard_seconds);
            }
        }
        Ok(())
    }
}
