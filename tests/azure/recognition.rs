//! Verification and identification: what is accepted, who is named.

use timbre_tests::{
    Product, Speaker, Subscriber,
    subscriber::{Identification, TextDependent, V2_0, field, json},
};

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

fn identifiable(acme: &Subscriber, who: Speaker) -> String {
    let id = acme.profile(V2_0, Identification);
    assert_eq!(
        field(&acme.enrol(V2_0, Identification, &id, who.free(&[0, 1])), "enrollmentStatus"),
        "Enrolled"
    );
    id
}

#[test]
fn the_score_speaks_of_the_voice_alone() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = acme.profile(V2_0, TextDependent);
    for take in 0..3 {
        acme.enrol(V2_0, TextDependent, &id, HEART.passport(take));
    }
    let asked = |wav| {
        let reply = acme.verify(V2_0, TextDependent, &id, wav);
        (field(&reply, "recognitionResult"), field(&reply, "score").parse::<f64>().unwrap())
    };
    let (right, wrong) = (asked(HEART.passport(3)), asked(HEART.says("7_0")));
    assert_eq!((right.0.as_str(), wrong.0.as_str()), ("Accept", "Reject"));
    assert!(wrong.1 > 0.5, "the owner's voice with another phrase: {}", wrong.1);
    let (said, score) = asked(MICHAEL.passport(0));
    assert!(said == "Reject" && score < 0.5, "another voice with the right phrase: {score}");
}

#[test]
fn the_five_likeliest_of_many_are_ranked() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let mut candidates = vec![identifiable(&acme, HEART)];
    for _ in 0..6 {
        candidates.push(identifiable(&acme, MICHAEL));
    }
    let found = json(&acme.identify(V2_0, &candidates.join(","), HEART.free(&[3])));
    let ranking = found["profilesRanking"].as_array().unwrap();
    assert_eq!((ranking.len(), &ranking[0]), (5, &found["identifiedProfile"]));
    assert_eq!(found["identifiedProfile"]["profileId"], candidates[0].as_str());
    let scores: Vec<f64> = ranking.iter().map(|row| row["score"].as_f64().unwrap()).collect();
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
}

#[test]
fn a_recording_that_was_compared_is_not_kept() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let id = identifiable(&acme, HEART);
    let before = product.files().len();
    acme.identify(V2_0, &id, HEART.free(&[3]));
    assert_eq!(product.files().len(), before);
}
