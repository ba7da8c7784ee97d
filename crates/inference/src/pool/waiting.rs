//! Jobs that wait, served in turn.

use std::collections::VecDeque;

/// Whose a job is: whoever calls says it, and it means nothing in here but who is served in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Whose(pub u128);

/// What waits: a line for each who has something waiting, the one that is served next at the front.
pub(super) struct Waiting<T> {
    lines: VecDeque<Line<T>>,
    all: usize,
}

struct Line<T> {
    whose: Whose,
    /// Never empty.
    jobs: VecDeque<T>,
}

impl<T> Default for Waiting<T> {
    fn default() -> Self {
        Self { lines: VecDeque::new(), all: 0 }
    }
}

impl<T> Waiting<T> {
    pub(super) fn len(&self) -> usize {
        self.all
    }

    /// How many jobs of one of them wait. There are never more lines than places in the queue, so looking is cheap.
    pub(super) fn of(&self, whose: Whose) -> usize {
        self.lines.iter().find(|line| line.whose == whose).map_or(0, |line| line.jobs.len())
    }

    /// Adds a job behind all of its own line; a line that begins is served after the others.
    pub(super) fn push(&mut self, whose: Whose, job: T) {
        match self.lines.iter_mut().find(|line| line.whose == whose) {
            Some(line) => line.jobs.push_back(job),
            None => self.lines.push_back(Line { whose, jobs: VecDeque::from([job]) }),
        }
        self.all += 1;
    }

    /// Takes the oldest job of the line whose turn it is.
    pub(super) fn pop(&mut self) -> Option<T> {
        let mut line = self.lines.pop_front()?;
        let job = line.jobs.pop_front()?;
        self.all -= 1;
        if !line.jobs.is_empty() {
            self.lines.push_back(line);
        }
        Some(job)
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        for line in &mut self.lines {
            line.jobs.retain(&keep);
        }
        self.lines.retain(|line| !line.jobs.is_empty());
        self.all = self.lines.iter().map(|line| line.jobs.len()).sum();
    }
}
