//! The settings of a policy one by one, as the policy's own schema declares them.
//!
//! Promises that what a form says of a setting, what it is and what its bounds are, is what the policy's type says; and that a text which is
//! no value of a setting is refused by that setting, with the reason.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Display,
    str::FromStr,
    sync::LazyLock,
};

use schemars::generate::SchemaSettings;
use serde_json::{Value, json};
use timbre_domain::{
    locale::Locale,
    passphrase,
    policy::{InvalidPolicy, Policy},
};

use crate::words::NOTHING;

/// A section of a policy.
pub(crate) struct Section {
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) settings: Vec<Setting>,
}

/// One value of a policy.
pub(crate) struct Setting {
    /// As the admin API has it: `rates.read.burst`.
    pub(crate) name: String,
    pub(crate) says: String,
    pub(crate) kind: Kind,
}

/// What may stand there.
pub(crate) enum Kind {
    Whole {
        least: u64,
        most: Option<u64>,
        /// Whether there may be none.
        optional: bool,
    },
    Number {
        least: f64,
        most: f64,
        /// Whether it stays below the most.
        below: bool,
        /// Whether it is kept with single precision.
        single: bool,
    },
    Switch,
    /// Some of these.
    Choices(Vec<String>),
    /// A locale and a phrase on each line.
    Phrases,
}

/// The texts that a form has for settings, by their names. A switch that is on has one, whatever it says.
pub(crate) type Typed = HashMap<String, Vec<String>>;

/// What is wrong with settings, by their names; what concerns none of them has an empty name.
pub(crate) type Wrong = BTreeMap<String, String>;

/// All sections, by their names.
pub(crate) static SECTIONS: LazyLock<Vec<Section>> = LazyLock::new(|| {
    let settings = SchemaSettings::draft2020_12().with(|all| all.inline_subschemas = true);
    let schema = settings.into_generator().into_root_schema_for::<Policy>();
    let sections = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let section = |(name, shape): (&String, &Value)| {
        let mut settings = Vec::new();
        collect(&mut settings, name, "", shape);
        Section { name: name.clone(), says: said(shape), settings }
    };
    sections.map(section).collect()
});

/// All settings, in the order of the form.
pub(crate) fn all() -> impl Iterator<Item = &'static Setting> {
    SECTIONS.iter().flat_map(|section| &section.settings)
}

fn collect(settings: &mut Vec<Setting>, below: &str, above_says: &str, shape: &Value) {
    for (name, shape) in shape["properties"].as_object().into_iter().flatten() {
        let name = format!("{below}.{name}");
        let says = format!("{above_says} {}", said(shape)).trim_start().to_owned();
        match kind(shape) {
            Some(kind) => settings.push(Setting { name, says, kind }),
            None => collect(settings, &name, &says, shape),
        }
    }
}

/// None of what has settings of its own.
fn kind(shape: &Value) -> Option<Kind> {
    let types = &shape["type"];
    let is = |name: &str| match types {
        Value::Array(several) => several.iter().any(|one| one.as_str() == Some(name)),
        one => one.as_str() == Some(name),
    };
    if shape.get("properties").is_some() {
        return None;
    }
    let most = shape["maximum"].as_f64();
    Some(if is("boolean") {
        Kind::Switch
    } else if is("integer") {
        let (least, most) = (shape["minimum"].as_u64().unwrap_or(0), shape["maximum"].as_u64());
        Kind::Whole { least, most, optional: is("null") }
    } else if is("number") {
        Kind::Number {
            least: shape["minimum"].as_f64().unwrap_or(f64::MIN),
            most: most.or(shape["exclusiveMaximum"].as_f64()).unwrap_or(f64::MAX),
            below: most.is_none(),
            single: shape["format"] == "float",
        }
    } else if is("array") {
        Kind::Choices(choices(&shape["items"]))
    } else {
        Kind::Phrases
    })
}

