//! The installed models behave: what is no speech is none, embeddings are sound, memory stays flat.
//! They fail with the command to run where models are missing.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use timbre_domain::embedding::ModelId;
use timbre_inference::{InferenceConfig, InferenceError, Models, Pool, SAMPLE_RATE, Whose};
use timbre_models::ModelStore;

fn store() -> Arc<ModelStore> {
    Arc::new(ModelStore::open_default().unwrap_or_else(|error| panic!("{error}")))
}

fn models() -> Models {
    Models::load(&store()).unwrap_or_else(|error| panic!("{error}"))
}

fn seconds(seconds: f32) -> usize {
    (seconds * SAMPLE_RATE as f32) as usize
}

/// White noise from a linear congruential generator (Knuth's MMIX constants).
fn noise(length: usize, level: f32) -> Vec<f32> {
    let mut state = 1_u64;
    let mut next = move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        level * ((state >> 33) as f32 / (1_u64 << 30) as f32 - 1.0)
    };
    (0..length).map(|_| next()).collect()
}

fn tone(hz: f32, length: usize) -> Vec<f32> {
    let step = std::f32::consts::TAU * hz / SAMPLE_RATE as f32;
    (0..length).map(|n| 0.3 * (step * n as f32).sin()).collect()
}

#[test]
fn silence_noise_and_tones_are_no_speech() {
    let mut models = models();
    let length = seconds(4.0);
    let mut recordings = vec![vec![0.0; length], vec![0.1; length]];
    recordings.extend([1e-4, 1e-3, 1e-2, 0.1, 0.5].map(|level| noise(length, level)));
    recordings.extend([50.0, 200.0, 440.0, 1000.0, 3000.0].map(|hz| tone(hz, length)));
    for (index, recording) in recordings.iter().enumerate() {
        let speech = models.speech(recording).unwrap();
        assert!(speech.is_empty(), "recording {index} holds {} s", speech.net_speech_seconds());
        assert_eq!(models.voices(recording, &speech).unwrap().count, 0);
    }
}

#[test]
fn an_embedding_is_a_unit_vector_that_does_not_depend_on_what_came_before() {
    let mut models = models();
    let recording = noise(seconds(3.0), 0.1);
    for id in ModelId::ALL {
        let first = models.embed_with(id, &recording).unwrap();
        models.embed_with(id, &tone(300.0, seconds(7.0))).unwrap();
        let again = models.embed_with(id, &recording).unwrap();
        let norm: f32 = first.as_slice().iter().map(|v| v * v).sum();
        assert!((norm - 1.0).abs() < 1e-4);
        assert_eq!(first.as_slice().len(), id.dimensions());
        assert!(first.as_slice() == again.as_slice(), "{id} remembers the recording before");
    }
}

#[test]
fn an_empty_or_tiny_recording_is_an_answer_and_no_crash() {
    let mut models = models();
    for length in [0, 1, 100, 399, 400, 990, 991, 3_999] {
        let recording = noise(length, 0.1);
        let speech = models.speech(&recording).unwrap();
        assert!(speech.is_empty());
        models.segment(&recording).unwrap();
        assert!(matches!(models.embed(&recording), Err(InferenceError::TooShort { .. })));
    }
}

#[test]
fn a_recording_longer_than_one_piece_is_embedded_in_parts() {
    let embedding = models().embed(&noise(seconds(61.0), 0.1)).unwrap();
    let norm: f32 = embedding.as_slice().iter().map(|v| v * v).sum();
    assert!((norm - 1.0).abs() < 1e-4);
}

#[test]
fn a_missing_model_names_the_command_that_installs_it() {
    let empty = Arc::new(ModelStore::open("no/such/folder"));
    let error = Models::load(&empty).err().unwrap();
    assert!(matches!(error, InferenceError::ModelMissing(_)));
    assert!(error.to_string().contains("models"), "{error}");
}

#[tokio::test]
async fn the_pool_runs_models_and_tells_their_time() {
    let store = store();
    let config = InferenceConfig { workers: 1, queue: 4 };
    let pool = Pool::start(&config, move || Models::load(&store)).unwrap_or_else(|error| panic!("{error}"));
    let recording = noise(seconds(2.0), 0.1);
    let done = pool.run(Whose(1), move |models| models.embed(&recording)).await.unwrap();
    done.value.unwrap();
    assert!(!done.timing.model.is_zero());
    assert!(done.timing.total >= done.timing.model);
}

/// Resident memory in MiB.
#[cfg(target_os = "linux")]
fn resident() -> f64 {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    let pages: f64 = pages.split(' ').nth(1).unwrap().parse().unwrap();
    pages * 4096.0 / (1024.0 * 1024.0)
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_flat_over_recordings_of_many_lengths() {
    let mut models = models();
    let recording = noise(seconds(15.0), 0.1);
    let mut run = |model: usize, length: usize| match model {
        0 => drop(models.embed(&recording[..length]).unwrap()),
        1 => drop(models.segment(&recording[..length]).unwrap()),
        _ => drop(models.speech(&recording[..length]).unwrap()),
    };
    for model in 0..3 {
        run(model, recording.len());
    }
    let before = resident();
    for index in 0..300 {
        // 1 to 15 s in an order that jumps; the models take turns.
        run(index % 3, seconds(1.0) + (index * 7_919_003) % seconds(14.0));
    }
    let grown = resident() - before;
    assert!(grown < 64.0, "memory grew by {grown:.0} MiB");
}
