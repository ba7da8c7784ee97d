//! The master key, the keyring and the addresses of databases, as an operator gets them wrong: nothing starts beside data that it could not
//! open, nothing is made in place of what was lost, and no password is printed.

#![allow(clippy::unwrap_used)]

use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;

/// Of everything that opens the product, some command; those that only read are asked too, as they stand on the same key.
const COMMANDS: [&[&str]; 14] = [
    &["serve"],
    &["serve", "--demo"],
    &["work"],
    &["operator", "create", "ann@example.org", "--role", "owner"],
    &["tenant", "create", "other"],
    &["tenant", "credential", "acme", "azure"],
    &["tenant", "policy", "acme"],
    &["admin", "token", "issue", "ops", "--role", "owner"],
    &["admin", "tenant", "suspend", "acme"],
    &["job", "list", "acme"],
    &["usage", "acme", "--recount"],
    &["audit", "heads"],
    &["reembed", "run", "acme", "--to", "resnet34"],
    &[
        "import",
        "--tenant",
        "acme",
        "--kind",
        "text-independent-verification",
        "--report",
        "/dev/null",
        "people.csv",
    ],
];

fn timbre(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_timbre"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if (name.starts_with("TIMBRE_") && name != "TIMBRE_MODELS_DIR") || name.starts_with("AWS_") {
            command.env_remove(name);
        }
    }
    command.args(arguments).env("TIMBRE_DATA_DIR", data).env("TIMBRE_LISTEN", "127.0.0.1:0");
    command.current_dir(data).stdin(Stdio::null());
    command
}

fn ran(data: &Path, arguments: &[&str]) -> String {
    let output = timbre(data, arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", said(&output));
    String::from_utf8(output.stdout).unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// What a command says that ends with an error.
fn refused(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(!output.status.success(), "{command:?}: {}", said(&output));
    said(&output)
}

fn empty() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    folder
}

/// A data folder with a tenant in it.
fn installation() -> tempfile::TempDir {
    let folder = empty();
    ran(folder.path(), &["tenant", "create", "acme"]);
    fs::write(folder.path().join("people.csv"), "person,file\nada,ada.wav\n").unwrap();
    folder
}

/// Somebody who has the database's file, and nothing else.
fn sql(data: &Path, statement: &str) {
    let script =
        "import sqlite3, sys; db = sqlite3.connect(sys.argv[1]); db.execute(sys.argv[2]); db.commit()";
    let file = data.join("timbre.db");
    let ran = Command::new("python3").args(["-c", script]).arg(file).arg(statement).output().unwrap();
    assert!(ran.status.success(), "{}", said(&ran));
}

/// A person with a key of their own.
fn enrolled(data: &Path) {
    sql(
        data,
        "INSERT INTO subjects (id, tenant_id, created_at, own_key) \
         SELECT '0123456789abcdef01234567', id, created_at, 1 FROM tenants",
    );
}

/// The files of a folder and how long they are, but for those that SQLite has beside its own while it is open.
fn files(data: &Path) -> Vec<(String, u64)> {
    let entries = fs::read_dir(data).unwrap().map(|entry| entry.unwrap());
    let mut files: Vec<_> = entries
        .filter(|entry| entry.path().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), entry.metadata().unwrap().len()))
        .filter(|(name, _)| !name.ends_with("-wal") && !name.ends_with("-shm"))
        .collect();
    files.sort();
    files
}

/// The findings of the doctor about a part: their states and texts.
fn doctor(data: &Path, part: &str) -> Vec<(String, String)> {
    let output = timbre(data, &["doctor", "--json"]).output().unwrap();
    let lines = String::from_utf8(output.stdout).unwrap();
    let findings = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let text = |finding: &Value, key: &str| finding[key].as_str().unwrap().to_owned();
    findings
        .filter(|finding| finding["part"] == part)
        .map(|finding| (text(&finding, "state"), text(&finding, "text")))
        .collect()
}

