//! `timbre serve` over a folder of its own, and its figures.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    process::{Child, Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use timbre_backends::{DataFolder, Databases};
use timbre_tests::Application;

/// How long the process may take to load models or to end, and a figure to come, on a busy machine.
const PATIENCE: Duration = Duration::from_secs(180);

/// The process. It is killed, and its folder goes, when it is dropped.
pub struct Served {
    process: Child,
    pub url: String,
    pub metrics_url: String,
    pub key: String,
    pub secret: String,
    folder: DataFolder,
}

impl Served {
    /// Serves a demo tenant, with one worker; traces go to this collector.
    pub fn start(collector: Option<&str>) -> Self {
        let mut served = Self::of(&["serve", "--demo"], "serving on ", collector);
        let demo = std::fs::read_to_string(served.folder.path().join("demo.json")).unwrap();
        let demo: serde_json::Value = serde_json::from_str(&demo).unwrap();
        let of = |name: &str| demo["biometrid"][name].as_str().unwrap().to_owned();
        (served.key, served.secret) = (of("key"), of("secret"));
        served
    }

    /// Does jobs, and serves nobody but whoever collects figures.
    pub fn working() -> Self {
        Self::of(&["work"], "working", None)
    }

    /// Starts the process, and waits until it says that it is ready.
    fn of(words: &[&str], ready: &str, collector: Option<&str>) -> Self {
        let folder = DataFolder::new();
        let mut timbre = Command::new(env!("CARGO_BIN_EXE_timbre"));
        for (name, _) in std::env::vars() {
            if name.starts_with("TIMBRE__") || name == "TIMBRE_CONFIG" {
                timbre.env_remove(name);
            }
        }
        let Databases { url, keyring_url } = Databases::of(folder.path());
        if !url.is_empty() {
            timbre.env("TIMBRE__DATABASE__URL", url).env("TIMBRE__DATABASE__KEYRING_URL", keyring_url);
        }
        let mut process = timbre
            .args(words)
            .env("TIMBRE_DATA_DIR", folder.path())
            .env("TIMBRE_LISTEN", "127.0.0.1:0")
            .env("TIMBRE__INFERENCE__WORKERS", "1")
            .env("TIMBRE__TELEMETRY__METRICS_LISTEN", "127.0.0.1:0")
            .env("TIMBRE__TELEMETRY__OTLP_ENDPOINT", collector.unwrap_or_default())
            .env("TIMBRE__TELEMETRY__EXPORT_SECONDS", "2")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stderr.take().unwrap());
        let (send, lines) = mpsc::channel();
        // Read to the end, whoever listens: a full pipe would hold the process up.
        thread::spawn(move || {
            for line in said.lines().map_while(Result::ok) {
                send.send(line).ok();
            }
        });
        let (mut metrics_url, mut before) = (String::new(), Vec::new());
        let url = loop {
            let line =
                lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("it is not ready: {before:#?}"));
            if let Some(url) = line.strip_prefix("figures on ") {
                metrics_url = url.trim_end_matches("/metrics").to_owned();
            }
            if let Some(url) = line.strip_prefix(ready) {
                break url.to_owned();
            }
            before.push(line);
        };
        Self { process, url, metrics_url, key: String::new(), secret: String::new(), folder }
    }

    pub fn application(&self) -> Application {
        Application::new(&self.url, &self.key, &self.secret)
    }

    /// The figures as they are now.
    pub fn figures(&self) -> Figures {
        let asked = Application::new(&self.metrics_url, "", "").get("/metrics");
        assert_eq!(asked.status, 200, "{}", asked.body);
        Figures::read(asked.body)
    }

    /// Waits until figures are as they should be.
    pub fn until(&self, what: &str, holds: impl Fn(&Figures) -> bool) {
        let began = Instant::now();
        while !holds(&self.figures()) {
            assert!(began.elapsed() < PATIENCE, "it never comes true that {what}");
            thread::sleep(Duration::from_millis(100));
        }
    }

    /// Tells the process to end, and waits until it has.
    pub fn end(mut self) {
        let told = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap();
        assert!(told.success());
        let began = Instant::now();
        loop {
            if let Some(ended) = self.process.try_wait().unwrap() {
                assert!(ended.success(), "{ended}");
                return;
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Prometheus' own tool reads the figures, where it is installed, and finds nothing to say of their names.
    pub fn promtool_reads(&self, figures: &Figures) {
        let mut promtool = Command::new("promtool");
        promtool
            .args(["check", "metrics"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut asked = match promtool.spawn() {
            Ok(asked) => asked,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(error) => panic!("promtool: {error}"),
        };
        asked.stdin.take().unwrap().write_all(figures.text.as_bytes()).unwrap();
        let said = asked.wait_with_output().unwrap();
        let said_so =
            String::from_utf8_lossy(&said.stdout).into_owned() + &String::from_utf8_lossy(&said.stderr);
        assert!(said.status.success(), "{said_so}");
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // One that has ended already is no error.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// A series: its name and its labels.
type Series = (String, BTreeMap<String, String>);

/// What a collector of figures reads.
#[derive(Debug)]
pub struct Figures {
    text: String,
    series: Vec<(Series, f64)>,
}

impl Figures {
    fn read(text: String) -> Self {
        let lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let series = lines.map(|line| {
            let (series, value) = line.rsplit_once(' ').unwrap();
            let (name, labels) = series.split_once('{').unwrap_or((series, ""));
            let labels =
                labels.trim_end_matches('}').split("\",").filter(|label| !label.is_empty()).map(|label| {
                    let (label, value) = label.split_once("=\"").unwrap();
                    (label.to_owned(), value.trim_end_matches('"').to_owned())
                });
            ((name.to_owned(), labels.collect()), value.parse().unwrap())
        });
        Self { series: series.collect(), text }
    }

    /// The series with exactly these labels; 0 where there is none.
    pub fn of(&self, name: &str, labels: &[(&str, &str)]) -> f64 {
        let labels: BTreeMap<String, String> =
            labels.iter().map(|(label, value)| ((*label).to_owned(), (*value).to_owned())).collect();
        let found = self.series.iter().find(|((known, has), _)| known == name && *has == labels);
        found.map_or(0.0, |(_, value)| *value)
    }

    /// The sum over all series of a contract.
    pub fn sum(&self, name: &str, contract: &str) -> f64 {
        let of = self.series.iter().filter(|((known, has), _)| {
            known == name && has.get("contract").is_some_and(|has| has == contract)
        });
        of.map(|(_, value)| value).sum()
    }

    /// All that labels hold.
    pub fn labels(&self) -> Vec<String> {
        let mut labels: Vec<String> =
            self.series.iter().flat_map(|((_, labels), _)| labels.values().cloned()).collect();
        labels.sort();
        labels.dedup();
        labels
    }
}
