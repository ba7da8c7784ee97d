//! `cargo xtask speak`: somebody who says a code, for quick-starts and for trying things out.

use std::io::Write as _;

use timbre_voices::Voice;

use crate::failure::Failure;
use crate::words::Words;
use crate::{cargo, people};

const USAGE: &str = "\
cargo xtask speak VOICE CODE

Writes a WAV file of a synthetic voice that says the code to standard output. Voices: the folders of tests/fixtures/voices/en.";

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<(), Failure> {
    let words = Words::read(words, &[], USAGE)?;
    let [name, code] = words.names.as_slice() else {
        return Err(Failure::new(USAGE));
    };
    let voice = Voice::load(&cargo::root().join("tests/fixtures/voices/en").join(name))?;
    // Another moment says it in another way: no two recordings of one person are the same.
    let moment = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let seed = u64::try_from(moment.as_nanos() % u128::from(u64::MAX))?;
    std::io::stdout().write_all(&people::recording(&voice, code, seed))?;
    Ok(())
}
