//! The running product: everything that `timbre serve` puts together, in this process, over a
//! folder of its own, as `config/default.toml` sets it; its data, sessions and rates where the environment says (`timbre-backends`,
//! TIMBRE_TEST_REDIS).

use std::{
    fs,
    net::TcpListener,
    path::{Path, PathBuf},
    sync::{Arc, mpsc},
    thread::{self, JoinHandle},
    time::Duration,
};

use actix_web::{
    dev::ServerHandle,
    web::{Data, ServiceConfig},
};
use serde::Deserialize;
use tempfile::TempDir;
use timbre_api::{Http, RedisConfig, SessionsIn};
use timbre_backends::{DataFolder, Databases};
use timbre_dashboard::Try;
use timbre_domain::{
    embedding::ModelId,
    policy::Policy,
    rate::{Rate, RatePolicy},
};
use timbre_engine::{
    Engine, Galleries, GalleryConfig, JobsConfig, Languages, Limits, Outbound, Parts, Speakers,
};
use timbre_inference::{InferenceConfig, Models, Pool, code::Language};
use timbre_matching::calibration::Calibration;
use timbre_models::{Manifest, ModelStore};
use timbre_outbound::OutboundConfig;
use timbre_store::{Connection, Store};
use timbre_vault::{MasterKey, ObjectStore};
use tokio::{runtime::Runtime, sync::watch};

use crate::{Application, Losing, Subscriber, TestClock, home::Home, installation::installation};

/// What a test sets differently from the shipped configuration.
pub struct Setup {
    pub http: Http,
    pub redis: RedisConfig,
    pub policy: Policy,
    pub inference: InferenceConfig,
    pub audio: Limits,
    pub conversations: Limits,
    pub jobs: JobsConfig,
    pub outbound: OutboundConfig,
    pub gallery: GalleryConfig,
    pub migrate: bool,
    /// The speaker models of new tenants; all that are active where there are none.
    pub models: Option<&'static [ModelId]>,
    /// What is between it and its main database, on a server.
    pub network: Option<Losing>,
    /// The tenant that `/try` calls as, which is made for it; without one there is no such page.
    pub tried: Option<&'static str>,
}

/// The sections of `config/default.toml` that are settings of the parts.
#[derive(Deserialize)]
struct Shipped {
    http: Http,
    redis: RedisConfig,
    policy: Policy,
    inference: InferenceConfig,
    audio: ShippedAudio,
    conversations: ShippedConversations,
    jobs: JobsConfig,
    outbound: OutboundConfig,
    gallery: GalleryConfig,
}

#[derive(Deserialize)]
struct ShippedConversations {
    max_content_bytes: usize,
    max_seconds: f64,
}

#[derive(Deserialize)]
struct ShippedAudio {
    max_bytes: usize,
    max_seconds: f64,
    max_channels: u16,
}

impl Default for Setup {
    fn default() -> Self {
        let Shipped { http, redis, policy, inference, audio, conversations, jobs, outbound, gallery } =
            toml::from_str(include_str!("../../config/default.toml")).unwrap();
        // Tests call more often in a second than anybody may; those of the limits set their own.
        let rate = Rate { per_minute: 1_000_000, burst: 1_000_000 };
        let (unauthenticated_per_minute, unauthenticated_burst) = (rate.per_minute, rate.burst);
        let rates = RatePolicy { inference: rate, management: rate, read: rate };
        // On real parts, what replicas may share is shared. Each product has names of its own in there.
        let (redis, sessions) = match std::env::var("TIMBRE_TEST_REDIS") {
            Ok(url) => (RedisConfig { url, ..redis }, SessionsIn::Redis),
            Err(_) => (redis, http.sessions),
        };
        Self {
            http: Http {
                sessions,
                threads: 2,
                shutdown_seconds: 1,
                unauthenticated_per_minute,
                unauthenticated_burst,
                management_per_minute: rate.per_minute,
                management_burst: rate.burst,
                ..http
            },
            redis,
            policy: Policy { rates, ..policy },
            inference: InferenceConfig { workers: 1, ..inference },
            audio: Limits {
                max_bytes: audio.max_bytes,
                max_seconds: audio.max_seconds,
                max_channels: audio.max_channels,
            },
            conversations: Limits {
                max_bytes: conversations.max_content_bytes,
                max_seconds: conversations.max_seconds,
                max_channels: audio.max_channels,
            },
            jobs,
            outbound,
            gallery,
            migrate: true,
            models: None,
            network: None,
            tried: None,
        }
    }
}

