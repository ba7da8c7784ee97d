//! Hearing a conversation: through the inference queue a slice at a time, so that callers of short requests have their turn in between.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use timbre_audio::Limits;
use timbre_domain::{
    contract::Contract,
    embedding::AnyEmbedding,
    inquiry::{About, Findings, Inquiry, Segment, Who},
    profile::{Profile, ProfileKind},
    seconds::hundredths,
    usage::{Meter, Usage},
};
use timbre_inference::{InferenceError, Models};
use timbre_matching::{calibration::TargetRate, score::Voiceprint};
use timbre_store::Entry;
use timbre_telemetry::Decision;

use crate::{
    Engine, EngineError, Tenant,
    diarization::{Diarized, Known, Listening, Progress, Splitting, Wanted},
    figures::decided,
    jobs::Conversation,
    recordings::LongRecording,
    speakers::Voice,
};

/// Whether the first slice may be refused for want of a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Patience {
    /// Somebody waits for the answer: where there is no place, it is better to say so at once.
    None,
    Endless,
}

impl Engine {
    /// What a short recording holds, of at most `longest_seconds`, heard while the caller waits.
    pub async fn hear_now(
        &self,
        tenant: &Tenant,
        inquiry: &Inquiry,
        conversation: Conversation,
        longest_seconds: f64,
    ) -> Result<Findings, EngineError> {
        self.admit(tenant, meters_of(inquiry.about)).await?;
        let known = self.known(tenant, inquiry).await?;
        let recording = match conversation {
            Conversation::Here(bytes) => self.recording_of(bytes),
            Conversation::At(url) => self.recording_now(tenant, &url, inquiry.headerless).await?,
        };
        let limits = Limits { max_seconds: longest_seconds, ..recording.limits };
        let recording = LongRecording { limits, ..recording };
        let heard = Mutex::new(0.0);
        let noted = |so_far: Progress| {
            *heard.lock().unwrap_or_else(PoisonError::into_inner) = so_far.heard_seconds;
        };
        let found = self.hear_conversation(tenant, recording, inquiry, known, Patience::None, noted).await?;
        let heard = heard.into_inner().unwrap_or_else(PoisonError::into_inner);
        let usage = Usage { requests: 1, ..heard_usage(inquiry.about, heard) };
        let entry = self.conversation_entry(tenant, inquiry, &found, usage).await?;
        self.enter(tenant, entry).await?;
        Ok(found)
    }

    /// Those who are asked for, as they are recognised.
    pub(crate) async fn known(&self, tenant: &Tenant, inquiry: &Inquiry) -> Result<Vec<Known>, EngineError> {
        let speakers = self.speakers_to_recognise(tenant, &inquiry.speakers).await?;
        Ok(speakers.into_iter().filter_map(|(name, voice)| known(name, voice)).collect())
    }

    /// Hears a recording to its end. `progress` is told of each slice.
    pub(crate) async fn hear_conversation(
        &self,
        tenant: &Tenant,
        recording: LongRecording,
        inquiry: &Inquiry,
        known: Vec<Known>,
        patience: Patience,
        progress: impl Fn(Progress),
    ) -> Result<Findings, EngineError> {
        let wanted = match inquiry.about {
            About::Speech => Wanted::Speech { shortest_pause_seconds: inquiry.shortest_pause_seconds },
            About::Names | About::Turns => Wanted::Turns(Splitting {
                people: inquiry.people,
                each_channel: inquiry.each_channel,
                only_speech: inquiry.only_speech,
            }),
        };
        let begin = move |recording: LongRecording, _: &mut Models| {
            Listening::begin(recording.source, &recording.limits, wanted)
        };
        let mut listening = self.slice(tenant, recording, begin, patience).await?;
        loop {
            let step = |mut listening: Listening, models: &mut Models| {
                let progress = listening.step(models)?;
                Ok((listening, progress))
            };
            let (heard, so_far) = self.slice(tenant, listening, step, Patience::Endless).await?;
            listening = heard;
            progress(so_far);
            if so_far.over {
                break;
            }
        }
        let end = |listening: Listening, models: &mut Models| listening.end(models);
        let heard = self.slice(tenant, listening, end, Patience::Endless).await?;
        let target = TargetRate::new(tenant.policy.matching.false_match_rate)?;
        let names = heard.names(&known, self.speakers(tenant).calibration(), target)?;
        if inquiry.about == About::Names {
            let nobody = Decision::Rejected("Nobody");
            let somebody = names.iter().flatten().next();
            decided(Contract::Deepaffects, "conversation", somebody.map_or(nobody, |_| Decision::Accepted));
        }
        let names: Vec<Option<&str>> =
            names.iter().map(|known| known.map(|known| known.name.as_str())).collect();
        self.heard_by_name(tenant, &names).await?;
        Ok(findings(inquiry, &heard, &names))
    }

