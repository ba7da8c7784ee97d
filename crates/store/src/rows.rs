//! The tables as sea-orm entities, one module a table. Private: outside this crate there are only
//! the types of `timbre-domain` and the small records that the queries return.

use sea_orm::entity::prelude::*;

macro_rules! table {
    ($(#[$doc:meta])* $module:ident, $name:literal, { $($(#[$column:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        pub(crate) mod $module {
            use super::*;

            #[derive(Clone, DeriveEntityModel)]
            #[sea_orm(table_name = $name)]
            pub(crate) struct Model { $($(#[$column])* pub(crate) $field: $type),+ }

            /// sea-orm asks for `Debug`; rows hold codes, hashes and sealed voices, so it says nothing.
            impl std::fmt::Debug for Model {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(concat!("a row of ", $name))
                }
            }

            #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
            pub(crate) enum Relation {}

            impl ActiveModelBehavior for ActiveModel {}
        }
    };
}

table!(tenants, "tenants", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String,
    wrapped_key: Vec<u8>,
    policy: String,
    default_language: String,
    voice_engine: bool,
    created_at: ChronoDateTimeUtc,
    webhook_generation: i32,
    job_begun_at: Option<ChronoDateTimeUtc>,
    suspended_at: Option<ChronoDateTimeUtc>,
    policy_version: i32,
    models: String,
    changing_to: Option<String>,
    changed_from: Option<String>,
    models_changing_since: Option<ChronoDateTimeUtc>,
});

table!(policy_versions, "policy_versions", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] version: i32,
    policy: String,
    changed_at: ChronoDateTimeUtc,
    changed_by: String,
});

table!(credentials, "credentials", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    public_key: String,
    secret_hash: Vec<u8>,
    created_at: ChronoDateTimeUtc,
    revoked_at: Option<ChronoDateTimeUtc>,
    contract: String,
    slot: Option<i32>,
    label: Option<String>,
    last_used_at: Option<ChronoDateTimeUtc>,
});

table!(subjects, "subjects", {
    #[sea_orm(primary_key, auto_increment = false)] id: String,
    tenant_id: Uuid,
    reference_id: Option<String>,
    mac_address: Option<String>,
    app_token: Option<String>,
    created_at: ChronoDateTimeUtc,
    own_key: bool,
    seen_at: Option<ChronoDateTimeUtc>,
    contract: Option<String>,
});

table!(consents, "consents", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    subject_id: Option<String>,
    name_digest: Option<Vec<u8>>,
    text_sha256: Vec<u8>,
    given_at: ChronoDateTimeUtc,
    signer: String,
    recorded_at: ChronoDateTimeUtc,
    withdrawn_at: Option<ChronoDateTimeUtc>,
});

table!(tombstones, "tombstones", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] digest: Vec<u8>,
    erasure_id: Uuid,
    created_at: ChronoDateTimeUtc,
});

table!(erasures, "erasures", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    person: String,
    subject_id: Option<String>,
    remains: Option<String>,
    counted: String,
    opted_out: bool,
    requested_at: ChronoDateTimeUtc,
    erased_at: Option<ChronoDateTimeUtc>,
    receipt: Option<String>,
});

table!(
/// The keyring's one table.
person_keys, "person_keys", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] subject_id: String,
    wrapped: Vec<u8>,
    created_at: ChronoDateTimeUtc,
    settled: bool,
});

table!(enrolments, "enrolments", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    subject_id: String,
    scheme: String,
    language: String,
    enrolled_at: ChronoDateTimeUtc,
    failed_verifications: i32,
    locked_until: Option<ChronoDateTimeUtc>,
});

table!(voiceprints, "voiceprints", {
    #[sea_orm(primary_key, auto_increment = false)] enrolment_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] model: String,
    tenant_id: Uuid,
    sealed: Vec<u8>,
    created_at: ChronoDateTimeUtc,
    sealed_anchor: Option<Vec<u8>>,
});

table!(dialogues, "dialogues", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    subject_id: String,
    purpose: String,
    language: String,
    state: String,
    failure: Option<String>,
    code: Option<String>,
    code_expires_at: Option<ChronoDateTimeUtc>,
    accepted: i32,
    failures: i32,
    version: i32,
    created_at: ChronoDateTimeUtc,
    expires_at: ChronoDateTimeUtc,
    finished_at: Option<ChronoDateTimeUtc>,
    asks: Option<String>,
});

table!(turns, "turns", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    subject_id: String,
    dialogue_id: Uuid,
    number: i32,
    decision: String,
    measured: String,
    sealed_embeddings: Option<Vec<u8>>,
    sealed_fingerprint: Option<Vec<u8>>,
    object_id: Option<Uuid>,
    created_at: ChronoDateTimeUtc,
    sealed_sketch: Option<Vec<u8>>,
});

table!(samples, "samples", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    enrolment_id: Uuid,
    object_id: Uuid,
    created_at: ChronoDateTimeUtc,
    sealed_embeddings: Option<Vec<u8>>,
    audio_seconds: Option<f64>,
    speech_seconds: Option<f64>,
    origin: Option<Vec<u8>>,
});

