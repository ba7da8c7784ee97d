//! How it goes: what this process did in the last hour, live, and which tenants used most this month.

mod hour;

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use serde::Deserialize;
use timbre_domain::{ids::TenantId, usage::Meter};
use timbre_engine::{Engine, Installation, UsedByTenant};

use crate::{
    BASE,
    caller::SignedIn,
    drawing::{Bars, Lines},
    fault::Fault,
    forms::{read_query, see},
    frame::{Frame, Section, render},
    meters,
    routes::Pages,
    words,
};
use hour::{Decided, Hour};

/// Most tenants whose use is shown.
const MOST_TENANTS: u64 = 10;

/// From this share of a quota on it is nearly used up.
const NEAR: f64 = 0.8;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("", show);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    live: Option<Live>,
}

/// Whether the figures are brought up to date.
#[derive(Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Live {
    On,
    Off,
}

#[derive(Template)]
#[template(path = "overview.html")]
struct Page<'a> {
    frame: Frame,
    installation: &'a Installation,
    live: bool,
    hour: Hour,
    charts: [Lines; 4],
    decided: Vec<Decided>,
    reasons: Option<Bars>,
    /// What the columns of `used` are called.
    meters: [&'static str; 4],
    used: Vec<Row>,
}

/// What a tenant used this month.
struct Row {
    id: TenantId,
    name: String,
    amounts: [String; 4],
    /// Of its quotas the one that least is left of.
    fullest: Option<Fullest>,
}

struct Fullest {
    name: &'static str,
    share: String,
    near: bool,
    full: bool,
}

impl Row {
    fn new(UsedByTenant { id, name, usage, quotas }: UsedByTenant) -> Self {
        let share = |meter: Meter| {
            let limit = quotas.limit(meter)?;
            Some((meter, if limit == 0 { 1.0 } else { usage.of(meter) as f64 / limit as f64 }))
        };
        let shares = Meter::ALL.into_iter().filter_map(share);
        let fullest =
            shares.max_by(|(_, one), (_, other)| one.total_cmp(other)).map(|(meter, share)| Fullest {
                name: meters::name(meter),
                share: words::percent(share),
                near: share >= NEAR,
                full: share >= 1.0,
            });
        let amounts = Meter::ALL.map(|meter| meters::amount(meter, usage.of(meter)));
        Self { id, name, amounts, fullest }
    }
}

/// Figures of all tenants are not for a tenant's own admin, who is led to that tenant.
async fn show(
    caller: SignedIn,
    request: HttpRequest,
    engine: Data<Engine>,
    installation: Data<Installation>,
) -> Result<HttpResponse, Fault> {
    let Asked { live } = read_query(&request)?;
    if let Some(own) = caller.by.role.tenant() {
        return Ok(see(&format!("{BASE}/tenants/{own}")));
    }
    // Asks for the permission to see the installation.
    let used = engine.most_used(&caller.by, MOST_TENANTS).await?;
    let hour = Hour::new(timbre_telemetry::history(), engine.now());
    render(&Page {
        frame: caller.frame(Section::Overview),
        installation: &installation,
        live: live != Some(Live::Off),
        charts: hour.charts(),
        decided: hour.decided(),
        reasons: hour.reasons(),
        hour,
        meters: Meter::ALL.map(meters::name),
        used: used.into_iter().map(Row::new).collect(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use timbre_domain::usage::{QuotaPolicy, Usage};

    use super::*;

    #[test]
    fn of_several_quotas_the_fullest_is_shown() {
        let mut quotas = QuotaPolicy::default();
        quotas.requests.per_month = Some(100);
        quotas.audio_seconds.per_month = Some(60);
        let usage = Usage { requests: 50, audio_milliseconds: 54_000, ..Usage::default() };
        let used =
            UsedByTenant { id: TenantId::from_random([1; 16]), name: "acme".to_owned(), usage, quotas };
        let row = Row::new(used.clone());
        let fullest = row.fullest.unwrap();
        assert_eq!((fullest.name, fullest.share.as_str()), ("Audio", "90.0 %"));
        assert!(fullest.near && !fullest.full);
        assert!(Row::new(UsedByTenant { quotas: QuotaPolicy::default(), ..used }).fullest.is_none());
    }
}
