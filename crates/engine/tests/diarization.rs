//! Two synthetic voices that talk in turns are told apart, each where it speaks, and named when they are known.
//! Fails with the command to run where models are missing.
#![allow(clippy::unwrap_used)]

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::Arc;

use timbre_audio::{AudioError, Limits, SAMPLE_RATE, decode};
use timbre_domain::conversation::Turn;
use timbre_engine::{Diarized, EngineError, Known, Listening, Splitting, Wanted};
use timbre_inference::{Models, TurnListener};
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

fn at(samples: usize) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}

/// Whether two moments are within one window of the speech detector.
fn about(a: f64, b: f64) -> bool {
    (a - b).abs() <= 0.033
}

const SPLITTING: Splitting = Splitting { people: None, each_channel: false, only_speech: false };

/// Hears channels of 16 bits to their end.
fn listened(models: &mut Models, channels: &[&[f32]], wanted: Wanted) -> Result<Diarized, EngineError> {
    let frames = 0..channels.iter().map(|channel| channel.len()).max().unwrap();
    let sample = |channel: &&[f32], frame: usize| channel.get(frame).copied().unwrap_or(0.0);
    let interleaved: Vec<f32> =
        frames.flat_map(|frame| channels.iter().map(move |channel| sample(channel, frame))).collect();
    let count = channels.len() as u16;
    heard_wav(models, with_channels(timbre_voices::wav(&interleaved), count), wanted)
}

/// The same WAV, whose samples are those of so many channels in turn.
fn with_channels(mut bytes: Vec<u8>, count: u16) -> Vec<u8> {
    bytes[22..24].copy_from_slice(&count.to_le_bytes());
    bytes[32..34].copy_from_slice(&(2 * count).to_le_bytes());
    bytes
}

/// Hears a WAV to its end.
fn heard_wav(models: &mut Models, bytes: Vec<u8>, wanted: Wanted) -> Result<Diarized, EngineError> {
    let limits = Limits { max_bytes: 1 << 30, max_seconds: 3_600.0, max_channels: 4 };
    let mut listening = Listening::begin(Cursor::new(bytes), &limits, wanted)?;
    let mut before = 0.0;
    loop {
        let progress = listening.step(models)?;
        let total = progress.total_seconds.unwrap();
        assert!(progress.heard_seconds > before && progress.heard_seconds <= total);
        assert_eq!(progress.over, progress.heard_seconds == total);
        before = progress.heard_seconds;
        if progress.over {
            break;
        }
    }
    let heard = listening.end(models)?;
    assert_eq!(heard.seconds, before);
    assert!(
        heard.turns.iter().all(|turn| turn.start_seconds < turn.end_seconds && turn.end_seconds <= before)
    );
    Ok(heard)
}

fn heard(models: &mut Models, samples: &[f32], splitting: Splitting) -> Diarized {
    listened(models, &[samples], Wanted::Turns(splitting)).unwrap()
}

fn speech(models: &mut Models, samples: &[f32], shortest_pause_seconds: f64) -> Vec<(f64, f64)> {
    let wanted = Wanted::Speech { shortest_pause_seconds };
    let heard = listened(models, &[samples], wanted).unwrap();
    assert!(heard.turns.is_empty());
    heard.speech.into_iter().map(|region| (region.start, region.end)).collect()
}

#[test]
fn two_voices_in_turns_are_two_speakers_each_where_they_speak() {
    let mut models = models();
    let (samples, spoken) = conversation();
    let found = heard(&mut models, &samples, SPLITTING);
    each_where_they_speak(&found, spoken);
}

/// The mean of two samples takes off most of what 8 kHz cannot hold.
#[test]
fn by_telephone_the_two_are_told_apart_and_named_as_well() {
    let mut models = models();
    let (samples, spoken) = conversation();
    let halved: Vec<f32> = samples.chunks(2).map(|two| two.iter().sum::<f32>() / two.len() as f32).collect();
    let mut bytes = timbre_voices::wav(&halved);
    bytes[24..28].copy_from_slice(&8_000_u32.to_le_bytes());
    bytes[28..32].copy_from_slice(&16_000_u32.to_le_bytes());
    let found = heard_wav(&mut models, bytes, Wanted::Turns(SPLITTING)).unwrap();
    assert!(found.telephone);
    each_where_they_speak(&found, spoken);
    assert_eq!(names(&mut models, &found), [Some("heart"), None]);
}

