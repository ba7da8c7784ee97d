//! Changes of the voiceprints that somebody is looked for among: numbered in their commits, and read on from any of them.

use std::collections::BTreeMap;

use timbre_backends::run;
use timbre_domain::{
    ids::{EnrolmentId, SampleId, SubjectId, TenantId},
    profile::{Fit, Profile, ProfileKind},
};
use timbre_store::{
    Claim, Entry, Filling, GalleryPlace, NewProfile, NewSample, SealedVoiceprint, Store, Terms,
};
use uuid::Uuid;

use super::support::{Database, at, database, erasing, new_tenant, object, tenant_id};

const KIND: ProfileKind = ProfileKind::TextIndependentIdentification;

async fn tenants(store: &Store) -> TenantId {
    for n in [1, 2] {
        store.create_tenant(new_tenant(n, &format!("tenant {n}")), Entry::default(), at(0)).await.unwrap();
    }
    tenant_id(1)
}

async fn profile(store: &Store, tenant: TenantId, kind: ProfileKind, n: u8) -> Profile {
    let (id, subject) = (EnrolmentId::from_random([n; 16]), SubjectId::from_random([n; 12]));
    let profile = Profile::new(id, subject, kind, "en-US".parse().unwrap(), at(0));
    let new = NewProfile { profile: &profile, scheme: "free-speech", most: 100, terms: Terms::default() };
    store.create_profile(tenant, new, Entry::default()).await.unwrap();
    profile
}

/// Gives the profile another recording, with which it has this voiceprint.
async fn fill(store: &Store, tenant: TenantId, profile: &mut Profile, sample: u8, voiceprint: Option<u8>) {
    let claim = Claim { holder: Uuid::from_bytes([sample; 16]), until: at(60) };
    assert!(store.claim_profile(tenant, profile.id, claim, at(0)).await.unwrap());
    let fit = Fit { audio_seconds: 25.0, speech_seconds: 20.0, ..Fit::default() };
    profile.accept(fit, false, at(1)).unwrap();
    let id = SampleId::from_random([sample; 16]);
    let sample = NewSample {
        id,
        object: object(sample),
        sealed_embeddings: vec![sample; 4],
        audio_seconds: 25.0,
        speech_seconds: 20.0,
        origin: None,
    };
    let sealed = |n| SealedVoiceprint { model: "model".to_owned(), sealed: vec![n; 4], sealed_anchor: None };
    let voiceprints = voiceprint.map(sealed).into_iter().collect();
    let filling = Filling { profile, sample, voiceprints, entry: Entry::default() };
    store.commit_sample(tenant, claim.holder, filling, at(1)).await.unwrap();
}

/// What an index that follows would hold: each voiceprint under its number.
#[derive(Default)]
struct Index {
    held: BTreeMap<i64, u8>,
    place: Option<GalleryPlace>,
}

impl Index {
    /// Follows by pages of this size; false where it must begin anew.
    async fn follow(&mut self, store: &Store, kind: ProfileKind, page: u64) -> bool {
        loop {
            let Some(found) = store.gallery_page(tenant_id(1), kind, self.place, page).await.unwrap() else {
                return false;
            };
            self.held.retain(|number, _| !found.gone.contains(number));
            for entry in found.come {
                self.held.insert(entry.number, entry.voiceprints[0].sealed[0]);
            }
            self.place = Some(found.place);
            if found.over {
                let number = store.gallery_number(tenant_id(1)).await.unwrap();
                assert_eq!(found.place, GalleryPlace { come: number, gone: number });
                assert_eq!(store.gallery_size(tenant_id(1), kind).await.unwrap(), self.held.len() as u64);
                return true;
            }
        }
    }

    fn voices(&self) -> Vec<u8> {
        let mut voices: Vec<u8> = self.held.values().copied().collect();
        voices.sort();
        voices
    }
}

#[tokio::test]
async fn whoever_follows_holds_what_the_database_holds_from_wherever_and_by_pages_of_any_size() {
    let database = database().await;
    let store = &database.store;
    let tenant = tenants(store).await;
    let mut indexes: [(u64, Index); 3] = [1, 2, 100].map(|page| (page, Index::default()));
    let mut kept = 0;
    let mut check = async |expected: &[u8]| {
        for (page, index) in &mut indexes {
            assert!(index.follow(store, KIND, *page).await);
            assert_eq!(index.voices(), expected);
        }
        // One that begins now is where they are.
        let mut new = Index::default();
        assert!(new.follow(store, KIND, 1).await);
        assert_eq!(new.voices(), expected);
        kept += 1;
    };
    check(&[]).await;
    let mut people = Vec::new();
    for n in 1..=4 {
        people.push(profile(store, tenant, KIND, n).await);
        fill(store, tenant, &mut people[usize::from(n) - 1], n, Some(n)).await;
    }
    check(&[1, 2, 3, 4]).await;
    // Another recording: another voiceprint in place of the one before.
    fill(store, tenant, &mut people[0], 5, Some(11)).await;
    fill(store, tenant, &mut people[0], 6, Some(12)).await;
    check(&[2, 3, 4, 12]).await;
    // To be trained, and trained.
    people[1].status = timbre_domain::profile::ProfileStatus::Training;
    let claim = Claim { holder: Uuid::from_bytes([9; 16]), until: at(60) };
    store.mark_for_training(tenant, people[1].id).await.unwrap();
    assert!(store.claim_profile(tenant, people[1].id, claim, at(0)).await.unwrap());
    people[1].status = timbre_domain::profile::ProfileStatus::Enrolled;
    let built = vec![SealedVoiceprint { model: "new".to_owned(), sealed: vec![22], sealed_anchor: None }];
    store.commit_training(tenant, &people[1], claim.holder, Vec::new(), built, at(2)).await.unwrap();
    check(&[3, 4, 12, 22]).await;
    // Reset, and enrolled again.
    people[2].reset(at(3));
    store.reset_profile(tenant, &people[2], Entry::default(), at(3)).await.unwrap();
    check(&[4, 12, 22]).await;
    fill(store, tenant, &mut people[2], 7, Some(33)).await;
    check(&[4, 12, 22, 33]).await;
    // Erased: and nothing of the erased is left among the changes but numbers.
    store
        .erase_subject(tenant, people[3].subject, erasing(1), |_| Vec::new(), Entry::default(), at(4))
        .await
        .unwrap();
    check(&[12, 22, 33]).await;
    let left = store.rows_of_person(tenant, people[3].subject, &[people[3].id], &[]).await.unwrap();
    assert_eq!((left, kept), (0, 7));
    let found = store.profiles_numbered(tenant, KIND, &[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]).await.unwrap();
    assert_eq!(found.len(), 3);
}

