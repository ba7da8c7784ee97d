//! The store against a real database: its shape, its commits, its races and its borders.

use super::support::*;
use sea_orm::ConnectionTrait;
use timbre_backends::{DataFolder, Databases};
use timbre_domain::{
    contract::Contract,
    dialogue::{Asks, DialogueState, State},
    ids::{DialogueId, EnrolmentId},
};
use timbre_migrations::{Migrator, MigratorTrait};
use timbre_store::{Entry, Outcome, Step, StoreError, SubjectCreated};

#[tokio::test]
async fn the_migrations_go_up_and_down_and_up_again() {
    let folder = DataFolder::new();
    let db = sea_orm::Database::connect(url_in(&folder)).await.unwrap();
    let all = Migrator::migrations().len();
    for _ in 0..2 {
        assert_eq!(Migrator::get_pending_migrations(&db).await.unwrap().len(), all);
        Migrator::up(&db, None).await.unwrap();
        Migrator::up(&db, None).await.unwrap();
        assert!(Migrator::get_pending_migrations(&db).await.unwrap().is_empty());
        Migrator::down(&db, None).await.unwrap();
    }
}

#[tokio::test]
async fn a_database_that_is_not_migrated_says_so() {
    let folder = DataFolder::new();
    let path = folder.path().join("made/when/missing");
    let connection = connection(Databases::empty(&path));
    let store = timbre_store::Store::connect(&connection, &path).await.unwrap();
    store.ping().await.unwrap();
    assert!(store.pending_migrations().await.unwrap() > 0);
    store.migrate().await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
}

#[tokio::test]
async fn of_two_steps_from_the_same_version_one_wins_and_nothing_of_the_other_is_written() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    let opened = dialogue(1);
    store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let (next, last) = (accepted(opened.clone(), "1234"), succeeded(opened.clone()));
    // The second would enrol: more rows that must not be there when it loses.
    let enrols = Step { outcome: Outcome::Enrolled(enrolment(1)), ..step(&last, 0, 2) };
    let (one, two) = tokio::join!(
        store.commit_step(tenant, step(&next, 0, 1), at(1)),
        store.commit_step(tenant, enrols, at(1)),
    );
    let outcomes = [&one, &two];
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(StoreError::Conflict))).count(), 1);

    let stored = store.dialogue(tenant, opened.id).await.unwrap().unwrap();
    assert_eq!((stored.version, stored.dialogue.accepted), (1, 1));
    assert_eq!(store.turns(tenant, opened.id).await.unwrap().len(), 1);
    assert_eq!(store.registered_objects(tenant, &[object(1), object(2)]).await.unwrap().len(), 1);
    let found = enrolled(store, tenant, subject, "en").await.is_some();
    assert_eq!(found, stored.dialogue.state == State::Succeeded);
    let prints = store.voiceprints(tenant, EnrolmentId::from_random([1; 16])).await.unwrap();
    assert_eq!(prints.len(), usize::from(found));
}

