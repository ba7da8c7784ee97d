//! The speaker models of a tenant change without anybody enrolling again, and back.

use chrono::Utc;
use timbre_domain::ids::EnrolmentId;
use timbre_engine::{Embedded, EngineError, Obstacle, Reembedded, Tenant};
use timbre_matching::conditions::Comparator;
use timbre_store::{AuditFilter, Chain, StoreError};
use timbre_tests::{
    Application, Person, Product,
    Purpose::{Adapt, Enrol, Verify},
    Speaker, Subscriber, VERIFIED,
    subscriber::{TextDependent, V2_0, Verification, field},
};
use timbre_vault::MAX_PAGE;

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");
const CAMPPLUS: &str = "campplus-zh-en-common-advanced";
const RESNET34: &str = "wespeaker-voxceleb-resnet34";

/// A tenant that calls by two contracts.
struct Acme {
    product: Product,
    users: Application,
    profiles: Subscriber,
}

impl Acme {
    fn start() -> Self {
        let product = Product::start();
        let issued = product.block_on(product.engine.create_tenant("acme", "en")).unwrap();
        Self {
            users: Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret),
            profiles: Subscriber::new(&product.url, &issued.subscription_keys),
            product,
        }
    }

    /// The tenant as the next call finds it.
    fn tenant(&self) -> Tenant {
        self.product.block_on(self.product.engine.tenant_for_operator("acme")).unwrap()
    }

    fn begin(&self) {
        self.begin_change_to(Comparator::Ensemble).unwrap();
    }

    fn begin_change_to(&self, to: Comparator) -> Result<(), EngineError> {
        self.product.block_on(self.product.engine.begin_model_change(&self.tenant(), to))
    }

    fn lacking(&self) -> Vec<Embedded> {
        self.product.block_on(self.product.engine.lacking_voiceprints(&self.tenant(), None)).unwrap()
    }

    fn reembed(&self, which: &Embedded) -> Reembedded {
        self.product.block_on(self.product.engine.reembed(&self.tenant(), which)).unwrap()
    }

    fn reembed_all(&self) {
        for which in self.lacking() {
            let made = self.reembed(&which);
            assert!(matches!(made, Reembedded::Done { recordings: 1.., .. }), "{made:?}");
        }
        assert!(self.lacking().is_empty());
    }

    fn cut_over(&self) -> Result<(), EngineError> {
        self.product.block_on(self.product.engine.cut_over(&self.tenant()))
    }

    fn back(&self) -> Result<(), EngineError> {
        self.product.block_on(self.product.engine.take_back_model_change(&self.tenant()))
    }

    fn finish(&self) -> Result<(), EngineError> {
        self.product.block_on(self.product.engine.finish_model_change(&self.tenant()))
    }

    /// A profile of free speech, enrolled by one recording.
    fn profile(&self, who: Speaker) -> String {
        let id = self.profiles.profile(V2_0, Verification);
        self.profiles.enrol(V2_0, Verification, &id, who.free(&[0, 1]));
        assert_eq!(self.status(&id), "Enrolled");
        id
    }

    fn status(&self, id: &str) -> String {
        field(&self.profiles.show(V2_0, Verification, id), "enrollmentStatus")
    }

    /// That the owner's voice is accepted and another's is not.
    #[track_caller]
    fn verifies(&self, id: &str, owner: Speaker, other: Speaker) {
        let verify = |who: Speaker| {
            field(&self.profiles.verify(V2_0, Verification, id, who.free(&[3])), "recognitionResult")
        };
        assert_eq!((verify(owner).as_str(), verify(other).as_str()), ("Accept", "Reject"));
    }

    /// The models that have a voiceprint of an enrolment, and whether it was adapted.
    fn voiceprints(&self, id: &str) -> Vec<(String, bool)> {
        let (store, tenant) = (self.product.store(), self.tenant());
        let rows = self.product.block_on(store.voiceprints(tenant.id, id.parse().unwrap())).unwrap();
        let mut rows: Vec<_> = rows.into_iter().map(|row| (row.model, row.sealed_anchor.is_some())).collect();
        rows.sort();
        rows
    }

    /// The enrolment of a user.
    fn enrolment(&self, user: &str) -> EnrolmentId {
        let (store, tenant) = (self.product.store(), self.tenant());
        self.product.block_on(store.enrolments(tenant.id, user.parse().unwrap())).unwrap()[0].id
    }
}

fn both() -> Vec<(String, bool)> {
    vec![(CAMPPLUS.to_owned(), false), (RESNET34.to_owned(), false)]
}

