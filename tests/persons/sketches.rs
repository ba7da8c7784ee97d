//! What is drawn of a dialogue's recordings: of each that was heard, refused or not, and no longer than the voice is kept.

use timbre_domain::ids::DialogueId;
use timbre_engine::{DialogueFilter, EngineError, PageAsked, Sketch, Tenant};
use timbre_tests::{Person, Product, Purpose, VERIFIED, sound};
use timbre_voices::wav;

use super::{person, tenant};

/// The dialogues of a tenant, the newest first.
fn dialogues(product: &Product, tenant: &Tenant) -> Vec<DialogueId> {
    let (filter, first) = (DialogueFilter::default(), PageAsked::first(9));
    let all = product.engine.dialogues(tenant, &filter, &first);
    product.block_on(all).unwrap().items.iter().map(|dialogue| dialogue.id).collect()
}

fn sketches(product: &Product, tenant: &Tenant, dialogue: DialogueId) -> Vec<Option<Sketch>> {
    let (_, turns) = product.block_on(product.engine.dialogue_with_sketches(tenant, dialogue)).unwrap();
    turns.into_iter().map(|turn| turn.sketch).collect()
}

#[test]
fn each_recording_is_drawn_as_long_as_it_was_with_its_speech() {
    let product = Product::start();
    let app = product.application("acme");
    let heart = Person::english("af_heart");
    let user = app.enrolled("a reference", &heart);
    product.clock.pass(1);
    app.converse(Purpose::Verify, &user, &heart).is_outcome(VERIFIED);
    let acme = tenant(&product, "acme");
    let [verified, enrolled] = dialogues(&product, &acme)[..] else { panic!("two were held") };
    assert_eq!(sketches(&product, &acme, enrolled).len(), 3);
    for sketch in sketches(&product, &acme, verified) {
        let sketch = sketch.unwrap();
        assert!(
            sketch.seconds() > 1.0 && (200..=240).contains(&sketch.levels().len()),
            "{}",
            sketch.seconds()
        );
        let speech: Vec<_> = sketch.speech().collect();
        assert!(
            !speech.is_empty() && speech.iter().all(|(from, to)| from < to && *to <= sketch.seconds() + 0.01)
        );
        assert!(speech.is_sorted());
        let (loudest, faintest) =
            (sketch.levels().iter().max().unwrap(), sketch.levels().iter().min().unwrap());
        assert!(*loudest > 128 && loudest > faintest, "{loudest} {faintest}");
    }
    product.application("other");
    let other = tenant(&product, "other");
    let foreign = product.block_on(product.engine.dialogue_with_sketches(&other, verified));
    assert!(matches!(foreign, Err(EngineError::UnknownDialogue)));
}

#[test]
fn a_recording_that_was_refused_is_drawn_too_and_one_that_was_not_heard_is_not() {
    let product = Product::start();
    let app = product.application("acme");
    let user = app.user("a reference");
    app.start(Purpose::Enrol, &user);
    assert_eq!(app.speak(Purpose::Enrol, &user, wav(&sound::silence(3.0))).decision(), "NoSpeech");
    product.clock.pass(121);
    app.speak(Purpose::Enrol, &user, wav(&sound::silence(3.0)));
    let acme = tenant(&product, "acme");
    let [dialogue] = dialogues(&product, &acme)[..] else { panic!("one was held") };
    let drawn = sketches(&product, &acme, dialogue);
    let [Some(silent), None] = drawn.as_slice() else { panic!("the second came too late to be heard") };
    assert_eq!((silent.seconds(), silent.speech().count()), (3.0, 0));
    assert!(silent.levels().iter().all(|level| *level == 0));
}

#[test]
fn what_was_drawn_goes_with_the_voice_and_with_the_person() {
    let product = Product::start();
    let app = product.application("acme");
    let user = app.enrolled("a reference", &Person::english("af_heart"));
    let acme = tenant(&product, "acme");
    let [enrolled] = dialogues(&product, &acme)[..] else { panic!("one was held") };
    assert!(sketches(&product, &acme, enrolled).iter().all(Option::is_some));
    assert_eq!(app.delete(&format!("/api/1.0/users/{user}/voice/delete")).status, 200);
    assert!(sketches(&product, &acme, enrolled).iter().all(Option::is_none));
    let subject = person(&product, &acme, "reference", "a reference");
    product.block_on(product.engine.erase_person(&acme, subject, Default::default())).unwrap();
    let gone = product.block_on(product.engine.dialogue_with_sketches(&acme, enrolled));
    assert!(matches!(gone, Err(EngineError::UnknownDialogue)));
}
