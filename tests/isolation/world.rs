//! Two tenants. The owner has people, enrolled and not, profiles of all kinds, speakers, jobs done and open, and dialogues under way; the
//! neighbour has valid credentials, and a profile and a speaker of its own.

use std::time::{Duration, Instant};

use reqwest::blocking::Client;
use serde_json::{Value, json};
use timbre_domain::usage::month;
use timbre_engine::{AuditFilter, Chain, IssuedTenant};
use timbre_tests::{
    Application, Developer, Person, Product,
    Purpose::{Enrol, Verify},
    Receiver, Speaker, Subscriber,
    developer::{LIST, VAD_LATER, content},
    encoded, form, reaching, send,
    subscriber::{Base, Identification, TextDependent, V2_0, V2021, profiles},
};

use super::{
    calls::{kind, some_speech},
    credentials::{Credential, Keys, Stranger, keys, strangers},
    documents::Operation,
    ids::{Ids, Told},
    rows::{About, Brings, Row},
};

pub const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");
/// Digits enough for a voice to be told by.
const DIGITS: &str = "0653192847";

pub struct World {
    pub product: Product,
    pub receiver: Receiver,
    pub http: Client,
    /// The owner's ids: of what is complete, and of what is begun.
    pub owners: [Ids; 2],
    /// The request id of a job of the owner's that failed.
    pub failed: String,
    /// A user whose voice is enrolled, for what ends an enrolment a second time.
    second_user: String,
    /// The neighbour's own profile and speaker.
    neighbours: (String, String),
    owner: Keys,
    neighbour: Keys,
    revoked: Keys,
    /// Digits, spoken by whoever is enrolled.
    pub digits: Vec<u8>,
}

impl World {
    pub fn begin() -> Self {
        let mut setup = reaching();
        // Its jobs stay open; one is done by another process.
        setup.jobs.embedded = false;
        let (product, receiver) = (Product::with(setup), Receiver::start());
        let issue = |name| product.block_on(product.engine.create_tenant(name, "en")).unwrap();
        let [owner, neighbour, former] = ["acme", "other", "former"].map(issue);
        let revoked = keys(&former);
        revoke_everything(&product, "former");
        let (owners, failed, second_user) = furnish(&product, &receiver, &owner);
        let url = &product.url;
        let subscriber = Subscriber::new(url, &neighbour.subscription_keys);
        let developer = Developer::new(url, &neighbour.apikeys);
        let neighbours = (identifiable(&subscriber, MICHAEL), "neighbours_own".to_owned());
        developer.enrolled(&neighbours.1, &MICHAEL.free(&[0, 1]));
        let http = Client::builder().no_proxy().build().unwrap();
        let digits = Person::english("af_heart").says(DIGITS);
        let (owner, neighbour) = (keys(&owner), keys(&neighbour));
        Self {
            product,
            receiver,
            http,
            owners,
            failed,
            second_user,
            neighbours,
            owner,
            neighbour,
            revoked,
            digits,
        }
    }

    /// What each of the owner's ids is compared with.
    pub fn pairs(&self) -> impl Iterator<Item = (Ids, Ids)> {
        self.owners.iter().enumerate().map(|(number, ids)| (ids.clone(), ids.nobodys(number)))
    }

    /// These, behind the neighbour's own.
    pub fn listed_with(&self, ids: &Ids) -> Ids {
        Ids { beside: Some(self.neighbours.clone()), ..ids.clone() }
    }

    pub fn owner(&self, contract: &str) -> Credential {
        self.owner[contract].clone()
    }

    pub fn neighbour(&self, contract: &str) -> Credential {
        self.neighbour[contract].clone()
    }

    /// Everybody who is not let in to this contract.
    pub fn strangers(&self, contract: &str) -> Vec<Stranger> {
        strangers(contract, &self.owner, &self.neighbour, &self.revoked)
    }

