//! What differs from recording to recording, replaced by samples of the same form.

use std::collections::BTreeMap;

use serde_json::Value;

/// Fields that are secrets, whatever they hold. What stands for one is made of zeros, or of x where letters may be in it.
const SECRETS: [&str; 12] = [
    "access_token",
    "current",
    "key",
    "kid",
    "new",
    "password",
    "receipt",
    "refresh_token",
    "secret",
    "secrets",
    "signature",
    "token",
];
/// Fields of a spoken code, and what stands for it: the sample of the public pages.
const CODES: [(&str, &str); 2] = [("promptCode", "0653"), ("promptCodeText", "zero six five three")];
/// What is measured of a recording, of which no two are the same.
const MEASURED: [(&str, f64); 6] = [
    ("code_margin", 2.5),
    ("level_dbfs", -17.2),
    ("seconds", 3.2),
    ("snr_db", 42.5),
    ("speech_seconds", 2.2),
    ("score", 0.875),
];
/// Things that are shown of a list.
const SHOWN: usize = 2;
/// The head of a WAV file: what stands for a recording.
const RECORDING: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAgD4AAAB9AAACABAAZGF0YQAAAAA=";

/// Samples, each of the same form as what it stands for. The same value is the same sample everywhere in a contract.
pub struct Stable {
    contract: String,
    known: BTreeMap<String, String>,
    /// How many there are of each form.
    counts: BTreeMap<&'static str, usize>,
    server: String,
    receiver: String,
}

impl Stable {
    pub fn new(contract: &str, server: &str, receiver: &str) -> Self {
        Self {
            contract: contract.to_owned(),
            known: BTreeMap::new(),
            counts: BTreeMap::new(),
            server: server.to_owned(),
            receiver: receiver.trim_end_matches('/').to_owned(),
        }
    }

    /// Puts samples into an exchange.
    pub fn settle(&mut self, value: &mut Value) {
        self.within("", value);
    }

    fn within(&mut self, name: &str, value: &mut Value) {
        match value {
            Value::Object(fields) => fields.iter_mut().for_each(|(name, value)| self.within(name, value)),
            Value::Array(items) => {
                if items.first().is_some_and(Value::is_object) {
                    items.truncate(SHOWN);
                }
                items.iter_mut().for_each(|value| self.within(name, value));
            }
            Value::String(text) => *text = self.sample(name, text),
            Value::Number(number) if number.is_f64() => {
                if let Some((_, sample)) = MEASURED.iter().find(|(measured, _)| *measured == name) {
                    *value = Value::from(*sample);
                }
            }
            _ => {}
        }
    }

    fn sample(&mut self, name: &str, text: &str) -> String {
        if let Some((_, sample)) = CODES.iter().find(|(code, _)| *code == name) {
            return (*sample).to_owned();
        }
        if SECRETS.contains(&name) {
            return hidden(text);
        }
        if name == "content" && text.len() > 1_000 {
            return RECORDING.to_owned();
        }
        let text = text.replace(&self.server, "https://timbre.example");
        let text = text.replace(&self.receiver, "https://receiver.example");
        self.with_ids_replaced(&text.replace("127.0.0.1", "192.0.2.7"))
    }

    /// Every id in a text, wherever it stands.
    fn with_ids_replaced(&mut self, text: &str) -> String {
        let mut out = String::new();
        let mut word = String::new();
        for letter in text.chars().chain(['\n']) {
            if letter.is_ascii_alphanumeric() || letter == '-' {
                word.push(letter);
            } else {
                out.push_str(&self.id(&word));
                word.clear();
                out.push(letter);
            }
        }
        out.pop();
        out
    }

    fn id(&mut self, word: &str) -> String {
        let Some(form) = form_of(word) else { return word.to_owned() };
        if word.bytes().all(|byte| matches!(byte, b'0' | b'-')) {
            return word.to_owned();
        }
        if let Some(known) = self.known.get(word) {
            return known.clone();
        }
        let count = self.counts.entry(form).or_default();
        *count += 1;
        let sample = match form {
            "uuid" => format!("00000000-0000-4000-8000-{count:012}"),
            "short" => format!("{count:024}"),
            "pseudonym" => format!("{count:032}"),
            _ => format!("{count:064}"),
        };
        self.known.insert(word.to_owned(), sample.clone());
        sample
    }

    /// Fails where something is no sample.
    pub fn assert_settled(contract: &str, exchanges: &Value) {
        let mut again = exchanges.clone();
        let mut stable = Self::new(contract, "http://127.0.0.1", "http://127.0.0.1");
        stable.only_secrets(&mut again);
        assert_eq!(&again, exchanges, "{}: a secret is shown", stable.contract);
    }

    fn only_secrets(&mut self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    match value {
                        Value::String(text) if SECRETS.contains(&name.as_str()) => *text = hidden(text),
                        other => self.only_secrets(other),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|value| self.only_secrets(value)),
            _ => {}
        }
    }
}

/// The form of an id, where it is one.
fn form_of(word: &str) -> Option<&'static str> {
    let hexadecimal = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<_> = word.split('-').map(str::len).collect();
    match (word.len(), parts.as_slice()) {
        (36, [8, 4, 4, 4, 12]) if hexadecimal(&word.replace('-', "")) => Some("uuid"),
        (24, [_]) if hexadecimal(word) => Some("short"),
        (32, [_]) if hexadecimal(word) => Some("pseudonym"),
        (64, [_]) if hexadecimal(word) => Some("hash"),
        _ => None,
    }
}

/// A secret's form without the secret: its prefix stays.
fn hidden(secret: &str) -> String {
    let prefix = secret.find('_').filter(|at| *at < 6).map_or(0, |at| at + 1);
    let (prefix, rest) = secret.split_at(prefix);
    let letters = rest.bytes().any(|byte| byte.is_ascii_alphabetic() && !byte.is_ascii_hexdigit());
    let sample = |letter: char| match letter {
        letter if letter.is_ascii_alphanumeric() && letters => 'x',
        letter if letter.is_ascii_alphanumeric() => '0',
        letter => letter,
    };
    prefix.chars().chain(rest.chars().map(sample)).collect()
}
