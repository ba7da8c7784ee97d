//! Portuguese codes: Whisper, with two words for six.
#![allow(clippy::unwrap_used)]

mod codes;

use codes::Listener;

#[test]
fn the_code_that_was_spoken_is_accepted_and_its_neighbours_are_not() {
    let mut listener = Listener::of("pt");
    let recording = listener.speak("pf_dora", &["1_0", "6_0", "3_0", "8_0"]);
    assert!(listener.accepts(&recording, "1638"));
    for claim in ["1738", "1633", "1368", "163", "16388"] {
        assert!(!listener.accepts(&recording, claim), "{claim}");
    }
}

#[test]
fn meia_is_six() {
    let mut listener = Listener::of("pt");
    let recording = listener.speak("pf_dora", &["4_0", "6m_0", "9_0", "2_0"]);
    assert!(listener.accepts(&recording, "4692"));
    assert!(!listener.accepts(&recording, "4792"));
}

#[test]
fn silence_is_no_code() {
    let mut listener = Listener::of("pt");
    assert!(!listener.accepts(&vec![0.0; 48_000], "1638"));
}
