//! Whether the new models decide as the old ones do: on the recordings that a tenant's enrolments are made of, before it cuts over.
//!
//! For each enrolment of several recordings, the last is compared with a voiceprint of the others: these are genuine trials. One person's recording with
//! another's voiceprint, drawn by a seed, is an impostor trial. Both sets judge the same trials at the tenant's false-match
//! rate. Figures leave here, and nothing else: no id, no score of anybody's.

use std::collections::BTreeMap;

use serde::Serialize;
use timbre_domain::{
    decision::ACCEPT_SCORE,
    ids::{EnrolmentId, SubjectId},
};
use timbre_matching::{calibration::TargetRate, conditions::Scheme};
use timbre_store::Embedded;

use crate::{
    Engine, EngineError, Speakers, Tenant, Voice,
    model_change::names,
    profile_enrolment::counting_of,
    rehearing::kept_voice,
    speakers::{Counting, heard_by},
};

/// Enrolments looked up in one go.
const PAGE: u64 = 200;

/// People of a scheme who are held in memory at most, to draw impostors among.
const MOST_PEOPLE: usize = 500;

/// The normal deviate that leaves 2.5 % on either side.
const DEVIATE: f64 = 1.959_964;

/// How the two sets agree, in one scheme.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    pub scheme: String,
    pub old: &'static str,
    pub new: &'static str,
    /// The false-match rate that the tenant accepts at.
    pub false_match_rate: f64,
    /// Recordings of the person: an error is a false rejection (FNMR).
    pub genuine: Trials,
    /// Recordings of another: an error is a false acceptance (FMR).
    pub impostor: Trials,
}

/// Trials of one sort, judged by both.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trials {
    pub trials: u64,
    pub same_decision: u64,
    pub only_old_accepts: u64,
    pub only_new_accepts: u64,
    pub old: Judged,
    pub new: Judged,
}

/// How one set judged.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Judged {
    /// Mean of the scores, in [0, 1]; none without trials.
    pub mean_score: Option<f64>,
    pub errors: u64,
    /// Errors among the trials; none without trials.
    pub rate: Option<f64>,
    /// Where the rate lies with a confidence of 95 % (Wilson).
    pub between: Option<[f64; 2]>,
}

/// One person's enrolment, ready to be compared. Voices: no `Debug`.
struct Comparable {
    voiceprint: [Voice; 2],
    probe: [Voice; 1],
    /// Whether the probe is no part of the voiceprint.
    apart: bool,
    scheme: Scheme,
    subject: SubjectId,
}

/// Trials that are still being counted.
#[derive(Default)]
struct Tally {
    trials: Trials,
    sums: [f64; 2],
}

