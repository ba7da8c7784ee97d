//! A tenant's people: those whom BiometrID's contract knows, and those who are profiles and speakers, each with a key of their own.

use std::error::Error;

use chrono::{DateTime, Utc};
use sea_orm::Value;
use timbre_domain::{
    contract::Contract,
    device,
    embedding::ModelId,
    ids::{EnrolmentId, SubjectId},
    profile::{ProfileKind, ProfileStatus},
    scheme::Scheme,
};
use timbre_vault::PersonKey;

use crate::{Seeding, operators::none, tenants::Tenant};

/// Bytes of what no page opens: a sealed voiceprint, a sealed embedding.
const VOICEPRINT: usize = 840;
const EMBEDDING: usize = 820;

/// Of so many people as there are, one more opted out before anybody knew them.
const OPTED_OUT: usize = 8;

pub struct Person {
    pub id: SubjectId,
    pub key: PersonKey,
    pub since: DateTime<Utc>,
    /// Of whoever is enrolled by codes.
    pub enrolment: Option<EnrolmentId>,
    /// Of whoever is named in conversations.
    pub name: Option<String>,
    /// What they are found by.
    pub names: Vec<String>,
}

pub async fn make(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: usize,
) -> Result<Vec<Person>, Box<dyn Error>> {
    let (mut made, mut changes) = (Vec::with_capacity(people), 0);
    for n in 0..people {
        made.push(person(seeding, tenant, n, &mut changes)?);
        seeding.go_on().await?;
    }
    let head = [("tenant_id", tenant.id.0.into()), ("number", changes.into()), ("pruned", 0_i64.into())];
    seeding.rows.add("gallery_heads", head);
    Ok(made)
}

/// Puts those who opted out beside so many people, and tells what the tenant calls them.
pub async fn opt_out(
    seeding: &mut Seeding,
    tenant: &Tenant,
    people: usize,
) -> Result<Vec<String>, Box<dyn Error>> {
    let names: Vec<String> = (0..people.div_ceil(OPTED_OUT)).map(|n| format!("stranger-{n}")).collect();
    for name in &names {
        let (erasure, at) = (seeding.id(), seeding.once());
        // As the engine knows a name again.
        let digest = tenant.key.keyed_digest("name: reference", name.as_bytes()).to_vec();
        seeding.rows.add(
            "tombstones",
            [
                ("tenant_id", tenant.id.0.into()),
                ("digest", digest.into()),
                ("erasure_id", erasure.into()),
                ("created_at", at.into()),
            ],
        );
        seeding.go_on().await?;
    }
    Ok(names)
}

/// The `n`th of a tenant.
fn person(
    seeding: &mut Seeding,
    tenant: &Tenant,
    n: usize,
    changes: &mut i64,
) -> Result<Person, Box<dyn Error>> {
    let (id, key, since) =
        (SubjectId::from_random(seeding.dice.array()), PersonKey::generate()?, seeding.once());
    seeding.keys.add(
        "person_keys",
        [
            ("tenant_id", tenant.id.0.into()),
            ("subject_id", id.to_string().into()),
            ("wrapped", tenant.key.wrap(id, &key)?.into()),
            ("created_at", since.into()),
            ("settled", true.into()),
        ],
    );
    // Of a hundred people 78 are BiometrID's, 14 Azure's and 8 DeepAffects'.
    let kind = match n % 100 {
        ..92 if !tenant.azure => None,
        ..78 => None,
        78..83 => Some(ProfileKind::TextDependentVerification),
        83..88 => Some(ProfileKind::TextIndependentVerification),
        88..92 => Some(ProfileKind::TextIndependentIdentification),
        _ => Some(ProfileKind::Speaker),
    };
    let (own, seen_at) = (kind.is_none(), seeding.since(since));
    let contract = match kind {
        None => Contract::Biometrid,
        Some(ProfileKind::Speaker) => Contract::Deepaffects,
        Some(_) => Contract::Azure,
    };
    let reference = own.then(|| format!("client-{n}"));
    let address = (own && n.is_multiple_of(3)).then(|| device::address(&format!("02{n:010x}")));
    let names = reference.iter().chain(&address).cloned().collect();
    seeding.rows.add(
        "subjects",
        [
            ("id", id.to_string().into()),
            ("tenant_id", tenant.id.0.into()),
            ("reference_id", reference.into()),
            ("mac_address", address.into()),
            ("app_token", none::<String>()),
            ("created_at", since.into()),
            ("own_key", true.into()),
            ("seen_at", seen_at.into()),
            ("contract", Some(contract.name()).into()),
        ],
    );
    let mut person = Person { id, key, since, enrolment: None, name: None, names };
    match kind {
        // Some have not spoken yet.
        None if seeding.of_a_hundred(15) => {}
        None => {
            let scheme = if seeding.of_a_hundred(90) { Scheme::PromptedDigits } else { Scheme::FreeSpeech };
            let enrolment = enrol(seeding, tenant, &person, scheme.as_str(), "en");
            voiceprint(seeding, tenant, enrolment, since);
            person.enrolment = Some(enrolment);
        }
        Some(kind) => {
            person.name = (kind == ProfileKind::Speaker).then(|| format!("speaker-{n}"));
            let enrolment = profile(seeding, tenant, &person, kind, changes);
            person.names.extend(person.name.clone().or(Some(enrolment.0.to_string())));
        }
    }
    if seeding.of_a_hundred(30) {
        consent(seeding, tenant, &person, n);
    }
    Ok(person)
}

