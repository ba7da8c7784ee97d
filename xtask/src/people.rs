//! The people of demos and proofs: synthetic voices who say whatever code they are asked for.

use timbre_voices::{Manner, Voice, wav};

use crate::cargo;
use crate::failure::Failure;

/// Samples a second of everything that is said here.
pub(crate) const SAMPLE_RATE: u32 = 16_000;

/// The English voices, in the order of their names.
pub(crate) fn english() -> Result<Vec<Voice>, Failure> {
    Ok(Voice::load_all(&cargo::root().join("tests/fixtures/voices/en"))?)
}

/// Says a code. Another seed says it in another way, so that no two recordings are the same.
pub(crate) fn say(voice: &Voice, code: &str, seed: u64) -> Vec<f32> {
    voice.say(&digits(code), Manner::natural(seed))
}

/// Says a code, as a WAV file.
pub(crate) fn recording(voice: &Voice, code: &str, seed: u64) -> Vec<u8> {
    wav(&say(voice, code, seed))
}

/// The code with one digit changed.
pub(crate) fn one_digit_off(code: &str) -> String {
    let mut digits = digits(code);
    if let Some(last) = digits.last_mut() {
        *last = (*last + 5) % 10;
    }
    digits.iter().map(|digit| char::from(b'0' + digit)).collect()
}

fn digits(code: &str) -> Vec<u8> {
    code.bytes().filter(u8::is_ascii_digit).map(|digit| digit - b'0').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_digit_off_is_another_code_of_the_same_length() {
        assert_eq!(one_digit_off("0653"), "0658");
        assert_eq!(one_digit_off("0659"), "0654");
    }
}
