//! Objects in a bucket of S3, or of another server that speaks its protocol.
//!
//! An object is named `{prefix}/{tenant}/{first two digits of object}/{object}.sealed`: the folder's own names, so that
//! the one is moved into the other by copying. Names are lower-case digits at fixed places, and buckets list names by
//! their bytes; so a listing comes in the order of ids.
//!
//! Nothing but sealed bytes is put. The SHA-256 of each body, or part of one, is signed with its request, which every
//! server of the protocol checks; headers and trailers that only some of them know are not sent. What comes back is
//! checked by the length, by the checksum where the server gives one, and by the seal.
//!
//! A server that does not answer is [`VaultError::Unavailable`] within [`S3::timeout`], tries and waits included;
//! what has many bytes has a second more for each [`BYTES_A_SECOND`]. The SDK's standard retries are used: up to
//! [`ATTEMPTS`] tries, with random waits between them that double, and fewer of them while most fail.

mod bucket;
mod failure;
mod settings;
mod upload;
mod versions;

use std::{
    fmt,
    sync::Arc,
    time::{Duration, SystemTime},
};

use async_trait::async_trait;
use aws_sdk_s3::{
    Client,
    config::{
        BehaviorVersion, Config, Credentials, Region, RequestChecksumCalculation, ResponseChecksumValidation,
        StalledStreamProtectionConfig, retry::RetryConfig, timeout::TimeoutConfig,
    },
    error::ProvideErrorMetadata,
    primitives::ByteStream,
    types::Object,
};
use timbre_domain::ids::{ObjectId, TenantId};
use tokio::time::{Instant, timeout_at};

pub use bucket::{BucketState, ObjectLock, Versions};
pub use settings::S3;

use self::failure::Known;
use super::{MAX_PAGE, ObjectEntry, ObjectName, ObjectPage, ObjectStore};
use crate::error::VaultError;

/// Bytes that are given a second more than the time for what is small.
pub const BYTES_A_SECOND: u64 = 4 * 1024 * 1024;
/// Tries of one request.
pub const ATTEMPTS: u32 = 3;
/// The longest first wait before another try; each further may be twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_millis(400);

const SEALED: &str = ".sealed";

/// An [`ObjectStore`] in a bucket. Clones share the connections.
#[derive(Debug, Clone)]
pub struct S3Store(Arc<Bucket>);

impl S3Store {
    /// Asks nothing of the server yet. Refuses an authorities file that cannot be read, and settings that no client can be
    /// made of.
    pub fn open(s3: S3) -> Result<Self, VaultError> {
        let http = s3.http_client()?;
        let credentials = Credentials::new(
            s3.access_key.as_str(),
            s3.secret_key.as_str(),
            s3.session_token.as_ref().map(|token| token.to_string()),
            None,
            "timbre",
        );
        let mut config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http)
            .region(Region::new(s3.region.clone()))
            .credentials_provider(credentials)
            .force_path_style(s3.path_style)
            .request_checksum_calculation(RequestChecksumCalculation::WhenRequired)
            .response_checksum_validation(ResponseChecksumValidation::WhenSupported)
            .retry_config(
                RetryConfig::standard()
                    .with_max_attempts(ATTEMPTS)
                    .with_initial_backoff(FIRST_WAIT)
                    .with_max_backoff(LONGEST_WAIT),
            )
            // Its grace is longer than our whole time.
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .timeout_config(timeouts(s3.timeout));
        if !s3.endpoint.is_empty() {
            config = config.endpoint_url(s3.endpoint.trim_end_matches('/'));
        }
        let client = Client::from_conf(config.build());
        Ok(Self(Arc::new(Bucket { client, prefix: s3.name_prefix(), s3: s3.without_secrets() })))
    }

    /// How the bucket is set up, as far as that matters here. An error where it cannot even be listed.
    pub async fn inspect(&self) -> Result<BucketState, VaultError> {
        self.0.inspect().await
    }
}

