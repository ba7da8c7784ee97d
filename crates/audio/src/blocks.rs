//! A long recording, a second at a time.
//!
//! Promises the samples that [`decode`](crate::decode) gives, under the same limits and refusals, from a source that is read once, and
//! memory that does not grow with the length. What shows only at the end (a checksum, a length that was promised) is refused at the end.
//!
//! One thing it cannot know: whether channels cancel each other over the whole recording. What came so far decides.

use std::io::{self, Read, Seek, SeekFrom};
use std::panic::{AssertUnwindSafe, catch_unwind};

use symphonia::core::io::MediaSource;

use crate::quality::Bandwidth;
use crate::resample::Resampling;
use crate::sniff::{self, id3_length, sniff};
use crate::stream::Packets;
use crate::tape::{Keep, Tape};
use crate::wav::Sound;
use crate::{AudioError, Band, Container, Limits, SAMPLE_RATE, Source};

/// Bytes that tell a container.
const HEAD: u64 = 64;

/// What recordings are read from.
pub trait Readable: Read + Seek + Send + Sync + 'static {}
impl<R: Read + Seek + Send + Sync + 'static> Readable for R {}

/// A second of a recording: for each track as many samples at 16 kHz. It holds a voice.
pub type Block = Vec<Vec<f32>>;

/// A recording being decoded. It holds a voice, so it has no `Debug`.
pub struct Blocks {
    sound: Coded,
    tape: Option<Tape>,
    limits: Limits,
    keep: Keep,
    container: Container,
    tracks: Vec<Track>,
    bandwidth: Bandwidth,
    ended: bool,
    heard: bool,
}

/// What of a track is decoded and not handed out yet.
struct Track {
    resampling: Resampling,
    ready: Vec<f32>,
}

enum Coded {
    Wav(Box<Sound<Untagged>>),
    Packets(Box<Packets<'static>>),
}

impl Blocks {
    /// Begins to decode a recording of any container that [`sniff`](crate::sniff) knows, to one track: its channels mixed.
    pub fn open(source: impl Readable, limits: &Limits) -> Result<Self, AudioError> {
        Self::begin(source, limits, Keep::Audible)
    }

    /// As [`Blocks::open`], each channel on a track of its own.
    pub fn of_each_channel(source: impl Readable, limits: &Limits) -> Result<Self, AudioError> {
        Self::begin(source, limits, Keep::Each)
    }

    fn begin(mut source: impl Readable, limits: &Limits, keep: Keep) -> Result<Self, AudioError> {
        let unreadable = |_| AudioError::Unreadable;
        let length = source.seek(SeekFrom::End(0)).map_err(unreadable)?;
        if length == 0 {
            return Err(AudioError::Empty);
        }
        if length > limits.max_bytes as u64 {
            return Err(AudioError::TooManyBytes { limit: limits.max_bytes });
        }
        let mut head = |from: u64| -> Result<Vec<u8>, AudioError> {
            let mut head = Vec::new();
            source.seek(SeekFrom::Start(from)).map_err(unreadable)?;
            source.by_ref().take(HEAD).read_to_end(&mut head).map_err(unreadable)?;
            Ok(head)
        };
        let tag = id3_length(&head(0)?) as u64;
        let head = head(tag)?;
        let Some(container) = sniff(&head) else {
            return Err(match sniff::foreign(&head) {
                Some(what) => AudioError::Unsupported { what },
                None => AudioError::UnknownFormat,
            });
        };
        let bytes = length.saturating_sub(tag);
        let mut source = Untagged { source: Box::new(source), tag, bytes };
        source.rewind().map_err(unreadable)?;
        let (sound, tape) = guarded(|| {
            Ok(match container {
                Container::Wav => {
                    let sound = Sound::open(source, bytes)?;
                    let tape = sound.tape(limits, keep)?;
                    (Coded::Wav(Box::new(sound)), Some(tape))
                }
                _ => (Coded::Packets(Box::new(Packets::open(container, source, bytes)?)), None),
            })
        })?;
        let (limits, tracks, bandwidth) = (*limits, Vec::new(), Bandwidth::default());
        Ok(Self { sound, tape, limits, keep, container, tracks, bandwidth, ended: false, heard: false })
    }

