//! Each limit is reached, and what is just inside it is taken.
#![allow(clippy::unwrap_used)]

mod voice;

use timbre_audio::{AudioError, Limits, decode};
use voice::{flac, refusal, wav};

/// 24 hours of zeros in 150 KB.
fn a_day_of_silence(declared: u64) -> Vec<u8> {
    let mut bytes = flac::header(8_000, u16::MAX, declared);
    let silence = vec![0; usize::from(u16::MAX)];
    for number in 0..(24 * 3600 * 8_000u32).div_ceil(u32::from(u16::MAX)) {
        bytes.extend(flac::frame(8_000, number, &silence));
    }
    bytes
}

#[test]
fn a_day_of_silence_in_a_small_flac_stops_at_the_limit_whatever_its_header_says() {
    let limits = Limits { max_seconds: 20.0, ..Limits::default() };
    for declared in [0, 8_000, 24 * 3600 * 8_000] {
        let bytes = a_day_of_silence(declared);
        assert!(bytes.len() < 200_000);
        assert_eq!(refusal(&bytes, &limits), AudioError::TooLong { limit_seconds: 20.0 });
    }
}

#[test]
fn exactly_the_longest_recording_is_taken_and_one_sample_more_is_not() {
    let limits = Limits { max_seconds: 2.0, ..Limits::default() };
    let longest =
        decode(&wav(16_000, 1, &vec![100; 32_000]), &limits).map(|recording| recording.samples.len());
    assert_eq!(longest, Ok(32_000));
    assert_eq!(
        refusal(&wav(16_000, 1, &vec![100; 32_001]), &limits),
        AudioError::TooLong { limit_seconds: 2.0 }
    );
}

#[test]
fn bytes_are_counted_before_anything_is_read() {
    let limits = Limits { max_bytes: 100, ..Limits::default() };
    assert_eq!(refusal(&[0; 101], &limits), AudioError::TooManyBytes { limit: 100 });
    assert_eq!(refusal(&[0; 100], &limits), AudioError::UnknownFormat);
}

#[test]
fn channels_are_counted_before_a_sample_is_kept() {
    let limits = Limits::default();
    assert!(decode(&wav(16_000, 8, &[500; 8 * 1_600]), &limits).is_ok());
    assert_eq!(
        refusal(&wav(16_000, 9, &[500; 9 * 1_600]), &limits),
        AudioError::TooManyChannels { limit: 8 }
    );
    let mono = Limits { max_channels: 1, ..limits };
    for name in ["opus-48k-stereo.webm", "mp3-44k-stereo.mp3", "aac-44k-stereo.m4a", "flac-44k-stereo.flac"] {
        assert_eq!(refusal(&voice::fixture(name), &mono), AudioError::TooManyChannels { limit: 1 }, "{name}");
    }
}

#[test]
fn sample_rates_outside_8_to_48_khz_are_refused() {
    for rate in [0, 7_999, 48_001, u32::MAX / 2] {
        assert_eq!(
            refusal(&wav(rate, 1, &[1, 2, 3]), &Limits::default()),
            AudioError::UnsupportedRate { rate }
        );
    }
}
