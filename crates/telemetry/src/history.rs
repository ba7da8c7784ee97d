//! The last hour of this process: what its figures grew by, a sample every ten seconds.
//!
//! Promises that it is bounded in time and in size, and that it is made of nothing but figures: so it says nothing of a person either. It is
//! for whoever looks at a page of one process; whoever has several, or wants to know of yesterday, has Prometheus.

use std::{
    collections::{BTreeMap, VecDeque},
    iter::Sum,
    ops::AddAssign,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant, SystemTime},
};

use crate::{
    figures::{Figures, Histogram, figures},
    instruments::SECONDS,
    words::{CALLED, CONTRACTS, DECISIONS, HUNDREDS, PURPOSES},
};

/// Between two samples.
pub const HISTORY_EVERY: Duration = Duration::from_secs(10);

/// Most samples: an hour of them.
pub const HISTORY_SAMPLES: usize = 360;

/// What happened since the sample before, and how it stood then.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    pub at: SystemTime,
    /// Since the one before.
    pub seconds: f64,
    /// Those contracts of which there was anything.
    pub contracts: Vec<Called>,
    pub decisions: Vec<Decided>,
    /// Why recordings were rejected or refused.
    pub reasons: Vec<Reason>,
    /// Recordings that waited for an inference worker.
    pub queue_depth: u64,
    pub busy_workers: u64,
    pub workers: u64,
}

/// What was asked by a contract's words.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Called {
    /// Or "admin", or "none".
    pub contract: &'static str,
    /// Requests that were answered, by the hundred of the status: 2xx, 3xx, 4xx, 5xx.
    pub answered: [u64; HUNDREDS.len()],
    /// Whole times of these.
    pub request: Times,
    /// Times inside models, of what was heard for them.
    pub model: Times,
    /// Times that it waited for a worker.
    pub wait: Times,
}

/// Recordings that were judged so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub contract: &'static str,
    pub kind: &'static str,
    pub outcome: &'static str,
    pub number: u64,
}

/// Those that were rejected or refused, by why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    pub contract: String,
    pub kind: String,
    pub outcome: String,
    pub reason: String,
    pub number: u64,
}

/// Times by how long they were, as a histogram has them. Those of several samples add up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Times {
    /// As many as the buckets, and what was longer than all of them.
    counts: [u64; SECONDS.len() + 1],
}

impl Times {
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// In how many seconds this share of them was over, interpolated within a bucket as Prometheus does; none where there are none.
    pub fn quantile(&self, share: f64) -> Option<f64> {
        let count = self.count();
        if count == 0 {
            return None;
        }
        let rank = share.clamp(0.0, 1.0) * count as f64;
        let (mut below, mut start) = (0.0, 0.0);
        for (end, here) in SECONDS.iter().zip(self.counts) {
            let here = here as f64;
            if here > 0.0 && below + here >= rank {
                return Some(start + (end - start) * ((rank - below) / here));
            }
            (below, start) = (below + here, *end);
        }
        // Longer than all buckets: no more is known than that.
        Some(start)
    }

    fn since(&self, before: Option<&Self>) -> Self {
        let before = before.copied().unwrap_or_default();
        Self {
            counts: std::array::from_fn(|bucket| self.counts[bucket].saturating_sub(before.counts[bucket])),
        }
    }

    /// Of counts for each bucket, and of what is beyond all of them.
    fn of(counts: &[u64]) -> Self {
        let mut times = Self::default();
        for (here, count) in times.counts.iter_mut().zip(counts) {
            *here = *count;
        }
        times
    }
}

impl AddAssign<&Times> for Times {
    fn add_assign(&mut self, other: &Self) {
        for (here, count) in self.counts.iter_mut().zip(other.counts) {
            *here += count;
        }
    }
}

impl<'a> Sum<&'a Times> for Times {
    fn sum<I: Iterator<Item = &'a Times>>(all: I) -> Self {
        all.fold(Self::default(), |mut sum, times| {
            sum += times;
            sum
        })
    }
}

/// The figures as they stand, by their labels.
#[derive(Default)]
struct Totals {
    answers: BTreeMap<[String; 2], Times>,
    models: BTreeMap<[String; 1], Times>,
    waits: BTreeMap<[String; 1], Times>,
    decisions: BTreeMap<[String; 3], u64>,
    reasons: BTreeMap<[String; 4], u64>,
    queue_depth: f64,
    busy_workers: f64,
    workers: f64,
}

impl Totals {
    fn of(figures: &Figures) -> Self {
        Self {
            answers: times(&figures.answer_seconds),
            models: times(&figures.model_seconds),
            waits: times(&figures.wait_seconds),
            decisions: figures.decisions.all().into_iter().collect(),
            reasons: figures.decision_reasons.all().into_iter().collect(),
            queue_depth: figures.queue_depth.get().unwrap_or_default(),
            busy_workers: figures.busy_workers.get().unwrap_or_default(),
            workers: figures.workers.get().unwrap_or_default(),
        }
    }
}

