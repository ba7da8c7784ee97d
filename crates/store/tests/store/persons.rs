//! People: their keys, what they agreed to, who opted out, and what is kept for a time only.

use std::cell::RefCell;

use timbre_backends::{left_out_on_postgres, run};
use timbre_domain::{
    consent::Standing,
    contract::Contract,
    dialogue::State,
    ids::{ConsentId, ErasureId, SubjectId, TenantId},
    profile::{Profile, ProfileKind},
};
use timbre_store::{
    Called, Connection, Counted, Entry, Listing, NewConsent, NewErasure, NewSubject, OptedOut, Outcome,
    PeopleFilter, Remains, SealedUnder, Step, Store, StoreError, SubjectCreated, Terms, Whose,
};

use super::{
    profiles::{profile, tenant_with},
    support::*,
};

fn consent(n: u8) -> NewConsent {
    NewConsent {
        id: ConsentId::from_random([n; 16]),
        text_sha256: Some([n; 32]),
        given_at: at(n.into()),
        signer: format!("form {n}"),
    }
}

fn named(n: u8, name: u8) -> NewSubject {
    NewSubject { terms: Terms { names: vec![[name; 32]], consent: None }, ..new_subject(n, None, None) }
}

async fn create(store: &Store, tenant: TenantId, new: NewSubject) -> Result<SubjectCreated, StoreError> {
    store.create_subject(tenant, new, Entry::default(), at(0)).await
}

async fn two_tenants(store: &Store) -> (TenantId, TenantId) {
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    store.create_tenant(new_tenant(2, "other"), Entry::default(), at(0)).await.unwrap();
    (tenant_id(1), tenant_id(2))
}

#[tokio::test]
async fn a_key_is_its_tenants_and_its_persons_and_once_destroyed_in_no_file_of_the_keyring() {
    let database = database().await;
    let store = &database.store;
    let (ours, other) = (tenant_id(1), tenant_id(2));
    let (wrapped, kept) = (b"wrapped key of somebody".to_vec(), b"wrapped key of another".to_vec());
    store.put_person_key(ours, subject_id(1), wrapped.clone(), at(0)).await.unwrap();
    store.put_person_key(ours, subject_id(2), kept.clone(), at(0)).await.unwrap();
    assert!(matches!(
        store.put_person_key(ours, subject_id(1), kept.clone(), at(0)).await,
        Err(StoreError::Conflict)
    ));
    let both = [subject_id(1), subject_id(2), subject_id(3)];
    assert_eq!(store.person_keys(ours, &both).await.unwrap().len(), 2);
    assert!(store.person_keys(other, &both).await.unwrap().is_empty());
    assert!(!store.has_person_key(other, subject_id(1)).await.unwrap());
    store.destroy_person_key(other, subject_id(1)).await.unwrap();
    assert_eq!(store.person_keys(ours, &[subject_id(1)]).await.unwrap()[&subject_id(1)], wrapped);

    assert!(database.holds("keyring.db", &wrapped), "the search finds what is there");
    assert!(!database.holds("timbre.db", &wrapped), "keys are not in the main database");
    store.destroy_person_key(ours, subject_id(1)).await.unwrap();
    store.destroy_person_key(ours, subject_id(1)).await.unwrap();
    assert!(store.overwrite_journals().await.unwrap());
    assert!(!database.holds("keyring.db", &wrapped));
    assert!(database.holds("keyring.db", &kept));
}

