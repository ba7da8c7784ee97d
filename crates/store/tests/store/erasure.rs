//! Erasure and lockout against a real SQLite file.

use super::support::*;
use timbre_domain::{dialogue::State, ids::EnrolmentId, lockout::Lockout};
use timbre_store::{Entry, LockoutChange, Outcome, SealedVoiceprint, Step, StoreError};

/// Subject 1, enrolled by one sample.
async fn enrolled_subject() -> (Database, timbre_domain::ids::TenantId, timbre_domain::ids::SubjectId) {
    let database = database().await;
    let (tenant, subject) = tenant_with_subject(&database.store).await;
    let opened = dialogue(1);
    database.store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let last = succeeded(opened);
    let enrols = Step { outcome: Outcome::Enrolled(enrolment(5)), ..step(&last, 0, 1) };
    database.store.commit_step(tenant, enrols, at(1)).await.unwrap();
    (database, tenant, subject)
}

#[tokio::test]
async fn an_erased_enrolment_leaves_nothing_of_the_voice_and_puts_its_dialogue_aside() {
    let (database, tenant, subject) = enrolled_subject().await;
    let store = &database.store;
    let open = dialogue(2);
    store.start_dialogue(tenant, &open, Entry::default(), at(2)).await.unwrap();
    assert!(store.erase_enrolments(tenant, subject, "pt", Entry::default(), at(3)).await.unwrap().is_none());
    assert!(
        store.erase_enrolments(tenant_id(2), subject, "en", Entry::default(), at(3)).await.unwrap().is_none()
    );

    let gone = store.erase_enrolments(tenant, subject, "en", Entry::default(), at(3)).await.unwrap().unwrap();
    assert!(gone.contains(&object(1)));
    assert!(enrolled(store, tenant, subject, "en").await.is_none());
    assert!(store.voiceprints(tenant, EnrolmentId::from_random([5; 16])).await.unwrap().is_empty());
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());
    assert!(store.fingerprints(tenant, subject, true, 9).await.unwrap().is_empty());
    let turns = store.turns(tenant, dialogue(1).id).await.unwrap();
    assert!(turns.iter().all(|turn| turn.sealed_embeddings.is_none()));
    let (_, shown) = store.dialogue_with_turns(tenant, dialogue(1).id).await.unwrap().unwrap();
    assert!(shown.len() == turns.len() && shown.iter().all(|turn| turn.sealed_sketch.is_none()));
    let aside = store.dialogue(tenant, open.id).await.unwrap().unwrap();
    assert!(aside.dialogue.state == State::Aborted);
    assert!(store.subject(tenant, subject).await.unwrap().is_some());
}

#[tokio::test]
async fn an_erased_subject_leaves_no_row() {
    let (database, tenant, subject) = enrolled_subject().await;
    let store = &database.store;
    assert!(
        store
            .erase_subject(tenant_id(2), subject, erasing(1), |_| Vec::new(), Entry::default(), at(9))
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.subject(tenant, subject).await.unwrap().is_some());

    let erased =
        store.erase_subject(tenant, subject, erasing(1), |_| Vec::new(), Entry::default(), at(9)).await;
    assert_eq!(erased.unwrap().unwrap().remains.objects, [object(1)]);
    assert!(store.subject(tenant, subject).await.unwrap().is_none());
    assert!(store.enrolments(tenant, subject).await.unwrap().is_empty());
    assert!(store.voiceprints(tenant, EnrolmentId::from_random([5; 16])).await.unwrap().is_empty());
    assert!(store.dialogue(tenant, dialogue(1).id).await.unwrap().is_none());
    assert!(store.turns(tenant, dialogue(1).id).await.unwrap().is_empty());
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());
    let again =
        store.erase_subject(tenant, subject, erasing(2), |_| Vec::new(), Entry::default(), at(9)).await;
    assert!(again.unwrap().is_none());
}

#[tokio::test]
async fn a_step_for_a_subject_that_was_erased_meanwhile_writes_nothing() {
    let (database, tenant, subject) = enrolled_subject().await;
    let store = &database.store;
    let open = dialogue(2);
    store.start_dialogue(tenant, &open, Entry::default(), at(2)).await.unwrap();
    store
        .erase_subject(tenant, subject, erasing(1), |_| Vec::new(), Entry::default(), at(2))
        .await
        .unwrap()
        .unwrap();
    let last = succeeded(open);
    let stored = store.commit_step(tenant, step(&last, 0, 2), at(3)).await;
    assert!(matches!(stored, Err(StoreError::Conflict)));
    // A dialogue that begins and ends with its one sample has no row that could be missing.
    let whole = Step { version: None, ..step(&last, 0, 2) };
    assert!(matches!(store.commit_step(tenant, whole, at(3)).await, Err(StoreError::Conflict)));
    assert!(store.registered_objects(tenant, &[object(2)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_adaptation_replaces_the_voiceprint_and_keeps_what_was_enrolled() {
    let (database, tenant, _) = enrolled_subject().await;
    let store = &database.store;
    let id = EnrolmentId::from_random([5; 16]);
    let adapted = |n: u8| SealedVoiceprint { sealed_anchor: Some(vec![5; 6]), ..voiceprint(n) };
    let open = dialogue(2);
    store.start_dialogue(tenant, &open, Entry::default(), at(2)).await.unwrap();
    let last = succeeded(open);
    let adapts = Step { outcome: Outcome::Adapted(id, vec![adapted(7)]), ..step(&last, 0, 2) };
    store.commit_step(tenant, adapts, at(3)).await.unwrap();
    let prints = store.voiceprints(tenant, id).await.unwrap();
    assert_eq!((prints.len(), prints[0].sealed.as_slice()), (1, [7; 6].as_slice()));
    assert_eq!(prints[0].sealed_anchor.as_deref(), Some([5; 6].as_slice()));
    // The recording that taught it is not kept.
    assert!(store.registered_objects(tenant, &[object(2)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn of_attempts_counted_from_one_reading_one_counts() {
    let (database, tenant, _) = enrolled_subject().await;
    let (store, enrolment) = (&database.store, EnrolmentId::from_random([5; 16]));
    let seen = store.lockout(tenant, enrolment).await.unwrap().unwrap();
    assert_eq!(seen, Lockout::default());
    let charged = Lockout { failed: 1, locked_until: Some(at(30)) };
    let (one, two) = tokio::join!(
        store.charge_attempt(tenant, enrolment, seen, charged),
        store.charge_attempt(tenant, enrolment, seen, charged),
    );
    assert_eq!([one.unwrap(), two.unwrap()].iter().filter(|counted| **counted).count(), 1);
    assert_eq!(store.lockout(tenant, enrolment).await.unwrap(), Some(charged));

    let open = dialogue(2);
    store.start_dialogue(tenant, &open, Entry::default(), at(2)).await.unwrap();
    let last = failed(open);
    let change = Some((enrolment, LockoutChange::Until(at(99))));
    store.commit_step(tenant, Step { lockout: change, ..step(&last, 0, 2) }, at(3)).await.unwrap();
    let later = Lockout { locked_until: Some(at(99)), ..charged };
    assert_eq!(store.lockout(tenant, enrolment).await.unwrap(), Some(later));
    store.reset_lockouts(tenant, &[enrolment], Entry::default(), at(9)).await.unwrap();
    assert_eq!(store.lockout(tenant, enrolment).await.unwrap(), Some(Lockout::default()));
}