impl Engine {
    /// Compares how the old and the new models of a change judge. `impostors` are drawn for each scheme, by `seed`.
    pub async fn compare_models(
        &self,
        tenant: &Tenant,
        impostors: u64,
        seed: u64,
    ) -> Result<Vec<Agreement>, EngineError> {
        let (old, new) = tenant.models.old_and_new().ok_or(EngineError::NoModelChange)?;
        let judges = [self.speakers_by(old), self.speakers_by(new)];
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        let models = names(old.with(new));
        let mut draw = Draw(seed);
        let mut schemes: BTreeMap<String, (Tally, Vec<Comparable>, u64)> = BTreeMap::new();
        let mut after: Option<EnrolmentId> = None;
        loop {
            let page = self.parts.store.embedded(tenant.id, &models, false, after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = Some(last.enrolment);
            for which in &page {
                let Some(one) = self.comparable(tenant, which, judges).await? else { continue };
                let (genuine, people, seen) = schemes.entry(which.scheme.clone()).or_default();
                if one.apart {
                    genuine.add(judge(judges, &one, &one.probe, target)?, true);
                }
                // A sample of everybody, each as likely as the next (Vitter's algorithm R).
                *seen += 1;
                match people.len() < MOST_PEOPLE {
                    true => people.push(one),
                    false => {
                        let place = draw.below(*seen) as usize;
                        if let Some(kept) = people.get_mut(place) {
                            *kept = one;
                        }
                    }
                }
            }
        }
        let mut agreements = Vec::with_capacity(schemes.len());
        for (scheme, (genuine, people, _)) in schemes {
            let mut impostor = Tally::default();
            let draws = if people.len() < 2 { 0 } else { impostors };
            for _ in 0..draws {
                let one = &people[draw.below(people.len() as u64) as usize];
                let other = &people[draw.below(people.len() as u64) as usize];
                if one.subject != other.subject {
                    impostor.add(judge(judges, one, &other.probe, target)?, false);
                }
            }
            agreements.push(Agreement {
                scheme,
                old: old.name(),
                new: new.name(),
                false_match_rate: target.get(),
                genuine: genuine.ended(),
                impostor: impostor.ended(),
            });
        }
        Ok(agreements)
    }

    /// None where what is kept of it was not heard by both sets.
    async fn comparable(
        &self,
        tenant: &Tenant,
        which: &Embedded,
        judges: [&Speakers; 2],
    ) -> Result<Option<Comparable>, EngineError> {
        let person = self.subject(tenant, which.subject).await;
        let (Ok(scheme), Ok(person)) = (which.scheme.parse::<Scheme>(), person) else {
            return Ok(None);
        };
        let models = judges[0].comparator().with(judges[1].comparator()).models();
        let mut voices = Vec::new();
        for sample in self.parts.store.samples_with_voices(tenant.id, which.enrolment).await? {
            let voice = kept_voice(tenant, &person, &sample)?;
            if heard_by(&voice, models) {
                voices.push(voice);
            }
        }
        let Some(probe) = voices.last().cloned() else { return Ok(None) };
        let apart = voices.len() > 1;
        if apart {
            voices.pop();
        }
        let counting = which.profile.map_or(Counting::Equally, counting_of);
        let voiceprint = [judges[0].enrol(&voices, counting)?, judges[1].enrol(&voices, counting)?];
        Ok(Some(Comparable { voiceprint, probe: [probe], apart, scheme, subject: which.subject }))
    }
}

/// The scores of both sets.
fn judge(
    judges: [&Speakers; 2],
    one: &Comparable,
    probe: &[Voice],
    target: TargetRate,
) -> Result<[f64; 2], EngineError> {
    let score = |which: usize| judges[which].compare(&one.voiceprint[which], probe, one.scheme, target);
    Ok([score(0)?.score, score(1)?.score])
}

impl Tally {
    fn add(&mut self, scores: [f64; 2], genuine: bool) {
        let accepts = scores.map(|score| score >= ACCEPT_SCORE);
        let trials = &mut self.trials;
        trials.trials += 1;
        trials.same_decision += u64::from(accepts[0] == accepts[1]);
        trials.only_old_accepts += u64::from(accepts[0] && !accepts[1]);
        trials.only_new_accepts += u64::from(accepts[1] && !accepts[0]);
        trials.old.errors += u64::from(accepts[0] != genuine);
        trials.new.errors += u64::from(accepts[1] != genuine);
        for (sum, score) in self.sums.iter_mut().zip(scores) {
            *sum += score;
        }
    }

    fn ended(self) -> Trials {
        let Self { mut trials, sums } = self;
        let of = trials.trials;
        if of > 0 {
            for (judged, sum) in [&mut trials.old, &mut trials.new].into_iter().zip(sums) {
                judged.mean_score = Some(sum / of as f64);
                judged.rate = Some(judged.errors as f64 / of as f64);
                judged.between = Some(wilson(judged.errors, of));
            }
        }
        trials
    }
}

/// Where a rate lies with a confidence of 95 %, after so many errors among so many trials (Wilson 1927).
fn wilson(errors: u64, trials: u64) -> [f64; 2] {
    let (n, z) = (trials as f64, DEVIATE);
    let rate = errors as f64 / n;
    let (middle, spread) =
        (rate + z * z / (2.0 * n), z * (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt());
    let scale = 1.0 + z * z / n;
    [((middle - spread) / scale).max(0.0), ((middle + spread) / scale).min(1.0)]
}

/// Repeatable draws (SplitMix64).
struct Draw(u64);

impl Draw {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut drawn = self.0;
        drawn = (drawn ^ (drawn >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        drawn = (drawn ^ (drawn >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (drawn ^ (drawn >> 31)) % limit.max(1)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn decisions_are_counted_each_way() {
        let mut genuine = Tally::default();
        for scores in [[0.9, 0.8], [0.9, 0.4], [0.2, 0.6], [0.1, 0.3]] {
            genuine.add(scores, true);
        }
        let trials = genuine.ended();
        assert_eq!((trials.trials, trials.same_decision), (4, 2));
        assert_eq!((trials.only_old_accepts, trials.only_new_accepts), (1, 1));
        assert_eq!((trials.old.errors, trials.new.rate), (2, Some(0.5)));
        assert!((trials.new.mean_score.unwrap() - 0.525).abs() < 1e-12);
        assert_eq!(Tally::default().ended().old.between, None);
    }

    #[test]
    fn the_interval_holds_the_rate_and_narrows() {
        let [low, high] = wilson(0, 100);
        assert!(low.abs() < 1e-12 && (high - 0.037).abs() < 1e-3, "{high}");
        let [low, high] = wilson(10, 1_000);
        assert!(low > 0.005 && high < 0.019, "{low} {high}");
    }

    #[test]
    fn draws_repeat_by_their_seed() {
        let draws =
            |seed| (0..8).map(|_| seed).scan(Draw(seed), |draw, _| Some(draw.below(100))).collect::<Vec<_>>();
        assert_eq!(draws(7), draws(7));
        assert_ne!(draws(7), draws(8));
    }
}
