//! Operations that answer in several shapes: each shape is brought about, and called by a word. In the documents it is an example of that name.

use reqwest::{
    Method,
    blocking::{RequestBuilder, multipart::Form},
};
use timbre_tests::{
    Asked, Person,
    Purpose::{self, Adapt, Enrol, Verify},
    Reply,
    developer::STATUS,
    encoded, exchanged, form, send, sound, voice_path, wav_part,
};
use timbre_voices::wav;

use super::exchanges::whole;
use crate::isolation::world::World;

/// Digits enough for a voice to be told by, where no code is asked for.
const AT_LENGTH: [&str; 4] = ["0653192847", "9182736450", "5647382910", "1357924680"];

/// What a recording is answered that does not end its dialogue.
const GOES_ON: &str = "AUDIO_SUBMITTED_WITH_SUCCESS";

/// The id of an operation, a word, and the exchange.
pub type Shown = (String, &'static str, (Asked, Reply));

/// Every shape of every such operation.
pub fn shown(world: &World) -> Vec<Shown> {
    let mut several = Several { world, shown: Vec::new() };
    several.dialogues();
    several.attempts();
    several.pending();
    several.users();
    several.jobs();
    several.shown
}

struct Several<'a> {
    world: &'a World,
    shown: Vec<Shown>,
}

impl Several<'_> {
    fn call(&mut self, id: &str, word: &'static str, request: RequestBuilder) -> &Reply {
        self.shown.push((id.to_owned(), word, exchanged(whole(request))));
        &self.shown[self.shown.len() - 1].2.1
    }

    /// 1.0: a code is asked for, a recording is refused or taken, and the dialogue ends well or not.
    fn dialogues(&mut self) {
        let (application, heart) = (self.world.application(), Person::english("af_heart"));
        let [enrolled, another] = ["of dialogues", "of none"].map(|reference| application.user(reference));
        for (purpose, id) in
            [(Enrol, "enrollVoice_1_0"), (Verify, "verifyVoice_1_0"), (Adapt, "adaptVoice_1_0")]
        {
            let path = |user: &str| application.post(&voice_path(purpose, user));
            let said = |user: &str, wav| path(user).multipart(recording(wav));
            self.call(id, "begun", path(&enrolled));
            let mut code = self.call(id, "refused", said(&enrolled, silence())).code();
            let mut taken = None;
            let done = loop {
                let spoken = exchanged(whole(said(&enrolled, heart.says(&code))));
                if spoken.1.message() != GOES_ON {
                    break spoken;
                }
                code = spoken.1.code();
                taken = Some(spoken);
            };
            assert!(done.1.message().ends_with("_WITH_SUCCESS"), "{}", done.1.body);
            // Where a voice is verified one code may be enough.
            if purpose == Enrol {
                self.shown.extend(taken.map(|taken| (id.to_owned(), "taken", taken)));
            }
            self.shown.push((id.to_owned(), "done", done));
            // A voice that is enrolled is not enrolled again.
            let user = if purpose == Enrol { &another } else { &enrolled };
            send(path(user));
            (0..2).for_each(|_| _ = send(said(user, silence())));
            let failed = self.call(id, "failed", said(user, silence()));
            assert!(failed.message().ends_with("_FAILED"), "{}", failed.body);
        }
    }

    /// 1.1: the same without codes.
    fn attempts(&mut self) {
        let application = self.world.application();
        let [heart, fenrir] = ["af_heart", "am_fenrir"].map(Person::english);
        let [enrolled, another] = ["of attempts", "of no attempts"].map(|name| application.user(name));
        let path = |purpose: Purpose, user: &str| {
            application.post(&voice_path(purpose, user).replace("/1.0/", "/1.1/"))
        };
        let said = |purpose, user: &str, wav| path(purpose, user).multipart(recording(wav));
        let (enrol, verify) = ("enrollVoice_1_1", "verifyVoice_1_1");
        self.call(enrol, "begun", path(Enrol, &enrolled));
        self.call(enrol, "taken", said(Enrol, &enrolled, heart.says(AT_LENGTH[0])));
        self.call(enrol, "refused", said(Enrol, &enrolled, silence()));
        send(said(Enrol, &enrolled, heart.says(AT_LENGTH[1])));
        self.call(enrol, "done", said(Enrol, &enrolled, heart.says(AT_LENGTH[2])));
        self.call(verify, "done", said(Verify, &enrolled, heart.says(AT_LENGTH[3])));
        self.call(verify, "refused", said(Verify, &enrolled, silence()));
        self.call(verify, "failed", said(Verify, &enrolled, fenrir.says(AT_LENGTH[3])));
        send(path(Enrol, &another));
        (0..2).for_each(|_| _ = send(said(Enrol, &another, silence())));
        self.call(enrol, "failed", said(Enrol, &another, silence()));
    }

    /// What goes on: nothing, a dialogue with its code, or attempts without.
    fn pending(&mut self) {
        let application = self.world.application();
        for (version, id) in [("1.0", "pendingVoice_1_0"), ("1.1", "pendingVoice_1_1")] {
            let user = application.user(&format!("of {version}"));
            let path = format!("/api/{version}/users/{user}/voice/is-pending");
            let asked = || application.request(Method::GET, &path);
            self.call(id, "nothing", asked());
            application.start(Enrol, &user);
            self.call(id, "dialogue", asked());
            application.attempt(Enrol, &user, None);
            self.call(id, "attempts", asked());
        }
    }

    /// A user who is new, or whose device is known; somebody whom a device leads to, and nobody.
    fn users(&mut self) {
        let application = self.world.application();
        let versions = [
            ("1.0", "createUser_1_0", "findUserByAddress_1_0", "02:00:00:00:bb:00"),
            ("1.1", "createUser_1_1", "findUserByAddress_1_1", "02:00:00:00:bb:01"),
        ];
        for (version, create, find, device) in versions {
            let base = format!("/api/{version}/users");
            let found = |device: &str| {
                let asked = encoded(&[("mac_address", device)]);
                application.request(Method::GET, &format!("{base}/find-by-address?{asked}"))
            };
            self.call(find, "nobody", found(device));
            let reference = format!("your-reference-{version}");
            let names = [("reference_id", reference.as_str()), ("mac_address", device)];
            self.call(create, "new", form(application.post(&base), &names));
            self.call(create, "known", form(application.post(&base), &names[1..]));
            self.call(find, "found", found(device));
        }
    }

    /// A job that is over, one that failed, and one that is under way.
    fn jobs(&mut self) {
        let (world, developer) = (self.world, self.world.developer());
        let [done, open] = world.owners.each_ref().map(|ids| ids.request.as_str());
        for (word, request) in [("completed", done), ("failed", world.failed.as_str()), ("running", open)] {
            self.call("jobStatus", word, developer.request(Method::GET, STATUS, &[("request_id", request)]));
        }
    }
}

fn recording(wav: Vec<u8>) -> Form {
    Form::new().part("audio", wav_part(wav))
}

/// A recording that does not serve, and is no voice.
fn silence() -> Vec<u8> {
    wav(&sound::silence(3.0))
}