#[test]
fn nothing_starts_with_a_master_key_that_is_anothers_and_the_audit_trail_stays_whole() {
    let (folder, other) = (installation(), installation());
    let key = folder.path().join("master.key");
    let ours = fs::read(&key).unwrap();
    let heads = ran(folder.path(), &["audit", "heads"]);
    fs::write(&key, fs::read(other.path().join("master.key")).unwrap()).unwrap();
    for command in COMMANDS {
        for migrate_on_start in ["true", "false"] {
            let mut asked = timbre(folder.path(), command);
            let said = refused(asked.env("TIMBRE__DATABASE__MIGRATE_ON_START", migrate_on_start));
            assert!(said.contains("is not this database's"), "{command:?}: {said}");
            assert!(said.contains("restore the right one"), "{command:?}: {said}");
        }
    }
    assert!(doctor(folder.path(), "master key").iter().any(|(state, _)| state == "fail"));
    fs::write(&key, ours).unwrap();
    assert_eq!(ran(folder.path(), &["audit", "heads"]), heads, "nothing was written");
    ran(folder.path(), &["audit", "verify"]);
}

#[test]
fn no_master_key_is_made_beside_tenants_whatever_shape_their_tables_have() {
    let folder = installation();
    let key = folder.path().join("master.key");
    let ours = fs::read(&key).unwrap();
    let latest = "SELECT max(version) FROM seaql_migrations";
    for pending in [false, true] {
        if pending {
            sql(folder.path(), &format!("DELETE FROM seaql_migrations WHERE version = ({latest})"));
        }
        fs::remove_file(&key).unwrap();
        for command in [&["serve"][..], &["operator", "create", "ann@example.org", "--role", "owner"]] {
            for migrate_on_start in ["true", "false"] {
                let mut asked = timbre(folder.path(), command);
                let said = refused(asked.env("TIMBRE__DATABASE__MIGRATE_ON_START", migrate_on_start));
                assert!(said.contains("there is no master key at"), "{pending}: {said}");
            }
        }
        assert!(!key.exists());
        let told = doctor(folder.path(), "master key");
        assert!(
            told.iter().any(|(state, text)| state == "fail" && text.contains("there is none")),
            "{told:?}"
        );
        fs::write(&key, &ours).unwrap();
        fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    }
    // One that is not ours neither, where the shape is an older one.
    fs::copy(installation().path().join("master.key"), &key).unwrap();
    let mut serve = timbre(folder.path(), &["serve"]);
    let said = refused(serve.env("TIMBRE__DATABASE__MIGRATE_ON_START", "false"));
    assert!(said.contains("is not this database's"), "{said}");
}

#[test]
fn an_audit_trail_without_a_tenant_holds_on_to_its_master_key_too() {
    let folder = empty();
    let operator = ["operator", "create", "ann@example.org", "--role", "owner"];
    ran(folder.path(), &operator);
    let key = folder.path().join("master.key");
    let ours = fs::read(&key).unwrap();
    fs::remove_file(&key).unwrap();
    let said = refused(&mut timbre(folder.path(), &["tenant", "create", "acme"]));
    assert!(said.contains("there is no master key at") && !key.exists(), "{said}");
    fs::copy(installation().path().join("master.key"), &key).unwrap();
    let said = refused(&mut timbre(folder.path(), &["tenant", "create", "acme"]));
    assert!(said.contains("is not this database's"), "{said}");
    fs::write(&key, ours).unwrap();
    ran(folder.path(), &["tenant", "create", "acme"]);
    ran(folder.path(), &["audit", "verify"]);
}

#[test]
fn a_keyring_that_is_lost_is_not_made_anew_where_people_have_keys_in_it() {
    let folder = installation();
    enrolled(folder.path());
    let (data, keyring) = (folder.path(), folder.path().join("keyring.db"));
    assert_eq!(doctor(data, "keyring")[0].0, "ok");
    let kept = fs::read(&keyring).unwrap();
    let commands = COMMANDS.iter().copied().chain([&["migrate"][..]]);
    // Gone; and as somebody's `touch` would leave it.
    for lost in [true, false] {
        match lost {
            true => fs::remove_file(&keyring).unwrap(),
            false => fs::write(&keyring, "").unwrap(),
        }
        for command in commands.clone() {
            let said = refused(&mut timbre(data, command));
            assert!(said.contains("restore keyring.db from its backup"), "{command:?}: {said}");
        }
        let mut serve = timbre(data, &["serve"]);
        let said = refused(serve.env("TIMBRE__DATABASE__MIGRATE_ON_START", "false"));
        assert!(said.contains("restore keyring.db from its backup"), "{said}");
        let before = files(data);
        let told = doctor(data, "keyring");
        assert!(told[0].0 == "fail" && told[0].1.contains("restore keyring.db"), "{told:?}");
        assert_eq!(files(data), before, "the doctor made or changed something");
        assert_eq!(keyring.exists(), !lost);
    }
    fs::write(&keyring, kept).unwrap();
    ran(data, &["audit", "verify"]);
    assert!(ran(data, &["doctor"]).contains("ok   keyring"));

    // Without a backup, who goes on says so, by putting an empty one there.
    let elsewhere = empty();
    ran(elsewhere.path(), &["migrate"]);
    fs::copy(elsewhere.path().join("keyring.db"), &keyring).unwrap();
    ran(data, &["tenant", "policy", "acme"]);
}

