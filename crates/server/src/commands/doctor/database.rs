//! The database and the keyring, and whether the master key is theirs.

use chrono::{TimeDelta, Utc};
use timbre_engine::Finding;
use timbre_store::{Store, StoreError};
use timbre_vault::MasterKey;

use crate::{failure::Failure, keys, settings::Settings};

const PART: &str = "database";

/// Looks at what is there, and makes nothing.
pub async fn findings(settings: &Settings, master: Option<&MasterKey>) -> Vec<Finding> {
    let store = match Store::look(&settings.connection(), &settings.data.dir).await {
        Ok(Some(store)) => store,
        Ok(None) if settings.database.migrate_on_start => {
            return vec![Finding::ok(PART, "not there yet; the first start makes it")];
        }
        Ok(None) => {
            return vec![Finding::fail("migrations", "there is no database yet", "run `timbre migrate`")];
        }
        Err(error) => return vec![unreachable(&error.into())],
    };
    let findings =
        examined(settings, &store, master).await.unwrap_or_else(|failure| vec![unreachable(&failure)]);
    // What was looked at was looked at; how its connections end is no finding.
    let _ = store.close().await;
    findings
}

fn unreachable(failure: &Failure) -> Finding {
    Finding::fail(PART, failure.to_string(), "see whether it runs, and whether [database] is right")
}

async fn examined(
    settings: &Settings,
    store: &Store,
    master: Option<&MasterKey>,
) -> Result<Vec<Finding>, Failure> {
    let mut findings = reached(settings, store).await?;
    findings.push(keyring(store).await?);
    findings.extend(opened(settings, store, master).await?);
    Ok(findings)
}

async fn reached(settings: &Settings, store: &Store) -> Result<Vec<Finding>, StoreError> {
    store.ping().await?;
    let asked = Utc::now();
    let server = store.server().await?;
    let answered = Utc::now();
    let mut findings = vec![Finding::ok(PART, server.version)];
    findings.push(match (store.pending_migrations().await?, settings.database.migrate_on_start) {
        (0, _) => Finding::ok("migrations", "the database has this version's shape"),
        (pending, true) => {
            Finding::ok("migrations", format!("{pending} are pending; the next start applies them"))
        }
        (pending, false) => {
            Finding::fail("migrations", format!("{pending} are pending"), "run `timbre migrate`")
        }
    });
    if let Some(clock) = server.clock {
        // Between asking and being answered the server's clock was read.
        let skew = if clock < asked { asked - clock } else { (clock - answered).max(TimeDelta::zero()) };
        findings.push(clocks(skew, i64::from(settings.jobs.lease_seconds)));
    }
    Ok(findings)
}

fn clocks(skew: TimeDelta, lease_seconds: i64) -> Finding {
    let text = format!("ours and the database's differ by {} ms", skew.num_milliseconds());
    let advice = "set both by NTP";
    if skew > TimeDelta::milliseconds(lease_seconds * 1000 / 3) {
        Finding::fail("clock", format!("{text}: more than a third of jobs.lease_seconds"), advice)
    } else if skew > TimeDelta::seconds(1) {
        Finding::warn("clock", text, advice)
    } else {
        Finding::ok("clock", text)
    }
}

async fn keyring(store: &Store) -> Result<Finding, StoreError> {
    const PART: &str = "keyring";
    match store.check_keyring().await {
        Ok(()) => {}
        Err(lost @ StoreError::KeyringLost) => {
            let advice = "until then nothing starts; docs/operations.md says what if there is no backup";
            return Ok(Finding::fail(PART, lost.to_string(), advice));
        }
        Err(error) => return Err(error),
    }
    Ok(match store.keyring_is_apart() {
        true => Finding::ok(PART, "people's keys are in a database of their own"),
        false => Finding::warn(
            PART,
            "people's keys are in the main database: a restored backup of it makes the erased readable",
            "set database.keyring_url",
        ),
    })
}

/// Whether the master key opens what is in the database.
async fn opened(
    settings: &Settings,
    store: &Store,
    master: Option<&MasterKey>,
) -> Result<Option<Finding>, Failure> {
    const KEY: &str = "master key";
    let path = settings.master_key();
    Ok(match (keys::is_needed(store).await?, master) {
        (false, Some(_)) => None,
        // One that is there but not sound was told of.
        (_, None) if path.exists() => None,
        (false, None) => Some(Finding::ok(KEY, "not there yet; the first start makes it")),
        (true, None) => Some(Finding::fail(
            KEY,
            format!(
                "there is none at {}, and without it nothing in the database can be opened",
                path.display()
            ),
            "restore it from its backup",
        )),
        (true, Some(master)) => Some(match keys::opens(store, master).await? {
            true => Finding::ok(KEY, "it opens what is in the database"),
            false => Finding::fail(KEY, keys::not_ours(settings), "restore the right one from its backup"),
        }),
    })
}
