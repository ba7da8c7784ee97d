//! Databases on a PostgreSQL server: made in an instant, from one that was migrated once for all tests of a run.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use timbre_migrations::{KeyringMigrator, Migrator, MigratorTrait};
use uuid::Uuid;

use crate::connection::{connect, wait};

/// Held by the one test that makes the templates.
const LOCK: &str = "SELECT pg_advisory_lock(7415322)";

/// Makes the two databases of a folder and says where they are.
pub(crate) fn create(server: &str, migrated: bool) -> [String; 2] {
    wait(async {
        let names = ["main", "keyring"].map(|kind| format!("{kind}_{}", Uuid::new_v4().simple()));
        let db = connect(server).await;
        let templates = match migrated {
            true => templates(server, &db).await,
            false => ["template0"; 2].map(str::to_owned),
        };
        for (name, template) in names.iter().zip(templates) {
            run(&db, &format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        }
        db.close().await.unwrap();
        names.map(|name| on_server(server, &name))
    })
}

/// A copy of a database as it is now. Whoever works in it is cut off, and comes back.
pub(crate) fn copy(url: &str) -> String {
    let (server, from) = url.rsplit_once('/').unwrap();
    let to = format!("copy_{}", Uuid::new_v4().simple());
    wait(async {
        let db = connect(&on_server(url, "postgres")).await;
        run(&db, &format!("ALTER DATABASE {from} ALLOW_CONNECTIONS false")).await;
        run(&db, &format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{from}'"))
            .await;
        run(&db, &format!("CREATE DATABASE {to} TEMPLATE {from}")).await;
        run(&db, &format!("ALTER DATABASE {from} ALLOW_CONNECTIONS true")).await;
        db.close().await.unwrap();
    });
    format!("{server}/{to}")
}

pub(crate) fn drop_databases(urls: &[String]) {
    wait(async {
        let db = connect(&on_server(&urls[0], "postgres")).await;
        for url in urls {
            let (_, name) = url.rsplit_once('/').unwrap();
            // One that is gone already, or a server that is, is as good: this is called where a test has failed, too.
            let _ = db.execute_unprepared(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await;
        }
        let _ = db.close().await;
    });
}

/// Databases of today's shape to copy, made by whoever comes first.
async fn templates(server: &str, db: &DatabaseConnection) -> [String; 2] {
    let names = [name::<Migrator>("main"), name::<KeyringMigrator>("keyring")];
    if exist(db, &names).await {
        return names;
    }
    run(db, LOCK).await;
    if !exist(db, &names).await {
        let [main, keyring] = &names;
        template::<Migrator>(server, db, main).await;
        template::<KeyringMigrator>(server, db, keyring).await;
    }
    // The lock goes with the connection, and is wanted no more once the templates are there.
    names
}

/// What a template is called: another one after each new migration.
fn name<M: MigratorTrait>(kind: &str) -> String {
    let migrations = M::migrations();
    format!("template_{kind}_{}_{}", migrations.len(), migrations.last().unwrap().name())
}

/// Makes a template under another name first: one that is there under its own is whole.
async fn template<M: MigratorTrait>(server: &str, db: &DatabaseConnection, name: &str) {
    let making = format!("making_{}", Uuid::new_v4().simple());
    run(db, &format!("CREATE DATABASE {making} TEMPLATE template0")).await;
    let new = connect(&on_server(server, &making)).await;
    M::up(&new, None).await.unwrap();
    new.close().await.unwrap();
    run(db, &format!("DROP DATABASE IF EXISTS {name}")).await;
    run(db, &format!("ALTER DATABASE {making} RENAME TO {name}")).await;
}

async fn exist(db: &DatabaseConnection, names: &[String; 2]) -> bool {
    let [one, other] = names;
    let count = format!("SELECT count(*) FROM pg_database WHERE datname IN ('{one}', '{other}')");
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, count)).await.unwrap().unwrap();
    row.try_get_by_index::<i64>(0).unwrap() == 2
}

async fn run(db: &DatabaseConnection, statement: &str) {
    db.execute_unprepared(statement).await.unwrap();
}

/// Another database of the same server.
fn on_server(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').unwrap();
    format!("{server}/{name}")
}