/// The product, running. It stops, and its folder goes, when it is dropped.
pub struct Product {
    pub url: String,
    pub clock: TestClock,
    pub engine: Engine,
    pub pool: Arc<Pool>,
    pub session_key: [u8; 64],
    /// For calls of the engine that no route makes.
    runtime: Runtime,
    server: ServerHandle,
    thread: Option<JoinHandle<()>>,
    /// Dropped with the product, which ends the work on jobs.
    _end: watch::Sender<bool>,
    home: Arc<Home>,
}

impl Product {
    /// As it is shipped, with one inference worker.
    pub fn start() -> Self {
        Self::with(Setup::default())
    }

    pub fn with(setup: Setup) -> Self {
        Self::over(Arc::new(Home::of(DataFolder::new())), TestClock::default(), setup)
    }

    /// Another server over the same data: it shares nothing else with this one, as if it were another process.
    pub fn beside(&self, setup: Setup) -> Self {
        Self::over(Arc::clone(&self.home), self.clock.clone(), setup)
    }

    /// Over a folder that there is already.
    pub fn on(folder: TempDir, setup: Setup) -> Self {
        Self::over(Arc::new(Home::of(folder.into())), TestClock::default(), setup)
    }

    fn over(home: Arc<Home>, clock: TestClock, setup: Setup) -> Self {
        let folder = &home.folder;
        let runtime = Runtime::new().unwrap();
        let models = installed_models();
        let pool = Arc::new(Pool::start(&setup.inference, move || Models::load(&models)).unwrap());
        let master = MasterKey::load_or_create(&folder.path().join("master.key")).unwrap();
        let session_key = *master.derive("session cookie").unwrap();
        let store = runtime.block_on(async {
            if !setup.migrate {
                return connected(folder.path(), Databases::empty(folder.path())).await;
            }
            let mut databases = Databases::of(folder.path());
            if let Some(network) = &setup.network {
                databases.url = network.before(&databases.url);
            }
            let store = connected(folder.path(), databases).await;
            store.migrate().await.unwrap();
            store
        });
        let store = store.with_audit_key(master.derive(timbre_engine::AUDIT_KEY).unwrap());
        let engine = Engine::new(Parts {
            store,
            objects: home.objects(),
            master,
            pool: Arc::clone(&pool),
            default_speakers: setup.models.map_or_else(speakers, speakers_of),
            languages: languages(),
            sample_limits: setup.audio,
            conversation_limits: setup.conversations,
            jobs: setup.jobs.clone(),
            outbound: Outbound::new(&setup.outbound).unwrap(),
            galleries: Galleries::new(&setup.gallery),
            scratch: folder.path().to_owned(),
            telling: timbre_api::deepaffects::told,
            default_policy: setup.policy,
            objects_swept_every: Duration::from_secs(3_600),
            clock: clock.engine(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (started, handle) = mpsc::channel();
        let (http, redis, served) = (setup.http, setup.redis, engine.clone());
        let (dashboard, installation) = (http.dashboard, Data::new(installation(engine.now())));
        let offered = setup.tried.map(|tenant| {
            let issued = runtime.block_on(engine.create_tenant(tenant, "en")).unwrap();
            let (key, secret) = (issued.biometrid.key, (*issued.biometrid.secret).clone());
            let apikey = (*issued.apikeys[0]).clone();
            Data::new(Try { key, secret, apikey, language: "en".to_owned() })
        });
        let thread = thread::spawn(move || {
            actix_web::rt::System::new().block_on(async {
                let pages = move |config: &mut ServiceConfig| {
                    if dashboard {
                        timbre_dashboard::serve(config, &installation, offered.as_ref());
                    }
                };
                let server = timbre_api::serve(&http, &redis, listener, served, &session_key, pages).unwrap();
                started.send(server.handle()).unwrap();
                server.await.unwrap();
            });
        });
        let server = handle.recv().unwrap();
        let (end, ending) = watch::channel(false);
        if setup.jobs.embedded {
            let engine = engine.clone();
            runtime.spawn(async move { engine.work(ending).await });
        }
        Self { url, clock, engine, pool, session_key, runtime, server, thread: Some(thread), _end: end, home }
    }

    /// A new tenant's application.
    pub fn application(&self, tenant: &str) -> Application {
        let issued = self.runtime.block_on(self.engine.create_tenant(tenant, "en")).unwrap().biometrid;
        Application::new(&self.url, &issued.key, &issued.secret)
    }

    /// A new tenant's application that speaks Azure's contract.
    pub fn subscriber(&self, tenant: &str) -> Subscriber {
        let issued = self.runtime.block_on(self.engine.create_tenant(tenant, "en")).unwrap();
        Subscriber::new(&self.url, &issued.subscription_keys)
    }

    /// A new tenant without a voice engine.
    pub fn application_without_voice(&self, tenant: &str) -> Application {
        let application = self.application(tenant);
        self.runtime.block_on(self.engine.switch_voice_engine(tenant, false)).unwrap();
        application
    }

    /// Changes a tenant's policy.
    pub fn change_policy(&self, tenant: &str, change: impl FnOnce(&mut Policy)) {
        self.runtime.block_on(async {
            let tenant = self.engine.tenant_for_operator(tenant).await.unwrap();
            self.engine.change_policy(&tenant, change).await.unwrap();
        });
    }

    /// How a recording would score against the user's English voiceprint.
    pub fn score(&self, tenant: &str, user: &str, wav: Vec<u8>) -> f64 {
        self.runtime.block_on(async {
            let tenant = self.engine.tenant_for_operator(tenant).await.unwrap();
            let subject = self.engine.subject(&tenant, user.parse().unwrap()).await.unwrap();
            self.engine.measure(&tenant, &subject, "en", wav).await.unwrap().score
        })
    }

    /// Waits for what the engine does without a route.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Goes on without waiting.
    pub fn spawn<T: Send + 'static>(
        &self,
        work: impl Future<Output = T> + Send + 'static,
    ) -> tokio::task::JoinHandle<T> {
        self.runtime.spawn(work)
    }

    /// The database, for what another process would do with it.
    pub fn store(&self) -> Store {
        self.runtime.block_on(connected(self.home.folder.path(), Databases::of(self.home.folder.path())))
    }

    /// The objects, for what another process would do with them.
    pub fn objects(&self) -> Arc<dyn ObjectStore> {
        self.home.objects()
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        self.home.folder.path()
    }

    /// Every file of the data folder: database, vault, master key. A database on a server is shown as if it were a file.
    pub fn files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        collect(self.home.folder.path(), &mut files);
        files.extend(timbre_backends::contents(self.home.folder.path()));
        files
    }

    /// The files of the database, or what it holds on a server.
    pub fn database(&self) -> Vec<u8> {
        let is_database = |path: &Path| {
            path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("timbre.db"))
        };
        self.files().into_iter().filter(|(path, _)| is_database(path)).flat_map(|(_, bytes)| bytes).collect()
    }
}

