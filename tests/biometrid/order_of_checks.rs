//! Of several things wrong with one call, which one the caller is told.

use reqwest::Method;
use timbre_tests::{Application, Person, Product, Purpose::Verify, Reply, encoded, send};
use timbre_voices::wav;

/// What can be wrong with a call, in the order in which callers are told.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Wrong {
    HeaderMissing,
    Key,
    Secret,
    User,
    Engine,
    Parameters,
    Language,
    NotEnrolled,
    Locked,
    File,
}

use Wrong::*;

const ORDER: [Wrong; 10] =
    [HeaderMissing, Key, Secret, User, Engine, Parameters, Language, NotEnrolled, Locked, File];

impl Wrong {
    fn told(self) -> (u16, &'static str) {
        match self {
            HeaderMissing => (400, "AUTHENTICATION_HEADERS_MISSING"),
            Key => (404, "CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS"),
            Secret => (401, "INVALID_AUTHENTICATION_HEADERS"),
            User => (404, "USERID_NOT_EXISTS"),
            Engine => (404, "NO_VOICE_ENGINE_CONFIGURATION_AVAILABLE"),
            Parameters => (400, "INVALID_PARAMETERS"),
            Language => (400, "LANGUAGE_NOT_AVAILABLE"),
            NotEnrolled => (400, "ENROLL_USER_VOICE_FIRST"),
            Locked => (403, "USER_VOICE_LOCKED"),
            File => (400, "NO_FILE_OR_INVALID_FORMAT"),
        }
    }

    /// Whether both can be wrong with one call. A header that is missing is not also wrong, and 1.0, which has
    /// languages, misses no file on a first call.
    fn with(self, other: Self) -> bool {
        let both = [self, other];
        !(both.contains(&Language) && both.contains(&File))
    }
}

/// Tenants and users, for each thing that can be wrong with them.
struct World {
    product: Product,
    acme: Application,
    silent: Application,
    enrolled: String,
    locked: String,
    /// Locked, and not enrolled any more.
    locked_out: String,
    not_enrolled: String,
    /// Of the tenant without a voice engine.
    silent_user: String,
}

impl World {
    fn new() -> Self {
        let product = Product::start();
        let (acme, silent) = (product.application("acme"), product.application_without_voice("silent"));
        let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
        let lock = |reference: &str| {
            let user = acme.enrolled(reference, &heart);
            for _ in 0..5 {
                acme.attempt(Verify, &user, Some(fenrir.says("0653192847")));
            }
            user
        };
        let (locked, locked_out) = (lock("locked"), lock("locked out"));
        acme.delete(&format!("/api/1.0/users/{locked_out}/voice/delete"));
        Self {
            enrolled: acme.enrolled("enrolled", &heart),
            locked,
            locked_out,
            not_enrolled: acme.user("not enrolled"),
            silent_user: silent.user("silent"),
            product,
            acme,
            silent,
        }
    }

    /// A verification with these things wrong with it.
    fn call(&self, wrong: &[Wrong]) -> Reply {
        let is = |what: Wrong| wrong.contains(&what);
        let application = if is(Engine) { &self.silent } else { &self.acme };
        let user = match () {
            () if is(User) => "59147e5afdda9b0ac0f5e31f",
            () if is(Engine) => &self.silent_user,
            () if is(Locked) && is(NotEnrolled) => &self.locked_out,
            () if is(Locked) => &self.locked,
            () if is(NotEnrolled) => &self.not_enrolled,
            () => &self.enrolled,
        };
        // Languages are 1.0's, a file that is needed at once is 1.1's.
        let version = if is(Language) { "1.0" } else { "1.1" };
        let mut parameters = Vec::new();
        if is(Language) {
            parameters.push(("language", "xx".to_owned()));
        }
        if is(Parameters) {
            parameters.push(("app_token", "x".repeat(9_000)));
        }
        let path = format!("/api/{version}/users/{user}/dialogue/verify/voice?{}", encoded(&parameters));
        let key = if is(Key) { "nobody's key" } else { &application.key };
        let secret = if is(Secret) { "wrong" } else { &application.secret };
        let mut request = application.bare(Method::POST, &path).header("x-biometrid-key", key);
        if !is(HeaderMissing) {
            request = request.header("x-biometrid-secret", secret);
        }
        if !is(File) {
            let silence = timbre_tests::wav_part(wav(&timbre_tests::sound::silence(3.0)));
            request = request.multipart(reqwest::blocking::multipart::Form::new().part("audio", silence));
        }
        send(request)
    }
}

#[test]
fn of_each_pair_of_things_wrong_with_a_call_the_first_is_told() {
    let world = World::new();
    let mut pairs = 0;
    for (place, first) in ORDER.into_iter().enumerate() {
        let (status, message) = first.told();
        world.call(&[first]).is_fault(status, message);
        for second in ORDER.into_iter().skip(place + 1).filter(|second| first.with(*second)) {
            let reply = world.call(&[first, second]);
            let told = (reply.status, reply.body.as_str());
            assert_eq!(told, (status, timbre_tests::fault(message).as_str()), "{first:?} and {second:?}");
            pairs += 1;
        }
    }
    timbre_tests::found(&serde_json::json!({ "pairs": pairs }));
    assert_eq!(world.call(&[]).text("reason"), "NoSpeech", "with nothing wrong the recording is heard");
    // Nothing of all this touched the server's health.
    assert_eq!(world.product.application("later").user("7").len(), 24);
}
