//! Measured on real people, for `cargo xtask prove`: TIMBRE_SPEECH names the folder. Without it there is nothing to measure,
//! so these are not among the ordinary tests.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Mutex,
    thread,
};

use serde::Deserialize;
use timbre_api::azure::Edition;
use timbre_audio::{Limits, decode, play};
use timbre_domain::profile::ProfileKind;
use timbre_engine::{EngineError, Verified};
use timbre_inference::InferenceConfig;
use timbre_matching::evaluation::{Resampling, ScoredTrial, evaluate};
use timbre_tests::{
    Product, Setup, found, send,
    subscriber::{
        Base, Identification, TextDependent, V2_0, Verification, json, profile_path, recording, with,
    },
};
use timbre_voices::wav;

fn speech() -> PathBuf {
    PathBuf::from(std::env::var_os("TIMBRE_SPEECH").expect("TIMBRE_SPEECH names the folder of real speech"))
}

fn read(path: &Path) -> Vec<f32> {
    decode(&std::fs::read(path).unwrap(), &Limits::default()).unwrap().samples
}

/// Katie and Steve: two thirds of the recording that each has enrol, the rest is held back.
#[test]
#[ignore = "measured on real speech by `cargo xtask prove conversation`"]
fn katie_and_steve_are_verified_and_identified_by_speech_that_was_held_back() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let people = ["katie", "steve"].map(|name| {
        let samples = read(&speech().join(format!("conversation/enrollment_audio_{name}.wav")));
        let cut = samples.len() * 2 / 3;
        (name, samples[..cut].to_vec(), samples[cut..].to_vec())
    });
    let enrol = |base: Base, samples: &[f32]| {
        let id = acme.profile(V2_0, base);
        let reply = acme.enrol_any(V2_0, base, &id, wav(samples));
        assert_eq!(json(&reply)["enrollmentStatus"], "Enrolled", "{}", reply.body);
        id
    };
    let verification = people.each_ref().map(|(_, enrolled, _)| enrol(Verification, enrolled));
    let identification = people.each_ref().map(|(_, enrolled, _)| enrol(Identification, enrolled));
    let ask = |path: &str, samples: &[f32]| {
        let reply = send(recording(acme.post(&with(path, "ignoreMinLength=true")), wav(samples)));
        assert_eq!(reply.status, 200, "{}", reply.body);
        json(&reply)
    };
    for (place, (name, _, held_back)) in people.iter().enumerate() {
        let mut verified = BTreeMap::new();
        for (other, id) in verification.iter().enumerate() {
            let said = ask(&profile_path(V2_0, Verification, id, "verify"), held_back);
            let expected = if other == place { "Accept" } else { "Reject" };
            assert_eq!(said["recognitionResult"], expected, "{name} as {}: {said}", people[other].0);
            verified.insert(people[other].0, said["score"].clone());
        }
        let path = timbre_tests::subscriber::identify_path(
            V2_0,
            &format!("profileIds={}", identification.join(",")),
        );
        let said = ask(&path, held_back);
        assert_eq!(said["identifiedProfile"]["profileId"], identification[place].as_str(), "{name}: {said}");
        let score = |rank: usize| said["profilesRanking"][rank]["score"].as_f64().unwrap();
        found(&serde_json::json!({
            "name": name, "seconds": held_back.len() as f64 / 16_000.0, "scores": verified,
            "identified_score": score(0), "runner_up_score": score(1), "margin": score(0) - score(1),
        }));
    }
}

