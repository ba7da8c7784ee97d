//! PostgreSQL behind a network that is cut, silent, or comes back. Needs `TIMBRE_TEST_POSTGRES`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    time::{Duration, Instant},
};

use timbre_store::{Entry, Store, StoreError, patiently};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};

use super::{
    postgres::{connected, own},
    races::costs,
    support::{at, new_tenant, tenant_id},
};

const OPEN: u8 = 0;
/// Nothing goes through, and nobody is told.
const SILENT: u8 = 1;
/// Every connection ends, and new ones end at once.
const CUT: u8 = 2;

/// A network between a store and its server.
struct Network {
    state: Arc<AtomicU8>,
    url: String,
}

impl Network {
    async fn before(url: &str) -> Self {
        let (scheme, rest) = url.split_once("://").unwrap();
        let (authority, path) = rest.split_once('/').unwrap();
        let (user, host) = authority.rsplit_once('@').unwrap_or(("timbre", authority));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("{scheme}://{user}@{}/{path}", listener.local_addr().unwrap());
        let (state, host) = (Arc::new(AtomicU8::new(OPEN)), host.to_owned());
        let shared = Arc::clone(&state);
        tokio::spawn(async move {
            loop {
                let (near, _) = listener.accept().await.unwrap();
                tokio::spawn(carry(near, host.clone(), Arc::clone(&shared)));
            }
        });
        Self { state, url }
    }

    fn is(&self, state: u8) {
        self.state.store(state, Ordering::SeqCst);
    }
}

async fn carry(near: TcpStream, host: String, state: Arc<AtomicU8>) {
    let Ok(far) = TcpStream::connect(&host).await else { return };
    let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
    tokio::select! {
        () = one_way(near_in, far_out, &state) => {}
        () = one_way(far_in, near_out, &state) => {}
        () = until_cut(&state) => {}
    }
}

async fn one_way(mut from: impl AsyncReadExt + Unpin, mut to: impl AsyncWriteExt + Unpin, state: &AtomicU8) {
    let mut bytes = [0; 16 * 1024];
    while let Ok(read @ 1..) = from.read(&mut bytes).await {
        while state.load(Ordering::SeqCst) == SILENT {
            sleep(Duration::from_millis(5)).await;
        }
        if to.write_all(&bytes[..read]).await.is_err() {
            return;
        }
    }
}

async fn until_cut(state: &AtomicU8) {
    while state.load(Ordering::SeqCst) != CUT {
        sleep(Duration::from_millis(5)).await;
    }
}

async fn behind(network: &Network) -> Store {
    let store = connected(&network.url, 4).await;
    store.migrate().await.unwrap();
    let store = store.with_audit_key([7; 32].into());
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    store
}

/// Until it answers again: at once, or nearly.
async fn recovered(store: &Store) -> Duration {
    let begun = Instant::now();
    while store.tenant(tenant_id(1)).await.is_err() {
        assert!(begun.elapsed() < Duration::from_secs(10), "it does not recover");
    }
    begun.elapsed()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whoever_asks_is_answered_within_two_seconds_whatever_the_network_does_and_it_recovers_on_postgres() {
    let Some(own) = own() else { return };
    let network = Network::before(&own.url).await;
    let store = behind(&network).await;
    for state in [SILENT, CUT, SILENT] {
        // Connections that are at hand when it happens.
        let _ =
            tokio::join!(store.ping(), store.tenant(tenant_id(1)), store.tenant_named("acme"), store.ping());
        network.is(state);
        let asked: Vec<_> = (0..20)
            .map(|n| {
                let store = store.clone();
                tokio::spawn(async move {
                    let begun = Instant::now();
                    let answer = match n % 2 {
                        0 => store.tenant(tenant_id(1)).await.map(|_| ()),
                        _ => store.enter(tenant_id(1), costs(1, 1_000, true), at(0)).await,
                    };
                    // As a caller does that asks once more before it gives up.
                    let _ = store.tenant_named("acme").await;
                    (answer, begun.elapsed())
                })
            })
            .collect();
        let mut unavailable = 0;
        for one in asked {
            let (answer, waited) = one.await.unwrap();
            // One may have been answered in the moment before the network noticed.
            assert!(matches!(answer, Ok(()) | Err(StoreError::Unavailable(_))), "{answer:?}");
            unavailable += usize::from(answer.is_err());
            assert!(waited < Duration::from_secs(2), "{waited:?}");
        }
        assert!(unavailable > 10, "{unavailable} of 20");
        network.is(OPEN);
        recovered(&store).await;
        store.enter(tenant_id(1), costs(1, 1_000, true), at(0)).await.unwrap();
    }
    // Of those that failed nothing is there, or all of it.
    assert!(store.recount(tenant_id(1)).await.unwrap().wrong.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_transaction_that_is_cut_off_is_undone_and_holds_nobody_up_on_postgres() {
    let Some(own) = own() else { return };
    let network = Network::before(&own.url).await;
    let store = behind(&network).await;
    let elsewhere = connected(&own.url, 8).await.with_audit_key([7; 32].into());
    for after in 0..20 {
        let entering = tokio::spawn({
            let store = store.clone();
            async move { store.enter(tenant_id(1), costs(1, 1_000, true), at(0)).await }
        });
        sleep(Duration::from_micros(after * 300)).await;
        network.is(CUT);
        let cut_off = entering.await.unwrap();
        assert!(matches!(cut_off, Ok(()) | Err(StoreError::Unavailable(_))), "{cut_off:?}");
        // Another replica goes on at once: what the lost one held is free.
        elsewhere.enter(tenant_id(1), costs(1, 1_000, true), at(0)).await.unwrap();
        network.is(OPEN);
        recovered(&store).await;
    }
    assert!(store.recount(tenant_id(1)).await.unwrap().wrong.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_nobody_waits_for_outlives_a_delay_on_postgres() {
    let Some(own) = own() else { return };
    let network = Network::before(&own.url).await;
    let store = behind(&network).await;
    let patient = tokio::spawn({
        let store = store.clone();
        patiently(async move {
            store.ping().await.unwrap();
            sleep(Duration::from_millis(50)).await;
            store.enter(tenant_id(1), costs(1, 1_000, true), at(0)).await
        })
    });
    sleep(Duration::from_millis(20)).await;
    network.is(SILENT);
    sleep(Duration::from_secs(2)).await;
    network.is(OPEN);
    patient.await.unwrap().unwrap();
}
