//! `timbre receipt`: the receipts of erasures, checked, and the key that anybody checks them with. Needs the master key, and neither database nor models.

use std::{io::Read, path::PathBuf};

use clap::Subcommand;
use timbre_engine::ReceiptKey;
use timbre_vault::MasterKey;

use crate::{
    failure::{Failure, say},
    settings::Settings,
};

/// A receipt has a few hundred bytes.
const MOST_BYTES: u64 = 64 * 1024;

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Check a receipt that this installation signed, and print what it says as JSON. `-` reads standard input.
    Verify { file: PathBuf },
    /// Print the public key, as PEM.
    Key,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let key = ReceiptKey::of(&MasterKey::load(&settings.master_key())?)?;
    match arguments.action {
        Action::Key => say(key.pem().trim_end()),
        Action::Verify { file } => {
            let mut text = String::new();
            let read = match file.as_os_str() == "-" {
                true => std::io::stdin().take(MOST_BYTES).read_to_string(&mut text),
                false => std::fs::File::open(&file)
                    .and_then(|opened| opened.take(MOST_BYTES).read_to_string(&mut text)),
            };
            read.map_err(|error| Failure::at(&file, error))?;
            say(serde_json::to_string(&key.verify(&text)?)?)
        }
    }
}
