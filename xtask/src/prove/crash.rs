//! [crash] kill -9 amid 50 dialogues: each goes on or is cleanly over, and no accepted sample is lost.
//!
//! A client that loses a reply cannot know whether the server committed the step. It says its last
//! code once more: if the step was not committed, that is the code that is waited for; if it was, the
//! answer is a refusal with the next code, or that the dialogue is over. So of an enrolment's three
//! accepted samples the client must have seen all three, or two if a reply was lost.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;

use timbre_voices::Voice;

use super::aftermath::{self, Disk};
use super::{Finding, Given};
use crate::biometrid::{Api, Dialogue, NoReply, Purpose};
use crate::failure::{Failure, note, say};
use crate::outcome::Outcome;
use crate::people;
use crate::server::Server;

/// Dialogues of each purpose in one round.
const OF_EACH: usize = 25;
const ROUNDS: usize = 3;
/// Replies that come in before the server is killed, in each round another number.
const REPLIES_BEFORE_THE_KILL: [usize; ROUNDS] = [7, 18, 29];
/// Clients at a time while things are calm: fewer than the server has room for.
const CALM: usize = 8;
/// Clients at a time when the server is killed, each in the middle of a submission.
const STORM: usize = 25;
/// Codes that a dialogue may take after the crash.
const MOST_CODES: usize = 8;
/// What one server looks through for all now and then is looked through at each start.
const SWEEPS_AT_START: [(&str, &str); 1] = [("TIMBRE__HOUSEKEEPING__OBJECTS_EVERY_SECONDS", "1")];
/// Accepted samples that make an enrolment.
const SAMPLES: u32 = 3;

/// No two recordings of a proof are the same.
static SEED: AtomicU64 = AtomicU64::new(0);

/// One dialogue as its client knows it.
struct Party<'a> {
    voice: &'a Voice,
    user: String,
    purpose: Purpose,
    dialogue: Option<Dialogue>,
    /// Samples that the client saw accepted, the last one of an enrolment too.
    accepted: u32,
    /// A reply was lost.
    uncertain: bool,
    end: Option<Outcome>,
    /// The step whose reply was lost had been committed.
    committed_unseen: bool,
    /// What must not have happened.
    wrong: Vec<String>,
}

impl<'a> Party<'a> {
    fn new(voice: &'a Voice, user: String, purpose: Purpose) -> Self {
        Self {
            voice,
            user,
            purpose,
            dialogue: None,
            accepted: 0,
            uncertain: false,
            end: None,
            committed_unseen: false,
            wrong: Vec::new(),
        }
    }

    fn start(&mut self, api: &Api) -> Result<(), Failure> {
        self.dialogue = Some(Dialogue::start(api, &self.user, self.purpose)?.0);
        Ok(())
    }

    /// Says the code last asked for, or one that is not.
    fn speak(&mut self, api: &Api, right: bool) -> Result<Outcome, NoReply> {
        let dialogue =
            self.dialogue.as_mut().ok_or_else(|| NoReply::NotSent(Failure::new("there is no dialogue")))?;
        let code = if right { dialogue.code.clone() } else { people::one_digit_off(&dialogue.code) };
        let recording = people::recording(self.voice, &code, SEED.fetch_add(1, Ordering::Relaxed));
        let (outcome, _) = dialogue.submit(api, recording)?;
        self.accepted += u32::from(outcome.accepts());
        if matches!(outcome, Outcome::Succeeded | Outcome::Failed { .. }) {
            self.end = Some(outcome.clone());
        }
        Ok(outcome)
    }

    /// Brings the dialogue to where it is to be killed: enrolments with none, one or two samples
    /// accepted, verifications with and without a refusal.
    fn advance(&mut self, api: &Api, position: usize) -> Result<(), Failure> {
        self.start(api)?;
        match self.purpose {
            Purpose::Enrol => {
                while self.end.is_none() && self.accepted < (position % SAMPLES as usize) as u32 {
                    self.speak(api, true)?;
                }
            }
            Purpose::Verify if position % 2 == 1 => {
                self.speak(api, false)?;
            }
            Purpose::Verify => {}
        }
        Ok(())
    }

    /// Says the next code while the server may be killed at any moment.
    fn speak_in_the_storm(&mut self, api: &Api) -> bool {
        match self.speak(api, true) {
            // A server that has no room says so, and has not listened.
            Ok(Outcome::TurnedDown { status: 503, .. }) => false,
            Ok(Outcome::TurnedDown { status, message }) => {
                self.wrong.push(format!("before the kill: {status} {message}"));
                true
            }
            Ok(_) => true,
            Err(NoReply::NotSent(_)) => false,
            Err(NoReply::Lost(_)) => {
                self.uncertain = true;
                false
            }
            Err(NoReply::Strange(failure)) => {
                self.wrong.push(failure.to_string());
                true
            }
        }
    }

