//! [azure-contract], [conversation], [passphrase], [phrases] What we claim of Azure's contract.

use std::thread;
use std::time::Duration;

use reqwest::blocking::{Client, RequestBuilder};
use serde_json::{Value, json};
use timbre_voices::as_wav;

use super::product::{self, measured};
use super::{Finding, Given, argument, number};
use crate::cargo;
use crate::failure::{Failure, say};
use crate::server::Server;
use crate::test::python_packages;

const PROFILES: &str = "/speaker/verification/v2.0/text-dependent/profiles";

pub(super) fn contract(given: &Given) -> Result<Finding, Failure> {
    python_packages()?;
    let mut finding = Finding::default();
    let table = "azure::contract::every_documented_operation_and_case_is_answered_to_the_letter";
    let fuzz = "azure::fuzz::a_hundred_kinds_of_nonsense_for_each_route_are_answered_in_the_contracts_shape_and_never_with_500";
    product::contract(table, fuzz, None, &mut finding)?;
    let client = "azure::client::a_python_client_enrols_three_times_verifies_and_identifies_in_both_versions";
    measured(client, None, &mut finding)?;
    say(
        "  a Python client, after the published samples: enrolled three times, verified, identified, in both versions",
    )?;
    two_processes(given, &mut finding)?;
    Ok(finding)
}

/// Enrolments of one profile, sent at once to two server processes over one database.
fn two_processes(given: &Given, finding: &mut Finding) -> Result<(), Failure> {
    const SENDERS: usize = 8;
    let data = tempfile::tempdir()?;
    let servers =
        [Server::start(given.binary()?, data.path())?, Server::start(given.binary()?, data.path())?];
    let key = servers[0].subscription_key()?;
    let http = Client::builder().no_proxy().timeout(Duration::from_secs(120)).build()?;
    let call = |request: RequestBuilder| request.header("Ocp-Apim-Subscription-Key", &key);
    let made =
        call(http.post(format!("{}{PROFILES}", servers[0].base_url())).json(&json!({"locale": "en-us"})));
    let made: Value = made.send()?.json()?;
    let path = format!("{PROFILES}/{}", made["profileId"].as_str().unwrap_or_default());
    let takes: Vec<Vec<u8>> = (0..4)
        .map(|take| as_wav(&cargo::root().join(format!("tests/fixtures/phrases/af_heart/2_{take}.ogg"))))
        .collect::<Result<_, _>>()?;
    let replies: Vec<Result<(u16, String), Failure>> = thread::scope(|scope| {
        let senders: Vec<_> = (0..SENDERS)
            .map(|n| {
                let url = format!("{}{path}/enrollments", servers[n % 2].base_url());
                let request =
                    call(http.post(url)).header("Content-Type", "audio/wav").body(takes[n % 4].clone());
                scope.spawn(move || {
                    let reply = request.send()?;
                    Ok((reply.status().as_u16(), reply.text()?))
                })
            })
            .collect();
        senders
            .into_iter()
            .map(|sender| sender.join().unwrap_or_else(|_| Err(Failure::new("a sender ended"))))
            .collect()
    });
    let replies = replies.into_iter().collect::<Result<Vec<_>, _>>()?;
    let with = |wanted: u16| replies.iter().filter(|(status, _)| *status == wanted).count();
    let shown: Value = call(http.get(format!("{}{path}", servers[1].base_url()))).send()?.json()?;
    let (taken, told) = (with(201), with(409));
    say(format_args!(
        "  {SENDERS} enrolments of one profile at once, to two server processes: {taken} taken, {told} told 409, {} stored",
        shown["enrollmentsCount"]
    ))?;
    finding.require(taken + told == SENDERS && told > 0, format!("other replies came: {replies:?}"));
    finding.require(shown["enrollmentsCount"] == taken, "what was taken is not what is stored");
    finding.figure("two_processes", json!({"taken": taken, "told_409": told}));
    Ok(())
}

pub(super) fn conversation(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let test = "azure::measured::katie_and_steve_are_verified_and_identified_by_speech_that_was_held_back";
    let people = measured(test, Some(("TIMBRE_SPEECH", given.speech()?)), &mut finding)?;
    finding.require(people.len() == 2, "two people were not measured");
    for person in &people {
        say(format_args!(
            "  {} by {} s held back: verified against each {}, identified with {}, runner-up {}, margin {}",
            person["name"],
            person["seconds"],
            person["scores"],
            person["identified_score"],
            person["runner_up_score"],
            person["margin"]
        ))?;
    }
    finding.figure("people", people);
    Ok(finding)
}

pub(super) fn passphrase(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let test = "azure::measured::twelve_people_are_verified_by_a_passphrase_of_the_tenants_own";
    let found = measured(test, Some(("TIMBRE_SPEECH", given.speech()?)), &mut finding)?;
    let found = found.into_iter().next().unwrap_or_default();
    say(format_args!(
        "  {} of {} people enrolled; recordings refused at enrolment: {}; comparisons refused: {}",
        found["enrolled"],
        found["people"],
        found["recordings_refused_at_enrolment"],
        found["comparisons_refused"]
    ))?;
    say(format_args!(
        "  text-dependent EER {:.2} % ({:.2}–{:.2})",
        100.0 * number(&found, "eer")?,
        100.0 * number(&found, "eer_low")?,
        100.0 * number(&found, "eer_high")?
    ))?;
    for who in [
        "owner_says_the_phrase",
        "impostor_says_the_phrase",
        "impostor_says_other_words",
        "owner_says_other_words",
    ] {
        let row = |by: &str| format!("{} of {}", found[who][by]["accepted"], found[who][by]["trials"]);
        say(format_args!(
            "  {:<28} accepted by voice {:<14} by voice and phrase {}",
            who.replace('_', " "),
            row("by_voice"),
            row("by_voice_and_phrase")
        ))?;
    }
    finding.require(found["enrolled"] == found["people"], "not everybody could be enrolled");
    finding.figure("found", found);
    Ok(finding)
}

pub(super) fn phrases(given: &Given) -> Result<Finding, Failure> {
    let check = cargo::release_example("phrases")?;
    let voices = cargo::root().join("tests/fixtures/phrases");
    let mut words = vec![argument(&voices)?];
    // Real free speech as well, where there is some.
    let speech = given.speech.as_ref().map(|speech| speech.join("librispeech"));
    if let Some(speech) = &speech {
        words.push(argument(speech)?);
    }
    let found: Value = super::json(&check, &words)?;
    let mut finding = Finding::default();
    let (right, taken) = (number(&found, "right_named_percent")?, number(&found, "free_taken_percent")?);
    say(format_args!(
        "  right phrase named {right:.2} % of {}   free speech taken for a phrase {taken:.2} % of {}   {}",
        found["right"], found["free"], found
    ))?;
    finding.at_least("right phrase named, %,", right, 98.0);
    finding.at_most("free speech taken for a phrase, %,", taken, 1.0);
    // What is no claim of the issue, and must not get worse unseen.
    finding.at_most("near misses taken for a phrase, %,", number(&found, "near_misses_taken_percent")?, 12.5);
    finding.at_most("phrases with more before or behind, %,", number(&found, "joined_taken_percent")?, 5.0);
    finding.figure("found", found);
    Ok(finding)
}