#[derive(Deserialize)]
struct Trials {
    enroll: BTreeMap<String, Enrolled>,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Enrolled {
    utterances: Vec<Vec<String>>,
}

#[derive(Deserialize)]
struct Test {
    speaker: String,
    files: Vec<String>,
}

fn trials(name: &str) -> Trials {
    serde_json::from_slice(&std::fs::read(speech().join("trials").join(name)).unwrap()).unwrap()
}

/// These files as one recording, with a fifth of a second between them, as words are said one by one.
fn joined(files: &[String]) -> Vec<u8> {
    let mut samples = vec![0.0; 3_200];
    for file in files {
        let bytes = std::fs::read(speech().join(file)).unwrap();
        samples.extend(play(&bytes, &Limits::default()).unwrap().into_recording().unwrap().samples);
        samples.extend(vec![0.0; 3_200]);
    }
    wav(&samples)
}

/// One comparison: whose profile, who spoke, what came of it.
struct Compared {
    enrolled: String,
    speaking: String,
    score: f64,
    accepted: bool,
}

/// Twelve people with a passphrase of the tenant's own.
#[test]
#[ignore = "measured on real speech by `cargo xtask prove passphrase`"]
fn twelve_people_are_verified_by_a_passphrase_of_the_tenants_own() {
    let inference = InferenceConfig { workers: 0, ..Setup::default().inference };
    let product = Product::with(Setup { inference, ..Setup::default() });
    let acme = product.subscriber("acme");
    product.change_policy("acme", |policy| {
        let own = vec!["speech speaker signal process".to_owned()];
        policy.profiles.phrases.insert("en-US".parse().unwrap(), own);
    });
    let passphrase = trials("passphrase.json");
    let mut refused = BTreeMap::<String, usize>::new();
    let mut profiles = Vec::new();
    for (name, person) in &passphrase.enroll {
        let id = acme.profile(V2_0, TextDependent);
        let mut status = String::new();
        // Whoever is refused says it again: the same words in other takes, none of them a test's.
        let again = |n: usize| -> Vec<String> {
            let words = 0..person.utterances[0].len();
            words.map(|word| person.utterances[(n + word) % person.utterances.len()][word].clone()).collect()
        };
        let tries = person.utterances.iter().cloned().chain((0..3).map(again));
        for utterance in tries {
            if status == "Enrolled" {
                break;
            }
            let reply = acme.enrol(V2_0, TextDependent, &id, joined(&utterance));
            match reply.status {
                201 => status = json(&reply)["enrollmentStatus"].as_str().unwrap().to_owned(),
                _ => *refused.entry(reply.body).or_default() += 1,
            }
        }
        if status == "Enrolled" {
            profiles.push((name.clone(), id));
        }
    }
    let (known, unheard) = compared(&product, &profiles, &passphrase.tests);
    let (unknown, unheard_unknown) = compared(&product, &profiles, &trials("other-words.json").tests);
    let of = |trials: &[Compared], genuine: bool, checked: bool| {
        let those: Vec<_> =
            trials.iter().filter(|trial| (trial.enrolled == trial.speaking) == genuine).collect();
        let taken =
            those.iter().filter(|trial| if checked { trial.accepted } else { trial.score >= 0.5 }).count();
        serde_json::json!({ "trials": those.len(), "accepted": taken })
    };
    let scored: Vec<ScoredTrial> = known
        .iter()
        .map(|trial| ScoredTrial {
            enrolled: trial.enrolled.clone(),
            speaking: trial.speaking.clone(),
            // Scores crowd at both ends; their order is what counts.
            score: trial.score,
            llr: trial.score,
        })
        .collect();
    let evaluation = evaluate(&scored, Resampling::default()).unwrap();
    found(&serde_json::json!({
        "people": passphrase.enroll.len(), "enrolled": profiles.len(), "recordings_refused_at_enrolment": refused,
        "eer": evaluation.eer.value, "eer_low": evaluation.eer.low, "eer_high": evaluation.eer.high,
        "owner_says_the_phrase": { "by_voice": of(&known, true, false), "by_voice_and_phrase": of(&known, true, true) },
        "impostor_says_the_phrase": { "by_voice": of(&known, false, false), "by_voice_and_phrase": of(&known, false, true) },
        "impostor_says_other_words": { "by_voice": of(&unknown, false, false), "by_voice_and_phrase": of(&unknown, false, true) },
        "owner_says_other_words": { "by_voice": of(&unknown, true, false), "by_voice_and_phrase": of(&unknown, true, true) },
        "comparisons_refused": unheard + unheard_unknown,
    }));
}

/// Every test against every profile, with scores as the engine has them; and how many were refused before they were compared.
fn compared(product: &Product, profiles: &[(String, String)], tests: &[Test]) -> (Vec<Compared>, usize) {
    let (trials, refused) = (Mutex::new(Vec::new()), Mutex::new(0));
    let next = Mutex::new(tests.iter());
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(2, usize::from) {
            scope.spawn(|| {
                loop {
                    let Some(test) = next.lock().unwrap().next() else { return };
                    let said = joined(&test.files);
                    for (name, id) in profiles {
                        match product.block_on(verified(product, id, said.clone())) {
                            Ok(Verified { accepted, score }) => trials.lock().unwrap().push(Compared {
                                enrolled: name.clone(),
                                speaking: test.speaker.clone(),
                                score,
                                accepted,
                            }),
                            Err(EngineError::Unfit(_)) => *refused.lock().unwrap() += 1,
                            Err(error) => panic!("{error}"),
                        }
                    }
                }
            });
        }
    });
    (trials.into_inner().unwrap(), refused.into_inner().unwrap())
}

async fn verified(product: &Product, id: &str, said: Vec<u8>) -> Result<Verified, EngineError> {
    let (engine, kind) = (&product.engine, ProfileKind::TextDependentVerification);
    let tenant = engine.tenant_for_operator("acme").await?;
    let profile = engine.profile(&tenant, kind, id.parse().unwrap()).await?;
    engine.verify_profile(&tenant, &profile, said, Edition::demands_of_imports(kind)).await
}
