//! Which container the bytes are, told from the bytes alone.

/// The containers that we read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Container {
    Wav,
    Flac,
    Mp3,
    Ogg,
    /// WebM or any other Matroska.
    WebM,
    /// MP4, M4A, MOV.
    Mp4,
    /// AAC in ADTS frames.
    Aac,
}

impl Container {
    /// The stable name, as it stands in policies.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Mp3 => "mp3",
            Self::Ogg => "ogg",
            Self::WebM => "webm",
            Self::Mp4 => "mp4",
            Self::Aac => "aac",
        }
    }

    /// What a player is told that it is.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::Mp3 => "audio/mpeg",
            Self::Ogg => "audio/ogg",
            Self::WebM => "audio/webm",
            Self::Mp4 => "audio/mp4",
            Self::Aac => "audio/aac",
        }
    }
}

/// Recognises the container, or says that it is none of ours.
pub fn sniff(bytes: &[u8]) -> Option<Container> {
    let bytes = without_id3(bytes);
    match bytes {
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', ..] => Some(Container::Wav),
        [b'f', b'L', b'a', b'C', ..] => Some(Container::Flac),
        [b'O', b'g', b'g', b'S', ..] => Some(Container::Ogg),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => Some(Container::WebM),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => Some(Container::Mp4),
        [0xFF, second, third, ..] if is_adts(*second, *third) => Some(Container::Aac),
        [0xFF, second, third, ..] if is_mpeg_layer_3(*second, *third) => Some(Container::Mp3),
        _ => None,
    }
}

/// Names recordings that we recognise and do not read, so that the refusal can say so.
pub(crate) fn foreign(bytes: &[u8]) -> Option<&'static str> {
    match without_id3(bytes) {
        [b'#', b'!', b'A', b'M', b'R', ..] => Some("AMR"),
        [b'R', b'F', b'6', b'4', ..] | [b'B', b'W', b'6', b'4', ..] => Some("64-bit WAV"),
        [b'F', b'O', b'R', b'M', ..] => Some("AIFF"),
        [b'c', b'a', b'f', b'f', ..] => Some("CAF"),
        [b'.', b's', b'n', b'd', ..] => Some("AU"),
        [0x30, 0x26, 0xB2, 0x75, ..] => Some("Windows Media"),
        _ => None,
    }
}

/// The bytes after a leading ID3v2 tag (id3.org, ID3v2.4.0 section 3.1): players put it before MP3, ADTS and FLAC alike.
pub(crate) fn without_id3(bytes: &[u8]) -> &[u8] {
    bytes.get(id3_length(bytes)..).unwrap_or_default()
}

/// How long the ID3v2 tag is that the bytes begin with; 0 where there is none.
pub(crate) fn id3_length(bytes: &[u8]) -> usize {
    let [b'I', b'D', b'3', _, _, flags, a, b, c, d, ..] = *bytes else { return 0 };
    let body = [a, b, c, d].iter().fold(0, |size, byte| size << 7 | usize::from(byte & 0x7F));
    let footer = if flags & 0x10 != 0 { 10 } else { 0 };
    10 + body + footer
}

/// ISO/IEC 13818-7, 6.2.1: twelve sync bits, layer 0, and a sampling frequency index that is not reserved.
fn is_adts(second: u8, third: u8) -> bool {
    second & 0xF6 == 0xF0 && (third >> 2) & 0x0F <= 12
}

/// ISO/IEC 11172-3, 2.4.2.3 (and the customary MPEG 2.5): eleven sync bits, layer III, no reserved version, rate or
/// bit rate.
fn is_mpeg_layer_3(second: u8, third: u8) -> bool {
    second & 0xE6 == 0xE2 && second & 0x18 != 0x08 && third & 0x0C != 0x0C && !matches!(third >> 4, 0 | 15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_before_the_sound_does_not_hide_it() {
        let mut bytes = b"ID3\x04\x00\x00\x00\x00\x01\x02".to_vec();
        bytes.extend([0; 130]);
        bytes.extend([0xFF, 0xF1, 0x50, 0x80]);
        assert_eq!(sniff(&bytes), Some(Container::Aac));
    }

    #[test]
    fn a_tag_that_promises_more_than_there_is_hides_nothing_but_itself() {
        assert_eq!(sniff(b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f\xff\xfb"), None);
    }

    #[test]
    fn text_pictures_and_other_riff_files_are_not_recordings() {
        for bytes in
            [&b"<!doctype html>"[..], b"\x89PNG\r\n\x1a\n", b"RIFF\0\0\0\0AVI LIST", b"RIFF", b"\xff", b""]
        {
            assert_eq!(sniff(bytes), None);
        }
    }
}