#[tokio::test]
async fn a_key_without_its_person_is_destroyed_once_it_is_old_and_one_with_its_person_is_never_looked_at_again()
 {
    let database = database().await;
    let store = &database.store;
    let (tenant, _) = two_tenants(store).await;
    for n in [1, 2] {
        store.put_person_key(tenant, subject_id(n), vec![n; 40], at(0)).await.unwrap();
    }
    create(store, tenant, new_subject(1, None, None)).await.unwrap();
    assert_eq!(store.settle_person_keys(at(0), 10).await.unwrap(), (0, false), "both are young");
    assert!(store.has_person_key(tenant, subject_id(2)).await.unwrap());
    assert_eq!(store.settle_person_keys(at(1), 10).await.unwrap(), (1, false));
    assert!(!store.has_person_key(tenant, subject_id(2)).await.unwrap());
    // An older state of the main database, put back by mistake, must not cost anybody's key.
    store
        .erase_subject(tenant, subject_id(1), erasing(9), |_| Vec::new(), Entry::default(), at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(store.settle_person_keys(at(9), 10).await.unwrap(), (0, false));
    assert!(store.has_person_key(tenant, subject_id(1)).await.unwrap());
}

#[tokio::test]
async fn the_keyring_may_be_a_database_of_ones_own_choice_on_sqlite() {
    if left_out_on_postgres("there every test's keyring is one of its own choice") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let ring = folder.path().join("elsewhere.db");
    let connection = Connection {
        keyring_url: format!("sqlite://{}?mode=rwc", ring.display()),
        max_connections: 2,
        ..Connection::default()
    };
    let store = Store::connect(&connection, folder.path()).await.unwrap();
    assert!(store.keyring_is_apart() && store.pending_migrations().await.unwrap() > 0);
    store.migrate().await.unwrap();
    assert_eq!(store.pending_migrations().await.unwrap(), 0);
    store.put_person_key(tenant_id(1), subject_id(1), vec![1; 40], at(0)).await.unwrap();
    assert!(ring.exists() && !folder.path().join("keyring.db").exists());
}

#[tokio::test]
async fn an_erasure_that_was_begun_says_what_is_left_until_it_ends_once() {
    let database = database().await;
    let (tenant, subject) = tenant_with_subject(&database.store).await;
    let store = &database.store;
    store.create_tenant(new_tenant(2, "other"), Entry::default(), at(0)).await.unwrap();
    let opened = dialogue(1);
    store.start_dialogue(tenant, &opened, Entry::default(), at(0)).await.unwrap();
    let last = succeeded(opened);
    let enrols = Step { outcome: Outcome::Enrolled(enrolment(5)), ..step(&last, 0, 1) };
    store.commit_step(tenant, enrols, at(1)).await.unwrap();
    let record = Whose::Person(subject);
    store.record_consent(tenant, record, consent(1), Entry::default(), at(1)).await.unwrap();
    assert_eq!(store.people(tenant, &[subject]).await.unwrap()[&subject], SealedUnder::Own);
    assert_eq!(store.objects_of(tenant, subject).await.unwrap(), [object(1)]);
    assert!(store.rows_of_person(tenant, subject, &[], &[object(1)]).await.unwrap() >= 8);

    let begun = store
        .erase_subject(tenant, subject, erasing(9), |_| Vec::new(), Entry::default(), at(5))
        .await
        .unwrap()
        .unwrap();
    let everything = Counted {
        enrolments: 1,
        voiceprints: 1,
        samples: 1,
        dialogues: 1,
        turns: 1,
        consents: 1,
        objects: 1,
    };
    assert_eq!(begun.counted, everything);
    let Remains { enrolments, objects, own_key } = &begun.remains;
    assert_eq!((enrolments.len(), objects.as_slice(), own_key), (1, &[object(1)][..], &true));
    assert_eq!(store.rows_of_person(tenant, subject, enrolments, objects).await.unwrap(), 0);
    assert_eq!(store.erasures_begun(None, 9).await.unwrap(), [(tenant, begun.clone())]);
    assert!(store.erasures_begun(Some(begun.id), 9).await.unwrap().is_empty(), "that is the last");
    assert!(
        database.holds("timbre.db", subject.to_string().as_bytes()),
        "what is left is named until the end"
    );

    let none = store.end_erasure(tenant_id(2), begun.id, "another's", at(6)).await;
    assert!(matches!(none, Err(StoreError::Conflict)));
    assert_eq!(store.end_erasure(tenant, begun.id, "the first", at(6)).await.unwrap(), "the first");
    assert_eq!(store.end_erasure(tenant, begun.id, "a second", at(7)).await.unwrap(), "the first");
    assert!(store.erasures_begun(None, 9).await.unwrap().is_empty());
    assert_eq!(store.receipts(tenant, "pseudonym 9").await.unwrap(), ["the first"]);
    assert!(store.receipts(tenant_id(2), "pseudonym 9").await.unwrap().is_empty());
    assert!(!database.holds("timbre.db", subject.to_string().as_bytes()));
}

#[tokio::test]
async fn nobody_is_made_known_under_a_name_of_one_who_opted_out_until_that_is_lifted() {
    let database = database().await;
    let store = &database.store;
    let (ours, other) = two_tenants(store).await;
    create(store, ours, named(1, 7)).await.unwrap();
    let out = NewErasure { opted_out: true, ..erasing(9) };
    let stones = |_| vec![[7; 32], [8; 32]];
    store.erase_subject(ours, subject_id(1), out, stones, Entry::default(), at(1)).await.unwrap().unwrap();
    for name in [7, 8] {
        assert!(matches!(create(store, ours, named(2, name)).await, Err(StoreError::OptedOut)));
    }
    assert!(store.subject(ours, subject_id(2)).await.unwrap().is_none(), "nothing of it was kept");
    create(store, ours, named(3, 6)).await.unwrap();
    // Another tenant's tombstones are its own.
    create(store, other, named(4, 7)).await.unwrap();
    assert!(!store.lift_opt_out(other, &[7; 32], Entry::default(), at(2)).await.unwrap());
    assert!(store.opted_out(ours, &[[7; 32]]).await.unwrap());

    // Lifted under one name it is lifted under all of the person's.
    assert!(store.lift_opt_out(ours, &[8; 32], Entry::default(), at(2)).await.unwrap());
    assert!(!store.lift_opt_out(ours, &[8; 32], Entry::default(), at(2)).await.unwrap());
    create(store, ours, named(2, 7)).await.unwrap();
}

#[tokio::test]
async fn whoever_never_agreed_can_refuse_and_agree_later() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    let whose = Whose::Person(subject);
    let standing = async || store.consent_of(tenant, &[subject]).await.unwrap().get(&subject).copied();
    assert_eq!(standing().await, None);
    store.withdraw_consents(tenant, whose, consent(1).id, Entry::default(), at(1)).await.unwrap();
    assert_eq!(standing().await, Some(Standing::Withdrawn));
    // Once is enough.
    store.withdraw_consents(tenant, whose, consent(2).id, Entry::default(), at(2)).await.unwrap();
    assert_eq!(store.consents(tenant, whose).await.unwrap().len(), 1);
    store.record_consent(tenant, whose, consent(3), Entry::default(), at(3)).await.unwrap();
    assert_eq!(standing().await, Some(Standing::Given));
}