impl Drop for Product {
    fn drop(&mut self) {
        self.runtime.block_on(self.server.stop(false));
        if let Some(thread) = self.thread.take() {
            // A server that panicked has failed the test already.
            let _ = thread.join();
        }
    }
}

async fn connected(folder: &Path, databases: Databases) -> Store {
    let Databases { url, keyring_url } = databases;
    // What is tested is what is answered, beside whatever else this machine does; how soon, `prove faults` measures.
    let connection =
        Connection { url, keyring_url, max_connections: 16, answer_seconds: 20.0, ..Connection::default() };
    Store::connect(&connection, folder).await.unwrap()
}

fn collect(folder: &Path, files: &mut Vec<(PathBuf, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => collect(&path, files),
            false => files.push((path.clone(), fs::read(&path).unwrap())),
        }
    }
}

/// The models as `cargo xtask models` installed them.
fn installed_models() -> Arc<ModelStore> {
    let (store, manifest) = (ModelStore::open_default().unwrap(), Manifest::builtin().unwrap());
    let missing: Vec<_> = store.missing(&manifest).iter().map(|artefact| artefact.name.as_str()).collect();
    assert!(
        missing.is_empty(),
        "these models are not installed: {}. Run `cargo xtask models` and test again",
        missing.join(", ")
    );
    Arc::new(store)
}

/// The speaker models that are active, with the shipped calibration.
pub fn speakers() -> Speakers {
    let manifest = Manifest::builtin().unwrap();
    let active: Vec<_> = manifest.ensemble().map(|(artefact, _)| artefact.name.parse().unwrap()).collect();
    speakers_of(&active)
}

fn speakers_of(models: &[ModelId]) -> Speakers {
    let calibration = Calibration::from_toml(include_str!("../../models/calibration.toml")).unwrap();
    Speakers::new(models, calibration).unwrap()
}

fn languages() -> Languages {
    let files =
        [include_str!("../../config/languages/en.toml"), include_str!("../../config/languages/pt.toml")];
    Languages::new(files.map(|file| Language::parse(file).unwrap()))
}
