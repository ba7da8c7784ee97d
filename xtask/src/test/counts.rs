//! What a test runner says of its tests, in numbers.

use std::fmt::{self, Display};
use std::ops::AddAssign;

/// How many tests there were.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// Reads a runner's last line; any other line counts nothing.
    pub(super) fn of(line: &str) -> Self {
        let is_sum = line.trim_start().starts_with("Summary [") || line.starts_with("test result:");
        if !is_sum {
            return Self::default();
        }
        let words: Vec<_> = line.split_whitespace().map(|word| word.trim_end_matches([',', ';'])).collect();
        let before = |what: &str| -> u64 {
            let pair = words.windows(2).find(|pair| pair[1] == what);
            pair.and_then(|pair| pair[0].parse().ok()).unwrap_or(0)
        };
        Self {
            passed: before("passed"),
            failed: before("failed") + before("timed"),
            skipped: before("skipped") + before("ignored") + before("filtered"),
        }
    }
}

impl Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_runners_are_counted() {
        let nextest =
            Counts::of("     Summary [   0.104s] 12 tests run: 10 passed (1 slow), 2 failed, 3 skipped");
        assert_eq!(nextest, Counts { passed: 10, failed: 2, skipped: 3 });
        let cargo = Counts::of("test result: ok. 5 passed; 0 failed; 1 ignored; 0 measured; 2 filtered out");
        assert_eq!(cargo, Counts { passed: 5, failed: 0, skipped: 3 });
        assert_eq!(Counts::of("test the_words_12 passed ... ok"), Counts::default());
    }
}
