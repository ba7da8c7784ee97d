//! The ids that calls name, the owner's and nobody's, and what of a reply can be told apart.

use timbre_tests::Reply;

/// The ids that a call names.
#[derive(Debug, Clone)]
pub struct Ids {
    pub user: String,
    pub reference: String,
    pub device: String,
    /// Of each kind, as [`Base::ALL`] has them.
    pub profiles: [String; 3],
    pub speaker: String,
    pub request: String,
    /// A profile and a speaker that are listed before these.
    pub beside: Option<(String, String)>,
}

impl Ids {
    pub fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        let rest = [
            ("<user>", &self.user),
            ("<reference>", &self.reference),
            ("<device>", &self.device),
            ("<speaker>", &self.speaker),
            ("<request>", &self.request),
        ];
        let profiles = self.profiles.iter().map(|id| ("<profile>", id));
        rest.into_iter().chain(profiles).map(|(name, id)| (name, id.as_str()))
    }

    /// As these, but of nobody: of the same lengths.
    pub fn nobodys(&self, number: usize) -> Self {
        Self {
            user: format!("{number}0f1e2d3c4b5a69788796a5b"),
            reference: format!("nobody-reference-{number}"),
            device: format!("02:00:00:00:ff:0{number}"),
            profiles: [1, 2, 3].map(|kind| format!("{number}9a36324-fc4b-4387-aa06-090cfbf0064{kind}")),
            speaker: format!("nobody_speaker_{number}"),
            request: format!("{number}bdd983a-c6bd-4159-982d-6a2471406d62"),
            beside: None,
        }
    }
}

/// All that can be told of a reply, with names in place of the ids that the call named, and of what it made.
#[derive(Debug, PartialEq, Eq)]
pub struct Told {
    pub status: u16,
    headers: Vec<(String, String)>,
    body: String,
}

/// Of a call that named these.
pub fn told(reply: &Reply, ids: &Ids) -> Told {
    let made = reply.json()["data"]["id"].as_str().map(str::to_owned);
    told_of(reply, ids.each().chain(made.as_deref().map(|made| ("<made>", made))))
}

/// Of a call that named ids under these names.
pub fn told_of<'a>(reply: &'a Reply, ids: impl Iterator<Item = (&'a str, &'a str)>) -> Told {
    let call = reply.headers.get("x-request-id").and_then(|id| id.to_str().ok());
    let ids: Vec<_> = ids.chain(call.map(|id| ("<call>", id))).collect();
    let plain = |text: &str| ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(id, name));
    // These differ from call to call, whoever calls: `connection` by how much of a body that nobody reads has come.
    let differs =
        |name: &str| matches!(name, "date" | "x-request-id" | "connection") || name.contains("ratelimit");
    let headers = reply.headers.iter().filter(|(name, _)| !differs(name.as_str()));
    let mut headers: Vec<_> = headers
        .map(|(name, value)| (name.to_string(), plain(&String::from_utf8_lossy(value.as_bytes()))))
        .collect();
    headers.sort();
    Told { status: reply.status, headers, body: plain(&reply.body) }
}
