//! What a crash or a failed enrolment leaves behind, and who takes it away; and what is read of it all for figures.

#![allow(clippy::unwrap_used)]

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use chrono::{DateTime, TimeDelta, Utc};
use timbre_backends::{DataFolder, Databases};
use timbre_domain::{
    code::Code,
    decision::{Failure, SampleDecision, TurnDecision},
    dialogue::{Asks, Dialogue, Purpose, State},
    ids::{DialogueId, ObjectId, SubjectId, TenantId, TurnId},
    policy::Policy,
};
use timbre_engine::{
    Clock, Engine, Galleries, GalleryConfig, JobsConfig, Languages, Limits, NewUser, Outbound, Parts,
    Speakers, SubjectCreated, Swept, Tenant,
};
use timbre_inference::{InferenceConfig, Models, Pool};
use timbre_matching::calibration::Calibration;
use timbre_models::{Manifest, ModelStore};
use timbre_store::{Connection, Entry, NewTurn, Outcome, Step, Store};
use timbre_vault::{FolderStore, MasterKey, ObjectStore, VaultError};

struct House {
    engine: Engine,
    store: Store,
    objects: FolderStore,
    tenant: Tenant,
    subject: SubjectId,
    folder: DataFolder,
    /// Seconds that have gone by.
    passed: Arc<AtomicI64>,
}

/// Between two times that objects are looked through.
const EVERY: Duration = Duration::from_secs(3_600);

fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000, 0).unwrap()
}

async fn house() -> House {
    let models = ModelStore::open_default().unwrap();
    let missing = models.missing(&Manifest::builtin().unwrap()).len();
    assert_eq!(missing, 0, "models are not installed: run `cargo xtask models` and test again");
    let models = Arc::new(models);
    let config = InferenceConfig { workers: 1, queue: 1 };
    let folder = DataFolder::new();
    let Databases { url, keyring_url } = Databases::of(folder.path());
    let connection = Connection { url, keyring_url, max_connections: 4, ..Connection::default() };
    let store = Store::connect(&connection, folder.path()).await.unwrap();
    store.migrate().await.unwrap();
    let objects = FolderStore::open(folder.path().join("objects")).unwrap();
    let calibration = Calibration::from_toml(include_str!("../../../models/calibration.toml")).unwrap();
    let english =
        timbre_inference::code::Language::parse(include_str!("../../../config/languages/en.toml")).unwrap();
    let master = MasterKey::load_or_create(&folder.path().join("master.key")).unwrap();
    let store = store.with_audit_key(master.derive(timbre_engine::AUDIT_KEY).unwrap());
    let galleries =
        GalleryConfig { max_voiceprints: 1_000, max_bytes: 1 << 20, threads: 1, wait_seconds: 10 };
    let passed = Arc::new(AtomicI64::new(0));
    let clock = Arc::clone(&passed);
    let engine = Engine::new(Parts {
        store: store.clone(),
        objects: Arc::new(objects.clone()),
        master,
        pool: Arc::new(Pool::start(&config, move || Models::load(&models)).unwrap()),
        default_speakers: Speakers::new(&[timbre_domain::embedding::ModelId::CampPlus], calibration).unwrap(),
        languages: Languages::new([english]),
        sample_limits: Limits::default(),
        conversation_limits: Limits::default(),
        jobs: JobsConfig::default(),
        outbound: Outbound::new(&Default::default()).unwrap(),
        galleries: Galleries::new(&galleries),
        scratch: folder.path().to_owned(),
        telling: |_, _| serde_json::Value::Null,
        default_policy: Policy::default(),
        objects_swept_every: EVERY,
        clock: Clock::reading(move || now() + TimeDelta::seconds(clock.load(Ordering::Relaxed))),
    });
    let issued = engine.create_tenant("acme", "en").await.unwrap().biometrid;
    let tenant = engine.authenticate(&issued.key, &issued.secret, None).await.unwrap();
    let SubjectCreated::New(subject) = engine.create_subject(&tenant, NewUser::default()).await.unwrap()
    else {
        panic!("the first subject is new")
    };
    House { engine, store, objects, tenant, subject, folder, passed }
}

impl House {
    fn dialogue(&self, n: u8) -> Dialogue {
        let (id, code) = (DialogueId::from_random([n; 16]), Code::parse("0653"));
        Dialogue::open(id, self.subject, Purpose::Enrol, "en".to_owned(), code, &Policy::default(), now())
    }

    /// A step of an enrolment: its object first, then its commit.
    async fn step(&self, dialogue: &Dialogue, version: i32, n: u8) -> ObjectId {
        let object = self.put(self.tenant.id, n).await;
        let turn = NewTurn {
            id: TurnId::from_random([n; 16]),
            decision: TurnDecision::Sample(SampleDecision::Ok),
            measured: "{}".to_owned(),
            sealed_embeddings: None,
            sealed_fingerprint: None,
            sealed_sketch: None,
            object: Some(object),
        };
        let step = Step {
            dialogue,
            version: Some(version),
            turn,
            outcome: Outcome::Nothing,
            lockout: None,
            entry: Entry::default(),
        };
        self.store.commit_step(self.tenant.id, step, now()).await.unwrap();
        object
    }

    async fn put(&self, tenant: TenantId, n: u8) -> ObjectId {
        let object = ObjectId::from_random([n; 16]);
        self.objects.put(tenant, object, vec![n; 100]).await.unwrap();
        object
    }