/// Those of an enumeration, or of a pattern that is one: `^(wav|flac)$`.
fn choices(items: &Value) -> Vec<String> {
    match items["enum"].as_array() {
        Some(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        None => {
            let pattern = items["pattern"].as_str().unwrap_or_default();
            let names = pattern.trim_start_matches("^(").trim_end_matches(")$");
            names.split('|').map(str::to_owned).collect()
        }
    }
}

/// What is written of it, without the marks of source text.
fn said(shape: &Value) -> String {
    let text = shape["description"].as_str().unwrap_or_default();
    text.replace("[`", "").replace("`]", "").replace('`', "").replace('\n', " ")
}

/// The policy as its values are found in.
pub(crate) fn values(policy: &Policy) -> Value {
    serde_json::to_value(policy).unwrap_or_default()
}

impl Section {
    pub(crate) fn title(&self) -> String {
        title(&self.name)
    }

    /// Whether a form has anything for it.
    pub(crate) fn came(&self, typed: &Typed) -> bool {
        self.settings.iter().any(|setting| typed.contains_key(&setting.name))
    }
}

impl Setting {
    /// For people: what stands behind the section's name.
    pub(crate) fn title(&self) -> String {
        title(self.name.split_once('.').unwrap_or_default().1)
    }

    /// Whether a minus may stand in it, which keypads for numbers lack.
    pub(crate) fn below_zero(&self) -> bool {
        matches!(self.kind, Kind::Number { least, .. } if least < 0.0)
    }

    /// What it must be, as it stands beside the field and in a refusal.
    pub(crate) fn bounds(&self) -> Option<String> {
        match &self.kind {
            Kind::Whole { least, most, optional } => {
                let range = most.map_or(format!("{least} or more"), |most| format!("{least} to {most}"));
                Some(if *optional { format!("{range}, or empty") } else { range })
            }
            Kind::Number { least, most, below: true, .. } => Some(format!("{least} to below {most}")),
            Kind::Number { least, most, .. } => Some(format!("{least} to {most}")),
            Kind::Choices(_) => Some("one at least".to_owned()),
            Kind::Phrases => {
                Some("on each line a locale and a phrase: en-US my voice opens this door".to_owned())
            }
            Kind::Switch => None,
        }
    }

    /// What a form would send for the value that a policy has.
    pub(crate) fn typed(&self, policy: &Value) -> Vec<String> {
        let value = self.name.split('.').fold(policy, |inside, key| &inside[key]);
        match &self.kind {
            Kind::Switch => value.as_bool().filter(|on| *on).map(|_| "on".to_owned()).into_iter().collect(),
            Kind::Whole { .. } => value.as_u64().map(|whole| whole.to_string()).into_iter().collect(),
            // With the precision that it is kept with: 0.8, not 0.800000011920929.
            Kind::Number { single: true, .. } => {
                value.as_f64().map(|number| (number as f32).to_string()).into_iter().collect()
            }
            Kind::Number { .. } => value.as_f64().map(|number| number.to_string()).into_iter().collect(),
            Kind::Choices(_) => texts(value).map(str::to_owned).collect(),
            Kind::Phrases => {
                let locales = value.as_object().into_iter().flatten();
                let lines =
                    locales.flat_map(|(locale, own)| texts(own).map(move |own| format!("{locale} {own}")));
                vec![lines.collect::<Vec<_>>().join("\n")]
            }
        }
    }

    /// The value that a policy has, for people.
    pub(crate) fn shown(&self, policy: &Value) -> String {
        let typed = self.typed(policy);
        match &self.kind {
            Kind::Switch if typed.is_empty() => "no".to_owned(),
            Kind::Switch => "yes".to_owned(),
            _ if typed.iter().all(String::is_empty) => NOTHING.to_owned(),
            _ => typed.join(", "),
        }
    }

    /// The value that was typed, or why it is none.
    fn read(&self, typed: &[String]) -> Result<Value, String> {
        let text = typed.first().map_or("", |text| text.trim());
        let refused = || self.bounds().map_or_else(String::new, |bounds| format!("It must be {bounds}."));
        match &self.kind {
            Kind::Switch => Ok(Value::Bool(!typed.is_empty())),
            Kind::Whole { optional: true, .. } if text.is_empty() => Ok(Value::Null),
            Kind::Whole { least, most, .. } => {
                let number: u64 = number(text)?;
                let fits = number >= *least && most.is_none_or(|most| number <= most);
                if fits { Ok(number.into()) } else { Err(refused()) }
            }
            Kind::Number { least, most, below, .. } => {
                let number: f64 = number(text)?;
                let fits = (*least..=*most).contains(&number) && !(*below && number >= *most);
                if fits { Ok(number.into()) } else { Err(refused()) }
            }
            Kind::Choices(known) => match typed.iter().all(|one| known.contains(one)) {
                true if !typed.is_empty() => Ok(json!(typed.iter().collect::<BTreeSet<_>>())),
                _ => Err(refused()),
            },
            Kind::Phrases => phrases(text),
        }
    }

    /// What was typed, however it is written. What is no value is the text that it is.
    pub(crate) fn meaning(&self, typed: &[String]) -> Value {
        self.read(typed).unwrap_or_else(|_| json!(typed))
    }

    fn put(&self, policy: &mut Value, value: Value) {
        let mut place = policy;
        for key in self.name.split('.') {
            place = &mut place[key];
        }
        *place = value;
    }
}

/// What words of names are for people; any other is itself.
const WORDS: [(&str, &str); 15] = [
    ("min", "least"),
    ("max", "most"),
    ("snr", "SNR"),
    ("sqm", "SQM"),
    ("db", "(dB)"),
    ("dbfs", "(dBFS)"),
    ("seconds", "(seconds)"),
    ("days", "(days)"),
    ("enrol", "enrolment"),
    ("verify", "verification"),
    ("inference", "recordings"),
    ("management", "changes"),
    ("read", "look-ups"),
    ("burst", "most at once"),
    ("hard", "hard limit"),
];

fn word(own: &str) -> &str {
    WORDS.iter().find(|(word, _)| *word == own).map_or(own, |(_, said)| *said)
}

/// `min_snr_db` is "Least SNR (dB)", `requests.per_month` is "Requests: per month".
fn title(name: &str) -> String {
    let parts = name.split('.').map(|part| part.split('_').map(word).collect::<Vec<_>>().join(" "));
    let title = parts.collect::<Vec<_>>().join(": ");
    let mut letters = title.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}

fn texts(list: &Value) -> impl Iterator<Item = &str> {
    list.as_array().into_iter().flatten().filter_map(Value::as_str)
}

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.parse().map_err(|_| "This is no such number.".to_owned())
}

