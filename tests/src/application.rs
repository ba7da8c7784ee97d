//! A tenant's application: it calls the API over HTTP, and keeps cookies as a browser does.

use std::{sync::Arc, time::Duration};

use reqwest::{
    Method,
    blocking::{
        Client, RequestBuilder,
        multipart::{Form, Part},
    },
    cookie::{CookieStore, Jar},
    header::{HeaderMap, SET_COOKIE},
};
use serde_json::Value;
use timbre_domain::dialogue::Purpose;

use crate::{
    Person,
    contract::{self, Asked},
};

/// An application with its key, its secret and a cookie jar.
#[derive(Clone)]
pub struct Application {
    url: String,
    pub key: String,
    pub secret: String,
    http: Client,
    jar: Arc<Jar>,
}

impl Application {
    /// An application of the server at this address.
    pub fn new(url: &str, key: &str, secret: &str) -> Self {
        let jar = Arc::new(Jar::default());
        // The server is in this process: no proxy of the environment is asked.
        let http = Client::builder()
            .no_proxy()
            .cookie_provider(Arc::clone(&jar))
            // A hundred at once on a busy machine take their time.
            .timeout(Duration::from_secs(240))
            .build()
            .unwrap();
        Self { url: url.to_owned(), key: key.to_owned(), secret: secret.to_owned(), http, jar }
    }

    /// The same application with an empty cookie jar.
    pub fn with_an_empty_jar(&self) -> Self {
        Self::new(&self.url, &self.key, &self.secret)
    }

    /// The same application, with the same cookies, at another server.
    pub fn at(&self, url: &str) -> Self {
        Self { url: url.to_owned(), ..self.clone() }
    }

    /// This application's cookies in the hands of another tenant's.
    pub fn in_the_hands_of(&self, other: &Self) -> Self {
        Self { key: other.key.clone(), secret: other.secret.clone(), ..self.clone() }
    }

    /// Puts a cookie into the jar, as if the server had set it.
    pub fn takes_cookie(&self, cookie: &str) {
        self.jar.add_cookie_str(cookie, &self.url.parse().unwrap());
    }

    /// What the jar sends along: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let cookies = self.jar.cookies(&self.url.parse().unwrap())?;
        Some(cookies.to_str().unwrap().to_owned())
    }

    /// A request with the credentials.
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.bare(method, path)
            .header("x-biometrid-key", &self.key)
            .header("x-biometrid-secret", &self.secret)
    }

    pub fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path))
    }

    pub fn post(&self, path: &str) -> RequestBuilder {
        self.request(Method::POST, path)
    }

    pub fn delete(&self, path: &str) -> Reply {
        send(self.request(Method::DELETE, path))
    }

    /// A request without them.
    pub fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    /// Makes a user, and gives its id.
    pub fn user(&self, reference: &str) -> String {
        let reply = send(form(self.post("/api/1.0/users"), &[("reference_id", reference)]));
        assert_eq!(reply.message(), "NEW_USER_CREATED");
        reply.text("id")
    }

    /// A voice call without a file.
    pub fn start(&self, purpose: Purpose, user: &str) -> Reply {
        send(self.post(&voice_path(purpose, user)))
    }

    /// A voice call with this language and without a file.
    pub fn start_in(&self, language: &str, purpose: Purpose, user: &str) -> Reply {
        send(form(self.post(&voice_path(purpose, user)), &[("language", language)]))
    }

    /// A voice call with a WAV file.
    pub fn speak(&self, purpose: Purpose, user: &str, wav: Vec<u8>) -> Reply {
        self.submit(purpose, user, Form::new().part("audio", wav_part(wav)))
    }

    /// A voice call with this form.
    pub fn submit(&self, purpose: Purpose, user: &str, form: Form) -> Reply {
        send(self.post(&voice_path(purpose, user)).multipart(form))
    }

    /// A voice call of 1.1, with a WAV file or without.
    pub fn attempt(&self, purpose: Purpose, user: &str, wav: Option<Vec<u8>>) -> Reply {
        let path = voice_path(purpose, user).replace("/1.0/", "/1.1/");
        let request = self.post(&path);
        send(match wav {
            Some(wav) => request.multipart(Form::new().part("audio", wav_part(wav))),
            None => request,
        })
    }

    /// Lets a locked user be verified again.
    pub fn unlock(&self, user: &str) {
        let reply = send(self.post(&format!("/api/1.0/users/{user}/voice/unlock")));
        assert_eq!(reply.message(), "USER_VOICE_UNLOCKED");
    }

    /// Speaks whatever code is asked for until the dialogue is over.
    pub fn converse(&self, purpose: Purpose, user: &str, person: &Person) -> Reply {
        let mut reply = self.start(purpose, user);
        assert_eq!(reply.message(), "DIALOGUE_STARTED_WITH_SUCCESS", "{}", reply.body);
        // Three codes and three refusals at most; one more would be a dialogue that does not end.
        for _ in 0..7 {
            reply = self.speak(purpose, user, person.says(&reply.code()));
            if reply.message() != "AUDIO_SUBMITTED_WITH_SUCCESS" {
                return reply;
            }
        }
        panic!("the dialogue does not end: {}", reply.body)
    }

    /// Makes a user whom this person's voice is enrolled for.
    pub fn enrolled(&self, reference: &str, person: &Person) -> String {
        let user = self.user(reference);
        assert_eq!(self.converse(Purpose::Enrol, &user, person).body, crate::ENROLLED);
        user
    }
}

