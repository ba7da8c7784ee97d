//! What is not a whole recording gets its clear refusal, and nothing panics.
#![allow(clippy::unwrap_used)]

mod voice;

use proptest::prelude::*;
use timbre_audio::{AudioError, Limits, decode};
use voice::{accepted, fixture, flac, refusal, wav};

fn refused(bytes: &[u8]) -> AudioError {
    refusal(bytes, &Limits::default())
}

#[test]
fn nothing_text_and_pages_are_told_apart_from_recordings() {
    assert_eq!(refused(b""), AudioError::Empty);
    assert_eq!(refused(b"This is not a recording, whatever.wav it is called."), AudioError::UnknownFormat);
    assert_eq!(refused(b"<!doctype html><title>502 Bad Gateway</title>"), AudioError::UnknownFormat);
}

#[test]
fn recordings_of_kinds_we_do_not_read_are_named() {
    assert_eq!(refused(b"#!AMR\n\x3c\x91\x17"), AudioError::Unsupported { what: "AMR" });
    let mut adpcm = wav(8_000, 1, &[0; 8]);
    adpcm[20] = 17;
    adpcm[34] = 4;
    assert_eq!(refused(&adpcm), AudioError::Unsupported { what: "ADPCM" });
}

#[test]
fn a_header_without_sound_is_refused() {
    assert_eq!(refused(&wav(16_000, 1, &[])), AudioError::NoAudio);
    // A FLAC has at least one frame.
    assert_eq!(refused(&flac::header(16_000, 4_096, 0)), AudioError::Truncated);
}

#[test]
fn a_wav_that_promises_more_than_it_has_is_truncated() {
    let whole = fixture("pcm-s16-16k.wav");
    for left in [13, 30, 43, 44, 100, whole.len() / 2, whole.len() - 2] {
        assert_eq!(refused(&whole[..left]), AudioError::Truncated, "{left} bytes");
    }
}

#[test]
fn a_streamed_wav_goes_to_the_end_of_the_file() {
    let samples: Vec<i16> = (0..1_600).map(|n| (n * 7 % 999) as i16).collect();
    for size in [0u32, u32::MAX, u32::MAX - 36, 0x7FFF_F000] {
        let mut bytes = wav(16_000, 1, &samples);
        bytes[4..8].copy_from_slice(&size.to_le_bytes());
        bytes[40..44].copy_from_slice(&size.to_le_bytes());
        assert_eq!(accepted(&bytes).samples.len(), samples.len(), "{size:#x}");
    }
}

#[test]
fn a_cut_recording_is_refused_where_its_container_knows_its_length() {
    for name in [
        "flac-16k.flac",
        "flac-44k-stereo.flac",
        "mp3-16k.mp3",
        "vorbis-16k.ogg",
        "opus-48k.ogg",
        "aac-16k.m4a",
    ] {
        let whole = fixture(name);
        for share in [3, 5, 7, 9] {
            let error = refused(&whole[..whole.len() * share / 10]);
            assert!(
                matches!(error, AudioError::Truncated | AudioError::Corrupt),
                "{name} at {share}/10: {error}"
            );
        }
    }
}

#[test]
fn a_broken_last_frame_is_forgiven_where_the_format_has_no_length() {
    let adts = fixture("aac-16k.aac");
    assert!(accepted(&adts[..adts.len() - 40]).samples.len() > 14_000);
    let mut stream = flac::header(16_000, 4_096, 0);
    stream.extend(flac::frame(16_000, 0, &[7; 4_096]));
    let last = flac::frame(16_000, 1, &[9; 4_096]);
    stream.extend(&last[..last.len() - 2]);
    assert_eq!(accepted(&stream).samples.len(), 4_096);
}

#[test]
fn a_flac_with_other_sound_than_its_checksum_is_corrupt() {
    let mut bytes = fixture("flac-16k.flac");
    // The MD5 of the sound ends the stream header.
    bytes[41] ^= 1;
    assert_eq!(refused(&bytes), AudioError::Corrupt);
}

#[test]
fn sound_that_is_not_a_number_is_corrupt() {
    let mut bytes = fixture("float32-8k.wav");
    let last = bytes.len() - 4;
    bytes[last..].copy_from_slice(&f32::NAN.to_le_bytes());
    assert_eq!(refused(&bytes), AudioError::Corrupt);
}

/// Whatever the bytes, the answer is an error or a sound recording within the limits.
fn holds_its_promise(bytes: &[u8]) -> Result<(), TestCaseError> {
    let limits = Limits { max_seconds: 3.0, ..Limits::default() };
    if let Ok(recording) = decode(bytes, &limits) {
        prop_assert!(!recording.samples.is_empty() && recording.samples.len() <= 48_000);
        prop_assert!(recording.samples.iter().all(|sample| (-1.0..=1.0).contains(sample)));
        prop_assert!(recording.quality.level_dbfs.is_finite());
        prop_assert!(recording.quality.snr_db.is_none_or(f32::is_finite));
        prop_assert!((0.0..=1.0).contains(&recording.quality.clipped_fraction));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_recordings_are_answered(
        which in any::<prop::sample::Index>(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..12),
        head in prop::collection::vec((0usize..128, any::<u8>()), 0..4),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let all = voice::fixtures();
        let mut bytes = which.get(&all).1.clone();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        for (at, byte) in head {
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        holds_its_promise(&bytes)?;
    }

    #[test]
    fn noise_after_a_magic_number_is_answered(
        magic in prop::sample::select(vec![
            &b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0"[..], b"fLaC\x80\0\0\x22", b"OggS\0\x02", b"\x1A\x45\xDF\xA3",
            b"\0\0\0\x10ftypM4A \0\0\0\0", b"\xFF\xFB\x90", b"\xFF\xF1\x60\x40", b"ID3\x04\0\0\0\0\0\x01", b"",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..2_000),
    ) {
        holds_its_promise(&[magic, &rest].concat())?;
    }
}
