//! What a tenant used, day by day: drawn, in a table, and as a file.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ContentDisposition, DispositionParam, DispositionType},
    web::Data,
};
use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use timbre_api::admin::{needs::ReadUsage, shown::usage_table};
use timbre_domain::usage::{Meter, Usage};
use timbre_engine::{Engine, Used};

use crate::{
    caller::OnTenant,
    drawing::Days,
    fault::Fault,
    filters::Wrong,
    forms::{read_query, with_query},
    frame::{Frame, Section, render_as},
    meters::{self, Quota},
    routes::Pages,
    words,
};

/// Most days of a page: a year, and a leap year's too.
const MOST_DAYS: i64 = 366;

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/usage", show).part("/tenants/{tenant}/usage.csv", file);
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    from: Option<String>,
    to: Option<String>,
}

/// From one day to another, both included. Without them: this month so far (UTC), as the admin API has it.
struct Span {
    from: NaiveDate,
    to: NaiveDate,
}

impl Asked {
    /// The days that are asked for, and what of them cannot be: then they are the usual ones.
    fn span(&self, engine: &Engine) -> (Span, Wrong) {
        let mut wrong = Wrong::default();
        let (from, to) = (wrong.day("from", &self.from), wrong.day("to", &self.to));
        let today = engine.now().date_naive();
        let to = to.unwrap_or(today);
        let from = from.unwrap_or_else(|| words::first_of_month(to));
        if wrong.is_empty() && !(0..MOST_DAYS).contains(&(to - from).num_days()) {
            let why =
                format!("The last day is not before the first, and there are at most {MOST_DAYS} days.");
            wrong.add("to", &why);
        }
        match wrong.is_empty() {
            true => (Span { from, to }, wrong),
            false => (Span { from: words::first_of_month(today), to: today }, wrong),
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
    /// The days as the form has them: as they were typed, or else those that are shown.
    from: String,
    to: String,
    wrong: Wrong,
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
    let (span, wrong) = asked.span(&engine);
    let used = span.used(&caller, &engine).await?;
    let amounts = |usage: Usage| Meter::ALL.map(|meter| meters::amount(meter, usage.of(meter)));
    let today = engine.now().date_naive();
    let this_month = Span { from: words::first_of_month(today), to: today };
    let this_month = this_month.used(&caller, &engine).await?;
    let path = caller.path("/usage");
    let (from, to) = (span.from.to_string(), span.to.to_string());
    let page = Page {
        frame: caller.frame(Section::Usage),
        csv: with_query(&format!("{path}.csv"), &Asked { from: Some(from.clone()), to: Some(to.clone()) }),
        from: asked.from.unwrap_or(from),
        to: asked.to.unwrap_or(to),
        wrong,
        path,
        month: words::month(today),
        quotas: meters::quotas(sum(&this_month), &caller.tenant.policy.quotas),
        drawings: Meter::ALL.map(|meter| meters::by_day(meter, &used, span.from, span.to)).into(),
        heads: Meter::ALL.map(meters::name),
        days: used.iter().rev().map(|used| (used.period.clone(), amounts(used.usage))).collect(),
        total: amounts(sum(&used)),
        span,
    };
    render_as(page.wrong.status(), &page)
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
    let (span, wrong) = asked.span(&engine);
    wrong.refuses()?;
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
