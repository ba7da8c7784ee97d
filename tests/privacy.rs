//! What must not be found: neither on the disk nor in the log.

use timbre_engine::{Counting, Limits, Speakers};
use timbre_inference::Whose;
use timbre_tests::{
    ENROLLED, Log, Person, Product,
    Purpose::{Enrol, Verify},
    VERIFIED, contains, in_english, speakers,
};

#[test]
fn neither_sound_nor_voice_nor_secret_is_on_the_disk_or_in_the_log() {
    let log = Log::capture();
    let product = Product::start();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("a reference to be found"), Person::english("af_heart"));
    let (mut codes, mut recordings, mut last) = (Vec::new(), Vec::new(), String::new());
    for (purpose, end) in [(Enrol, ENROLLED), (Verify, VERIFIED)] {
        let mut reply = acme.start(purpose, &user);
        while last != end {
            codes.push(reply.code());
            recordings.push(heart.says(&reply.code()));
            reply = acme.speak(purpose, &user, recordings[recordings.len() - 1].clone());
            last.clone_from(&reply.body);
        }
    }
    let cookie = acme.cookie().unwrap();
    let cookie = cookie.split_once('=').unwrap().1.to_owned();

    let files = product.files();
    assert_eq!(files.iter().filter(|(path, _)| path.extension().is_some_and(|e| e == "sealed")).count(), 3);
    assert!(contains(&product.database(), b"a reference to be found"), "the search finds what is there");
    let voices = voices_in(&product, &recordings);
    let secret = acme.secret.trim_start_matches("tbs_");
    let secret_bytes: Vec<u8> =
        (0..secret.len()).step_by(2).map(|at| u8::from_str_radix(&secret[at..at + 2], 16).unwrap()).collect();
    for (path, bytes) in &files {
        let holds = |what: &[u8]| contains(bytes, what);
        assert!(!holds(b"WAVEfmt "), "{} holds a WAV header", path.display());
        for recording in &recordings {
            assert!(!holds(loudest(recording)), "{} holds sound", path.display());
        }
        for voice in &voices {
            for four in voice.chunks_exact(16).step_by(8) {
                assert!(!holds(four), "{} holds a voice", path.display());
            }
        }
        assert!(!holds(secret.as_bytes()) && !holds(&secret_bytes), "{} holds a secret", path.display());
        assert!(!holds(cookie.as_bytes()), "{} holds a session", path.display());
    }

    let text = log.text();
    assert!(text.contains("sample judged") && text.contains("request answered"), "the log is captured");
    let words = log.words();
    for code in &codes {
        assert!(!words.contains(code), "the log holds the code {code}");
        assert!(!text.contains(&in_english(code)), "the log holds the code {code} in words");
    }
    for (what, value) in [("secret", secret), ("cookie", &cookie), ("reference", "a reference to be found")] {
        assert!(!text.contains(value), "the log holds the {what}");
    }
}

/// What the models make of these recordings, alone and together, as the bytes of its numbers.
fn voices_in(product: &Product, recordings: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let recordings = recordings.to_vec();
    let done = product.block_on(product.pool.run(Whose(0), move |models| {
        let speakers = speakers();
        let mut voices: Vec<_> = recordings
            .iter()
            .map(|wav| {
                let samples = timbre_audio::decode(wav, &Limits::default()).unwrap().samples;
                let speech = models.speech(&samples).unwrap();
                let seconds = speech.net_speech_seconds();
                Speakers::hear(models, speakers.models(), speech.trimmed(&samples), seconds, false).unwrap()
            })
            .collect();
        voices.push(speakers.enrol(&voices[..3], Counting::Equally).unwrap());
        voices.iter().flatten().map(|template| template.to_bytes().to_vec()).collect::<Vec<_>>()
    }));
    // The first eight bytes are a header.
    done.unwrap().value.into_iter().map(|bytes| bytes[8..].to_vec()).collect()
}

/// Sixteen samples of a WAV file from where it is loudest: pauses are the same zeros as anything's.
fn loudest(wav: &[u8]) -> &[u8] {
    let level = |samples: &&[u8]| -> i64 {
        samples.chunks_exact(2).map(|b| i64::from(i16::from_le_bytes([b[0], b[1]])).abs()).sum()
    };
    wav[44..].chunks_exact(32).max_by_key(level).unwrap()
}
