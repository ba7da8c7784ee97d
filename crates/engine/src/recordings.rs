//! The recordings of conversations: as they came, from the vault, or from elsewhere.
//!
//! Promises that what is fetched from elsewhere is never left behind: it is a file without a name, gone with this process however that ends.

use std::{
    collections::HashMap,
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
    sync::{Mutex, PoisonError},
    time::Duration,
};

use timbre_audio::{Limits, Readable, SampleCoding, sniff, wav_header};
use timbre_domain::{
    ids::{ObjectId, TenantId},
    inquiry::{Coding, Headerless},
    policy::{AccessPolicy, RAW},
};
use timbre_vault::{Purpose as Sealing, SealContext};

use crate::{Engine, EngineError, Tenant, Unfit};

/// Bytes that tell a container.
const HEAD: u64 = 64;

/// Clients that wait for an answer wait for a minute; most of it is for hearing.
const NOW: Duration = Duration::from_secs(20);

/// Recordings that one tenant's callers wait for at a time.
const FETCHED_NOW: usize = 4;

/// Whose recordings are being fetched while callers wait. Never more entries than there are uploads.
#[derive(Default)]
pub(crate) struct Fetching(Mutex<HashMap<TenantId, usize>>);

/// A place among those of its tenant, as long as it is kept.
pub(crate) struct FetchingPlace<'a> {
    fetching: &'a Fetching,
    tenant: TenantId,
}

impl Fetching {
    fn place(&self, tenant: TenantId) -> Option<FetchingPlace<'_>> {
        let mut fetching = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of_tenant = fetching.entry(tenant).or_default();
        if *of_tenant >= FETCHED_NOW {
            return None;
        }
        *of_tenant += 1;
        Some(FetchingPlace { fetching: self, tenant })
    }
}

impl Drop for FetchingPlace<'_> {
    fn drop(&mut self) {
        let mut fetching = self.fetching.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_tenant) = fetching.get_mut(&self.tenant) {
            *of_tenant -= 1;
            if *of_tenant == 0 {
                fetching.remove(&self.tenant);
            }
        }
    }
}

/// A recording that is read as it is heard.
pub(crate) struct LongRecording {
    pub(crate) source: Source,
    pub(crate) limits: Limits,
}

/// What it is read from: one type for all of them.
pub(crate) type Source = Box<dyn Seekable>;

/// [`Readable`], where it is not known of what.
pub(crate) trait Seekable: Read + Seek + Send + Sync {}
impl<R: Readable> Seekable for R {}

