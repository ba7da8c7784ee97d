//! A product with everything that a page can show: two tenants, people of all three contracts, dialogues that ended in each way and one
//! that is open, jobs that are done, failed and under way, consents, an erasure, and an operator of each role.

use std::time::{Duration, Instant};

use serde_json::json;
use timbre_domain::{ids::TenantId, job::DeliveryState, operator::Role};
use timbre_engine::IssuedTenant;
use timbre_telemetry::remember;
use timbre_tests::{
    ANOTHER_VOICE, Administrator, Application, Developer, ENROLLED, Held, PASSWORD, Person, Product,
    Purpose::{Enrol, Verify},
    Receiver, Setup, Speaker, Subscriber, VERIFIED,
    developer::{DIARIZE_LATER, VAD_LATER, content},
    form, in_english, reaching, send, sound,
    subscriber::{Identification, TextDependent, V2_0, field},
};
use timbre_voices::wav;

pub const OWNER: &str = "owner@example.org";
pub const OPERATOR: &str = "operator@example.org";
pub const AUDITOR: &str = "auditor@example.org";
pub const ADMIN: &str = "admin@example.org";
/// The admin of the other tenant.
pub const NEIGHBOUR: &str = "neighbour@example.org";

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");
/// More digits than any code has: enough speech without a code.
const AT_LENGTH: &str = "0653192847";
/// Where a receiver is told of jobs: by a token of its own, which is nobody else's to read.
const HOOK: &str = "/hook?token=of-the-receivers-own";

pub struct Furnished {
    /// What a job waits for, as long as this is here: it goes first, so that nothing waits when the product ends.
    _held: (Held, Receiver),
    pub product: Product,
    /// The owner of the installation, at the admin API.
    pub owner: Administrator,
    /// The first tenant's application.
    pub application: Application,
    pub acme: Ids,
    pub other: Ids,
    /// Of the first tenant: enrolled, verified, refused, agreed.
    pub person: String,
    /// Locked after wrong voices.
    pub locked: String,
    /// The dialogue in which the person was misheard, and verified.
    pub verified: String,
    /// A conversation of two that was heard, and told of at the second try.
    pub conversation: String,
    pub running: String,
    /// What no page may show, and what it is.
    pub secrets: Vec<(&'static str, String)>,
}

/// A tenant, and the ids of what it has.
pub struct Ids {
    pub tenant: TenantId,
    pub people: Vec<String>,
    pub dialogues: Vec<String>,
    pub jobs: Vec<String>,
    pub credential: String,
}

impl Furnished {
    pub fn new() -> Self {
        Self::over(reaching())
    }

