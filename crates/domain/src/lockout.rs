//! What stops somebody from trying another voice again and again.
//!
//! NIST SP 800-63B, 5.2.3, allows a biometric comparison five failed attempts in a row; then each further one
//! must wait, at least 30 seconds and longer every time, or the biometric is disabled. Both happen
//! here: a growing delay first, and at the end a door that only the tenant or an operator opens.
//!
//! An attempt is counted before its score is known and taken back by a success. Whoever sends a
//! hundred at once, or leaves a dialogue before it has said no, has them counted all the same.

use chrono::{DateTime, TimeDelta, Utc};

use crate::policy::LockoutPolicy;

/// An enrolment's failed verifications in a row, and until when the next must wait.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Lockout {
    pub failed: u32,
    pub locked_until: Option<DateTime<Utc>>,
}

/// Why a verification may not be tried now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Locked {
    #[error("too many failed verifications: the next may be tried in {seconds} s")]
    For { seconds: u64 },
    #[error("too many failed verifications: verification is disabled until it is reset")]
    Disabled,
}

impl Lockout {
    /// Whether a verification may be tried now.
    pub fn check(&self, policy: &LockoutPolicy, now: DateTime<Utc>) -> Result<(), Locked> {
        if self.failed >= policy.disable_after {
            return Err(Locked::Disabled);
        }
        match self.locked_until {
            Some(until) if now < until => {
                let left = (until - now).as_seconds_f64().ceil();
                Err(Locked::For { seconds: left as u64 })
            }
            _ => Ok(()),
        }
    }

    /// The attempt that is about to be scored, counted as failed.
    pub fn charge(&self, policy: &LockoutPolicy, now: DateTime<Utc>) -> Result<Self, Locked> {
        self.check(policy, now)?;
        Ok(Self { failed: self.failed + 1, locked_until: None }.failed_at(policy, now))
    }

    /// The same count, its delay beginning now: the attempt has just been told that it failed.
    pub fn failed_at(self, policy: &LockoutPolicy, now: DateTime<Utc>) -> Self {
        Self { locked_until: delay(self.failed, policy).map(|delay| now + delay), ..self }
    }
}

/// None at first, then the first delay, doubled by each further failure up to the longest.
fn delay(failed: u32, policy: &LockoutPolicy) -> Option<TimeDelta> {
    let further = failed.checked_sub(policy.delay_after)?;
    let doubled =
        1_u32.checked_shl(further).and_then(|factor| policy.first_delay_seconds.checked_mul(factor));
    let seconds = doubled.map_or(policy.longest_delay_seconds, |s| s.min(policy.longest_delay_seconds));
    Some(TimeDelta::seconds(seconds.into()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    fn policy() -> LockoutPolicy {
        LockoutPolicy::default()
    }

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000, 0).unwrap()
    }

    #[test]
    fn the_sixth_attempt_waits_thirty_seconds_and_the_next_ones_longer() {
        let (mut lockout, mut waits, mut now) = (Lockout::default(), Vec::new(), now());
        for _ in 0..8 {
            lockout = lockout.charge(&policy(), now).unwrap();
            if let Err(Locked::For { seconds }) = lockout.check(&policy(), now) {
                waits.push(seconds);
                now += TimeDelta::seconds(seconds as i64);
            }
        }
        assert_eq!(waits, [30, 60, 120, 240]);
    }

    #[test]
    fn the_delay_has_an_end_and_the_attempts_too() {
        let (mut lockout, mut now, mut longest) = (Lockout::default(), now(), 0);
        for attempt in 1..=50 {
            lockout = lockout.charge(&policy(), now).unwrap();
            match lockout.check(&policy(), now) {
                Err(Locked::For { seconds }) => {
                    longest = longest.max(seconds);
                    now += TimeDelta::seconds(seconds as i64);
                }
                Err(Locked::Disabled) => assert_eq!(attempt, 50),
                Ok(()) => assert!(attempt < 5),
            }
        }
        assert_eq!(longest, 3600);
        assert_eq!(lockout.charge(&policy(), now + TimeDelta::days(365)), Err(Locked::Disabled));
    }

    #[test]
    fn a_failure_that_takes_its_time_starts_its_delay_at_its_end() {
        let charged = Lockout { failed: 4, locked_until: None }.charge(&policy(), now()).unwrap();
        let later = now() + TimeDelta::seconds(100);
        assert_eq!(charged.check(&policy(), later), Ok(()));
        assert_eq!(
            charged.failed_at(&policy(), later).check(&policy(), later),
            Err(Locked::For { seconds: 30 })
        );
    }

    proptest! {
        /// However attempts are spaced, no more are let through than the delays allow.
        #[test]
        fn no_spacing_of_attempts_gets_past_the_delays(pauses in proptest::collection::vec(0_i64..200, 1..400)) {
            let (mut lockout, mut now, mut tried) = (Lockout::default(), now(), Vec::new());
            for pause in pauses {
                now += TimeDelta::seconds(pause);
                if let Ok(charged) = lockout.charge(&policy(), now) {
                    lockout = charged;
                    tried.push(now);
                }
            }
            prop_assert!(tried.len() <= 50);
            for (n, pair) in tried.windows(2).enumerate().skip(4) {
                let least = (30_i64 << (n - 4).min(7)).min(3600);
                prop_assert!((pair[1] - pair[0]).num_seconds() >= least);
            }
        }
    }
}