fn times<const LABELS: usize>(histogram: &Histogram<LABELS>) -> BTreeMap<[String; LABELS], Times> {
    histogram.all().into_iter().map(|(labels, counts)| (labels, Times::of(&counts))).collect()
}

struct History {
    /// When the figures were last looked at, and how they stood then.
    last: Option<(Instant, Totals)>,
    samples: VecDeque<Sample>,
}

static HISTORY: Mutex<History> = Mutex::new(History { last: None, samples: VecDeque::new() });

/// Looks at the figures: to be called every [`HISTORY_EVERY`]. The first look makes no sample, as there is nothing to compare it with.
pub fn remember() {
    let Some(figures) = figures() else { return };
    let totals = Totals::of(figures);
    lock().take(totals, Instant::now(), SystemTime::now());
}

/// The samples of the last hour, the oldest first.
pub fn history() -> Vec<Sample> {
    lock().samples.iter().cloned().collect()
}

/// Nothing panics while it holds the lock, so what a poisoned one guards is whole.
fn lock() -> std::sync::MutexGuard<'static, History> {
    HISTORY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl History {
    fn take(&mut self, totals: Totals, now: Instant, at: SystemTime) {
        if let Some((before, last)) = &self.last {
            let seconds = now.saturating_duration_since(*before).as_secs_f64();
            if self.samples.len() >= HISTORY_SAMPLES {
                self.samples.pop_front();
            }
            self.samples.push_back(sample(last, &totals, seconds, at));
        }
        self.last = Some((now, totals));
    }
}

fn sample(before: &Totals, now: &Totals, seconds: f64, at: SystemTime) -> Sample {
    let grown = |now: u64, before: Option<&u64>| now.saturating_sub(before.copied().unwrap_or(0));
    let contracts = CALLED.iter().copied().map(|contract| called(contract, before, now));
    let contracts =
        contracts.filter(|called| called.answered != [0; HUNDREDS.len()] || called.wait.count() > 0);
    let decisions = now.decisions.iter().map(|(labels, number)| Decided {
        contract: word(CONTRACTS, &labels[0]),
        kind: word(PURPOSES, &labels[1]),
        outcome: word(DECISIONS, &labels[2]),
        number: grown(*number, before.decisions.get(labels)),
    });
    let reasons = now.reasons.iter().map(|(labels, number)| {
        let [contract, kind, outcome, reason] = labels.clone();
        Reason { contract, kind, outcome, reason, number: grown(*number, before.reasons.get(labels)) }
    });
    Sample {
        at,
        seconds,
        contracts: contracts.collect(),
        decisions: decisions.filter(|decided| decided.number > 0).collect(),
        reasons: reasons.filter(|reason| reason.number > 0).collect(),
        queue_depth: now.queue_depth as u64,
        busy_workers: now.busy_workers as u64,
        workers: now.workers as u64,
    }
}

fn called(contract: &'static str, before: &Totals, now: &Totals) -> Called {
    let by = [contract.to_owned()];
    let grown = |now: &BTreeMap<[String; 1], Times>, before: &BTreeMap<[String; 1], Times>| {
        now.get(&by).map(|times| times.since(before.get(&by))).unwrap_or_default()
    };
    let mut called = Called {
        contract,
        model: grown(&now.models, &before.models),
        wait: grown(&now.waits, &before.waits),
        ..Called::default()
    };
    for (answered, hundred) in called.answered.iter_mut().zip(HUNDREDS) {
        let by = [contract.to_owned(), (*hundred).to_owned()];
        let Some(times) = now.answers.get(&by).map(|times| times.since(before.answers.get(&by))) else {
            continue;
        };
        *answered = times.count();
        called.request += &times;
    }
    called
}

