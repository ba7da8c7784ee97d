//! A gallery that is read in while its tenant's models change.

#![allow(clippy::unwrap_used)]

use timbre_backends::{DataFolder, Databases, run};
use timbre_domain::{
    embedding::{AnyEmbedding, ModelId},
    ids::{ObjectId, SampleId},
    policy::Policy,
    profile::{Fit, Profile, ProfileStatus},
};
use timbre_inference::{InferenceConfig, Models, Pool};
use timbre_matching::calibration::Calibration;
use timbre_models::ModelStore;
use timbre_outbound::Outbound;
use timbre_store::{Claim, Connection, Entry, Filling, NewSample, Store};
use timbre_vault::{FolderStore, MasterKey};
use uuid::Uuid;

use super::*;
use crate::{Clock, Galleries, GalleryConfig, JobsConfig, Languages, Limits, Parts, Speakers, Template};

const KIND: ProfileKind = ProfileKind::TextIndependentIdentification;

async fn engine() -> (Engine, DataFolder) {
    let models = Arc::new(ModelStore::open_default().unwrap());
    let folder = DataFolder::new();
    let Databases { url, keyring_url } = Databases::of(folder.path());
    let connection = Connection { url, keyring_url, max_connections: 4, ..Connection::default() };
    let store = Store::connect(&connection, folder.path()).await.unwrap();
    store.migrate().await.unwrap();
    let master = MasterKey::load_or_create(&folder.path().join("master.key")).unwrap();
    let store = store.with_audit_key(master.derive(crate::AUDIT_KEY).unwrap());
    let calibration = Calibration::from_toml(include_str!("../../../../models/calibration.toml")).unwrap();
    let english = include_str!("../../../../config/languages/en.toml");
    let english = timbre_inference::code::Language::parse(english).unwrap();
    let galleries =
        GalleryConfig { max_voiceprints: 1_000, max_bytes: 1 << 20, threads: 1, wait_seconds: 10 };
    let workers = InferenceConfig { workers: 1, queue: 1 };
    let engine = Engine::new(Parts {
        store,
        objects: Arc::new(FolderStore::open(folder.path().join("objects")).unwrap()),
        master,
        pool: Arc::new(Pool::start(&workers, move || Models::load(&models)).unwrap()),
        default_speakers: Speakers::new(&[ModelId::CampPlus], calibration).unwrap(),
        languages: Languages::new([english]),
        sample_limits: Limits::default(),
        conversation_limits: Limits::default(),
        jobs: JobsConfig::default(),
        outbound: Outbound::new(&Default::default()).unwrap(),
        galleries: Galleries::new(&galleries),
        scratch: folder.path().to_owned(),
        telling: |_, _| serde_json::Value::Null,
        default_policy: Policy::default(),
        objects_swept_every: Duration::from_secs(3_600),
        clock: Clock::system(),
    });
    engine.create_tenant("acme", "en").await.unwrap();
    (engine, folder)
}

/// Somebody with a voiceprint of the models that decide.
async fn enrolled(engine: &Engine, tenant: &Tenant, n: u8) -> EnrolmentId {
    let mut profile = engine.create_profile(tenant, KIND, "en-US".parse().unwrap(), None).await.unwrap();
    let person = engine.person_of_profile(tenant, profile.subject).await.unwrap();
    let values = (0..192).map(|i| f32::from(n) + (i as f32).sin()).collect();
    let embedding = AnyEmbedding::from_raw(ModelId::CampPlus, values).unwrap();
    let voice = vec![Template { embedding, samples: 1, net_speech_seconds: 30.0, telephone: false }];
    let (store, now) = (&engine.parts.store, engine.now());
    let claim = Claim { holder: Uuid::from_bytes([n; 16]), until: now + TimeDelta::seconds(60) };
    assert!(store.claim_profile(tenant.id, profile.id, claim, now).await.unwrap());
    profile.accept(Fit { audio_seconds: 40.0, speech_seconds: 30.0, ..Fit::default() }, false, now).unwrap();
    let sample = NewSample {
        id: SampleId::from_random([n; 16]),
        object: ObjectId::from_random([n; 16]),
        sealed_embeddings: vec![n],
        audio_seconds: 40.0,
        speech_seconds: 30.0,
        origin: None,
    };
    let voiceprints = engine.voiceprints(tenant, &person, &profile, &[voice]).unwrap();
    let filling = Filling { profile: &profile, sample, voiceprints, entry: Entry::default() };
    store.commit_sample(tenant.id, claim.holder, filling, now).await.unwrap();
    profile.id
}

async fn profile(engine: &Engine, tenant: &Tenant, id: EnrolmentId) -> Profile {
    engine.profile(tenant, KIND, id).await.unwrap()
}

#[tokio::test]
async fn models_that_change_between_two_pages_end_the_reading_and_send_nobody_to_be_trained() {
    let (engine, folder) = engine().await;
    let tenant = engine.tenant_for_operator("acme").await.unwrap();
    let galleries = &engine.parts.galleries;
    let whose = Whose { tenant: tenant.id, kind: KIND, by: tenant.models().decides };
    let held = galleries.of(whose, engine.speakers(&tenant).calibration().ensemble());
    let mut place = None;
    let first = enrolled(&engine, &tenant, 1).await;
    assert!(engine.follow_page(&held, &mut place).await.unwrap());
    assert_eq!(held.len(), 1);
    let second = enrolled(&engine, &tenant, 2).await;
    // Cut over and finished meanwhile: nobody has a voiceprint of the gallery's models any more.
    assert_eq!(run(folder.path(), "UPDATE tenants SET models = 'resnet34'"), 1);
    assert_eq!(run(folder.path(), "DELETE FROM voiceprints"), 2);
    let given_up = engine.follow_page(&held, &mut place).await;
    for id in [first, second] {
        assert_eq!(profile(&engine, &tenant, id).await.status, ProfileStatus::Enrolled);
    }
    assert!(matches!(given_up, Err(EngineError::GalleryLoading { .. })));
    assert!(!galleries.holds(&held));
}
