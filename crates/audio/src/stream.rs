//! Containers of coded packets: one loop that finds the sound track, decodes it packet by packet onto the tape, and
//! knows when a recording is broken.

use std::io::{BufReader, Cursor, Read};

use symphonia::core::codecs::audio::well_known::{
    CODEC_ID_AAC, CODEC_ID_FLAC, CODEC_ID_MP3, CODEC_ID_OPUS, CODEC_ID_VORBIS,
};
use symphonia::core::codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions};
use symphonia::core::errors::Error;
use symphonia::core::formats::{FormatOptions, FormatReader, TrackType};
use symphonia::core::io::{MediaSource, MediaSourceStream, ReadOnlySource};
use symphonia::core::packet::Packet;
use symphonia::default::formats::{AdtsReader, FlacReader, IsoMp4Reader, MkvReader, MpaReader, OggReader};

use crate::opus::{self, Opus};
use crate::sniff::without_id3;
use crate::tape::{Keep, Tape};
use crate::{AudioError, Codec, Container, Limits};

/// Broken packets in a row after which a recording is given up, so that a table of a million of them costs nothing.
const MAX_BROKEN: usize = 8;

pub(crate) fn record(
    container: Container,
    bytes: &[u8],
    limits: &Limits,
    keep: Keep,
) -> Result<(Tape, Codec), AudioError> {
    let bytes = without_id3(bytes);
    let mut packets = Packets::open(container, Cursor::new(bytes), bytes.len() as u64)?;
    let mut tape = None;
    while packets.next(&mut tape, limits, keep)? {}
    let tape = packets.end(tape)?;
    Ok((tape, packets.codec))
}

/// The sound track of a recording, packet by packet.
pub(crate) struct Packets<'s> {
    reader: Box<dyn FormatReader + 's>,
    track_id: u32,
    decoder: Decoder,
    pub(crate) codec: Codec,
    /// How many frames the container says there are.
    promised: Option<u64>,
    ends_anywhere: bool,
    broken: usize,
    /// A packet takes at least one byte, so more packets than bytes are a loop in the container's tables.
    left: u64,
    pcm: Vec<f32>,
}

impl<'s> Packets<'s> {
    /// From a source of this many bytes, without a tag in front.
    pub(crate) fn open(
        container: Container,
        mut source: impl MediaSource + 's,
        bytes: u64,
    ) -> Result<Self, AudioError> {
        if container == Container::Ogg && ends_inside_an_ogg_page(&mut source, bytes)? {
            return Err(AudioError::Truncated);
        }
        let reader = open(container, source)?;
        let track = reader.default_track(TrackType::Audio).ok_or(AudioError::NoAudio)?;
        let track_id = track.id;
        let params =
            track.codec_params.as_ref().and_then(|params| params.audio()).ok_or(AudioError::NoAudio)?;
        let (decoder, codec) = Decoder::new(params)?;
        // Only these two count frames of sound, and for MP3 only where a Xing or VBRI frame does: see `open`.
        let promised = match container {
            Container::Flac | Container::Mp3 => track.num_frames.filter(|frames| *frames > 0),
            _ => None,
        };
        let ends_anywhere =
            promised.is_none() && matches!(container, Container::Flac | Container::Mp3 | Container::Aac);
        let (left, pcm) = (bytes + 1, Vec::new());
        Ok(Self { reader, track_id, decoder, codec, promised, ends_anywhere, broken: 0, left, pcm })
    }

    /// Puts the next packet's sound on the tape, which begins with the first; false at the end.
    pub(crate) fn next(
        &mut self,
        tape: &mut Option<Tape>,
        limits: &Limits,
        keep: Keep,
    ) -> Result<bool, AudioError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(false) };
        self.left = left;
        let packet = match self.reader.next_packet().map_err(AudioError::from) {
            Ok(Some(packet)) => packet,
            Ok(None) => return Ok(false),
            // Where nothing says how much should have come, the last frame may be the one being written.
            Err(AudioError::Truncated) if self.ends_anywhere => return Ok(false),
            Err(error) => return Err(error),
        };
        if packet.track_id != self.track_id {
            return Ok(true);
        }
        let (rate, channels) = match self.decoder.decode(&packet, &mut self.pcm) {
            Ok(spec) => spec,
            Err(AudioError::Corrupt | AudioError::Truncated) if self.broken < MAX_BROKEN => {
                self.broken += 1;
                return Ok(true);
            }
            Err(error) => return Err(error),
        };
        let tape = match tape {
            Some(tape) => tape,
            none => {
                let mut new = Tape::new(rate, channels, limits, keep)?;
                new.declare(self.promised.unwrap_or(0))?;
                // An MP3 or AAC cut out of a longer one starts with frames that lean on what is missing.
                self.broken = 0;
                none.insert(new)
            }
        };
        if self.broken > 0 {
            return Err(AudioError::Corrupt);
        }
        if rate != tape.rate() || channels != usize::from(tape.channels()) {
            return Err(AudioError::Unsupported { what: "a change of rate or channels on the way" });
        }
        tape.push(&self.pcm)?;
        Ok(true)
    }

    /// Whether the recording is whole, after the last packet.
    pub(crate) fn end(&mut self, tape: Option<Tape>) -> Result<Tape, AudioError> {
        let tape = match tape {
            Some(tape) => tape,
            None if self.broken > 0 => return Err(AudioError::Corrupt),
            None if self.promised.is_some() => return Err(AudioError::Truncated),
            None => return Err(AudioError::NoAudio),
        };
        if self.promised.is_some_and(|frames| frames > tape.frames() as u64) {
            return Err(if self.broken > 0 { AudioError::Corrupt } else { AudioError::Truncated });
        }
        if !self.decoder.verified() {
            return Err(AudioError::Corrupt);
        }
        Ok(tape)
    }
}

