//! Timbre's APIs, called from Rust.
//!
//! A function for each contract makes its client: the generated one of that module, with a tenant's credentials and [`Patience`]. What a call
//! brings is typed, and so is what each operation may be turned down with; [`Error`] is what all of these become by `?`.

mod calling;
mod dialogues;
mod errors;

#[rustfmt::skip]
#[allow(clippy::all, dead_code, unused_imports, unused_qualifications)]
mod generated;

use std::{path::Path, sync::Arc};

use http::{Extensions, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Request, Response, redirect::Policy};
use reqwest_middleware::{ClientBuilder, Middleware, Next};
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};

pub use calling::Patience;
pub use errors::Error;
pub use generated::{admin, azure, biometrid, deepaffects};

/// Calls BiometrID's API. One client is one session: make one for each person who speaks at the same time.
pub fn biometrid(base_url: &str, key: &str, secret: &str, patience: Patience) -> Result<biometrid::HttpClient, Error> {
    let transport = transport(&[("x-biometrid-key", key), ("x-biometrid-secret", secret)], patience)?;
    Ok(biometrid::HttpClient::with_client(transport.build()).with_base_url(base_url))
}

/// Calls Azure's Speaker Recognition.
pub fn azure(base_url: &str, subscription_key: &str, patience: Patience) -> Result<azure::HttpClient, Error> {
    let transport = transport(&[("ocp-apim-subscription-key", subscription_key)], patience)?;
    Ok(azure::HttpClient::with_client(transport.build()).with_base_url(base_url))
}

/// Calls DeepAffects' speaker APIs.
pub fn deepaffects(base_url: &str, apikey: &str, patience: Patience) -> Result<deepaffects::HttpClient, Error> {
    let transport = transport(&[], patience)?.with(Apikey(apikey.to_owned()));
    Ok(deepaffects::HttpClient::with_client(transport.build()).with_base_url(base_url))
}

/// Calls Timbre's API for operators, with an access token or a program's.
pub fn admin(base_url: &str, token: &str, patience: Patience) -> Result<admin::HttpClient, Error> {
    let transport = transport(&[("authorization", &format!("Bearer {token}"))], patience)?;
    Ok(admin::HttpClient::with_client(transport.build()).with_base_url(base_url))
}

/// What calls are sent by: with these credentials, within this patience.
fn transport(credentials: &[(&'static str, &str)], patience: Patience) -> Result<ClientBuilder, Error> {
    let mut headers = HeaderMap::new();
    for (name, credential) in credentials {
        let mut value = HeaderValue::from_str(credential)
            .map_err(|_| Error::Strange(format!("{name} has characters that no header may have")))?;
        value.set_sensitive(true);
        headers.insert(HeaderName::from_static(name), value);
    }
    let client = Client::builder()
        .default_headers(headers)
        .timeout(patience.timeout)
        // BiometrID's session.
        .cookie_store(true)
        // Credentials follow nobody elsewhere.
        .redirect(Policy::none())
        .tls_backend_preconfigured(tls()?)
        .build()
        .map_err(|error| Error::Strange(error.to_string()))?;
    Ok(ClientBuilder::new(client).with(calling::Retries::new(patience.retries)))
}

/// TLS by the authorities in the file that `SSL_CERT_FILE` names; without it, by those that Mozilla trusts.
fn tls() -> Result<rustls::ClientConfig, Error> {
    let roots = match std::env::var_os("SSL_CERT_FILE") {
        Some(file) => authorities(Path::new(&file))?,
        None => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| Error::Strange(error.to_string()))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// The certificates in a PEM file.
fn authorities(file: &Path) -> Result<RootCertStore, Error> {
    let strange = |why: String| Error::Strange(format!("the authorities of {}: {why}", file.display()));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| strange(error.to_string()))? {
        let certificate = certificate.map_err(|error| strange(error.to_string()))?;
        roots.add(certificate).map_err(|error| strange(error.to_string()))?;
    }
    if roots.is_empty() { Err(strange("there are none".to_owned())) } else { Ok(roots) }
}

/// DeepAffects' key stands in the query of every call.
struct Apikey(String);

#[async_trait::async_trait]
impl Middleware for Apikey {
    async fn handle(
        &self,
        mut request: Request,
        extensions: &mut Extensions,
        next: Next<'_>,
    ) -> reqwest_middleware::Result<Response> {
        request.url_mut().query_pairs_mut().append_pair("apikey", &self.0);
        next.run(request, extensions).await
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_authority_of_ones_own_is_trusted_and_a_file_without_any_is_refused() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        assert_eq!(authorities(&folder.join("tests/authority.pem")).unwrap().len(), 1);
        for without in ["Cargo.toml", "no-such-file.pem"] {
            let refused = authorities(&folder.join(without)).unwrap_err().to_string();
            assert!(refused.contains(without), "{refused}");
        }
    }
}
