//! [replicas] Two replicas behind a plain round-robin: 200 dialogues whose every request lands on a random replica, all end right; one
//! replica killed in the middle: no dialogue lost.
//!
//! The callers take a replica at random for each request, and do what callers do when a connection breaks or a server is busy: they ask
//! again. Whoever lost a reply does not know whether its recording was heard; it says the code once more, and is told.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use timbre_voices::Voice;

use super::real_parts::RealParts;
use super::tenancy::{at_once, timbre_with};
use super::{Finding, Given, rounded};
use crate::biometrid::{Api, Dialogue, NoReply, Purpose};
use crate::failure::{Failure, note, say};
use crate::outcome::Outcome;
use crate::people;
use crate::server::Server;

/// Dialogues: people enrolled, people verified, and people refused where they claim to be somebody else.
const ENROLLED: usize = 80;
const VERIFIED: usize = 60;
const REFUSED: usize = 60;
const CALLERS: usize = 8;
/// Codes that a dialogue may take.
const MOST_CODES: usize = 12;
/// Tries of one request.
const TRIES: usize = 200;
/// Between two of them.
const PAUSE: Duration = Duration::from_millis(100);
/// Replies to recordings before one replica is killed: amid the dialogues that follow the enrolments of the first ones.
const REPLIES_BEFORE_THE_KILL: usize = 200;

/// No two recordings of a proof are the same.
static SEED: AtomicU64 = AtomicU64::new(0);

/// Both replicas, as somebody sees them whose requests are spread.
struct Spread {
    replicas: [Api; 2],
    sent: AtomicU64,
    /// How often each replied.
    replied: [AtomicUsize; 2],
    /// Replies to recordings.
    heard: AtomicUsize,
    /// Requests that were made again: nobody was there, the connection broke, the server was busy.
    again: [AtomicUsize; 3],
    /// The most replies that one dialogue had of each.
    both: AtomicUsize,
}

impl Spread {
    /// A replica at random: the bits of a counter, well mixed.
    fn any(&self) -> usize {
        let sent = self.sent.fetch_add(1, Ordering::Relaxed);
        (sent.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 63)
            as usize
    }

    fn note_again(&self, why: usize) {
        self.again[why].fetch_add(1, Ordering::Relaxed);
        thread::sleep(PAUSE);
    }
}

/// One dialogue, and whose voice speaks in it.
struct Talk<'a> {
    spread: &'a Spread,
    user: &'a str,
    voice: &'a Voice,
    purpose: Purpose,
    /// Which replicas have replied in it.
    met: [bool; 2],
}