fn one() -> Vec<(String, bool)> {
    vec![(CAMPPLUS.to_owned(), false)]
}

#[test]
fn verification_goes_on_from_the_old_models_to_the_new_and_back() {
    let acme = Acme::start();
    let (heart, probe) = (Person::english("af_heart"), Person::english("af_heart").says("4719"));
    let (profile, user) = (acme.profile(HEART), acme.users.enrolled("7", &heart));
    let enrolment = acme.enrolment(&user).to_string();
    let score = || acme.product.score("acme", &user, probe.clone());
    let goes_on = || {
        acme.verifies(&profile, HEART, MICHAEL);
        acme.users.converse(Verify, &user, &heart).is_outcome(VERIFIED);
    };
    let old = score();

    acme.begin();
    assert_eq!((score(), acme.voiceprints(&enrolment)), (old, one()));
    goes_on();
    acme.reembed_all();
    assert_eq!(
        (score(), acme.voiceprints(&enrolment)),
        (old, both()),
        "until the cut-over the old models decide"
    );
    assert_eq!(acme.voiceprints(&profile), both());

    acme.cut_over().unwrap();
    let new = score();
    assert_ne!(new, old, "from the next call on the new models decide");
    goes_on();

    acme.back().unwrap();
    assert_eq!(score(), old);
    goes_on();

    acme.cut_over().unwrap();
    assert_eq!(score(), new);
    acme.finish().unwrap();
    assert_eq!((score(), acme.voiceprints(&enrolment)), (new, both()), "the ensemble has both");
    goes_on();
    assert!(matches!(acme.back(), Err(EngineError::NoModelChange)));
}

#[test]
fn voiceprints_that_are_made_anew_are_those_that_enrolling_would_have_made() {
    let acme = Acme::start();
    let heart = Person::english("af_heart");
    let before = acme.users.user("before");
    // 1.1 asks for free speech: the same recordings serve for both.
    let recordings: Vec<Vec<u8>> =
        ["065319284710", "192847108365", "471083652079"].map(|c| heart.says(c)).into();
    let enrol = |user: &str| {
        acme.users.attempt(Enrol, user, None);
        for wav in &recordings {
            assert_eq!(acme.users.attempt(Enrol, user, Some(wav.clone())).status, 200);
        }
    };
    enrol(&before);
    acme.begin();
    acme.reembed_all();
    let after = acme.users.user("after");
    enrol(&after);
    assert!(acme.lacking().is_empty(), "what is enrolled during the change is heard by both");
    acme.cut_over().unwrap();
    let probe = heart.says("83652079");
    let score = |user: &str| acme.product.score("acme", user, probe.clone());
    assert!((score(&before) - score(&after)).abs() < 1e-6, "{} {}", score(&before), score(&after));
}

#[test]
fn a_run_that_is_killed_is_gone_on_with_and_nobody_is_left_out() {
    let acme = Acme::start();
    let profiles = [acme.profile(HEART), acme.profile(MICHAEL), acme.profile(HEART)];
    acme.begin();
    let lacking = acme.lacking();
    assert_eq!(lacking.len(), 3);
    acme.reembed(&lacking[0]);
    assert!(matches!(acme.cut_over(), Err(EngineError::VoiceprintsLacking(2))));
    // Another process goes on with it, while a third does what the first was told to.
    let next = acme.product.beside(Default::default());
    next.block_on(async {
        let tenant = next.engine.tenant_for_operator("acme").await.unwrap();
        let left = next.engine.lacking_voiceprints(&tenant, None).await.unwrap();
        assert_eq!(left, lacking[1..]);
        for which in &left {
            let made = tokio::join!(
                next.engine.reembed(&tenant, which),
                acme.product.engine.reembed(&tenant, which)
            );
            assert!(made.0.is_ok() && made.1.is_ok(), "{made:?}");
        }
    });
    for profile in &profiles {
        assert_eq!(acme.voiceprints(profile), both());
    }
    acme.cut_over().unwrap();
    acme.verifies(&profiles[1], MICHAEL, HEART);
}