fn enrol(
    seeding: &mut Seeding,
    tenant: &Tenant,
    person: &Person,
    scheme: &'static str,
    language: &'static str,
) -> EnrolmentId {
    let (id, failed) = (seeding.id(), if seeding.of_a_hundred(3) { 1 + seeding.dice.below(6) } else { 0 });
    seeding.rows.add(
        "enrolments",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("subject_id", person.id.to_string().into()),
            ("scheme", scheme.into()),
            ("language", language.into()),
            ("enrolled_at", person.since.into()),
            ("failed_verifications", (failed as i32).into()),
        ],
    );
    EnrolmentId(id)
}

fn voiceprint(seeding: &mut Seeding, tenant: &Tenant, enrolment: EnrolmentId, at: DateTime<Utc>) {
    let sealed = seeding.dice.so_many(VOICEPRINT);
    seeding.rows.add(
        "voiceprints",
        [
            ("enrolment_id", enrolment.0.into()),
            ("tenant_id", tenant.id.0.into()),
            ("model", ModelId::CampPlus.as_str().into()),
            ("sealed", sealed.into()),
            ("created_at", at.into()),
        ],
    );
}

fn profile(
    seeding: &mut Seeding,
    tenant: &Tenant,
    person: &Person,
    kind: ProfileKind,
    changes: &mut i64,
) -> EnrolmentId {
    let scheme = match kind {
        ProfileKind::TextDependentVerification => Scheme::FixedPassphrase,
        _ => Scheme::FreeSpeech,
    };
    let enrolment = enrol(seeding, tenant, person, scheme.as_str(), "en-US");
    let samples = if seeding.of_a_hundred(85) { 3_i32 } else { 0 };
    let status = if samples > 0 { ProfileStatus::Enrolled } else { ProfileStatus::Enrolling };
    let looked_for =
        matches!(kind, ProfileKind::TextIndependentIdentification | ProfileKind::Speaker) && samples > 0;
    *changes += i64::from(looked_for);
    let change = if looked_for { *changes } else { 0 };
    let measured = |value: f64| (samples > 0).then_some(value);
    seeding.rows.add(
        "profiles",
        [
            ("enrolment_id", enrolment.0.into()),
            ("tenant_id", tenant.id.0.into()),
            ("kind", kind.name().into()),
            ("status", status.name().into()),
            ("active", true.into()),
            ("samples", samples.into()),
            ("audio_seconds", (f64::from(samples) * 12.0).into()),
            ("speech_seconds", (f64::from(samples) * 9.0).into()),
            ("updated_at", Some(person.since).into()),
            ("name", person.name.clone().into()),
            ("snr_db", measured(24.0).into()),
            ("agreement", measured(0.8).into()),
            ("changed", change.into()),
        ],
    );
    for _ in 0..samples {
        let (id, sealed) = (seeding.id(), seeding.dice.so_many(EMBEDDING));
        sample(
            seeding,
            tenant,
            enrolment,
            id,
            person.since,
            [Some(sealed).into(), Some(12.0).into(), Some(9.0).into()],
        );
    }
    if samples > 0 {
        voiceprint(seeding, tenant, enrolment, person.since);
    }
    enrolment
}

/// A recording that an enrolment is made of. What is known of it by itself: its sealed embedding, its length, and that of the speech in it. Of a
/// dialogue's its turn knows them.
pub fn sample(
    seeding: &mut Seeding,
    tenant: &Tenant,
    enrolment: EnrolmentId,
    id: uuid::Uuid,
    at: DateTime<Utc>,
    [embedding, audio, speech]: [Value; 3],
) {
    let object = seeding.id();
    seeding.rows.add(
        "objects",
        [("id", object.into()), ("tenant_id", tenant.id.0.into()), ("created_at", at.into())],
    );
    seeding.rows.add(
        "samples",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("enrolment_id", enrolment.0.into()),
            ("object_id", object.into()),
            ("created_at", at.into()),
            ("sealed_embeddings", embedding),
            ("audio_seconds", audio),
            ("speech_seconds", speech),
        ],
    );
}

fn consent(seeding: &mut Seeding, tenant: &Tenant, person: &Person, n: usize) {
    let (id, text) = (seeding.id(), seeding.dice.so_many(32));
    let withdrawn = seeding.of_a_hundred(4).then_some(seeding.now);
    seeding.rows.add(
        "consents",
        [
            ("id", id.into()),
            ("tenant_id", tenant.id.0.into()),
            ("subject_id", Some(person.id.to_string()).into()),
            ("text_sha256", text.into()),
            ("given_at", person.since.into()),
            ("signer", format!("form {n}").into()),
            ("recorded_at", person.since.into()),
            ("withdrawn_at", withdrawn.into()),
        ],
    );
}
