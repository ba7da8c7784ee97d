//! A recording in blocks is the recording: the same samples, the same refusals, whatever the container.
#![allow(clippy::unwrap_used)]

mod voice;

use std::io::{Cursor, Read, Seek, SeekFrom};

use proptest::prelude::*;
use timbre_audio::{AudioError, Blocks, Limits, decode};
use voice::{fixture, fixtures, sixteen_bits, wav, white_noise};

/// All that the blocks give, and the length of the longest.
fn joined(bytes: &[u8], limits: &Limits) -> Result<(Vec<f32>, usize), AudioError> {
    let mut blocks = Blocks::open(Cursor::new(bytes.to_vec()), limits)?;
    let (mut samples, mut longest) = (Vec::new(), 0);
    while let Some(block) = blocks.next_block()? {
        let [block] = block.try_into().unwrap();
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
        let mut blocks = Blocks::open(Cursor::new(bytes), &Limits::default()).unwrap();
        let mut lengths = Vec::new();
        while let Some(block) = blocks.next_block().unwrap() {
            lengths.push(block[0].len());
        }
        assert_eq!(lengths, [16_000, 16_000, 16_000, 8_000], "{rate} Hz");
        assert_eq!(blocks.source().unwrap().sample_rate, rate);
        assert_eq!(blocks.declared_seconds(), Some(3.5));
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
fn a_tag_in_front_is_passed_over() {
    for name in ["mp3-16k.mp3", "flac-16k.flac", "aac-16k.aac"] {
        let plain = fixture(name);
        // 130 bytes of tag, as ID3v2 writes a size: seven bits a byte.
        let tagged = [&b"ID3\x04\x00\x00\x00\x00\x01\x02"[..], &[0; 130], &plain].concat();
        let limits = Limits::default();
        assert!(joined(&tagged, &limits).unwrap().0 == joined(&plain, &limits).unwrap().0, "{name}");
    }
}

#[test]
fn a_file_of_nothing_but_chunks_is_given_up() {
    let mut bytes = wav(16_000, 1, &[]);
    bytes.truncate(36);
    // Each holds nothing: "junk", and a size of 0.
    (0..600_000).for_each(|_| bytes.extend(b"junk\0\0\0\0"));
    bytes[4..8].fill(0xFF);
    assert_eq!(refusal(&bytes, &Limits::default()), AudioError::Corrupt);
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

#[test]
fn each_channel_can_be_a_track_of_its_own() {
    for rate in [8_000_u32, 16_000, 44_100] {
        let left = sixteen_bits(&white_noise(rate as usize * 3 / 2, 0.2));
        let right: Vec<i16> = left.iter().rev().map(|sample| sample / 2).collect();
        let both: Vec<i16> = left.iter().zip(&right).flat_map(|(&l, &r)| [l, r]).collect();
        let mut blocks =
            Blocks::of_each_channel(Cursor::new(wav(rate, 2, &both)), &Limits::default()).unwrap();
        let mut tracks = vec![Vec::new(); 2];
        while let Some(block) = blocks.next_block().unwrap() {
            assert_eq!(block.len(), 2);
            tracks.iter_mut().zip(block).for_each(|(track, samples)| track.extend(samples));
        }
        for (track, alone) in tracks.iter().zip([&left, &right]) {
            let (alone, _) = joined(&wav(rate, 1, alone), &Limits::default()).unwrap();
            assert!(*track == alone, "{rate} Hz");
        }
    }
}

#[test]
fn channels_that_cancel_only_in_a_pause_are_mixed_where_somebody_speaks() {
    // A second of hum in antiphase, then a voice on the left only.
    let hum = sixteen_bits(&white_noise(16_000, 0.001)).into_iter().flat_map(|s| [s, -s]);
    let voice = sixteen_bits(&white_noise(32_000, 0.2));
    let samples: Vec<i16> = hum.chain(voice.iter().flat_map(|&s| [s, 0])).collect();
    let bytes = wav(16_000, 2, &samples);
    let (blocks, _) = joined(&bytes, &Limits::default()).unwrap();
    assert_eq!(blocks[32_000..], decode(&bytes, &Limits::default()).unwrap().samples[32_000..]);
}

#[test]
fn the_band_is_the_one_that_decoding_at_once_reports() {
    for (name, bytes) in fixtures() {
        let Ok(whole) = decode(&bytes, &Limits::default()) else { continue };
        let mut blocks = Blocks::open(Cursor::new(bytes), &Limits::default()).unwrap();
        while blocks.next_block().unwrap().is_some() {}
        assert_eq!(blocks.band(), Some(whole.quality.band), "{name}");
    }
}

/// A file of two gigabytes and more that nobody needs to write: a head, and silence behind it.
struct Huge {
    head: Vec<u8>,
    length: u64,
    at: u64,
}

impl Read for Huge {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let size = (into.len() as u64).min(self.length.saturating_sub(self.at)) as usize;
        for byte in &mut into[..size] {
            *byte = self.head.get(self.at as usize).copied().unwrap_or(0);
            self.at += 1;
        }
        Ok(size)
    }
}

impl Seek for Huge {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(at) => at,
            SeekFrom::Current(by) => self.at.saturating_add_signed(by),
            SeekFrom::End(by) => self.length.saturating_add_signed(by),
        };
        Ok(self.at)
    }
}

#[test]
fn a_wav_that_really_is_larger_than_two_gigabytes_ends_where_its_header_says() {
    const DATA: u32 = 3_000_000_000;
    // Something stands behind the sound, as writers of metadata put it.
    let behind = 1_000;
    let mut head = wav(48_000, 2, &[]);
    head[4..8].copy_from_slice(&(DATA + 36 + behind).to_le_bytes());
    head[40..44].copy_from_slice(&DATA.to_le_bytes());
    let length = head.len() as u64 + u64::from(DATA + behind);
    let limits = Limits { max_bytes: 8 << 30, max_seconds: 86_400.0, max_channels: 2 };
    let mut blocks = Blocks::open(Huge { head, length, at: 0 }, &limits).unwrap();
    assert!(blocks.next_block().unwrap().is_some());
    assert_eq!(blocks.declared_seconds(), Some(f64::from(DATA) / (4.0 * 48_000.0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn damage_is_met_as_it_is_at_once(
        fixture in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        head in any::<bool>(),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let fixtures = fixtures();
        let (name, mut bytes) = fixture.get(&fixtures).clone();
        for (at, byte) in changes {
            // Half of the damage is done to headers.
            let at = at.index(if head { bytes.len().min(200) } else { bytes.len() });
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        match (decode(&bytes, &Limits::default()), joined(&bytes, &Limits::default())) {
            (Ok(whole), Ok((samples, _))) => prop_assert_eq!(samples.len(), whole.samples.len(), "{}", name),
            (whole, blocks) => prop_assert_eq!(whole.err(), blocks.err(), "{}", name),
        }
    }
}
