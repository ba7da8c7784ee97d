//! `timbre usage`: what a tenant has used, by day; and whether that is what its events say.

use std::io::Write as _;

use chrono::{Days, Months, NaiveDate, Utc};
use serde_json::{Value, json};
use timbre_api::admin::shown;
use timbre_domain::usage::month;

use crate::{
    built,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    tenant: String,
    /// The first day (UTC), as in 2026-11-01. This month's first, if none is named.
    #[arg(long)]
    from: Option<NaiveDate>,
    /// The last day, included. The end of that month, if none is named.
    #[arg(long)]
    to: Option<NaiveDate>,
    /// Print CSV instead of JSON.
    #[arg(long, conflicts_with = "recount")]
    csv: bool,
    /// Sum up all events anew and compare with what was counted; fails where that differs.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    recount: bool,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let (store, _) = built::store(&settings).await?;
        let tenant = store.tenant_named(&arguments.tenant).await?;
        let tenant =
            tenant.ok_or_else(|| Failure::new(format!("no tenant is named {:?}", arguments.tenant)))?;
        if arguments.recount {
            let recount = store.recount(tenant.id).await?;
            for (used, sum) in &recount.wrong {
                note(format_args!(
                    "{}: counted {}, events {}",
                    used.period,
                    json!(shown::usage(used.usage)),
                    json!(shown::usage(*sum))
                ));
            }
            say(json!({"tenant": tenant.name, "periods": recount.periods, "wrong": recount.wrong.len()}))?;
            return match recount.wrong.is_empty() {
                true => Ok(()),
                false => Err(Failure::new("what was counted is not what the events say")),
            };
        }
        let this_month: NaiveDate = format!("{}-01", month(Utc::now())).parse()?;
        let from = arguments.from.unwrap_or(this_month);
        let to =
            arguments.to.or_else(|| from.checked_add_months(Months::new(1))?.checked_sub_days(Days::new(1)));
        let to = to.ok_or_else(|| Failure::new("there is no such day"))?;
        let days = store.used_by_day(tenant.id, &from.to_string(), &to.to_string()).await?;
        match arguments.csv {
            true => Ok(std::io::stdout().write_all(shown::usage_table(&days).as_bytes())?),
            false => {
                let days: Vec<Value> = days
                    .iter()
                    .map(|used| json!({"day": used.period, "used": shown::usage(used.usage)}))
                    .collect();
                let used = store.used(tenant.id, &month(Utc::now())).await?;
                say(json!({
                    "tenant": tenant.name,
                    "this_month": shown::usage(used),
                    "quotas": tenant.policy.quotas,
                    "days": days,
                }))
            }
        }
    })
}
