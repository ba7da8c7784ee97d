//! `timbre doctor`: each part of an installation in turn, one line for each: ok, warn or FAIL, and what to do.
//!
//! It makes no database, keyring or key, and changes none. To see whether it could, it puts and deletes one object (of which a folder keeps the
//! empty folders), one file in the data folder and, with Redis, two keys. What a first start would make is not missed. It ends with an error
//! when something fails.

mod database;
mod files;
mod models;
mod redis;

use timbre_engine::{Finding, FindingState, Outbound};

use crate::{
    failure::{Failure, say},
    objects::Objects,
    settings::{Place, Settings},
};

#[derive(clap::Args)]
pub struct Arguments {
    /// One JSON object a line: part, state, text, advice.
    #[arg(long)]
    json: bool,
}

/// Takes the settings as they were read, or why they could not be.
pub fn run(settings: Result<Settings, Failure>, arguments: Arguments) -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut report = Report { json: arguments.json, failed: 0, told: 0 };
    match settings {
        Ok(settings) => {
            report.tell(Finding::ok("settings", "read"))?;
            runtime.block_on(examine(&settings, &mut |finding| report.tell(finding)))?;
        }
        Err(failure) => {
            let advice = "set it right; config/default.toml explains every key";
            report.tell(Finding::fail("settings", failure.to_string(), advice))?;
        }
    }
    match report.failed {
        0 => Ok(()),
        failed => Err(Failure::new(format!("{failed} of {} checks failed", report.told))),
    }
}

struct Report {
    json: bool,
    failed: usize,
    told: usize,
}

impl Report {
    fn tell(&mut self, finding: Finding) -> Result<(), Failure> {
        self.told += 1;
        self.failed += usize::from(finding.state == FindingState::Fail);
        match self.json {
            true => say(serde_json::to_string(&finding)?),
            false => say(finding.line()),
        }
    }
}

/// What the checks find, for whoever does not print it. Blocks for as long as they take: all models are hashed.
pub fn findings(settings: &Settings) -> Result<Vec<Finding>, Failure> {
    let mut found = Vec::new();
    let mut tell = |finding: Finding| -> Result<(), Failure> {
        found.push(finding);
        Ok(())
    };
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(examine(settings, &mut tell))?;
    Ok(found)
}

/// Tells of each finding as it is made.
async fn examine(
    settings: &Settings,
    tell: &mut impl FnMut(Finding) -> Result<(), Failure>,
) -> Result<(), Failure> {
    tell(files::data_folder(settings))?;
    let (master, found) = files::master_key(settings);
    found.into_iter().try_for_each(&mut *tell)?;
    database::findings(settings, master.as_ref()).await.into_iter().try_for_each(&mut *tell)?;
    objects(settings).await.into_iter().try_for_each(&mut *tell)?;
    redis::findings(settings).await.into_iter().try_for_each(&mut *tell)?;
    models::findings(settings).into_iter().try_for_each(&mut *tell)?;
    tell(outbound(settings))
}

async fn objects(settings: &Settings) -> Vec<Finding> {
    const PART: &str = "objects";
    if settings.objects.store == Place::Folder && !settings.data.dir.join("objects").is_dir() {
        return vec![Finding::ok(PART, "a folder; the first start makes it")];
    }
    let objects = match Objects::open(settings) {
        Ok(objects) => objects,
        Err(failure) => return vec![Finding::fail(PART, failure.to_string(), "set [objects] right")],
    };
    let mut findings = objects.findings().await.unwrap_or_else(|error| {
        let advice =
            "see whether it runs and can be reached from here; until then what needs it is answered 503";
        vec![Finding::fail(PART, error.to_string(), advice)]
    });
    if settings.objects.store == Place::S3 && settings.objects.is_plain_http() {
        findings.push(Finding::warn(
            "transport",
            "objects go to the bucket over plain HTTP: sealed, but who asks for which can be seen",
            "use https://, with objects.authorities for a certificate authority of your own",
        ));
    }
    findings
}

fn outbound(settings: &Settings) -> Finding {
    match Outbound::new(&settings.outbound) {
        Err(error) => Finding::fail("outbound", error.to_string(), "set [outbound] right"),
        Ok(_) if settings.outbound.allow.iter().any(|allowed| allowed.ends_with("/0")) => Finding::warn(
            "outbound",
            "outbound.allow lets tenants' URLs reach every address, this machine's own too",
            "name the networks that are meant",
        ),
        Ok(_) if settings.outbound.allow.is_empty() => Finding::ok("outbound", "public addresses only"),
        Ok(_) => {
            let allowed = settings.outbound.allow.join(", ");
            Finding::ok("outbound", format!("public addresses, and {allowed}"))
        }
    }
}
