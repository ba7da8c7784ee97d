//! `timbre doctor`, as an operator runs it: over an installation that is well, and over ones of which a part is broken.

#![allow(clippy::unwrap_used)]

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use timbre_s3_server::{ACCESS_KEY, BUCKET, SECRET_KEY, Server, Versioned, faults};
use timbre_tests::RedisServer;

fn timbre(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if (name.starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR") || name.starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("TIMBRE_DATA_DIR", data).current_dir(data).stdin(Stdio::null());
    command
}

fn ran(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

/// A data folder as its owner should keep it, with a tenant in it.
fn installation() -> tempfile::TempDir {
    let folder = empty();
    ran(&mut timbre(folder.path(), &["tenant", "create", "acme"]));
    folder
}

fn empty() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// What the doctor says of each part: the worst, and the text of it; and whether the program ended well.
struct Told {
    well: bool,
    parts: BTreeMap<String, (String, String)>,
    all: String,
}

impl Told {
    fn of(&self, part: &str) -> (&str, &str) {
        let (state, text) =
            self.parts.get(part).unwrap_or_else(|| panic!("nothing of {part} in {}", self.all));
        (state, text)
    }
}

fn doctor(data: &Path, environment: &[(&str, &str)]) -> Told {
    let output = timbre(data, &["doctor", "--json"]).envs(environment.iter().copied()).output().unwrap();
    let all = String::from_utf8(output.stdout).unwrap();
    let mut parts = BTreeMap::<String, (String, String)>::new();
    for line in all.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let (part, state) = (line["part"].as_str().unwrap(), line["state"].as_str().unwrap());
        assert!(state == "ok" || line["advice"].is_string(), "{line}");
        let rank = |state: &str| ["ok", "warn", "fail"].iter().position(|known| *known == state).unwrap();
        let worse = parts.get(part).is_none_or(|(before, _)| rank(state) > rank(before));
        if worse {
            parts.insert(part.to_owned(), (state.to_owned(), line["text"].as_str().unwrap().to_owned()));
        }
    }
    let (state, _) = parts.values().find(|(state, _)| state == "fail").cloned().unwrap_or_default();
    assert_eq!(output.status.success(), state.is_empty(), "{all}");
    Told { well: output.status.success(), parts, all }
}

fn bucket<'a>(url: &'a str, secret: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("TIMBRE__OBJECTS__STORE", "s3"),
        ("TIMBRE__OBJECTS__ENDPOINT", url),
        ("TIMBRE__OBJECTS__BUCKET", BUCKET),
        ("TIMBRE__OBJECTS__PATH_STYLE", "true"),
        ("TIMBRE__OBJECTS__ACCESS_KEY", ACCESS_KEY),
        ("TIMBRE__OBJECTS__SECRET_KEY", secret),
        ("TIMBRE__OBJECTS__TIMEOUT_MILLISECONDS", "10000"),
    ]
}

#[test]
fn an_installation_that_is_well_is_said_to_be_so_in_lines_for_people() {
    let folder = installation();
    let output = ran(&mut timbre(folder.path(), &["doctor"]));
    let said = String::from_utf8(output.stdout).unwrap();
    for line in said.lines() {
        assert!(line.starts_with("ok   "), "{said}");
    }
    for part in [
        "settings",
        "data",
        "master key",
        "database",
        "migrations",
        "keyring",
        "objects",
        "models",
        "runtime",
    ] {
        assert!(said.contains(&format!("ok   {part} ")), "{part}: {said}");
    }
    let left: Vec<_> = fs::read_dir(folder.path().join("objects")).unwrap().collect();
    assert!(left.iter().all(|entry| entry.as_ref().unwrap().path().is_dir()), "{left:?}");
}

