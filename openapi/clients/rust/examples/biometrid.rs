//! Enrols a voice and verifies one. Each of the last two words is a program that is run with a code and writes it, spoken, as a WAV file.
use timbre_client::{Error, Patience, biometrid::MultipartFile, biometrid::SpokenRecording};
const USAGE: &str = "biometrid URL KEY SECRET ENROLLER VERIFIER";

fn spoken(code: &str, recorder: &str) -> Result<Option<SpokenRecording>, Error> {
    let ran = std::process::Command::new(recorder).arg(code).output()?;
    let wav = if ran.status.success() { ran.stdout } else { return Err(std::io::Error::other("not recorded").into()) };
    let audio = MultipartFile::new(wav).with_file_name("code.wav").with_content_type("audio/wav");
    Ok(Some(SpokenRecording { audio: Some(audio), language: None }))
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, secret, enroller, verifier] = &words[..] else { return Err(std::io::Error::other(USAGE).into()) };
    let biometrid = timbre_client::biometrid(url, key, secret, Patience::default())?;
    let user = biometrid.create_user_1_0(None::<&str>, None).await?.data.id;
    let mut reply = biometrid.enroll_voice_1_0(&user, None).await?;
    while let Some(code) = reply.code() {
        reply = biometrid.enroll_voice_1_0(&user, spoken(code, enroller)?).await?;
    }
    println!("{}", reply.message());
    reply = biometrid.verify_voice_1_0(&user, None).await?;
    while let Some(code) = reply.code() {
        reply = biometrid.verify_voice_1_0(&user, spoken(code, verifier)?).await?;
    }
    println!("{}\n{}", reply.message(), if reply.is_done() { "verified" } else { "not verified" });
    Ok(())
}