fn phrases(text: &str) -> Result<Value, String> {
    let said = |error: &dyn Display| format!("Refused: {error}.");
    let mut own: BTreeMap<Locale, Vec<String>> = BTreeMap::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (locale, phrase) = line.split_once(' ').unwrap_or((line, ""));
        let locale = locale.parse::<Locale>().map_err(|error| said(&error))?;
        own.entry(locale).or_default().push(passphrase::normalised(phrase));
    }
    passphrase::check(&own).map_err(|error| said(&error))?;
    Ok(json!(own))
}

/// What was typed as a policy, or what is wrong with it. A section that is not `open` to whoever typed is as in `current`, unless they sent
/// something for it all the same: then it is as they sent it, for the permission to be asked for.
pub(crate) fn read(typed: &Typed, current: &Policy, open: impl Fn(&str) -> bool) -> Result<Policy, Wrong> {
    let (mut policy, mut wrong) = (values(current), Wrong::new());
    for section in SECTIONS.iter() {
        if !open(&section.name) && !section.came(typed) {
            continue;
        }
        for setting in &section.settings {
            match setting.read(typed.get(&setting.name).map_or(&[], Vec::as_slice)) {
                Ok(value) => setting.put(&mut policy, value),
                Err(why) => {
                    wrong.insert(setting.name.clone(), why);
                }
            }
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let policy: Policy =
        serde_json::from_value(policy).map_err(|error| Wrong::from([(String::new(), error.to_string())]))?;
    policy.check().map_err(|error| of(&error))?;
    Ok(policy)
}

/// A rule that several settings break together is said at each of them.
fn of(InvalidPolicy { setting, bounds }: &InvalidPolicy) -> Wrong {
    let named = |known: &str| setting.split_whitespace().any(|word| known.starts_with(word));
    let wrong: Wrong = all()
        .filter(|known| named(&known.name))
        .map(|known| (known.name.clone(), format!("It must be {}.", titled(bounds, &known.name))))
        .collect();
    match wrong.is_empty() {
        true => Wrong::from([(String::new(), format!("{setting} must be {bounds}."))]),
        false => wrong,
    }
}

/// Bounds of the setting `of`, where another of its section is called what its field is called.
fn titled(bounds: &str, of: &str) -> String {
    let section = of.split('.').next().unwrap_or_default();
    let word = |word: &str| {
        let name = format!("{section}.{word}");
        let other = all().find(|setting| setting.name == name && name != of);
        other.map_or_else(|| word.to_owned(), |other| format!("“{}”", other.title()))
    };
    bounds.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// What two policies differ in: the setting, and its value in both.
pub(crate) fn differences(old: &Policy, new: &Policy) -> Vec<(&'static Setting, String, String)> {
    let (old, new) = (values(old), values(new));
    let differs = |setting: &'static Setting| {
        let (before, after) = (setting.shown(&old), setting.shown(&new));
        (before != after).then_some((setting, before, after))
    };
    all().filter_map(differs).collect()
}

#[cfg(test)]
mod tests;