    /// Goes on after the restart, to the end of the dialogue.
    fn go_on(&mut self, api: &Api) {
        for turn in 0..MOST_CODES {
            if self.end.is_some() {
                return;
            }
            // Only the first call after a lost reply may find the dialogue over.
            let over_may_be_news = self.uncertain && turn == 0;
            match self.speak(api, true) {
                Ok(
                    Outcome::Accepted { .. }
                    | Outcome::Refused { .. }
                    | Outcome::Succeeded
                    | Outcome::Failed { .. },
                ) => {}
                // It had ended: a new dialogue began.
                Ok(started @ Outcome::Started { .. }) if over_may_be_news => {
                    self.committed_unseen = true;
                    self.end = Some(started);
                }
                Ok(Outcome::TurnedDown { status: 400, message })
                    if over_may_be_news && message == "USER_VOICE_ALREADY_ENROLLED" =>
                {
                    self.committed_unseen = true;
                    self.end = Some(Outcome::Succeeded);
                }
                Ok(other) => {
                    self.wrong.push(format!("after the restart: {}", other.in_a_word()));
                    return;
                }
                Err(failure) => {
                    self.wrong.push(format!("after the restart: {}", Failure::from(failure)));
                    return;
                }
            }
        }
        self.wrong.push("the dialogue does not come to an end".to_owned());
    }

    /// Judges the whole, once it is over.
    fn judge(&mut self, api: &Api) {
        if self.purpose == Purpose::Enrol && self.end == Some(Outcome::Succeeded) {
            let unseen = SAMPLES.checked_sub(self.accepted);
            if unseen.is_none_or(|unseen| unseen > u32::from(self.uncertain)) {
                self.wrong.push(format!("enrolled with {} samples seen accepted", self.accepted));
            }
            self.committed_unseen |= unseen == Some(1);
            if let Err(failure) = Dialogue::start(api, &self.user, Purpose::Verify) {
                self.wrong.push(format!("enrolled, and then: {failure}"));
            }
        }
    }
}

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let binary = given.binary()?;
    let data = tempfile::tempdir()?;
    let voices = people::english()?;
    let voice = |position: usize| &voices[position % voices.len()];
    let mut server = Server::start_with(binary, data.path(), &SWEEPS_AT_START)?;
    let mut sum = Sum::default();
    let mut finding = Finding::default();

    note("  enrolling who is to be verified …");
    let api = server.api()?;
    let verified = make_users(&api, "verified", OF_EACH)?;
    let mut parties: Vec<_> = verified
        .iter()
        .enumerate()
        .map(|(n, user)| Party::new(voice(n), user.clone(), Purpose::Enrol))
        .collect();
    each(&mut parties, CALM, |_, party| {
        party.start(&api)?;
        party.go_on(&api);
        match party.end {
            Some(Outcome::Succeeded) => Ok(()),
            _ => Err(Failure::new(format!(
                "{} cannot be enrolled: {}",
                party.voice.name,
                party.wrong.join(", ")
            ))),
        }
    })?;

    for (round, replies) in REPLIES_BEFORE_THE_KILL.into_iter().enumerate() {
        let api = server.api()?;
        let enrolling = make_users(&api, &format!("enrolling-{round}"), OF_EACH)?;
        // One of each in turn, so that the storm is of both.
        let mut parties: Vec<_> = enrolling
            .iter()
            .zip(&verified)
            .enumerate()
            .flat_map(|(n, (enrolling, verified))| {
                let to_enrol = Party::new(voice(n + round), enrolling.clone(), Purpose::Enrol);
                [to_enrol, Party::new(voice(n), verified.clone(), Purpose::Verify)]
            })
            .collect();
        each(&mut parties, CALM, |position, party| party.advance(&api, position / 2))?;
        kill_amid(server, &api, &mut parties, replies)?;
        let lost = parties.iter().filter(|party| party.uncertain).count();

        let orphans = aftermath::plant(data.path())?;
        aftermath::age(data.path())?;
        server = Server::start_with(binary, data.path(), &SWEEPS_AT_START)?;
        let disk = Disk::settled(data.path())?;
        let api = server.api()?;
        each(&mut parties, CALM, |_, party| {
            party.go_on(&api);
            party.judge(&api);
            Ok(())
        })?;
        let before = sum.wrong.len();
        sum.add(&parties, lost);
        say(format_args!(
            "  round {}: killed after {replies} replies with {lost} more under way; {}; {} wrong; {orphans} stray files, {} left after the sweep",
            round + 1,
            sum.ends(&parties),
            sum.wrong.len() - before,
            disk.stray
        ))?;
        finding.require(disk.stray == 0, format!("{} stray files are left after the sweep", disk.stray));
        finding.require(disk.missing == 0, format!("{} registered recordings are not there", disk.missing));
    }
    let disk = Disk::settled(data.path())?;
    finding.require(
        disk.odd_enrolments == 0,
        format!("{} enrolments do not have {SAMPLES} samples", disk.odd_enrolments),
    );
    finding.require(disk.missing == 0, format!("{} registered recordings are not there", disk.missing));
    server.kill()?;

    for wrong in &sum.wrong {
        say(format_args!("  WRONG: {wrong}"))?;
    }
    finding.require(sum.wrong.is_empty(), format!("{} dialogues went wrong", sum.wrong.len()));
    finding.require(sum.lost_replies > 0, "no submission was under way when the server was killed");
    finding.figure("rounds", ROUNDS);
    finding.figure("dialogues", sum.dialogues);
    finding.figure("lost_replies", sum.lost_replies);
    finding.figure("succeeded", sum.succeeded);
    finding.figure("failed", sum.failed);
    finding.figure("found_over", sum.found_over);
    finding.figure("committed_unseen", sum.committed_unseen);
    finding.figure("enrolments", disk.enrolments);
    finding.figure("wrong", sum.wrong.len());
    Ok(finding)
}

