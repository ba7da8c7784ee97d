//! Somebody at the pages, with a browser that is in no hurry: how long each page's first byte takes.

use std::path::Path;
use std::time::{Duration, Instant};

use reqwest::blocking::{Client, Response};
use reqwest::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::Value;

use crate::failure::Failure;
use crate::server::Server;

const FORM: &str = "application/x-www-form-urlencoded";

/// No page takes as long.
const REPLY_LIMIT: Duration = Duration::from_secs(60);

/// One who looks. Clones share connections.
#[derive(Clone)]
pub(super) struct Visitor {
    http: Client,
    url: String,
    cookie: Option<String>,
}

/// What somebody asks for, and where.
pub(super) enum Request {
    Page(String),
    /// A part of a page, as its script asks for it.
    Part(String),
    /// What a form is answered with, as it is sent.
    Form(String, String),
}

impl Request {
    pub(super) fn address(&self) -> &str {
        match self {
            Self::Page(address) | Self::Part(address) | Self::Form(address, _) => address,
        }
    }
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
        let reply = login.header(CONTENT_TYPE, FORM).body(form).send()?;
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
        self.ask(&Request::Page(path.to_owned()))
    }

    /// Asks for it. It must come: a form that were saved would lead elsewhere.
    pub(super) fn ask(&self, request: &Request) -> Result<Page, Failure> {
        let address = format!("{}{}", self.url, request.address());
        let mut asking = match request {
            Request::Page(_) => self.http.get(address),
            Request::Part(_) => self.http.get(address).header("hx-request", "true"),
            Request::Form(_, fields) => {
                self.http.post(address).header(CONTENT_TYPE, FORM).body(fields.clone())
            }
        };
        if let Some(cookie) = &self.cookie {
            asking = asking.header(COOKIE, cookie);
        }
        let begun = Instant::now();
        let reply: Response = asking.send()?;
        let (first_byte, status) = (begun.elapsed(), reply.status());
        let body = reply.text()?;
        match status.as_u16() {
            200 => Ok(Page { first_byte, body }),
            _ => Err(Failure::new(format!("{}: {status}", request.address()))),
        }
    }

    /// The form of a page that is sent to where the page is, with these texts in the fields of these names.
    pub(super) fn form(&self, path: &str, typed: &[(&str, &str)]) -> Result<Request, Failure> {
        let fields = self.get(path)?.fields(path, typed);
        let fields = fields.ok_or_else(|| Failure::new(format!("{path} has no form")))?;
        Ok(Request::Form(path.to_owned(), fields))
    }
}

impl Page {
    /// Where the list that is on it goes on.
    pub(super) fn older(&self) -> Option<String> {
        let before = self.body.find("rel=\"next\"")?;
        let (_, address) = self.body[..before].rsplit_once("href=\"")?;
        Some(address.split('"').next()?.replace("&#38;", "&").replace("&amp;", "&"))
    }

    /// What its form for `to` sends with these texts typed. Fields of several lines are left out: in the policies that are seeded nothing stands there.
    fn fields(&self, to: &str, typed: &[(&str, &str)]) -> Option<String> {
        let (_, form) = self.body.split_once(&format!("<form method=\"post\" action=\"{to}\""))?;
        let form = form.split("</form>").next()?;
        let inputs = form.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        let sent = inputs.filter(|tag| !tag.contains("type=\"checkbox\"") || tag.contains(" checked"));
        let fields = sent.filter_map(|tag| {
            let name = attribute(tag, "name")?;
            let typed = typed.iter().find(|(field, _)| *field == name).map(|(_, text)| *text);
            let text = typed.or_else(|| attribute(tag, "value")).unwrap_or_default();
            Some(format!("{}={}", encoded(name), encoded(text)))
        });
        Some(fields.collect::<Vec<_>>().join("&"))
    }
}

/// What an attribute of a tag says. Nothing in our forms' values is written otherwise in HTML.
fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next()
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
    fn a_form_is_sent_as_it_stands_but_for_what_is_typed() {
        let body = r#"<form method="post" action="/logout"><input type="hidden" name="csrf" value="0"></form>
            <form method="post" action="/policy" class="fields"><input type="hidden" name="csrf" value="1f">
            <input type="checkbox" id="a" name="a" value="on" aria-describedby="a-says" checked> A
            <input type="checkbox" name="b" value="on"> B <input id="days" name="days" value="">
            <input id="level" name="level" value="-50"><textarea name="phrases"></textarea></form>"#;
        let page = Page { first_byte: Duration::ZERO, body: body.to_owned() };
        let sent = page.fields("/policy", &[("days", "30")]);
        assert_eq!(sent.as_deref(), Some("csrf=1f&a=on&days=30&level=-50"));
        assert_eq!(page.fields("/elsewhere", &[]), None);
    }

    #[test]
    fn what_means_something_in_a_form_is_written_otherwise() {
        assert_eq!(encoded("ann+b@example.org"), "ann%2Bb%40example.org");
    }
}
