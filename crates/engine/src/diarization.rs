//! Who speaks when in a long recording, and who of them is known.
//!
//! Promises memory that does not grow with the sound, only with what is left of it ([`TurnListener`]), and work in slices: a long
//! recording is heard ten seconds at a time ([`Listening::step`]), so that between two steps the models serve somebody else.

use std::ops::Range;

use timbre_audio::{Band, Block, Blocks, Limits, Readable};
use timbre_domain::{
    conversation::{self as spoken, LocalVoice, Turn},
    embedding::CampPlus,
};
use timbre_inference::{ChannelListener, Models, SAMPLE_RATE, SpeechListener, SpeechRegions, TurnListener};
use timbre_matching::{
    calibration::{Calibration, TargetRate},
    conditions::{Channel, Comparator, Conditions, Scheme},
    conversation::{self, Conversation, Reading},
    naming,
    score::{Probe, Voiceprint},
};

use crate::EngineError;

/// What one step hears: a window of the segmentation, which takes a second or two with all that is embedded of it.
const STEP_SECONDS: usize = 10;

/// What is to be found out about a recording.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Wanted {
    /// Who speaks when.
    Turns(Splitting),
    /// Where anybody speaks. What is apart by less than this is one.
    Speech { shortest_pause_seconds: f64 },
}

/// How speakers are told apart.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Splitting {
    /// How many people speak, where that is known.
    pub people: Option<usize>,
    /// Each channel holds one person, whose number is the channel's, from 0. A recording of one channel is split by voice all the same.
    pub each_channel: bool,
    /// Turns end where the speech detector hears none.
    pub only_speech: bool,
}

/// How far a recording is heard.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Progress {
    pub heard_seconds: f64,
    /// How long the recording is, where its container tells (WAV and FLAC do).
    pub total_seconds: Option<f64>,
    /// Nothing is left to be heard.
    pub over: bool,
}

/// A recording that is being heard. It may go from worker to worker between steps. It holds voices, so it has no `Debug`.
pub struct Listening {
    blocks: Blocks,
    /// The block that is heard next; none at the end.
    next: Option<Block>,
    ears: Ears,
    samples: usize,
}

enum Ears {
    Turns { people: Option<usize>, turns: TurnListener, speech: Option<Box<SpeechListener>> },
    Channels(Vec<ChannelListener>),
    Speech { shortest_pause_seconds: f64, speech: Box<SpeechListener> },
}

impl Listening {
    /// Begins to hear a recording: decodes its first second, so what is no recording is refused here.
    pub fn begin(source: impl Readable, limits: &Limits, wanted: Wanted) -> Result<Self, EngineError> {
        let mut blocks = match wanted {
            Wanted::Turns(Splitting { each_channel: true, .. }) => Blocks::of_each_channel(source, limits)?,
            _ => Blocks::open(source, limits)?,
        };
        let next = blocks.next_block()?;
        let channels = next.as_ref().map_or(0, Vec::len);
        let ears = match wanted {
            Wanted::Turns(_) if channels > 1 => {
                Ears::Channels((0..channels).map(|_| ChannelListener::default()).collect())
            }
            Wanted::Turns(Splitting { people, only_speech, .. }) => {
                Ears::Turns { people, turns: TurnListener::default(), speech: only_speech.then(Box::default) }
            }
            Wanted::Speech { shortest_pause_seconds } => {
                Ears::Speech { shortest_pause_seconds, speech: Box::default() }
            }
        };
        Ok(Self { blocks, next, ears, samples: 0 })
    }

    /// Hears the next ten seconds. After an error there is no going on.
    pub fn step(&mut self, models: &mut Models) -> Result<Progress, EngineError> {
        for _ in 0..STEP_SECONDS {
            let Some(block) = self.next.take() else { break };
            self.samples += block.first().map_or(0, Vec::len);
            self.ears.hear(models, &block, self.blocks.band() == Some(Band::Telephone))?;
            self.next = self.blocks.next_block()?;
        }
        Ok(Progress {
            heard_seconds: seconds(self.samples),
            total_seconds: self.blocks.declared_seconds(),
            over: self.next.is_none(),
        })
    }

    /// What was heard up to here: the whole recording, if the last step said that it is over.
    pub fn end(self, models: &mut Models) -> Result<Diarized, EngineError> {
        let telephone = self.blocks.band() == Some(Band::Telephone);
        let heard = Diarized { seconds: seconds(self.samples), telephone, ..self.ears.end(models)? };
        Ok(heard)
    }
}

