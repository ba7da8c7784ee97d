//! A connection beside the product's own.

use std::{thread, time::Duration};

use sea_orm::{ConnectOptions, Database, DatabaseConnection};
use tokio::runtime;

const WAIT: Duration = Duration::from_secs(60);

/// One connection, so that a lock is this one's.
pub(crate) async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).acquire_timeout(WAIT).connect_timeout(WAIT).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}

/// Waits for it on a thread of its own: the caller may be inside a runtime or not.
pub(crate) fn wait<T: Send>(work: impl Future<Output = T> + Send) -> T {
    thread::scope(|scope| {
        let runtime = || runtime::Builder::new_current_thread().enable_all().build().unwrap();
        scope.spawn(move || runtime().block_on(work)).join().unwrap()
    })
}
