//! A bucket in memory that keeps versions, and can be set up as operators set theirs up: what s3s-fs cannot. The protocol
//! around it is s3s's, as S3 documents it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard},
    time::{Duration, SystemTime},
};

use futures_util::StreamExt;
use s3s::{Body, S3, S3Request, S3Response, S3Result, dto::*, s3_error};

/// Versions in one page of their list: so few that there are several pages.
const PAGE: usize = 2;

/// Clones share the bucket.
#[derive(Clone, Default)]
pub struct Versioned(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// In the order of their making.
    versions: Vec<Version>,
    uploads: BTreeMap<String, Upload>,
    made: usize,
    setup: Setup,
}

/// How the bucket is set up.
#[derive(Default, Clone)]
struct Setup {
    locked: bool,
    expires: Option<String>,
    refused_part: Option<i32>,
}

struct Version {
    key: String,
    id: String,
    /// A delete marker has none.
    bytes: Option<Vec<u8>>,
    made: SystemTime,
}

struct Upload {
    key: String,
    begun: SystemTime,
    parts: BTreeMap<i32, Vec<u8>>,
}

impl Versioned {
    /// Every object is locked: no version can be deleted.
    pub fn locked(self) -> Self {
        self.state().setup.locked = true;
        self
    }

    /// A lifecycle rule deletes objects whose names begin like this.
    pub fn expiring(self, prefix: &str) -> Self {
        self.state().setup.expires = Some(prefix.to_owned());
        self
    }

    /// This part of every upload is refused.
    pub fn refusing_part(self, number: i32) -> Self {
        self.state().setup.refused_part = Some(number);
        self
    }

    /// An upload that somebody began so long ago and never ended.
    pub fn leave_upload(&self, key: &str, age: Duration) {
        let mut state = self.state();
        let (id, begun) = (state.next_id(), SystemTime::now() - age);
        state.uploads.insert(id, Upload { key: key.to_owned(), begun, parts: BTreeMap::new() });
    }

    /// Hides an object behind a delete marker, as a tool that knows no versions does.
    pub fn mark_deleted(&self, key: &str) {
        self.state().add(key.to_owned(), None);
    }

    /// All versions and delete markers that there are.
    pub fn versions(&self) -> usize {
        self.state().versions.len()
    }

    /// The keys of the uploads that are under way.
    pub fn uploads(&self) -> Vec<String> {
        self.state().uploads.values().map(|upload| upload.key.clone()).collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }
}

impl State {
    fn next_id(&mut self) -> String {
        self.made += 1;
        format!("id-{:06}", self.made)
    }

    fn add(&mut self, key: String, bytes: Option<Vec<u8>>) -> String {
        let id = self.next_id();
        self.versions.push(Version { key, id: id.clone(), bytes, made: SystemTime::now() });
        id
    }

    fn latest(&self, key: &str) -> Option<(&Version, &Vec<u8>)> {
        let version = self.versions.iter().rev().find(|version| version.key == key)?;
        version.bytes.as_ref().map(|bytes| (version, bytes))
    }
}

async fn bytes_of(body: Option<StreamingBlob>) -> S3Result<Vec<u8>> {
    let (mut bytes, Some(mut body)) = (Vec::new(), body) else { return Ok(Vec::new()) };
    while let Some(piece) = body.next().await {
        bytes.extend_from_slice(&piece.map_err(|_| s3_error!(IncompleteBody))?);
    }
    Ok(bytes)
}

fn answer<T>(output: T) -> S3Result<S3Response<T>> {
    Ok(S3Response::new(output))
}

#[async_trait::async_trait]
impl S3 for Versioned {
    async fn put_object(&self, req: S3Request<PutObjectInput>) -> S3Result<S3Response<PutObjectOutput>> {
        let bytes = bytes_of(req.input.body).await?;
        let version_id = Some(self.state().add(req.input.key, Some(bytes)));
        answer(PutObjectOutput { version_id, ..Default::default() })
    }

    async fn get_object(&self, req: S3Request<GetObjectInput>) -> S3Result<S3Response<GetObjectOutput>> {
        let state = self.state();
        let (_, bytes) = state.latest(&req.input.key).ok_or_else(|| s3_error!(NoSuchKey))?;
        answer(GetObjectOutput {
            content_length: Some(bytes.len() as i64),
            body: Some(StreamingBlob::from(Body::from(bytes.clone()))),
            ..Default::default()
        })
    }