#[tokio::test]
async fn a_step_of_a_version_that_has_passed_or_of_a_finished_dialogue_writes_nothing() {
    let database = database().await;
    let store = &database.store;
    let (tenant, _) = tenant_with_subject(store).await;
    let opened = dialogue(1);
    store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let next = accepted(opened.clone(), "1234");
    store.commit_step(tenant, step(&next, 0, 1), at(1)).await.unwrap();
    let last = failed(next.clone());
    for stale in [0, 2] {
        let refused = store.commit_step(tenant, step(&last, stale, 9), at(2)).await;
        assert!(matches!(refused, Err(StoreError::Conflict)));
    }
    store.commit_step(tenant, step(&last, 1, 2), at(2)).await.unwrap();
    let over = store.commit_step(tenant, step(&next, 2, 9), at(3)).await;
    assert!(matches!(over, Err(StoreError::Conflict)));
    let decisions = store.turns(tenant, opened.id).await.unwrap();
    assert_eq!(decisions.len(), 2);
    assert!(store.registered_objects(tenant, &[object(9)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_new_dialogue_puts_the_old_one_aside_and_lets_go_of_its_sound_and_embeddings() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    let (first, second) = (dialogue(1), dialogue(2));
    store.start_dialogue(tenant, &first, Entry::default(), at(0)).await.unwrap();
    let next = accepted(first.clone(), "1234");
    store.commit_step(tenant, step(&next, 0, 1), at(1)).await.unwrap();
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().contains(&object(1)));

    store.start_dialogue(tenant, &second, Entry::default(), at(2)).await.unwrap();
    let aside = store.dialogue(tenant, first.id).await.unwrap().unwrap();
    assert!(aside.dialogue.state == State::Aborted);
    assert!(store.dialogue(tenant, second.id).await.unwrap().unwrap().dialogue.state.is_open());
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());
    let turns = store.turns(tenant, first.id).await.unwrap();
    assert!(turns[0].sealed_embeddings.is_none());
    // How it sounded stays to be looked at.
    let (_, shown) = store.dialogue_with_turns(tenant, first.id).await.unwrap().unwrap();
    assert_eq!((shown[0].id, shown[0].sealed_sketch.as_deref()), (turns[0].id, Some([1; 7].as_slice())));
    // The recording must be known if it comes again.
    assert_eq!(store.fingerprints(tenant, subject, true, 9).await.unwrap().len(), 1);
    // A submission that was under way when the dialogue was put aside is too late.
    let late = store.commit_step(tenant, step(&next, 1, 2), at(3)).await;
    assert!(matches!(late, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn what_a_dialogue_asks_for_is_known_after_its_end_but_of_one_from_before_that_was_kept() {
    let database = database().await;
    let store = &database.store;
    let (tenant, _) = tenant_with_subject(store).await;
    let asks = async |id| {
        let (details, _) = store.dialogue_with_turns(tenant, id).await.unwrap().unwrap();
        let read = store.dialogue(tenant, id).await.unwrap().unwrap();
        assert_eq!(read.dialogue.asks, details.asks);
        (details.state, details.asks)
    };
    let (codes, free, at_once) = (dialogue(1), without_code(2), without_code(3));
    store.start_dialogue(tenant, &codes, Entry::default(), at(0)).await.unwrap();
    assert_eq!(asks(codes.id).await, (DialogueState::Open, Some(Asks::Codes)));
    // The first is put aside, the second comes to its end, and the third begins and ends with its one recording.
    store.start_dialogue(tenant, &free, Entry::default(), at(1)).await.unwrap();
    assert_eq!(asks(codes.id).await, (DialogueState::Aborted, Some(Asks::Codes)));
    store.commit_step(tenant, step(&failed(free.clone()), 0, 1), at(2)).await.unwrap();
    assert_eq!(asks(free.id).await, (DialogueState::Failed, Some(Asks::FreeSpeech)));
    let whole = failed(at_once);
    store.commit_step(tenant, Step { version: None, ..step(&whole, 0, 2) }, at(3)).await.unwrap();
    assert_eq!(asks(whole.id).await, (DialogueState::Failed, Some(Asks::FreeSpeech)));

    let db = sea_orm::Database::connect(database.url()).await.unwrap();
    db.execute_unprepared("UPDATE dialogues SET asks = NULL").await.unwrap();
    assert_eq!(asks(codes.id).await, (DialogueState::Aborted, None));
}

#[tokio::test]
async fn of_two_dialogues_that_start_at_once_one_stays_open() {
    let database = database().await;
    let store = &database.store;
    let (tenant, _) = tenant_with_subject(store).await;
    let (first, second) = (dialogue(1), dialogue(2));
    let (one, two) = tokio::join!(
        store.start_dialogue(tenant, &first, Entry::default(), at(0)),
        store.start_dialogue(tenant, &second, Entry::default(), at(0)),
    );
    one.unwrap();
    two.unwrap();
    let mut open = 0;
    for id in [first.id, second.id] {
        open += usize::from(store.dialogue(tenant, id).await.unwrap().unwrap().dialogue.state.is_open());
    }
    assert_eq!(open, 1);
}

#[tokio::test]
async fn a_dialogue_that_ends_while_another_begins_keeps_its_enrolment_or_is_put_aside() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    for n in 1..=20 {
        let (first, second) = (dialogue(2 * n), dialogue(2 * n + 1));
        store.start_dialogue(tenant, &first, Entry::default(), at(0)).await.unwrap();
        let last = succeeded(first.clone());
        let enrols = Step { outcome: Outcome::Enrolled(enrolment(n)), ..step(&last, 0, n) };
        let (ended, begun) = tokio::join!(
            store.commit_step(tenant, enrols, at(1)),
            store.start_dialogue(tenant, &second, Entry::default(), at(1)),
        );
        begun.unwrap();
        let state = store.dialogue(tenant, first.id).await.unwrap().unwrap().dialogue.state;
        let kept = store.registered_objects(tenant, &[object(n)]).await.unwrap().contains(&object(n));
        assert_eq!((state == State::Succeeded, kept), (ended.is_ok(), ended.is_ok()), "round {n}");
        store.erase_enrolments(tenant, subject, "en", Entry::default(), at(2)).await.unwrap();
    }
}

#[tokio::test]
async fn an_enrolment_keeps_its_samples_and_voiceprints_and_a_failed_one_nothing() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    let opened = dialogue(1);
    store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let next = accepted(opened.clone(), "1234");
    store.commit_step(tenant, step(&next, 0, 1), at(1)).await.unwrap();
    store.commit_step(tenant, step(&failed(next), 1, 2), at(2)).await.unwrap();
    assert!(store.registered_objects(tenant, &[object(1), object(2)]).await.unwrap().is_empty());
    assert!(enrolled(store, tenant, subject, "en").await.is_none());

    let opened = dialogue(2);
    store.start_dialogue(tenant, &opened, Entry::default(), at(3)).await.unwrap();
    let next = accepted(opened.clone(), "1234");
    store.commit_step(tenant, step(&next, 0, 3), at(4)).await.unwrap();
    let last = succeeded(next);
    let enrols = Step { outcome: Outcome::Enrolled(enrolment(5)), ..step(&last, 1, 4) };
    store.commit_step(tenant, enrols, at(5)).await.unwrap();
    let found = enrolled(store, tenant, subject, "en").await.unwrap();
    assert_eq!(found.id, EnrolmentId::from_random([5; 16]));
    let prints = store.voiceprints(tenant, found.id).await.unwrap();
    assert_eq!((prints[0].model.as_str(), prints[0].sealed.as_slice()), ("campplus", [5; 6].as_slice()));
    assert_eq!(store.registered_objects(tenant, &[object(3), object(4)]).await.unwrap().len(), 2);
    assert!(enrolled(store, tenant, subject, "pt").await.is_none());
    // Expiry leaves alone what is finished.
    assert_eq!(store.expire_dialogues(at(9000), 10).await.unwrap(), 0);
    assert_eq!(store.registered_objects(tenant, &[object(3)]).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_query_in_the_name_of_another_tenant_finds_nothing() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    store.create_tenant(new_tenant(2, "other"), Entry::default(), at(0)).await.unwrap();
    let opened = dialogue(1);
    store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let last = succeeded(opened.clone());
    let enrols = Step { outcome: Outcome::Enrolled(enrolment(5)), ..step(&last, 0, 1) };
    let other = tenant_id(2);
    // Another tenant cannot take the step either.
    let refused = store.commit_step(other, step(&last, 0, 9), at(1)).await;
    assert!(matches!(refused, Err(StoreError::Conflict)));
    store.commit_step(tenant, enrols, at(1)).await.unwrap();

    let enrolment = EnrolmentId::from_random([5; 16]);
    for (asked_by, found) in [(tenant, true), (other, false)] {
        assert_eq!(store.subject(asked_by, subject).await.unwrap().is_some(), found);
        assert_eq!(store.dialogue(asked_by, opened.id).await.unwrap().is_some(), found);
        assert_eq!(!store.turns(asked_by, opened.id).await.unwrap().is_empty(), found);
        assert_eq!(store.dialogue_with_turns(asked_by, opened.id).await.unwrap().is_some(), found);
        assert_eq!(!store.fingerprints(asked_by, subject, true, 9).await.unwrap().is_empty(), found);
        assert_eq!(enrolled(store, asked_by, subject, "en").await.is_some(), found);
        assert_eq!(store.lockout(asked_by, enrolment).await.unwrap().is_some(), found);
        assert_eq!(!store.voiceprints(asked_by, enrolment).await.unwrap().is_empty(), found);
        assert_eq!(!store.registered_objects(asked_by, &[object(1)]).await.unwrap().is_empty(), found);
    }
    assert!(store.dialogue(tenant, DialogueId::from_random([9; 16])).await.unwrap().is_none());
}

#[tokio::test]
async fn of_subjects_made_at_once_with_one_reference_one_is_new() {
    let database = database().await;
    let store = database.store.clone();
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    for (reference, device) in [(Some("7"), None), (None, Some("00:0a:95:9d:68:16"))] {
        let first = if device.is_some() { 100 } else { 0 };
        let racers: Vec<_> = (1..=8u8)
            .map(|n| {
                let (store, new) = (store.clone(), new_subject(first + n, reference, device));
                tokio::spawn(async move {
                    store.create_subject(tenant_id(1), new, Entry::default(), at(0)).await.unwrap()
                })
            })
            .collect();
        let (mut new, mut taken) = (Vec::new(), Vec::new());
        for racer in racers {
            match racer.await.unwrap() {
                SubjectCreated::New(id) => new.push(id),
                SubjectCreated::ReferenceTaken(id) | SubjectCreated::DeviceTaken(id) => taken.push(id),
            }
        }
        assert_eq!((new.len(), taken.len()), (1, 7));
        assert!(taken.iter().all(|id| *id == new[0]));
    }
}

#[tokio::test]
async fn a_tenants_name_and_a_credentials_key_are_taken_once() {
    let database = database().await;
    let store = &database.store;
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    assert!(matches!(
        store.create_tenant(new_tenant(2, "acme"), Entry::default(), at(0)).await,
        Err(StoreError::Conflict)
    ));
    assert!(store.tenant(tenant_id(2)).await.unwrap().is_none());
    let taken = new_tenant(3, "acme").credentials.remove(0);
    assert!(matches!(
        store.add_credential(tenant_id(1), taken, Entry::default(), at(0)).await,
        Err(StoreError::Conflict)
    ));
    let found = store.credential(Contract::Biometrid, "key of acme").await.unwrap().unwrap();
    assert_eq!((found.tenant.id, found.secret_hash), (tenant_id(1), vec![1; 32]));
    assert!(store.credential(Contract::Biometrid, "key of nobody").await.unwrap().is_none());
    assert_eq!(store.tenant_named("acme").await.unwrap().unwrap().id, tenant_id(1));
}

#[tokio::test]
async fn sessions_end_with_their_time_and_are_purged_after_it() {
    let database = database().await;
    let store = &database.store;
    store.save_session(&[1; 32], "one".to_owned(), at(60)).await.unwrap();
    store.save_session(&[2; 32], "two".to_owned(), at(60)).await.unwrap();
    store.save_session(&[2; 32], "two again".to_owned(), at(90)).await.unwrap();
    store.save_session(&[3; 32], "three".to_owned(), at(90)).await.unwrap();
    store.delete_session(&[3; 32]).await.unwrap();
    let session = async |key: u8, now| store.session(&[key; 32], at(now)).await.unwrap();
    assert_eq!(session(1, 59).await.as_deref(), Some("one"));
    assert_eq!(session(1, 60).await, None);
    assert_eq!(session(2, 60).await.as_deref(), Some("two again"));
    assert_eq!(session(3, 0).await, None);
    assert_eq!(store.purge_sessions(at(60)).await.unwrap(), 1);
    assert_eq!(session(2, 60).await.as_deref(), Some("two again"));
    assert_eq!(store.purge_sessions(at(90)).await.unwrap(), 1);
}

#[tokio::test]
async fn dialogues_whose_time_is_over_are_put_aside_a_page_at_a_time() {
    let database = database().await;
    let store = &database.store;
    let (tenant, _) = tenant_with_subject(store).await;
    for n in 2..=5 {
        store.create_subject(tenant, new_subject(n, None, None), Entry::default(), at(0)).await.unwrap();
        let mut opened = dialogue(n);
        opened.subject = subject_id(n);
        store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
        store.commit_step(tenant, step(&opened, 0, n), at(1)).await.unwrap();
    }
    let objects: Vec<_> = (2..=5).map(object).collect();
    assert_eq!(store.expire_dialogues(at(899), 3).await.unwrap(), 0);
    assert_eq!(store.registered_objects(tenant, &objects).await.unwrap().len(), 4);
    assert_eq!(store.expire_dialogues(at(900), 3).await.unwrap(), 3);
    assert_eq!(store.expire_dialogues(at(900), 3).await.unwrap(), 1);
    assert!(store.registered_objects(tenant, &objects).await.unwrap().is_empty());
}
