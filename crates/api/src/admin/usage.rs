//! What a tenant used, by day, as JSON or CSV.

use actix_web::{HttpRequest, HttpResponse, http::header::ACCEPT, web::Data};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;
use serde_json::{Value, json};
use timbre_domain::usage::Usage;
use timbre_engine::{Engine, Used};

use super::{Fault, OnTenant, caller::ReadUsage, parameters, shown};
use crate::{documented::Parameter, routes::Routes};

/// Most days in one reply.
const MOST_DAYS: i64 = 400;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("usage");
    routes
        .get("/tenants/{tenant}/usage", show, "showUsage", "Shows what was used, by day.")
        .takes(&[Parameter::allowed::<String>("from", "")])
        .takes(&[Parameter::allowed::<String>("to", "")])
        .takes(&[Parameter::allowed::<String>("format", "")]);
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    format: Option<Format>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Format {
    Json,
    Csv,
}

/// Both days are included. Without them: this month so far (UTC).
async fn show(
    on: OnTenant<ReadUsage>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Asked { from, to, format } = parameters::read(&request)?;
    let to = to.unwrap_or_else(|| engine.now().date_naive());
    let from = from.or_else(|| to.with_day(1)).unwrap_or(to);
    if !(0..MOST_DAYS).contains(&(to - from).num_days()) {
        return Err(Fault::Parameter(
            "to",
            format!("it is from's day or later, and at most {MOST_DAYS} days"),
        ));
    }
    let (first, last) = (from.to_string(), to.to_string());
    let days = engine.used_by_day(&on.tenant, &first, &last).await?;
    let accepts = request.headers().get(ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let format = format.unwrap_or(if accepts.contains("text/csv") { Format::Csv } else { Format::Json });
    Ok(match format {
        Format::Csv => {
            HttpResponse::Ok().content_type("text/csv; charset=utf-8").body(shown::usage_table(&days))
        }
        Format::Json => {
            let total = days.iter().fold(Usage::default(), |sum, day| sum + day.usage);
            let of_day = |day: &Used| {
                let mut told = shown::usage(day.usage);
                told["day"] = Value::from(day.period.as_str());
                told
            };
            let items: Vec<Value> = days.iter().map(of_day).collect();
            HttpResponse::Ok()
                .json(json!({"from": first, "to": last, "days": items, "total": shown::usage(total)}))
        }
    })
}
