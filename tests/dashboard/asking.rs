//! What is asked once more before it is done: a job is cancelled or tried again, an opt-out is lifted. And a message that is sent again, for
//! which its button is enough.

use std::{
    thread,
    time::{Duration, Instant},
};

use reqwest::Method;
use serde_json::{Value, json};
use timbre_domain::{ids::TenantId, operator::Role};
use timbre_tests::{
    Administrator, Developer, Message, Product, Receiver, Reply, Speaker,
    developer::{VAD_LATER, content},
    form, reaching, send,
};

use super::{
    furnished::{AUDITOR, OWNER, below},
    visitor::{Visitor, forms, location, notice},
};

const HOOK: &str = "/hook";
const NOBODYS: &str = "8bdd983a-c6bd-4159-982d-6a2471406d62";
const NAME: &str = "kind=reference&name=client-7";

/// Why a form is not taken: it is not of the session; its sender may not.
const STALE: &str = "It is not of this login";
const LACKS: &str = "Your role lacks the permission";

type Field = (String, String);

/// A product that accepts jobs and does none, its tenant, and who looks at it.
struct Place {
    receiver: Receiver,
    product: Product,
    /// The admin API says how things stand.
    api: Administrator,
    tenant: TenantId,
    developer: Developer,
    owner: Visitor,
    auditor: Visitor,
}

impl Place {
    fn new() -> Self {
        let mut idle = reaching();
        idle.jobs.embedded = false;
        let (product, receiver) = (Product::with(idle), Receiver::start());
        let api = Administrator::owner(&product);
        let developer = Developer::of(&product, "acme");
        let tenant = api.get("/tenants?name=acme").items("id")[0].as_str().unwrap().parse().unwrap();
        Administrator::of_role(&product, AUDITOR, Role::Auditor);
        let [owner, auditor] = [OWNER, AUDITOR].map(|email| Visitor::logged_in(&product, email));
        Self { receiver, product, api, tenant, developer, owner, auditor }
    }

    /// A page of the tenant.
    fn page(&self, rest: &str) -> String {
        below(self.tenant, rest)
    }

    fn told(&self, rest: &str) -> Value {
        let said = self.api.get(&format!("/tenants/{}{rest}", self.tenant));
        assert_eq!(said.status, 200, "{rest}: {}", said.text);
        said.body
    }

    /// A job that waits.
    fn ordered(&self, body: &Value) -> String {
        let request = self.developer.order(VAD_LATER, &self.receiver.url(HOOK), body);
        text(&self.told(&format!("/jobs?request_id={request}"))["items"][0], "id")
    }

    fn job(&self, job: &str) -> Value {
        self.told(&format!("/jobs/{job}"))
    }

    /// What was told, or is to be, of a job's ends.
    fn messages(&self, job: &str) -> Vec<Value> {
        self.told(&format!("/jobs/{job}/messages"))["items"].as_array().unwrap().clone()
    }

    /// Has a worker do what waits, until a try of the job's message is written down.
    fn works(&self, job: &str) -> Message {
        let tries = || -> usize {
            self.messages(job).iter().map(|message| message["tries"].as_array().unwrap().len()).sum()
        };
        let before = tries();
        let _worker = self.product.beside(reaching());
        let message = self.receiver.next();
        let began = Instant::now();
        while tries() == before {
            assert!(began.elapsed() < Duration::from_secs(60), "no try of {job}'s message is written down");
            thread::sleep(Duration::from_millis(20));
        }
        message
    }

    /// Everything that could be changed here, with the tenant's trail, which tells of each change.
    fn stands(&self) -> Value {
        let jobs = self.told("/jobs");
        let messages = jobs["items"].as_array().unwrap().iter().map(|job| self.messages(&text(job, "id")));
        let messages: Vec<_> = messages.collect();
        let (opt_out, trail) = (self.told(&format!("/opt-out?{NAME}")), self.told("/audit?limit=200"));
        json!([jobs, messages, opt_out, trail])
    }

    #[track_caller]
    fn nothing_changes<T>(&self, meanwhile: impl FnOnce() -> T) -> T {
        let before = self.stands();
        let came = meanwhile();
        assert_eq!(self.stands(), before, "something was changed");
        came
    }

    /// A page offers it to whoever may, and to nobody else.
    #[track_caller]
    fn is_offered(&self, page: &str, path: &str) {
        let [owner, auditor] = [&self.owner, &self.auditor].map(|who| who.get(page));
        assert_eq!((owner.status, auditor.status), (200, 200), "{page}");
        assert!(owner.body.contains(path), "{page} does not offer {path}: {}", owner.body);
        assert!(!auditor.body.contains(path), "{page} offers {path} to an auditor: {}", auditor.body);
    }

    /// The page that asks says all of this, is not for whoever may not, and changes nothing. Gives what its form has.
    #[track_caller]
    fn asks(&self, path: &str, says: &[&str]) -> Vec<Field> {
        let page = self.nothing_changes(|| {
            is(&self.auditor.get(path), 403, LACKS);
            self.owner.get(path)
        });
        for words in says {
            is(&page, 200, words);
        }
        form_to(&page, path.split('?').next().unwrap())
    }