    /// Ids of the owner's that its own call can name with success.
    pub fn own(&self, operation: &Operation, row: &Row) -> Ids {
        let mut ids = self.owners[0].clone();
        if operation.path.starts_with("/api/1.1/") {
            ids.user.clone_from(&self.second_user);
        }
        if row.about != About::Fresh {
            return ids;
        }
        let name = format!("fresh_{}", operation.id);
        match operation.contract {
            "biometrid" => {
                ids.user = self.application().user(&name);
                ids.reference = format!("{name}_reference");
                ids.device = name;
            }
            "azure" => {
                let kind = kind(operation);
                ids.profiles[kind] = self.subscriber().profile(V2_0, Base::ALL[kind]);
            }
            _ => {
                ids.request.clone_from(&name);
                if row.brings == Brings::SpeakerHeard {
                    ids.speaker = name;
                }
            }
        }
        ids
    }

    /// Everything that the owner can read of its own.
    pub fn shown_to_the_owner(&self) -> Vec<String> {
        let (application, subscriber, developer) = (self.application(), self.subscriber(), self.developer());
        let mut shown = Vec::new();
        let users = self.owners.iter().map(|ids| &ids.user).chain([&self.second_user]);
        for user in users {
            for what in ["enroll/status", "voice/is-pending"] {
                shown.push(application.get(&format!("/api/1.0/users/{user}/{what}")));
            }
        }
        for Ids { device, request, .. } in &self.owners {
            let device = encoded(&[("mac_address", device)]);
            shown.push(application.get(&format!("/api/1.0/users/find-by-address?{device}")));
            shown.push(developer.status(request));
        }
        for version in [V2_0, V2021] {
            shown.extend(Base::ALL.map(|base| subscriber.get(&profiles(version, base))));
        }
        shown.push(developer.get(LIST, &[("getAllSpeakers", "true")]));
        assert!(shown.iter().all(|reply| reply.status == 200), "the owner sees its own");
        shown.into_iter().map(|reply| reply.body).collect()
    }

    /// What the owner is billed for, and how much is told of it.
    pub fn counted_for_the_owner(&self) -> (String, usize) {
        let store = self.product.store();
        self.product.block_on(async {
            let engine = &self.product.engine;
            let tenant = engine.tenant_for_operator("acme").await.unwrap();
            let used = store.used(tenant.id, &month(engine.now())).await.unwrap();
            let told =
                store.audit_events(Chain::Tenant(tenant.id), &AuditFilter::default(), None, 1000).await;
            // That its own admin was refused something is the owner's to know.
            let told = told.unwrap().into_iter().filter(|event| event.action != "access.refused");
            (format!("{used:?}"), told.count())
        })
    }

    /// The first of the owner's ids that stands in what somebody else was told.
    pub fn seen_of_the_owner(&self, told: &Told) -> Option<String> {
        let text = format!("{told:?}");
        let ids = self.owners.iter().flat_map(Ids::each).map(|(_, id)| id);
        ids.chain([self.second_user.as_str()]).find(|id| text.contains(id)).map(str::to_owned)
    }

    pub fn application(&self) -> Application {
        let (key, secret) = self.owner["biometrid"].parts().unwrap();
        Application::new(&self.product.url, key, secret)
    }

    fn subscriber(&self) -> Subscriber {
        let key = self.owner["azure"].whole().unwrap();
        Subscriber::new(&self.product.url, &[&key, &key])
    }

    pub fn developer(&self) -> Developer {
        let key = self.owner["deepaffects"].whole().unwrap();
        Developer::new(&self.product.url, &[&key, &key])
    }
}

fn identifiable(subscriber: &Subscriber, who: Speaker) -> String {
    let id = subscriber.profile(V2_0, Identification);
    let reply = subscriber.enrol(V2_0, Identification, &id, who.free(&[0, 1]));
    assert_eq!(reply.json()["enrollmentStatus"], "Enrolled", "{}", reply.body);
    id
}