/// The reader for the container that the bytes are, without another guess.
fn open<'s>(
    container: Container,
    source: impl MediaSource + 's,
) -> Result<Box<dyn FormatReader + 's>, AudioError> {
    let options = FormatOptions::default();
    let source: Box<dyn MediaSource + 's> = match container {
        // Given a source that it can seek in, these readers guess a length from the bit rate, and trim by the guess.
        Container::Mp3 | Container::Aac => Box::new(ReadOnlySource::new(source)),
        _ => Box::new(source),
    };
    let stream = MediaSourceStream::new(source, Default::default());
    Ok(match container {
        Container::Flac => Box::new(FlacReader::try_new(stream, options)?),
        Container::Mp3 => Box::new(MpaReader::try_new(stream, options)?),
        Container::Aac => Box::new(AdtsReader::try_new(stream, options)?),
        Container::Ogg => Box::new(OggReader::try_new(stream, options)?),
        Container::WebM => Box::new(MkvReader::try_new(stream, options)?),
        Container::Mp4 => Box::new(IsoMp4Reader::try_new(stream, options)?),
        Container::Wav => return Err(AudioError::UnknownFormat),
    })
}

enum Decoder {
    Opus(Box<Opus>),
    Other(Box<dyn AudioDecoder>),
}

impl Decoder {
    fn new(params: &AudioCodecParameters) -> Result<(Self, Codec), AudioError> {
        let codec = match params.codec {
            CODEC_ID_OPUS => {
                let head = params.extra_data.as_deref().ok_or(AudioError::Corrupt)?;
                return Ok((Self::Opus(Box::new(Opus::new(head)?)), Codec::Opus));
            }
            CODEC_ID_FLAC => Codec::Flac,
            CODEC_ID_MP3 => Codec::Mp3,
            CODEC_ID_VORBIS => Codec::Vorbis,
            CODEC_ID_AAC => Codec::Aac,
            _ => return Err(AudioError::Unsupported { what: "this codec" }),
        };
        let options = AudioDecoderOptions::default().verify(true);
        let decoder = symphonia::default::get_codecs().make_audio_decoder(params, &options)?;
        Ok((Self::Other(decoder), codec))
    }

    /// Decodes one packet into `pcm`, interleaved, and says its rate and channels.
    fn decode(&mut self, packet: &Packet, pcm: &mut Vec<f32>) -> Result<(u32, usize), AudioError> {
        match self {
            Self::Opus(opus) => {
                let trim_end = usize::try_from(packet.trim_end.get()).unwrap_or(usize::MAX);
                pcm.clear();
                pcm.extend_from_slice(opus.decode(&packet.data, trim_end)?);
                Ok((opus::RATE, opus.channels()))
            }
            Self::Other(decoder) => {
                let buffer = decoder.decode(packet)?;
                buffer.copy_to_vec_interleaved(pcm);
                Ok((buffer.spec().rate(), buffer.spec().channels().count()))
            }
        }
    }

    /// Whether the sound has the checksum that its header gives; true where there is none.
    fn verified(&mut self) -> bool {
        match self {
            Self::Opus(_) => true,
            Self::Other(decoder) => decoder.finalize().verify_ok != Some(false),
        }
    }
}

/// Whether the last page says that it is longer than it is (RFC 3533, section 6). Live streams end without an
/// end-of-stream mark, but always after a whole page. Reads through the source once, and leaves it at its beginning.
fn ends_inside_an_ogg_page(source: &mut impl MediaSource, bytes: u64) -> Result<bool, AudioError> {
    const HEADER: usize = 27;
    let unreadable = |_| AudioError::Unreadable;
    source.rewind().map_err(unreadable)?;
    // Pages may be small and many: a call to the system for each would take longer than reading all.
    let mut pages = BufReader::with_capacity(1 << 16, &mut *source);
    let mut at = 0;
    let ended = loop {
        let mut head = [0; HEADER];
        let mut table = [0; u8::MAX as usize];
        let left = bytes - at;
        if left < HEADER as u64 {
            // What is no page is not looked at; a page's beginning is a page that was cut.
            let head = &mut head[..left as usize];
            pages.read_exact(head).map_err(unreadable)?;
            break head.starts_with(b"OggS");
        }
        pages.read_exact(&mut head).map_err(unreadable)?;
        if !head.starts_with(b"OggS") {
            break false;
        }
        let table = &mut table[..usize::from(head[HEADER - 1])];
        if left < (HEADER + table.len()) as u64 {
            break true;
        }
        pages.read_exact(table).map_err(unreadable)?;
        let body: i64 = table.iter().map(|size| i64::from(*size)).sum();
        at += (HEADER + table.len()) as u64 + body as u64;
        if at > bytes {
            break true;
        }
        pages.seek_relative(body).map_err(unreadable)?;
    };
    source.rewind().map_err(unreadable)?;
    Ok(ended)
}

impl From<Error> for AudioError {
    fn from(error: Error) -> Self {
        match error {
            Error::IoError(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Self::Truncated,
            Error::Unsupported(what) | Error::LimitError(what) => Self::Unsupported { what },
            Error::ResetRequired => Self::Unsupported { what: "several recordings in one file" },
            _ => Self::Corrupt,
        }
    }
}
