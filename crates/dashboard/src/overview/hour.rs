//! The last hour of this process, out of the samples that it remembers.
//!
//! Promises that what nobody's application or operator asked for (health, documents, these pages) is not counted: a page that is left open
//! must not look like work.

use chrono::{DateTime, TimeDelta, Utc};
use timbre_domain::contract::Contract;
use timbre_telemetry::{Called, Sample, Times};

use crate::{
    contracts, decisions,
    drawing::{Bars, Lines, Series, Unit},
    words,
};

/// A point of a chart stands for so many seconds.
const STEP: i64 = 30;

/// In which nothing must have failed for all to be well.
const LATELY: TimeDelta = TimeDelta::minutes(5);

/// Most reasons that are shown.
const MOST_REASONS: usize = 12;

/// The last hour, until this moment.
pub(super) struct Hour {
    pub(super) to: DateTime<Utc>,
    samples: Vec<Sample>,
}

/// What was decided for one purpose of one contract.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decided {
    pub(super) contract: &'static str,
    pub(super) kind: &'static str,
    pub(super) accepted: u64,
    pub(super) going_on: u64,
    pub(super) rejected: u64,
    pub(super) refused: u64,
}

/// Samples that one point of a chart stands for.
type Point<'a> = (DateTime<Utc>, &'a [Sample]);

/// Whose requests are counted.
fn counted(called: &&Called) -> bool {
    called.contract != "none"
}

/// As people call it. What is no contract's is the operators' own.
fn name(contract: &str) -> &'static str {
    contract.parse::<Contract>().map_or("Admin API", |contract| contracts::name(&contract))
}

fn time(sample: &Sample) -> DateTime<Utc> {
    sample.at.into()
}

fn called(samples: &[Sample]) -> impl Iterator<Item = &Called> {
    samples.iter().flat_map(|sample| &sample.contracts).filter(counted)
}

fn seconds(samples: &[Sample]) -> f64 {
    samples.iter().map(|sample| sample.seconds).sum()
}

fn answered(samples: &[Sample], hundreds: std::ops::Range<usize>) -> u64 {
    called(samples).map(|called| called.answered[hundreds.clone()].iter().sum::<u64>()).sum()
}

/// All hundreds, those that turned somebody down, and those that failed here.
const ALL: std::ops::Range<usize> = 0..4;
const TURNED_DOWN: std::ops::Range<usize> = 2..3;
const FAILED: std::ops::Range<usize> = 3..4;

fn times(samples: &[Sample], of: fn(&Called) -> &Times) -> Times {
    called(samples).map(of).sum()
}

fn requests_of(called: &Called) -> &Times {
    &called.request
}

fn models_of(called: &Called) -> &Times {
    &called.model
}

impl Hour {
    /// `now` where nothing was remembered yet.
    pub(super) fn new(samples: Vec<Sample>, now: DateTime<Utc>) -> Self {
        Self { to: samples.last().map_or(now, time), samples }
    }

    pub(super) fn requests(&self) -> u64 {
        answered(&self.samples, ALL)
    }

    pub(super) fn failed(&self) -> u64 {
        answered(&self.samples, FAILED)
    }

    /// None where there was nothing to fail.
    pub(super) fn failed_share(&self) -> Option<f64> {
        let requests = self.requests();
        (requests > 0).then(|| self.failed() as f64 / requests as f64)
    }

    /// In which 95 in 100 requests were over.
    pub(super) fn request_seconds(&self) -> Option<f64> {
        times(&self.samples, requests_of).quantile(0.95)
    }

    /// The same of the time inside models.
    pub(super) fn model_seconds(&self) -> Option<f64> {
        times(&self.samples, models_of).quantile(0.95)
    }

    /// Recordings that wait for a worker.
    pub(super) fn waiting(&self) -> Option<u64> {
        self.samples.last().map(|sample| sample.queue_depth)
    }

    pub(super) fn workers(&self) -> String {
        match self.samples.last() {
            Some(sample) => {
                format!(
                    "{} of {} at work",
                    sample.busy_workers,
                    words::plural(sample.workers, "worker", "workers")
                )
            }
            None => "nothing was looked at yet".to_owned(),
        }
    }

    /// Nobody called.
    pub(super) fn is_silent(&self) -> bool {
        self.requests() == 0
    }

    fn failed_lately(&self) -> u64 {
        let from = self.samples.partition_point(|sample| time(sample) <= self.to - LATELY);
        answered(&self.samples[from..], FAILED)
    }

    pub(super) fn well(&self) -> bool {
        self.failed_lately() == 0
    }

    /// What is to be known at once. It stays the same for as long as there is no news, so that nobody is told it again.
    pub(super) fn state(&self) -> String {
        let minutes = LATELY.num_minutes();
        match self.failed_lately() {
            0 => format!("No request failed in the last {minutes} minutes."),
            failed => {
                let requests = words::plural(failed, "request", "requests");
                format!("{requests} failed in the last {minutes} minutes: the server's log says why.")
            }
        }
    }

