//! Recordings: those that do not serve, enrolment, verification, identification, and what is full.

use timbre_api::Http;
use timbre_tests::{
    Product, Reply, Setup, Speaker, Subscriber, Table, send, sound,
    subscriber::{
        Base, Identification, TextDependent, V2_0, V2021, Verification, Version, field, identify_path,
        profile_path, recording, with,
    },
};
use timbre_voices::wav;

use super::{Errors, NOBODY, Of, VERSIONS, seconds};

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

/// What is said of recordings that do not serve, wherever one is sent.
pub(super) fn bad_recordings(table: &mut Table, acme: &Subscriber, version: Version, base: Base) {
    let dependent = base == TextDependent;
    let id = enrolled(acme, version, base);
    let actions = [("enroll", profile_path(version, base, &id, "enrollments"), "enrollment")];
    let other = match base {
        Identification => ("identify", identify_path(version, &format!("profileIds={id}")), "recognition"),
        _ => ("verify", profile_path(version, base, &id, "verify"), "recognition"),
    };
    let free = HEART.samples("free_0");
    let said = HEART.samples("2_0");
    for (operation, path, request) in actions.into_iter().chain([other]) {
        let of = Of(version, operation);
        let sent = |samples: &[f32]| send(recording(acme.post(&path), wav(samples)));
        let per = if dependent { String::new() } else { format!(" per {request} request") };
        let (longest, seconds) = if dependent { (10.5, 10) } else { (120.5, 120) };
        let long: Vec<f32> = free.iter().copied().cycle().take((longest * 16_000.0) as usize).collect();
        let message = format!("Invalid audio length. Maximum allowed length{per} is {seconds} seconds.");
        table.error(of, &sent(&long), 400, "InvalidRequest", &message);
        // 5 MB and more of the one format are longer than that as well.
        let huge = send(recording(acme.post(&path), wav(&vec![0.1; 2_700_000])));
        table.error(of, &huge, 400, "InvalidRequest", &message);
        let message = format!("Invalid audio length. Minimum allowed length{per} is 1 second.");
        table.error(of, &sent(&said[..15_000]), 400, "InvalidRequest", &message);

        let wav_only = if dependent && operation == "enroll" { "WAV " } else { "" };
        let message = format!("Invalid audio format. Supported format is {wav_only}16Khz 16bit Mono PCM.");
        for bytes in bad_formats(&said) {
            table.error(of, &send(recording(acme.post(&path), bytes)), 400, "InvalidRequest", &message);
        }
        for label in ["audio/mpeg", "application/json", "audio/wav; codecs=audio/mp3"] {
            let typed = acme.post(&path).header("content-type", label).body(wav(&said));
            let message = "Unsupported media type. Only 'audio/wav; codecs=audio/pcm' is accepted.";
            table.error(of, &send(typed), 415, "UnsupportedMediaType", message);
        }
        let noisy = sound::mixed(&said, &sound::noise(12.0, 4.0 * sound::level(&said)));
        let message = match (operation, version) {
            ("identify", V2_0) => "Minimum audio Signal-to-noise ratio (SNR) is 0dB",
            ("identify", V2021) => "Minimum audio Signal-to-noise ratio (SNR) is 2dB",
            _ => "Audio is too noisy.",
        };
        table.error(of, &sent(&noisy), 400, "InvalidRequest", message);
        if !dependent {
            let invalid = send(recording(acme.post(&with(&path, "ignoreMinLength=perhaps")), wav(&said)));
            let message = r#"Invalid ignoreMinLength parameter value. Valid values are "true" and "false"."#;
            table.error(of, &invalid, 400, "InvalidArgument", message);
        }
    }
    let unenrolled = acme.profile(version, base);
    let (path, name) = match base {
        Identification => (identify_path(version, &format!("profileIds={id},{unenrolled}")), "identify"),
        _ => (profile_path(version, base, &unenrolled, "verify"), "verify"),
    };
    let asked = send(recording(acme.post(&path), wav(&free)));
    table.error(Of(version, name), &asked, 400, "InvalidRequest", "Profile is not enrolled.");
}

