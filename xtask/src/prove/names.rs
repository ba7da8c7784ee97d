//! [names] Who of two known people speaks when, in a conversation of real people. The second model, which takes no part in it, is asked about each turn.

use std::fs;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::{Finding, Given, argument, rounded};
use crate::failure::{Failure, say};
use crate::server::by_default;

const PEOPLE: [&str; 2] = ["katie", "steve"];
/// Of a WAV that we write, up to the samples; and its samples a second and bytes of each.
const HEADER: usize = 44;
const RATE: f64 = 16_000.0;
const BYTES: usize = 2;
/// The model that names nobody.
const SECOND_MODEL: &str = "wespeaker-voxceleb-resnet34";

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let speech = given.speech()?.join("conversation");
    let work = tempfile::tempdir()?;
    let voices = work.path().join("voices");
    fs::create_dir(&voices)?;
    for name in PEOPLE {
        fs::copy(speech.join(format!("enrollment_audio_{name}.wav")), voices.join(format!("{name}.wav")))?;
    }
    let talk = speech.join("katiesteve_mono.wav");
    let mut command = Command::new(given.binary()?);
    by_default(&mut command);
    let heard = command
        .args(["diarize", argument(&talk)?, "--voices", argument(&voices)?])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let rttm = String::from_utf8_lossy(&heard.stdout);
    let mut finding = Finding::default();
    finding.require(heard.status.success(), "timbre diarize fails");

    let samples = timbre_voices::as_wav(&talk)?;
    let samples = samples.get(HEADER..).unwrap_or_default();
    let (mut turns, mut cuts) = (Vec::new(), Vec::new());
    for line in rttm.lines() {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let ["SPEAKER", _, _, start, duration, _, _, who, ..] = fields[..] else { continue };
        let (Ok(start), Ok(duration)) = (start.parse::<f64>(), duration.parse::<f64>()) else { continue };
        let at = |seconds: f64| BYTES * (seconds * RATE) as usize;
        let cut = samples.get(at(start)..at(start + duration).min(samples.len())).unwrap_or_default();
        let file = work.path().join(format!("turn_{}.wav", turns.len()));
        let cut: Vec<f32> =
            cut.chunks_exact(BYTES).map(|b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0).collect();
        fs::write(&file, timbre_voices::wav(&cut))?;
        cuts.push(file);
        turns.push((start, duration, who.to_owned()));
    }
    finding.require(turns.len() >= 2, "nobody takes turns");

    let known = PEOPLE.map(|name| voices.join(format!("{name}.wav")));
    let mut words = vec!["embed", "--model", SECOND_MODEL];
    for file in known.iter().chain(&cuts) {
        words.push(argument(file)?);
    }
    let embedded = given.timbre(&words)?;
    let embeddings = (0..known.len() + cuts.len())
        .map(|row| vector(&embedded[row]["embedding"]))
        .collect::<Result<Vec<_>, Failure>>()?;
    let mut segments = Vec::new();
    for (turn, (start, duration, who)) in turns.iter().enumerate() {
        let [katie, steve] =
            [0, 1].map(|person| cosine(&embeddings[person], &embeddings[known.len() + turn]));
        let second = if katie > steve { PEOPLE[0] } else { PEOPLE[1] };
        say(format_args!(
            "  {start:>6.2} s to {:>6.2} s  {who:<6}  second model: {second:<6} (katie {katie:.2}, steve {steve:.2})",
            start + duration
        ))?;
        finding.require(
            who == second,
            format!("the turn at {start} s is {who}'s to us and {second}'s to the second model"),
        );
        let (start, end) = (rounded(*start, 2), rounded(start + duration, 2));
        segments.push(json!({"speaker_id": who, "start": start, "end": end}));
    }
    let alternate = turns.windows(2).all(|pair| pair[0].2 != pair[1].2);
    finding.require(alternate, "somebody speaks twice in a row: a turn was torn apart or missed");
    finding.figure("segments", segments);
    Ok(finding)
}

fn vector(values: &Value) -> Result<Vec<f64>, Failure> {
    let values = values.as_array().ok_or_else(|| Failure::new("an embedding is missing"))?;
    Ok(values.iter().filter_map(Value::as_f64).collect())
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}
