//! Profiles: one at a time fills one, what is committed is whole, and nobody else's is found.

use timbre_domain::{
    ids::{EnrolmentId, SampleId, SubjectId},
    profile::{Fit, Profile, ProfileKind, ProfileStatus},
};
use timbre_store::{
    Claim, Entry, Filling, NewProfile, NewSample, ProfileCreated, SealedVoiceprint, Store, StoreError, Terms,
};
use uuid::Uuid;

use super::support::{at, database, erasing, new_tenant, object, tenant_id};

pub const KIND: ProfileKind = ProfileKind::TextIndependentVerification;

pub fn profile(n: u8) -> Profile {
    let (id, subject) = (EnrolmentId::from_random([n; 16]), SubjectId::from_random([n; 12]));
    Profile::new(id, subject, KIND, "en-US".parse().unwrap(), at(0))
}

fn filling(profile: &Profile, sample: NewSample, voiceprints: Vec<SealedVoiceprint>) -> Filling<'_> {
    Filling { profile, sample, voiceprints, entry: Entry::default() }
}

pub async fn tenant_with(store: &Store, profiles: &[Profile]) {
    store.create_tenant(new_tenant(1, "acme"), Entry::default(), at(0)).await.unwrap();
    for profile in profiles {
        let made = store
            .create_profile(
                tenant_id(1),
                NewProfile { profile, scheme: "free-speech", most: 100, terms: Terms::default() },
                Entry::default(),
            )
            .await
            .unwrap();
        assert_eq!(made, ProfileCreated::New);
    }
}

pub fn claim(n: u8, until: i64) -> Claim {
    Claim { holder: Uuid::from_bytes([n; 16]), until: at(until) }
}

pub fn accepted(profile: &Profile) -> Profile {
    let mut profile = profile.clone();
    let fit = Fit { audio_seconds: 25.0, speech_seconds: 20.0, ..Fit::default() };
    profile.accept(fit, false, at(1)).unwrap();
    profile
}

pub fn sample(n: u8, origin: Option<u8>) -> NewSample {
    NewSample {
        id: SampleId::from_random([n; 16]),
        object: object(n),
        sealed_embeddings: vec![n; 4],
        audio_seconds: 25.0,
        speech_seconds: 20.0,
        origin: origin.map(|n| [n; 32]),
    }
}

pub fn voiceprint(n: u8) -> Vec<SealedVoiceprint> {
    vec![SealedVoiceprint { model: "model".to_owned(), sealed: vec![n; 4], sealed_anchor: None }]
}

pub async fn fill(store: &Store, profile: &Profile, n: u8, origin: Option<u8>) -> Result<(), StoreError> {
    let tenant = tenant_id(1);
    assert!(store.claim_profile(tenant, profile.id, claim(n, 60), at(0)).await.unwrap());
    let holder = claim(n, 0).holder;
    store
        .commit_sample(tenant, holder, filling(&accepted(profile), sample(n, origin), voiceprint(n)), at(1))
        .await
}

