//! Sealing: AES-256-GCM under a key that exists for one blob only.
//!
//! A sealed blob is
//!
//! ```text
//! version (1 byte, 0x01) · nonce (12 random bytes) · ciphertext · tag (16 bytes)
//! ```
//!
//! The key is HKDF-SHA-256 (RFC 5869) of the sealing key, with the context as `info`; the version
//! and the context are also the associated data. The context is the purpose and the id of the row
//! or object, so a blob that is moved to another row, purpose or tenant does not open.
//!
//! # Why random nonces are safe here
//!
//! Two messages under one key and one nonce would give both away. NIST SP 800-38D, 8.3, therefore
//! allows at most 2³² messages per key with random 96-bit nonces: by the birthday bound that is a
//! collision probability of about (2³²)² / 2 / 2⁹⁶ = 2⁻³³. A key for a whole tenant could get there
//! in time. Ours is derived for each purpose and id, so what counts is how often *one* blob is
//! sealed again: an audio object once, a voiceprint at each adaptation. Once a second for a hundred
//! years is 3.2 · 10⁹ times, still under 2³² ≈ 4.3 · 10⁹.

use std::ops::Deref;

use aes_gcm::{AeadInOut, Aes256Gcm, KeyInit, Nonce, Tag};
use zeroize::{Zeroize, Zeroizing};

use crate::{error::VaultError, keys::derive};

const VERSION: u8 = 1;
const NONCE_BYTES: usize = 12;
const TAG_BYTES: usize = 16;
const HEADER_BYTES: usize = 1 + NONCE_BYTES;

/// How many bytes longer a sealed blob is than its plaintext.
pub const SEAL_OVERHEAD: usize = HEADER_BYTES + TAG_BYTES;

/// What a blob is sealed for. The labels are part of the format: never change one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// What the samples of an enrolment became under one model version.
    Voiceprint,
    /// The recording of a sample or turn.
    Audio,
    /// One sample's point in a model's space.
    Embedding,
    /// What a recording is recognised by when it is played back.
    Fingerprint,
    /// How loud a recording was over its length, and where somebody spoke.
    Sketch,
    /// Where a list goes on, handed to a caller who must not be able to make one up.
    PageToken,
    /// What a job was asked.
    Inquiry,
    /// How a job ended.
    Outcome,
    /// What a call was answered, to be answered again.
    Answer,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Purpose::Voiceprint => "voiceprint",
            Purpose::Audio => "audio",
            Purpose::Embedding => "embedding",
            Purpose::Fingerprint => "fingerprint",
            Purpose::Sketch => "sketch",
            Purpose::PageToken => "page token",
            Purpose::Inquiry => "inquiry",
            Purpose::Outcome => "outcome",
            Purpose::Answer => "answer",
        }
    }
}

/// Where a blob belongs: its purpose and the id of its row or object. Not secret.
#[derive(Debug, Clone, Copy)]
pub struct SealContext<'a> {
    purpose: Purpose,
    id: &'a [u8],
}

impl<'a> SealContext<'a> {
    pub fn new(purpose: Purpose, id: &'a [u8]) -> Self {
        Self { purpose, id }
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        context_bytes(self.purpose.label(), self.id)
    }
}

/// Unambiguous, because no label contains a zero byte.
pub(crate) fn context_bytes(label: &str, id: &[u8]) -> Vec<u8> {
    [label.as_bytes(), &[0], id].concat()
}

/// What a seal held. Reads like `&[u8]`; wiped on drop; it cannot be printed:
///
/// ```compile_fail,E0277
/// fn printable<T: std::fmt::Debug>() {}
/// printable::<timbre_vault::Opened>();
/// ```
pub struct Opened(Zeroizing<Vec<u8>>);