    /// The product of this setup, which must reach the receiver.
    pub fn over(setup: Setup) -> Self {
        let (product, receiver) = (Product::with(setup), Receiver::start());
        let owner = Administrator::owner(&product);
        let mut secrets = vec![
            ("password", PASSWORD.to_owned()),
            ("access token", owner.token.clone().unwrap()),
            ("refresh token", owner.refresh_token.clone()),
            ("token of a receiver", "of-the-receivers-own".to_owned()),
        ];
        let issued = ["acme", "other"].map(|name| {
            let issued = product.block_on(product.engine.create_tenant(name, "en")).unwrap();
            secrets.push(("secret of a BiometrID client", (*issued.biometrid.secret).clone()));
            let keys = issued.subscription_keys.iter().chain(&issued.apikeys);
            secrets.extend(keys.map(|key| ("key that is a secret", (**key).clone())));
            issued
        });
        let [tenant, other] = ["acme", "other"].map(|name| {
            let found = owner.get(&format!("/tenants?name={name}"));
            found.items("id")[0].as_str().unwrap().parse::<TenantId>().unwrap()
        });
        // As the program does by the clock: what is shown of the last hour is what came between.
        remember();
        let developer = Developer::new(&product.url, &issued[0].apikeys);
        let ([conversation, running], held) = jobs(&product, &receiver, &developer);
        remember();
        let owner = owner.logged_in(OWNER, PASSWORD);
        // From here on no time passes, so that who is locked stays so.
        let application =
            Application::new(&product.url, &issued[0].biometrid.key, &issued[0].biometrid.secret);
        let (person, locked) = people(&owner, tenant, &application, &mut secrets);
        profiles(&Subscriber::new(&product.url, &issued[0].subscription_keys));
        neighbour(&product, &receiver, &issued[1]);
        remember();
        let signing = product.block_on(product.engine.tenant_for_operator("acme")).unwrap();
        secrets.push(("secret of webhooks", signing.webhook_secrets()[0].shown().as_str().to_owned()));
        product.change_policy("acme", |policy| policy.matching.false_match_rate = 0.001);
        let roles = [
            (OPERATOR, Role::Operator),
            (AUDITOR, Role::Auditor),
            (ADMIN, Role::TenantAdmin(tenant)),
            (NEIGHBOUR, Role::TenantAdmin(other)),
        ];
        for (email, role) in roles {
            Administrator::of_role(&product, email, role);
        }
        let token = owner.post("/tokens", &json!({"name": "backup", "role": "auditor"}));
        secrets.push(("token", token.text_of("token")));
        let first = |path: String| owner.get(&path).items("id")[0].as_str().unwrap().to_owned();
        let job = |request: String| first(format!("/tenants/{tenant}/jobs?request_id={request}"));
        let dialogues = format!("/tenants/{tenant}/dialogues?person={person}");
        let verified = first(format!("{dialogues}&purpose=Verify&state=Succeeded"));
        let [conversation, running] = [conversation, running].map(job);
        let [acme, other] = [tenant, other].map(|tenant| ids(&owner, tenant));
        Self {
            product,
            owner,
            application,
            acme,
            other,
            person,
            locked,
            verified,
            conversation,
            running,
            secrets,
            _held: (held, receiver),
        }
    }