    /// The form without its token, and by whoever may not with a token of their own.
    #[track_caller]
    fn is_refused(&self, path: &str, fields: &[Field]) {
        let bare: Vec<Field> = fields.iter().filter(|(name, _)| name != "csrf").cloned().collect();
        assert_eq!(bare.len() + 1, fields.len(), "the form of {path} has one token");
        let theirs = [vec![("csrf".to_owned(), self.auditor.token())], bare.clone()].concat();
        self.nothing_changes(|| {
            is(&posted(&self.owner, path, &bare), 403, STALE);
            is(&posted(&self.auditor, path, &theirs), 403, LACKS);
        });
    }

    /// The form as its page has it: it leads on, to where it is said that it was done.
    #[track_caller]
    fn is_done(&self, path: &str, fields: &[Field], to: &str, notice: &str) {
        let reply = posted(&self.owner, path, fields);
        let leads = location(&reply);
        assert!(
            reply.status == 303 && leads.starts_with(to),
            "{path}: {} {leads} {}",
            reply.status,
            reply.body
        );
        is(&self.owner.get(&leads), 200, notice);
    }

    /// Asked for and sent where it does not apply: it is said why, and nothing is done.
    #[track_caller]
    fn is_turned_down(&self, path: &str, fields: &[Field], status: u16, why: &str) {
        self.nothing_changes(|| {
            is(&self.owner.get(path), status, why);
            is(&posted(&self.owner, path, fields), status, why);
        });
    }

    /// Asked for and sent once it does not apply any more: both lead to how things stand, which says so, and nothing is done.
    #[track_caller]
    fn comes_too_late(&self, path: &str, fields: &[Field], to: &str, why: &str) {
        let is_told = |reply: &Reply| {
            assert_eq!((reply.status, location(reply).as_str()), (303, to), "{}", reply.body);
            is(&self.owner.get(to), 200, why);
        };
        self.nothing_changes(|| {
            is_told(&self.owner.get(path));
            is_told(&posted(&self.owner, path, fields));
        });
    }
}

/// Whether this is a reply of this status that says so.
#[track_caller]
fn is(reply: &Reply, status: u16, words: &str) {
    assert!(
        reply.status == status && reply.body.contains(words),
        "{}, not {status} and {words:?}: {}",
        reply.status,
        reply.body
    );
}

fn text(of: &Value, field: &str) -> String {
    of[field].as_str().unwrap_or_else(|| panic!("no {field}: {of}")).to_owned()
}

fn posted(who: &Visitor, path: &str, fields: &[Field]) -> Reply {
    send(form(who.request(Method::POST, path), fields))
}

/// What stands in the form of a page that is sent there.
#[track_caller]
fn form_to(page: &Reply, path: &str) -> Vec<Field> {
    let found = forms(&page.body).into_iter().find(|(action, _)| action == path);
    found.unwrap_or_else(|| panic!("no form for {path}: {}", page.body)).1
}

/// What a job can hear.
fn speech() -> Value {
    content(&Speaker("af_heart").says("other_0"))
}

#[test]
fn a_job_is_cancelled_once_by_whoever_may_from_a_page_that_says_what_is_lost() {
    let place = Place::new();
    let job = place.ordered(&speech());
    let page = place.page(&format!("/jobs/{job}"));
    let cancel = format!("{page}/cancel");
    place.is_offered(&page, &cancel);
    let fields = place.asks(
        &cancel,
        &[
            "Cancel this job?",
            &text(&place.job(&job), "request_id"),
            "Nothing was heard of it yet",
            "Its recording is destroyed here",
            "Its webhook is told that it was cancelled",
            "This cannot be taken back",
        ],
    );
    place.is_refused(&cancel, &fields);
    let nobodys = place.page(&format!("/jobs/{NOBODYS}/cancel"));
    place.is_turned_down(&nobodys, &fields, 404, "There is no such job");

    place.is_done(&cancel, &fields, &page, "The job is cancelled.");
    assert_eq!(place.job(&job)["state"], "Cancelled");
    assert_eq!(place.messages(&job).len(), 1, "its webhook is to be told");
    place.comes_too_late(&cancel, &fields, &page, "The job had ended already: nothing was cancelled.");
    assert!(!place.owner.get(&page).body.contains(&cancel), "it is offered still");
}

#[test]
fn a_job_that_ended_meanwhilesomebody_was_asked_stays_as_it_ended() {
    let place = Place::new();
    let job = place.ordered(&speech());
    let page = place.page(&format!("/jobs/{job}"));
    let fields = place.asks(&format!("{page}/cancel"), &["Cancel this job?"]);
    place.works(&job);
    assert_eq!(place.job(&job)["state"], "Completed");
    place.comes_too_late(&format!("{page}/cancel"), &fields, &page, "nothing was cancelled.");
    place.comes_too_late(&format!("{page}/retry"), &fields, &page, "Only a job that failed is tried again");
    assert_eq!(place.job(&job)["state"], "Completed");
}