#[async_trait]
impl ObjectStore for S3Store {
    async fn put(&self, tenant: TenantId, object: ObjectId, sealed: Vec<u8>) -> Result<(), VaultError> {
        let bytes = sealed.len() as u64;
        if bytes > self.0.s3.max_object_bytes {
            return Err(self.0.too_large(tenant, object));
        }
        let key = self.0.key(ObjectName { tenant, object });
        if bytes <= self.0.s3.part_bytes {
            return self.0.put(key, sealed).await;
        }
        // Runs to its end, so that a caller who stops waiting does not leave half of it.
        let bucket = Arc::clone(&self.0);
        let upload = tokio::spawn(async move { bucket.upload(key, sealed).await });
        upload.await.map_err(|_| VaultError::Interrupted)?
    }

    async fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError> {
        let begun = Instant::now();
        match self.0.get(tenant, object, begun).await {
            // The SDK tries again until the answer begins; this is for one that broke off in the middle.
            Err(Broken::InTheMiddle(_)) => self.0.get(tenant, object, begun).await.map_err(Broken::error),
            other => other.map_err(Broken::error),
        }
    }

    async fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError> {
        let key = self.0.key(ObjectName { tenant, object });
        match self.0.client.head_object().bucket(&self.0.s3.bucket).key(key).send().await {
            Ok(head) => Ok(Some(head.content_length().and_then(|n| u64::try_from(n).ok()).unwrap_or(0))),
            Err(error) if error.status() == Some(404) => Ok(None),
            Err(error) => Err(self.0.failed("look at an object", &error)),
        }
    }

    async fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError> {
        self.0.delete(&self.0.key(ObjectName { tenant, object })).await
    }

    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        self.0.list(tenant, after, limit.clamp(1, MAX_PAGE)).await
    }

    async fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError> {
        self.0.sweep_uploads(age).await
    }
}

struct Bucket {
    client: Client,
    /// What all names begin with: empty, or with a slash at its end.
    prefix: String,
    /// The settings, their secrets wiped.
    s3: S3,
}

/// Without the client, which would show the access key.
impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.s3.fmt(f)
    }
}

/// Why a read gave nothing.
enum Broken {
    AtOnce(VaultError),
    InTheMiddle(VaultError),
}

impl Broken {
    fn error(self) -> VaultError {
        let (Self::AtOnce(error) | Self::InTheMiddle(error)) = self;
        error
    }
}

impl Bucket {
    fn key(&self, name: ObjectName) -> String {
        let object = name.object.to_string();
        format!("{}{}/{}/{object}{SEALED}", self.prefix, name.tenant, &object[..2])
    }

    /// What a key names, if the key is exactly as we would have written it.
    fn name(&self, key: &str) -> Option<ObjectName> {
        let mut parts = key.strip_prefix(&self.prefix)?.split('/');
        let tenant = parts.next()?.parse().ok()?;
        let object = parts.nth(1)?.strip_suffix(SEALED)?.parse().ok()?;
        let name = ObjectName { tenant, object };
        (self.key(name) == key).then_some(name)
    }

    /// The time that a request with so many bytes may take, tries and waits included.
    fn time_for(&self, bytes: u64) -> Duration {
        self.s3.timeout + Duration::from_millis(bytes.saturating_mul(1000) / BYTES_A_SECOND)
    }

    async fn put(&self, key: String, sealed: Vec<u8>) -> Result<(), VaultError> {
        let time = self.time_for(sealed.len() as u64);
        let put = self.client.put_object().bucket(&self.s3.bucket).key(key).body(ByteStream::from(sealed));
        let put = put.customize().config_override(within(time)).send().await;
        put.map(|_| ()).map_err(|error| self.failed("put an object", &error))
    }

