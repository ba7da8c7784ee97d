//! Voiceprints and probes of made-up directions.
#![allow(clippy::unwrap_used)]

use timbre_domain::embedding::{CampPlus, Embedding};
use timbre_matching::MatchingError;
use timbre_matching::score::{MAX_SAMPLES, Probe, Voiceprint, fuse};

/// A unit vector in the plane of the first two dimensions.
fn at(degrees: f32) -> Embedding<CampPlus> {
    let mut values = vec![0.0; 192];
    (values[0], values[1]) = (degrees.to_radians().cos(), degrees.to_radians().sin());
    Embedding::from_raw(values).unwrap()
}

fn probe(degrees: f32, seconds: f64) -> Probe<CampPlus> {
    Probe::new(at(degrees), seconds).unwrap()
}

#[test]
fn a_voiceprint_points_where_its_samples_point_on_average() {
    let voiceprint = Voiceprint::from_samples(&[at(10.0), at(50.0)]).unwrap();
    assert_eq!(voiceprint.samples(), 2);
    assert!((voiceprint.cosine(&probe(30.0, 3.0)) - 1.0).abs() < 1e-6);
    assert!((voiceprint.cosine(&probe(90.0, 3.0)) - 0.5).abs() < 1e-6);
}

#[test]
fn a_stored_voiceprint_scores_as_before() {
    let voiceprint = Voiceprint::from_samples(&[at(10.0), at(20.0), at(60.0)]).unwrap();
    let values = voiceprint.direction().as_slice().to_vec();
    let restored = Voiceprint::restore(Embedding::from_raw(values).unwrap(), voiceprint.samples()).unwrap();
    assert!((restored.cosine(&probe(0.0, 1.0)) - voiceprint.cosine(&probe(0.0, 1.0))).abs() < 1e-6);
}

#[test]
fn fused_probes_weigh_by_their_speech_and_add_it_up() {
    let fused = fuse(&[probe(0.0, 2.0), probe(90.0, 2.0)]).unwrap();
    assert!((fused.net_speech_seconds() - 4.0).abs() < 1e-12);
    assert!((Voiceprint::from_samples(&[at(45.0)]).unwrap().cosine(&fused) - 1.0).abs() < 1e-6);
    let fused = fuse(&[probe(0.0, 9.0), probe(90.0, 0.1)]).unwrap();
    assert!(Voiceprint::from_samples(&[at(0.0)]).unwrap().cosine(&fused) > 0.999);
}

#[test]
fn nothing_cannot_be_compared() {
    assert!(matches!(Voiceprint::<CampPlus>::from_samples(&[]), Err(MatchingError::Nothing)));
    assert!(matches!(fuse::<CampPlus>(&[]), Err(MatchingError::Nothing)));
    assert!(matches!(Probe::new(at(0.0), 0.0), Err(MatchingError::NoSpeech)));
    assert!(matches!(Probe::new(at(0.0), f64::NAN), Err(MatchingError::NoSpeech)));
    assert!(matches!(Voiceprint::restore(at(0.0), MAX_SAMPLES + 1), Err(MatchingError::SampleCount { .. })));
}
