//! WAV: the RIFF chunks, and the sample formats that a table of bytes can hold.
//!
//! Written here rather than borrowed, because what it must promise is ours: exact 16-bit samples, a clear difference
//! between a recording that was cut and one that was streamed, and leniency towards what telephone systems write
//! (mu-law in a 16-byte `fmt `, a channel mask that does not match).
//!
//! Sources: "Multimedia Programming Interface and Data Specifications 1.0" (IBM and Microsoft, 1991) for RIFF and
//! `fmt `; mmreg.h of the Windows SDK for format tags and WAVE_FORMAT_EXTENSIBLE; ITU-T G.711 for mu-law and A-law.

use std::io::{Cursor, ErrorKind, Read, Seek, SeekFrom};

use crate::tape::{Keep, Tape};
use crate::{AudioError, Codec, Limits};

/// Sizes from here on are what writers put who could not seek back to fill in the real one: 0xFFFFFFFF (ffmpeg),
/// 0x7FFFF000 (SoX), and such values less the size of a header. Where so much really is there, it is a size like any other.
const PLACEHOLDER: u32 = 0x7FFF_0000;

/// Frames converted at a time, so that the cap on seconds is felt before much is converted.
const FRAMES_AT_ONCE: usize = 4096;

/// The last fourteen bytes of the GUID that stands for a plain format tag.
const TAG_GUID: [u8; 14] = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71];

pub(crate) fn record(bytes: &[u8], limits: &Limits, keep: Keep) -> Result<(Tape, Codec), AudioError> {
    let mut sound = Sound::open(Cursor::new(bytes), bytes.len() as u64)?;
    let mut tape = sound.tape(limits, keep)?;
    while sound.next(&mut tape)? {}
    Ok((tape, sound.format.codec))
}

/// The sound of a file, block by block.
pub(crate) struct Sound<R> {
    source: R,
    format: Format,
    /// Bytes of sound that have not been read.
    left: u64,
    bytes: Vec<u8>,
    samples: Vec<f32>,
}

impl<R: Read + Seek> Sound<R> {
    /// A file of this many bytes.
    pub(crate) fn open(mut source: R, length: u64) -> Result<Self, AudioError> {
        let (format, left) = chunks(&mut source, length)?;
        let size = FRAMES_AT_ONCE * format.frame();
        let samples = Vec::with_capacity(FRAMES_AT_ONCE * usize::from(format.channels));
        Ok(Self { source, format, left, bytes: vec![0; size], samples })
    }

    pub(crate) fn codec(&self) -> Codec {
        self.format.codec
    }

    /// An empty tape for this sound.
    pub(crate) fn tape(&self, limits: &Limits, keep: Keep) -> Result<Tape, AudioError> {
        let mut tape = Tape::new(self.format.rate, usize::from(self.format.channels), limits, keep)?;
        tape.declare(self.left / self.format.frame() as u64)?;
        Ok(tape)
    }

    /// Puts the next block on the tape; false at the end.
    pub(crate) fn next(&mut self, tape: &mut Tape) -> Result<bool, AudioError> {
        let size = (self.bytes.len() as u64).min(self.left) as usize;
        let Some(block) = self.bytes.get_mut(..size).filter(|block| !block.is_empty()) else {
            return Ok(false);
        };
        self.source.read_exact(block).map_err(|_| AudioError::Unreadable)?;
        self.left -= size as u64;
        self.samples.clear();
        self.samples.extend(block.chunks_exact(self.format.width).map(self.format.sample));
        tape.push(&self.samples)?;
        Ok(true)
    }
}

struct Format {
    codec: Codec,
    rate: u32,
    channels: u16,
    /// Bytes of one sample.
    width: usize,
    sample: fn(&[u8]) -> f32,
}

/// A `fmt ` chunk is 16 to 40 bytes; what is far longer is none.
const LONGEST_FORMAT: u64 = 4096;

/// Chunks that may stand before the sound; real files have a dozen. A file that is nothing but chunks costs no more than this.
const MOST_CHUNKS: usize = 1_000;

/// Walks the chunks up to the sound, and says how many bytes of it there are.
fn chunks(source: &mut (impl Read + Seek), length: u64) -> Result<(Format, u64), AudioError> {
    let mut head = [0; 12];
    read(source, &mut head)?;
    let riff_size = le32(&head, 4).ok_or(AudioError::Truncated)?;
    let streamed = riff_size == 0 || riff_size >= PLACEHOLDER;
    let behind = length.saturating_sub(8);
    // Some writers count the padding byte after an odd chunk and leave it out.
    if !streamed && u64::from(riff_size) > behind + 1 {
        return Err(AudioError::Truncated);
    }
    let whole = u64::from(riff_size) == behind;
    let mut format = None;
    let mut at = head.len() as u64;
    for _ in 0..MOST_CHUNKS {
        if at + 8 > length {
            return Err(if format.is_some() { AudioError::NoAudio } else { AudioError::Truncated });
        }
        source.seek(SeekFrom::Start(at)).map_err(|_| AudioError::Unreadable)?;
        let mut chunk = [0; 8];
        read(source, &mut chunk)?;
        let size = le32(&chunk, 4).ok_or(AudioError::Truncated)?;
        at += 8;
        let left = length - at;
        if chunk.starts_with(b"data") {
            let format = format.ok_or(AudioError::Corrupt)?;
            // An unknown size means "to the end of the file". A zero is only unknown where the file as a whole does
            // not add up; in a file that does, it is a header without sound.
            return match u64::from(size) {
                0 if !whole => Ok((format, left)),
                size if size <= left => Ok((format, size)),
                _ if size >= PLACEHOLDER => Ok((format, left)),
                _ => Err(AudioError::Truncated),
            };
        }
        let size = u64::from(size);
        if size > left {
            return Err(AudioError::Truncated);
        }
        if chunk.starts_with(b"fmt ") {
            let mut content = vec![0; size.min(LONGEST_FORMAT) as usize];
            read(source, &mut content)?;
            format = Some(Format::read(&content)?);
        }
        at += size + size % 2;
    }
    Err(AudioError::Corrupt)
}

