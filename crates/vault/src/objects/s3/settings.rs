//! Which bucket, by which key, and within which limits.

use std::{fmt, fs, path::PathBuf, time::Duration};

use aws_sdk_s3::config::SharedHttpClient;
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode},
};
use tokio_rustls::rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};
use zeroize::Zeroizing;

use crate::error::{VaultError, disk};

/// What an [`S3Store`](super::S3Store) is opened with. Its secrets are wiped on drop and not printed.
#[derive(Clone)]
pub struct S3 {
    /// `https://…` or `http://…`. Empty: AWS's own of the region.
    pub endpoint: String,
    pub region: String,
    pub bucket: String,
    /// What all names begin with, before a slash. Empty: nothing.
    pub prefix: String,
    /// Whether the bucket is named in the path, not in the host name.
    pub path_style: bool,
    pub access_key: Zeroizing<String>,
    pub secret_key: Zeroizing<String>,
    pub session_token: Option<Zeroizing<String>>,
    /// Certificate authorities to trust beside the system's: a PEM file. Empty: none.
    pub authorities: PathBuf,
    /// The time that a request of few bytes may take, tries and waits included.
    pub timeout: Duration,
    /// Objects with more bytes go in parts of so many. S3 takes no parts under 5 MiB but the last.
    pub part_bytes: u64,
    /// Parts of one object that are under way at a time.
    pub parts_at_once: usize,
    /// Most bytes of an object.
    pub max_object_bytes: u64,
}

impl S3 {
    pub(super) fn name_prefix(&self) -> String {
        match self.prefix.trim_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        }
    }

    /// What is needed after the client has the secrets.
    pub(super) fn without_secrets(mut self) -> Self {
        (self.access_key, self.secret_key, self.session_token) = Default::default();
        self
    }

    /// Where the objects are, for messages.
    pub(super) fn place(&self) -> String {
        match self.endpoint.as_str() {
            "" => format!("AWS S3 in {}", self.region),
            endpoint => endpoint.to_owned(),
        }
    }

    pub(super) fn http_client(&self) -> Result<SharedHttpClient, VaultError> {
        if self.endpoint.starts_with("http://") {
            return Ok(Builder::new().build_http());
        }
        let mut trusted = TrustStore::default();
        if !self.authorities.as_os_str().is_empty() {
            trusted.add_pem_certificate(self.authorities()?);
        }
        let context = TlsContext::builder().with_trust_store(trusted).build();
        let context = context.map_err(|error| VaultError::Authorities {
            path: self.authorities.clone(),
            why: error.to_string(),
        })?;
        Ok(Builder::new().tls_provider(Provider::rustls(CryptoMode::Ring)).tls_context(context).build_https())
    }

    /// The file's bytes once each certificate in it was understood: the client would panic at one that it does not.
    fn authorities(&self) -> Result<Vec<u8>, VaultError> {
        let path = &self.authorities;
        let refused = |why: String| VaultError::Authorities { path: path.clone(), why };
        let pem = fs::read(path).map_err(disk("read", path))?;
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|error| refused(error.to_string()))?;
            roots.add(certificate).map_err(|error| refused(error.to_string()))?;
        }
        match roots.is_empty() {
            true => Err(refused("there is no certificate in it".to_owned())),
            false => Ok(pem),
        }
    }
}

impl fmt::Debug for S3 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("S3")
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .finish_non_exhaustive()
    }
}