#[test]
fn a_failed_job_is_tried_again_by_whoever_may_from_a_page_that_says_what_will_not_be_sent() {
    let place = Place::new();
    // What it failed of is not taken by its receiver, and would be sent again.
    place.receiver.answers(HOOK, &[500]);
    let job = place.ordered(&json!({"url": place.receiver.url("/nowhere.wav")}));
    place.works(&job);
    assert_eq!(place.job(&job)["state"], "Failed");
    let message = &place.messages(&job)[0];
    assert_eq!(message["state"], "Pending");
    let page = place.page(&format!("/jobs/{job}"));
    let (retry, replay) =
        (format!("{page}/retry"), place.page(&format!("/messages/{}/replay", text(message, "id"))));
    let to_replay = form_to(&place.owner.get(&page), &replay);

    place.is_offered(&page, &retry);
    let fields = place.asks(
        &retry,
        &[
            "Try this job again?",
            &text(&place.job(&job), "request_id"),
            "It begins anew, and its webhook is told of its new end.",
            "1 message of the end that it had, not taken yet, will never be sent again.",
        ],
    );
    place.is_refused(&retry, &fields);
    let nobodys = place.page(&format!("/jobs/{NOBODYS}/retry"));
    place.is_turned_down(&nobodys, &fields, 404, "There is no such job");

    place.is_done(&retry, &fields, &page, "The job will be tried again.");
    assert_eq!(place.job(&job)["state"], "Queued");
    assert_eq!(place.messages(&job)[0]["state"], "Dropped");
    place.comes_too_late(&retry, &fields, &page, "nothing was begun anew.");
    // What was offered before, of an end that is none any more.
    place.nothing_changes(|| is(&posted(&place.owner, &replay, &to_replay), 404, "There is no such message"));
}

#[test]
fn a_message_is_sent_again_by_whoever_may_under_the_id_that_it_had() {
    let place = Place::new();
    let job = place.ordered(&speech());
    let first = place.works(&job);
    let message = &place.messages(&job)[0];
    assert_eq!(message["state"], "Delivered");
    let page = place.page(&format!("/jobs/{job}"));
    let replay = place.page(&format!("/messages/{}/replay", text(message, "id")));
    place.is_offered(&page, &replay);
    let fields = place.nothing_changes(|| form_to(&place.owner.get(&page), &replay));
    place.is_refused(&replay, &fields);
    let nobodys = place.page(&format!("/messages/{NOBODYS}/replay"));
    place.nothing_changes(|| is(&posted(&place.owner, &nobodys, &fields), 404, "There is no such message"));

    place.is_done(&replay, &fields, &page, "The message will be sent again.");
    assert_eq!(place.messages(&job)[0]["state"], "Pending");
    let again = place.works(&job);
    assert_eq!((again.header("webhook-id"), &again.body), (first.header("webhook-id"), &first.body));

    // It is of one job only.
    let other = place.ordered(&speech());
    for (job, why) in [(NOBODYS, "There is no such job"), (other.as_str(), "There is no such message")] {
        let mut of_another = fields.clone();
        of_another.iter_mut().filter(|(name, _)| name == "job").for_each(|(_, of)| job.clone_into(of));
        place.nothing_changes(|| is(&posted(&place.owner, &replay, &of_another), 404, why));
    }
}

#[test]
fn an_opt_out_is_lifted_by_whoever_may_from_a_page_that_says_what_follows() {
    let place = Place::new();
    let opted_out = || place.told(&format!("/opt-out?{NAME}"))["opted_out"].clone();
    assert_eq!(place.api.put(&format!("/tenants/{}/opt-out?{NAME}", place.tenant), &json!({})).status, 200);
    let (page, lift) = (place.page(&format!("/opt-out?{NAME}")), place.page("/opt-out/lift"));
    let asked = format!("{lift}?{NAME}");
    place.is_offered(&page, &lift);
    let fields = place.asks(
        &asked,
        &[
            "Lift this opt-out?",
            "client-7",
            "They may be made known again",
            "What was erased does not come back.",
        ],
    );
    place.is_refused(&lift, &fields);
    let nobodys = asked.replace(&place.tenant.to_string(), NOBODYS);
    place.is_turned_down(&nobodys, &fields, 404, "There is no such tenant");
    let wrong = place.nothing_changes(|| place.owner.get(&format!("{lift}?kind=person&name=client-7")));
    is(&wrong, 422, "This is no name of that kind.");
    assert_eq!(opted_out(), true);

    place.is_done(&lift, &fields, &page, "The opt-out is lifted.");
    assert_eq!(opted_out(), false);
    // There is nothing to ask about: how it stands is said. Sent all the same, it lifts nothing, and says of nothing that it was done.
    place.nothing_changes(|| {
        for reply in [place.owner.get(&asked), posted(&place.owner, &lift, &fields)] {
            assert_eq!((reply.status, location(&reply), notice(&reply)), (303, page.clone(), None));
        }
    });
    is(&place.owner.get(&page), 200, "nobody opted out under it");
}
