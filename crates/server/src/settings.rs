//! The settings: `config/default.toml`, then a file, then the environment. Unknown keys are refused.

mod layers;
mod objects;

use std::path::{Path, PathBuf};

use serde::Deserialize;
use timbre_api::{Http, RedisConfig, SessionsIn};
use timbre_domain::policy::Policy;
use timbre_engine::{GalleryConfig, JobsConfig};
use timbre_inference::InferenceConfig;
use timbre_matching::conditions::Comparator;
use timbre_outbound::OutboundConfig;
use timbre_store::Connection;

use self::layers::{layered, wrong};
pub use self::objects::{ObjectSettings, Place};
use crate::failure::Failure;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub data: Data,
    pub http: Http,
    pub database: Database,
    pub objects: ObjectSettings,
    pub redis: RedisConfig,
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
    pub telemetry: Telemetry,
    pub housekeeping: Housekeeping,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Data {
    pub dir: PathBuf,
    master_key: PathBuf,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    url: String,
    keyring_url: String,
    max_connections: u32,
    background_connections: u32,
    wait_seconds: u64,
    answer_seconds: f64,
    background_seconds: f64,
    migrate_wait_seconds: u64,
    pub migrate_on_start: bool,
}

/// Addresses may hold passwords.
impl std::fmt::Debug for Database {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Database").finish_non_exhaustive()
    }
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
    pub models: String,
    pub calibration: String,
    pub evaluation: String,
}

impl Speaker {
    /// The models of new tenants; none where they are the manifest's.
    pub fn new_tenants(&self) -> Result<Option<Comparator>, Failure> {
        if self.models.is_empty() {
            return Ok(None);
        }
        let read = self.models.parse();
        read.map(Some).map_err(|error| Failure::new(format!("settings: speaker.models: {error}")))
    }
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

/// `[telemetry]` of the configuration.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telemetry {
    /// Address and port of `/metrics`. Empty: it is served nowhere.
    pub metrics_listen: String,
    /// Most tenants that have figures of their own.
    pub tenants: usize,
    /// Where a collector takes OTLP over HTTP: `http://host:4318`. Empty: no traces.
    pub otlp_endpoint: String,
    /// What this is called in traces.
    pub service_name: String,
    /// Share of the requests and jobs that are traced.
    pub sampled: f64,
    /// Most spans that wait to be sent.
    pub waiting_spans: usize,
    /// Seconds in which the collector must have taken some.
    pub export_seconds: u64,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Housekeeping {
    pub every_seconds: u64,
    /// Between two times that one process for all looks for objects which belong to nothing.
    pub objects_every_seconds: u64,
}

impl Settings {
    /// Reads the settings of this process.
    pub fn load(file: Option<&Path>) -> Result<Self, Failure> {
        Self::read(file, std::env::vars().collect())
    }

