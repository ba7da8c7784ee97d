//! `timbre audit`: is the audit trail what was written?

use std::{io::BufRead, path::PathBuf};

use clap::Subcommand;
use serde_json::{Value, json};
use timbre_domain::ids::TenantId;
use timbre_store::{AuditHead, Chain, ChainState};

use crate::{
    built,
    failure::{Failure, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Walk every chain of events. Fails, naming the event, where one was altered, removed or put in.
    Verify {
        /// What `timbre audit heads` printed earlier: each chain must still hold the event that it ended with then. Without it, an end that
        /// was cut off together with its head is not noticed.
        #[arg(long)]
        noted: Option<PathBuf>,
    },
    /// Print where each chain ends, one a line, to be kept where nobody who has the database can write.
    Heads,
}

/// What a chain is called that is no tenant's.
const PLATFORM: &str = "platform";

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let (store, _) = built::store(&settings).await?;
        match arguments.action {
            Action::Heads => store.audit_heads().await?.iter().map(shown).try_for_each(say),
            Action::Verify { noted } => {
                let noted = noted.map_or(Ok(Vec::new()), |path| read(&path))?;
                let mut broken = 0;
                for (chain, state) in store.verify_audit(&noted).await? {
                    match state {
                        ChainState::Whole(head) => {
                            say(json!({"chain": name(chain), "whole": true, "events": head.number}))?;
                        }
                        ChainState::Broken(number) => {
                            broken += 1;
                            say(json!({"chain": name(chain), "whole": false, "first_wrong_event": number}))?;
                        }
                    }
                }
                match broken {
                    0 => Ok(()),
                    _ => Err(Failure::new("the audit trail is not what was written")),
                }
            }
        }
    })
}

fn name(chain: Chain) -> String {
    match chain {
        Chain::Platform => PLATFORM.to_owned(),
        Chain::Tenant(id) => id.to_string(),
    }
}

fn shown(head: &AuditHead) -> Value {
    json!({"chain": name(head.chain), "number": head.number, "hash": hex::encode(head.hash)})
}

fn read(path: &PathBuf) -> Result<Vec<AuditHead>, Failure> {
    let file = std::fs::File::open(path).map_err(|error| Failure::at(path, error))?;
    let wrong = || Failure::at(path, "this is not what `timbre audit heads` prints");
    std::io::BufReader::new(file)
        .lines()
        .map(|line| {
            let head: Value = serde_json::from_str(&line?).map_err(|_| wrong())?;
            let chain = match head["chain"].as_str().ok_or_else(wrong)? {
                PLATFORM => Chain::Platform,
                id => Chain::Tenant(id.parse::<TenantId>().map_err(|_| wrong())?),
            };
            let mut hash = [0; 32];
            hex::decode_to_slice(head["hash"].as_str().ok_or_else(wrong)?, &mut hash).map_err(|_| wrong())?;
            Ok(AuditHead { chain, number: head["number"].as_u64().ok_or_else(wrong)?, hash })
        })
        .collect()
}
