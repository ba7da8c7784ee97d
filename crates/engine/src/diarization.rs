//! Who speaks when in a recording, and who of them is known.
//!
//! Promises memory that does not grow with the sound, only with what is left of it ([`TurnListener`]): the recording is asked for piece
//! by piece.

use timbre_domain::embedding::CampPlus;
use timbre_inference::{Models, SAMPLE_RATE, TurnListener};
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    conditions::{Channel, Comparator, Conditions, Scheme},
    conversation::{self, Conversation, Reading},
    naming,
    score::{Probe, Voiceprint},
};

use crate::EngineError;
use timbre_audio::AudioError;

/// A recording, heard to its end.
pub struct Diarized {
    pub conversation: Conversation<CampPlus>,
    /// How long the recording is.
    pub seconds: f64,
}

/// Hears a recording whose pieces `next` gives, of so many people where that is known.
pub fn diarize(
    models: &mut Models,
    mut next: impl FnMut() -> Result<Option<Vec<f32>>, AudioError>,
    people: Option<usize>,
) -> Result<Diarized, EngineError> {
    let mut listener = TurnListener::default();
    let mut samples = 0;
    while let Some(piece) = next()? {
        samples += piece.len();
        models.listen(&mut listener, &piece)?;
    }
    let windows = models.listened(listener)?;
    let conversation = conversation::read(&windows, &Reading::default().of_people(people))?;
    Ok(Diarized { conversation, seconds: samples as f64 / f64::from(SAMPLE_RATE) })
}

/// Somebody who may be heard in a conversation.
pub struct Known {
    pub name: String,
    pub voiceprint: Voiceprint<CampPlus>,
    /// Whether the voice was enrolled by telephone.
    pub telephone: bool,
}

/// Who of the known this speaker is; none where it is nobody of them, or two are as likely.
pub fn recognise<'a>(
    speaker: &Probe<CampPlus>,
    telephone: bool,
    known: &'a [Known],
    calibration: &Calibration,
    target: TargetRate,
) -> Result<Option<&'a Known>, EngineError> {
    let likenesses = known
        .iter()
        .map(|known| {
            let conditions = Conditions {
                scheme: Scheme::FreeSpeech,
                channel: Channel::between(known.telephone, telephone),
                net_speech_seconds: speaker.net_speech_seconds(),
            };
            calibration.calibrate(Comparator::CampPlus, known.voiceprint.cosine(speaker), conditions, target)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(naming::recognised(&likenesses).and_then(|found| known.get(found)))
}
