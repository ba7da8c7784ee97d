//! Fills a tenant's gallery with synthetic people, as if each had been enrolled: for measuring with more than anybody would speak for.
//!
//! `seed_gallery DATA_DIR TENANT COUNT`, with `TIMBRE__DATABASE__URL` where that is not SQLite: each gets a random voiceprint, sealed under a key of their own, which is in the keyring as
//! any other. Written past the product, many rows in a statement, because a hundred thousand enrolments would take hours. Prints one JSON object.
#![allow(clippy::print_stdout)]

use std::{error::Error, path::Path, time::Instant};

use chrono::Utc;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, TransactionTrait, Value,
    sea_query::{Expr, OnConflict, Query},
};
use timbre_domain::{
    embedding::{AnyEmbedding, ModelId},
    ids::{EnrolmentId, SubjectId},
    profile::{ProfileKind, ProfileStatus},
};
use timbre_engine::Template;
use timbre_store::{Connection, Store, TenantRecord};
use timbre_tests::{Dice, Rows};
use timbre_vault::{MasterKey, PersonKey, Purpose, SealContext, TenantKey};

/// People in a commit.
const COMMIT: usize = 5_000;

const MODEL: ModelId = ModelId::CampPlus;

struct Seeding {
    tenant: TenantRecord,
    key: TenantKey,
    dice: Dice,
    number: i64,
    keys: Rows,
    rows: Rows,
}

impl Seeding {
    fn voice(&mut self) -> Vec<f32> {
        (0..MODEL.dimensions()).map(|_| (self.dice.draw() >> 40) as f32 / (1 << 23) as f32 - 1.0).collect()
    }

    fn person(&mut self) -> Result<(), Box<dyn Error>> {
        let (subject, enrolment) =
            (SubjectId::from_random(self.dice.array()), EnrolmentId::from_random(self.dice.array()));
        let own = PersonKey::generate()?;
        let embedding = AnyEmbedding::from_raw(MODEL, self.voice())?;
        let template = Template { embedding, samples: 2, net_speech_seconds: 30.0, telephone: false };
        // As the engine seals a voiceprint: under its row's id and its model.
        let context = [enrolment.as_bytes().as_slice(), MODEL.as_str().as_bytes()].concat();
        let sealed = own.seal(&SealContext::new(Purpose::Voiceprint, &context), &template.to_bytes())?;
        let (tenant, now, id) = (self.tenant.id.0, Utc::now(), subject.to_string());
        self.number += 1;
        self.keys.add(
            "person_keys",
            [
                ("tenant_id", tenant.into()),
                ("subject_id", id.clone().into()),
                ("wrapped", self.key.wrap(subject, &own)?.into()),
                ("created_at", now.into()),
                ("settled", true.into()),
            ],
        );
        self.rows.add(
            "subjects",
            [
                ("id", id.clone().into()),
                ("tenant_id", tenant.into()),
                ("created_at", now.into()),
                ("own_key", true.into()),
                ("seen_at", now.into()),
            ],
        );
        self.rows.add(
            "enrolments",
            [
                ("id", enrolment.0.into()),
                ("tenant_id", tenant.into()),
                ("subject_id", id.into()),
                ("scheme", "free-speech".into()),
                ("language", "en-US".into()),
                ("enrolled_at", now.into()),
                ("failed_verifications", 0_i32.into()),
            ],
        );
        self.rows.add(
            "profiles",
            [
                ("enrolment_id", enrolment.0.into()),
                ("tenant_id", tenant.into()),
                ("kind", ProfileKind::TextIndependentIdentification.name().into()),
                ("status", ProfileStatus::Enrolled.name().into()),
                ("active", true.into()),
                ("samples", 2_i32.into()),
                ("audio_seconds", 40.0_f64.into()),
                ("speech_seconds", 30.0_f64.into()),
                ("changed", self.number.into()),
            ],
        );
        self.rows.add(
            "voiceprints",
            [
                ("enrolment_id", enrolment.0.into()),
                ("model", MODEL.as_str().into()),
                ("tenant_id", tenant.into()),
                ("sealed", sealed.into()),
                ("created_at", now.into()),
            ],
        );
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [folder, tenant, count] = words.as_slice() else {
        return Err("seed_gallery DATA_DIR TENANT COUNT".into());
    };
    let (folder, count) = (Path::new(folder), count.parse::<usize>()?);
    let begun = Instant::now();
    let url = std::env::var("TIMBRE__DATABASE__URL").unwrap_or_default();
    let connection = Connection {
        url: url.clone(),
        keyring_url: String::new(),
        max_connections: 2,
        wait_seconds: 60,
        ..Connection::default()
    };
    let store = Store::connect(&connection, folder).await?;
    let tenant = store.tenant_named(tenant).await?.ok_or("there is no such tenant")?;
    let key = MasterKey::load(&folder.join("master.key"))?.unwrap(tenant.id, &tenant.wrapped_key)?;
    let sqlite = |name: &str| format!("sqlite://{}", folder.join(name).display());
    let database = Database::connect(if url.is_empty() { sqlite("timbre.db") } else { url.clone() }).await?;
    let keyring = match store.keyring_is_apart() {
        true => Database::connect(sqlite("keyring.db")).await?,
        false => database.clone(),
    };
    let mut seeding = Seeding {
        number: store.gallery_number(tenant.id).await?,
        tenant,
        key,
        dice: Dice(7),
        keys: Rows::default(),
        rows: Rows::default(),
    };
    let mut left = count;
    while left > 0 {
        let commit = left.min(COMMIT);
        committed(&mut seeding, &database, &keyring, commit).await?;
        left -= commit;
    }
    let seconds = begun.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({"seeded": count, "seconds": (seconds * 10.0).round() / 10.0}));
    Ok(())
}

/// So many more people, in one commit: first their keys, then they.
async fn committed(
    seeding: &mut Seeding,
    database: &DatabaseConnection,
    keyring: &DatabaseConnection,
    people: usize,
) -> Result<(), Box<dyn Error>> {
    (0..people).try_for_each(|_| seeding.person())?;
    let (keys, rows) = (keyring.begin().await?, database.begin().await?);
    seeding.keys.write(&keys).await?;
    seeding.rows.write(&rows).await?;
    let mut head = Query::insert();
    head.into_table("gallery_heads")
        .columns(["tenant_id", "number", "pruned"])
        .values(
            [seeding.tenant.id.0.into(), seeding.number.into(), 0_i64.into()]
                .map(|value: Value| Expr::val(value)),
        )?
        .on_conflict(OnConflict::column("tenant_id").update_column("number").to_owned());
    rows.execute(&head).await?;
    keys.commit().await?;
    rows.commit().await?;
    Ok(())
}