#[tokio::test]
async fn other_kinds_and_other_tenants_are_none_of_it() {
    let database = database().await;
    let store = &database.store;
    let tenant = tenants(store).await;
    let mut verified = profile(store, tenant, ProfileKind::TextIndependentVerification, 1).await;
    fill(store, tenant, &mut verified, 1, Some(1)).await;
    assert_eq!(store.gallery_number(tenant).await.unwrap(), 0, "nobody is looked for among these");
    let mut identified = profile(store, tenant, KIND, 2).await;
    fill(store, tenant, &mut identified, 2, Some(2)).await;
    let mut theirs = profile(store, tenant_id(2), KIND, 3).await;
    fill(store, tenant_id(2), &mut theirs, 3, Some(3)).await;
    let mut index = Index::default();
    assert!(index.follow(store, KIND, 10).await);
    assert_eq!(index.voices(), [2]);
    let mut speakers = Index::default();
    assert!(speakers.follow(store, ProfileKind::Speaker, 10).await);
    assert!(speakers.voices().is_empty());
    assert!(store.profiles_numbered(tenant_id(2), ProfileKind::Speaker, &[1]).await.unwrap().is_empty());
}

#[tokio::test]
async fn whoever_followed_before_what_is_forgotten_must_begin_anew() {
    let database = database().await;
    let store = &database.store;
    let tenant = tenants(store).await;
    let mut one = profile(store, tenant, KIND, 1).await;
    fill(store, tenant, &mut one, 1, Some(1)).await;
    let (mut early, mut late) = (Index::default(), Index::default());
    assert!(early.follow(store, KIND, 10).await);
    fill(store, tenant, &mut one, 2, Some(2)).await;
    assert!(late.follow(store, KIND, 10).await);
    assert!(!store.forget_gone(at(1), 10).await.unwrap());
    assert!(Index { place: early.place, held: early.held.clone() }.follow(store, KIND, 10).await, "kept");
    assert!(!store.forget_gone(at(2), 10).await.unwrap());
    assert!(!early.follow(store, KIND, 10).await, "it may hold what is no more");
    assert!(late.follow(store, KIND, 10).await);
    let mut anew = Index::default();
    assert!(anew.follow(store, KIND, 10).await);
    assert_eq!((late.voices(), anew.voices()), (vec![2], vec![2]));
    // And so must one from a time that the database, restored, has not come to.
    late.place = Some(GalleryPlace { come: 99, gone: 99 });
    assert!(!late.follow(store, KIND, 10).await);
}

/// As a version leaves the rows that numbers nothing.
fn by_an_earlier_version(database: &Database) {
    run(database.folder(), "UPDATE profiles SET changed = 0");
    run(database.folder(), "DELETE FROM gallery_heads");
}

#[tokio::test]
async fn whom_an_earlier_version_enrolled_is_numbered_by_pages_and_followed_from_then_on() {
    let database = database().await;
    let store = &database.store;
    let tenant = tenants(store).await;
    for n in 1..=5 {
        let mut one = profile(store, tenant, KIND, n).await;
        fill(store, tenant, &mut one, n, Some(n)).await;
    }
    // None of these is looked for among others: not enrolled, of another kind.
    profile(store, tenant, KIND, 6).await;
    let mut verified = profile(store, tenant, ProfileKind::TextIndependentVerification, 7).await;
    fill(store, tenant, &mut verified, 7, Some(7)).await;
    let mut theirs = profile(store, tenant_id(2), KIND, 8).await;
    fill(store, tenant_id(2), &mut theirs, 8, Some(8)).await;
    assert!(!store.has_unnumbered(tenant).await.unwrap());
    by_an_earlier_version(&database);

    let mut index = Index::default();
    assert!(index.follow(store, KIND, 10).await && index.voices().is_empty());
    assert!(store.has_unnumbered(tenant).await.unwrap());
    let mut owners = store.tenants_with_unnumbered(10).await.unwrap();
    owners.sort();
    assert_eq!(owners, [tenant, tenant_id(2)]);
    assert_eq!(store.number_voiceprints(tenant, 2).await.unwrap(), 2);
    // Two at once: nobody gets two numbers, and no number is given twice.
    let (one, other) =
        tokio::join!(store.number_voiceprints(tenant, 10), store.number_voiceprints(tenant, 10));
    assert_eq!(one.unwrap() + other.unwrap(), 3);
    assert!(!store.has_unnumbered(tenant).await.unwrap());
    assert!(index.follow(store, KIND, 2).await);
    assert_eq!(index.voices(), [1, 2, 3, 4, 5]);
    assert_eq!(store.tenants_with_unnumbered(10).await.unwrap(), [tenant_id(2)]);
}