#[tokio::test]
async fn a_thousand_consents_stand_and_those_that_were_withdrawn_are_in_nobodys_way() {
    let database = database().await;
    let store = &database.store;
    let (tenant, subject) = tenant_with_subject(store).await;
    let whose = Whose::Person(subject);
    let record = async |n: u32| {
        let (id, given_at) = (ConsentId::from_random(u128::from(n).to_be_bytes()), at(n.into()));
        let new = NewConsent { id, given_at, ..consent(1) };
        store.record_consent(tenant, whose, new, Entry::default(), at(n.into())).await
    };
    for round in 0..2 {
        for n in 0..1_000 {
            record(round * 1_000 + n).await.unwrap();
        }
        assert!(matches!(record(9_000).await, Err(StoreError::TooMany(_))));
        let withdrawn =
            store.withdraw_consents(tenant, whose, consent(9).id, Entry::default(), at(9_000)).await.unwrap();
        assert_eq!(withdrawn, 1_000);
    }
    record(9_001).await.unwrap();
    let standing = store.consent_of(tenant, &[subject]).await.unwrap();
    assert_eq!(standing[&subject], Standing::Given);
    // Of the withdrawn ones the latest are kept.
    let oldest = store.consents(tenant, whose).await.unwrap().remove(0);
    assert_eq!(oldest.recorded_at, at(1_000));
}

