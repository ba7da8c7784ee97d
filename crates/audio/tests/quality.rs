//! The numbers of the quality report, and what becomes of the samples on the way to it.
#![allow(clippy::unwrap_used)]

mod voice;

use std::f64::consts::TAU;

use timbre_audio::{Band, DBFS_FLOOR, quality};
use voice::{accepted, at_16_khz, fidelity_db, flac, narrow, sixteen_bits, wav, white_noise, wide};

/// A voice with hiss this many dB below it.
fn hissing(snr_db: f32, seconds: f64) -> Vec<f32> {
    let speech = at_16_khz(wide, seconds);
    let noise = white_noise(speech.len(), 1.0);
    let power = |samples: &[f32]| samples.iter().map(|sample| sample * sample).sum::<f32>();
    let gain = (power(&speech) / power(&noise)).sqrt() * 10f32.powf(-snr_db / 20.0);
    speech.iter().zip(noise).map(|(speech, noise)| (0.5 * (speech + gain * noise)).clamp(-1.0, 1.0)).collect()
}

fn tone(hertz: f64, level: f64) -> Vec<f32> {
    (0..32_000).map(|n| (level * (TAU * hertz * f64::from(n) / 16_000.0).sin()) as f32).collect()
}

#[test]
fn sixteen_bits_at_16_khz_pass_through_unchanged() {
    let samples: Vec<i16> = (0..20_000i32).map(|n| (n * n % 65_536 - 32_768) as i16).collect();
    let expected: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    assert!(accepted(&wav(16_000, 1, &samples)).samples == expected);
    let mut bytes = flac::header(16_000, 4_000, samples.len() as u64);
    for (number, block) in (0..).zip(samples.chunks(4_000)) {
        bytes.extend(flac::frame(16_000, number, block));
    }
    assert!(accepted(&bytes).samples == expected);
}

#[test]
fn channels_are_averaged_but_for_a_reversed_one() {
    let left = sixteen_bits(&at_16_khz(wide, 1.0));
    let quarter: Vec<i16> = left.iter().flat_map(|sample| [*sample, *sample / 2]).collect();
    let averaged = accepted(&wav(16_000, 2, &quarter)).samples;
    assert!(left.iter().zip(&averaged).all(|(l, a)| (f32::from(*l) * 0.75 / 32_768.0 - a).abs() < 1e-4));
    let reversed: Vec<i16> = left.iter().flat_map(|sample| [-(*sample / 10 * 9), *sample]).collect();
    let loudest = accepted(&wav(16_000, 2, &reversed)).samples;
    assert!(left.iter().zip(&loudest).all(|(l, a)| f32::from(*l) / 32_768.0 == *a));
}

#[test]
fn levels_are_relative_to_full_scale() {
    let report = quality(&tone(440.0, 0.5), 16_000);
    assert!((report.peak_dbfs + 6.02).abs() < 0.01 && (report.level_dbfs + 9.03).abs() < 0.01);
    assert_eq!((report.seconds, report.clipped_fraction), (2.0, 0.0));
}

#[test]
fn flat_tops_are_clipping_and_a_touch_of_full_scale_is_not() {
    assert_eq!(quality(&tone(440.0, 1.0), 16_000).clipped_fraction, 0.0);
    let overdriven: Vec<f32> = tone(440.0, 2.0).iter().map(|sample| sample.clamp(-1.0, 0.999_97)).collect();
    let report = quality(&overdriven, 16_000);
    // A sine of twice full scale spends two thirds of its time beyond.
    assert!((report.clipped_fraction - 2.0 / 3.0).abs() < 0.05, "{}", report.clipped_fraction);
    let quieter: Vec<f32> = overdriven.iter().map(|sample| sample * 0.5).collect();
    assert_eq!(quality(&quieter, 16_000).clipped_fraction, 0.0);
}

#[test]
fn clipping_is_seen_at_the_rate_it_happened_at() {
    let clipped: Vec<i16> =
        sixteen_bits(&at_16_khz(narrow, 1.0)).iter().map(|sample| sample.saturating_mul(6)).collect();
    let report = accepted(&wav(48_000, 1, &clipped)).quality;
    assert!(report.clipped_fraction > 0.02 && report.peak_dbfs == 0.0, "{}", report.clipped_fraction);
}

#[test]
fn silence_has_a_floor_and_no_ratio() {
    let report = quality(&[0.0; 16_000], 16_000);
    assert_eq!((report.snr_db, report.peak_dbfs, report.level_dbfs), (None, DBFS_FLOOR, DBFS_FLOOR));
    assert_eq!(quality(&[], 16_000).snr_db, None);
    assert_eq!(quality(&tone(440.0, 0.5)[..3_000], 16_000).snr_db, None);
}

#[test]
fn a_telephone_call_is_known_at_any_rate() {
    let upsampled = accepted(&wav(8_000, 1, &sixteen_bits(&at_16_khz(narrow, 2.0)))).samples;
    assert_eq!(quality(&upsampled, 16_000).band, Band::Telephone);
    assert_eq!(quality(&at_16_khz(wide, 2.0), 16_000).band, Band::Wide);
    assert_eq!(quality(&at_16_khz(wide, 2.0), 8_000).band, Band::Telephone);
}

#[test]
fn hiss_lowers_the_ratio_by_what_it_is() {
    for snr in [0.0, 5.0, 10.0] {
        let estimate = quality(&hissing(snr, 4.0), 16_000).snr_db.unwrap();
        assert!((estimate - snr).abs() < 2.5, "{snr} dB is estimated as {estimate}");
    }
}

#[test]
fn what_is_no_speech_at_all_has_no_good_ratio() {
    for (what, samples) in [
        ("hiss", white_noise(64_000, 0.1)),
        ("quiet hiss", white_noise(64_000, 0.0005)),
        ("a tone", tone(440.0, 0.5)),
        ("two tones", tone(697.0, 0.3).iter().zip(tone(1_209.0, 0.3)).map(|(a, b)| a + b).collect()),
        (
            "beeps",
            tone(440.0, 0.5).chunks(4_000).step_by(2).flat_map(|on| [on, &[0.0; 4_000]].concat()).collect(),
        ),
    ] {
        let estimate = quality(&samples, 16_000).snr_db.unwrap();
        assert!(estimate < 3.0, "{what} has {estimate} dB");
    }
}

#[test]
fn digital_silence_around_speech_does_not_make_it_cleaner() {
    let noisy = hissing(5.0, 4.0);
    let padded = [vec![0.0; 32_000], noisy.clone(), vec![0.0; 32_000]].concat();
    let (bare, padded) = (quality(&noisy, 16_000).snr_db.unwrap(), quality(&padded, 16_000).snr_db.unwrap());
    assert!((bare - padded).abs() < 1.0, "{bare} dB became {padded}");
}

#[test]
fn resampled_speech_is_the_same_speech() {
    let stretched: Vec<f32> = (0..48_000).map(|n| wide(f64::from(n) / 48_000.0) as f32).collect();
    let samples = accepted(&wav(48_000, 1, &sixteen_bits(&stretched))).samples;
    assert!(fidelity_db(&samples, &at_16_khz(wide, 1.0), 0) > 45.0);
}
