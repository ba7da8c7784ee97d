//! What a person sees while models arrive: a bar on a terminal, plain lines elsewhere.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressStyle};

/// Told what happens during a fetch.
pub trait Progress {
    /// This many bytes of packages are wanted in all.
    fn begin(&mut self, total_bytes: u64);
    /// What is being done now.
    fn now(&mut self, doing: &str);
    /// Something that should stay readable.
    fn note(&mut self, line: &str);
    /// This many bytes of packages have arrived so far.
    fn arrived(&mut self, bytes: u64);
    /// Nothing more will come.
    fn finish(&mut self);
}

/// Says nothing.
#[derive(Debug, Default)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: u64) {}
    fn now(&mut self, _: &str) {}
    fn note(&mut self, _: &str) {}
    fn arrived(&mut self, _: u64) {}
    fn finish(&mut self) {}
}

/// Writes to standard error: a bar when that is a terminal, otherwise one line per event.
#[derive(Debug)]
pub struct Report {
    bar: Option<ProgressBar>,
}

impl Report {
    #[must_use]
    pub fn to_stderr() -> Self {
        Self { bar: io::stderr().is_terminal().then(|| ProgressBar::new(0)) }
    }

    fn line(line: &str) {
        // A closed standard error is no reason to stop fetching.
        let _ = writeln!(io::stderr(), "{line}");
    }
}

impl Progress for Report {
    fn begin(&mut self, total_bytes: u64) {
        let Some(bar) = &self.bar else {
            return Self::line(&format!("{} of packages to go through", HumanBytes(total_bytes)));
        };
        bar.set_length(total_bytes);
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {wide_msg}") {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(250));
    }

    fn now(&mut self, doing: &str) {
        match &self.bar {
            Some(bar) => bar.set_message(doing.to_owned()),
            None => Self::line(doing),
        }
    }

    fn note(&mut self, line: &str) {
        match &self.bar {
            Some(bar) => bar.println(line),
            None => Self::line(line),
        }
    }

    fn arrived(&mut self, bytes: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(bytes);
        }
    }

    fn finish(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
