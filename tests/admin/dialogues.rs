//! `/tenants/{tenant}/dialogues`: what was decided, never a code.

use serde_json::{Value, json};
use timbre_tests::{Administrator, Product, Purpose, sound};
use timbre_voices::wav;

#[test]
fn a_dialogue_is_shown_with_its_turns_and_without_its_code() {
    let product = Product::start();
    let owner = Administrator::owner(&product);
    let app = product.application("acme");
    let (user, other) = (app.user("one"), app.user("two"));
    app.start(Purpose::Enrol, &user);
    let reply = app.speak(Purpose::Enrol, &user, wav(&sound::silence(3.0)));
    let code = reply.code();
    product.clock.pass(1);
    app.with_an_empty_jar().start(Purpose::Enrol, &other);

    let id = owner.get("/tenants?name=acme").items("id")[0].as_str().unwrap().to_owned();
    let path = format!("/tenants/{id}/dialogues");
    assert_eq!(owner.get(&path).items("person"), [json!(other), json!(user)]);
    let found = owner.get(&format!("{path}?person={user}&state=Open&purpose=Enrol"));
    assert_eq!(found.items("person"), [json!(user)]);
    assert_eq!(owner.get(&format!("{path}?state=Failed")).items("id"), Vec::<Value>::new());
    assert_eq!(owner.get(&format!("{path}?to=2020-01-01T00:00:00Z")).items("id"), Vec::<Value>::new());
    assert_eq!(owner.get(&format!("{path}?from=2020-01-01T00:00:00Z")).items("id").len(), 2);

    let dialogue = found.items("id")[0].as_str().unwrap().to_owned();
    let shown = owner.get(&format!("{path}/{dialogue}"));
    assert_eq!(shown.body["turns"][0]["decision"], "NoSpeech", "{}", shown.text);
    assert!(shown.body["turns"][0]["measured"].is_object(), "{}", shown.text);
    let words = |text: &str| text.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| word == code);
    assert!(!words(&shown.text.replace(&user, "")), "the code {code} is shown: {}", shown.text);
    let foreign = owner.tenant("other");
    owner.get(&format!("/tenants/{foreign}/dialogues/{dialogue}")).is_problem(404, "not-found");
}
