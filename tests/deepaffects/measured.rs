//! Measured on real people, for `cargo xtask prove`: TIMBRE_SPEECH names the folder. Without it there is nothing to measure,
//! so this is not among the ordinary tests.

use std::path::{Path, PathBuf};

use timbre_audio::{Limits, decode};
use timbre_inference::InferenceConfig;
use timbre_tests::{
    Product, Reply, Setup,
    developer::{Developer, refused},
    found,
};
use timbre_voices::wav;

/// Seconds of sound that a recording for an enrolment has at least: as the pages advise, and 6 seconds of speech are in it.
const RECORDING_SECONDS: usize = 9;

fn files(folder: &str) -> Vec<PathBuf> {
    let speech = PathBuf::from(
        std::env::var_os("TIMBRE_SPEECH").expect("TIMBRE_SPEECH names the folder of real speech"),
    );
    let entries = std::fs::read_dir(speech.join("librispeech").join(folder)).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn read(path: &Path) -> Vec<f32> {
    decode(&std::fs::read(path).unwrap(), &Limits::default()).unwrap().samples
}

fn is_long(samples: &[f32]) -> bool {
    samples.len() >= RECORDING_SECONDS * 16_000
}

/// A person's sentences, one after the other, as recordings that are long enough.
fn recordings(person: &str) -> Vec<Vec<f32>> {
    let (mut recordings, mut open) = (Vec::new(), Vec::new());
    for file in files(person) {
        open.extend(read(&file));
        if is_long(&open) {
            recordings.push(std::mem::take(&mut open));
        }
    }
    recordings
}

#[derive(Default)]
struct Count {
    asked: usize,
    taken: usize,
    several: usize,
}

impl Count {
    fn add(&mut self, reply: &Reply) {
        self.asked += 1;
        self.taken += usize::from(reply.status == 200);
        let several = refused("Error in enroll: More than one speaker in audio");
        self.several += usize::from(reply.json() == several);
    }
}

/// Recordings of one's own go with those before them, other people's do not.
#[test]
#[ignore = "measured on real speech by `cargo xtask prove speakers`"]
fn a_speaker_takes_its_own_recordings_and_nobody_elses() {
    let product =
        Product::with(Setup { inference: InferenceConfig { workers: 2, queue: 32 }, ..Setup::default() });
    let acme = Developer::of(&product, "acme");
    let (mut own, mut others) = (Count::default(), Count::default());
    let strangers: Vec<Vec<f32>> =
        files("impostors").iter().map(|file| read(file)).filter(|samples| is_long(samples)).collect();
    for person in ["1688", "1998", "2033", "2414", "2609"] {
        let recordings = recordings(person);
        let (first, further) = recordings.split_first().unwrap();
        assert_eq!(acme.enroll(person, &wav(first)).status, 200);
        for recording in further {
            own.add(&acme.enroll(person, &wav(recording)));
        }
        // Strangers meet the least that a speaker can be: one recording.
        let alone = format!("{person}_alone");
        assert_eq!(acme.enroll(&alone, &wav(first)).status, 200);
        for stranger in &strangers {
            let reply = acme.enroll(&alone, &wav(stranger));
            others.add(&reply);
            if reply.status == 200 {
                acme.delete(&alone);
                assert_eq!(acme.enroll(&alone, &wav(first)).status, 200);
            }
        }
    }
    found(&serde_json::json!({
        "own": own.asked, "own_taken": own.taken, "own_heard_as_several": own.several,
        "others": others.asked, "others_taken": others.taken, "others_heard_as_several": others.several,
    }));
}
