//! `timbre bench`: what the models cost by themselves, and what a whole verification costs, side by
//! side in one run.
//!
//! The whole path is a real one: a server of its own on a free port of this machine, a database and
//! a vault in a temporary folder, and clients that send a spoken code over HTTP and wait for the
//! verdict. The pure model time is what ONNX Runtime takes for those very recordings, right after, with
//! no server around it.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use serde::Serialize;
use timbre_domain::{
    code::Code,
    rate::{Rate, RatePolicy},
};
use timbre_engine::{Container, Languages, Limits, Question, listen};
use timbre_inference::{Models, pool::Worker};
use timbre_voices::{Manner, Voice};

use crate::{
    bench_client::Client,
    built,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// Voices that say the codes: folders of clips, one a digit.
    #[arg(long, default_value = "tests/fixtures/voices/en")]
    voices: PathBuf,
    /// Clients at once in the throughput part.
    #[arg(long, default_value_t = 16)]
    clients: usize,
    /// Verifications of each client, and of the single one.
    #[arg(long, default_value_t = 8)]
    rounds: usize,
    /// Print JSON instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Serialize)]
struct Outcome {
    clip_seconds: f64,
    /// Median time in ONNX Runtime for one clip, nothing else going on.
    model_ms: f64,
    /// Median time from sending a clip to reading the verdict, one client.
    path_ms: f64,
    ratio: f64,
    clients: usize,
    cores: usize,
    /// Verdicts a second over HTTP with that many clients.
    throughput_per_s: f64,
    /// Clips a second when as many threads as cores do nothing but run the models.
    model_throughput_per_s: f64,
    throughput_ratio: f64,
}

/// As many of the crowd's recordings are enough to tell the models' own throughput.
const MOST_CLIPS_ALONE: usize = 32;

/// A clip of this length is timed.
const CLIP_SECONDS: f64 = 4.0;

pub fn run(mut settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let voices = Arc::new(Voice::load_all(&arguments.voices)?);
    if voices.is_empty() {
        return Err(Failure::new(format!("no voices in {}", arguments.voices.display())));
    }
    let folder = std::env::temp_dir().join(format!("timbre-bench-{}", std::process::id()));
    settings.data.dir = folder.clone();
    settings.http.listen = "127.0.0.1:0".to_owned();
    // Every client may have one recording waiting, and call as often as it can: what is timed is work, not refusals. All are one
    // tenant, which has half of the places.
    settings.inference.queue = settings.inference.queue.max(2 * arguments.clients);
    settings.http.max_uploads = settings.http.max_uploads.max(2 * arguments.clients);
    let often = Rate { per_minute: 1_000_000, burst: 1_000_000 };
    settings.policy.rates = RatePolicy { inference: often, management: often, read: often };
    // One sample decides: each timed call is one whole verification.
    settings.policy.dialogue.verify_codes = 1;
    let outcome = measure(&settings, &arguments, &voices);
    std::fs::remove_dir_all(&folder).map_err(|error| Failure::at(&folder, error))?;
    let outcome = outcome?;
    match arguments.json {
        true => say(serde_json::to_string(&outcome)?),
        false => text(&outcome),
    }
}

fn text(o: &Outcome) -> Result<(), Failure> {
    say(format_args!("one clip of {:.1} s, one client", o.clip_seconds))?;
    say(format_args!("  models alone     {:8.1} ms", o.model_ms))?;
    say(format_args!("  whole path       {:8.1} ms   {:.2} × the models", o.path_ms, o.ratio))?;
    say(format_args!("{} clients, {} cores", o.clients, o.cores))?;
    say(format_args!("  models alone     {:8.2} clips/s", o.model_throughput_per_s))?;
    say(format_args!(
        "  whole path       {:8.2} clips/s   {:.0} % of the models'",
        o.throughput_per_s,
        100.0 * o.throughput_ratio
    ))
}

fn measure(settings: &Settings, arguments: &Arguments, voices: &Arc<Vec<Voice>>) -> Result<Outcome, Failure> {
    let server = Server::start(settings.clone())?;
    let rounds = arguments.rounds.max(3);
    note("one client …");
    let mut single = Speaker::enrolled(&server, voices, 0)?;
    single.verify()?;
    single.sent.clear();
    let path = median((0..rounds).map(|_| single.verify()).collect::<Result<_, _>>()?);
    let clips = std::mem::take(&mut single.sent);
    note("models alone …");
    let languages = built::languages(settings)?;
    let models_of = || Models::load(&built::model_store()?).map_err(Failure::from);
    let mut models = models_of()?;
    model_time(&mut models, settings, &languages, &clips[0])?;
    let alone = clips.iter().map(|clip| model_time(&mut models, settings, &languages, clip));
    let model = median(alone.collect::<Result<_, _>>()?);
    drop(models);

    note(format_args!("{} clients …", arguments.clients));
    let (throughput, mut clips) = crowd(&server, voices, arguments.clients, rounds)?;
    server.stop()?;

    note("models alone, on all cores …");
    clips.truncate(MOST_CLIPS_ALONE);
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let model_throughput = models_at_once(cores, &models_of, settings, &languages, &clips)?;
    Ok(Outcome {
        clip_seconds: CLIP_SECONDS,
        model_ms: model.as_secs_f64() * 1e3,
        path_ms: path.as_secs_f64() * 1e3,
        ratio: path.as_secs_f64() / model.as_secs_f64(),
        clients: arguments.clients,
        cores,
        throughput_per_s: throughput,
        model_throughput_per_s: model_throughput,
        throughput_ratio: throughput / model_throughput,
    })
}

/// As many clients at once, each verifying in turn. Verdicts a second, and the recordings.
fn crowd(
    server: &Server,
    voices: &Arc<Vec<Voice>>,
    clients: usize,
    rounds: usize,
) -> Result<(f64, Vec<Clip>), Failure> {
    let mut speakers =
        (0..clients).map(|n| Speaker::enrolled(server, voices, n + 1)).collect::<Result<Vec<_>, _>>()?;
    // Dialogues are opened before the clock starts: opening asks nothing of the models.
    let mut spent = Duration::ZERO;
    for _ in 0..rounds {
        let ready = speakers.iter_mut().map(Speaker::ready).collect::<Result<Vec<_>, _>>()?;
        let start = Instant::now();
        std::thread::scope(|scope| {
            let calls: Vec<_> = speakers
                .iter_mut()
                .zip(ready)
                .map(|(speaker, clip)| scope.spawn(move || speaker.submit(clip)))
                .collect();
            calls
                .into_iter()
                .try_for_each(|call| call.join().map_err(|_| Failure::new("a client panicked"))?.map(drop))
        })?;
        spent += start.elapsed();
    }
    let clips = speakers.into_iter().flat_map(|speaker| speaker.sent).collect();
    Ok(((clients * rounds) as f64 / spent.as_secs_f64(), clips))
}

/// Threads that do nothing but run the models over the clips. Clips a second, by model time alone.
fn models_at_once(
    threads: usize,
    load: &(impl Fn() -> Result<Models, Failure> + Sync),
    settings: &Settings,
    languages: &Languages,
    clips: &[Clip],
) -> Result<f64, Failure> {
    let spent = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads)
            .map(|_| {
                scope.spawn(|| -> Result<Duration, Failure> {
                    let mut models = load()?;
                    model_time(&mut models, settings, languages, &clips[0])?;
                    clips.iter().map(|clip| model_time(&mut models, settings, languages, clip)).sum()
                })
            })
            .collect();
        workers
            .into_iter()
            .map(|worker| worker.join().map_err(|_| Failure::new("a model thread panicked"))?)
            .sum::<Result<Duration, Failure>>()
    })?;
    Ok((threads * clips.len()) as f64 / (spent.as_secs_f64() / threads as f64))
}

