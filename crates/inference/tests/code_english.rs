//! English codes, spoken by voices that the digit head was not trained on.
#![allow(clippy::unwrap_used)]

mod codes;

use codes::Listener;

const SPOKEN: [&str; 4] = ["0_0", "6_0", "5_1", "3_1"];

#[test]
fn the_code_that_was_spoken_is_accepted_from_every_voice() {
    let mut listener = Listener::of("en");
    for voice in ["af_bella", "am_adam", "bf_emma", "bm_fable"] {
        let recording = listener.speak(voice, &SPOKEN);
        assert!(listener.accepts(&recording, "0653"), "{voice}");
    }
}

#[test]
fn every_code_with_one_digit_changed_is_refused() {
    let mut listener = Listener::of("en");
    let recording = listener.speak("af_heart", &SPOKEN);
    for place in 0..4 {
        for by in 1..10 {
            let mut claim = *b"0653";
            claim[place] = b'0' + (claim[place] - b'0' + by) % 10;
            let claim = String::from_utf8(claim.to_vec()).unwrap();
            assert!(!listener.accepts(&recording, &claim), "{claim}");
        }
    }
}

#[test]
fn swapped_missing_and_surplus_digits_are_refused() {
    let mut listener = Listener::of("en");
    let recording = listener.speak("am_michael", &SPOKEN);
    assert!(listener.accepts(&recording, "0653"));
    for claim in ["6053", "0563", "0635", "3650", "065", "653", "053", "06533", "06253", "90653"] {
        assert!(!listener.accepts(&recording, claim), "{claim}");
    }
}

#[test]
fn longer_codes_and_repeated_digits_are_heard() {
    let mut listener = Listener::of("en");
    let recording = listener.speak("af_sarah", &["7_0", "7_1", "2_0", "9_0", "4_1", "1_0"]);
    assert!(listener.accepts(&recording, "772941"));
    assert!(!listener.accepts(&recording, "72941"));
    assert!(!listener.accepts(&recording, "772914"));
}

#[test]
fn a_quiet_recording_is_heard_like_a_loud_one() {
    let mut listener = Listener::of("en");
    let recording = listener.speak("bf_isabella", &SPOKEN);
    let quiet: Vec<f32> = recording.iter().map(|sample| sample * 0.02).collect();
    assert!(listener.accepts(&quiet, "0653"));
}

#[test]
fn silence_noise_and_tones_are_no_code() {
    let mut listener = Listener::of("en");
    let mut state = 1u32;
    let noise: Vec<f32> = (0..32_000)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1u32 << 24) as f32 * 0.2 - 0.1
        })
        .collect();
    let tone: Vec<f32> = (0..32_000).map(|n| (n as f32 * 0.17).sin() * 0.3).collect();
    for recording in
        [vec![], vec![0.0; 32_000], vec![0.1; 100], noise, tone, vec![f32::NAN; 32_000], vec![0.1; 640_000]]
    {
        for claim in ["0653", "1111", "2948", ""] {
            let verdict = listener.verdict(&recording, claim);
            assert!(!verdict.spoken, "{claim} {verdict:?}");
        }
    }
}

#[test]
fn a_code_that_others_follow_is_refused() {
    let mut listener = Listener::of("en");
    for voice in ["af_heart", "am_michael", "bf_emma"] {
        let twice = listener.speak(voice, &[SPOKEN, SPOKEN].concat());
        assert!(!listener.accepts(&twice, "0653"), "{voice} said it twice");
        let all = ["0_0", "1_0", "2_0", "3_0", "4_0", "5_0", "6_0", "7_0", "8_0", "9_0"];
        let all = listener.speak(voice, &all);
        for claim in ["0123", "3456", "6789"] {
            assert!(!listener.accepts(&all, claim), "{voice} said all digits, {claim}");
        }
    }
}

#[test]
fn a_recording_of_ten_seconds_is_heard() {
    let mut listener = Listener::of("en");
    let mut recording = listener.speak("af_heart", &SPOKEN);
    recording.resize(11 * 16_000, 0.0);
    listener.accepts(&recording, "0653");
}