impl Talk<'_> {
    fn start(&mut self) -> Result<Dialogue, Failure> {
        let mut last = Failure::new("nobody was asked");
        for _ in 0..TRIES {
            let which = self.spread.any();
            // Whatever went wrong: a dialogue that was begun and not heard of is put aside by the next.
            match Dialogue::start(&self.spread.replicas[which], self.user, self.purpose) {
                Ok((dialogue, _)) => {
                    self.replied(which);
                    return Ok(dialogue);
                }
                Err(failure) => last = failure,
            }
            self.spread.note_again(0);
        }
        Err(last)
    }

    fn replied(&mut self, which: usize) {
        self.spread.replied[which].fetch_add(1, Ordering::Relaxed);
        self.met[which] = true;
    }

    /// Says the code that was last asked for. The outcome, and whether a reply was lost before it.
    fn speak(&mut self, dialogue: &mut Dialogue) -> Result<(Outcome, bool), Failure> {
        let seed = SEED.fetch_add(1, Ordering::Relaxed);
        let recording = people::recording(self.voice, &dialogue.code, seed);
        let mut lost = false;
        for _ in 0..TRIES {
            let which = self.spread.any();
            match dialogue.submit(&self.spread.replicas[which], recording.clone()) {
                Ok((Outcome::TurnedDown { status: 503, .. }, _)) => {
                    self.replied(which);
                    self.spread.note_again(2);
                }
                Ok((outcome, _)) => {
                    self.replied(which);
                    self.spread.heard.fetch_add(1, Ordering::Relaxed);
                    return Ok((outcome, lost));
                }
                Err(NoReply::NotSent(_)) => self.spread.note_again(0),
                Err(NoReply::Lost(_)) => {
                    lost = true;
                    self.spread.note_again(1);
                }
                Err(NoReply::Strange(failure)) => return Err(failure),
            }
        }
        Err(Failure::new("nobody replies"))
    }

    /// Speaks to the end. Whoever lost the reply that told the end learns it in another way.
    fn held(&mut self) -> Result<Outcome, Failure> {
        let mut dialogue = self.start()?;
        let mut lost_any = false;
        for _ in 0..MOST_CODES {
            let (outcome, lost) = self.speak(&mut dialogue)?;
            lost_any |= lost;
            match outcome {
                Outcome::Accepted { .. } | Outcome::Refused { .. } => {}
                Outcome::Succeeded | Outcome::Failed { .. } => return Ok(outcome),
                // It had ended with the recording whose reply was lost, and this call began another, which must end as that did.
                Outcome::Started { .. } if lost => {}
                Outcome::TurnedDown { status: 400, ref message }
                    if lost_any && message == "USER_VOICE_ALREADY_ENROLLED" =>
                {
                    return Ok(Outcome::Succeeded);
                }
                other => return Err(Failure::new(format!("the dialogue is lost: {}", other.in_a_word()))),
            }
        }
        Err(Failure::new("the dialogue does not come to an end"))
    }
}

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let (binary, mut finding) = (given.binary()?, Finding::default());
    let parts = RealParts::start()?;
    let first = parts.server(binary, &[])?;
    let second = parts.server(binary, &[])?;
    let spread = Spread {
        replicas: [first.api()?, second.api()?],
        sent: AtomicU64::new(0),
        replied: Default::default(),
        heard: AtomicUsize::new(0),
        again: Default::default(),
        both: AtomicUsize::new(0),
    };
    let voices = Voices::read()?;
    note(format_args!("  making {ENROLLED} users …"));
    let users =
        (0..ENROLLED).map(|n| Ok::<_, Failure>(spread.replicas[n % 2].create_user(&format!("user-{n}"))?.1));
    let users = users.collect::<Result<Vec<_>, _>>()?;

    let begun = Instant::now();
    let doomed = Mutex::new(Some(second));
    let killed_at = AtomicUsize::new(0);
    let talk = |user: usize, voice: &Voice, purpose: Purpose, right: fn(&Outcome) -> bool| {
        let mut talk = Talk { spread: &spread, user: &users[user], voice, purpose, met: [false; 2] };
        let ended = talk.held();
        spread.both.fetch_add(usize::from(talk.met == [true; 2]), Ordering::Relaxed);
        kill_in_the_middle(&doomed, &spread, &killed_at);
        match ended {
            Ok(outcome) if right(&outcome) => None,
            Ok(outcome) => Some(format!("{} {purpose:?} of {user}: {}", voice.name, outcome.in_a_word())),
            Err(failure) => Some(format!("{} {purpose:?} of {user}: {failure}", voice.name)),
        }
    };
    let succeeded: fn(&Outcome) -> bool = |outcome| *outcome == Outcome::Succeeded;
    let failed: fn(&Outcome) -> bool = |outcome| matches!(outcome, Outcome::Failed { .. });
    let mut wrong = at_once(ENROLLED, CALLERS, |n| talk(n, voices.of(n), Purpose::Enrol, succeeded));
    wrong.extend(at_once(VERIFIED + REFUSED, CALLERS, |n| match n % 2 {
        0 => talk(n / 2, voices.of(n / 2), Purpose::Verify, succeeded),
        // Another user's turn: of two dialogues of one user, the later puts the earlier aside.
        _ => {
            let user = (n / 2 + ENROLLED / 2) % ENROLLED;
            talk(user, voices.unlike(user), Purpose::Verify, failed)
        }
    }));
    let took = begun.elapsed();
    let wrong: Vec<String> = wrong.into_iter().flatten().collect();

    for wrong in &wrong {
        say(format_args!("  WRONG: {wrong}"))?;
    }
    let dialogues = ENROLLED + VERIFIED + REFUSED;
    let load = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    let [absent, lost, busy] = [0, 1, 2].map(|why| load(&spread.again[why]));
    let (replied, both) = (spread.replied.each_ref().map(load), load(&spread.both));
    let killed_at = load(&killed_at);
    say(format_args!(
        "  {dialogues} dialogues in {:.0} s, {} replies of one replica and {} of the other, which was killed after {killed_at} recordings; \
         {both} dialogues met both; asked again: {absent} not there, {lost} replies lost, {busy} busy; {} wrong",
        took.as_secs_f64(),
        replied[0],
        replied[1],
        wrong.len()
    ))?;
    finding.require(wrong.is_empty(), format!("{} dialogues went wrong", wrong.len()));
    finding.require(killed_at > 0, "no replica was killed");
    finding.require(lost + absent > 0, "nobody noticed the kill");
    finding.require(both >= dialogues / 4, format!("only {both} dialogues met both replicas"));
    accounts(given, &parts, &first, &mut finding)?;
    let figures = [
        ("dialogues", dialogues),
        ("wrong", wrong.len()),
        ("met_both", both),
        ("killed_after_recordings", killed_at),
        ("replies_lost", lost),
        ("not_there", absent),
        ("busy", busy),
    ];
    for (name, value) in figures {
        finding.figure(name, value);
    }
    finding.figure("took_s", rounded(took.as_secs_f64(), 0));
    Ok(finding)
}