fn each_where_they_speak(found: &Diarized, spoken: Vec<(f64, f64, usize)>) {
    assert_eq!((found.people(), found.speakers.len()), (2, 2));
    for (start, end, speaker) in spoken {
        let within = |turn: &&Turn| turn.start_seconds < end && turn.end_seconds > start;
        let turns: Vec<_> = found.turns.iter().filter(within).collect();
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
fn how_a_recording_is_cut_into_pieces_changes_nothing() {
    let mut models = models();
    let (samples, _) = conversation();
    let mut windows = |piece: usize| {
        let mut listener = TurnListener::default();
        samples.chunks(piece).for_each(|piece| models.hear_turns(&mut listener, piece).unwrap());
        let windows = models.turns(listener).unwrap().into_iter();
        windows.map(|window| (window.first_frame, window.frames)).collect::<Vec<_>>()
    };
    let at_once = windows(samples.len());
    assert!(at_once.len() > 3);
    for piece in [SAMPLE_RATE as usize, 12_345] {
        assert!(windows(piece) == at_once, "pieces of {piece}");
    }
}

#[test]
fn a_known_number_of_people_is_kept_to() {
    let (samples, _) = conversation();
    assert_eq!(heard(&mut models(), &samples, Splitting { people: Some(1), ..SPLITTING }).people(), 1);
}

#[test]
fn a_known_voice_is_named_and_a_stranger_is_not() {
    let mut models = models();
    let (samples, _) = conversation();
    let found = heard(&mut models, &samples, SPLITTING);
    assert_eq!(names(&mut models, &found), [Some("heart"), None]);
}

/// Who is who, where only one of the two voices is known.
fn names(models: &mut Models, found: &Diarized) -> Vec<Option<&'static str>> {
    let enrolled = models.embed(&free_speech("af_heart", 2)).unwrap();
    let voiceprint = Voiceprint::from_samples(&[enrolled]).unwrap();
    let known = [Known { name: "heart".to_owned(), voiceprint, telephone: false }];
    let calibration = Calibration::from_toml(include_str!("../../../models/calibration.toml")).unwrap();
    let names = found.names(&known, &calibration, TargetRate::new(0.01).unwrap()).unwrap();
    names.into_iter().map(|known| known.map(|_| "heart")).collect()
}

#[test]
fn a_recording_in_which_nobody_speaks_has_no_turns() {
    let mut models = models();
    let (short, long) = (vec![0.0; 800], vec![0.0; 12 * SAMPLE_RATE as usize]);
    for silence in [&short, &long] {
        let found = heard(&mut models, silence, Splitting { only_speech: true, ..SPLITTING });
        assert!(found.turns.is_empty() && found.speakers.is_empty() && found.people() == 0);
        assert!(speech(&mut models, silence, 0.0).is_empty());
    }
    let found = heard_channels(&mut models, [&long, &long]);
    assert!(found.turns.is_empty() && found.people() == 0 && found.speakers.iter().all(Option::is_none));
}

#[test]
fn speech_is_found_piece_by_piece_where_it_is_found_at_once() {
    let mut models = models();
    let (once, _) = conversation();
    // Some minutes, of which every other conversation is at half the level.
    let mut long = Vec::new();
    while long.len() < 150 * SAMPLE_RATE as usize {
        long.extend_from_slice(&once);
        long.extend(once.iter().map(|sample| 0.5 * sample));
    }
    for samples in [&once, &long] {
        // As 16 bits hold it.
        let samples: Vec<f32> =
            samples.iter().map(|sample| f32::from((sample * 32_767.0) as i16) / 32_768.0).collect();
        let at_once: Vec<(f64, f64)> =
            models.speech(&samples).unwrap().regions().iter().map(|r| (at(r.start), at(r.end))).collect();
        let by_pieces = speech(&mut models, &samples, 0.0);
        assert!(!at_once.is_empty());
        assert_eq!(by_pieces.len(), at_once.len());
        for (found, expected) in by_pieces.iter().zip(&at_once) {
            assert!(about(found.0, expected.0) && about(found.1, expected.1), "{found:?}, not {expected:?}");
        }
    }
}

#[test]
fn pauses_that_are_too_short_to_count_join_speech() {
    let mut models = models();
    let (samples, spoken) = conversation();
    let all = speech(&mut models, &samples, 0.0);
    let by_pauses = speech(&mut models, &samples, 0.7);
    assert_eq!(by_pauses.len(), spoken.len());
    assert!(by_pauses.len() <= all.len());
    assert_eq!(speech(&mut models, &samples, 2.0).len(), 1);
}

#[test]
fn turns_can_be_kept_to_where_there_is_speech() {
    let mut models = models();
    let (samples, _) = conversation();
    let found = heard(&mut models, &samples, Splitting { only_speech: true, ..SPLITTING });
    let speech = speech(&mut models, &samples, 0.5);
    assert_eq!(found.people(), 2);
    for turn in &found.turns {
        let within =
            speech.iter().any(|(start, end)| *start <= turn.start_seconds && turn.end_seconds <= *end);
        assert!(within, "{turn:?} is not in {speech:?}");
    }
}

fn heard_channels(models: &mut Models, channels: [&[f32]; 2]) -> Diarized {
    let each_channel = Splitting { each_channel: true, ..SPLITTING };
    listened(models, &channels, Wanted::Turns(each_channel)).unwrap()
}

#[test]
fn each_channel_can_be_one_person_whatever_the_voice() {
    let mut models = models();
    // The known voice speaks on the right, and then, over it, another on the left.
    let (right, left) = (free_speech("af_heart", 0), free_speech("am_michael", 0));
    let start = SAMPLE_RATE as usize;
    let late = |samples: &[f32]| [vec![0.0; start], samples.to_vec()].concat();
    let found = heard_channels(&mut models, [&late(&left), &right]);
    assert_eq!(found.people(), 2);
    assert_eq!(found.turns[0].speaker, 1);
    let of = |speaker| found.turns.iter().filter(move |turn| turn.speaker == speaker);
    for (speaker, from, to) in [(0, start, start + left.len()), (1, 0, right.len())] {
        let first = of(speaker).map(|turn| turn.start_seconds).fold(f64::INFINITY, f64::min);
        let last = of(speaker).map(|turn| turn.end_seconds).fold(0.0, f64::max);
        assert!(
            (first - at(from)).abs() < 0.3 && (last - at(to)).abs() < 0.3,
            "{speaker}: {first} to {last}"
        );
    }
    assert_eq!(names(&mut models, &found), [None, Some("heart")]);
}

#[test]
fn a_recording_of_one_channel_is_split_by_voice_even_where_each_channel_is_asked_for() {
    let mut models = models();
    let (samples, _) = conversation();
    let by_voice = heard(&mut models, &samples, SPLITTING);
    let asked = heard(&mut models, &samples, Splitting { each_channel: true, ..SPLITTING });
    assert_eq!(asked.turns, by_voice.turns);
}

#[test]
fn what_is_no_recording_is_refused_before_it_is_heard() {
    let nothing = Cursor::new(b"no recording at all".to_vec());
    let refused = Listening::begin(nothing, &Limits::default(), Wanted::Turns(SPLITTING)).err();
    assert!(matches!(refused, Some(EngineError::Audio(AudioError::UnknownFormat))));
}

/// Between two steps it may go to another worker.
#[test]
fn a_recording_that_is_being_heard_can_be_sent() {
    fn sent<T: Send>() {}
    sent::<Listening>();
    sent::<Diarized>();
}
