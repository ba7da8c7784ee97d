//! What a tenant used, by day, as JSON or CSV.

use actix_web::{HttpRequest, HttpResponse, http::header::ACCEPT, web::Data};
use chrono::{Datelike, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_domain::usage::Usage;
use timbre_engine::Engine;

use super::{
    Fault, OnTenant,
    caller::{ReadUsage, needs},
    parameters, shown,
};
use crate::{
    documented::{Parameter, TEXT},
    routes::Routes,
};

/// Most days in one reply.
const MOST_DAYS: i64 = 400;

pub(super) fn routes(routes: &mut Routes) {
    routes.about("usage");
    routes
        .get("/tenants/{tenant}/usage", show, "showUsage", "Shows what was used, by day.")
        .explained(
            "Both days are included, and there are at most 400. Without them: this month so far (UTC). A day on which nothing was used is left out.",
        )
        .also(&needs::<ReadUsage>())
        .takes(&[
            Parameter::allowed::<NaiveDate>("from", "The first day (UTC)."),
            Parameter::allowed::<NaiveDate>("to", "The last day."),
            Parameter::allowed::<Format>("format", "Without it, what `Accept` asks for."),
        ])
        .answers::<Shown>(200, "What was used.")
        .answers_as(200, "What was used.", "text/csv", TEXT)
        .refuses([Fault::NotFound("tenant"), too_many_days()]);
}

fn too_many_days() -> Fault {
    Fault::Parameter("to", format!("it is from's day or later, and at most {MOST_DAYS} days"))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    format: Option<Format>,
}

/// In which form.
#[derive(Deserialize, Clone, Copy, PartialEq, JsonSchema)]
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
        return Err(too_many_days());
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
            let days = days.into_iter().map(|day| OfDay { day: day.period, used: shown::usage(day.usage) });
            let days = days.collect();
            HttpResponse::Ok().json(Shown { from: first, to: last, days, total: shown::usage(total) })
        }
    })
}

/// What a tenant used.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UsageByDay")]
struct Shown {
    /// The first day (UTC).
    #[schemars(extend("format" = "date"))]
    from: String,
    /// The last day.
    #[schemars(extend("format" = "date"))]
    to: String,
    /// Days on which there was something.
    days: Vec<OfDay>,
    /// All days together.
    total: shown::Usage,
}

/// What was used on a day.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "UsageOfDay")]
struct OfDay {
    /// The day (UTC).
    #[schemars(extend("format" = "date"))]
    day: String,
    #[serde(flatten)]
    used: shown::Usage,
}