fn read(source: &mut impl Read, into: &mut [u8]) -> Result<(), AudioError> {
    source.read_exact(into).map_err(|error| match error.kind() {
        ErrorKind::UnexpectedEof => AudioError::Truncated,
        _ => AudioError::Unreadable,
    })
}

impl Format {
    /// Bytes of one frame of all channels.
    fn frame(&self) -> usize {
        self.width * usize::from(self.channels)
    }

    fn read(fmt: &[u8]) -> Result<Self, AudioError> {
        let (Some(mut tag), Some(channels), Some(rate), Some(block), Some(bits)) =
            (le16(fmt, 0), le16(fmt, 2), le32(fmt, 4), le16(fmt, 12), le16(fmt, 14))
        else {
            return Err(AudioError::Corrupt);
        };
        if tag == 0xFFFE {
            tag = match (le16(fmt, 24), fmt.get(26..40)) {
                (Some(tag), Some(guid)) if guid == TAG_GUID => tag,
                (Some(_), Some(_)) => return Err(AudioError::Unsupported { what: "an unknown kind of WAV" }),
                _ => return Err(AudioError::Corrupt),
            };
        }
        // Bits that do not fill their bytes are aligned to the top, so that reading whole bytes is right.
        let (codec, sample): (Codec, fn(&[u8]) -> f32) = match (tag, bits.div_ceil(8)) {
            (1, 1) => (Codec::Pcm(bits), |b| (f32::from(b[0]) - 128.0) / 128.0),
            (1, 2) => (Codec::Pcm(bits), |b| f32::from(i16::from_le_bytes([b[0], b[1]])) / 32_768.0),
            (1, 3) => {
                (Codec::Pcm(bits), |b| i32::from_le_bytes([0, b[0], b[1], b[2]]) as f32 / 2_147_483_648.0)
            }
            (1, 4) => {
                (Codec::Pcm(bits), |b| i32::from_le_bytes([b[0], b[1], b[2], b[3]]) as f32 / 2_147_483_648.0)
            }
            (3, 4) => (Codec::Float, |b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])),
            (3, 8) => (Codec::Float, |b| {
                f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32
            }),
            (6, 1) => (Codec::ALaw, |b| f32::from(a_law(b[0])) / 32_768.0),
            (7, 1) => (Codec::MuLaw, |b| f32::from(mu_law(b[0])) / 32_768.0),
            (1 | 3 | 6 | 7, _) => return Err(AudioError::Unsupported { what: "WAV samples of this size" }),
            (2 | 17, _) => return Err(AudioError::Unsupported { what: "ADPCM" }),
            _ => return Err(AudioError::Unsupported { what: "an unknown kind of WAV" }),
        };
        let width = usize::from(bits.div_ceil(8));
        if channels == 0 || usize::from(block) != width * usize::from(channels) {
            return Err(AudioError::Corrupt);
        }
        Ok(Self { codec, rate, channels, width, sample })
    }
}

/// ITU-T G.711, table 2: sign, three bits of segment, four of step; all inverted on the wire.
fn mu_law(code: u8) -> i16 {
    let code = !code;
    let magnitude = (((i16::from(code & 0x0F) << 3) + 0x84) << ((code >> 4) & 7)) - 0x84;
    if code & 0x80 != 0 { -magnitude } else { magnitude }
}

/// ITU-T G.711, table 1: as mu-law, with a straight first segment and only the even bits inverted.
fn a_law(code: u8) -> i16 {
    let code = code ^ 0x55;
    let step = i16::from(code & 0x0F) << 4;
    let magnitude = match (code >> 4) & 7 {
        0 => step + 8,
        segment => (step + 0x108) << (segment - 1),
    };
    if code & 0x80 != 0 { magnitude } else { -magnitude }
}

fn le16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn le32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(at..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_laws_have_the_corners_of_g_711() {
        assert_eq!([0x00, 0x80, 0x7F, 0xFF].map(mu_law), [-32_124, 32_124, 0, 0]);
        assert_eq!([0x2A, 0xAA, 0x55, 0xD5].map(a_law), [-32_256, 32_256, -8, 8]);
    }
}