#[test]
fn a_first_start_and_one_where_nobody_has_a_key_of_their_own_make_the_keyring() {
    let folder = empty();
    ran(folder.path(), &["migrate"]);
    assert!(folder.path().join("keyring.db").exists() && !folder.path().join("master.key").exists());
    let folder = installation();
    let keyring = folder.path().join("keyring.db");
    fs::remove_file(&keyring).unwrap();
    let told = doctor(folder.path(), "migrations");
    assert!(told[0].0 == "ok" && told[0].1.contains("the next start applies them"), "{told:?}");
    assert!(!keyring.exists());
    ran(folder.path(), &["migrate"]);
    assert!(keyring.exists());
}

#[test]
fn the_doctor_makes_no_file() {
    let folder = installation();
    let before = files(folder.path());
    assert!(before.iter().any(|(name, _)| name == "timbre.db"));
    ran(folder.path(), &["doctor"]);
    assert_eq!(files(folder.path()), before);

    let nowhere = empty();
    let new = format!("sqlite://{}?mode=rwc", nowhere.path().join("new.db").display());
    let keys = format!("sqlite://{}?mode=rwc", nowhere.path().join("keys.db").display());
    let mut asked = timbre(nowhere.path(), &["doctor"]);
    asked.env("TIMBRE__DATABASE__URL", &new).env("TIMBRE__DATABASE__KEYRING_URL", &keys);
    let output = asked.output().unwrap();
    assert!(output.status.success(), "{}", said(&output));
    assert!(files(nowhere.path()).is_empty());
}

#[test]
fn an_address_that_is_none_is_called_by_its_name_and_its_password_is_printed_nowhere() {
    let folder = empty();
    let commands: [&[&str]; 6] =
        [&["doctor"], &["doctor", "--json"], &["migrate"], &["serve"], &["work"], &["audit", "heads"]];
    for (name, variable) in
        [("database.url", "TIMBRE__DATABASE__URL"), ("database.keyring_url", "TIMBRE__DATABASE__KEYRING_URL")]
    {
        for address in [
            "postgres://u:s3cr3t#1@h/x",
            "mysql://u:s3cr3t@h/x",
            "s3cr3t",
            "sqlite://timbre.db?mode=s3cr3t",
            "postgres://u:1?s3cr3t@h/x",
        ] {
            for command in commands {
                let said = refused(timbre(folder.path(), command).env(variable, address));
                assert!(
                    said.contains(&format!("{name} is not an address of PostgreSQL or SQLite")),
                    "{command:?}: {said}"
                );
                assert!(!said.contains("s3cr3t"), "{command:?} {address}: {said}");
            }
        }
        // What can be read, and is not there.
        for address in ["sqlite:///nonexistent/s3cr3t.db?mode=rwc", "postgres://u:s3cr3t@127.0.0.1:9/x"] {
            for command in commands {
                let mut asked = timbre(folder.path(), command);
                asked.env(variable, address).env("TIMBRE__DATABASE__WAIT_SECONDS", "1");
                asked.env("TIMBRE__LOG__FILTER", "trace");
                let said = said(&asked.output().unwrap());
                assert!(!said.contains("s3cr3t"), "{command:?} {address}: {said}");
            }
        }
    }
    let file = folder.path().join("timbre.toml");
    fs::write(&file, "[database]\nurl = \"postgres://u:s3cr3t@h/x\n").unwrap();
    for command in commands {
        let said = refused(timbre(folder.path(), command).env("TIMBRE_CONFIG", &file));
        assert!(said.contains("timbre.toml: line 2") && !said.contains("s3cr3t"), "{said}");
    }
}