    /// An object that belongs to nothing, from yesterday.
    async fn stray(&self, n: u8) {
        self.put(self.tenant.id, n).await;
        let yesterday = SystemTime::now() - Duration::from_secs(86_400);
        for file in files(&self.folder.path().join("objects")) {
            File::options().write(true).open(file).unwrap().set_modified(yesterday).unwrap();
        }
    }

    async fn sweep(&self) -> Swept {
        self.engine.sweep_objects_older_than(Duration::ZERO).await.unwrap()
    }

    async fn holds(&self, tenant: TenantId, object: ObjectId) -> bool {
        match self.objects.get(tenant, object).await {
            Ok(_) => true,
            Err(VaultError::ObjectNotFound { .. }) => false,
            Err(error) => panic!("{error}"),
        }
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn objects_are_looked_through_when_that_is_due_and_once_more_where_it_failed() {
    let house = house().await;
    let swept = async || house.engine.sweep().await.map(|swept| swept.objects);
    house.stray(1).await;
    assert_eq!(swept().await.unwrap(), 1);
    house.stray(2).await;
    assert_eq!(swept().await.unwrap(), 0, "somebody has done it for all");
    house.passed.store(EVERY.as_secs() as i64, Ordering::Relaxed);
    assert_eq!(swept().await.unwrap(), 1);
    house.stray(3).await;
    house.passed.store(2 * EVERY.as_secs() as i64, Ordering::Relaxed);
    // A file where a folder should be: the objects cannot be listed.
    let objects = house.folder.path().join("objects");
    let (aside, tenant) = (house.folder.path().join("aside"), objects.join(house.tenant.id.to_string()));
    fs::rename(&tenant, &aside).unwrap();
    fs::create_dir(&tenant).unwrap();
    fs::write(tenant.join("03"), b"no folder").unwrap();
    assert!(swept().await.is_err());
    fs::remove_dir_all(&tenant).unwrap();
    fs::rename(&aside, &tenant).unwrap();
    assert_eq!(swept().await.unwrap(), 1, "it is tried again in the next round");
}

#[tokio::test]
async fn an_object_whose_commit_never_came_is_swept_once_it_is_old_and_a_registered_one_stays() {
    let house = house().await;
    let tenant = house.tenant.id;
    let dialogue = house.dialogue(1);
    house.store.start_dialogue(tenant, &dialogue, Entry::default(), now()).await.unwrap();
    let kept = house.step(&dialogue, 0, 1).await;
    // A crash came between the vault and the database; and a tenant that is not known at all.
    let (left, stranger) = (house.put(tenant, 2).await, TenantId::from_random([9; 16]));
    let strange = house.put(stranger, 3).await;
    // Another tenant's object of the same id is not registered by this one's row.
    house.put(stranger, 1).await;

    assert_eq!(house.engine.sweep().await.unwrap(), Swept::default(), "what is young may be on its way");
    assert!(house.holds(tenant, left).await);
    assert_eq!(house.sweep().await, Swept { objects: 3, ..Swept::default() });
    assert!(house.holds(tenant, kept).await);
    assert!(!house.holds(tenant, left).await);
    assert!(!house.holds(stranger, strange).await);
    assert_eq!(house.sweep().await, Swept::default());
}

#[tokio::test]
async fn the_sound_of_an_enrolment_that_failed_or_was_put_aside_is_swept() {
    let house = house().await;
    let tenant = house.tenant.id;
    let mut failing = house.dialogue(1);
    house.store.start_dialogue(tenant, &failing, Entry::default(), now()).await.unwrap();
    let first = house.step(&failing, 0, 1).await;
    assert_eq!(house.sweep().await.objects, 0);
    failing.state = State::Failed(Failure::MaxTotalSqmFailuresExceeded);
    let last = house.step(&failing, 1, 2).await;
    assert_eq!(house.sweep().await.objects, 2);
    assert!(!house.holds(tenant, first).await && !house.holds(tenant, last).await);

    let aside = house.dialogue(2);
    house.store.start_dialogue(tenant, &aside, Entry::default(), now()).await.unwrap();
    let said = house.step(&aside, 0, 3).await;
    let subject = house.engine.subject(&house.tenant, house.subject).await.unwrap();
    let (purpose, asks) = (Purpose::Enrol, Asks::Codes);
    house.engine.start_dialogue(&house.tenant, &subject, purpose, asks, "en").await.unwrap();
    assert_eq!(house.sweep().await.objects, 1);
    assert!(!house.holds(tenant, said).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_that_could_not_be_read_are_not_said_to_be_and_are_read_as_soon_as_they_can_be() {
    let house = house().await;
    let read_at = || {
        let (text, _) = timbre_telemetry::text("0").unwrap();
        let series = text.lines().find(|line| line.starts_with("timbre_database_read_timestamp_seconds "));
        series.map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap())
    };
    timbre_backends::run(house.folder.path(), "ALTER TABLE jobs RENAME TO away");
    assert!(house.engine.read_figures(10).await.is_err());
    assert_eq!(read_at(), None, "never is not long ago");
    timbre_backends::run(house.folder.path(), "ALTER TABLE away RENAME TO jobs");
    house.engine.read_figures(10).await.unwrap();
    let first = read_at().unwrap();
    assert!(first > 1.7e9);
    house.engine.read_figures(10).await.unwrap();
    assert_eq!(read_at(), Some(first), "what was read just now is not read again");
}
