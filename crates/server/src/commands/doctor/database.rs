//! The database and the keyring, and whether the master key is theirs.

use chrono::{TimeDelta, Utc};
use timbre_store::{Listing, Store, TenantFilter};
use timbre_vault::MasterKey;

use crate::{finding::Finding, settings::Settings};

const PART: &str = "database";

pub async fn findings(settings: &Settings, master: Option<&MasterKey>) -> Vec<Finding> {
    if settings.connection().url.is_empty() && !settings.data.dir.join("timbre.db").exists() {
        return vec![Finding::ok(PART, "not there yet; the first start makes it")];
    }
    let store = match Store::connect(&settings.connection(), &settings.data.dir).await {
        Ok(store) => store,
        Err(error) => return vec![unreachable(&error)],
    };
    let mut findings = match reached(settings, &store).await {
        Ok(findings) => findings,
        Err(error) => return vec![unreachable(&error)],
    };
    findings.push(match store.keyring_is_apart() {
        true => Finding::ok("keyring", "people's keys are in a database of their own"),
        false => Finding::warn(
            "keyring",
            "people's keys are in the main database: a restored backup of it makes the erased readable",
            "set database.keyring_url",
        ),
    });
    findings.extend(opened(settings, &store, master).await);
    findings
}

fn unreachable(error: &dyn std::error::Error) -> Finding {
    Finding::fail(PART, error.to_string(), "see whether it runs, and whether [database] is right")
}

async fn reached(settings: &Settings, store: &Store) -> Result<Vec<Finding>, timbre_store::StoreError> {
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

/// Whether the master key opens what is in the database.
async fn opened(settings: &Settings, store: &Store, master: Option<&MasterKey>) -> Option<Finding> {
    const KEY: &str = "master key";
    if !matches!(store.pending_migrations().await, Ok(0)) {
        return None;
    }
    let page = Listing { after: None, limit: 1 };
    let tenants = match store.tenants(&TenantFilter::default(), &page).await {
        Ok(tenants) => tenants,
        Err(error) => return Some(unreachable(&error)),
    };
    let path = settings.master_key();
    let shown = path.display();
    Some(match (tenants.first(), master) {
        (None, None) => Finding::ok(KEY, "not there yet; the first start makes it"),
        (None, Some(_)) => return None,
        // One that is there but not sound was told of.
        (Some(_), None) if path.exists() => return None,
        (Some(_), None) => Finding::fail(
            KEY,
            format!("there is none at {shown}, and without it nothing in the database can be opened"),
            "restore it from its backup",
        ),
        (Some(tenant), Some(master)) => match master.unwrap(tenant.id, &tenant.wrapped_key) {
            Ok(_) => Finding::ok(KEY, "it opens a tenant's key"),
            Err(_) => Finding::fail(
                KEY,
                format!("the one at {shown} is not this database's: it does not open a tenant's key"),
                "restore the right one from its backup",
            ),
        },
    })
}