#[test]
fn nothing_is_missed_before_the_first_start_and_nothing_is_made() {
    let folder = empty();
    let told = doctor(folder.path(), &[]);
    assert!(told.well, "{}", told.all);
    assert!(told.of("database").1.contains("first start"));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn settings_that_are_not_right_are_told_and_nothing_else_is_looked_at() {
    let told = doctor(empty().path(), &[("TIMBRE__HTTP__LISTENN", "1")]);
    assert!(told.of("settings").1.contains("listenn"));
    assert_eq!(told.parts.len(), 1);
}

#[test]
fn a_data_folder_that_others_can_open_is_warned_of() {
    let folder = installation();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let told = doctor(folder.path(), &[]);
    assert_eq!(told.of("data").0, "warn");
    assert!(told.well);
}

#[test]
fn a_master_key_that_is_exposed_missing_or_anothers_fails() {
    let folder = installation();
    let key = folder.path().join("master.key");
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    let told = doctor(folder.path(), &[]);
    let (state, text) = told.of("master key");
    assert!(state == "fail" && text.contains("chmod 600"), "{text}");

    let other = installation();
    fs::copy(other.path().join("master.key"), &key).unwrap();
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    let told = doctor(folder.path(), &[]);
    assert!(told.of("master key").1.contains("is not this database's"), "{}", told.all);

    fs::remove_file(&key).unwrap();
    let told = doctor(folder.path(), &[]);
    assert!(told.of("master key").1.contains("there is none"), "{}", told.all);
}

#[test]
fn a_database_that_is_away_or_not_migrated_fails() {
    let folder = installation();
    let away = "postgres://timbre:a-password@127.0.0.1:9/timbre";
    let told =
        doctor(folder.path(), &[("TIMBRE__DATABASE__URL", away), ("TIMBRE__DATABASE__WAIT_SECONDS", "1")]);
    assert_eq!(told.of("database").0, "fail");
    assert!(!told.all.contains("a-password"));

    let new = format!("sqlite://{}?mode=rwc", folder.path().join("new.db").display());
    let settings = [("TIMBRE__DATABASE__URL", new.as_str()), ("TIMBRE__DATABASE__MIGRATE_ON_START", "false")];
    let told = doctor(folder.path(), &settings);
    assert_eq!(told.of("migrations").0, "fail", "{}", told.all);
}

#[test]
fn models_that_are_not_there_fail_and_so_does_the_runtime() {
    let (folder, models) = (installation(), empty());
    let models = models.path().to_str().unwrap();
    let told = doctor(folder.path(), &[("TIMBRE_MODELS_DIR", models)]);
    assert_eq!((told.of("models").0, told.of("runtime").0), ("fail", "fail"));
}

#[test]
fn outbound_settings_that_open_everything_are_warned_of() {
    let told = doctor(installation().path(), &[("TIMBRE__OUTBOUND__ALLOW", "0.0.0.0/0")]);
    assert_eq!(told.of("outbound").0, "warn");
}

#[test]
fn a_bucket_is_tried_and_left_as_it_was() {
    let (folder, objects) = (installation(), Versioned::default());
    let server = Server::with(&objects);
    let told = doctor(folder.path(), &bucket(server.url(), SECRET_KEY));
    assert!(told.well, "{}", told.all);
    assert!(told.of("versions").1.contains("each is deleted with its object"));
    assert_eq!(told.of("transport").0, "warn", "plain HTTP");
    assert_eq!((objects.versions(), objects.uploads().len()), (0, 0));
}

#[test]
fn a_bucket_that_refuses_locks_expires_or_is_away_is_told() {
    let folder = installation();
    let server = Server::with(&Versioned::default().expiring(""));
    let told = doctor(folder.path(), &bucket(server.url(), SECRET_KEY));
    let (state, text) = told.of("lifecycle");
    assert!(state == "warn" && text.contains("tidy-up"), "{text}");

    let told = doctor(folder.path(), &bucket(server.url(), "another-secret"));
    let (state, text) = told.of("objects");
    assert!(state == "fail" && text.contains("secret key") && text.contains(BUCKET), "{text}");
    assert!(!told.all.contains("another-secret"));

    let server = Server::with(&Versioned::default().locked());
    let told = doctor(folder.path(), &bucket(server.url(), SECRET_KEY));
    assert_eq!(told.of("object lock").0, "fail");

    let told = doctor(folder.path(), &bucket("http://127.0.0.1:9", SECRET_KEY));
    assert!(
        told.of("objects").0 == "fail" && told.of("objects").1.contains("does not answer"),
        "{}",
        told.all
    );
}

#[test]
fn serving_does_not_start_on_a_bucket_that_refuses_but_does_on_one_that_is_away() {
    let folder = installation();
    let server = Server::start();
    let output = timbre(folder.path(), &["serve"])
        .env("TIMBRE_LISTEN", "127.0.0.1:0")
        .envs(bucket(server.url(), "another-secret"))
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("the secret key is not the right one"), "{said}");

    let away = faults::silent();
    let log = folder.path().join("serving.log");
    let mut child = timbre(folder.path(), &["serve"])
        .env("TIMBRE_LISTEN", "127.0.0.1:0")
        .envs(bucket(&away, SECRET_KEY))
        .env("TIMBRE__OBJECTS__TIMEOUT_MILLISECONDS", "300")
        .stdout(fs::File::options().create(true).append(true).open(&log).unwrap())
        .stderr(fs::File::options().create(true).append(true).open(&log).unwrap())
        .spawn()
        .unwrap();
    let limit = Instant::now() + Duration::from_secs(120);
    let said = loop {
        let said = fs::read_to_string(&log).unwrap();
        if said.contains("serving on") || Instant::now() > limit {
            break said;
        }
        std::thread::sleep(Duration::from_millis(50));
    };
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(said.contains("serving on") && said.contains("starting all the same"), "{said}");
}

#[test]
fn a_redis_is_tried_out_and_one_that_is_away_fails_where_it_keeps_sessions() {
    let folder = installation();
    let mut redis = RedisServer::start();
    let url = redis.config().url;
    let rates = [("TIMBRE__REDIS__URL", url.as_str())];
    let sessions = [rates[0], ("TIMBRE__HTTP__SESSIONS", "redis")];
    let told = |settings: &[(&str, &str)]| {
        let told = doctor(folder.path(), settings);
        let (state, text) = told.of("redis");
        (state.to_owned(), text.to_owned())
    };
    let (state, text) = told(&sessions);
    assert!(state == "ok" && text.ends_with("shares rates and sessions"), "{state} {text}");
    assert!(redis.held().is_empty(), "nothing of the trial stays");
    redis.ask::<String>(&["CONFIG", "SET", "maxmemory", "100mb"]);
    redis.ask::<String>(&["CONFIG", "SET", "maxmemory-policy", "allkeys-lru"]);
    assert_eq!((told(&sessions).0.as_str(), told(&rates).0.as_str()), ("warn", "ok"));
    redis.stop();
    assert_eq!((told(&sessions).0.as_str(), told(&rates).0.as_str()), ("fail", "warn"));
    assert!(told(&[]).1.starts_with("none"));
}
