//! Enrols a voice and verifies another recording: azure URL SUBSCRIPTION_KEY RECORDING.wav … CLAIM.wav

use timbre_client::{Patience, azure::NewProfile, azure::RecognitionResult};

#[tokio::main]
async fn main() -> Result<(), timbre_client::Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, key, recordings @ .., claim] = words.as_slice() else {
        return Err(std::io::Error::other("azure URL SUBSCRIPTION_KEY RECORDING.wav … CLAIM.wav").into());
    };
    let azure = timbre_client::azure(url, key, Patience::default())?;

    let new = NewProfile { locale: "en-us".to_owned() };
    let profile = azure.create_profile_text_independent_verification_2_0(None::<&str>, new).await?.profile_id;
    for recording in recordings {
        let wav = std::fs::read(recording)?;
        let taken = azure.enroll_profile_text_independent_verification_2_0(&profile, None, wav).await?;
        println!("{}", taken.enrollment_status);
    }
    let wav = std::fs::read(claim)?;
    let verified = azure.verify_profile_text_independent_verification_2_0(&profile, None, wav).await?;
    println!("{}, score {}", verified.recognition_result, verified.score);
    let is_theirs = verified.recognition_result == RecognitionResult::Accept;
    println!("{}", if is_theirs { "verified" } else { "not verified" });
    Ok(())
}