table!(profiles, "profiles", {
    #[sea_orm(primary_key, auto_increment = false)] enrolment_id: Uuid,
    tenant_id: Uuid,
    kind: String,
    status: String,
    phrase: Option<String>,
    active: bool,
    samples: i32,
    audio_seconds: f64,
    speech_seconds: f64,
    updated_at: Option<ChronoDateTimeUtc>,
    busy_with: Option<Uuid>,
    busy_until: Option<ChronoDateTimeUtc>,
    name: Option<String>,
    snr_db: Option<f64>,
    agreement: Option<f64>,
    changed: i64,
});

table!(gallery_heads, "gallery_heads", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    number: i64,
    pruned: i64,
});

table!(gallery_gone, "gallery_gone", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i64,
    was: i64,
    at: ChronoDateTimeUtc,
});

table!(jobs, "jobs", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    kind: String,
    request_id: String,
    request_digest: Vec<u8>,
    sealed_request: Vec<u8>,
    object_id: Option<Uuid>,
    state: String,
    tries: i32,
    heard_seconds: f64,
    total_seconds: Option<f64>,
    sealed_outcome: Option<Vec<u8>>,
    run_after: ChronoDateTimeUtc,
    busy_with: Option<Uuid>,
    busy_until: Option<ChronoDateTimeUtc>,
    created_at: ChronoDateTimeUtc,
    finished_at: Option<ChronoDateTimeUtc>,
});

table!(deliveries, "deliveries", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    job_id: Uuid,
    state: String,
    tries: i32,
    most_tries: i32,
    next_at: ChronoDateTimeUtc,
    busy_with: Option<Uuid>,
    busy_until: Option<ChronoDateTimeUtc>,
    created_at: ChronoDateTimeUtc,
});

table!(delivery_tries, "delivery_tries", {
    #[sea_orm(primary_key, auto_increment = false)] delivery_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i32,
    tenant_id: Uuid,
    at: ChronoDateTimeUtc,
    status: Option<i32>,
    error: Option<String>,
    milliseconds: i32,
});

table!(objects, "objects", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    created_at: ChronoDateTimeUtc,
});

table!(sessions, "sessions", {
    #[sea_orm(primary_key, auto_increment = false)] key_hash: Vec<u8>,
    state: String,
    expires_at: ChronoDateTimeUtc,
});

table!(usage_events, "usage_events", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    tenant_id: Uuid,
    day: String,
    at: ChronoDateTimeUtc,
    operation: String,
    requests: i64,
    audio_milliseconds: i64,
    enrolments: i64,
    identifications: i64,
});

table!(usage_counters, "usage_counters", {
    #[sea_orm(primary_key, auto_increment = false)] tenant_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] period: String,
    requests: i64,
    audio_milliseconds: i64,
    enrolments: i64,
    identifications: i64,
});

table!(audit_events, "audit_events", {
    #[sea_orm(primary_key, auto_increment = false)] chain: Uuid,
    #[sea_orm(primary_key, auto_increment = false)] number: i64,
    at: ChronoDateTimeUtc,
    actor: String,
    address: Option<String>,
    action: String,
    person: Option<String>,
    target: Option<String>,
    detail: Option<String>,
    hash: Vec<u8>,
});

table!(audit_heads, "audit_heads", {
    #[sea_orm(primary_key, auto_increment = false)] chain: Uuid,
    number: i64,
    hash: Vec<u8>,
});

table!(operators, "operators", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    email: String,
    name: String,
    password_hash: String,
    role: String,
    tenant_id: Option<Uuid>,
    created_at: ChronoDateTimeUtc,
    disabled_at: Option<ChronoDateTimeUtc>,
});

table!(operator_sessions, "operator_sessions", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    operator_id: Uuid,
    family_hash: Vec<u8>,
    refresh_hash: Vec<u8>,
    address: Option<String>,
    created_at: ChronoDateTimeUtc,
    expires_at: ChronoDateTimeUtc,
    revoked_at: Option<ChronoDateTimeUtc>,
});

table!(admin_tokens, "admin_tokens", {
    #[sea_orm(primary_key, auto_increment = false)] id: Uuid,
    name: String,
    slot: i32,
    role: String,
    tenant_id: Option<Uuid>,
    public_part: String,
    secret_hash: Vec<u8>,
    created_at: ChronoDateTimeUtc,
    expires_at: Option<ChronoDateTimeUtc>,
    last_used_at: Option<ChronoDateTimeUtc>,
    revoked_at: Option<ChronoDateTimeUtc>,
});

table!(login_failures, "login_failures", {
    #[sea_orm(primary_key, auto_increment = false)] who: Vec<u8>,
    failures: i32,
    began_at: ChronoDateTimeUtc,
});

table!(answers, "answers", {
    #[sea_orm(primary_key, auto_increment = false)] asker: String,
    #[sea_orm(primary_key, auto_increment = false)] idempotency_key: String,
    request_digest: Vec<u8>,
    sealed: Vec<u8>,
    created_at: ChronoDateTimeUtc,
});

table!(sweeps, "sweeps", {
    #[sea_orm(primary_key, auto_increment = false)] what: String,
    due_at: ChronoDateTimeUtc,
});