    /// Samples together as the points of charts stand for them: by the clock, so that a point stays what it was when an hour moves on.
    fn points(&self) -> Vec<Point<'_>> {
        let step = |sample: &Sample| time(sample).timestamp().div_euclid(STEP);
        let together = self.samples.chunk_by(|one, next| step(one) == step(next));
        together.filter_map(|samples| Some((time(samples.last()?), samples))).collect()
    }

    fn lines(&self, title: &str, unit: Unit, series: Vec<Series>) -> Lines {
        Lines { title: title.to_owned(), unit, time: (self.to - TimeDelta::hours(1), self.to), series }
    }

    /// How it went.
    pub(super) fn charts(&self) -> [Lines; 4] {
        let points = self.points();
        let line = |name: &str, value: &dyn Fn(&[Sample]) -> f64| {
            let points = points.iter().map(|&(at, samples)| (at, value(samples))).collect();
            Series { name: name.to_owned(), points }
        };
        let per_second = |name: &str, count: &dyn Fn(&[Sample]) -> u64| {
            line(name, &|samples| count(samples) as f64 / seconds(samples).max(1.0))
        };
        let contracts = self.contracts().into_iter().map(|contract| {
            let of = |called: &&Called| called.contract == contract;
            let count = |samples: &[Sample]| -> u64 {
                called(samples).filter(of).flat_map(|called| called.answered).sum()
            };
            per_second(name(contract), &count)
        });
        let quantile = |name: &str, of: fn(&Called) -> &Times, share: f64| {
            line(name, &|samples| times(samples, of).quantile(share).unwrap_or(f64::NAN))
        };
        let most = |of: fn(&Sample) -> u64| {
            move |samples: &[Sample]| samples.iter().map(of).max().map_or(f64::NAN, |most| most as f64)
        };
        [
            self.lines("Requests a second, by contract", Unit::PerSecond, contracts.collect()),
            self.lines(
                "Time of requests, and of models in them",
                Unit::Seconds,
                vec![
                    quantile("requests, half are faster", requests_of, 0.5),
                    quantile("requests, 95 in 100 are faster", requests_of, 0.95),
                    quantile("models, half are faster", models_of, 0.5),
                    quantile("models, 95 in 100 are faster", models_of, 0.95),
                ],
            ),
            self.lines(
                "Recordings that wait, and workers that listen",
                Unit::Count,
                vec![
                    line("recordings that wait", &most(|sample| sample.queue_depth)),
                    line("workers at work", &most(|sample| sample.busy_workers)),
                ],
            ),
            self.lines(
                "Requests a second that were not served",
                Unit::PerSecond,
                vec![
                    per_second("turned down (400 to 499)", &|samples| answered(samples, TURNED_DOWN)),
                    per_second("failed (500 to 599)", &|samples| answered(samples, FAILED)),
                ],
            ),
        ]
    }

    /// Those that were called.
    fn contracts(&self) -> Vec<&'static str> {
        let mut called: Vec<_> = called(&self.samples).map(|called| called.contract).collect();
        called.sort_unstable();
        called.dedup();
        called
    }

    /// By contract and purpose, in the order of their names.
    pub(super) fn decided(&self) -> Vec<Decided> {
        let mut rows: Vec<Decided> = Vec::new();
        for decision in self.samples.iter().flat_map(|sample| &sample.decisions) {
            let contract = name(decision.contract);
            let same = |row: &Decided| row.contract == contract && row.kind == decision.kind;
            let at = rows.iter().position(same).unwrap_or_else(|| {
                let kind = decision.kind;
                rows.push(Decided { contract, kind, accepted: 0, going_on: 0, rejected: 0, refused: 0 });
                rows.len() - 1
            });
            let row = &mut rows[at];
            let counter = match decision.outcome {
                "accepted" => &mut row.accepted,
                "rejected" => &mut row.rejected,
                "refused" => &mut row.refused,
                _ => &mut row.going_on,
            };
            *counter += decision.number;
        }
        rows.sort_by_key(|row| (row.contract, row.kind));
        rows
    }

    /// Why recordings were rejected or refused, the most frequent first; none where none were.
    pub(super) fn reasons(&self) -> Option<Bars> {
        let mut rows: Vec<(String, f64)> = Vec::new();
        for reason in self.samples.iter().flat_map(|sample| &sample.reasons) {
            let called = match decisions::named_in_words(&reason.reason) {
                "" => format!("{} ({})", reason.reason, reason.outcome),
                words => format!("{}: {words}", reason.reason),
            };
            match rows.iter_mut().find(|(known, _)| *known == called) {
                Some((_, number)) => *number += reason.number as f64,
                None => rows.push((called, reason.number as f64)),
            }
        }
        rows.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        rows.truncate(MOST_REASONS);
        (!rows.is_empty()).then(|| Bars {
            caption: "Why recordings were rejected or refused in the last hour".to_owned(),
            unit: Unit::Count,
            heads: ["Reason", "Recordings"],
            rows,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use timbre_telemetry::{Decided as Decision, HISTORY_EVERY, Reason};

    use super::*;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_795_000_000, 0).unwrap()
    }

    /// Of contracts with what they answered, from the oldest on, the last one now.
    fn hour(samples: &[&[(&'static str, [u64; 4])]]) -> Hour {
        let sample = |(age, contracts): (usize, &&[(&'static str, [u64; 4])])| {
            let called = |&(contract, answered): &(&'static str, [u64; 4])| Called {
                contract,
                answered,
                ..Called::default()
            };
            Sample {
                at: (now() - HISTORY_EVERY * age as u32).into(),
                seconds: HISTORY_EVERY.as_secs_f64(),
                contracts: contracts.iter().map(called).collect(),
                decisions: Vec::new(),
                reasons: Vec::new(),
                queue_depth: 2,
                busy_workers: 1,
                workers: 4,
            }
        };
        let ages = (0..samples.len()).rev();
        Hour::new(ages.zip(samples).map(sample).collect(), now())
    }

    #[test]
    fn pages_and_health_are_nobodys_requests() {
        let hour = hour(&[&[("azure", [3, 0, 1, 0]), ("none", [90, 0, 0, 9])], &[("admin", [5, 0, 0, 1])]]);
        assert_eq!((hour.requests(), hour.failed(), hour.failed_share()), (10, 1, Some(0.1)));
        assert_eq!(hour.contracts(), ["admin", "azure"]);
        let [requests, ..] = hour.charts();
        assert_eq!(
            requests.series.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(),
            ["Admin API", "Azure"]
        );
        assert!(!hour.is_silent() && !hour.well());
        assert_eq!(hour.state(), "1 request failed in the last 5 minutes: the server's log says why.");
        assert_eq!((hour.waiting(), hour.workers().as_str()), (Some(2), "1 of 4 workers at work"));
    }

    #[test]
    fn what_failed_a_while_ago_is_no_news() {
        let mut samples: Vec<&[(&'static str, [u64; 4])]> = vec![&[("azure", [0, 0, 0, 7])][..]];
        samples.extend([&[][..]; 30]);
        let hour = hour(&samples);
        assert_eq!((hour.failed(), hour.well()), (7, true));
        assert_eq!(hour.state(), "No request failed in the last 5 minutes.");
    }

    #[test]
    fn a_process_that_just_started_says_nothing_rather_than_zero() {
        let hour = Hour::new(Vec::new(), now());
        assert_eq!((hour.to, hour.is_silent(), hour.failed_share()), (now(), true, None));
        assert_eq!((hour.request_seconds(), hour.waiting()), (None, None));
        assert!(hour.decided().is_empty() && hour.reasons().is_none());
        let [_, times, ..] = hour.charts();
        assert!(times.to_string().contains("Nothing was measured"));
    }

    #[test]
    fn decisions_add_up_by_contract_and_purpose_and_reasons_by_how_often() {
        let mut hour = hour(&[&[], &[]]);
        for sample in &mut hour.samples {
            let decision = |outcome, number| Decision { contract: "azure", kind: "verify", outcome, number };
            sample.decisions = vec![decision("accepted", 2), decision("refused", 3), decision("goes on", 1)];
            let reason = |reason: &str, number| Reason {
                contract: "azure".to_owned(),
                kind: "verify".to_owned(),
                outcome: "refused".to_owned(),
                reason: reason.to_owned(),
                number,
            };
            sample.reasons = vec![reason("Unreadable", 1), reason("TooNoisy", 2)];
        }
        let expected =
            Decided { contract: "Azure", kind: "verify", accepted: 4, going_on: 2, rejected: 0, refused: 6 };
        assert_eq!(hour.decided(), [expected]);
        let rows = hour.reasons().unwrap().rows;
        let expected = ["TooNoisy: The speech does not stand out of the noise.", "Unreadable (refused)"];
        assert_eq!(rows.iter().map(|(reason, _)| reason.as_str()).collect::<Vec<_>>(), expected);
        assert_eq!(rows.iter().map(|(_, number)| *number).collect::<Vec<_>>(), [4.0, 2.0]);
    }

    #[test]
    fn a_point_of_a_chart_stays_what_it_was_when_the_hour_moves_on() {
        let ten: Vec<&[(&'static str, [u64; 4])]> = vec![&[][..]; 10];
        let all = hour(&ten);
        let later = hour(&ten[1..]);
        let points = |hour: &Hour| hour.points().iter().map(|(at, _)| *at).collect::<Vec<_>>();
        assert!(points(&all).ends_with(&points(&later)[1..]), "{:?}", points(&all));
        assert!(points(&all).len() <= 5);
    }
}
