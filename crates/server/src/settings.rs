//! The settings: `config/default.toml`, then a file, then the environment. Unknown keys are refused.

use std::path::{Path, PathBuf};

use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use timbre_api::Http;
use timbre_domain::policy::Policy;
use timbre_engine::{GalleryConfig, JobsConfig};
use timbre_inference::InferenceConfig;
use timbre_outbound::OutboundConfig;
use timbre_store::Connection;

use crate::failure::Failure;

const DEFAULTS: &str = include_str!("../../../config/default.toml");

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: Data,
    pub http: Http,
    pub database: Database,
    pub inference: InferenceConfig,
    pub outbound: OutboundConfig,
    pub conversations: Conversations,
    pub jobs: JobsConfig,
    pub gallery: GalleryConfig,
    pub audio: Audio,
    pub languages: LanguageSettings,
    pub speaker: Speaker,
    pub policy: Policy,
    pub log: Log,
    pub housekeeping: Housekeeping,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
    master_key: PathBuf,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    url: String,
    keyring_url: String,
    max_connections: u32,
    wait_seconds: u64,
    pub migrate_on_start: bool,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audio {
    max_bytes: usize,
    max_seconds: f64,
    max_channels: u16,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Conversations {
    max_content_bytes: usize,
    max_seconds: f64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LanguageSettings {
    pub default: String,
    pub folder: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Speaker {
    pub calibration: String,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Housekeeping {
    pub every_seconds: u64,
}

impl Settings {
    /// Reads the settings of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, Failure> {
        Self::read(file, std::env::vars().collect())
    }

    fn read(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<Self, Failure> {
        let short =
            |name: &str| environment.iter().find(|(key, _)| key == name).map(|(_, value)| value.clone());
        let (dir, listen) = (short("TIMBRE_DATA_DIR"), short("TIMBRE_LISTEN"));
        let variables = Environment::with_prefix("TIMBRE")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .list_separator(",")
            .with_list_parse_key("outbound.allow")
            .with_list_parse_key("http.trusted_proxies")
            .source(Some(environment.into_iter().collect()));
        let mut builder = Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml));
        if let Some(path) = file {
            builder = builder.add_source(File::from(path).format(FileFormat::Toml));
        }
        let settings: Self = builder
            .add_source(variables)
            .set_override_option("data.dir", dir)?
            .set_override_option("http.listen", listen)?
            .build()?
            .try_deserialize()
            .map_err(|error| Failure::new(format!("settings: {error}")))?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), Failure> {
        self.policy.check().map_err(|error| Failure::new(format!("settings: policy.{error}")))?;
        self.http.check().map_err(|error| Failure::new(format!("settings: http.{error}")))?;
        self.outbound.check().map_err(|error| Failure::new(format!("settings: outbound.{error}")))?;
        let (audio, conversations, jobs) = (&self.audio, &self.conversations, &self.jobs);
        let gallery = &self.gallery;
        let rules = [
            (audio.max_bytes > 0, "audio.max_bytes must be above 0"),
            (
                audio.max_seconds > 0.0 && audio.max_seconds <= 600.0,
                "audio.max_seconds must be above 0, to 600",
            ),
            (audio.max_channels > 0, "audio.max_channels must be above 0"),
            (self.inference.workers <= 1_024, "inference.workers must be at most 1024"),
            (self.database.max_connections > 0, "database.max_connections must be above 0"),
            (
                (1..=268_435_456).contains(&conversations.max_content_bytes),
                "conversations.max_content_bytes must be 1 to 268435456",
            ),
            (
                conversations.max_seconds > 0.0 && conversations.max_seconds <= 86_400.0,
                "conversations.max_seconds must be above 0, to 86400",
            ),
            ((1..=64).contains(&jobs.at_once), "jobs.at_once must be 1 to 64"),
            ((2..=256).contains(&jobs.begun_at_once), "jobs.begun_at_once must be 2 to 256"),
            ((1..=256).contains(&jobs.messages_at_once), "jobs.messages_at_once must be 1 to 256"),
            (jobs.max_open > 0, "jobs.max_open must be above 0"),
            ((3..=3_600).contains(&jobs.lease_seconds), "jobs.lease_seconds must be 3 to 3600"),
            ((1..=3_600).contains(&jobs.retry_seconds), "jobs.retry_seconds must be 1 to 3600"),
            ((1..=3_650).contains(&jobs.keep_days), "jobs.keep_days must be 1 to 3650"),
            (
                (1..=10_000_000).contains(&gallery.max_voiceprints),
                "gallery.max_voiceprints must be 1 to 10000000",
            ),
            (gallery.max_bytes >= 1 << 20, "gallery.max_bytes must be at least 1048576"),
            (gallery.threads <= 1_024, "gallery.threads must be at most 1024"),
            ((1..=300).contains(&gallery.wait_seconds), "gallery.wait_seconds must be 1 to 300"),
            (self.housekeeping.every_seconds > 0, "housekeeping.every_seconds must be above 0"),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, text)) => Err(Failure::new(format!("settings: {text}"))),
            None => Ok(()),
        }
    }

    pub fn connection(&self) -> Connection {
        Connection {
            url: self.database.url.clone(),
            keyring_url: self.database.keyring_url.clone(),
            max_connections: self.database.max_connections,
            wait_seconds: self.database.wait_seconds,
        }
    }

    pub fn master_key(&self) -> PathBuf {
        match self.data.master_key.as_os_str().is_empty() {
            true => self.data.dir.join("master.key"),
            false => self.data.master_key.clone(),
        }
    }

    pub fn conversation_limits(&self) -> timbre_audio::Limits {
        timbre_audio::Limits {
            max_bytes: self.conversations.max_content_bytes,
            max_seconds: self.conversations.max_seconds,
            max_channels: self.audio.max_channels,
        }
    }

    pub fn sample_limits(&self) -> timbre_audio::Limits {
        timbre_audio::Limits {
            max_bytes: self.audio.max_bytes,
            max_seconds: self.audio.max_seconds,
            max_channels: self.audio.max_channels,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn with(environment: &[(&str, &str)]) -> Result<Settings, Failure> {
        Settings::read(None, environment.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn the_defaults_hold_and_are_the_policys_own() {
        let settings = with(&[]).unwrap();
        assert_eq!(settings.policy, Policy::default());
        assert_eq!(settings.http.listen, "127.0.0.1:8080");
        assert_eq!(settings.outbound, OutboundConfig::default());
        assert_eq!(settings.jobs, JobsConfig::default());
    }

    #[test]
    fn the_environment_overrides_a_key_of_any_depth() {
        let settings = with(&[
            ("TIMBRE__POLICY__DIALOGUE__ENROL_CODES", "5"),
            ("TIMBRE__HTTP__COOKIE_SECURE", "true"),
            ("TIMBRE_LISTEN", "0.0.0.0:1"),
        ])
        .unwrap();
        assert_eq!(settings.policy.dialogue.enrol_codes, 5);
        assert!(settings.http.cookie_secure);
        assert_eq!(settings.http.listen, "0.0.0.0:1");
    }

    #[test]
    fn an_unknown_key_is_refused_by_name() {
        let section = with(&[("TIMBRE__BOGUS__KEY", "1")]).unwrap_err();
        assert!(format!("{section:?}").contains("bogus"), "{section:?}");
        let key = with(&[("TIMBRE__HTTP__LISTENN", "1")]).unwrap_err();
        assert!(format!("{key:?}").contains("listenn"), "{key:?}");
    }

    #[test]
    fn a_value_out_of_bounds_is_refused_by_name() {
        let error = with(&[("TIMBRE__POLICY__DIALOGUE__CODE_LENGTH", "3")]).unwrap_err();
        assert!(format!("{error:?}").contains("code_length must be 4 to 10"), "{error:?}");
        let error = with(&[("TIMBRE__HTTP__UNAUTHENTICATED_BURST", "0")]).unwrap_err();
        assert!(
            format!("{error:?}").contains("http.unauthenticated_burst must be 1 to 1000000"),
            "{error:?}"
        );
        let error = with(&[("TIMBRE__HTTP__MANAGEMENT_PER_MINUTE", "0")]).unwrap_err();
        assert!(
            format!("{error:?}").contains("http.management_per_minute must be 1 to 1000000"),
            "{error:?}"
        );
        let error = with(&[("TIMBRE__OUTBOUND__CONCURRENT", "0")]).unwrap_err();
        assert!(format!("{error:?}").contains("outbound.concurrent must be 1 to 1024"), "{error:?}");
    }

    #[test]
    fn a_list_in_the_environment_has_commas_and_may_be_empty() {
        let allowed =
            |list| with(&[("TIMBRE__OUTBOUND__ALLOW", list)]).map(|settings| settings.outbound.allow);
        assert_eq!(allowed("10.0.0.0/8,receiver.internal").unwrap(), ["10.0.0.0/8", "receiver.internal"]);
        assert!(allowed("").is_ok());
        let error = allowed("10.0.0.0/8,10.0.0.0/99").unwrap_err();
        assert!(format!("{error:?}").contains("outbound.allow"), "{error:?}");
        let proxies = |list| with(&[("TIMBRE__HTTP__TRUSTED_PROXIES", list)]);
        assert_eq!(proxies("10.0.0.0/8,::1").unwrap().http.trusted_proxies, ["10.0.0.0/8", "::1"]);
        assert!(proxies("").is_ok());
        let error = proxies("10.0.0.0/8,proxy").unwrap_err();
        assert!(format!("{error:?}").contains("http.trusted_proxies"), "{error:?}");
    }
}
