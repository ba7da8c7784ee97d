//! The one place that connects, to addresses that were judged a moment ago and to no others.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::address::{AddressPolicy, without_dot};
use crate::error::OutboundError;
use crate::resolver::Resolver;
use crate::target::Target;

/// Most bytes of an answer's head, and of what is read ahead of its body.
const HEAD_BYTES: usize = 65_536;

pub(crate) struct Connector {
    pub(crate) policy: AddressPolicy,
    pub(crate) resolver: Box<dyn Resolver>,
    pub(crate) tls: TlsConnector,
    /// For everything up to a connection that a request can be sent on.
    pub(crate) within: Duration,
}

impl Connector {
    /// A connection for one request.
    pub(crate) async fn connect(&self, target: &Target) -> Result<Connection, OutboundError> {
        let deadline = Instant::now() + self.within;
        match timeout_at(deadline, self.connect_by(target, deadline)).await {
            Ok(connected) => connected,
            Err(_) => Err(OutboundError::TooSlow { place: target.place(), seconds: self.within.as_secs() }),
        }
    }

    async fn connect_by(&self, target: &Target, deadline: Instant) -> Result<Connection, OutboundError> {
        let tcp = self.connect_tcp(target, deadline).await?;
        if target.is_https() {
            let broken = |source| OutboundError::Connect { place: target.place(), source };
            let name =
                server_name(target).ok_or(OutboundError::BadUrl("its host has no certificate's name"))?;
            Connection::over(target, self.tls.connect(name, tcp).await.map_err(broken)?).await
        } else {
            Connection::over(target, tcp).await
        }
    }

    /// Tries the addresses in the resolver's order; each gets its share of the time that is left, so that one that
    /// swallows everything does not keep from the others.
    async fn connect_tcp(&self, target: &Target, deadline: Instant) -> Result<TcpStream, OutboundError> {
        let addresses = self.addresses(target).await?;
        let mut failure = OutboundError::Refused(target.place());
        for (tried, address) in addresses.iter().enumerate() {
            let left = deadline.saturating_duration_since(Instant::now());
            let share = left / u32::try_from(addresses.len() - tried).unwrap_or(u32::MAX);
            match timeout(share, TcpStream::connect((*address, target.port()))).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(source)) => failure = OutboundError::Connect { place: target.place(), source },
                Err(_) => {
                    failure =
                        OutboundError::TooSlow { place: target.place(), seconds: self.within.as_secs() };
                }
            }
        }
        Err(failure)
    }

    /// The addresses that may be connected to. Those that a name has beside them and that may not are left out.
    async fn addresses(&self, target: &Target) -> Result<Vec<IpAddr>, OutboundError> {
        if let Some(address) = target.address() {
            return self.admitted(target, vec![address]);
        }
        let found = self.resolver.addresses(target.name()).await;
        let found = found.map_err(|source| OutboundError::Lookup { place: target.place(), source })?;
        match self.policy.trusts(target.name()) {
            true => Ok(found),
            false => self.admitted(target, found),
        }
    }

    fn admitted(&self, target: &Target, mut addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, OutboundError> {
        addresses.retain(|address| self.policy.admits(*address));
        match addresses.is_empty() {
            true => Err(OutboundError::Refused(target.place())),
            false => Ok(addresses),
        }
    }
}

/// A connection on which one request can be made. Dropping it closes it.
pub(crate) struct Connection {
    sender: http1::SendRequest<Full<Bytes>>,
    /// Moves the bytes; aborted when dropped.
    _driver: JoinSet<()>,
}

impl Connection {
    async fn over<S>(target: &Target, stream: S) -> Result<Self, OutboundError>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let handshake = http1::Builder::new().max_buf_size(HEAD_BYTES).handshake(TokioIo::new(stream)).await;
        let (sender, connection) =
            handshake.map_err(|source| OutboundError::Exchange { place: target.place(), source })?;
        let mut driver = JoinSet::new();
        driver.spawn(async move {
            // Whoever waits for the answer or its body is told of the same error.
            let _ = connection.await;
        });
        Ok(Self { sender, _driver: driver })
    }

    pub(crate) async fn send(
        &mut self,
        target: &Target,
        request: Request<Full<Bytes>>,
    ) -> Result<Response<Incoming>, OutboundError> {
        let sent = self.sender.send_request(request).await;
        sent.map_err(|source| OutboundError::Exchange { place: target.place(), source })
    }
}

/// The name that the certificate must be made out to.
fn server_name(target: &Target) -> Option<ServerName<'static>> {
    match target.address() {
        Some(address) => Some(address.into()),
        None => ServerName::try_from(without_dot(target.name()).to_owned()).ok(),
    }
}

/// TLS 1.2 and 1.3 with ring, by the certificate authorities that Mozilla trusts and those of `authorities`. They are
/// compiled in: a slim container has no folder of them.
pub(crate) fn tls(authorities: &Path) -> Result<TlsConnector, OutboundError> {
    let wrong = |error: String| OutboundError::Setting {
        key: "authorities",
        must: format!("must be a PEM file of certificates: {error}"),
    };
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    if !authorities.as_os_str().is_empty() {
        let found = CertificateDer::pem_file_iter(authorities).map_err(|error| wrong(error.to_string()))?;
        let public = roots.len();
        for certificate in found {
            let certificate = certificate.map_err(|error| wrong(error.to_string()))?;
            roots.add(certificate).map_err(|error| wrong(error.to_string()))?;
        }
        if roots.len() == public {
            return Err(wrong("there is none in it".to_owned()));
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