/// The one of these words that it is.
fn word(words: &'static [&'static str], text: &str) -> &'static str {
    words.iter().copied().find(|word| *word == text).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Times in the bucket of up to 5 ms (the second) and in that of up to 1 s (the ninth).
    fn times(short: u64, long: u64) -> Times {
        let mut times = Times::default();
        (times.counts[1], times.counts[8]) = (short, long);
        times
    }

    fn totals(answers: &[(&str, &str, Times)], decided: u64) -> Totals {
        let by = |(contract, hundred, times): &(&str, &str, Times)| {
            ([*contract, *hundred].map(str::to_owned), *times)
        };
        let decisions = [(["azure", "verify", "refused"].map(str::to_owned), decided)];
        let reasons = [(["azure", "verify", "refused", "TooNoisy"].map(str::to_owned), decided)];
        Totals {
            answers: answers.iter().map(by).collect(),
            decisions: decisions.into(),
            reasons: reasons.into(),
            queue_depth: 3.0,
            ..Totals::default()
        }
    }

    fn taken(looks: impl IntoIterator<Item = Totals>) -> Vec<Sample> {
        let mut history = History { last: None, samples: VecDeque::new() };
        let (began, at) = (Instant::now(), SystemTime::UNIX_EPOCH);
        for (n, totals) in looks.into_iter().enumerate() {
            let passed = HISTORY_EVERY * n as u32;
            history.take(totals, began + passed, at + passed);
        }
        history.samples.into()
    }

    #[test]
    fn a_sample_has_what_came_since_the_one_before() {
        let looks = [
            totals(&[("azure", "2xx", times(5, 1)), ("admin", "2xx", times(9, 0))], 2),
            totals(
                &[
                    ("azure", "2xx", times(8, 1)),
                    ("admin", "2xx", times(9, 0)),
                    ("azure", "5xx", times(0, 1)),
                ],
                3,
            ),
            totals(
                &[
                    ("azure", "2xx", times(8, 1)),
                    ("admin", "2xx", times(9, 0)),
                    ("azure", "5xx", times(0, 1)),
                ],
                3,
            ),
        ];
        let samples = taken(looks);
        let [first, second] = samples.as_slice() else { panic!("{samples:?}") };
        assert_eq!((first.seconds, first.queue_depth), (10.0, 3));
        let [azure] = first.contracts.as_slice() else { panic!("the admin API was not called: {first:?}") };
        assert_eq!((azure.contract, azure.answered, azure.request), ("azure", [3, 0, 0, 1], times(3, 1)));
        let decided = Decided { contract: "azure", kind: "verify", outcome: "refused", number: 1 };
        assert_eq!(first.decisions, [decided]);
        assert_eq!((first.reasons[0].reason.as_str(), first.reasons[0].number), ("TooNoisy", 1));
        assert!(second.contracts.is_empty() && second.decisions.is_empty() && second.reasons.is_empty());
    }

    #[test]
    fn no_more_than_an_hour_is_remembered_the_latest_of_it() {
        let samples = taken((0..HISTORY_SAMPLES + 11).map(|_| Totals::default()));
        assert_eq!(samples.len(), HISTORY_SAMPLES);
        assert!(samples.windows(2).all(|pair| pair[0].at < pair[1].at));
        let last = SystemTime::UNIX_EPOCH + HISTORY_EVERY * (HISTORY_SAMPLES as u32 + 10);
        assert_eq!(samples.last().unwrap().at, last);
    }

    #[test]
    fn quantiles_are_interpolated_within_their_bucket_and_times_add_up() {
        assert_eq!(Times::default().quantile(0.5), None);
        // All between 1 ms and 5 ms: the middle one at 3 ms.
        assert!((times(4, 0).quantile(0.5).unwrap() - 0.003).abs() < 1e-12);
        // 99 of a hundred are short; the last lies between 0.5 s and 1 s.
        let sum: Times = [times(60, 0), times(39, 1)].iter().sum();
        assert_eq!(sum, times(99, 1));
        assert!(sum.quantile(0.95).unwrap() < 0.005);
        assert_eq!((sum.quantile(1.0), sum.count()), (Some(1.0), 100));
        let mut endless = Times::default();
        endless.counts[SECONDS.len()] = 1;
        assert_eq!(endless.quantile(0.5), Some(30.0), "longer than that");
    }

    #[test]
    fn what_is_recorded_is_remembered() {
        remember();
        crate::request("deepaffects", "GET", "/remembered", 503, Duration::from_millis(30));
        crate::heard(
            "deepaffects",
            Duration::from_millis(2),
            Duration::from_millis(60),
            Duration::from_millis(70),
        );
        crate::decided("deepaffects", "conversation", crate::Decision::Accepted);
        remember();
        let samples = history();
        let of = |samples: &[Sample]| {
            let called = samples.iter().flat_map(|sample| &sample.contracts);
            called.filter(|called| called.contract == "deepaffects").cloned().collect::<Vec<_>>()
        };
        let called = of(&samples);
        assert_eq!(called.iter().map(|called| called.answered[3]).sum::<u64>(), 1);
        let sums = [
            called.iter().map(|called| &called.request).sum::<Times>(),
            called.iter().map(|called| &called.model).sum(),
            called.iter().map(|called| &called.wait).sum(),
        ];
        let longest = sums.map(|times| times.quantile(1.0).unwrap());
        assert!(
            longest.iter().zip([0.05, 0.1, 0.005]).all(|(is, end)| (is - end).abs() < 1e-12),
            "{longest:?}"
        );
        let conversation = |decided: &&Decided| decided.kind == "conversation";
        assert_eq!(samples.iter().flat_map(|sample| &sample.decisions).filter(conversation).count(), 1);
    }
}