#[tokio::test]
async fn what_was_agreed_to_under_a_name_becomes_the_persons_own_and_goes_with_them() {
    let database = database().await;
    let store = &database.store;
    let (ours, other) = two_tenants(store).await;
    let by_name = Whose::Named([7; 32]);
    store.record_consent(ours, by_name, consent(1), Entry::default(), at(1)).await.unwrap();
    assert_eq!(store.consent_named(ours, &[[7; 32]]).await.unwrap(), Standing::Given);
    assert_eq!(store.consent_named(other, &[[7; 32]]).await.unwrap(), Standing::Unknown);
    create(store, other, named(2, 7)).await.unwrap();
    assert!(store.consent_of(other, &[subject_id(2)]).await.unwrap().is_empty());

    create(store, ours, named(1, 7)).await.unwrap();
    assert_eq!(store.consent_named(ours, &[[7; 32]]).await.unwrap(), Standing::Unknown);
    let own = Whose::Person(subject_id(1));
    assert_eq!(store.consents(ours, own).await.unwrap().len(), 1);
    assert!(store.consents(other, own).await.unwrap().is_empty());
    // The same once more is the same record.
    let again = NewConsent { id: ConsentId::from_random([9; 16]), ..consent(1) };
    let id = store.record_consent(ours, own, again.clone(), Entry::default(), at(2)).await.unwrap();
    assert_eq!((id, store.consents(ours, own).await.unwrap().len()), (consent(1).id, 1));

    let withdraw =
        async |tenant| store.withdraw_consents(tenant, own, consent(8).id, Entry::default(), at(3)).await;
    assert!(matches!(withdraw(other).await, Err(StoreError::Conflict)));
    let foreign = store.record_consent(other, own, consent(7), Entry::default(), at(3)).await;
    assert!(matches!(foreign, Err(StoreError::Conflict)));
    assert_eq!(withdraw(ours).await.unwrap(), 1);
    assert_eq!(store.consent_of(ours, &[subject_id(1)]).await.unwrap()[&subject_id(1)], Standing::Withdrawn);
    // Given again, it is another record, and stands.
    store.record_consent(ours, own, again, Entry::default(), at(4)).await.unwrap();
    assert_eq!(store.consent_of(ours, &[subject_id(1)]).await.unwrap()[&subject_id(1)], Standing::Given);
    assert_eq!(store.consents(ours, own).await.unwrap()[0].withdrawn_at, Some(at(3)));

    store
        .erase_subject(ours, subject_id(1), erasing(9), |_| Vec::new(), Entry::default(), at(5))
        .await
        .unwrap()
        .unwrap();
    assert!(store.consents(ours, own).await.unwrap().is_empty());
    let nobody = store.record_consent(ours, own, consent(3), Entry::default(), at(6)).await;
    assert!(matches!(nobody, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn ended_dialogues_are_forgotten_when_their_time_is_over_but_for_those_that_an_enrolment_is_made_of() {
    let database = database().await;
    let (tenant, subject) = tenant_with_subject(&database.store).await;
    let store = &database.store;
    for (n, enrols) in [(1, true), (2, false), (3, false)] {
        let opened = dialogue(n);
        store.start_dialogue(tenant, &opened, Entry::default(), at(n.into())).await.unwrap();
        let last = if enrols { succeeded(opened) } else { failed(opened) };
        let outcome = if enrols { Outcome::Enrolled(enrolment(5)) } else { Outcome::Nothing };
        store.commit_step(tenant, Step { outcome, ..step(&last, 0, n) }, at(n.into())).await.unwrap();
    }
    store.start_dialogue(tenant, &dialogue(4), Entry::default(), at(4)).await.unwrap();
    let count = |since, before, most| store.count_dialogues_over(tenant, since, before, most);
    for (since, before, most, number) in [
        (None, at(2), 9, 0),
        (None, at(3), 9, 1),
        (None, at(9), 9, 2),
        (None, at(9), 1, 1),
        (Some(at(2)), at(9), 9, 2),
        (Some(at(3)), at(9), 9, 1),
        (Some(at(4)), at(9), 9, 0),
    ] {
        let counted = count(since, before, most).await.unwrap();
        assert_eq!(counted, number, "from {since:?} to {before}, at most {most}");
    }
    assert_eq!(store.count_dialogues_over(tenant_id(2), None, at(9), 9).await.unwrap(), 0);
    let forget = |tenant, before| store.forget_dialogues(tenant, before, 10, |_| Entry::default(), at(9));
    assert_eq!(forget(tenant_id(2), at(9)).await.unwrap(), 0);
    assert_eq!(
        forget(tenant, at(3)).await.unwrap(),
        1,
        "the second; the third ended later, the first is enrolled"
    );
    assert_eq!(forget(tenant, at(9)).await.unwrap(), 1, "the third; the fourth goes on");
    assert_eq!(forget(tenant, at(9)).await.unwrap(), 0);
    for (n, kept) in [(1, true), (2, false), (3, false), (4, true)] {
        assert_eq!(store.dialogue(tenant, dialogue(n).id).await.unwrap().is_some(), kept, "{n}");
        assert_eq!(store.turns(tenant, dialogue(n).id).await.unwrap().is_empty(), !kept || n == 4, "{n}");
    }
    let voices = store.turns(tenant, dialogue(1).id).await.unwrap();
    assert!(voices[0].sealed_embeddings.is_some() && voices[0].sealed_fingerprint.is_some());
    assert!(!store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());

    // Once the voice is erased, its dialogue has nothing to be kept for.
    store.erase_enrolments(tenant, subject, "en", Entry::default(), at(9)).await.unwrap().unwrap();
    assert_eq!(forget(tenant, at(99)).await.unwrap(), 2, "the first, and the fourth that was put aside");
    assert!(matches!(dialogue(4).state, State::Open(_)));
}

#[tokio::test]
async fn who_was_not_heard_for_long_is_found_and_who_was_recognised_since_is_not() {
    let database = database().await;
    let store = &database.store;
    let (ours, other) = two_tenants(store).await;
    for n in [1, 2] {
        create(store, ours, new_subject(n, None, None)).await.unwrap();
    }
    create(store, other, new_subject(3, None, None)).await.unwrap();
    store.saw(other, &[subject_id(1)], at(9_000)).await.unwrap();
    store.saw(ours, &[subject_id(2)], at(9_000)).await.unwrap();
    let unheard = |before| store.people_unheard_since(ours, before, 10);
    assert_eq!(unheard(at(0)).await.unwrap(), []);
    assert_eq!(unheard(at(9_000)).await.unwrap(), [subject_id(1)]);
    assert_eq!(unheard(at(9_001)).await.unwrap(), [subject_id(1), subject_id(2)] as [SubjectId; 2]);
    let count = |since, before, most| store.count_people_unheard(ours, since, before, most);
    for (since, before, most, number) in [
        (None, at(0), 9, 0),
        (None, at(9_000), 9, 1),
        (None, at(9_001), 9, 2),
        (None, at(9_001), 1, 1),
        (Some(at(0)), at(9_001), 9, 2),
        (Some(at(1)), at(9_001), 9, 1),
    ] {
        let counted = count(since, before, most).await.unwrap();
        assert_eq!(counted, number, "from {since:?} to {before}, at most {most}");
    }
}

#[tokio::test]
async fn every_tenant_has_its_turn_in_pages() {
    let database = database().await;
    let store = &database.store;
    two_tenants(store).await;
    let first = store.tenants_after(None, 1).await.unwrap();
    let second = store.tenants_after(first.last().copied(), 1).await.unwrap();
    assert_eq!([first, second].concat().len(), 2);
    assert!(store.tenants_after(Some(tenant_id(2)), 1).await.unwrap().is_empty());
}

#[tokio::test]
async fn who_is_known_no_more_is_kept_out_by_a_name_and_who_is_known_is_not() {
    let database = database().await;
    let store = &database.store;
    let (ours, other) = two_tenants(store).await;
    let device = |text: &str| NewSubject {
        terms: Terms { names: vec![[7; 32]], consent: None },
        ..new_subject(1, None, Some(text))
    };
    create(store, ours, device("aa:bb")).await.unwrap();
    let out = |tenant, called| {
        store.opt_out(tenant, called, [7; 32], ErasureId::from_random([9; 16]), Entry::default(), at(1))
    };
    assert_eq!(out(ours, Called::Device("aa:bb")).await.unwrap(), OptedOut::Known);
    assert_eq!(out(ours, Called::Person(subject_id(1))).await.unwrap(), OptedOut::Known);
    assert!(!store.opted_out(ours, &[[7; 32]]).await.unwrap());
    assert_eq!(out(other, Called::Device("aa:bb")).await.unwrap(), OptedOut::Now, "ours is nobody to them");

    store
        .erase_subject(ours, subject_id(1), erasing(1), |_| Vec::new(), Entry::default(), at(2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(out(ours, Called::Device("aa:bb")).await.unwrap(), OptedOut::Now);
    assert_eq!(out(ours, Called::Device("aa:bb")).await.unwrap(), OptedOut::Before);
    assert!(matches!(create(store, ours, device("aa:bb")).await, Err(StoreError::OptedOut)));
    assert!(store.lift_opt_out(ours, &[7; 32], Entry::default(), at(3)).await.unwrap());
    create(store, ours, device("aa:bb")).await.unwrap();
}

#[tokio::test]
async fn names_that_a_person_got_last_are_read_in_the_commit_that_erases_it() {
    let database = database().await;
    let (tenant, subject) = tenant_with_subject(&database.store).await;
    let read = RefCell::new(None);
    let names = |known| {
        read.replace(Some(known));
        Vec::new()
    };
    let erased =
        database.store.erase_subject(tenant, subject, erasing(1), names, Entry::default(), at(1)).await;
    erased.unwrap().unwrap();
    assert_eq!(read.into_inner().unwrap().reference_id.as_deref(), Some("7"));
}

#[tokio::test]
async fn people_are_listed_by_the_contract_that_made_them_known_whether_that_is_written_down_or_not() {
    let database = database().await;
    let store = &database.store;
    let speaker = Profile { kind: ProfileKind::Speaker, ..profile(2) };
    tenant_with(store, &[profile(1), speaker, profile(3)]).await;
    for n in [4, 5] {
        create(store, tenant_id(1), new_subject(n, None, None)).await.unwrap();
    }
    let listed = async |contract, limit, after| {
        let filter = PeopleFilter { contract: Some(contract), ..PeopleFilter::default() };
        let found = store.list_people(tenant_id(1), &filter, &Listing { after, limit }).await.unwrap();
        found.into_iter().map(|person| person.id).collect::<Vec<_>>()
    };
    let ids = |all: &[u8]| all.iter().map(|n| subject_id(*n)).collect::<Vec<_>>();
    // As a version before left them: none is sorted, some are, all are.
    for (unsorted, sorted) in [("1 = 1", 2), (&*format!("id = '{}'", subject_id(3)), 1), ("1 = 0", 0)] {
        let forget = format!("UPDATE subjects SET contract = NULL WHERE {unsorted}");
        run(database.folder(), &forget);
        assert_eq!(listed(Contract::Azure, 10, None).await, ids(&[3, 1]));
        assert_eq!(listed(Contract::Azure, 1, None).await, ids(&[3]));
        let after = Some((at(0), subject_id(3).to_string()));
        assert_eq!(listed(Contract::Azure, 10, after).await, ids(&[1]));
        assert_eq!(listed(Contract::Deepaffects, 10, None).await, ids(&[2]));
        assert_eq!(listed(Contract::Biometrid, 10, None).await, ids(&[5, 4]));
        assert_eq!(store.sort_people(2).await.unwrap(), sorted);
        while store.sort_people(2).await.unwrap() > 0 {}
    }
}
