//! How often anybody may call.
//!
//! Promises that each tenant has a bucket of its own for each class of routes, filled as its policy says at the time of the call,
//! that each operator and each program that manages has one too, and that whoever is not known is counted by address. Nothing of a
//! request's body is read before it is counted, but where the body is what tells who calls: a login, a refresh. The algorithm is GCRA. With
//! Redis all replicas draw from the same buckets; without, and for as long as it does not answer, each process counts for itself.

mod buckets;
mod shared;
mod shown;

use std::net::{IpAddr, Ipv6Addr};

use actix_web::{HttpMessage, HttpRequest, web};
use governor::clock::MonotonicClock;
use timbre_domain::{
    ids::TenantId,
    rate::{Rate, RouteClass},
};
use timbre_engine::Tenant;
use uuid::Uuid;

use buckets::Buckets;
use shared::Shared;
pub(crate) use shared::{COUNTING, Counting};
pub(crate) use shown::{HEADERS, show};

use crate::{Http, RedisConfig, address::address, redis_link::Link};

/// Buckets of tenants at a time: one for each class.
const MOST_TENANTS: usize = 3 * 100_000;

/// Buckets of addresses at a time; whoever comes beyond them shares one.
const MOST_ADDRESSES: usize = 100_000;

/// Buckets of operators and programs at a time; whoever comes beyond them shares one.
const MOST_MANAGERS: usize = 10_000;

/// The buckets of all who call, shared by all threads.
pub(crate) struct Limits {
    tenants: Buckets<(TenantId, RouteClass), MonotonicClock>,
    addresses: Buckets<IpAddr, MonotonicClock>,
    unauthenticated: Rate,
    managers: Buckets<Uuid, MonotonicClock>,
    management: Rate,
    shared: Option<Shared>,
}

/// A bucket after a call was counted, as the reply shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) rate: Rate,
    /// Calls that may come now.
    pub(crate) remaining: u32,
    /// Seconds until the bucket is full again; of a refused call, until one may come.
    pub(crate) reset_seconds: u64,
    pub(crate) refused: bool,
}

/// There were too many calls; the next may come in so many seconds, 1 at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooMany {
    pub retry_after_seconds: u64,
}

impl Limits {
    /// `secret` is the same in all replicas.
    pub(crate) fn new(http: &Http, redis: &RedisConfig, link: Option<Link>, secret: &[u8]) -> Self {
        Self {
            tenants: Buckets::new(MOST_TENANTS, MonotonicClock),
            addresses: Buckets::new(MOST_ADDRESSES, MonotonicClock),
            unauthenticated: Rate {
                per_minute: http.unauthenticated_per_minute,
                burst: http.unauthenticated_burst,
            },
            managers: Buckets::new(MOST_MANAGERS, MonotonicClock),
            management: Rate { per_minute: http.management_per_minute, burst: http.management_burst },
            shared: link.map(|link| Shared::new(link, redis.rate_wait(), secret)),
        }
    }

    async fn count_tenant(&self, tenant: TenantId, class: RouteClass, rate: Rate) -> Counted {
        let together = self.count_together(|| format!("tenant {tenant} {}", class.name()), rate).await;
        together.unwrap_or_else(|| self.tenants.count((tenant, class), rate))
    }

    async fn count_manager(&self, id: Uuid) -> Counted {
        let together = self.count_together(|| format!("manager {id}"), self.management).await;
        together.unwrap_or_else(|| self.managers.count(id, self.management))
    }

    async fn count_address(&self, network: IpAddr) -> Counted {
        let together = self.count_together(|| format!("address {network}"), self.unauthenticated).await;
        together.unwrap_or_else(|| self.addresses.count(network, self.unauthenticated))
    }

    async fn count_together(&self, whose: impl FnOnce() -> String, rate: Rate) -> Option<Counted> {
        match &self.shared {
            Some(shared) => shared.count(&whose(), rate).await,
            None => None,
        }
    }
}

/// Without limits nobody is served: what counts for nothing would let everything through.
fn limits(request: &HttpRequest) -> Result<&Limits, TooMany> {
    request.app_data::<web::Data<Limits>>().map(|limits| limits.get_ref()).ok_or_else(|| {
        tracing::error!("no limits were set up beside the routes");
        TooMany { retry_after_seconds: 1 }
    })
}

/// Counts a call of an authenticated tenant. The reply shows what is left, whether it is refused or not.
pub(crate) async fn count(request: &HttpRequest, tenant: &Tenant, class: RouteClass) -> Result<(), TooMany> {
    let limits = limits(request)?;
    let counted = limits.count_tenant(tenant.id, class, tenant.policy.rates.of(class)).await;
    request.extensions_mut().insert(counted);
    match counted.refused {
        false => Ok(()),
        true => {
            tracing::info!(tenant = %tenant.id, class = class.name(), "too many calls");
            timbre_telemetry::tenant_rate_limited(&tenant.name, class.name());
            Err(TooMany { retry_after_seconds: counted.reset_seconds })
        }
    }
}

/// Counts a call of an operator, or of a program with a token. The reply shows what is left, whether it is refused or not.
pub async fn count_manager(request: &HttpRequest, id: Uuid) -> Result<(), TooMany> {
    let limits = limits(request)?;
    let counted = limits.count_manager(id).await;
    request.extensions_mut().insert(counted);
    match counted.refused {
        false => Ok(()),
        true => {
            tracing::info!(manager = %id, "too many calls");
            timbre_telemetry::manager_rate_limited();
            Err(TooMany { retry_after_seconds: counted.reset_seconds })
        }
    }
}

/// Counts a call of somebody who is not known, by address.
pub async fn count_stranger(request: &HttpRequest) -> Result<(), TooMany> {
    let limits = limits(request)?;
    // A request without an address did not come over the network.
    let Some(address) = address(request) else { return Ok(()) };
    let counted = limits.count_address(network(address)).await;
    match counted.refused {
        false => Ok(()),
        true => {
            timbre_telemetry::address_rate_limited();
            Err(TooMany { retry_after_seconds: counted.reset_seconds })
        }
    }
}

/// What one subscriber of a network has: an IPv4 address, or an IPv6 network of 64 bits (RFC 6177).
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_ipv4_address_counts_alone_and_an_ipv6_address_with_its_network() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("192.0.2.7"), of("::ffff:192.0.2.7"));
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), of("2001:db8:1:2::1"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
    }
}