    fn read(file: Option<&Path>, environment: Vec<(String, String)>) -> Result<Self, Failure> {
        let settings: Self = layered(file, environment)?.try_deserialize().map_err(wrong)?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), Failure> {
        self.policy.check().map_err(|error| Failure::new(format!("settings: policy.{error}")))?;
        self.http.check().map_err(|error| Failure::new(format!("settings: http.{error}")))?;
        self.redis.check().map_err(|error| Failure::new(format!("settings: redis.{error}")))?;
        self.outbound.check().map_err(|error| Failure::new(format!("settings: outbound.{error}")))?;
        self.connection().check().map_err(|error| Failure::new(format!("settings: {error}")))?;
        self.speaker.new_tenants()?;
        self.objects.check().map_err(|text| Failure::new(format!("settings: objects.{text}")))?;
        let (audio, conversations, jobs) = (&self.audio, &self.conversations, &self.jobs);
        let (database, gallery, telemetry) = (&self.database, &self.gallery, &self.telemetry);
        let rules = [
            (audio.max_bytes > 0, "audio.max_bytes must be above 0"),
            (
                audio.max_seconds > 0.0 && audio.max_seconds <= 600.0,
                "audio.max_seconds must be above 0, to 600",
            ),
            (audio.max_channels > 0, "audio.max_channels must be above 0"),
            (self.inference.workers <= 1_024, "inference.workers must be at most 1024"),
            ((1..=1_000).contains(&database.max_connections), "database.max_connections must be 1 to 1000"),
            (
                (1..=1_000).contains(&database.background_connections),
                "database.background_connections must be 1 to 1000",
            ),
            ((1..=300).contains(&database.wait_seconds), "database.wait_seconds must be 1 to 300"),
            ((0.1..=60.0).contains(&database.answer_seconds), "database.answer_seconds must be 0.1 to 60"),
            (
                (1.0..=86_400.0).contains(&database.background_seconds),
                "database.background_seconds must be 1 to 86400",
            ),
            (
                (1..=86_400).contains(&database.migrate_wait_seconds),
                "database.migrate_wait_seconds must be 1 to 86400",
            ),
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
            (telemetry.tenants <= 1_000, "telemetry.tenants must be at most 1000"),
            (
                telemetry.otlp_endpoint.is_empty() || telemetry.otlp_endpoint.starts_with("http://"),
                "telemetry.otlp_endpoint must begin with http://: a collector beside Timbre sends on over TLS",
            ),
            (!telemetry.service_name.is_empty(), "telemetry.service_name must not be empty"),
            ((0.0..=1.0).contains(&telemetry.sampled), "telemetry.sampled must be 0 to 1"),
            (
                (512..=65_536).contains(&telemetry.waiting_spans),
                "telemetry.waiting_spans must be 512 to 65536",
            ),
            ((1..=60).contains(&telemetry.export_seconds), "telemetry.export_seconds must be 1 to 60"),
            (
                self.http.sessions == SessionsIn::Database || self.redis.is_set(),
                "http.sessions is redis, which needs redis.url",
            ),
            (
                (1..=10_000_000).contains(&gallery.max_voiceprints),
                "gallery.max_voiceprints must be 1 to 10000000",
            ),
            (gallery.max_bytes >= 1 << 20, "gallery.max_bytes must be at least 1048576"),
            (gallery.threads <= 1_024, "gallery.threads must be at most 1024"),
            ((1..=300).contains(&gallery.wait_seconds), "gallery.wait_seconds must be 1 to 300"),
            (self.housekeeping.every_seconds > 0, "housekeeping.every_seconds must be above 0"),
            (
                (1..=604_800).contains(&self.housekeeping.objects_every_seconds),
                "housekeeping.objects_every_seconds must be 1 to 604800",
            ),
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
            background_connections: self.database.background_connections,
            wait_seconds: self.database.wait_seconds,
            answer_seconds: self.database.answer_seconds,
            background_seconds: self.database.background_seconds,
            migrate_wait_seconds: self.database.migrate_wait_seconds,
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
        assert!(settings.connection() == Connection::default());
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
    fn documents_and_pages_are_served_unless_they_are_switched_off() {
        let http = with(&[("TIMBRE__HTTP__DOCUMENTS", "false")]).unwrap().http;
        assert!(!http.documents && http.dashboard);
        let http = with(&[("TIMBRE__HTTP__DASHBOARD", "false")]).unwrap().http;
        assert!(http.documents && !http.dashboard);
        let error = with(&[("TIMBRE__HTTP__DOCUMENTS", "perhaps")]).unwrap_err();
        assert!(format!("{error:?}").contains("http.documents"), "{error:?}");
    }

    #[test]
    fn the_databases_password_is_in_no_debug_output() {
        let settings = with(&[("TIMBRE__DATABASE__URL", "postgres://timbre:s3cret@db/timbre")]).unwrap();
        assert_eq!(settings.connection().url, "postgres://timbre:s3cret@db/timbre");
        assert!(!format!("{settings:?} {:?}", settings.connection()).contains("s3cret"));
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
        let error = with(&[("TIMBRE__SPEAKER__MODELS", "campplus+bogus")]).unwrap_err();
        assert!(format!("{error:?}").contains("speaker.models"), "{error:?}");
        let error = with(&[("TIMBRE__TELEMETRY__OTLP_ENDPOINT", "https://collector")]).unwrap_err();
        assert!(
            format!("{error:?}").contains("telemetry.otlp_endpoint must begin with http://"),
            "{error:?}"
        );
        let error = with(&[("TIMBRE__TELEMETRY__SAMPLED", "1.5")]).unwrap_err();
        assert!(format!("{error:?}").contains("telemetry.sampled must be 0 to 1"), "{error:?}");
        let error = with(&[("TIMBRE__DATABASE__ANSWER_SECONDS", "0")]).unwrap_err();
        assert!(format!("{error:?}").contains("database.answer_seconds must be 0.1 to 60"), "{error:?}");
        let error = with(&[("TIMBRE__HOUSEKEEPING__OBJECTS_EVERY_SECONDS", "0")]).unwrap_err();
        assert!(
            format!("{error:?}").contains("housekeeping.objects_every_seconds must be 1 to 604800"),
            "{error:?}"
        );
        let error = with(&[("TIMBRE__OUTBOUND__CONCURRENT", "0")]).unwrap_err();
        assert!(format!("{error:?}").contains("outbound.concurrent must be 1 to 1024"), "{error:?}");
    }

    #[test]
    fn sessions_in_redis_need_one_and_its_password_is_not_shown() {
        let error = with(&[("TIMBRE__HTTP__SESSIONS", "redis")]).unwrap_err();
        assert!(format!("{error:?}").contains("needs redis.url"), "{error:?}");
        let url = "rediss://timbre:a-password@redis.internal:6380/1";
        let settings = with(&[("TIMBRE__HTTP__SESSIONS", "redis"), ("TIMBRE__REDIS__URL", url)]).unwrap();
        assert_eq!((settings.http.sessions, settings.redis.url.as_str()), (SessionsIn::Redis, url));
        assert!(!format!("{settings:?}").contains("a-password"));
        let error = with(&[("TIMBRE__REDIS__RATE_MILLISECONDS", "1501")]).unwrap_err();
        assert!(format!("{error:?}").contains("redis.rate_milliseconds must be 10 to 1500"), "{error:?}");
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
