//! Fingerprints of synthesised "utterances": harmonic tones whose formants wander, as speech does.
#![allow(clippy::unwrap_used)]

use timbre_matching::fingerprint::{Fingerprint, same_recording};

/// Repeatable noise in [-1, 1].
fn noise(seed: &mut u32) -> f32 {
    *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
    (*seed >> 8) as f32 / 8_388_608.0 - 1.0
}

/// Two seconds of a gliding voice: every 100 ms new formants; the seed is the utterance.
fn utterance(mut seed: u32) -> Vec<f32> {
    let mut samples = Vec::new();
    let mut phase = 0.0_f32;
    for _ in 0..20 {
        let (pitch, first, second) = (
            140.0 + 40.0 * noise(&mut seed),
            550.0 + 250.0 * noise(&mut seed),
            1_400.0 + 500.0 * noise(&mut seed),
        );
        for n in 0..1_600 {
            phase += pitch / 16_000.0;
            let swell = (std::f32::consts::PI * n as f32 / 1_600.0).sin();
            let voice: f32 = (1..20)
                .map(|harmonic| {
                    let hertz = pitch * harmonic as f32;
                    let near = |formant: f32| 1.0 / (1.0 + ((hertz - formant) / 120.0).powi(2));
                    (near(first) + 0.6 * near(second))
                        * (std::f32::consts::TAU * phase * harmonic as f32).sin()
                })
                .sum();
            samples.push(0.1 * (0.2 + swell) * voice);
        }
    }
    samples
}

fn print_of(samples: &[f32]) -> Fingerprint {
    Fingerprint::of(samples)
}

#[test]
fn a_recording_is_itself_after_gain_and_trimming() {
    let recording = utterance(1);
    let louder: Vec<f32> = recording.iter().map(|sample| sample * 2.0).collect();
    assert!(print_of(&recording).bit_error_rate(&print_of(&louder)) < 0.01);
    assert!(same_recording(&print_of(&recording), &print_of(&recording[3_333..])));
    assert!(same_recording(&print_of(&recording[..29_000]), &print_of(&recording)));
}

#[test]
fn a_recording_is_itself_with_noise_twenty_decibels_below_it() {
    let recording = utterance(2);
    let power = recording.iter().map(|sample| sample * sample).sum::<f32>() / recording.len() as f32;
    let mut seed = 7;
    // Evenly distributed noise in [-a, a] has the power a squared over three.
    let amplitude = (3.0 * power / 100.0).sqrt();
    let noisy: Vec<f32> = recording.iter().map(|sample| sample + amplitude * noise(&mut seed)).collect();
    assert!(same_recording(&print_of(&recording), &print_of(&noisy)));
}

#[test]
fn another_utterance_is_another_recording() {
    for other in 11..21 {
        assert!(!same_recording(&print_of(&utterance(1)), &print_of(&utterance(other))), "{other}");
    }
}

#[test]
fn a_recording_that_shares_half_of_its_speech_is_another_recording() {
    let (one, two) = (utterance(1), utterance(2));
    let half_shared = [&one[..16_000], &two[16_000..]].concat();
    assert!(!same_recording(&print_of(&one), &print_of(&half_shared)));
}

#[test]
fn silence_and_very_short_audio_equal_nothing() {
    for nothing in [vec![0.0; 32_000], utterance(1)[..4_000].to_vec(), Vec::new()] {
        assert!(!same_recording(&print_of(&nothing), &print_of(&nothing)));
        assert!(!same_recording(&print_of(&utterance(1)), &print_of(&nothing)));
    }
}

#[test]
fn a_fingerprint_survives_its_bytes_and_other_bytes_are_refused() {
    let print = print_of(&utterance(3));
    let bytes = print.to_bytes();
    assert!(print.bit_error_rate(&Fingerprint::from_bytes(&bytes).unwrap()) == 0.0);
    assert!(Fingerprint::from_bytes(&[]).is_err());
    assert!(Fingerprint::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(Fingerprint::from_bytes(&[&[9], &bytes[1..]].concat()).is_err());
    let mut flag = bytes.clone();
    *flag.last_mut().unwrap() = 2;
    assert!(Fingerprint::from_bytes(&flag).is_err());
}

#[test]
fn the_fingerprint_of_an_endless_recording_is_bounded() {
    let minute = vec![0.25_f32; 16_000 * 90];
    assert!(print_of(&minute).to_bytes().len() <= 5 + 5 * 3_750);
}
