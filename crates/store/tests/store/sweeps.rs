//! What one process does for all: of many who would, one does it when it is due.

use timbre_store::SWEEP_OF_OBJECTS;

use super::support::{at, database};

#[tokio::test]
async fn of_eight_who_come_when_it_is_due_one_does_it() {
    let database = database().await;
    let store = &database.store;
    // At first, and when it is due again.
    for now in [0, 60] {
        let claims = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(
                async move { store.claim_sweep(SWEEP_OF_OBJECTS, at(now + 60), at(now)).await.unwrap() },
            )
        });
        let mut won = 0;
        for claim in claims.collect::<Vec<_>>() {
            won += usize::from(claim.await.unwrap());
        }
        assert_eq!(won, 1);
        assert!(!store.claim_sweep(SWEEP_OF_OBJECTS, at(999), at(now + 59)).await.unwrap(), "it is not due");
    }
    store.repeat_sweep(SWEEP_OF_OBJECTS, at(61)).await.unwrap();
    assert!(
        store.claim_sweep(SWEEP_OF_OBJECTS, at(999), at(61)).await.unwrap(),
        "it failed, and is due at once"
    );
}
