//! Somebody at the pages, with a browser that is in no hurry: how long each page's first byte takes.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::failure::Failure;
use crate::server::Server;

/// No page takes as long.
const REPLY_LIMIT: Duration = Duration::from_secs(60);

/// One who looks. Clones share connections.
#[derive(Clone)]
pub(super) struct Visitor {
    http: Client,
    url: String,
    cookie: Option<String>,
}

/// A page that came.
pub(super) struct Page {
    pub(super) first_byte: Duration,
    body: String,
}

impl Visitor {
    /// Nobody yet.
    pub(super) fn nobody(server: &Server) -> Result<Self, Failure> {
        let http = Client::builder().no_proxy().redirect(Policy::none()).timeout(REPLY_LIMIT).build()?;
        Ok(Self { http, url: server.base_url().to_owned(), cookie: None })
    }

    /// Somebody who logs in.
    pub(super) fn logged_in(server: &Server, email: &str, password: &str) -> Result<Self, Failure> {
        let nobody = Self::nobody(server)?;
        let form = format!("email={}&password={}", encoded(email), encoded(password));
        let login = nobody.http.post(format!("{}/dashboard/login", nobody.url));
        let reply = login.header(CONTENT_TYPE, "application/x-www-form-urlencoded").body(form).send()?;
        let cookie = reply.headers().get(SET_COOKIE).and_then(|cookie| cookie.to_str().ok());
        let cookie = cookie.and_then(|cookie| cookie.split(';').next()).map(str::to_owned);
        match cookie {
            Some(cookie) => Ok(Self { cookie: Some(cookie), ..nobody }),
            None => Err(Failure::new(format!("{email} is not let in: {}", reply.status()))),
        }
    }

    /// The same, at a server that took the other's place.
    pub(super) fn at(&self, server: &Server) -> Self {
        Self { url: server.base_url().to_owned(), ..self.clone() }
    }

    /// Asks for a page, which must be there.
    pub(super) fn get(&self, path: &str) -> Result<Page, Failure> {
        let mut request = self.http.get(format!("{}{path}", self.url));
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        let begun = Instant::now();
        let reply: Response = request.send()?;
        let (first_byte, status) = (begun.elapsed(), reply.status());
        let body = reply.text()?;
        match status.as_u16() {
            200 => Ok(Page { first_byte, body }),
            _ => Err(Failure::new(format!("{path}: {status}"))),
        }
    }
}

impl Page {
    /// Where the list that is on it goes on.
    pub(super) fn older(&self) -> Option<String> {
        let before = self.body.find("rel=\"next\"")?;
        let (_, address) = self.body[..before].rsplit_once("href=\"")?;
        Some(address.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
    }
}

/// The demo's owner: e-mail address and password.
pub(super) fn owner(data: &Path) -> Result<(String, String), Failure> {
    let path = data.join("demo.json");
    let text = std::fs::read_to_string(&path).map_err(|error| Failure::at(&path, error))?;
    let demo: Value = serde_json::from_str(&text)?;
    let word = |name: &str| demo["operator"][name].as_str().map(str::to_owned);
    let both = word("email").zip(word("password"));
    both.ok_or_else(|| Failure::at(&path, "there is no owner in it"))
}

/// As a form or an address has it.
pub(super) fn encoded(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_where_its_list_goes_on() {
        let page = |body: &str| Page { first_byte: Duration::ZERO, body: body.to_owned() };
        let list = r#"<nav><a href="/a">Newest</a> <a href="/a?b=1&#38;after=0f" rel="next">Older</a></nav>"#;
        assert_eq!(page(list).older().as_deref(), Some("/a?b=1&after=0f"));
        assert_eq!(page("<a href=\"/a\">Newest</a>").older(), None);
    }

    #[test]
    fn what_means_something_in_a_form_is_written_otherwise() {
        assert_eq!(encoded("ann+b@example.org"), "ann%2Bb%40example.org");
    }
}