impl Deref for Opened {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

/// For readers over bytes, such as [`std::io::Cursor`].
impl AsRef<[u8]> for Opened {
    fn as_ref(&self) -> &[u8] {
        self
    }
}

pub(crate) fn seal(key: &[u8; 32], context: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, VaultError> {
    let mut nonce = [0; NONCE_BYTES];
    getrandom::fill(&mut nonce).map_err(VaultError::Randomness)?;

    let mut sealed = Vec::with_capacity(plaintext.len() + SEAL_OVERHEAD);
    sealed.push(VERSION);
    sealed.extend_from_slice(&nonce);
    sealed.extend_from_slice(plaintext);
    // In place, so that the only copy of the plaintext made here is overwritten by its ciphertext.
    let encrypted = cipher(key, context)?.encrypt_inout_detached(
        &Nonce::from(nonce),
        &associated_data(context),
        (&mut sealed[HEADER_BYTES..]).into(),
    );
    match encrypted {
        Ok(tag) => {
            sealed.extend_from_slice(&tag);
            Ok(sealed)
        }
        Err(_) => {
            sealed.zeroize();
            Err(VaultError::Cipher)
        }
    }
}

pub(crate) fn open(key: &[u8; 32], context: &[u8], sealed: &[u8]) -> Result<Opened, VaultError> {
    let (version, rest) = sealed.split_first().ok_or(VaultError::UnknownSeal)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(VaultError::UnknownSeal)?;
    let (ciphertext, tag) = rest.split_last_chunk::<TAG_BYTES>().ok_or(VaultError::UnknownSeal)?;
    if *version != VERSION {
        return Err(VaultError::UnknownSeal);
    }
    let mut plaintext = Zeroizing::new(ciphertext.to_vec());
    cipher(key, context)?
        .decrypt_inout_detached(
            &Nonce::from(*nonce),
            &associated_data(context),
            plaintext.as_mut_slice().into(),
            &Tag::from(*tag),
        )
        .map_err(|_| VaultError::SealBroken)?;
    Ok(Opened(plaintext))
}

fn cipher(key: &[u8; 32], context: &[u8]) -> Result<Aes256Gcm, VaultError> {
    let blob_key: Zeroizing<[u8; 32]> = derive(key, b"timbre-vault seal 1\0", context)?;
    Ok(Aes256Gcm::new((&*blob_key).into()))
}

fn associated_data(context: &[u8]) -> Vec<u8> {
    [&[VERSION], context].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const KEY: [u8; 32] = [7; 32];

    #[test]
    fn every_length_reads_back_and_costs_the_stated_overhead() {
        for length in [0, 1, 15, 16, 17, 4096] {
            let plaintext = vec![0x5a; length];
            let sealed = seal(&KEY, b"context", &plaintext).unwrap();
            assert_eq!(sealed.len(), length + SEAL_OVERHEAD);
            assert_eq!(*open(&KEY, b"context", &sealed).unwrap(), *plaintext);
        }
    }

    #[test]
    fn a_flipped_bit_anywhere_is_refused() {
        let sealed = seal(&KEY, b"context", b"a voiceprint").unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            let error = open(&KEY, b"context", &altered).err().unwrap();
            match position {
                0 => assert!(matches!(error, VaultError::UnknownSeal)),
                _ => assert!(matches!(error, VaultError::SealBroken), "{position}"),
            }
        }
    }

    #[test]
    fn a_shortened_or_lengthened_seal_is_refused() {
        let mut sealed = seal(&KEY, b"context", b"a voiceprint").unwrap();
        for length in 0..sealed.len() {
            assert!(open(&KEY, b"context", &sealed[..length]).is_err());
        }
        sealed.push(0);
        assert!(open(&KEY, b"context", &sealed).is_err());
    }

    #[test]
    fn sealing_twice_never_gives_the_same_bytes() {
        let first = seal(&KEY, b"context", b"the same").unwrap();
        let second = seal(&KEY, b"context", b"the same").unwrap();
        assert_ne!(first[1..HEADER_BYTES], second[1..HEADER_BYTES]);
        assert_ne!(first[HEADER_BYTES..], second[HEADER_BYTES..]);
    }

    #[test]
    fn the_version_1_format_still_opens() {
        // Made once, outside this crate, from the format as documented above.
        let sealed = hex::decode(concat!(
            "01",
            "000102030405060708090a0b",
            "64547ade9d4b43cf4c489b057b69b5a9e31771",
            "ffc720d42c49a876cc96889ff23eb568",
        ))
        .unwrap();
        let context = SealContext::new(Purpose::Voiceprint, &[0x11; 16]);
        let opened = open(&KEY, &context.bytes(), &sealed).unwrap();
        assert_eq!(&*opened, b"sealed by version 1");
    }
}