/// Ends one replica as a power failure would, once so many recordings were heard.
fn kill_in_the_middle(doomed: &Mutex<Option<Server>>, spread: &Spread, killed_at: &AtomicUsize) {
    let heard = spread.heard.load(Ordering::Relaxed);
    if heard < REPLIES_BEFORE_THE_KILL {
        return;
    }
    if let Some(server) = doomed.lock().unwrap_or_else(PoisonError::into_inner).take() {
        killed_at.store(heard, Ordering::Relaxed);
        if let Err(failure) = server.kill() {
            note(format_args!("  the replica could not be killed: {failure}"));
        }
    }
}

/// What is in the database, and what is billed.
fn accounts(given: &Given, parts: &RealParts, server: &Server, finding: &mut Finding) -> Result<(), Failure> {
    let ready = server.api()?.ready()?.status;
    finding.require(ready == 200, format!("the replica that is left answers /readyz with {ready}"));
    let enrolments = parts.count("SELECT count(*) FROM enrolments")?;
    let samples = parts.count("SELECT count(*) FROM samples")?;
    let settings = parts.settings();
    let timbre = |words: &[&str]| timbre_with(given.binary()?, parts.data.path(), &settings, words);
    let (_, said) = timbre(&["usage", "demo"])?;
    let billed =
        said.first().and_then(|usage| usage["this_month"]["enrolments"].as_u64()).unwrap_or_default();
    let (recounted, _) = timbre(&["usage", "demo", "--recount"])?;
    let (whole, _) = timbre(&["audit", "verify"])?;
    say(format_args!("  {enrolments} enrolments of {samples} samples, {billed} billed"))?;
    finding.require(
        [enrolments, billed] == [ENROLLED as u64; 2] && samples == 3 * ENROLLED as u64,
        format!("{enrolments} enrolments of {samples} samples, {billed} billed"),
    );
    finding.require(recounted, "the counters are not what the events say");
    finding.require(whole, "the audit trail is not whole");
    finding.figure("enrolments", enrolments);
    finding.figure("billed", billed);
    Ok(())
}

/// Women's and men's voices: whoever claims to be somebody else is of the other kind, so that what is measured is where a dialogue
/// is kept, and not how well voices are told apart.
struct Voices {
    women: Vec<Voice>,
    men: Vec<Voice>,
}

impl Voices {
    fn read() -> Result<Self, Failure> {
        // The second letter says it: `af_heart`, `bm_lewis`.
        let is_woman = |voice: &Voice| voice.name.as_bytes().get(1) == Some(&b'f');
        let (women, men): (Vec<_>, Vec<_>) = people::english()?.into_iter().partition(is_woman);
        match women.is_empty() || men.is_empty() {
            false => Ok(Self { women, men }),
            true => Err(Failure::new("there are not voices of both kinds")),
        }
    }

    /// Whose voice a user has.
    fn of(&self, user: usize) -> &Voice {
        match user % 2 {
            0 => &self.women[user / 2 % self.women.len()],
            _ => &self.men[user / 2 % self.men.len()],
        }
    }

    /// Somebody who sounds otherwise.
    fn unlike(&self, user: usize) -> &Voice {
        self.of(user + 1)
    }
}