/// Revokes every credential of a tenant.
fn revoke_everything(product: &Product, tenant: &str) {
    product.block_on(async {
        let tenant = product.engine.tenant_for_operator(tenant).await.unwrap();
        for credential in product.engine.credentials(&tenant).await.unwrap() {
            product.engine.revoke_credential(&tenant, credential.id).await.unwrap();
        }
    });
}

/// Gives the owner everything that a tenant can have.
fn furnish(product: &Product, receiver: &Receiver, issued: &IssuedTenant) -> ([Ids; 2], String, String) {
    let url = &product.url;
    let application = Application::new(url, &issued.biometrid.key, &issued.biometrid.secret);
    let subscriber = Subscriber::new(url, &issued.subscription_keys);
    let developer = Developer::new(url, &issued.apikeys);
    let heart = Person::english("af_heart");
    let references = [0, 1].map(|number| format!("owners-reference-{number}"));
    let devices = [0, 1].map(|number| format!("02:00:00:00:aa:0{number}"));
    let [enrolled, newcomer] = [0, 1].map(|number: usize| {
        let named = [("reference_id", &references[number]), ("mac_address", &devices[number])];
        send(form(application.post("/api/1.0/users"), &named)).text("id")
    });
    let second = application.user("second");
    for user in [&enrolled, &second] {
        assert_eq!(application.converse(Enrol, user, &heart).body, timbre_tests::ENROLLED);
    }
    application.start(Verify, &enrolled);
    let start = application.start(Enrol, &newcomer);
    application.speak(Enrol, &newcomer, heart.says(&start.code()));

    let begun = Base::ALL.map(|base| subscriber.profile(V2_0, base));
    let complete = Base::ALL.map(|base| match base {
        TextDependent => {
            let id = subscriber.profile(V2_0, base);
            (0..3).for_each(|take| _ = subscriber.enrol(V2_0, base, &id, HEART.passport(take)));
            id
        }
        base => {
            let id = subscriber.profile(V2_0, base);
            subscriber.enrol(V2_0, base, &id, HEART.free(&[0, 1]));
            id
        }
    });
    for (base, id) in Base::ALL.iter().zip(&complete) {
        let shown = subscriber.show(V2_0, *base, id);
        assert_eq!(shown.json()["enrollmentStatus"], "Enrolled", "{}", shown.body);
    }
    let speakers = [0, 1].map(|number| format!("owners_speaker_{number}"));
    developer.enrolled(&speakers[0], &HEART.free(&[0, 1]));
    assert_eq!(developer.enroll(&speakers[1], &some_speech()).status, 200);

    let order = || developer.order(VAD_LATER, &receiver.url("/hook"), &content(&HEART.says("other_0")));
    let done = order();
    let nowhere = json!({"url": receiver.url("/nowhere.wav")});
    let failed = developer.order(VAD_LATER, &receiver.url("/hook"), &nowhere);
    let worker = product.beside(reaching());
    for request in [&done, &failed] {
        receiver.next();
        // That it came is written down after it came.
        let is_told = || {
            product.block_on(async {
                let tenant = product.engine.tenant_for_operator("acme").await.unwrap();
                let messages = product.engine.messages(&tenant, request).await.unwrap();
                messages.iter().any(|(_, tries)| !tries.is_empty())
            })
        };
        let began = Instant::now();
        while !is_told() {
            assert!(began.elapsed() < Duration::from_secs(60), "the message about {request} is never told");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
    drop(worker);
    assert_eq!(developer.status(&failed).json()["status"], "Failed");
    let requests = [done, order()];
    let states = requests.each_ref().map(|id| developer.status(id).json()["status"].clone());
    assert_eq!(states, ["Completed", "Running"].map(Value::from));

    let [first, other] =
        [(0, enrolled, complete), (1, newcomer, begun)].map(|(number, user, profiles)| Ids {
            user,
            reference: references[number].clone(),
            device: devices[number].clone(),
            profiles,
            speaker: speakers[number].clone(),
            request: requests[number].clone(),
            beside: None,
        });
    ([first, other], failed, second)
}