    /// Writes down that the speakers of these names were heard.
    async fn heard_by_name(&self, tenant: &Tenant, names: &[Option<&str>]) -> Result<(), EngineError> {
        let names: Vec<&str> = names.iter().copied().flatten().collect();
        if names.is_empty() {
            return Ok(());
        }
        let found = self.parts.store.profiles_called(tenant.id, ProfileKind::Speaker, &names).await?;
        let people: Vec<_> = found.iter().map(|profile| profile.subject).collect();
        self.heard(tenant, &people).await
    }

    /// Has an inference worker do one slice of work.
    async fn slice<I: Send + 'static, O: Send + 'static>(
        &self,
        tenant: &Tenant,
        input: I,
        work: impl Fn(I, &mut Models) -> Result<O, EngineError> + Send + Sync + Clone + 'static,
        patience: Patience,
    ) -> Result<O, EngineError> {
        // A slice that is refused for want of a place leaves its input here.
        let input = Arc::new(Mutex::new(Some(input)));
        loop {
            let (input, work) = (Arc::clone(&input), work.clone());
            let slice = move |models: &mut Models| {
                let input = input.lock().unwrap_or_else(PoisonError::into_inner).take();
                work(input.ok_or(InferenceError::Panicked)?, models)
            };
            match self.infer(tenant, Contract::Deepaffects, slice).await {
                Err(InferenceError::Busy(busy)) if patience == Patience::Endless => {
                    tokio::time::sleep(Duration::from_secs(busy.retry_after_seconds)).await;
                }
                done => return done?.value,
            }
        }
    }
}

/// The quotas that a conversation needs room in.
pub(crate) fn meters_of(about: About) -> &'static [Meter] {
    match about {
        About::Names => &[Meter::Requests, Meter::AudioSeconds, Meter::Identifications],
        About::Turns | About::Speech => &[Meter::Requests, Meter::AudioSeconds],
    }
}

/// What hearing so many seconds of a conversation costs, without the request for it.
pub(crate) fn heard_usage(about: About, seconds: f64) -> Usage {
    let identifications = (about == About::Names).into();
    Usage { requests: 0, identifications, ..Usage::request(seconds) }
}

impl Engine {
    /// A conversation that was heard, and each person who was named in it.
    pub(crate) async fn conversation_entry(
        &self,
        tenant: &Tenant,
        inquiry: &Inquiry,
        found: &Findings,
        usage: Usage,
    ) -> Result<Entry, EngineError> {
        let named: BTreeSet<&str> = found.segments.iter().filter_map(|segment| segment.who.name()).collect();
        let named: Vec<&str> = named.into_iter().collect();
        let people = self.parts.store.profiles_called(tenant.id, ProfileKind::Speaker, &named).await?;
        let kind = inquiry.about.kind().name();
        let detail = json!({"kind": kind, "candidates": inquiry.speakers.len(), "named": people.len()});
        let mut entry = tenant.entry("conversation.decided", None, usage, detail);
        let event = |person: Profile| tenant.event("speaker.named", Some(person.subject), Value::Null);
        entry.events.extend(people.into_iter().map(event));
        Ok(entry)
    }
}

fn known(name: String, voice: Voice) -> Option<Known> {
    voice.into_iter().find_map(|template| match template.embedding {
        AnyEmbedding::CampPlus(embedding) => {
            let voiceprint = Voiceprint::restore(embedding, template.samples.into()).ok()?;
            Some(Known { name: name.clone(), voiceprint, telephone: template.telephone })
        }
        AnyEmbedding::ResNet34(_) => None,
    })
}

fn findings(inquiry: &Inquiry, heard: &Diarized, names: &[Option<&str>]) -> Findings {
    let mut segments: Vec<Segment> = match inquiry.about {
        About::Speech => heard
            .speech
            .iter()
            .map(|speech| Segment { who: Who::Anybody, start: speech.start, end: speech.end })
            .collect(),
        About::Names | About::Turns => heard
            .turns
            .iter()
            .map(|turn| {
                let named = names.get(turn.speaker).copied().flatten();
                let who = named.map_or(Who::Stranger(turn.speaker), |name| Who::Known(name.to_owned()));
                Segment { who, start: turn.start_seconds, end: turn.end_seconds }
            })
            .collect(),
    };
    for segment in &mut segments {
        (segment.start, segment.end) = (hundredths(segment.start), hundredths(segment.end));
    }
    Findings { people: inquiry.people.is_none().then(|| heard.people()), segments }
}
