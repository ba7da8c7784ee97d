//! Two servers on one data folder, called as the demo tenant's applications call them, and the tables looked at from outside.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder, Response};
use serde_json::Value;

use crate::failure::Failure;
use crate::server::{Server, by_default};

/// Longer than any queue of the server lasts.
const REPLY_LIMIT: Duration = Duration::from_secs(60);

/// Prints the first column of a query's rows as JSON; a statement that changes rows says how many.
const ASK: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(sys.argv[1], timeout=30)
cursor = db.execute(sys.argv[2])
print(json.dumps([row[0] for row in cursor] if cursor.description else cursor.rowcount))
db.commit()
"#;

/// Rates that are in no proof's way that is not about them.
const UNHINDERED: [(&str, &str); 5] = [
    ("TIMBRE__POLICY__RATES__INFERENCE__PER_MINUTE", "1000000"),
    ("TIMBRE__POLICY__RATES__INFERENCE__BURST", "1000000"),
    ("TIMBRE__POLICY__RATES__MANAGEMENT__PER_MINUTE", "1000000"),
    ("TIMBRE__POLICY__RATES__MANAGEMENT__BURST", "1000000"),
    ("TIMBRE__INFERENCE__QUEUE", "256"),
];

/// Two servers over one database.
pub(super) struct Two {
    servers: Vec<Server>,
    client: Caller,
}

/// Calls them with the demo tenant's credentials.
#[derive(Clone)]
pub(super) struct Caller {
    http: Client,
    urls: Vec<String>,
    biometrid: [String; 2],
    subscription_key: String,
}

impl Two {
    pub(super) fn start(binary: &Path, data: &Path, settings: &[(&str, &str)]) -> Result<Self, Failure> {
        let settings = [&UNHINDERED, settings].concat();
        // The first makes the tenant, under the policy of these settings.
        let first = Server::start_with(binary, data, &settings)?;
        let second = Server::start_with(binary, data, &settings)?;
        let client = Caller::of(data, &[&first, &second])?;
        Ok(Self { servers: vec![first, second], client })
    }

    pub(super) fn caller(&self) -> &Caller {
        &self.client
    }

    /// Ends both as a power failure would.
    pub(super) fn kill(self) -> Result<(), Failure> {
        self.servers.into_iter().try_for_each(Server::kill)
    }
}

impl Caller {
    /// Of these servers, all on one data folder.
    pub(super) fn of(data: &Path, servers: &[&Server]) -> Result<Self, Failure> {
        let demo = data.join("demo.json");
        let text = std::fs::read_to_string(&demo).map_err(|error| Failure::at(&demo, error))?;
        let known: Value = serde_json::from_str(&text)?;
        let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            http: Client::builder().no_proxy().timeout(REPLY_LIMIT).pool_max_idle_per_host(64).build()?,
            urls: servers.iter().map(|server| server.base_url().to_owned()).collect(),
            biometrid: [word(&known["biometrid"]["key"]), word(&known["biometrid"]["secret"])],
            subscription_key: word(&known["azure"]["subscription_key"]),
        })
    }

    /// Makes a user at one of the two servers.
    pub(super) fn create_user(&self, which: usize) -> reqwest::Result<Response> {
        let [key, secret] = &self.biometrid;
        let address = format!("{}/api/1.0/users", self.urls[which % self.urls.len()]);
        self.http.post(address).header("x-biometrid-key", key).header("x-biometrid-secret", secret).send()
    }

    fn azure(
        &self,
        which: usize,
        request: impl Fn(&Client, String) -> RequestBuilder,
        path: &str,
    ) -> RequestBuilder {
        let base = format!(
            "{}/speaker/verification/v2.0/text-independent/profiles",
            self.urls[which % self.urls.len()]
        );
        request(&self.http, format!("{base}{path}"))
            .header("ocp-apim-subscription-key", &self.subscription_key)
    }

    /// Asks for a profile to be made.
    pub(super) fn ask_for_profile(&self, which: usize) -> reqwest::Result<Response> {
        let request = self.azure(which, Client::post, "").header("content-type", "application/json");
        request.body(r#"{"locale":"en-us"}"#).send()
    }

    /// Makes a profile, and gives its id.
    pub(super) fn create_profile(&self) -> Result<String, Failure> {
        let made: Value = self.ask_for_profile(0)?.error_for_status()?.json()?;
        let id = made["profileId"].as_str();
        id.map(str::to_owned).ok_or_else(|| Failure::new(format!("no profile was made: {made}")))
    }

    /// Enrols a WAV file (`action` is "enrollments") or verifies it ("verify").
    pub(super) fn hear(
        &self,
        which: usize,
        id: &str,
        action: &str,
        wav: Vec<u8>,
    ) -> reqwest::Result<Response> {
        let request = self.azure(which, Client::post, &format!("/{id}/{action}?ignoreMinLength=true"));
        request.header("content-type", "audio/wav; codecs=audio/pcm").body(wav).send()
    }

    /// Reads a profile.
    pub(super) fn look(&self, which: usize, id: &str) -> reqwest::Result<Response> {
        self.azure(which, Client::get, &format!("/{id}")).send()
    }
}

/// Does something so many times, on so many threads at once, and gives what came of each.
pub(super) fn at_once<T: Send>(times: usize, threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = Mutex::new(0..times);
    let done = Mutex::new(Vec::with_capacity(times));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let Some(n) = next.lock().unwrap_or_else(PoisonError::into_inner).next() else { return };
                    let result = work(n);
                    done.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The first column of what a statement finds in the database of a data folder, or how many rows it changed.
pub(super) fn ask(data: &Path, statement: &str) -> Result<Value, Failure> {
    let asked =
        Command::new("python3").args(["-c", ASK]).arg(data.join("timbre.db")).arg(statement).output()?;
    if !asked.status.success() {
        let why = String::from_utf8_lossy(&asked.stderr).into_owned();
        return Err(Failure::new(format!("{statement}: {why}")));
    }
    Ok(serde_json::from_slice(&asked.stdout)?)
}

/// The one number that a query gives.
pub(super) fn count(data: &Path, query: &str) -> Result<u64, Failure> {
    let found = ask(data, query)?;
    found[0].as_u64().ok_or_else(|| Failure::new(format!("{query} gives {found}")))
}

/// Runs `timbre` on a data folder: whether it was content, and the lines of JSON that it printed.
pub(super) fn timbre(binary: &Path, data: &Path, words: &[&str]) -> Result<(bool, Vec<Value>), Failure> {
    timbre_with(binary, data, &[], words)
}

/// As [`timbre`], with settings of one's own, by their names in the environment.
pub(super) fn timbre_with(
    binary: &Path,
    data: &Path,
    settings: &[(String, String)],
    words: &[&str],
) -> Result<(bool, Vec<Value>), Failure> {
    let mut command = Command::new(binary);
    by_default(&mut command);
    command.envs(settings.iter().map(|(name, value)| (name, value)));
    let ran = command.args(words).env("TIMBRE_DATA_DIR", data).stdin(Stdio::null()).output()?;
    let said = String::from_utf8_lossy(&ran.stdout);
    Ok((ran.status.success(), said.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()))
}
