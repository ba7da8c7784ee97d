//! What PostgreSQL undoes for the sake of another is made again, whoever asked for it. Needs `TIMBRE_TEST_POSTGRES`.

use std::cell::Cell;

use timbre_backends::{on_postgres, run};
use timbre_domain::{ids::DeliveryId, job::JobState};
use timbre_store::{Entry, JobEnd, ModelsChanged, SealedVoiceprint, TenantModels};

use super::{
    jobs::new_job,
    profiles::{KIND, accepted, claim, fill, profile, sample, tenant_with, voiceprint},
    support::{Database, at, database, erasing, tenant_id},
};

/// A database in which others are in the way.
struct Crowded<'a> {
    database: &'a Database,
    statements: Cell<usize>,
}

impl Crowded<'_> {
    /// Makes something whose first statement that writes to this table ends as one in a deadlock does.
    async fn makes<T>(&self, table: &str, what: impl Future<Output = T>) -> T {
        let name = format!("{table}_{}", self.statements.replace(self.statements.get() + 1));
        let (folder, seen) = (self.database.folder(), format!("seen_{name}"));
        let undoes = format!(
            "CREATE SEQUENCE {seen};
             CREATE FUNCTION undo_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                 IF nextval('{seen}') = 1 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = '40P01'; END IF;
                 RETURN NULL;
             END $$;
             CREATE TRIGGER undo_{name} BEFORE INSERT OR UPDATE OR DELETE ON {table}
                 FOR EACH STATEMENT EXECUTE FUNCTION undo_{name}()"
        );
        run(folder, &undoes);
        let made = what.await;
        let was_so = format!(
            "DO $$ BEGIN IF (SELECT last_value FROM {seen}) < 2 THEN RAISE EXCEPTION '{table}: nobody was in the way'; END IF; END $$;
             DROP TRIGGER undo_{name} ON {table}"
        );
        run(folder, &was_so);
        made
    }
}

#[tokio::test]
#[allow(clippy::print_stderr)]
async fn a_deadlock_is_nothing_that_whoever_asks_hears_of() {
    if !on_postgres() {
        eprintln!("left out on SQLite, where there is one writer");
        return;
    }
    let database = database().await;
    let (store, tenant, made) = (&database.store, tenant_id(1), profile(1));
    let crowded = Crowded { database: &database, statements: Cell::new(0) };
    tenant_with(store, std::slice::from_ref(&made)).await;
    fill(store, &made, 1, None).await.unwrap();

    let another = SealedVoiceprint { model: "new".to_owned(), sealed: vec![2; 4], sealed_anchor: None };
    let heard = vec![(sample(1, None).id, vec![2; 4])];
    let made_anew = store.commit_reembedding(tenant, made.id, heard, vec![another], at(2));
    crowded.makes("voiceprints", made_anew).await.unwrap();
    let seen = store.tenant(tenant).await.unwrap().unwrap().models;
    let dropped = store.drop_voiceprints(tenant, &seen, &["model"], 9);
    assert_eq!(crowded.makes("voiceprints", dropped).await.unwrap(), 1);
    let to = TenantModels { changing_to: Some("resnet34".to_owned()), ..seen.clone() };
    let changed = store.change_models(tenant, &seen, &to, None, Entry::default(), at(3));
    assert_eq!(crowded.makes("tenants", changed).await.unwrap(), ModelsChanged::Done);

    store.mark_for_training(tenant, made.id).await.unwrap();
    assert!(store.claim_profile(tenant, made.id, claim(2, 60), at(4)).await.unwrap());
    let (whole, holder) = (accepted(&made), claim(2, 60).holder);
    let trained = store.commit_training(tenant, &whole, holder, Vec::new(), voiceprint(3), at(5));
    crowded.makes("profiles", trained).await.unwrap();

    store.add_job(tenant, new_job(5, "r5"), 9, Entry::default(), at(6)).await.unwrap();
    let job = crowded.makes("jobs", store.claim_job(claim(3, 60), 9, at(7))).await.unwrap().unwrap();
    assert_eq!(job.job.tries, 1, "one try, however often it was made");
    let (state, delivery) = (JobState::Failed, DeliveryId::from_random([1; 16]));
    let end =
        JobEnd { state, sealed_outcome: Vec::new(), delivery, keep_object: true, entry: Entry::default() };
    store.end_job(tenant, job.job.id, claim(3, 60).holder, end, at(8)).await.unwrap();
    let retried = store.retry_job(tenant, job.job.id, Entry::default(), at(9));
    crowded.makes("jobs", retried).await.unwrap();

    let erased =
        store.erase_subject(tenant, made.subject, erasing(1), |_| Vec::new(), Entry::default(), at(10));
    assert_eq!(crowded.makes("erasures", erased).await.unwrap().unwrap().subject, made.subject);
    assert!(store.profile(tenant, KIND, made.id).await.unwrap().is_none());
}