    /// With the longest names that there may be, of the other tenant and of the auditor: nothing in them is a place to break a line.
    pub fn with_longest_names(self) -> Self {
        let name = "N".repeat(255);
        let operators = self.owner.get("/operators");
        let [ids, emails] = ["id", "email"].map(|field| operators.items(field));
        let at = emails.iter().position(|email| email == AUDITOR).unwrap();
        let auditor = format!("/operators/{}", ids[at].as_str().unwrap());
        for path in [format!("/tenants/{}", self.other.tenant), auditor] {
            let said = self.owner.patch(&path, &json!({"name": name}));
            assert_eq!(said.status, 200, "{}", said.text);
        }
        self
    }
}

/// A path below a tenant's.
pub fn below(tenant: TenantId, rest: &str) -> String {
    format!("/dashboard/tenants/{tenant}{rest}")
}

/// Looks up what a tenant has.
fn ids(owner: &Administrator, tenant: TenantId) -> Ids {
    let list = |what: &str| -> Vec<String> {
        let listed = owner.get(&format!("/tenants/{tenant}/{what}"));
        listed.items("id").iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    };
    let credential = list("credentials").remove(0);
    Ids { tenant, people: list("people"), dialogues: list("dialogues"), jobs: list("jobs"), credential }
}

/// People who speak codes. One is enrolled and has been verified, refused, misheard and not heard; one is locked; one is gone; one is in
/// the middle of enrolling, and their code is a secret.
fn people(
    owner: &Administrator,
    tenant: TenantId,
    app: &Application,
    secrets: &mut Vec<(&'static str, String)>,
) -> (String, String) {
    let (heart, fenrir) = (Person::english("af_heart"), Person::english("am_fenrir"));
    let ada = send(form(
        app.post("/api/1.0/users"),
        &[("reference_id", "client 7"), ("mac_address", "02:00:00:00:aa:07")],
    ))
    .text("id");
    assert_eq!(app.converse(Enrol, &ada, &heart).body, ENROLLED);
    let mut reply = app.start(Verify, &ada);
    // Nothing said, then a code that was not asked for, and then as it should be.
    for said in [None, Some("1111"), Some("")] {
        let recording = match said {
            None => wav(&sound::silence(3.0)),
            Some("") => heart.says(&reply.code()),
            Some(other) => heart.says(other),
        };
        reply = app.speak(Verify, &ada, recording);
    }
    while reply.message() == "AUDIO_SUBMITTED_WITH_SUCCESS" {
        reply = app.speak(Verify, &ada, heart.says(&reply.code()));
    }
    assert_eq!(reply.body, VERIFIED);
    assert_eq!(app.converse(Verify, &ada, &fenrir).body, ANOTHER_VOICE);

    let locked = app.enrolled("client 8", &heart);
    for _ in 0..5 {
        app.attempt(Verify, &locked, Some(fenrir.says(AT_LENGTH)));
    }
    app.start(Verify, &locked).is_fault(403, "USER_VOICE_LOCKED");

    let gone = app.user("client 9");
    let [people, consents] =
        [format!("/tenants/{tenant}/people"), format!("/tenants/{tenant}/people/{ada}/consents")];
    let given =
        json!({"text_sha256": "ab".repeat(32), "given_at": "2026-09-01T12:00:00Z", "signer": "form 7"});
    assert_eq!(owner.post(&consents, &given).status, 201);
    assert_eq!(owner.delete(&format!("{people}/{gone}?opt_out=true")).status, 200);

    let newcomer = app.user("client 10");
    let device = app.with_an_empty_jar();
    let first = device.start(Enrol, &newcomer);
    let next = device.speak(Enrol, &newcomer, heart.says(&first.code()));
    secrets.push(("code of somebody's dialogue", in_english(&next.code())));
    let cookie = device.cookie().unwrap();
    secrets.push(("cookie of somebody's dialogue", cookie.split_once('=').unwrap().1.to_owned()));
    (ada, locked)
}

/// People whom Azure's contract calls profiles: one who knows a phrase, one who is among others.
fn profiles(subscriber: &Subscriber) {
    let phrase = subscriber.profile(V2_0, TextDependent);
    for take in 0..3 {
        let reply = subscriber.enrol(V2_0, TextDependent, &phrase, HEART.passport(take));
        assert_eq!(reply.status, 201, "{}", reply.body);
    }
    let among = subscriber.profile(V2_0, Identification);
    let reply = subscriber.enrol(V2_0, Identification, &among, MICHAEL.free(&[0, 1]));
    assert_eq!(field(&reply, "enrollmentStatus"), "Enrolled");
}

/// A job that is done and was told of at the second try, one that failed, and one that waits for its recording as long as it is held.
fn jobs(product: &Product, receiver: &Receiver, developer: &Developer) -> ([String; 2], Held) {
    developer.enrolled("ada", &HEART.free(&[0, 1]));
    receiver.answers("/hook", &[500]);
    let hook = receiver.url(HOOK);
    let pause = sound::silence(0.8);
    let said = [HEART.samples("free_2"), MICHAEL.samples("free_2"), HEART.samples("free_3")];
    let talk = said.map(|samples| sound::joined(&[&samples, &pause])).concat();
    let conversation = developer.order(DIARIZE_LATER[1], &hook, &content(&wav(&talk)));
    receiver.next();
    receiver.next_passing(product, 60);
    let failed = developer.order(VAD_LATER, &hook, &json!({"url": receiver.url("/nowhere.wav")}));
    receiver.next_passing(product, 60);
    for request in [&conversation, &failed] {
        told(product, request);
    }
    let slow = receiver.hosts("/slow.wav", HEART.says("other_0"), true);
    let held = receiver.holds("/slow.wav");
    let running = developer.order(DIARIZE_LATER[1], &hook, &json!({"url": slow}));
    held.is_asked_for();
    ([conversation, running], held)
}

/// Waits until it is written down that somebody was told of a job: they were, a moment ago.
fn told(product: &Product, request: &str) {
    let began = Instant::now();
    let is_told = || {
        product.block_on(async {
            let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
            let messages = product.engine.messages(&tenant, request).await.unwrap();
            messages.iter().any(|(message, _)| message.state == DeliveryState::Delivered)
        })
    };
    while !is_told() {
        assert!(began.elapsed() < Duration::from_secs(60), "the message about {request} is never told");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// What the other tenant has: a person in the middle of enrolling, and a job.
fn neighbour(product: &Product, receiver: &Receiver, issued: &IssuedTenant) {
    let app = Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret);
    let person = app.user("the neighbour's client");
    app.start(Enrol, &person);
    let developer = Developer::new(&product.url, &issued.apikeys);
    developer.order(VAD_LATER, &receiver.url("/other"), &content(&HEART.says("other_0")));
}
