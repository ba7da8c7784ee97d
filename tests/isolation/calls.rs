//! The calls: what stands in a path, a query and a body.

use reqwest::blocking::{RequestBuilder, multipart::Form};
use serde_json::json;
use timbre_tests::{
    developer::{content, with},
    encoded, form,
    subscriber::recording,
    wav_part,
};
use timbre_voices::wav;

use super::{
    credentials::Credential,
    documents::Operation,
    ids::Ids,
    rows::{Brings, Row},
    world::{HEART, World},
};

impl World {
    /// The call of an operation.
    pub fn request(
        &self,
        operation: &Operation,
        row: &Row,
        ids: &Ids,
        credential: &Credential,
    ) -> RequestBuilder {
        let path = operation
            .path
            .replace("{user}", &ids.user)
            .replace("{profile}", &ids.profiles[kind(operation)])
            .replace("{locale}", "en-us");
        assert!(!path.contains('{'), "{}: a parameter that is not known here", operation.path);
        let mut query = self.query(operation, row, ids);
        if operation.contract == "deepaffects" {
            query.extend(credential.whole().map(|key| ("apikey", key)));
        }
        let query = if query.is_empty() { String::new() } else { format!("?{}", encoded(&query)) };
        let request =
            self.http.request(operation.method.clone(), format!("{}{path}{query}", self.product.url));
        let request = match operation.contract {
            "biometrid" => match credential.parts() {
                Some((key, secret)) => {
                    request.header("x-biometrid-key", key).header("x-biometrid-secret", secret)
                }
                None => request,
            },
            "azure" => match credential.whole() {
                Some(key) => request.header("Ocp-Apim-Subscription-Key", key),
                None => request,
            },
            _ => request,
        };
        self.with_body(request, operation, row, ids)
    }

    fn query(&self, operation: &Operation, row: &Row, ids: &Ids) -> Vec<(&'static str, String)> {
        let mut query = match row.brings {
            Brings::Device => vec![("mac_address", ids.device.clone())],
            Brings::Enrolment => vec![("ignoreMinLength", "true".to_owned())],
            Brings::Candidates => {
                let own = ids.beside.iter().map(|(profile, _)| profile.as_str());
                let candidates: Vec<_> = own.chain([ids.profiles[2].as_str()]).collect();
                vec![("profileIds", candidates.join(","))]
            }
            Brings::SpeakerAsked => vec![("speakerId", ids.speaker.clone())],
            Brings::Order => {
                vec![("webhook", self.receiver.url("/hook")), ("request_id", ids.request.clone())]
            }
            Brings::Request => vec![("request_id", ids.request.clone())],
            _ => Vec::new(),
        };
        if operation.query.iter().any(|name| name == "api-version") {
            query.push(("api-version", "2021-09-05".to_owned()));
        }
        let has = |name: &String| query.iter().any(|(known, _)| known == name);
        assert!(operation.query.iter().all(has), "{}: needs {:?}", operation.id, operation.query);
        query
    }

    fn with_body(
        &self,
        request: RequestBuilder,
        operation: &Operation,
        row: &Row,
        ids: &Ids,
    ) -> RequestBuilder {
        let dependent = kind(operation) == 0;
        let asked = || content(&HEART.says("other_0"));
        let speakers: Vec<_> =
            ids.beside.iter().map(|(_, own)| own).chain([&ids.speaker]).map(String::as_str).collect();
        match row.brings {
            Brings::References => {
                form(request, &[("reference_id", &ids.reference), ("mac_address", &ids.device)])
            }
            Brings::Digits => request.multipart(Form::new().part("audio", wav_part(self.digits.clone()))),
            Brings::Locale => request.json(&json!({"locale": "en-us"})),
            Brings::Speech if dependent => recording(request, HEART.passport(3)),
            Brings::Speech | Brings::Candidates => recording(request, HEART.free(&[3])),
            Brings::Enrolment if dependent => recording(request, HEART.passport(0)),
            Brings::Enrolment => recording(request, HEART.says("activation_0")),
            Brings::Speaker => request.json(&json!({"speakerId": ids.speaker})),
            Brings::SpeakerHeard => {
                request.json(&with(content(&some_speech()), "speakerId", ids.speaker.as_str()))
            }
            Brings::Question | Brings::Order => request.json(&with(asked(), "speakerIds", json!(speakers))),
            Brings::Nothing | Brings::Device | Brings::SpeakerAsked | Brings::Request => request,
        }
    }
}

/// Which kind of profile a path is about.
pub fn kind(operation: &Operation) -> usize {
    match (operation.path.contains("/text-dependent/"), operation.path.contains("/identification/")) {
        (true, _) => 0,
        (false, false) => 1,
        (false, true) => 2,
    }
}

/// Enough speech to be taken, too little for a speaker to be complete.
pub fn some_speech() -> Vec<u8> {
    let mut samples = HEART.samples("free_2");
    samples.truncate(8 * 16_000);
    wav(&samples)
}
