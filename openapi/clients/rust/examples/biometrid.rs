//! Enrols a voice and verifies one: biometrid URL KEY SECRET ENROLLER VERIFIER. The last two record somebody: each is a program
//! that is run with a code and writes a WAV file of that code spoken to its output.

use timbre_client::{Patience, biometrid::DialogueReply, biometrid::MultipartFile, biometrid::SpokenRecording};

fn spoken(code: &str, recorder: &str) -> std::io::Result<Option<SpokenRecording>> {
    let wav = std::process::Command::new(recorder).arg(code).output()?.stdout;
    let audio = MultipartFile::new(wav).with_file_name("code.wav").with_content_type("audio/wav");
    Ok(Some(SpokenRecording { audio: Some(audio), language: None }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, secret, enroller, verifier] = words.as_slice() else { return Err("five words".into()) };
    let biometrid = timbre_client::biometrid(url, key, secret, Patience::default())?;
    let user = biometrid.create_user_1_0(None::<&str>, None).await?.data.id;
    let mut reply = biometrid.enroll_voice_1_0(&user, None).await?;
    while let Some(code) = reply.code() {
        reply = biometrid.enroll_voice_1_0(&user, spoken(code, enroller)?).await?;
    }
    reply = biometrid.verify_voice_1_0(&user, None).await?;
    while let Some(code) = reply.code() {
        reply = biometrid.verify_voice_1_0(&user, spoken(code, verifier)?).await?;
    }
    println!("{}", if let DialogueReply::DoneDialogueReply(_) = reply { "verified" } else { "not verified" });
    Ok(())
}