/// Time inside ONNX Runtime for one clip, all checks of a verification included.
fn model_time(
    models: &mut Models,
    settings: &Settings,
    languages: &Languages,
    clip: &Clip,
) -> Result<Duration, Failure> {
    let question = Question {
        bytes: clip.wav.clone(),
        container: Container::Wav,
        limits: Limits::default(),
        quality: settings.policy.quality.clone(),
        code: Some(clip.code.clone()),
        language: Arc::clone(languages.get("en")?),
        known: Vec::new(),
        models: built::speakers(settings)?.models(),
    };
    models.take_model_time();
    // A recording that is refused on the way cost the server just as much of the way.
    listen(models, question)?;
    Ok(models.take_model_time())
}

/// A spoken code.
struct Clip {
    code: Code,
    wav: Vec<u8>,
}

/// Says a code so that the recording lasts as long as the clip that is timed.
fn say_in_time(voice: &Voice, digits: &[u8], seed: u64) -> Vec<u8> {
    let wanted = (CLIP_SECONDS * f64::from(timbre_audio::SAMPLE_RATE)) as usize;
    let mut samples = voice.say(digits, Manner { seed, pause_ms: (150, 350), edge_ms: 300 });
    samples.resize(wanted, 0.0);
    timbre_voices::wav(&samples)
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// One client and its enrolled person.
struct Speaker {
    client: Client,
    user: String,
    voices: Arc<Vec<Voice>>,
    voice: usize,
    said: u64,
    /// What was said in verifications.
    sent: Vec<Clip>,
    /// What the last one was answered: a refused recording leaves the dialogue open, with a new code.
    answered: serde_json::Value,
}

impl Speaker {
    fn enrolled(server: &Server, voices: &Arc<Vec<Voice>>, n: usize) -> Result<Self, Failure> {
        let mut client = Client::new(server.address, &server.key, &server.secret);
        let created = client.post("/api/1.0/users", None)?;
        let user = created["data"]["id"].as_str().unwrap_or_default().to_owned();
        let mut speaker = Self {
            client,
            user,
            voices: Arc::clone(voices),
            voice: n % voices.len(),
            said: 1000 * n as u64,
            sent: Vec::new(),
            answered: serde_json::Value::Null,
        };
        // A refused code is asked for anew; a voice that is refused over and over cannot enrol.
        let mut reply = speaker.call("enroll", None)?;
        for _ in 0..8 {
            if reply["data"]["enrolled"] == true {
                return Ok(speaker);
            }
            let clip = speaker.say(&reply)?;
            reply = speaker.call("enroll", Some(&clip.wav))?;
        }
        Err(Failure::new(format!("{} could not be enrolled: {reply}", speaker.voices[speaker.voice].name)))
    }

    fn call(&mut self, what: &str, wav: Option<&[u8]>) -> Result<serde_json::Value, Failure> {
        self.client.post(&format!("/api/1.0/users/{}/dialogue/{what}/voice", self.user), wav)
    }

    /// Says the code that a reply asks for.
    fn say(&mut self, reply: &serde_json::Value) -> Result<Clip, Failure> {
        let code = reply["data"]["promptCode"]
            .as_str()
            .and_then(Code::parse)
            .ok_or_else(|| Failure::new(format!("no code was asked for: {reply}")))?;
        self.said += 1;
        let wav = say_in_time(&self.voices[self.voice], code.digits(), self.said);
        Ok(Clip { code, wav })
    }

    /// Opens a verification and says its code, without sending it yet.
    fn ready(&mut self) -> Result<Clip, Failure> {
        let reply = match std::mem::take(&mut self.answered) {
            open if open["data"]["promptCode"].is_string() => open,
            _ => self.call("verify", None)?,
        };
        self.say(&reply)
    }

    /// Sends a spoken code and waits for what was decided.
    fn submit(&mut self, clip: Clip) -> Result<Duration, Failure> {
        let start = Instant::now();
        self.answered = self.call("verify", Some(&clip.wav))?;
        let spent = start.elapsed();
        self.sent.push(clip);
        Ok(spent)
    }

    fn verify(&mut self) -> Result<Duration, Failure> {
        let clip = self.ready()?;
        self.submit(clip)
    }
}

/// A server of the bench's own, on a thread of its own.
struct Server {
    address: SocketAddr,
    key: String,
    secret: String,
    stop: actix_web::dev::ServerHandle,
    thread: std::thread::JoinHandle<Result<(), Failure>>,
}

impl Server {
    fn start(settings: Settings) -> Result<Self, Failure> {
        let (ready, started) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let listener = TcpListener::bind(&settings.http.listen)?;
                let address = listener.local_addr()?;
                let built = built::engine(&settings).await?;
                let issued = built.engine.create_tenant("bench", "en").await?.biometrid;
                let server = timbre_api::serve(
                    &settings.http,
                    &settings.redis,
                    listener,
                    built.engine.clone(),
                    &built.session_key,
                    |_| {},
                )?;
                let message = (address, issued.key, (*issued.secret).clone(), server.handle());
                ready.send(message).map_err(|_| Failure::new("the bench went away"))?;
                Ok(server.await?)
            })
        });
        match started.recv() {
            Ok((address, key, secret, stop)) => Ok(Self { address, key, secret, stop, thread }),
            Err(_) => match thread.join() {
                Ok(Err(failure)) => Err(failure),
                _ => Err(Failure::new("the bench's server did not start")),
            },
        }
    }

    fn stop(self) -> Result<(), Failure> {
        actix_web::rt::System::new().block_on(self.stop.stop(true));
        self.thread.join().map_err(|_| Failure::new("the bench's server panicked"))?
    }
}
