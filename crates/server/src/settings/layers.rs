//! The layers of the settings: the defaults, a file over them, the environment over that.
//!
//! Promises that what the environment says is text until a setting reads it: a setting that is a text gets every character, one that is a
//! number or a truth reads it as such. Nothing is told by its looks, so no digit of a bucket or of a password is lost. And an
//! error says which setting is wrong, never what stood there, which may be a secret.

use std::{fs, path::Path};

use config::{Config, ConfigError, Environment, File, FileFormat, Source};

use crate::failure::Failure;

const DEFAULTS: &str = include_str!("../../../../config/default.toml");

/// The settings that are lists of texts: in the environment, with commas.
const LISTS: [&str; 2] = ["outbound.allow", "http.trusted_proxies"];

/// All that was set, not yet read.
pub(super) fn layered(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<Config, Failure> {
    let short = |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
    let (dir, listen) = (short("TIMBRE_DATA_DIR"), short("TIMBRE_LISTEN"));
    let variables = Environment::with_prefix("TIMBRE")
        .prefix_separator("__")
        .separator("__")
        .source(Some(environment.into_iter().collect()));
    let named = variables.collect().map_err(wrong)?;
    let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
    if let Some(path) = file {
        builder = builder.add_source(File::from_str(&text_of(path)?, FileFormat::Toml));
    }
    builder = builder
        .add_source(variables)
        .set_override_option("data.dir", dir)
        .and_then(|builder| builder.set_override_option("http.listen", listen))
        .map_err(wrong)?;
    for list in LISTS {
        let Some(text) = named.get(list).map(ToString::to_string) else { continue };
        let parts: Vec<String> =
            text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect();
        builder = builder.set_override(list, parts).map_err(wrong)?;
    }
    builder.build().map_err(wrong)
}

/// A file of settings, once it has been read as what it should be: only then may it go on to what quotes its lines in errors.
fn text_of(path: &Path) -> Result<String, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::at(path, error))?;
    if let Err(error) = toml::from_str::<toml::Table>(&text) {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        return Err(Failure::at(path, format_args!("line {line}: {}", error.message())));
    }
    Ok(text)
}

/// Which setting is wrong, and what it should be.
pub(super) fn wrong(error: ConfigError) -> Failure {
    Failure::new(format!("settings: {}", said(error)))
}

fn said(error: ConfigError) -> String {
    let named = |key: Option<String>| key.map(|key| format!("{key}: ")).unwrap_or_default();
    match error {
        ConfigError::Type { expected, key, .. } => format!("{}it must be {expected}", named(key)),
        ConfigError::At { error, key, .. } => format!("{}{}", named(key), said(*error)),
        other => without_value(&other.to_string()),
    }
}

