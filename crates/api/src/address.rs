//! Where a request comes from.

use std::net::IpAddr;

use actix_web::HttpRequest;

/// The address of whoever sent the request.
pub(crate) fn address(request: &HttpRequest) -> Option<IpAddr> {
    request.peer_addr().map(|peer| peer.ip())
}