    async fn get(&self, tenant: TenantId, object: ObjectId, begun: Instant) -> Result<Vec<u8>, Broken> {
        let limit = self.s3.max_object_bytes;
        let key = self.key(ObjectName { tenant, object });
        let get = self.client.get_object().bucket(&self.s3.bucket).key(key).send();
        let found = match timeout_at(begun + self.s3.timeout, get).await {
            Ok(Ok(found)) => found,
            Ok(Err(error)) if error.code() == Some("NoSuchKey") => {
                return Err(Broken::AtOnce(VaultError::ObjectNotFound { tenant, object }));
            }
            Ok(Err(error)) => return Err(Broken::AtOnce(self.failed("get an object", &error))),
            Err(_) => return Err(Broken::AtOnce(self.unavailable("get an object", "it took too long"))),
        };
        let length = found.content_length().and_then(|length| u64::try_from(length).ok()).unwrap_or(0);
        if length > limit {
            return Err(Broken::AtOnce(self.too_large(tenant, object)));
        }
        let mut sealed = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
        let mut body = found.body;
        let read = async {
            while let Some(piece) = body.try_next().await.map_err(|error| self.broke_off(&error))? {
                // Never more than the limit, whatever was announced.
                if (sealed.len() + piece.len()) as u64 > limit {
                    return Err(Broken::AtOnce(self.too_large(tenant, object)));
                }
                sealed.extend_from_slice(&piece);
            }
            Ok(())
        };
        match timeout_at(begun + self.time_for(length), read).await {
            Ok(read) => read.map(|()| sealed),
            Err(_) => Err(Broken::AtOnce(self.unavailable("get an object", "its bytes took too long"))),
        }
    }

    fn broke_off(&self, error: &(dyn std::error::Error + 'static)) -> Broken {
        Broken::InTheMiddle(self.unavailable("get an object", &failure::chain(error)))
    }

    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        // Not every server takes a start outside of the prefix.
        let after = match (tenant, after) {
            (Some(tenant), Some(after)) if after.tenant > tenant => {
                return Ok(ObjectPage { entries: Vec::new(), next: None });
            }
            (Some(tenant), after) => after.filter(|after| after.tenant == tenant),
            (None, after) => after,
        };
        let prefix = tenant.map_or_else(|| self.prefix.clone(), |tenant| format!("{}{tenant}/", self.prefix));
        let mut start = after.map(|after| self.key(after));
        loop {
            let page = self
                .client
                .list_objects_v2()
                .bucket(&self.s3.bucket)
                .prefix(&prefix)
                .set_start_after(start)
                .max_keys(i32::try_from(limit).unwrap_or(i32::MAX))
                .send()
                .await
                .map_err(|error| self.failed("list objects", &error))?;
            let entries: Vec<_> = page.contents().iter().filter_map(|object| self.entry(object)).collect();
            let last = page.contents().last().and_then(|object| object.key());
            match (page.is_truncated() == Some(true), entries.last(), last) {
                (true, Some(entry), _) => {
                    let next = Some(entry.name);
                    return Ok(ObjectPage { entries, next });
                }
                // Nothing but what others put there: no name to go on from.
                (true, None, Some(last)) => start = Some(last.to_owned()),
                _ => return Ok(ObjectPage { entries, next: None }),
            }
        }
    }

    fn entry(&self, object: &Object) -> Option<ObjectEntry> {
        let name = self.name(object.key()?)?;
        // Without a time it is young: what is young is left alone.
        let modified = object.last_modified().and_then(|time| SystemTime::try_from(*time).ok());
        Some(ObjectEntry { name, modified: modified.unwrap_or_else(SystemTime::now) })
    }

    fn too_large(&self, tenant: TenantId, object: ObjectId) -> VaultError {
        VaultError::ObjectTooLarge { tenant, object, limit: self.s3.max_object_bytes }
    }
}

/// A third of the time for a connection, two thirds for one try: so that another may follow one that hangs.
fn timeouts(whole: Duration) -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(whole / 3)
        .operation_attempt_timeout(whole * 2 / 3)
        .operation_timeout(whole)
        .build()
}

/// For one request: the time that it has.
fn within(time: Duration) -> aws_sdk_s3::config::Builder {
    Config::builder().timeout_config(timeouts(time))
}
