//! The names of what a submitted sample was refused for.

use timbre_tests::{Application, Person, Product, Purpose::Enrol, Reply, Setup, sound, submitted};
use timbre_voices::wav;

/// A product whose dialogues bear many refusals.
fn patient() -> Product {
    let mut setup = Setup::default();
    setup.policy.dialogue.max_sqm_failures = 20;
    // So that an accepted sample does not end the dialogue that goes on testing.
    setup.policy.dialogue.enrol_codes = 10;
    Product::with(setup)
}

fn is_refused(acme: &Application, user: &str, samples: &[f32], names: &[&str]) -> Reply {
    let reply = acme.speak(Enrol, user, wav(samples));
    let decision = reply.decision();
    assert!(names.contains(&decision.as_str()), "{decision} is none of {names:?}");
    reply.is_outcome(&submitted(&reply.code(), &decision));
    reply
}

#[test]
fn a_sample_without_speech_that_serves_is_refused_by_name() {
    let product = patient();
    let acme = product.application("acme");
    let (user, heart) = (acme.user("7"), Person::english("af_heart"));
    acme.start(Enrol, &user);

    is_refused(&acme, &user, &sound::silence(2.0), &["NoSpeech"]);
    is_refused(&acme, &user, &sound::silence(0.01), &["NoSpeech"]);
    is_refused(&acme, &user, &sound::noise(2.0, 0.3), &["NoSpeech", "TooNoisy"]);
    let code = is_refused(&acme, &user, &heart.samples("8"), &["TooShort"]).code();
    let spoken = heart.samples(&code);
    // 55 dB below full scale, where policy asks for 50.
    let faint = sound::scaled(&spoken, 0.001_78 / sound::level(&spoken));
    let code = is_refused(&acme, &user, &faint, &["TooQuiet"]).code();
    let code = is_refused(&acme, &user, &sound::scaled(&heart.samples(&code), 15.0), &["Clipped"]).code();
    let spoken = sound::scaled(&heart.samples(&code), 0.3);
    let hiss = sound::noise(30.0, 1.7 * sound::level(&spoken));
    is_refused(&acme, &user, &sound::mixed(&spoken, &hiss), &["TooNoisy", "NoSpeech"]);
}

#[test]
fn a_sample_that_is_heard_again_or_says_something_else_is_refused_by_name() {
    let product = patient();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let user = acme.user("7");
    let start = acme.start(Enrol, &user);

    let wrong = if start.code().contains('0') { "6789" } else { "0123" };
    let code = is_refused(&acme, &user, &heart.samples(wrong), &["WrongCode"]).code();
    // Too few and too many digits are another code as well.
    let code = is_refused(&acme, &user, &heart.samples(&code[..3]), &["WrongCode"]).code();
    let more = ('0'..='9').find(|digit| !code.contains(*digit)).unwrap();
    let code = is_refused(&acme, &user, &heart.samples(&format!("{code}{more}")), &["WrongCode"]).code();

    let recording = heart.samples(&code);
    let reply = acme.speak(Enrol, &user, wav(&recording));
    reply.is_outcome(&submitted(&reply.code(), "OK"));
    is_refused(&acme, &user, &recording, &["SameRecording"]);
    // Louder and cut differently it is the same recording still.
    is_refused(&acme, &user, &sound::scaled(&recording[800..], 0.5), &["SameRecording"]);
    // It is known within another dialogue, too.
    let device = acme.with_an_empty_jar();
    device.start(Enrol, &user);
    is_refused(&device, &user, &recording, &["SameRecording"]);
}

#[test]
fn a_sample_of_two_people_is_refused_by_name() {
    // Two voices are told apart from 2.2 s of speech on: four digits can be less.
    let product = Product::with({
        let mut setup = Setup::default();
        setup.policy.dialogue.code_length = 8;
        setup
    });
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.user("7");
    let code = acme.start(Enrol, &user).code();
    let mut both = heart.samples(&code[..4]);
    both.extend(fenrir.samples(&code[4..]));
    let code = is_refused(&acme, &user, &both, &["SeveralVoices"]).code();
    is_refused(&acme, &user, &heart.samples(&code), &["OK"]);
}
