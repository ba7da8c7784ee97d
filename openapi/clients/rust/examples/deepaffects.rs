//! Enrols a speaker and says whether a recording is theirs: deepaffects URL APIKEY SPEAKER RECORDING.wav … CLAIM.wav

use std::{collections::BTreeSet, fs, io};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use timbre_client::{Patience, deepaffects::Conversation, deepaffects::SpeakerRecording};

#[tokio::main]
async fn main() -> Result<(), timbre_client::Error> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [url, apikey, speaker, recordings @ .., claim] = words.as_slice() else {
        return Err(std::io::Error::other("deepaffects URL APIKEY SPEAKER RECORDING.wav … CLAIM.wav").into());
    };
    let deepaffects = timbre_client::deepaffects(url, apikey, Patience::default())?;
    let content = |path: &String| -> io::Result<String> { Ok(STANDARD.encode(fs::read(path)?)) };
    for recording in recordings {
        let body = SpeakerRecording::new(Some(content(recording)?), speaker.clone());
        let taken = deepaffects.enroll_v2(None::<&str>, body).await?;
        println!("{}, complete: {}", taken.message, taken.enrollment_complete);
    }
    let (content, speaker_ids) = (Some(Some(content(claim)?)), Some(Some(vec![speaker.clone()])));
    let asked = Conversation { content, speaker_ids, ..Conversation::default() };
    let found = deepaffects.identify_v2(asked).await?;
    let heard: BTreeSet<_> = found.segments.into_iter().filter_map(|segment| segment.speaker_id).collect();
    println!("heard {heard:?}");
    println!("{}", if heard.iter().eq([speaker]) { "verified" } else { "not verified" });
    Ok(())
}