impl Ears {
    fn hear(&mut self, models: &mut Models, block: &Block, telephone: bool) -> Result<(), EngineError> {
        let samples = block.first().map(Vec::as_slice).unwrap_or_default();
        match self {
            Self::Turns { turns, speech, .. } => {
                turns.set_telephone(telephone);
                models.hear_turns(turns, samples)?;
                if let Some(speech) = speech {
                    models.hear_speech(speech, samples)?;
                }
            }
            Self::Channels(channels) => {
                for (channel, samples) in channels.iter_mut().zip(block) {
                    models.hear_channel(channel, samples)?;
                }
            }
            Self::Speech { speech, .. } => models.hear_speech(speech, samples)?,
        }
        Ok(())
    }

    fn end(self, models: &mut Models) -> Result<Diarized, EngineError> {
        let reading = Reading::default();
        let mut heard = Diarized::default();
        match self {
            Self::Turns { people, turns, speech } => {
                let windows = models.turns(turns)?;
                let mut found = conversation::read(&windows, &reading.of_people(people))?;
                if let Some(speech) = speech {
                    let speech = regions(&models.speech_heard(*speech)?);
                    found = found.within(&spoken::joined(speech, reading.longest_pause_seconds), &reading);
                }
                let Conversation { turns, speakers } = found;
                (heard.turns, heard.speakers) = (turns, speakers.into_iter().map(Some).collect());
            }
            Self::Channels(channels) => {
                for (speaker, channel) in channels.into_iter().enumerate() {
                    let channel = models.channel(channel)?;
                    let turns = spoken::joined(regions(&channel.speech), reading.longest_pause_seconds);
                    heard.turns.extend(turns.into_iter().map(|turn| Turn {
                        start_seconds: turn.start,
                        end_seconds: turn.end,
                        speaker,
                    }));
                    let probe =
                        |voice: LocalVoice<CampPlus>| Probe::new(voice.embedding, voice.seconds.into());
                    heard.speakers.push(channel.voice.map(probe).transpose()?);
                }
                heard.turns.sort_by(|a, b| a.start_seconds.total_cmp(&b.start_seconds));
            }
            Self::Speech { shortest_pause_seconds, speech } => {
                heard.speech =
                    spoken::joined(regions(&models.speech_heard(*speech)?), shortest_pause_seconds);
            }
        }
        Ok(heard)
    }
}

fn seconds(samples: usize) -> f64 {
    samples as f64 / f64::from(SAMPLE_RATE)
}

fn regions(speech: &SpeechRegions) -> Vec<Range<f64>> {
    speech.regions().iter().map(|region| seconds(region.start)..seconds(region.end)).collect()
}

/// What was heard. It holds voices, so it has no `Debug`.
#[derive(Default)]
pub struct Diarized {
    /// By their start; turns of different speakers may overlap. None lies outside the recording.
    pub turns: Vec<Turn>,
    /// What each speaker sounds like; none of whom too little is heard to tell.
    pub speakers: Vec<Option<Probe<CampPlus>>>,
    /// Where anybody speaks, if that was [`Wanted`].
    pub speech: Vec<Range<f64>>,
    /// How much of the recording was heard.
    pub seconds: f64,
    /// Whether it has a telephone's bandwidth.
    pub telephone: bool,
}

/// Somebody who may be heard in a conversation.
pub struct Known {
    pub name: String,
    pub voiceprint: Voiceprint<CampPlus>,
    /// Whether the voice was enrolled by telephone.
    pub telephone: bool,
}

impl Diarized {
    /// How many people have a turn.
    pub fn people(&self) -> usize {
        let speaks = |speaker: &usize| self.turns.iter().any(|turn| turn.speaker == *speaker);
        (0..self.speakers.len()).filter(speaks).count()
    }

    /// For each speaker who of the known it is; none where it is nobody of them, or hardly likelier one than another
    /// ([`naming`]). The false-match rate is shared among the known, so that a stranger is named no more often among many than among few
    /// (Bonferroni; ISO/IEC 19795-1, FPIR). Two speakers may get one name: somebody whose voice changes, or whom clustering split.
    pub fn names<'a>(
        &self,
        known: &'a [Known],
        calibration: &Calibration,
        target: TargetRate,
    ) -> Result<Vec<Option<&'a Known>>, EngineError> {
        let shared = TargetRate::new(target.get() / known.len().max(1) as f64)?;
        let name = |speaker: &Option<Probe<CampPlus>>| match speaker {
            Some(speaker) => recognise(speaker, self.telephone, known, calibration, shared),
            None => Ok(None),
        };
        self.speakers.iter().map(name).collect()
    }
}

fn recognise<'a>(
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