/// What became of all dialogues.
#[derive(Default)]
struct Sum {
    dialogues: usize,
    lost_replies: usize,
    succeeded: usize,
    failed: usize,
    found_over: usize,
    /// Steps that turned out to be committed although their replies were lost.
    committed_unseen: usize,
    wrong: Vec<String>,
}

impl Sum {
    fn add(&mut self, parties: &[Party], lost: usize) {
        self.dialogues += parties.len();
        self.lost_replies += lost;
        let (succeeded, failed, found_over) = Self::counts(parties);
        self.succeeded += succeeded;
        self.failed += failed;
        self.found_over += found_over;
        for party in parties {
            let wrong =
                party.wrong.iter().map(|wrong| format!("{} {:?}: {wrong}", party.voice.name, party.purpose));
            self.wrong.extend(wrong);
        }
    }

    fn counts(parties: &[Party]) -> (usize, usize, usize) {
        let of = |wanted: fn(&Outcome) -> bool| {
            parties.iter().filter(|party| party.end.as_ref().is_some_and(wanted)).count()
        };
        (
            of(|end| *end == Outcome::Succeeded),
            of(|end| matches!(end, Outcome::Failed { .. })),
            of(|end| matches!(end, Outcome::Started { .. })),
        )
    }

    fn ends(&self, parties: &[Party]) -> String {
        let (succeeded, failed, found_over) = Self::counts(parties);
        format!("{succeeded} succeeded, {failed} failed, {found_over} were over")
    }
}

/// Has everybody speak at once, and kills the server when so many replies have come in.
fn kill_amid(server: Server, api: &Api, parties: &mut [Party], replies: usize) -> Result<(), Failure> {
    let killed = AtomicBool::new(false);
    let (replied, replies_come) = mpsc::channel();
    let share = parties.len().div_ceil(STORM);
    thread::scope(|scope| {
        for parties in parties.chunks_mut(share) {
            let (killed, replied) = (&killed, replied.clone());
            scope.spawn(move || {
                for party in parties.iter_mut().filter(|party| party.end.is_none()) {
                    if !killed.load(Ordering::Relaxed) && party.speak_in_the_storm(api) {
                        // Whoever counted is gone once the server is killed.
                        let _ = replied.send(());
                    }
                }
            });
        }
        drop(replied);
        let came = replies_come.iter().take(replies).count();
        let ended = server.kill();
        killed.store(true, Ordering::Relaxed);
        ended?;
        match came == replies {
            true => Ok(()),
            false => Err(Failure::new(format!(
                "only {came} replies came in, too few to kill the server amid them"
            ))),
        }
    })
}

fn make_users(api: &Api, name: &str, count: usize) -> Result<Vec<String>, Failure> {
    (0..count).map(|n| Ok(api.create_user(&format!("{name}-{n}"))?.1)).collect()
}

/// Does something with each party, so many at a time. The position is that in the whole.
fn each<'a>(
    parties: &mut [Party<'a>],
    at_a_time: usize,
    act: impl Fn(usize, &mut Party<'a>) -> Result<(), Failure> + Sync,
) -> Result<(), Failure> {
    let share = parties.len().div_ceil(at_a_time).max(1);
    thread::scope(|scope| {
        let act = &act;
        let all: Vec<_> = parties
            .chunks_mut(share)
            .enumerate()
            .map(|(chunk, parties)| {
                scope.spawn(move || {
                    parties.iter_mut().enumerate().try_for_each(|(n, party)| act(chunk * share + n, party))
                })
            })
            .collect();
        all.into_iter().try_for_each(|one| one.join().map_err(|_| Failure::new("a client ended early"))?)
    })
}
