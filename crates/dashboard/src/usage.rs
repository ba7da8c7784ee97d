//! What a tenant used, day by day: drawn, in a table, and as a file.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web::Data,
};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use timbre_api::admin::{needs::ReadUsage, shown::usage_table};
use timbre_domain::usage::{Meter, Usage, month};
use timbre_engine::{Engine, Used};

use crate::{
    caller::OnTenant,
    drawing::Days,
    fault::Fault,
    forms::{read_query, with_query},
    frame::{Frame, Section, render},
    meters::{self, Quota},
    routes::Pages,
};

/// Most days of a page: a year, and a leap year's too.
const MOST_DAYS: i64 = 366;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/usage", show).get("/tenants/{tenant}/usage.csv", file);
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

/// From one day to another, both included. Without them: this month so far (UTC), as the admin API has it.
struct Span {
    from: NaiveDate,
    to: NaiveDate,
}

impl Asked {
    fn span(&self, engine: &Engine) -> Result<Span, Fault> {
        let to = self.to.unwrap_or_else(|| engine.now().date_naive());
        let from = self.from.or_else(|| to.with_day(1)).unwrap_or(to);
        match (0..MOST_DAYS).contains(&(to - from).num_days()) {
            true => Ok(Span { from, to }),
            false => Err(Fault::Query(format!(
                "the last day is not before the first, and there are at most {MOST_DAYS} days"
            ))),
        }
    }
}

impl Span {
    async fn used<P>(&self, caller: &OnTenant<P>, engine: &Engine) -> Result<Vec<Used>, Fault> {
        Ok(engine.used_by_day(&caller.tenant, &self.from.to_string(), &self.to.to_string()).await?)
    }
}

#[derive(Template)]
#[template(path = "usage.html")]
struct Page {
    frame: Frame,
    path: String,
    csv: String,
    span: Span,
    /// The month that quotas are of: this one, whatever days are shown.
    month: String,
    quotas: Vec<Quota>,
    drawings: Vec<Days>,
    heads: [&'static str; 4],
    /// Each day that anything was used on, and how much of each meter.
    days: Vec<(String, [String; 4])>,
    total: [String; 4],
}

async fn show(
    caller: OnTenant<ReadUsage>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(&request)?;
    let span = asked.span(&engine)?;
    let used = span.used(&caller, &engine).await?;
    let amounts = |usage: Usage| Meter::ALL.map(|meter| meters::amount(meter, usage.of(meter)));
    let today = engine.now();
    let this_month =
        Span { from: today.date_naive().with_day(1).unwrap_or(today.date_naive()), to: today.date_naive() };
    let this_month = this_month.used(&caller, &engine).await?;
    let path = caller.path("/usage");
    render(&Page {
        frame: caller.frame(Section::Usage),
        csv: with_query(&format!("{path}.csv"), &Asked { from: Some(span.from), to: Some(span.to) }),
        path,
        month: month(today),
        quotas: meters::quotas(sum(&this_month), &caller.tenant.policy.quotas),
        drawings: Meter::ALL.map(|meter| meters::by_day(meter, &used, span.from, span.to)).into(),
        heads: Meter::ALL.map(meters::name),
        days: used.iter().rev().map(|used| (used.period.clone(), amounts(used.usage))).collect(),
        total: amounts(sum(&used)),
        span,
    })
}

fn sum(used: &[Used]) -> Usage {
    used.iter().fold(Usage::default(), |sum, used| sum + used.usage)
}

/// The same figures as the admin API's, in the same form.
async fn file(
    caller: OnTenant<ReadUsage>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(&request)?;
    let span = asked.span(&engine)?;
    let used = span.used(&caller, &engine).await?;
    let name = format!("usage-{}-{}-{}.csv", caller.tenant.id, span.from, span.to);
    Ok(HttpResponse::Ok()
        .content_type("text/csv; charset=utf-8")
        .insert_header(saved_as(name))
        .body(usage_table(&used)))
}

/// Has a browser save a reply as a file of this name.
pub(crate) fn saved_as(name: String) -> ContentDisposition {
    ContentDisposition {
        disposition: DispositionType::Attachment,
        parameters: vec![DispositionParam::Filename(name)],
    }
}
