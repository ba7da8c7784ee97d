//! A database of its own for each test, and rows to put into it.

use chrono::{DateTime, Utc};
use timbre_backends::{DataFolder, Databases, on_postgres};
use timbre_domain::{
    code::Code,
    contract::Contract,
    decision::{Failure, SampleDecision, TurnDecision},
    dialogue::{Dialogue, Prompt, Purpose, State},
    ids::{CredentialId, DialogueId, EnrolmentId, ErasureId, ObjectId, SubjectId, TenantId, TurnId},
    policy::Policy,
};
use timbre_store::{
    Connection, EnrolmentRecord, Entry, FinishedEnrolment, NewCredential, NewErasure, NewSubject, NewTenant,
    NewTurn, Outcome, SealedVoiceprint, Step, Store, TenantModels, TenantRecord, Terms,
};

pub struct Database {
    pub store: Store,
    folder: DataFolder,
}

impl Database {
    /// The main database, as somebody else would open it.
    pub fn url(&self) -> String {
        url_in(&self.folder)
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Whether a database's files, its journal among them, hold these bytes; on PostgreSQL, its rows.
    pub fn holds(&self, name: &str, what: &[u8]) -> bool {
        let files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let files = files.map(|path| (path.clone(), std::fs::read(path).unwrap()));
        files
            .chain(timbre_backends::contents(self.folder.path()))
            .filter(|(path, _)| path.file_name().unwrap().to_string_lossy().starts_with(name))
            .any(|(_, bytes)| bytes.windows(what.len()).any(|window| window == what))
    }
}

/// A migrated database, and a folder that it goes with.
pub async fn database() -> Database {
    let folder = DataFolder::new();
    let store = Store::connect(&connection(Databases::of(folder.path())), folder.path()).await.unwrap();
    store.migrate().await.unwrap();
    Database { store, folder }
}

pub fn connection(databases: Databases) -> Connection {
    let Databases { url, keyring_url } = databases;
    Connection { url, keyring_url, max_connections: 8, ..Connection::default() }
}

/// Where a folder's main database is; one that is not there yet is made without a table.
pub fn url_in(folder: &DataFolder) -> String {
    match on_postgres() {
        true => Databases::empty(folder.path()).url,
        false => format!("sqlite://{}?mode=rwc", folder.path().join("timbre.db").display()),
    }
}

/// Bytes in a statement.
pub fn literal(bytes: &[u8]) -> String {
    match on_postgres() {
        true => format!(r"'\x{}'::bytea", hex::encode(bytes)),
        false => format!("x'{}'", hex::encode(bytes)),
    }
}

/// An id of 16 bytes in a statement.
pub fn uuid_literal(bytes: [u8; 16]) -> String {
    match on_postgres() {
        true => format!("'{}'::uuid", hex::encode(bytes)),
        false => literal(&bytes),
    }
}

/// So many seconds after the tests' beginning of time.
pub fn at(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
}

pub fn tenant_id(n: u8) -> TenantId {
    TenantId::from_random([n; 16])
}

pub fn subject_id(n: u8) -> SubjectId {
    SubjectId::from_random([n; 12])
}

pub fn object(n: u8) -> ObjectId {
    ObjectId::from_random([n; 16])
}

pub fn new_tenant(n: u8, name: &str) -> NewTenant {
    NewTenant {
        tenant: TenantRecord {
            id: tenant_id(n),
            name: name.to_owned(),
            wrapped_key: vec![n; 8],
            policy: Policy::default(),
            policy_version: 1,
            default_language: "en".to_owned(),
            voice_engine: true,
            webhook_generation: 1,
            created_at: at(0),
            suspended_at: None,
            models: TenantModels {
                models: "campplus".to_owned(),
                changing_to: None,
                changed_from: None,
                since: None,
            },
        },
        credentials: vec![NewCredential {
            id: CredentialId::from_random([n; 16]),
            contract: Contract::Biometrid,
            slot: None,
            public_key: format!("key of {name}"),
            secret_hash: [n; 32],
            label: None,
        }],
        made_by: "operator:1".to_owned(),
    }
}

pub fn new_subject(n: u8, reference: Option<&str>, device: Option<&str>) -> NewSubject {
    NewSubject {
        id: subject_id(n),
        reference_id: reference.map(str::to_owned),
        mac_address: device.map(str::to_owned),
        app_token: None,
        terms: Terms::default(),
    }
}

/// An erasure without an opt-out.
pub fn erasing(n: u8) -> NewErasure {
    NewErasure { id: ErasureId::from_random([n; 16]), person: format!("pseudonym {n}"), opted_out: false }
}

/// Tenant 1 with subject 1.
pub async fn tenant_with_subject(store: &Store) -> (TenantId, SubjectId) {
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    store
        .create_subject(tenant_id(1), new_subject(1, Some("7"), None), Entry::default(), at(0))
        .await
        .unwrap();
    (tenant_id(1), subject_id(1))
}

/// An open enrolment of subject 1.
pub fn dialogue(n: u8) -> Dialogue {
    let code = Code::parse("0653");
    let id = DialogueId::from_random([n; 16]);
    Dialogue::open(id, subject_id(1), Purpose::Enrol, "en".to_owned(), code, &Policy::default(), at(0))
}

/// One that asks for free speech.
pub fn without_code(n: u8) -> Dialogue {
    let Dialogue { id, subject, purpose, language, .. } = dialogue(n);
    Dialogue::open(id, subject, purpose, language, None, &Policy::default(), at(0))
}

/// The dialogue after another accepted sample.
pub fn accepted(mut dialogue: Dialogue, next: &str) -> Dialogue {
    dialogue.accepted += 1;
    dialogue.state = State::Open(Prompt { code: Code::parse(next), expires_at: at(120) });
    dialogue
}

pub fn failed(mut dialogue: Dialogue) -> Dialogue {
    dialogue.state = State::Failed(Failure::MaxTotalSqmFailuresExceeded);
    dialogue
}

pub fn succeeded(mut dialogue: Dialogue) -> Dialogue {
    dialogue.accepted += 1;
    dialogue.state = State::Succeeded;
    dialogue
}

/// A turn with sound, embeddings, a fingerprint and a sketch.
pub fn turn(n: u8) -> NewTurn {
    NewTurn {
        id: TurnId::from_random([n; 16]),
        decision: TurnDecision::Sample(SampleDecision::Ok),
        measured: "{}".to_owned(),
        sealed_embeddings: Some(vec![n; 4]),
        sealed_fingerprint: Some(vec![n; 5]),
        sealed_sketch: Some(vec![n; 7]),
        object: Some(object(n)),
    }
}

pub fn step(dialogue: &Dialogue, version: i32, n: u8) -> Step<'_> {
    Step {
        dialogue,
        version: Some(version),
        turn: turn(n),
        outcome: Outcome::Nothing,
        lockout: None,
        entry: Entry::default(),
    }
}

pub fn enrolment(n: u8) -> FinishedEnrolment {
    FinishedEnrolment {
        id: EnrolmentId::from_random([n; 16]),
        scheme: "prompted-digits",
        voiceprints: vec![voiceprint(n)],
    }
}

pub fn voiceprint(n: u8) -> SealedVoiceprint {
    SealedVoiceprint { model: "campplus".to_owned(), sealed: vec![n; 6], sealed_anchor: None }
}

/// The subject's enrolment in a language.
pub async fn enrolled(
    store: &Store,
    tenant: TenantId,
    subject: SubjectId,
    language: &str,
) -> Option<EnrolmentRecord> {
    let enrolments = store.enrolments(tenant, subject).await.unwrap();
    enrolments.into_iter().find(|enrolment| enrolment.language == language)
}