/// Recordings that are anything but 16 kHz 16-bit mono PCM in WAV.
pub(super) fn bad_formats(samples: &[f32]) -> Vec<Vec<u8>> {
    let good = wav(samples);
    let patched = |at: usize, bytes: &[u8]| {
        let mut bad = good.clone();
        bad[at..at + bytes.len()].copy_from_slice(bytes);
        bad
    };
    vec![
        Vec::new(),
        b"{\"audio\": \"UklGRg==\"}".to_vec(),
        std::fs::read(timbre_tests::phrases().join("af_heart/2_0.ogg")).unwrap(),
        // 8 kHz; two channels; the data cut off.
        patched(24, &8_000_u32.to_le_bytes()),
        [&good[..22], &[2, 0], &good[24..32], &[4, 0], &good[34..]].concat(),
        good[..good.len() / 2].to_vec(),
    ]
}

/// A profile with a voiceprint of af_heart's.
pub(super) fn enrolled(acme: &Subscriber, version: Version, base: Base) -> String {
    let id = acme.profile(version, base);
    match base {
        TextDependent => {
            for take in 0..3 {
                assert_eq!(acme.enrol(version, base, &id, HEART.passport(take)).status, 201);
            }
        }
        _ => {
            activate(acme, version, base, &id, HEART);
            let reply = acme.enrol_any(version, base, &id, HEART.free(&[1, 2]));
            assert_eq!(field(&reply, "enrollmentStatus"), "Enrolled", "{}", reply.body);
        }
    }
    id
}

