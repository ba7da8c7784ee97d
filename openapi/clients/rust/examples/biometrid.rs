//! Enrols a voice and verifies one: biometrid URL KEY SECRET ENROLLER VERIFIER. The last two record somebody: each is a program
//! that is run with a code and writes a WAV file of that code spoken to its output.
use serde_json::{Value, to_value};
use std::{error::Error, fmt::Debug, process::Command};
use timbre_client::{Patience, biometrid::*};

type Reply<R, E> = Result<R, ApiOpError<E>>;
async fn converse<R: serde::Serialize, E: Debug + 'static>(
    recorder: &str,
    dialogue: impl AsyncFn(Option<SpokenRecording>) -> Reply<R, E>,
) -> Result<Value, Box<dyn Error>> {
    let mut reply = to_value(dialogue(None).await?)?;
    while let Some(code) = reply["data"]["promptCode"].as_str() {
        let audio = MultipartFile::new(Command::new(recorder).arg(code).output()?.stdout).with_file_name("code.wav");
        reply = to_value(dialogue(Some(SpokenRecording { audio: Some(audio), language: None })).await?)?;
    }
    Ok(reply["data"].take())
}
#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, secret, enroller, verifier] = words.as_slice() else { return Err("five words".into()) };
    let biometrid = timbre_client::biometrid(url, key, secret, Patience::default())?;
    let user = biometrid.create_user_1_0(None::<&str>, None).await?.data.id;
    converse(enroller, async |spoken| biometrid.enroll_voice_1_0(&user, spoken).await).await?;
    let end = converse(verifier, async |spoken| biometrid.verify_voice_1_0(&user, spoken).await).await?;
    println!("{}", if end["verified"] == true { "verified" } else { "not verified" });
    Ok(())
}