#[tokio::test]
async fn a_profile_reads_back_as_it_was_written() {
    let database = database().await;
    let (store, made) = (&database.store, profile(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    assert_eq!(store.profile(tenant_id(1), KIND, made.id).await.unwrap().unwrap(), made);
    fill(store, &made, 7, None).await.unwrap();
    assert_eq!(store.profile(tenant_id(1), KIND, made.id).await.unwrap().unwrap(), accepted(&made));
    assert_eq!(
        store.profile_samples(tenant_id(1), made.id).await.unwrap()[0].sealed_embeddings,
        Some(vec![7; 4])
    );
    assert_eq!(store.voiceprints_of(tenant_id(1), &[made.id]).await.unwrap()[0].1.sealed, vec![7; 4]);
}

#[tokio::test]
async fn while_one_fills_a_profile_no_other_does_until_the_claim_ends() {
    let database = database().await;
    let (store, made, tenant) = (&database.store, profile(1), tenant_id(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    let racers: Vec<_> = (1..=8)
        .map(|n| {
            let (store, id) = (store.clone(), made.id);
            tokio::spawn(async move { store.claim_profile(tenant, id, claim(n, 60), at(0)).await.unwrap() })
        })
        .collect();
    let mut won = 0;
    for racer in racers {
        won += usize::from(racer.await.unwrap());
    }
    assert_eq!(won, 1);
    assert!(!store.claim_profile(tenant, made.id, claim(9, 99), at(59)).await.unwrap());
    // Its holder has died, say.
    assert!(store.claim_profile(tenant, made.id, claim(9, 99), at(60)).await.unwrap());
    store.release_profile(tenant, made.id, claim(9, 0).holder).await.unwrap();
    assert!(store.claim_profile(tenant, made.id, claim(10, 99), at(61)).await.unwrap());
}

#[tokio::test]
async fn who_has_lost_the_claim_writes_nothing() {
    let database = database().await;
    let (store, made, tenant) = (&database.store, profile(1), tenant_id(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    assert!(store.claim_profile(tenant, made.id, claim(1, 60), at(0)).await.unwrap());
    let mut reset = made.clone();
    reset.reset(at(5));
    store.reset_profile(tenant, &reset, Entry::default(), at(9)).await.unwrap().unwrap();
    let holder = claim(1, 0).holder;
    let late = store
        .commit_sample(tenant, holder, filling(&accepted(&made), sample(1, None), voiceprint(1)), at(6))
        .await;
    assert!(matches!(late, Err(StoreError::Conflict)));
    assert_eq!(store.profile(tenant, KIND, made.id).await.unwrap().unwrap(), reset);
    assert!(store.profile_samples(tenant, made.id).await.unwrap().is_empty());
    assert!(store.registered_objects(tenant, &[object(1)]).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_imported_recording_is_taken_once() {
    let database = database().await;
    let (store, made, tenant) = (&database.store, profile(1), tenant_id(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    fill(store, &made, 1, Some(5)).await.unwrap();
    assert!(store.has_origin(tenant, made.id, &[5; 32]).await.unwrap());
    assert!(!store.has_origin(tenant, made.id, &[6; 32]).await.unwrap());
    assert!(matches!(fill(store, &made, 2, Some(5)).await, Err(StoreError::Conflict)));
    assert_eq!(store.profile_samples(tenant, made.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_reset_or_erased_profile_leaves_no_recording() {
    let database = database().await;
    let (store, tenant) = (&database.store, tenant_id(1));
    let made = [profile(1), profile(2)];
    tenant_with(store, &made).await;
    for (n, profile) in [(1, &made[0]), (2, &made[1])] {
        fill(store, profile, n, None).await.unwrap();
    }
    let mut reset = made[0].clone();
    reset.reset(at(5));
    assert_eq!(
        store.reset_profile(tenant, &reset, Entry::default(), at(9)).await.unwrap(),
        Some(vec![object(1)])
    );
    assert!(store.voiceprints(tenant, made[0].id).await.unwrap().is_empty());
    let erased = store
        .erase_subject(tenant, made[1].subject, erasing(1), |_| Vec::new(), Entry::default(), at(9))
        .await;
    assert_eq!(erased.unwrap().unwrap().remains.objects, [object(2)]);
    assert!(store.profile(tenant, KIND, made[1].id).await.unwrap().is_none());
    assert!(store.registered_objects(tenant, &[object(1), object(2)]).await.unwrap().is_empty());
    assert_eq!(store.reset_profile(tenant, &made[1], Entry::default(), at(9)).await.unwrap(), None);
}

#[tokio::test]
async fn profiles_are_listed_in_the_order_of_their_ids_and_no_more_are_made_than_allowed() {
    let database = database().await;
    let (store, tenant) = (&database.store, tenant_id(1));
    tenant_with(store, &[profile(3), profile(1), profile(2)]).await;
    let after = |after: Option<u8>| {
        let after = after.map(|n| profile(n).id);
        async move { store.profiles_after(tenant, KIND, after, 2).await.unwrap() }
    };
    let ids = |page: Vec<Profile>| page.into_iter().map(|profile| profile.id).collect::<Vec<_>>();
    assert_eq!(ids(after(None).await), [profile(1).id, profile(2).id]);
    assert_eq!(ids(after(Some(2)).await), [profile(3).id]);
    let full = store
        .create_profile(
            tenant,
            NewProfile { profile: &profile(4), scheme: "free-speech", most: 3, terms: Terms::default() },
            Entry::default(),
        )
        .await
        .unwrap();
    assert_eq!(full, ProfileCreated::TooMany);
    let taken = store
        .create_profile(
            tenant,
            NewProfile { profile: &profile(3), scheme: "free-speech", most: 9, terms: Terms::default() },
            Entry::default(),
        )
        .await;
    assert!(matches!(taken, Err(StoreError::Conflict)));
}

#[tokio::test]
async fn a_profile_that_is_to_be_trained_is_found_while_nobody_is_at_it() {
    let database = database().await;
    let (store, made, tenant) = (&database.store, profile(1), tenant_id(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    fill(store, &made, 1, None).await.unwrap();
    store.mark_for_training(tenant, made.id).await.unwrap();
    assert_eq!(store.untrained_profiles(at(2), 9).await.unwrap(), [(tenant, KIND, made.id)]);
    assert!(store.claim_profile(tenant, made.id, claim(2, 60), at(2)).await.unwrap());
    assert!(store.untrained_profiles(at(3), 9).await.unwrap().is_empty());
    let (trained, heard) = (accepted(&made), vec![(sample(1, None).id, vec![9; 4])]);
    store.commit_training(tenant, &trained, claim(2, 0).holder, heard, voiceprint(9), at(4)).await.unwrap();
    let found = store.profile(tenant, KIND, made.id).await.unwrap().unwrap();
    assert_eq!(found.status, ProfileStatus::Enrolled);
    assert_eq!(store.profile_samples(tenant, made.id).await.unwrap()[0].sealed_embeddings, Some(vec![9; 4]));
    assert_eq!(store.voiceprints(tenant, made.id).await.unwrap()[0].sealed, vec![9; 4]);
}

#[tokio::test]
async fn another_tenant_or_kind_finds_no_profile_and_changes_none() {
    let database = database().await;
    let (store, made) = (&database.store, profile(1));
    tenant_with(store, std::slice::from_ref(&made)).await;
    store.create_tenant(new_tenant(2, "other"), Entry::default(), at(0)).await.unwrap();
    fill(store, &made, 1, Some(1)).await.unwrap();
    let other = tenant_id(2);
    assert!(store.profile(other, KIND, made.id).await.unwrap().is_none());
    assert!(
        store
            .profile(tenant_id(1), ProfileKind::TextIndependentIdentification, made.id)
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.profiles_after(other, KIND, None, 9).await.unwrap().is_empty());
    assert!(store.profiles_named(other, KIND, &[made.id]).await.unwrap().is_empty());
    assert!(store.profile_samples(other, made.id).await.unwrap().is_empty());
    assert!(store.voiceprints_of(other, &[made.id]).await.unwrap().is_empty());
    assert!(!store.has_origin(other, made.id, &[1; 32]).await.unwrap());
    assert!(!store.claim_profile(other, made.id, claim(3, 60), at(9)).await.unwrap());
    store.mark_for_training(other, made.id).await.unwrap();
    assert_eq!(store.reset_profile(other, &made, Entry::default(), at(9)).await.unwrap(), None);
    assert_eq!(store.profile(tenant_id(1), KIND, made.id).await.unwrap().unwrap(), accepted(&made));
}
