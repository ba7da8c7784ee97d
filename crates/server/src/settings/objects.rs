//! `[objects]`: where sealed audio is kept.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Deserializer};
use timbre_vault::{DEFAULT_MAX_OBJECT_BYTES, S3};
use zeroize::Zeroizing;

use crate::failure::Failure;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ObjectSettings {
    pub store: Place,
    endpoint: String,
    region: String,
    bucket: String,
    prefix: String,
    path_style: bool,
    access_key: Secret,
    secret_key: Secret,
    access_key_file: PathBuf,
    secret_key_file: PathBuf,
    authorities: PathBuf,
    timeout_milliseconds: u64,
    part_bytes: u64,
    parts_at_once: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Place {
    Folder,
    S3,
}

/// Wiped on drop, and not printed.
#[derive(Clone)]
struct Secret(Zeroizing<String>);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Self(Zeroizing::new(String::deserialize(from)?)))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.0.is_empty() { "empty" } else { "hidden" })
    }
}

impl ObjectSettings {
    /// What is wrong, after the name of the key.
    pub(super) fn check(&self) -> Result<(), &'static str> {
        let in_bucket = self.store == Place::S3;
        let (access, secret) = (&self.access_key.0, &self.secret_key.0);
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let prefix = self
            .prefix
            .split('/')
            .all(|part| !part.is_empty() && part != "." && part != ".." && part.chars().all(plain));
        let endpoint = self.endpoint.starts_with("https://") || self.endpoint.starts_with("http://");
        let rules = [
            (self.endpoint.is_empty() || endpoint, "endpoint must begin with https:// or http://"),
            (!in_bucket || !self.region.is_empty(), "region must be named"),
            (!in_bucket || !self.bucket.is_empty(), "bucket must be named"),
            (
                self.prefix.is_empty() || prefix,
                "prefix must be of letters, digits, -, _ and ., with a slash only between them",
            ),
            (
                access.is_empty() || self.access_key_file.as_os_str().is_empty(),
                "access_key_file must be empty beside access_key",
            ),
            (
                secret.is_empty() || self.secret_key_file.as_os_str().is_empty(),
                "secret_key_file must be empty beside secret_key",
            ),
            (
                (200..=60_000).contains(&self.timeout_milliseconds),
                "timeout_milliseconds must be 200 to 60000",
            ),
            ((5_242_880..=67_108_864).contains(&self.part_bytes), "part_bytes must be 5242880 to 67108864"),
            ((1..=16).contains(&self.parts_at_once), "parts_at_once must be 1 to 16"),
        ];
        rules.into_iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, text)| Err(text))
    }

    /// Whether what is sent to the bucket can be read on its way; objects are sealed all the same.
    pub fn is_plain_http(&self) -> bool {
        self.endpoint.starts_with("http://")
    }

    /// The bucket, and the key to it: of the settings, else of its files, else of the environment.
    pub fn s3(&self) -> Result<S3, Failure> {
        let (access_key, _) =
            key("access_key", &self.access_key, &self.access_key_file, "AWS_ACCESS_KEY_ID")?;
        let (secret_key, of_environment) =
            key("secret_key", &self.secret_key, &self.secret_key_file, "AWS_SECRET_ACCESS_KEY")?;
        let token =
            std::env::var("AWS_SESSION_TOKEN").ok().filter(|token| of_environment && !token.is_empty());
        Ok(S3 {
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            bucket: self.bucket.clone(),
            prefix: self.prefix.clone(),
            path_style: self.path_style,
            access_key,
            secret_key,
            session_token: token.map(Zeroizing::new),
            authorities: self.authorities.clone(),
            timeout: Duration::from_millis(self.timeout_milliseconds),
            part_bytes: self.part_bytes,
            parts_at_once: self.parts_at_once,
            max_object_bytes: DEFAULT_MAX_OBJECT_BYTES,
        })
    }
}

/// Half of the key, and whether the environment had it.
fn key(name: &str, set: &Secret, file: &Path, variable: &str) -> Result<(Zeroizing<String>, bool), Failure> {
    if !set.0.is_empty() {
        return Ok((set.0.clone(), false));
    }
    if !file.as_os_str().is_empty() {
        let text = Zeroizing::new(fs::read_to_string(file).map_err(|error| Failure::at(file, error))?);
        return match text.trim() {
            "" => Err(Failure::at(file, "the file is empty")),
            text => Ok((Zeroizing::new(text.to_owned()), false)),
        };
    }
    match std::env::var(variable).ok().filter(|text| !text.is_empty()) {
        Some(text) => Ok((Zeroizing::new(text), true)),
        None => Err(Failure::new(format!(
            "settings: objects.{name} is empty, and so are objects.{name}_file and {variable}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::BTreeMap;

    use super::super::Settings;

    fn with(environment: &[(&str, &str)]) -> Result<Settings, crate::failure::Failure> {
        let bucket = [("STORE", "s3"), ("BUCKET", "voices"), ("SECRET_KEY", "0123"), ("ACCESS_KEY", "1e5")];
        let variables: BTreeMap<_, _> = bucket.iter().chain(environment).copied().collect();
        let named = |(key, value): (&str, &str)| (format!("TIMBRE__OBJECTS__{key}"), value.to_owned());
        Settings::read(None, variables.into_iter().map(named).collect())
    }

    #[test]
    fn a_key_comes_as_it_was_written_and_is_never_printed() {
        let settings = with(&[]).unwrap();
        let s3 = settings.objects.s3().unwrap();
        assert_eq!((s3.access_key.as_str(), s3.secret_key.as_str()), ("1e5", "0123"));
        for shown in [format!("{settings:?}"), format!("{s3:?}")] {
            assert!(!shown.contains("0123") && !shown.contains("1e5"), "{shown}");
        }
    }

    #[test]
    fn a_key_in_a_file_is_read_without_the_end_of_its_line() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret");
        std::fs::write(&file, "of-the-file\n").unwrap();
        let path = file.to_str().unwrap();
        let settings = with(&[("SECRET_KEY", ""), ("SECRET_KEY_FILE", path)]).unwrap();
        assert_eq!(settings.objects.s3().unwrap().secret_key.as_str(), "of-the-file");
        std::fs::write(&file, "\n").unwrap();
        assert!(settings.objects.s3().is_err());
    }

    #[test]
    fn what_no_bucket_can_be_used_with_is_refused_by_its_key() {
        for (key, value) in [
            ("ENDPOINT", "s3.example.com"),
            ("REGION", ""),
            ("BUCKET", ""),
            ("PREFIX", "/a"),
            ("PREFIX", "a/../b"),
            ("SECRET_KEY_FILE", "/run/secrets/key"),
            ("TIMEOUT_MILLISECONDS", "100"),
            ("PART_BYTES", "1000000"),
            ("PARTS_AT_ONCE", "0"),
            ("STORE", "tape"),
        ] {
            let error = format!("{:?}", with(&[(key, value)]).unwrap_err());
            assert!(error.contains(&key.to_lowercase()) || error.contains("tape"), "{key}: {error}");
        }
        assert!(with(&[("PREFIX", "a/b-c"), ("ENDPOINT", "https://s3.example.com")]).is_ok());
    }
}
