//! Putting a large object in parts. It appears once all are there; an upload that fails is taken back, and one that a
//! crash cut short is swept later.

use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

use aws_sdk_s3::{
    error::ProvideErrorMetadata,
    primitives::ByteStream,
    types::{CompletedMultipartUpload, CompletedPart, MultipartUpload},
};
use tokio::task::JoinSet;

use super::{Bucket, failure::Known, within};
use crate::error::VaultError;

const ACTION: &str = "put an object in parts";

impl Bucket {
    pub(super) async fn upload(self: Arc<Self>, key: String, sealed: Vec<u8>) -> Result<(), VaultError> {
        let begun = self.client.create_multipart_upload().bucket(&self.s3.bucket).key(&key).send().await;
        let begun = begun.map_err(|error| self.failed(ACTION, &error))?;
        let Some(upload) = begun.upload_id() else {
            return Err(self.refused(ACTION, "the upload was given no id"));
        };
        let done = match Arc::clone(&self).put_parts(&key, upload, sealed).await {
            Ok(parts) => self.complete(&key, upload, parts).await,
            Err(error) => Err(error),
        };
        if done.is_err() {
            // What cannot be taken back now is swept once it is old.
            let _ = self.abort(&key, upload).await;
        }
        done
    }

    async fn put_parts(
        self: Arc<Self>,
        key: &str,
        upload: &str,
        sealed: Vec<u8>,
    ) -> Result<Vec<CompletedPart>, VaultError> {
        let part_bytes = usize::try_from(self.s3.part_bytes).unwrap_or(usize::MAX);
        let (mut under_way, mut parts) = (JoinSet::new(), Vec::new());
        for (number, part) in (1..).zip(sealed.chunks(part_bytes)) {
            if under_way.len() == self.s3.parts_at_once {
                parts.extend(next(&mut under_way).await?);
            }
            let (bucket, key, upload) = (Arc::clone(&self), key.to_owned(), upload.to_owned());
            let part = part.to_vec();
            under_way.spawn(async move { bucket.put_part(key, upload, number, part).await });
        }
        while let Some(part) = next(&mut under_way).await? {
            parts.push(part);
        }
        parts.sort_unstable_by_key(|part| part.part_number());
        Ok(parts)
    }

    async fn put_part(
        &self,
        key: String,
        upload: String,
        number: i32,
        part: Vec<u8>,
    ) -> Result<CompletedPart, VaultError> {
        // All parts that are under way share the line.
        let time = self.time_for(part.len() as u64 * self.s3.parts_at_once as u64);
        let put = self
            .client
            .upload_part()
            .bucket(&self.s3.bucket)
            .key(key)
            .upload_id(upload)
            .part_number(number)
            .body(ByteStream::from(part));
        let put = put.customize().config_override(within(time)).send().await;
        let put = put.map_err(|error| self.failed(ACTION, &error))?;
        Ok(CompletedPart::builder().part_number(number).set_e_tag(put.e_tag).build())
    }

    async fn complete(&self, key: &str, upload: &str, parts: Vec<CompletedPart>) -> Result<(), VaultError> {
        // The server may have to put the parts together first.
        let time = self.time_for(parts.len() as u64 * self.s3.part_bytes);
        let parts = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let complete = self
            .client
            .complete_multipart_upload()
            .bucket(&self.s3.bucket)
            .key(key)
            .upload_id(upload)
            .multipart_upload(parts);
        let complete = complete.customize().config_override(within(time)).send().await;
        complete.map(|_| ()).map_err(|error| self.failed(ACTION, &error))
    }

    async fn abort(&self, key: &str, upload: &str) -> Result<(), VaultError> {
        let abort =
            self.client.abort_multipart_upload().bucket(&self.s3.bucket).key(key).upload_id(upload).send();
        match abort.await {
            Ok(_) => Ok(()),
            Err(error) if error.code() == Some("NoSuchUpload") => Ok(()),
            Err(error) => Err(self.failed("take back an upload", &error)),
        }
    }

    /// Takes back the uploads of ours that were begun longer than `age` ago.
    pub(super) async fn sweep_uploads(&self, age: Duration) -> Result<usize, VaultError> {
        let (now, mut swept) = (SystemTime::now(), 0);
        let (mut key_marker, mut upload_marker) = (None::<String>, None::<String>);
        loop {
            let listed = self
                .client
                .list_multipart_uploads()
                .bucket(&self.s3.bucket)
                .prefix(&self.prefix)
                .set_key_marker(key_marker)
                .set_upload_id_marker(upload_marker)
                .send()
                .await;
            let page = match listed {
                Ok(page) => page,
                Err(error) if error.not_there() => return Ok(swept),
                Err(error) => return Err(self.failed("list uploads", &error)),
            };
            for upload in page.uploads().iter().filter(|upload| older(upload, now, age)) {
                if let (Some(key), Some(id)) = (upload.key(), upload.upload_id())
                    && self.name(key).is_some()
                {
                    self.abort(key, id).await?;
                    swept += 1;
                }
            }
            (key_marker, upload_marker) =
                (page.next_key_marker().map(str::to_owned), page.next_upload_id_marker().map(str::to_owned));
            if page.is_truncated() != Some(true) || key_marker.is_none() {
                return Ok(swept);
            }
        }
    }
}

/// The next part that is there; `None` when none is under way.
async fn next(
    under_way: &mut JoinSet<Result<CompletedPart, VaultError>>,
) -> Result<Option<CompletedPart>, VaultError> {
    match under_way.join_next().await {
        Some(part) => part.map_err(|_| VaultError::Interrupted)?.map(Some),
        None => Ok(None),
    }
}

/// One without a time, or from the future, is young.
fn older(upload: &MultipartUpload, now: SystemTime, age: Duration) -> bool {
    let begun = upload.initiated().and_then(|time| SystemTime::try_from(*time).ok());
    begun.and_then(|begun| now.duration_since(begun).ok()).is_some_and(|since| since > age)
}
