//! What a dialogue's page says that it asks for: known from its beginning, with or without a recording, and after its end.

use timbre_domain::ids::TenantId;
use timbre_tests::{Administrator, Application, Product, Purpose::Enrol, sound};
use timbre_voices::wav;

use super::{
    furnished::{OWNER, below},
    visitor::Visitor,
};

/// Somebody who looks at a tenant whose codes have six digits.
struct Looking {
    visitor: Visitor,
    owner: Administrator,
    app: Application,
    product: Product,
}

impl Looking {
    fn new() -> Self {
        let product = Product::start();
        let owner = Administrator::owner(&product);
        let app = product.application("acme");
        product.change_policy("acme", |policy| {
            policy.dialogue.code_length = 6;
            policy.quality.min_speech_seconds = 1.25;
            policy.quality.min_free_speech_seconds = 3.5;
        });
        Self { visitor: Visitor::logged_in(&product, OWNER), owner, app, product }
    }

    /// The page of the person's only dialogue in this state.
    fn page(&self, person: &str, state: &str) -> String {
        let tenants = self.owner.get("/tenants?name=acme").items("id");
        let tenant: TenantId = tenants[0].as_str().unwrap().parse().unwrap();
        let found = self.owner.get(&format!("/tenants/{tenant}/dialogues?person={person}&state={state}"));
        let ids = found.items("id");
        let [dialogue] = ids.as_slice() else { panic!("one is {state}: {}", found.text) };
        let page = self.visitor.get(&below(tenant, &format!("/dialogues/{}", dialogue.as_str().unwrap())));
        assert_eq!(page.status, 200, "{}", page.body);
        page.body
    }
}

#[test]
fn what_a_dialogue_asks_for_is_told_before_anything_was_said_and_after_its_end() {
    let looking = Looking::new();
    let (codes, free) = (looking.app.user("codes"), looking.app.user("free speech"));
    looking.app.start(Enrol, &codes);
    looking.app.attempt(Enrol, &free, None);
    let asks = |person: &str, state: &str, what: &str| {
        let page = looking.page(person, state);
        assert!(page.contains(&format!("<dt>Asked for</dt><dd>{what}</dd>")), "{what}: {page}");
    };
    asks(&codes, "Open", "Codes of 6 digits, each once");
    asks(&free, "Open", "Free speech");
    // Put aside, without a recording, by one that asks for the other.
    looking.product.clock.pass(1);
    looking.app.attempt(Enrol, &codes, None);
    looking.app.with_an_empty_jar().start(Enrol, &free);
    for (state, of_codes, of_free) in [("Aborted", &codes, &free), ("Open", &free, &codes)] {
        asks(of_codes, state, "Codes of 6 digits, each once");
        asks(of_free, state, "Free speech");
    }
}

#[test]
fn the_least_speech_of_a_recording_is_that_of_what_was_asked_for() {
    let looking = Looking::new();
    let (codes, free) = (looking.app.user("codes"), looking.app.user("free speech"));
    let silence = wav(&sound::silence(3.0));
    looking.app.start(Enrol, &codes);
    assert_eq!(looking.app.speak(Enrol, &codes, silence.clone()).decision(), "NoSpeech");
    looking.app.attempt(Enrol, &free, None);
    looking.app.attempt(Enrol, &free, Some(silence));
    let (codes, free) = (looking.page(&codes, "Open"), looking.page(&free, "Open"));
    assert!(codes.contains("(at least 1.25 s)") && !codes.contains("(at least 3.50 s)"), "{codes}");
    assert!(free.contains("(at least 3.50 s)") && !free.contains("(at least 1.25 s)"), "{free}");
}