impl Engine {
    /// A recording that came with its request.
    pub(crate) fn recording_of(&self, bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> LongRecording {
        LongRecording { source: Box::new(Cursor::new(bytes)), limits: self.parts.conversation_limits }
    }

    /// A recording that is kept with its job.
    pub(crate) async fn recording_kept(
        &self,
        tenant: &Tenant,
        object: ObjectId,
    ) -> Result<LongRecording, EngineError> {
        let sealed = self.parts.objects.get(tenant.id, object).await?;
        let opened = tenant.key.open(&SealContext::new(Sealing::Audio, object.as_bytes()), &sealed)?;
        Ok(self.recording_of(opened))
    }

    /// A short recording from elsewhere, fetched while the caller waits: of no more bytes than one that comes with its request, in less time
    /// than callers wait, and a few at a time for each tenant.
    pub(crate) async fn recording_now(
        &self,
        tenant: &Tenant,
        url: &str,
        headerless: Option<Headerless>,
    ) -> Result<LongRecording, EngineError> {
        let _place = self.fetching.place(tenant.id).ok_or(EngineError::TooManyJobs)?;
        let most = self.parts.conversation_limits.max_bytes as u64;
        let fetched = tokio::time::timeout(NOW, self.recording_at(tenant, url, headerless, most)).await;
        fetched.map_err(|_| EngineError::FetchedTooSlowly(NOW.as_secs()))?
    }

    /// A recording from elsewhere, of at most so many bytes, and at most `outbound.fetch_bytes`; of a format that the tenant's
    /// policy has.
    pub(crate) async fn recording_at(
        &self,
        tenant: &Tenant,
        url: &str,
        headerless: Option<Headerless>,
        most_bytes: u64,
    ) -> Result<LongRecording, EngineError> {
        self.parts.outbound.check(url).map_err(EngineError::Url)?;
        let scratch = self.parts.scratch.clone();
        let file = tokio::task::spawn_blocking(move || tempfile::tempfile_in(scratch)).await;
        let file = file.map_err(|_| EngineError::Stopping)?.map_err(EngineError::Scratch)?;
        let mut into = tokio::fs::File::from_std(file);
        let fetched = self.parts.outbound.fetch_at_most(most_bytes, url, &mut into).await;
        fetched.map_err(EngineError::Fetch)?;
        let mut file = into.into_std().await;
        let (scratch, access) = (self.parts.scratch.clone(), tenant.policy.access.clone());
        let headed = tokio::task::spawn_blocking(move || {
            let head = head_of(&mut file).map_err(EngineError::Scratch)?;
            require_format(&access, &head, headerless.is_some())?;
            headed(file, &head, headerless, &scratch).map_err(EngineError::Scratch)
        });
        let file = headed.await.map_err(|_| EngineError::Stopping)??;
        let limits = Limits { max_bytes: usize::MAX, ..self.parts.conversation_limits };
        Ok(LongRecording { source: Box::new(file), limits })
    }
}

/// What tells a file's container. The file is at its beginning afterwards.
fn head_of(file: &mut File) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    file.rewind()?;
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    file.rewind()?;
    Ok(head)
}

/// Refuses a recording whose format is not among the allowed. What has no container is bare samples where the caller says so;
/// else it is nothing, which is for the decoder to say.
fn require_format(access: &AccessPolicy, bytes: &[u8], headerless: bool) -> Result<(), EngineError> {
    let format = match sniff(bytes) {
        Some(container) => container.name(),
        None if headerless => RAW,
        None => return Ok(()),
    };
    if access.takes(format) { Ok(()) } else { Err(Unfit::NotAllowed(format).into()) }
}

impl Tenant {
    /// Refuses a recording, by its beginning, of a format that the tenant's policy does not have. For whoever takes a
    /// recording from a caller, before it becomes anything else. `headerless`: whether the caller says that it is bare samples.
    pub fn require_format(&self, bytes: &[u8], headerless: bool) -> Result<(), EngineError> {
        require_format(&self.policy.access, bytes, headerless)
    }
}

/// The file at its beginning; where it holds bare samples, another one with a header before them.
fn headed(
    mut file: File,
    head: &[u8],
    headerless: Option<Headerless>,
    scratch: &std::path::Path,
) -> io::Result<File> {
    let Some(headerless) = headerless.filter(|_| sniff(head).is_none()) else { return Ok(file) };
    let length = file.seek(SeekFrom::End(0))?;
    file.rewind()?;
    let header = header(headerless, length).map_err(io::Error::other)?;
    let mut whole = tempfile::tempfile_in(scratch)?;
    io::copy(&mut header.as_slice().chain(file), &mut whole)?;
    Ok(whole)
}

/// Bare samples as a recording.
pub fn with_header(headerless: Headerless, samples: Vec<u8>) -> Result<Vec<u8>, EngineError> {
    let mut recording = header(headerless, samples.len() as u64)?;
    recording.extend(samples);
    Ok(recording)
}

/// What makes a recording of bare samples, put before them.
fn header(headerless: Headerless, bytes: u64) -> Result<Vec<u8>, EngineError> {
    let coding = match headerless.coding {
        Coding::Linear16 => SampleCoding::Linear16,
        Coding::Mulaw => SampleCoding::Mulaw,
    };
    Ok(wav_header(coding, headerless.sample_rate, bytes)?.to_vec())
}
