//! The recording in a call's body.

use actix_web::{HttpRequest, http::header::CONTENT_TYPE, web::Payload};

use timbre_domain::{profile::ProfileKind, usage::Meter};
use timbre_engine::Unfit;

use super::{Call, Fault, edition::Operation};
use crate::{
    documented::{BYTES, Body, Parameter},
    uploads::{self, NotRead, Place, Uploads},
};

/// A recording as it came, and its place among the uploads that are held at a time.
pub(super) struct Audio {
    pub(super) bytes: Vec<u8>,
    pub(super) _place: Place,
}

/// Bytes of two minutes of the documented format.
const TWO_MINUTES: usize = 120 * 16_000 * 2;

const LABEL: &str = "audio/wav; codecs=audio/pcm";

/// The body of a call with a recording.
pub(super) const WAV: Body = Body::of(&[(LABEL, BYTES)]);

/// The parameter of a call with a recording.
pub(super) const ANY_LENGTH: Parameter = Parameter::allowed::<bool>(
    "ignoreMinLength",
    "Whether a recording may have less speech than is asked for otherwise; false where it is absent.",
);

/// Why a recording may not be taken for a profile of this kind, for this.
pub(super) fn why_not_taken(kind: ProfileKind, operation: Operation) -> Vec<Fault> {
    let unfit = |unfit| Fault::unfit(unfit, kind, operation);
    let mut faults = vec![
        unfit(Unfit::Format),
        unfit(Unfit::TooLong(120.0)),
        unfit(Unfit::TooShort(1.0)),
        unfit(Unfit::TooNoisy(10.0)),
        unfit(Unfit::NoSpeech),
        unfit(Unfit::SeveralVoices),
        Fault::InvalidIgnoreMinLength,
        Fault::BrokenBody,
        Fault::UnsupportedMediaType(LABEL),
        Fault::TooLarge(TWO_MINUTES),
        Fault::RequestTimeout,
        Fault::ConsentMissing,
        Fault::QuotaExceeded(Meter::Requests),
    ];
    match kind.is_text_dependent() {
        true => faults.push(unfit(Unfit::WrongPhrase)),
        false => faults.push(unfit(Unfit::TooLittleSpeech(4.0))),
    }
    faults
}

impl Audio {
    /// Reads the body if it calls itself what is accepted: at most `max` bytes, however slowly they come.
    pub(super) async fn read(
        request: &HttpRequest,
        body: Payload,
        call: &Call,
        operation: Operation,
        max: usize,
    ) -> Result<Self, Fault> {
        let label = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let any_format = call.tenant.policy.profiles.any_format;
        let accepted = is_wav(label) || (any_format && is_audio(label));
        if !accepted {
            return Err(Fault::UnsupportedMediaType(LABEL));
        }
        let place = Uploads::place(request, call.tenant.id).ok_or(Fault::RateLimit(1))?;
        match uploads::read(request, body, max).await {
            Ok(bytes) => match call.tenant.require_format(&bytes, false) {
                Ok(()) => Ok(Self { bytes, _place: place }),
                Err(error) => Err(Fault::of(error, call.kind, operation)),
            },
            // So many bytes of the one documented format are longer than any recording may be.
            Err(NotRead::TooLarge(begin))
                if begin.starts_with(b"RIFF") && !any_format && max >= TWO_MINUTES =>
            {
                Err(Fault::too_long(call.kind, operation))
            }
            Err(NotRead::TooLarge(_)) => Err(Fault::TooLarge(max)),
            Err(NotRead::TooSlow) => Err(Fault::RequestTimeout),
            Err(NotRead::Broken) => Err(Fault::BrokenBody),
        }
    }
}

/// `audio/wav`, with or without `codecs=audio/pcm`.
fn is_wav(label: &str) -> bool {
    let mut parts = label.split(';').map(|part| part.trim().to_ascii_lowercase());
    let codec = |part: String| matches!(part.replace([' ', '"'], "").as_str(), "" | "codecs=audio/pcm");
    parts.next().as_deref() == Some("audio/wav") && parts.all(codec)
}

fn is_audio(label: &str) -> bool {
    let label = label.trim().to_ascii_lowercase();
    label.starts_with("audio/") || label.starts_with("video/webm") || label == "application/octet-stream"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wav_is_accepted_with_or_without_its_codec_and_nothing_else_is() {
        for label in
            ["audio/wav", "audio/wav;", "audio/wav; codecs=audio/pcm", "Audio/WAV;codecs=\"audio/pcm\""]
        {
            assert!(is_wav(label), "{label}");
        }
        for label in ["", "audio/mpeg", "application/json", "audio/wav; codecs=audio/mp3", "audio/wave"] {
            assert!(!is_wav(label), "{label}");
        }
    }
}