#[test]
fn a_profile_that_is_filled_during_the_change_is_enrolled_at_once_and_made_up_for() {
    let acme = Acme::start();
    let id = acme.profiles.profile(V2_0, TextDependent);
    let enrol = |take| {
        field(&acme.profiles.enrol(V2_0, TextDependent, &id, HEART.passport(take)), "enrollmentStatus")
    };
    assert_eq!((enrol(0), enrol(1)), ("Enrolling".to_owned(), "Enrolling".to_owned()));
    acme.begin();
    assert_eq!(enrol(2), "Enrolled", "nobody trains because of a change");
    assert_eq!(acme.voiceprints(&id), one());
    acme.reembed_all();
    assert_eq!(acme.voiceprints(&id), both());
    acme.cut_over().unwrap();
    assert_eq!(
        field(&acme.profiles.verify(V2_0, TextDependent, &id, HEART.passport(3)), "recognitionResult"),
        "Accept"
    );
}

#[test]
fn who_is_erased_amid_the_change_leaves_no_voiceprint_of_either_model() {
    let acme = Acme::start();
    let (gone, stays) = (acme.profile(HEART), acme.profile(MICHAEL));
    acme.begin();
    let which = acme.lacking().into_iter().find(|which| which.enrolment.to_string() == gone).unwrap();
    let (store, tenant) = (acme.product.store(), acme.tenant());
    let heard = acme.product.block_on(store.samples_with_voices(tenant.id, which.enrolment)).unwrap();
    let path = format!("/speaker/verification/v2.0/text-independent/profiles/{gone}");
    assert_eq!(acme.profiles.delete(&path).status, 204);
    assert_eq!(acme.reembed(&which), Reembedded::Raced);
    // What was heard before the erasure comes too late as well.
    let heard = heard.into_iter().map(|sample| (sample.id, b"sealed".to_vec())).collect();
    let late = store.commit_reembedding(tenant.id, which.enrolment, heard, Vec::new(), Utc::now());
    assert!(matches!(acme.product.block_on(late), Err(StoreError::Conflict)));
    assert_eq!(acme.voiceprints(&gone), []);
    acme.reembed_all();
    assert_eq!(acme.voiceprints(&stays), both());
    acme.cut_over().unwrap();
}

#[test]
fn a_recording_that_is_lost_is_told_and_holds_the_cut_over_until_its_voice_is_erased() {
    let acme = Acme::start();
    let lost = acme.profile(HEART);
    acme.product.block_on(async {
        let objects = acme.product.objects();
        for entry in objects.list(None, None, MAX_PAGE).await.unwrap().entries {
            objects.delete(entry.name.tenant, entry.name.object).await.unwrap();
        }
    });
    let kept = acme.profile(MICHAEL);
    acme.begin();
    for which in acme.lacking() {
        let made = acme.reembed(&which);
        match which.enrolment.to_string() == lost {
            true => assert_eq!(made, Reembedded::Impossible(Obstacle::RecordingMissing)),
            false => assert!(matches!(made, Reembedded::Done { .. })),
        }
    }
    acme.verifies(&lost, HEART, MICHAEL);
    assert!(matches!(acme.cut_over(), Err(EngineError::VoiceprintsLacking(1))));
    let erase = |most| acme.product.block_on(acme.product.engine.erase_lacking(&acme.tenant(), most));
    assert!(matches!(erase(0), Err(EngineError::VoiceprintsLacking(1))));
    assert_eq!(erase(1).unwrap(), 1);
    assert_eq!(acme.status(&lost), "Enrolling", "the person enrols anew");
    acme.cut_over().unwrap();
    acme.verifies(&kept, MICHAEL, HEART);
}

#[test]
fn what_an_adaptation_taught_stays_with_the_voiceprint_that_it_taught() {
    let acme = Acme::start();
    let heart = Person::english("af_heart");
    let user = acme.users.enrolled("7", &heart);
    let enrolment = acme.enrolment(&user).to_string();
    acme.users.converse(Adapt, &user, &heart);
    acme.begin();
    acme.reembed_all();
    let adapted = |campplus, resnet34| vec![(CAMPPLUS.to_owned(), campplus), (RESNET34.to_owned(), resnet34)];
    assert_eq!(acme.voiceprints(&enrolment), adapted(true, false));
    acme.users.converse(Adapt, &user, &heart);
    assert_eq!(acme.voiceprints(&enrolment), adapted(true, true), "both learn while both hear");
    acme.cut_over().unwrap();
    acme.users.converse(Verify, &user, &heart).is_outcome(VERIFIED);
}