    async fn head_object(&self, req: S3Request<HeadObjectInput>) -> S3Result<S3Response<HeadObjectOutput>> {
        let state = self.state();
        let (version, bytes) = state.latest(&req.input.key).ok_or_else(|| s3_error!(NoSuchKey))?;
        answer(HeadObjectOutput {
            content_length: Some(bytes.len() as i64),
            version_id: Some(version.id.clone()),
            ..Default::default()
        })
    }

    async fn delete_object(
        &self,
        req: S3Request<DeleteObjectInput>,
    ) -> S3Result<S3Response<DeleteObjectOutput>> {
        let mut state = self.state();
        match req.input.version_id {
            Some(_) if state.setup.locked => return Err(s3_error!(AccessDenied)),
            Some(id) => state.versions.retain(|version| version.key != req.input.key || version.id != id),
            None => _ = state.add(req.input.key, None),
        }
        answer(DeleteObjectOutput::default())
    }

    async fn list_object_versions(
        &self,
        req: S3Request<ListObjectVersionsInput>,
    ) -> S3Result<S3Response<ListObjectVersionsOutput>> {
        let (state, input) = (self.state(), req.input);
        let prefix = input.prefix.unwrap_or_default();
        let after = (input.key_marker.unwrap_or_default(), input.version_id_marker.unwrap_or_default());
        let mut found: Vec<_> =
            state.versions.iter().filter(|version| version.key.starts_with(&prefix)).collect();
        found.sort_by_key(|version| (version.key.clone(), version.id.clone()));
        found.retain(|version| (version.key.clone(), version.id.clone()) > after);
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let last = more.then(|| found.last().map(|last| (last.key.clone(), last.id.clone()))).flatten();
        let (versions, markers): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|version| version.bytes.is_some());
        let versions = versions.into_iter().map(|version| ObjectVersion {
            key: Some(version.key.clone()),
            version_id: Some(version.id.clone()),
            ..Default::default()
        });
        let markers = markers.into_iter().map(|marker| DeleteMarkerEntry {
            key: Some(marker.key.clone()),
            version_id: Some(marker.id.clone()),
            ..Default::default()
        });
        answer(ListObjectVersionsOutput {
            versions: Some(versions.collect()),
            delete_markers: Some(markers.collect()),
            is_truncated: Some(more),
            next_key_marker: last.as_ref().map(|(key, _)| key.clone()),
            next_version_id_marker: last.map(|(_, id)| id),
            ..Default::default()
        })
    }

    async fn list_objects_v2(
        &self,
        req: S3Request<ListObjectsV2Input>,
    ) -> S3Result<S3Response<ListObjectsV2Output>> {
        let (state, input) = (self.state(), req.input);
        let (prefix, after) = (input.prefix.unwrap_or_default(), input.start_after.unwrap_or_default());
        let keys: std::collections::BTreeSet<_> = state.versions.iter().map(|version| &version.key).collect();
        let live = keys.into_iter().filter(|key| key.starts_with(&prefix) && **key > after);
        let mut live: Vec<_> = live.filter_map(|key| state.latest(key)).collect();
        let most = usize::try_from(input.max_keys.unwrap_or(1000)).unwrap_or(0);
        let more = live.len() > most;
        live.truncate(most);
        let contents = live.into_iter().map(|(version, bytes)| Object {
            key: Some(version.key.clone()),
            size: Some(bytes.len() as i64),
            last_modified: Some(version.made.into()),
            ..Default::default()
        });
        answer(ListObjectsV2Output {
            contents: Some(contents.collect()),
            is_truncated: Some(more),
            ..Default::default()
        })
    }

    async fn create_multipart_upload(
        &self,
        req: S3Request<CreateMultipartUploadInput>,
    ) -> S3Result<S3Response<CreateMultipartUploadOutput>> {
        let mut state = self.state();
        let id = state.next_id();
        let upload = Upload { key: req.input.key, begun: SystemTime::now(), parts: BTreeMap::new() };
        state.uploads.insert(id.clone(), upload);
        answer(CreateMultipartUploadOutput { upload_id: Some(id), ..Default::default() })
    }

    async fn upload_part(&self, req: S3Request<UploadPartInput>) -> S3Result<S3Response<UploadPartOutput>> {
        let bytes = bytes_of(req.input.body).await?;
        let (mut state, number) = (self.state(), req.input.part_number);
        if state.setup.refused_part == Some(number) {
            return Err(s3_error!(AccessDenied));
        }
        let upload = state.uploads.get_mut(&req.input.upload_id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        upload.parts.insert(number, bytes);
        answer(UploadPartOutput { e_tag: Some(ETag::Strong(format!("part-{number}"))), ..Default::default() })
    }

    async fn complete_multipart_upload(
        &self,
        req: S3Request<CompleteMultipartUploadInput>,
    ) -> S3Result<S3Response<CompleteMultipartUploadOutput>> {
        let mut state = self.state();
        let upload = state.uploads.remove(&req.input.upload_id).ok_or_else(|| s3_error!(NoSuchUpload))?;
        let bytes = upload.parts.into_values().flatten().collect();
        state.add(upload.key, Some(bytes));
        answer(CompleteMultipartUploadOutput::default())
    }

    async fn abort_multipart_upload(
        &self,
        req: S3Request<AbortMultipartUploadInput>,
    ) -> S3Result<S3Response<AbortMultipartUploadOutput>> {
        let gone = self.state().uploads.remove(&req.input.upload_id);
        gone.ok_or_else(|| s3_error!(NoSuchUpload))?;
        answer(AbortMultipartUploadOutput::default())
    }

    async fn list_multipart_uploads(
        &self,
        req: S3Request<ListMultipartUploadsInput>,
    ) -> S3Result<S3Response<ListMultipartUploadsOutput>> {
        let (state, input) = (self.state(), req.input);
        let prefix = input.prefix.unwrap_or_default();
        let after = (input.key_marker.unwrap_or_default(), input.upload_id_marker.unwrap_or_default());
        let mut found: Vec<_> =
            state.uploads.iter().filter(|(_, upload)| upload.key.starts_with(&prefix)).collect();
        found.sort_by_key(|(id, upload)| (upload.key.clone(), (*id).clone()));
        found.retain(|(id, upload)| (upload.key.clone(), (*id).clone()) > after);
        let more = found.len() > PAGE;
        found.truncate(PAGE);
        let last =
            more.then(|| found.last().map(|(id, upload)| (upload.key.clone(), (*id).clone()))).flatten();
        let uploads = found.into_iter().map(|(id, upload)| MultipartUpload {
            key: Some(upload.key.clone()),
            upload_id: Some(id.clone()),
            initiated: Some(upload.begun.into()),
            ..Default::default()
        });
        answer(ListMultipartUploadsOutput {
            uploads: Some(uploads.collect()),
            is_truncated: Some(more),
            next_key_marker: last.as_ref().map(|(key, _)| key.clone()),
            next_upload_id_marker: last.map(|(_, id)| id),
            ..Default::default()
        })
    }

    async fn get_bucket_versioning(
        &self,
        _: S3Request<GetBucketVersioningInput>,
    ) -> S3Result<S3Response<GetBucketVersioningOutput>> {
        let status = Some(BucketVersioningStatus::from_static(BucketVersioningStatus::ENABLED));
        answer(GetBucketVersioningOutput { status, ..Default::default() })
    }

    async fn get_object_lock_configuration(
        &self,
        _: S3Request<GetObjectLockConfigurationInput>,
    ) -> S3Result<S3Response<GetObjectLockConfigurationOutput>> {
        if !self.state().setup.locked {
            return Err(s3_error!(ObjectLockConfigurationNotFoundError));
        }
        let lock = ObjectLockConfiguration {
            object_lock_enabled: Some(ObjectLockEnabled::from_static(ObjectLockEnabled::ENABLED)),
            rule: Some(ObjectLockRule {
                default_retention: Some(DefaultRetention { days: Some(30), ..Default::default() }),
            }),
        };
        answer(GetObjectLockConfigurationOutput { object_lock_configuration: Some(lock) })
    }

    async fn get_bucket_lifecycle_configuration(
        &self,
        _: S3Request<GetBucketLifecycleConfigurationInput>,
    ) -> S3Result<S3Response<GetBucketLifecycleConfigurationOutput>> {
        let Some(prefix) = self.state().setup.expires.clone() else {
            return Err(s3_error!(NoSuchLifecycleConfiguration));
        };
        let rule = LifecycleRule {
            id: Some("tidy-up".to_owned()),
            status: ExpirationStatus::from_static(ExpirationStatus::ENABLED),
            expiration: Some(LifecycleExpiration { days: Some(7), ..Default::default() }),
            filter: Some(LifecycleRuleFilter { prefix: Some(prefix), ..Default::default() }),
            abort_incomplete_multipart_upload: None,
            noncurrent_version_expiration: None,
            noncurrent_version_transitions: None,
            prefix: None,
            transitions: None,
        };
        answer(GetBucketLifecycleConfigurationOutput { rules: Some(vec![rule]), ..Default::default() })
    }
}