/// Says the activation phrase where the version asks for it.
pub(super) fn activate(acme: &Subscriber, version: Version, base: Base, id: &str, who: Speaker) {
    if version == V2021 {
        let reply = acme.enrol(version, base, id, who.says("activation_0"));
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
}

/// A recording of the passphrase that was taken.
pub(super) fn taken(version: Version, status: &str, count: u32) -> String {
    let name = |name| seconds(version, name);
    format!(
        r#"{{"profileId":"<uuid>","enrollmentStatus":"{status}","enrollmentsCount":{count},"{}":<seconds>,"{}":<seconds>,"remainingEnrollmentsCount":{},"passPhrase":"my voice is my passport verify me","{}":<seconds>,"{}":<seconds>}}"#,
        name("enrollmentsLength"),
        name("enrollmentsSpeechLength"),
        3_u32.saturating_sub(count),
        name("audioLength"),
        name("audioSpeechLength"),
    )
}

pub(super) fn text_dependent(table: &mut Table, acme: &Subscriber, version: Version) {
    let of = Of(version, "enroll");
    let id = acme.profile(version, TextDependent);
    let enrol = |wav| acme.enrol(version, TextDependent, &id, wav);
    let wrong = |table: &mut Table, said: &str| {
        let refused = acme.enrol(version, TextDependent, &id, HEART.says(said));
        table.error(of, &refused, 400, "InvalidRequest", "Invalid passphrase.");
    };
    wrong(table, "other_0");
    for (take, status) in ["Enrolling", "Enrolling", "Enrolled", "Enrolled"].into_iter().enumerate() {
        table.row(of, "taken", &enrol(HEART.passport(take)), 201, &taken(version, status, take as u32 + 1));
        // Another of the list, once one was said.
        wrong(table, "0_0");
    }
    let shown = acme.show(version, TextDependent, &id);
    let enrolled =
        field(&shown, "enrollmentsCount") == "4" && field(&shown, "enrollmentStatus") == "Enrolled";
    table.holds(Of(version, "get"), "enrolled", enrolled, &shown.body);

    let of = Of(version, "verify");
    let verify = |wav| acme.verify(version, TextDependent, &id, wav);
    let accept = r#"{"recognitionResult":"Accept","score":<score>}"#;
    let reject = r#"{"recognitionResult":"Reject","score":<score>}"#;
    table.row(of, "the owner", &verify(HEART.says("2_3")), 200, accept);
    table.row(of, "another voice", &verify(MICHAEL.passport(0)), 200, reject);
    table.row(of, "the owner, another phrase", &verify(HEART.says("6_0")), 200, reject);
}

pub(super) fn text_independent(table: &mut Table, acme: &Subscriber, version: Version) {
    for base in [Verification, Identification] {
        let of = Of(version, "enroll");
        let id = acme.profile(version, base);
        activate(acme, version, base, &id, HEART);
        let first = if version == V2021 { 1 } else { 0 };
        let name = |name| seconds(version, name);
        let body = |status: &str, count: u32, remaining: &str| {
            format!(
                r#"{{"profileId":"<uuid>","enrollmentStatus":"{status}","enrollmentsCount":{count},"{}":<seconds>,"{}":<seconds>,"{}":{remaining},"{}":<seconds>,"{}":<seconds>}}"#,
                name("enrollmentsLength"),
                name("enrollmentsSpeechLength"),
                name("remainingEnrollmentsSpeechLength"),
                name("audioLength"),
                name("audioSpeechLength"),
            )
        };
        if version == V2_0 {
            let some = acme.enrol(version, base, &id, HEART.free(&[0]));
            table.row(of, "some speech", &some, 201, &body("Enrolling", 1, "<seconds>"));
        }
        let count = if version == V2_0 { 2 } else { first + 1 };
        let enough = acme.enrol(version, base, &id, HEART.free(&[1, 2]));
        table.row(of, "enough speech", &enough, 201, &body("Enrolled", count, "0"));

        let hasty = acme.profile(version, base);
        activate(acme, version, base, &hasty, HEART);
        let little = acme.enrol_any(version, base, &hasty, HEART.says("other_1"));
        table.row(of, "ignoreMinLength", &little, 201, &body("Enrolled", first + 1, "<seconds>"));

        if base == Verification {
            let of = Of(version, "verify");
            let accept = r#"{"recognitionResult":"Accept","score":<score>}"#;
            let reject = r#"{"recognitionResult":"Reject","score":<score>}"#;
            let free = |who: Speaker| acme.verify(version, base, &id, who.free(&[3]));
            table.row(of, "the owner", &free(HEART), 200, accept);
            table.row(of, "another voice", &free(MICHAEL), 200, reject);
            let short = with(&profile_path(version, base, &id, "verify"), "ignoreMinLength=True");
            let short = send(recording(acme.post(&short), HEART.says("other_2")));
            table.row(of, "ignoreMinLength", &short, 200, accept);
        }
    }
}

pub(super) fn identification(table: &mut Table, acme: &Subscriber, version: Version) {
    let of = Of(version, "identify");
    let make = |who: Speaker| {
        let id = acme.profile(version, Identification);
        activate(acme, version, Identification, &id, who);
        let reply = acme.enrol_any(version, Identification, &id, who.free(&[0, 1]));
        assert_eq!(field(&reply, "enrollmentStatus"), "Enrolled", "{}", reply.body);
        id
    };
    let (heart, michael) = (make(HEART), make(MICHAEL));
    let row = |id: &str| format!(r#"{{"profileId":"{id}","score":<score>}}"#);
    let named = |table: &mut Table, case: &str, reply: &Reply, who: &str, ranking: &[&str]| {
        let ranking: Vec<String> = ranking.iter().map(|id| row(id)).collect();
        let body =
            format!(r#"{{"identifiedProfile":{},"profilesRanking":[{}]}}"#, row(who), ranking.join(","));
        table.row(of, case, reply, 200, &body);
    };
    let both = format!("{heart},{michael}");
    let ask = |candidates: &str, who: Speaker| acme.identify(version, candidates, who.free(&[3]));
    named(table, "heart", &ask(&both, HEART), &heart, &[&heart, &michael]);
    named(table, "michael", &ask(&both, MICHAEL), &michael, &[&michael, &heart]);
    named(table, "named twice", &ask(&format!("{both},{heart}"), HEART), &heart, &[&heart, &michael]);
    let nobody = "00000000-0000-0000-0000-000000000000";
    named(table, "nobody", &ask(&michael, HEART), nobody, &[&michael]);
    let short = send(recording(
        acme.post(&identify_path(version, &format!("profileIds={both}&ignoreMinLength=true"))),
        HEART.says("other_3"),
    ));
    named(table, "ignoreMinLength", &short, &heart, &[&heart, &michael]);

    let ids = "It should be comma-delimited list of IDs containing at least one ID.";
    for candidates in ["", "1", &format!("{heart},"), &format!("{heart};{michael}")] {
        let message = format!("Invalid profileIds parameter value. {ids}");
        table.error(of, &ask(candidates, HEART), 400, "InvalidArgument", &message);
    }
    let missing = send(recording(acme.post(&identify_path(version, "")), HEART.free(&[3])));
    table.error(of, &missing, 400, "InvalidRequest", &format!("profileIds parameter is missing. {ids}"));
    let many: Vec<String> = (0..51).map(|n| format!("49a36324-fc4b-4387-aa06-0900000000{n:02}")).collect();
    let message = "Maximum number of profiles allowed per request is 50.";
    table.error(of, &ask(&many.join(","), HEART), 400, "InvalidRequest", message);
    let french = acme.create(version, Identification, r#"{"locale":"fr-fr"}"#);
    let mixed = format!("{heart},{}", field(&french, "profileId"));
    let message = "Invalid group of profiles. Profiles must have the same locale.";
    table.error(of, &ask(&mixed, HEART), 400, "InvalidRequest", message);
    let unknown = ask(&format!("{heart},{NOBODY}"), HEART);
    table.error(of, &unknown, 404, "Not Found", "Requested profile doesn't exist");
}

/// Profiles and tenants that take no more.
pub(super) fn full(table: &mut Table, product: &Product) {
    for version in VERSIONS {
        let small = product.subscriber(&format!("small {version:?}"));
        product.change_policy(&format!("small {version:?}"), |policy| policy.profiles.max_profiles = 2);
        for base in Base::ALL {
            for _ in 0..2 {
                small.profile(version, base);
            }
            let third = small.create(version, base, r#"{"locale":"en-us"}"#);
            let message = "Maximum allowed number of profiles is 2.";
            table.error(Of(version, "create"), &third, 403, "Forbidden", message);
        }
    }
    let acme = product.subscriber("full");
    // Two minutes each, most of them silence: what counts is audio.
    let free = HEART.samples("free_0").into_iter().chain(sound::silence(119.0));
    let long: Vec<f32> = free.take(119 * 16_000).collect();
    for base in [Verification, Identification] {
        let id = acme.profile(V2_0, base);
        let enrol = |version, samples: &[f32]| acme.enrol(version, base, &id, wav(samples));
        assert_eq!([enrol(V2_0, &long).status, enrol(V2_0, &long).status], [201, 201]);
        let message = "Maximum allowed length across all profile enrollments is 300 seconds.";
        for version in VERSIONS {
            table.error(Of(version, "enroll"), &enrol(version, &long), 403, "InvalidRequest", message);
        }
        assert_eq!(enrol(V2_0, &long[..60 * 16_000]).status, 201, "a minute and two seconds are left");
    }
    let phrases = acme.profile(V2_0, TextDependent);
    let enrol = |version, n: usize| acme.enrol(version, TextDependent, &phrases, HEART.passport(n % 4));
    for n in 0..50 {
        assert_eq!(enrol(V2_0, n).status, 201);
    }
    let message = "Maximum allowed number of enrollments per profile is 50.";
    for version in VERSIONS {
        table.error(Of(version, "enroll"), &enrol(version, 50), 403, "InvalidOperation", message);
    }
}

/// A server that has no place for another recording.
pub(super) fn busy(table: &mut Table, product: &Product) {
    let setup = Setup::default();
    let full = product.beside(Setup { http: Http { max_uploads: 0, ..setup.http.clone() }, ..setup });
    let acme = product.subscriber("busy").at(&full.url);
    for version in VERSIONS {
        for base in Base::ALL {
            let id = acme.profile(version, base);
            let enrolled = acme.enrol(version, base, &id, HEART.passport(0));
            table.error(Of(version, "enroll"), &enrolled, 429, "RateLimit", "Rate limit is exceeded.");
            let recognised = match base {
                Identification => acme.identify(version, &id, HEART.passport(0)),
                _ => acme.verify(version, base, &id, HEART.passport(0)),
            };
            let name = if base == Identification { "identify" } else { "verify" };
            table.error(Of(version, name), &recognised, 429, "RateLimit", "Rate limit is exceeded.");
        }
    }
}
