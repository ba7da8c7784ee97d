//! Somebody who calls the admin API.

use std::time::Duration;

use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
    header::HeaderMap,
};
use serde_json::{Value, json};
use timbre_domain::{ids::TenantId, operator::Role};
use timbre_engine::NewOperator;
use zeroize::Zeroizing;

use crate::{Product, Reply, send};

/// The password of every operator of a test.
pub const PASSWORD: &str = "correct horse battery staple";

/// A caller with a bearer token, or without.
#[derive(Clone)]
pub struct Administrator {
    url: String,
    http: Client,
    pub token: Option<String>,
    /// What continues the login.
    pub refresh_token: String,
}

/// What was answered.
pub struct Said {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Value,
    pub text: String,
}

impl Administrator {
    /// Nobody yet.
    pub fn nobody(product: &Product) -> Self {
        let http = Client::builder().no_proxy().timeout(Duration::from_secs(240)).build().unwrap();
        Self { url: product.url.clone(), http, token: None, refresh_token: String::new() }
    }

    /// A new owner who has logged in.
    pub fn owner(product: &Product) -> Self {
        Self::of_role(product, "owner@example.org", Role::Owner)
    }

    /// A new operator of this role who has logged in.
    pub fn of_role(product: &Product, email: &str, role: Role) -> Self {
        let by = product.engine.at_the_command_line();
        let password = Some(Zeroizing::new(PASSWORD.to_owned()));
        let new = NewOperator { email: email.to_owned(), name: "Somebody".to_owned(), role, password };
        product.block_on(product.engine.create_operator(&by, new, None, |_, _| Ok(Value::Null))).unwrap();
        Self::nobody(product).logged_in(email, PASSWORD)
    }

    /// The same caller, logged in.
    pub fn logged_in(&self, email: &str, password: &str) -> Self {
        let said = self.log_in(email, password);
        assert_eq!(said.status, 200, "{}", said.text);
        self.going_on(&said)
    }

    pub fn log_in(&self, email: &str, password: &str) -> Said {
        self.nameless().post("/login", &json!({"email": email, "password": password}))
    }

    pub fn refresh(&self) -> Said {
        self.nameless().post("/refresh", &json!({"refresh_token": self.refresh_token}))
    }

    /// With the tokens of this answer.
    pub fn going_on(&self, said: &Said) -> Self {
        Self {
            refresh_token: said.text_of("refresh_token"),
            ..self.with_token(&said.text_of("access_token"))
        }
    }

    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    pub fn nameless(&self) -> Self {
        Self { token: None, ..self.clone() }
    }

    /// The same caller at another server.
    pub fn at(&self, product: &Product) -> Self {
        Self { url: product.url.clone(), ..self.clone() }
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}/admin/v1{path}", self.url));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub fn get(&self, path: &str) -> Said {
        Said::of(send(self.request(Method::GET, path)))
    }

    pub fn delete(&self, path: &str) -> Said {
        Said::of(send(self.request(Method::DELETE, path)))
    }

    pub fn post(&self, path: &str, body: &Value) -> Said {
        Said::of(send(self.request(Method::POST, path).json(body)))
    }

    pub fn patch(&self, path: &str, body: &Value) -> Said {
        Said::of(send(self.request(Method::PATCH, path).json(body)))
    }

    pub fn put(&self, path: &str, body: &Value) -> Said {
        Said::of(send(self.request(Method::PUT, path).json(body)))
    }

    /// A call that makes something, under an idempotency key.
    pub fn post_once(&self, path: &str, key: &str, body: &Value) -> Said {
        Said::of(send(self.request(Method::POST, path).header("idempotency-key", key).json(body)))
    }

    /// Makes a tenant, and gives its id.
    pub fn tenant(&self, name: &str) -> TenantId {
        let said = self.post("/tenants", &json!({"name": name, "language": "en"}));
        assert_eq!(said.status, 201, "{}", said.text);
        said.text_of("id").parse().unwrap()
    }
}

impl Said {
    pub fn of(reply: Reply) -> Self {
        let body = serde_json::from_str(&reply.body).unwrap_or_default();
        Self { status: reply.status, headers: reply.headers, body, text: reply.body }
    }

    pub fn text_of(&self, field: &str) -> String {
        let text = self.body[field].as_str();
        text.unwrap_or_else(|| panic!("no {field}: {} {}", self.status, self.text)).to_owned()
    }

    /// A field of each of the items.
    pub fn items(&self, field: &str) -> Vec<Value> {
        let items = self.body["items"].as_array();
        let items = items.unwrap_or_else(|| panic!("no items: {} {}", self.status, self.text));
        items.iter().map(|item| item[field].clone()).collect()
    }

    /// Whether this is the problem of this name, shaped as RFC 9457 has it.
    #[track_caller]
    pub fn is_problem(&self, status: u16, name: &str) {
        assert_eq!(
            (self.status, &self.body["type"]),
            (status, &json!(format!("/problems/{name}"))),
            "{}",
            self.text
        );
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(self.body["status"], json!(status));
        assert!(self.body["title"].is_string() && self.body["detail"].is_string(), "{}", self.text);
        let id = self.headers["x-request-id"].to_str().unwrap();
        assert_eq!(self.body["instance"], json!(format!("urn:uuid:{id}")));
    }

    /// What the answer says without what tells one request from another.
    pub fn without_instance(&self) -> (u16, Value) {
        let mut body = self.body.clone();
        if let Some(body) = body.as_object_mut() {
            body.remove("instance");
        }
        (self.status, body)
    }
}
