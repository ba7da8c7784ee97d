//! Over TLS, whoever answers must have a certificate for the name that was asked for.

use std::fs;
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;
use timbre_outbound::{Outbound, OutboundConfig, OutboundError};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

use crate::servers::{config, outbound};

/// A server for `public.test`, by an authority of its own whose certificate lies in the folder.
struct Secure {
    port: u16,
    folder: TempDir,
}

impl Secure {
    async fn start() -> Self {
        let mut authority = CertificateParams::default();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let certificate = CertificateParams::new(vec!["public.test".to_owned()]).unwrap();
        let certificate = certificate.signed_by(&key, &authority).unwrap();
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("authority.pem"), authority.pem()).unwrap();

        let tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::Pkcs8(key.serialize_der().into()),
            )
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // A client that does not trust the certificate goes away here.
                let Ok(mut stream) = acceptor.accept(stream).await else { continue };
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nsound").await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, folder }
    }

    fn trusted(&self) -> OutboundConfig {
        OutboundConfig { authorities: self.folder.path().join("authority.pem"), ..config() }
    }
}

#[tokio::test]
async fn a_certificate_of_an_authority_that_is_trusted_is_taken() {
    let server = Secure::start().await;
    let url = format!("https://public.test:{}/", server.port);
    assert_eq!(outbound(&server.trusted()).fetch(&url, &mut Vec::new()).await.unwrap(), 5);
}

#[tokio::test]
async fn a_certificate_of_nobody_in_particular_is_refused() {
    let server = Secure::start().await;
    let url = format!("https://public.test:{}/", server.port);
    let error = outbound(&config()).fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(
        matches!(error, OutboundError::Connect { .. }) && error.to_string().contains("UnknownIssuer"),
        "{error}"
    );
}

#[tokio::test]
async fn a_certificate_of_another_name_is_refused() {
    let server = Secure::start().await;
    let mut config = server.trusted();
    config.allow.push("other.test".to_owned());
    let url = format!("https://other.test:{}/", server.port);
    let error = outbound(&config).fetch(&url, &mut Vec::new()).await.unwrap_err();
    assert!(
        matches!(error, OutboundError::Connect { .. }) && error.to_string().contains("not valid for name"),
        "{error}"
    );
}

#[test]
fn a_file_without_certificates_is_refused_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("empty.pem");
    fs::write(&file, "nothing").unwrap();
    for authorities in [file, folder.path().join("absent.pem")] {
        let Err(error) = Outbound::new(&OutboundConfig { authorities, ..config() }) else {
            panic!("it was taken");
        };
        assert!(error.to_string().starts_with("authorities must be a PEM file"), "{error}");
    }
}