/// A reply as it came.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: String,
}

impl Reply {
    /// A text of `data`.
    pub fn text(&self, field: &str) -> String {
        let body: Value = serde_json::from_str(&self.body).unwrap_or_default();
        body["data"][field]
            .as_str()
            .unwrap_or_else(|| panic!("no {field}: {} {}", self.status, self.body))
            .to_owned()
    }

    pub fn message(&self) -> String {
        self.text("message")
    }

    pub fn code(&self) -> String {
        self.text("promptCode")
    }

    pub fn decision(&self) -> String {
        self.text("decision")
    }

    /// The whole `Set-Cookie`.
    pub fn set_cookie(&self) -> Option<&str> {
        self.headers.get(SET_COOKIE).and_then(|value| value.to_str().ok())
    }

    /// Whether this is a call turned down in exactly these words.
    #[track_caller]
    pub fn is_fault(&self, status: u16, message: &str) {
        assert_eq!((self.status, self.body.as_str()), (status, crate::fault(message).as_str()));
        assert_eq!(self.headers["content-type"], "application/json");
    }

    /// Whether this is status 200 with exactly this body.
    #[track_caller]
    pub fn is_outcome(&self, body: &str) {
        assert_eq!((self.status, self.body.as_str()), (200, body));
    }
}

/// Sends a request and reads the reply whole, which must be as its contract's document has it.
#[track_caller]
pub fn send(request: RequestBuilder) -> Reply {
    exchanged(request).1
}

/// As [`send`], with what was asked.
#[track_caller]
pub fn exchanged(request: RequestBuilder) -> (Asked, Reply) {
    let (http, request) = request.build_split();
    let request = request.unwrap();
    let asked = Asked::of(&request);
    let response = http.execute(request).unwrap();
    let reply = Reply {
        status: response.status().as_u16(),
        headers: response.headers().clone(),
        body: response.text().unwrap(),
    };
    contract::holds(&asked, &reply);
    (asked, reply)
}

/// The part that carries a WAV file.
pub fn wav_part(bytes: Vec<u8>) -> Part {
    Part::bytes(bytes).file_name("code.wav").mime_str("audio/wav").unwrap()
}

/// The route of a purpose.
pub fn voice_path(purpose: Purpose, user: &str) -> String {
    match purpose {
        Purpose::Enrol => format!("/api/1.0/users/{user}/dialogue/enroll/voice"),
        Purpose::Verify => format!("/api/1.0/users/{user}/dialogue/verify/voice"),
        // Without the word: it is so in the public pages.
        Purpose::Adapt => format!("/api/1.0/users/{user}/adapt/voice"),
    }
}

/// The request with these parameters as a form.
pub fn form<K: AsRef<str>, V: AsRef<str>>(request: RequestBuilder, parameters: &[(K, V)]) -> RequestBuilder {
    request.header("content-type", "application/x-www-form-urlencoded").body(encoded(parameters))
}

/// These parameters as they stand in a query or a form.
pub fn encoded<K: AsRef<str>, V: AsRef<str>>(parameters: &[(K, V)]) -> String {
    let url = reqwest::Url::parse_with_params("http://timbre", parameters).unwrap();
    url.query().unwrap_or_default().to_owned()
}
