//! A recording in blocks is the recording: the same samples, the same refusals, whatever the container.
#![allow(clippy::unwrap_used)]

mod voice;

use std::io::Cursor;

use timbre_audio::{AudioError, Blocks, Limits, decode};
use voice::{fixtures, sixteen_bits, wav, white_noise};

/// All that the blocks give, and the length of the longest.
fn joined(bytes: &[u8], limits: &Limits) -> Result<(Vec<f32>, usize), AudioError> {
    let mut blocks = Blocks::open(|| Ok(Cursor::new(bytes.to_vec())), limits)?;
    let (mut samples, mut longest) = (Vec::new(), 0);
    while let Some(block) = blocks.next_block()? {
        longest = longest.max(block.len());
        samples.extend(block);
    }
    Ok((samples, longest))
}

fn refusal(bytes: &[u8], limits: &Limits) -> AudioError {
    joined(bytes, limits).err().unwrap()
}

#[test]
fn every_format_gives_what_decoding_at_once_gives() {
    for (name, bytes) in fixtures() {
        let whole = decode(&bytes, &Limits::default());
        let blocks = joined(&bytes, &Limits::default());
        match (whole, blocks) {
            (Ok(whole), Ok((samples, longest))) => {
                assert!(longest <= 16_000, "{name}");
                assert_eq!(samples.len(), whole.samples.len(), "{name}");
                let worst =
                    samples.iter().zip(&whole.samples).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(worst < 1e-5, "{name} is off by {worst}");
            }
            (whole, blocks) => assert_eq!(whole.err(), blocks.err(), "{name}"),
        }
    }
}

#[test]
fn a_wav_of_three_and_a_half_seconds_comes_in_four_blocks() {
    for rate in [8_000_u32, 16_000, 44_100] {
        let noise = white_noise(rate as usize * 7 / 2, 0.2);
        let bytes = wav(rate, 1, &sixteen_bits(&noise));
        let mut blocks = Blocks::open(|| Ok(Cursor::new(bytes.clone())), &Limits::default()).unwrap();
        let mut lengths = Vec::new();
        while let Some(block) = blocks.next_block().unwrap() {
            lengths.push(block.len());
        }
        assert_eq!(lengths, [16_000, 16_000, 16_000, 8_000], "{rate} Hz");
        assert_eq!(blocks.source().unwrap().sample_rate, rate);
    }
}

#[test]
fn channels_that_cancel_do_not_become_silence() {
    let samples: Vec<i16> =
        sixteen_bits(&white_noise(16_000, 0.2)).into_iter().flat_map(|s| [s, -s]).collect();
    let bytes = wav(16_000, 2, &samples);
    let (blocks, _) = joined(&bytes, &Limits::default()).unwrap();
    assert_eq!(blocks, decode(&bytes, &Limits::default()).unwrap().samples);
    assert!(blocks.iter().any(|sample| sample.abs() > 0.1));
}

#[test]
fn limits_and_damage_are_refused_as_they_are_at_once() {
    let bytes = wav(16_000, 1, &sixteen_bits(&white_noise(32_000, 0.2)));
    let short = Limits { max_seconds: 1.0, ..Limits::default() };
    assert_eq!(refusal(&bytes, &short), AudioError::TooLong { limit_seconds: 1.0 });
    let small = Limits { max_bytes: 100, ..Limits::default() };
    assert_eq!(refusal(&bytes, &small), AudioError::TooManyBytes { limit: 100 });
    assert_eq!(refusal(&bytes[..40_000], &Limits::default()), AudioError::Truncated);
    assert_eq!(refusal(&[], &Limits::default()), AudioError::Empty);
    assert_eq!(refusal(&wav(16_000, 1, &[]), &Limits::default()), AudioError::NoAudio);
    assert_eq!(refusal(b"no recording at all", &Limits::default()), AudioError::UnknownFormat);
}
