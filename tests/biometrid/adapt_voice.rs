//! `POST /users/{user}/adapt/voice`.

use timbre_tests::{
    ADAPTED, NOT_ADAPTED, Person, Product,
    Purpose::{Adapt, Enrol, Verify},
    VERIFIED, started, voices,
};

#[test]
fn the_enrolled_voice_adapts_and_is_verified_after_it() {
    let product = Product::start();
    let acme = product.application("acme");
    let heart = Person::english("af_heart");
    let user = acme.user("7");
    acme.start(Adapt, &user).is_fault(400, "ENROLL_USER_VOICE_FIRST");
    acme.converse(Enrol, &user, &heart);
    let start = acme.start(Adapt, &user);
    start.is_outcome(&started(&start.text("dialogueId"), &start.code()));
    acme.with_an_empty_jar().converse(Adapt, &user, &heart).is_outcome(ADAPTED);
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}

#[test]
fn another_voice_does_not_adapt() {
    let product = Product::start();
    let acme = product.application("acme");
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let user = acme.enrolled("7", &heart);
    acme.converse(Adapt, &user, &fenrir).is_outcome(NOT_ADAPTED);
    acme.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}

/// [adaptation] Prints what it measured, one line of JSON for each pair of people. With `TIMBRE_DIGITS` they are those
/// of a folder of single digits, real ones say, and else two pairs of test voices.
#[test]
fn twenty_adaptations_help_the_owner_and_nobody_else() {
    let (folder, pairs) = match std::env::var_os("TIMBRE_DIGITS") {
        Some(folder) => {
            let names = timbre_tests::names_in(folder.as_ref());
            let others =
                |owner: &String| names.iter().filter(|name| *name != owner).cloned().collect::<Vec<_>>();
            let pairs =
                names.iter().flat_map(|owner| others(owner).into_iter().map(|other| (owner.clone(), other)));
            (folder.into(), pairs.collect::<Vec<_>>())
        }
        None => {
            let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
            (voices().join("en"), vec![pair("af_heart", "bf_emma"), pair("bm_lewis", "am_fenrir")])
        }
    };
    for (owner, impostor) in pairs {
        adapt_twenty_times(
            (&owner, &Person::of(&folder.join(&owner))),
            (&impostor, &Person::of(&folder.join(&impostor))),
        );
    }
}

fn adapt_twenty_times((owner_name, owner): (&str, &Person), (impostor_name, impostor): (&str, &Person)) {
    const TIMES: usize = 20;
    let product = Product::start();
    let acme = product.application("acme");
    let user = acme.enrolled("7", owner);
    let codes = ["0653", "1928", "4710", "8365", "2079", "5146", "9382", "7054", "3619", "6841"];
    let say = |person: &Person| codes.iter().map(|code| person.says(code)).collect::<Vec<_>>();
    let (owners, impostors) = (say(owner), say(impostor));
    let mean = |recordings: &[Vec<u8>]| {
        let scores = recordings.iter().map(|wav| product.score("acme", &user, wav.clone()));
        scores.sum::<f64>() / recordings.len() as f64
    };
    let adaptations = |person: &Person| {
        let adapt = |_: &usize| {
            acme.unlock(&user);
            acme.with_an_empty_jar().converse(Adapt, &user, person).body == ADAPTED
        };
        (0..TIMES).filter(adapt).count()
    };
    let (owner_before, impostor_before) = (mean(&owners), mean(&impostors));
    let by_impostor = adaptations(impostor);
    let impostor_after = mean(&impostors);
    let by_owner = adaptations(owner);
    let (owner_after, impostor_last) = (mean(&owners), mean(&impostors));
    timbre_tests::found(&serde_json::json!({
        "owner": owner_name, "impostor": impostor_name, "times": TIMES,
        "adapted_by_impostor": by_impostor, "adapted_by_owner": by_owner,
        "impostor_before": impostor_before, "impostor_after": impostor_after,
        "impostor_after_the_owners_adaptations": impostor_last,
        "owner_before": owner_before, "owner_after": owner_after,
    }));
    assert_eq!(by_impostor, 0);
    assert!(impostor_after <= impostor_before, "{impostor_after} after {impostor_before}");
    assert!(by_owner >= TIMES * 9 / 10, "{by_owner}");
    // Scores end at 1; what a mean of ten loses in its sixth place is no loss.
    assert!(owner_after >= owner_before - 1e-6, "{owner_after} after {owner_before}");
}
