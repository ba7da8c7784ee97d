//! Somebody at the pages with a browser that knows no scripts: it keeps cookies, follows links and sends forms, and no more.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use reqwest::{
    Method,
    blocking::{Client, RequestBuilder},
    cookie::{CookieStore, Jar},
    header::{CONTENT_TYPE, LOCATION, SET_COOKIE},
    redirect::Policy,
};
use timbre_tests::{PASSWORD, Product, Reply, form, send};

#[derive(Clone)]
pub struct Visitor {
    url: String,
    http: Client,
    jar: Arc<Jar>,
}

impl Visitor {
    /// Nobody yet.
    pub fn nobody(product: &Product) -> Self {
        let jar = Arc::new(Jar::default());
        let http = Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .cookie_provider(Arc::clone(&jar))
            .timeout(Duration::from_secs(120))
            .build()
            .unwrap();
        Self { url: product.url.clone(), http, jar }
    }

    /// Somebody who has logged in.
    #[track_caller]
    pub fn logged_in(product: &Product, email: &str) -> Self {
        let visitor = Self::nobody(product);
        let said = visitor.log_in(email, PASSWORD);
        assert_eq!((said.status, location(&said).as_str()), (303, "/dashboard"), "{}", said.body);
        visitor
    }

    /// Sends the form of the login.
    pub fn log_in(&self, email: &str, password: &str) -> Reply {
        self.sends("/dashboard/login", &[("email", email), ("password", password)])
    }

    /// The same browser, at another server.
    pub fn at(&self, product: &Product) -> Self {
        let there = Self::nobody(product);
        there.takes(&self.cookie().unwrap());
        there
    }

    /// Puts a cookie into the jar.
    pub fn takes(&self, cookie: &str) {
        self.jar.add_cookie_str(&format!("{cookie}; Path=/dashboard"), &self.url.parse().unwrap());
    }

    /// What is sent along with each request: `name=value`.
    pub fn cookie(&self) -> Option<String> {
        let cookies = self.jar.cookies(&format!("{}/dashboard", self.url).parse().unwrap())?;
        Some(cookies.to_str().unwrap().to_owned())
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Reply {
        send(self.request(Method::GET, path))
    }

    /// The token that forms of this session have.
    #[track_caller]
    pub fn token(&self) -> String {
        let own = self.get("/dashboard/account");
        value_of(&own.body, "csrf").unwrap_or_else(|| panic!("no token: {} {}", own.status, own.body))
    }

    /// Sends a form as it is, without what the page would add.
    #[track_caller]
    pub fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        send(form(self.request(Method::POST, path), fields))
    }

    /// Sends a form of this session.
    #[track_caller]
    pub fn posts(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        self.sends(path, &[&[("csrf", self.token().as_str())], fields].concat())
    }

    /// Every page that links lead to from these, each by its address; what is asked for behind a question mark, three times for a page at most.
    #[track_caller]
    pub fn all_pages(&self, from: &[&str]) -> Vec<(String, Reply)> {
        let mut waiting: Vec<String> = from.iter().map(|path| (*path).to_owned()).collect();
        let (mut known, mut asked) = (BTreeSet::from_iter(waiting.clone()), Vec::<String>::new());
        let mut pages = Vec::new();
        while let Some(path) = waiting.pop() {
            let reply = self.get(&path);
            for link in links(&path, &reply) {
                let bare = link.split('?').next().unwrap_or_default().to_owned();
                let often = link.contains('?') && asked.iter().filter(|other| **other == bare).count() >= 3;
                if !often && known.insert(link.clone()) {
                    asked.extend(link.contains('?').then_some(bare));
                    waiting.push(link);
                }
            }
            pages.push((path, reply));
        }
        pages
    }
}

pub fn is_page(reply: &Reply) -> bool {
    reply.headers.get(CONTENT_TYPE).is_some_and(|value| value.to_str().unwrap().starts_with("text/html"))
}

/// Where a reply leads.
pub fn location(reply: &Reply) -> String {
    reply.headers.get(LOCATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// What a reply has the next page say was done, by its name.
pub fn notice(reply: &Reply) -> Option<String> {
    let mut set = reply.headers.get_all(SET_COOKIE).iter().filter_map(|value| value.to_str().ok());
    set.find_map(|cookie| cookie.strip_prefix("timbre.notice=")?.split(';').next()).map(str::to_owned)
}

/// Where a page leads within the dashboard: by links, by what it asks for later, and by a redirection.
fn links(path: &str, reply: &Reply) -> Vec<String> {
    let mut found = vec![location(reply)];
    if is_page(reply) {
        for attribute in [" href=\"", " hx-get=\""] {
            found.extend(
                reply.body.split(attribute).skip(1).filter_map(|rest| rest.split('"').next()).map(plain),
            );
        }
    }
    let bare = path.split('?').next().unwrap_or_default();
    let here = |link: String| if link.starts_with('?') { format!("{bare}{link}") } else { link };
    let ours = |link: &String| link.starts_with("/dashboard") && !link.starts_with("/dashboard/assets/");
    let without_place = |link: String| link.split('#').next().unwrap_or_default().to_owned();
    found.into_iter().map(here).map(without_place).filter(ours).collect()
}

/// The value of a field that a page has in a form.
pub fn value_of(html: &str, name: &str) -> Option<String> {
    let tags = html.split('<').filter_map(|rest| rest.split('>').next());
    let inputs = tags.filter(|tag| tag.starts_with("input "));
    let mut fields = inputs.filter(|tag| attribute(tag, "name").as_deref() == Some(name));
    attribute(fields.next()?, "value")
}

/// The forms of a page that change something: where they are sent, and what stands in them.
pub fn forms(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let forms = html.split("<form ").skip(1).filter_map(|rest| rest.split("</form>").next());
    let posts = forms.filter(|form| {
        let tag = form.split('>').next().unwrap_or_default();
        attribute(&format!("form {tag}"), "method").as_deref() == Some("post")
    });
    posts
        .map(|form| {
            let tag = format!("form {}", form.split('>').next().unwrap_or_default());
            let fields = form.split('<').filter_map(|rest| rest.split('>').next());
            let named = fields.filter_map(|tag| {
                let name = attribute(tag, "name")?;
                let unchosen =
                    ["radio", "checkbox"].iter().any(|kind| attribute(tag, "type").as_deref() == Some(*kind))
                        && !tag.contains(" checked");
                (!unchosen).then(|| (name, attribute(tag, "value").unwrap_or_else(|| "x".to_owned())))
            });
            (attribute(&tag, "action").unwrap_or_default(), named.collect())
        })
        .collect()
}

/// What an attribute of a tag says.
fn attribute(tag: &str, name: &str) -> Option<String> {
    let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
    rest.split('"').next().map(plain)
}

/// Without what HTML writes otherwise.
fn plain(text: &str) -> String {
    [
        ("&amp;", "&"),
        ("&#38;", "&"),
        ("&quot;", "\""),
        ("&#34;", "\""),
        ("&lt;", "<"),
        ("&#60;", "<"),
        ("&gt;", ">"),
        ("&#62;", ">"),
        ("&#39;", "'"),
    ]
    .iter()
    .fold(text.to_owned(), |text, (written, meant)| text.replace(written, meant))
}