/// What is said of a value, but for the value.
fn without_value(text: &str) -> String {
    if text.contains(" does not have variant constructor ") {
        return "it has no such value".to_owned();
    }
    let quotes = ["invalid type: ", "invalid value: ", "unknown variant "];
    match text.rsplit_once(", expected ") {
        Some((_, expected)) if quotes.iter().any(|way| text.starts_with(way)) => {
            format!("it must be {expected}")
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{super::Settings, *};

    /// Every setting of config/default.toml that is no list and no table, as the environment calls it, with its default.
    fn settings() -> Vec<(String, toml::Value)> {
        fn walk(name: &str, value: &toml::Value, found: &mut Vec<(String, toml::Value)>) {
            match value {
                toml::Value::Table(table) => {
                    for (key, value) in table {
                        walk(&format!("{name}__{}", key.to_uppercase()), value, found);
                    }
                }
                toml::Value::Array(_) => {}
                value => found.push((name.to_owned(), value.clone())),
            }
        }
        let mut found = Vec::new();
        walk("TIMBRE", &toml::Value::Table(toml::from_str(DEFAULTS).unwrap()), &mut found);
        found
    }

    fn path(name: &str) -> String {
        name.trim_start_matches("TIMBRE__").to_lowercase().replace("__", ".")
    }

    fn set(name: &str, value: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), value.to_owned())]
    }

    #[test]
    fn a_text_in_the_environment_keeps_every_character_whatever_it_looks_like() {
        let texts = settings().into_iter().filter(|(_, value)| value.is_str());
        let names: Vec<String> = texts.map(|(name, _)| name).collect();
        for name in ["OBJECTS__BUCKET", "OBJECTS__PREFIX", "OBJECTS__REGION", "DATABASE__URL", "REDIS__URL"] {
            assert!(names.contains(&format!("TIMBRE__{name}")), "{names:?}");
        }
        for name in names {
            for text in
                ["00123", "1.10", "1e5", "+7", "-0", "TRUE", "false", "inf", "nan", "0x10", "1,2", " 1"]
            {
                let layers = layered(None, set(&name, text)).unwrap();
                assert_eq!(layers.get_string(&path(&name)).unwrap(), text, "{name}");
            }
        }
        let bucket =
            [("STORE", "s3"), ("BUCKET", "00123"), ("PREFIX", "007"), ("REGION", "1.10"), ("ENDPOINT", "")]
                .map(|(key, value)| (format!("TIMBRE__OBJECTS__{key}"), value.to_owned()));
        let secrets = [("ACCESS_KEY", "1e5"), ("SECRET_KEY", "0123")];
        let secrets = secrets.map(|(key, value)| (format!("TIMBRE__OBJECTS__{key}"), value.to_owned()));
        let read = Settings::read(None, [bucket.to_vec(), secrets.to_vec()].concat()).unwrap();
        let s3 = read.objects.s3().unwrap();
        assert_eq!((s3.bucket.as_str(), s3.prefix.as_str(), s3.region.as_str()), ("00123", "007", "1.10"));
        assert_eq!((s3.access_key.as_str(), s3.secret_key.as_str()), ("1e5", "0123"));
    }

    #[test]
    fn numbers_and_truths_are_read_from_the_environment_and_what_is_none_is_refused_by_its_name() {
        let defaults = format!("{:?}", Settings::read(None, Vec::new()).unwrap());
        let others = settings().into_iter().filter(|(_, value)| !value.is_str());
        let others: Vec<_> = others.collect();
        assert!(others.len() > 60, "{others:?}");
        for (name, value) in others {
            let read = Settings::read(None, set(&name, &value.to_string())).unwrap();
            assert_eq!(format!("{read:?}"), defaults, "{name}");
            for text in ["s3cr3t", "", "1,2"] {
                let said = Settings::read(None, set(&name, text)).unwrap_err().to_string();
                let last = path(&name);
                assert!(said.contains(last.rsplit('.').next().unwrap()), "{name}: {said}");
                assert!(!said.contains("s3cr3t"), "{said}");
            }
        }
        let read = |key: &str, text| Settings::read(None, set(&format!("TIMBRE__{key}"), text)).unwrap();
        for text in ["true", "TRUE", "1", "yes", "on"] {
            assert!(read("HTTP__COOKIE_SECURE", text).http.cookie_secure, "{text}");
        }
        for text in ["false", "0", "no", "off"] {
            assert!(!read("DATABASE__MIGRATE_ON_START", text).database.migrate_on_start, "{text}");
        }
        assert_eq!(read("AUDIO__MAX_SECONDS", "12").sample_limits().max_seconds, 12.0);
        assert_eq!(read("TELEMETRY__SAMPLED", ".5").telemetry.sampled, 0.5);
        let quota = read("POLICY__QUOTAS__REQUESTS__PER_MONTH", "100").policy.quotas.requests;
        assert_eq!(quota.per_month, Some(100));
        let kept = read("POLICY__RETENTION__DIALOGUE_DAYS", "90").policy.retention;
        assert_eq!(kept.dialogue_days, Some(90));
        let fraction = Settings::read(None, set("TIMBRE__HTTP__THREADS", "2.5")).unwrap_err();
        assert!(fraction.to_string().contains("http.threads"), "{fraction}");
    }

    #[test]
    fn no_error_quotes_what_was_set() {
        let address = "postgres://u:s3cr3t@h/x";
        for name in [
            "DATABASE",
            "DATABASE__URL__OTHER",
            "DATABASE__MAX_CONNECTIONS",
            "HTTP__SESSIONS",
            "POLICY",
            "REDIS",
        ] {
            let said =
                Settings::read(None, set(&format!("TIMBRE__{name}"), address)).unwrap_err().to_string();
            assert!(!said.contains("s3cr3t"), "{name}: {said}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("timbre.toml");
        for text in [
            "\n[database]\nurl = \"postgres://u:s3cr3t@h/x\n",
            "\n[database]\nurl = postgres://u:s3cr3t@h/x\n",
            "\n[database]\nurl = 's3cr3t' 's3cr3t'\n",
        ] {
            fs::write(&file, text).unwrap();
            let said = Settings::read(Some(&file), Vec::new()).unwrap_err().to_string();
            assert!(said.contains("timbre.toml: line ") && !said.contains("s3cr3t"), "{said}");
        }
        for text in
            ["database = 's3cr3t'", "[database]\nmax_connections = 's3cr3t'", "[http]\nsessions = 's3cr3t'"]
        {
            fs::write(&file, text).unwrap();
            let said = Settings::read(Some(&file), Vec::new()).unwrap_err().to_string();
            assert!(said.starts_with("settings: ") && !said.contains("s3cr3t"), "{said}");
        }
    }
}
