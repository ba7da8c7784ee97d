//! Fills a tenant's gallery with synthetic people, as if each had been enrolled: for measuring with more than anybody would speak for.
//!
//! `seed_gallery DATA_DIR TENANT COUNT`, with `TIMBRE__DATABASE__URL` where that is not SQLite: each gets a random voiceprint, sealed under a key of their own, which is in the keyring as
//! any other. Written past the product, many rows in a statement, because a hundred thousand enrolments would take hours. Prints one JSON object.
#![allow(clippy::print_stdout)]

use std::{error::Error, path::Path, time::Instant};

use chrono::Utc;
use sea_orm::{
    ConnectionTrait, Database, DatabaseConnection, DatabaseTransaction, TransactionTrait, Value,
    sea_query::{Expr, OnConflict, Query},
};
use timbre_domain::{
    embedding::{AnyEmbedding, ModelId},
    ids::{EnrolmentId, SubjectId},
    profile::{ProfileKind, ProfileStatus},
};
use timbre_engine::Template;
use timbre_store::{Connection, Store, TenantRecord};
use timbre_vault::{MasterKey, PersonKey, Purpose, SealContext, TenantKey};

/// Rows in a statement, and statements in a commit.
const ROWS: usize = 200;
const STATEMENTS: usize = 25;

const MODEL: ModelId = ModelId::CampPlus;

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn bytes<const N: usize>(&mut self) -> [u8; N] {
        std::array::from_fn(|_| self.next() as u8)
    }

    fn voice(&mut self) -> Vec<f32> {
        (0..MODEL.dimensions()).map(|_| (self.next() >> 40) as f32 / (1 << 23) as f32 - 1.0).collect()
    }
}

/// A table's rows, to be written together.
struct Rows {
    table: &'static str,
    columns: &'static [&'static str],
    rows: Vec<Vec<Value>>,
}

impl Rows {
    fn of(table: &'static str, columns: &'static [&'static str]) -> Self {
        Self { table, columns, rows: Vec::new() }
    }

    async fn write(&mut self, to: &DatabaseTransaction) -> Result<(), Box<dyn Error>> {
        let mut insert = Query::insert();
        insert.into_table(self.table);
        insert.columns(self.columns.iter().copied());
        for row in self.rows.drain(..) {
            insert.values(row.into_iter().map(Expr::val))?;
        }
        to.execute(&insert).await?;
        Ok(())
    }
}

struct Seeding {
    tenant: TenantRecord,
    key: TenantKey,
    dice: Dice,
    number: i64,
    keys: Rows,
    tables: [Rows; 4],
}

impl Seeding {
    fn person(&mut self) -> Result<(), Box<dyn Error>> {
        let (subject, enrolment) =
            (SubjectId::from_random(self.dice.bytes()), EnrolmentId::from_random(self.dice.bytes()));
        let own = PersonKey::generate()?;
        let embedding = AnyEmbedding::from_raw(MODEL, self.dice.voice())?;
        let template = Template { embedding, samples: 2, net_speech_seconds: 30.0, telephone: false };
        // As the engine seals a voiceprint: under its row's id and its model.
        let context = [enrolment.as_bytes().as_slice(), MODEL.as_str().as_bytes()].concat();
        let sealed = own.seal(&SealContext::new(Purpose::Voiceprint, &context), &template.to_bytes())?;
        let (tenant, now, id) = (self.tenant.id.0, Utc::now(), subject.to_string());
        self.number += 1;
        let wrapped = self.key.wrap(subject, &own)?;
        self.keys.rows.push(vec![tenant.into(), id.clone().into(), wrapped.into(), now.into(), true.into()]);
        let kind = ProfileKind::TextIndependentIdentification.name();
        let status = ProfileStatus::Enrolled.name();
        let rows: [Vec<Value>; 4] = [
            vec![id.clone().into(), tenant.into(), now.into(), true.into(), now.into()],
            vec![
                enrolment.0.into(),
                tenant.into(),
                id.into(),
                "free-speech".into(),
                "en-US".into(),
                now.into(),
                0_i32.into(),
            ],
            vec![
                enrolment.0.into(),
                tenant.into(),
                kind.into(),
                status.into(),
                true.into(),
                2_i32.into(),
                40.0_f64.into(),
                30.0_f64.into(),
                self.number.into(),
            ],
            vec![enrolment.0.into(), MODEL.as_str().into(), tenant.into(), sealed.into(), now.into()],
        ];
        for (table, row) in self.tables.iter_mut().zip(rows) {
            table.rows.push(row);
        }
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
        keys: Rows::of("person_keys", &["tenant_id", "subject_id", "wrapped", "created_at", "settled"]),
        tables: [
            Rows::of("subjects", &["id", "tenant_id", "created_at", "own_key", "seen_at"]),
            Rows::of(
                "enrolments",
                &[
                    "id",
                    "tenant_id",
                    "subject_id",
                    "scheme",
                    "language",
                    "enrolled_at",
                    "failed_verifications",
                ],
            ),
            Rows::of(
                "profiles",
                &[
                    "enrolment_id",
                    "tenant_id",
                    "kind",
                    "status",
                    "active",
                    "samples",
                    "audio_seconds",
                    "speech_seconds",
                    "changed",
                ],
            ),
            Rows::of("voiceprints", &["enrolment_id", "model", "tenant_id", "sealed", "created_at"]),
        ],
    };
    let mut left = count;
    while left > 0 {
        let commit = left.min(ROWS * STATEMENTS);
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
    mut people: usize,
) -> Result<(), Box<dyn Error>> {
    let (keys, rows) = (keyring.begin().await?, database.begin().await?);
    while people > 0 {
        let statement = people.min(ROWS);
        (0..statement).try_for_each(|_| seeding.person())?;
        seeding.keys.write(&keys).await?;
        for table in &mut seeding.tables {
            table.write(&rows).await?;
        }
        people -= statement;
    }
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