#[test]
fn a_dialogue_that_the_new_models_did_not_hear_from_its_beginning_is_waited_for() {
    let acme = Acme::start();
    let heart = Person::english("af_heart");
    let user = acme.users.enrolled("7", &heart);
    let mut reply = acme.users.start(Verify, &user);
    acme.product.clock.pass(1);
    acme.begin();
    acme.reembed_all();
    assert!(matches!(acme.cut_over(), Err(EngineError::EarlierDialogues(1))));
    // It ends as it began.
    for _ in 0..7 {
        reply = acme.users.speak(Verify, &user, heart.says(&reply.code()));
        if reply.message() != "AUDIO_SUBMITTED_WITH_SUCCESS" {
            break;
        }
    }
    reply.is_outcome(VERIFIED);
    acme.cut_over().unwrap();
}

#[test]
fn a_change_that_is_given_up_leaves_nothing_and_each_step_is_told() {
    let acme = Acme::start();
    let id = acme.profile(HEART);
    acme.begin();
    acme.reembed_all();
    assert!(matches!(acme.begin_change_to(Comparator::ResNet34), Err(EngineError::ModelsChanging)));
    assert!(matches!(acme.finish(), Err(EngineError::ModelsChanging)));
    acme.back().unwrap();
    assert_eq!(acme.voiceprints(&id), one());
    assert!(matches!(acme.cut_over(), Err(EngineError::NoModelChange)));
    assert!(matches!(acme.begin_change_to(Comparator::CampPlus), Err(EngineError::SameModels)));
    // The tenant may call DeepAffects' contract, whose names CAM++ tells.
    assert!(matches!(acme.begin_change_to(Comparator::ResNet34), Err(EngineError::NamesNeedCampPlus)));
    acme.begin();
    // The recordings were heard by the new models before: nothing is heard twice.
    let made: Vec<Reembedded> = acme.lacking().iter().map(|which| acme.reembed(which)).collect();
    assert!(matches!(made[..], [Reembedded::Done { recordings: 0, .. }]), "{made:?}");
    acme.cut_over().unwrap();
    acme.back().unwrap();
    acme.cut_over().unwrap();
    acme.finish().unwrap();
    let (store, chain) = (acme.product.store(), Chain::Tenant(acme.tenant().id));
    let told = acme.product.block_on(store.audit_events(chain, &AuditFilter::default(), None, 100)).unwrap();
    let told: Vec<String> = told.into_iter().rev().map(|event| event.action).collect();
    let told: Vec<&str> = told.iter().filter_map(|action| action.strip_prefix("model_change.")).collect();
    assert_eq!(told, ["begun", "given_up", "begun", "cut_over", "taken_back", "cut_over", "finished"]);
}

#[test]
fn the_report_tells_how_the_models_agree_and_nothing_of_anybody() {
    let acme = Acme::start();
    for who in [HEART, MICHAEL] {
        let id = acme.profile(who);
        acme.profiles.enrol(V2_0, Verification, &id, who.free(&[2, 3]));
    }
    let report = || acme.product.block_on(acme.product.engine.compare_models(&acme.tenant(), 100, 7));
    assert!(matches!(report(), Err(EngineError::NoModelChange)));
    acme.begin();
    acme.reembed_all();
    let told = report().unwrap();
    assert_eq!(told, report().unwrap(), "the same seed draws the same");
    let [free] = &told[..] else { panic!("{told:?}") };
    assert_eq!((free.scheme.as_str(), free.old, free.new), ("free-speech", "campplus", "campplus+resnet34"));
    assert_eq!((free.genuine.trials, free.genuine.old.errors, free.genuine.new.errors), (2, 0, 0));
    assert!(free.impostor.trials > 20 && free.impostor.same_decision == free.impostor.trials, "{free:?}");
    assert_eq!((free.impostor.old.errors, free.impostor.new.errors), (0, 0));
    assert!(free.genuine.new.mean_score > Some(0.9) && free.impostor.new.mean_score < Some(0.1), "{free:?}");
    acme.cut_over().unwrap();
    assert_eq!(report().unwrap(), told, "the way back has the same report");
}

#[test]
fn whoever_still_deletes_after_a_change_deletes_nothing_of_the_next() {
    let acme = Acme::start();
    let id = acme.profile(HEART);
    // Another process has ended a change, and is slow to delete what is left of it.
    let ended = acme.tenant();
    let goes_on = || acme.product.block_on(acme.product.engine.finish_model_change(&ended)).unwrap();
    acme.begin();
    acme.reembed_all();
    goes_on();
    assert_eq!(acme.voiceprints(&id), both());
    acme.cut_over().unwrap();
    goes_on();
    assert_eq!(acme.voiceprints(&id), both());
    acme.verifies(&id, HEART, MICHAEL);
}
