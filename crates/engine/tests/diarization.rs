//! Two synthetic voices that talk in turns are told apart, each where it speaks, and named when they are known.
//! Fails with the command to run where models are missing.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::sync::Arc;

use timbre_audio::{Limits, SAMPLE_RATE, decode};
use timbre_engine::{Diarized, Known, diarize, recognise};
use timbre_inference::Models;
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    score::Voiceprint,
};
use timbre_models::ModelStore;

const PAUSE: usize = SAMPLE_RATE as usize * 8 / 10;

/// What a voice of the fixtures says, without the silence around it.
fn free_speech(voice: &str, take: usize) -> Vec<f32> {
    let fixtures = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/phrases");
    let bytes = std::fs::read(fixtures.join(voice).join(format!("free_{take}.ogg"))).unwrap();
    let samples = decode(&bytes, &Limits::default()).unwrap().samples;
    let loudest = samples.iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
    let heard = |sample: &f32| sample.abs() > 0.03 * loudest;
    let (first, last) = (samples.iter().position(heard).unwrap(), samples.iter().rposition(heard).unwrap());
    samples[first..=last].to_vec()
}

/// A conversation, and from when to when which of the two speaks.
fn conversation() -> (Vec<f32>, Vec<(f64, f64, usize)>) {
    let mut samples = vec![0.0; PAUSE];
    let mut spoken = Vec::new();
    for take in [0, 1] {
        for (speaker, voice) in ["af_heart", "am_michael"].into_iter().enumerate() {
            let speech = free_speech(voice, take);
            let at = |samples: usize| samples as f64 / f64::from(SAMPLE_RATE);
            spoken.push((at(samples.len()), at(samples.len() + speech.len()), speaker));
            samples.extend(speech);
            samples.extend([0.0; PAUSE]);
        }
    }
    (samples, spoken)
}

fn models() -> Models {
    let store = Arc::new(ModelStore::open_default().unwrap());
    Models::load(&store).unwrap_or_else(|error| panic!("{error}"))
}

fn heard(models: &mut Models, samples: &[f32], piece: usize, people: Option<usize>) -> Diarized {
    let mut pieces = samples.chunks(piece);
    diarize(models, || Ok(pieces.next().map(<[f32]>::to_vec)), people).unwrap()
}

#[test]
fn two_voices_in_turns_are_two_speakers_each_where_they_speak() {
    let mut models = models();
    let (samples, spoken) = conversation();
    let found = heard(&mut models, &samples, SAMPLE_RATE as usize, None);
    assert_eq!(found.conversation.speakers.len(), 2);
    for (start, end, speaker) in spoken {
        let within =
            |turn: &&timbre_domain::conversation::Turn| turn.start_seconds < end && turn.end_seconds > start;
        let turns: Vec<_> = found.conversation.turns.iter().filter(within).collect();
        assert!(turns.iter().all(|turn| turn.speaker == speaker), "{start} to {end}: {turns:?}");
        let first = turns.iter().map(|turn| turn.start_seconds).fold(f64::INFINITY, f64::min);
        let last = turns.iter().map(|turn| turn.end_seconds).fold(0.0, f64::max);
        assert!(
            (first - start).abs() < 0.3 && (last - end).abs() < 0.3,
            "{start} to {end}: {first} to {last}"
        );
    }
}

#[test]
fn how_the_recording_was_cut_into_pieces_changes_nothing() {
    let mut models = models();
    let (samples, _) = conversation();
    let by_seconds = heard(&mut models, &samples, SAMPLE_RATE as usize, Some(2));
    let at_once = heard(&mut models, &samples, samples.len(), Some(2));
    assert_eq!(by_seconds.conversation.turns, at_once.conversation.turns);
    assert_eq!(by_seconds.seconds, samples.len() as f64 / f64::from(SAMPLE_RATE));
}

#[test]
fn a_known_voice_is_named_and_a_stranger_is_not() {
    let mut models = models();
    let (samples, _) = conversation();
    let found = heard(&mut models, &samples, SAMPLE_RATE as usize, None);
    let enrolled = models.embed(&free_speech("af_heart", 2)).unwrap();
    let voiceprint = Voiceprint::from_samples(&[enrolled]).unwrap();
    let known = [Known { name: "heart".to_owned(), voiceprint, telephone: false }];
    let calibration = Calibration::from_toml(include_str!("../../../models/calibration.toml")).unwrap();
    let names: Vec<Option<&str>> = found
        .conversation
        .speakers
        .iter()
        .map(|speaker| {
            let target = TargetRate::new(0.01).unwrap();
            recognise(speaker, false, &known, &calibration, target).unwrap().map(|known| known.name.as_str())
        })
        .collect();
    assert_eq!(names, [Some("heart"), None]);
}

#[test]
fn a_recording_in_which_nobody_speaks_has_no_turns() {
    let silence = vec![0.0; 12 * SAMPLE_RATE as usize];
    let found = heard(&mut models(), &silence, SAMPLE_RATE as usize, None);
    assert!(found.conversation.turns.is_empty() && found.conversation.speakers.is_empty());
    assert!(heard(&mut models(), &[], 1, None).conversation.turns.is_empty());
}