    /// The next second; the last block is what is left, and none follows it. After an error there is no going on.
    pub fn next_block(&mut self) -> Result<Option<Block>, AudioError> {
        let length = SAMPLE_RATE as usize;
        while self.tracks.first().is_none_or(|track| track.ready.len() < length) && !self.ended {
            guarded(|| self.advance())?;
        }
        let block: Block = self.tracks.iter_mut().map(|track| track.take(length)).collect();
        if block.iter().all(Vec::is_empty) {
            return if self.heard { Ok(None) } else { Err(AudioError::NoAudio) };
        }
        self.heard = true;
        for track in &block {
            self.bandwidth.hear(track);
        }
        Ok(Some(block))
    }

    /// What the recording is: known after the first block.
    pub fn source(&self) -> Option<Source> {
        let tape = self.tape.as_ref()?;
        let codec = match &self.sound {
            Coded::Wav(sound) => sound.codec(),
            Coded::Packets(packets) => packets.codec,
        };
        Some(Source { container: self.container, codec, sample_rate: tape.rate(), channels: tape.channels() })
    }

    /// How long the container says that the recording is, where it does: known after the first block.
    pub fn declared_seconds(&self) -> Option<f64> {
        self.tape.as_ref()?.declared_seconds()
    }

    /// Whether what came so far has a telephone's bandwidth: known after the first block.
    pub fn band(&self) -> Option<Band> {
        Some(self.bandwidth.band(self.tape.as_ref()?.rate()))
    }

    /// Decodes a little more.
    fn advance(&mut self) -> Result<(), AudioError> {
        let more = match (&mut self.sound, &mut self.tape) {
            (Coded::Wav(sound), Some(tape)) => sound.next(tape)?,
            (Coded::Wav(_), None) => false,
            (Coded::Packets(packets), tape) => packets.next(tape, &self.limits, self.keep)?,
        };
        if !more {
            self.ended = true;
            if let Coded::Packets(packets) = &mut self.sound {
                self.tape = Some(packets.end(self.tape.take())?);
            }
        }
        let Some(tape) = &mut self.tape else { return Ok(()) };
        let rate = tape.rate();
        for (number, piece) in tape.take().enumerate() {
            if number == self.tracks.len() {
                self.tracks.push(Track { resampling: Resampling::new(rate)?, ready: Vec::new() });
            }
            let Track { resampling, ready } = &mut self.tracks[number];
            resampling.push(piece, ready)?;
            if self.ended {
                resampling.end(ready)?;
            }
        }
        Ok(())
    }
}

impl Track {
    fn take(&mut self, most: usize) -> Vec<f32> {
        let rest = self.ready.split_off(most.min(self.ready.len()));
        std::mem::replace(&mut self.ready, rest)
    }
}

/// The codecs are other people's code, run on strangers' bytes: a panic in one of them is a damaged recording.
fn guarded<T>(work: impl FnOnce() -> Result<T, AudioError>) -> Result<T, AudioError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(AudioError::Corrupt))
}

/// A source without the tag in front.
struct Untagged {
    source: Box<dyn Seekable>,
    tag: u64,
    bytes: u64,
}

/// [`Readable`], where it is not known of what.
trait Seekable: Read + Seek + Send + Sync {}
impl<R: Read + Seek + Send + Sync> Seekable for R {}

impl Read for Untagged {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.source.read(into)
    }
}

impl Seek for Untagged {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let to = match to {
            SeekFrom::Start(at) => SeekFrom::Start(at.saturating_add(self.tag)),
            other => other,
        };
        Ok(self.source.seek(to)?.saturating_sub(self.tag))
    }
}

impl MediaSource for Untagged {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.bytes)
    }
}
