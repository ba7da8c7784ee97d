//! What is asked for: thirty jobs of every kind, each with the steps at which somebody is killed.

use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::elsewhere::Manner;
use super::http;
use super::pair::{Step, Victim};
use crate::cargo;
use crate::failure::Failure;

/// A synthetic voice that is enrolled, and recordings of it: those of the rest are its turns in conversations.
const SPEAKER: &str = "af_heart";
const ENROLLED: [&str; 3] = ["free_0", "free_1", "free_2"];
const HELD_BACK: &str = "free_3";
/// Whom it talks to.
const OTHERS: [&str; 4] = ["am_michael", "bf_emma", "am_puck", "bm_fable"];
/// Clips of the other's.
const MOST_CLIPS: usize = 4;
/// Bytes of a WAV before its samples.
const HEADER: usize = 44;
const AUDIO: &str = "/audio/generic/api";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Identify,
    Diarize,
    DetectSpeech,
}

/// One job, as its application knows it.
pub(super) struct Order {
    pub(super) number: usize,
    pub(super) kind: Kind,
    by_url: bool,
    pub(super) request_id: String,
    pub(super) wav: Vec<u8>,
}

impl Order {
    pub(super) fn new(number: usize) -> Result<Self, Failure> {
        let kind = [Kind::Identify, Kind::Diarize, Kind::DetectSpeech][number % 3];
        let request_id = format!("call {number}/{kind:?}");
        let mut order = Self { number, kind, by_url: number % 2 == 1, request_id, wav: Vec::new() };
        // Who is to be killed amid a recording must have the time for it.
        let times = if order.kill_at_work().0 == Step::Amid { 2 } else { 1 };
        order.wav = conversation(number, times)?;
        Ok(order)
    }

    /// The request, with where its recording is and where its end is told.
    pub(super) fn request(&self, apikey: &str, elsewhere: &str) -> Vec<u8> {
        let path = match self.kind {
            Kind::Identify => "/v2/async/diarization/identify",
            Kind::Diarize => "/v2/async/diarize",
            Kind::DetectSpeech => "/v1/async/vad",
        };
        let request_id = self.request_id.replace(' ', "%20").replace('/', "%2F");
        let path =
            format!("{AUDIO}{path}?apikey={apikey}&webhook=http://{elsewhere}/told&request_id={request_id}");
        let mut body = body(&self.wav);
        if self.by_url {
            body["content"].take();
            body["url"] = format!("http://{elsewhere}/{}", self.number).into();
        }
        if self.kind == Kind::Identify {
            body["speakerIds"] = json!([SPEAKER]);
        }
        http::request("POST", &path, body.to_string().as_bytes())
    }

    /// The same asked to be answered at once, of a job that is killed while it is heard, where there is such a call.
    pub(super) fn request_now(&self, apikey: &str) -> Option<Vec<u8>> {
        if self.kill_at_work().0 == Step::Fetching {
            return None;
        }
        let mut body = body(&self.wav);
        let path = match self.kind {
            Kind::Identify => "/v2/sync/diarization/identify",
            Kind::Diarize => "/v1/sync/diarize",
            Kind::DetectSpeech => return None,
        };
        if self.kind == Kind::Identify {
            body["speakerIds"] = json!([SPEAKER]);
        }
        let path = format!("{AUDIO}{path}?apikey={apikey}");
        Some(http::request("POST", &path, body.to_string().as_bytes()))
    }

    /// The request for its status.
    pub(super) fn status(&self, apikey: &str) -> Vec<u8> {
        let request_id = self.request_id.replace(' ', "%20").replace('/', "%2F");
        let path =
            format!("/transaction/generic/api/v1/async/status?apikey={apikey}&request_id={request_id}");
        http::request("GET", &path, b"")
    }

    /// Whether this is an answer to it that holds something: its speaker, its people, or speech.
    pub(super) fn is_answered_by(&self, response: &Value) -> bool {
        let segments = response["segments"].as_array().map(Vec::as_slice).unwrap_or_default();
        match self.kind {
            Kind::Identify => segments.iter().any(|segment| segment["speaker_id"] == SPEAKER),
            Kind::Diarize => !segments.is_empty() && response["num_speakers"].as_u64().is_some(),
            Kind::DetectSpeech => segments.iter().any(|segment| segment["tag"] == "speech"),
        }
    }

    /// Where somebody is killed while it is asked for.
    pub(super) fn kill_at_the_door(&self) -> (Step, Victim) {
        match self.number / 3 % 3 {
            0 => (Step::Uploading, Victim::Server),
            1 => (Step::Answering, Victim::Server),
            _ => (Step::Accepted, [Victim::Both, Victim::Worker][self.number % 2]),
        }
    }

    /// Where somebody is killed while it is done.
    pub(super) fn kill_at_work(&self) -> (Step, Victim) {
        let victim = [Victim::Worker, Victim::Both, Victim::Worker, Victim::Server][self.number / 4 % 4];
        match self.number % 4 {
            1 if self.by_url => (Step::Fetching, victim),
            2 | 3 if self.kind != Kind::DetectSpeech => (Step::Amid, victim),
            _ => (Step::Begun, victim),
        }
    }

    /// How its messages are treated, one after the other; those that follow are taken.
    pub(super) fn manners(&self) -> impl Iterator<Item = Manner> {
        let misbehaves = match self.number % 5 {
            0 => Some(Manner::Refuse),
            1 => Some(Manner::HangUp),
            _ => None,
        };
        let victim = [Victim::Worker, Victim::Both, Victim::Worker, Victim::Server][self.number % 4];
        let step = [Step::Arrived, Step::Answered, Step::Waiting][self.number / 2 % 3];
        misbehaves.into_iter().chain([Manner::Kill(step, victim)])
    }
}

/// The calls that enrol the speaker.
pub(super) fn enrolments(apikey: &str) -> Result<Vec<Vec<u8>>, Failure> {
    let path = format!("{AUDIO}/v2/sync/diarization/enroll?apikey={apikey}");
    let call = |clip: &&str| {
        let mut body = body(&timbre_voices::wav(&samples(SPEAKER, clip)?));
        body["speakerId"] = SPEAKER.into();
        Ok(http::request("POST", &path, body.to_string().as_bytes()))
    };
    ENROLLED.iter().map(call).collect()
}

fn body(wav: &[u8]) -> Value {
    json!({
        "content": STANDARD.encode(wav),
        "encoding": "Wave",
        "sampleRate": 16_000,
        "languageCode": "en-US",
    })
}

/// The speaker and another one in turn, differently for each number: 15 to 25 s, so many times over.
fn conversation(number: usize, times: usize) -> Result<Vec<u8>, Failure> {
    let other = OTHERS[number % OTHERS.len()];
    let mut said = samples(SPEAKER, HELD_BACK)?;
    for clip in 0..1 + number % MOST_CLIPS {
        said.extend(samples(other, &format!("other_{}", (number + clip) % 8))?);
    }
    Ok(timbre_voices::wav(&said.repeat(times)))
}

fn samples(voice: &str, clip: &str) -> Result<Vec<f32>, Failure> {
    let path = cargo::root().join("tests/fixtures/phrases").join(voice).join(clip).with_extension("ogg");
    let wav = timbre_voices::as_wav(Path::new(&path))?;
    let samples = wav.get(HEADER..).unwrap_or_default();
    let sample = |bytes: &[u8; 2]| f32::from(i16::from_le_bytes(*bytes)) / 32_767.0;
    Ok(samples.as_chunks().0.iter().map(sample).collect())
}
