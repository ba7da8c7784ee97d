//! `cargo xtask models`: brings the model files into the store, or checks the ones that are there.

use std::io::Write as _;
use std::path::PathBuf;

use timbre_models::{Fetch, FileState, Manifest, ModelStore, Report};

const USAGE: &str = "\
cargo xtask models [--from DIR] [--into DIR] [--all] [--verify] [ARTEFACT ...]

  --from DIR   take the packages from this folder; nothing is fetched from the network
  --into DIR   the model folder (else TIMBRE_MODELS_DIR, else timbre/models in the user's cache)
  --all        also what is fetched on request only
  --verify     checksum what is there and fetch nothing
  ARTEFACT     only these, by their names in models/manifest.toml";

#[derive(Default)]
struct Wish {
    from: Option<PathBuf>,
    into: Option<PathBuf>,
    all: bool,
    verify: bool,
    names: Vec<String>,
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), String> {
    let wish = wish(words)?;
    let manifest = Manifest::builtin().map_err(|error| error.to_string())?;
    let store = match wish.into {
        Some(ref folder) => ModelStore::open(folder),
        None => ModelStore::open_default().map_err(|error| error.to_string())?,
    };
    if wish.verify { verify(&manifest, &store) } else { fetch(&manifest, &store, wish) }
}

fn wish(mut words: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut wish = Wish::default();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--from" => wish.from = Some(words.next().ok_or(USAGE)?.into()),
            "--into" => wish.into = Some(words.next().ok_or(USAGE)?.into()),
            "--all" => wish.all = true,
            "--verify" => wish.verify = true,
            _ if word.starts_with('-') => return Err(USAGE.to_owned()),
            _ => wish.names.push(word),
        }
    }
    Ok(wish)
}

fn fetch(manifest: &Manifest, store: &ModelStore, wish: Wish) -> Result<(), String> {
    let mut fetch = Fetch::new(manifest, store).from_folder(wish.from);
    if !wish.names.is_empty() {
        let chosen: Result<_, _> = wish.names.iter().map(|name| manifest.artefact(name)).collect();
        fetch = fetch.only(chosen.map_err(|error| error.to_string())?);
    } else if wish.all {
        fetch = fetch.only(manifest.artefacts.iter().collect());
    }
    let fetched = fetch.run(&mut Report::to_stderr()).map_err(|error| error.to_string())?;
    say(&format!(
        "{} files installed, {} were already there, in {}",
        fetched.installed.len(),
        fetched.kept.len(),
        store.folder().display()
    ))
}

fn verify(manifest: &Manifest, store: &ModelStore) -> Result<(), String> {
    let lines = store.verify(manifest).map_err(|error| error.to_string())?;
    for line in &lines {
        say(&format!("{:<15}{}/{}", line.state, line.artefact.name, line.file.name))?;
    }
    let wrong = lines.iter().any(|line| line.state == FileState::WrongChecksum);
    if !wrong && store.missing(manifest).is_empty() {
        return Ok(());
    }
    Err("not all is well: run `cargo xtask models`".to_owned())
}

fn say(line: &str) -> Result<(), String> {
    writeln!(std::io::stdout(), "{line}").map_err(|error| error.to_string())
}
