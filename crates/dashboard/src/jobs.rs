//! A tenant's jobs: work that outlives the call that asked for it.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::ReadJobs;
use timbre_domain::{
    job::{Job, JobKind, JobState},
    operator::Permission,
};
use timbre_engine::{Engine, JobFilter, PageAsked};

use crate::{
    caller::OnTenant,
    decisions,
    fault::Fault,
    forms::read_query,
    frame::{Frame, Section, render},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{Choice, choices, day_in_form, period},
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/jobs", list);
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    kind: Option<String>,
    state: Option<String>,
    request_id: Option<String>,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
    after: Option<String>,
}

impl Asked {
    fn filter(&self) -> Result<JobFilter, Fault> {
        let kind = self.kind.as_deref().map(|kind| {
            let wrong = |_| Fault::Query("a job is to identify, to diarize or to detect speech".to_owned());
            kind.parse::<JobKind>().map_err(wrong)
        });
        let state = self.state.as_deref().map(|state| {
            let wrong = |_| Fault::Query("there is no such state of a job".to_owned());
            state.parse::<JobState>().map_err(wrong)
        });
        let (request_id, period) = (self.request_id.clone(), period(self.from, self.to));
        Ok(JobFilter { kind: kind.transpose()?, state: state.transpose()?, request_id, period })
    }
}

#[derive(Template)]
#[template(path = "jobs.html")]
struct List {
    frame: Frame,
    path: String,
    recordings: String,
    /// Where whoever may sees what messages are signed with.
    secrets: Option<String>,
    kinds: Vec<Choice>,
    states: Vec<Choice>,
    request_id: String,
    from: String,
    to: String,
    filtered: bool,
    rows: Vec<Row>,
    pager: Pager,
}

struct Row {
    href: String,
    kind: &'static str,
    look: &'static str,
    progress: Progress,
    of: Job,
}

/// How much of a recording was heard.
pub(crate) struct Progress {
    pub(crate) heard: f64,
    /// How long it is, where that is known before its end.
    pub(crate) total: Option<f64>,
}

impl Progress {
    pub(crate) fn of(job: &Job) -> Self {
        Self { heard: job.heard_seconds, total: job.total_seconds.filter(|total| *total > 0.0) }
    }

    pub(crate) fn in_words(&self) -> String {
        let heard = words::seconds(self.heard);
        match self.total {
            Some(total) => format!("{heard} of {}", words::seconds(total)),
            None => heard,
        }
    }

    /// The share that was heard, 0 to 100.
    pub(crate) fn percent(&self) -> Option<u8> {
        self.total.map(|total| (100.0 * self.heard / total).round().clamp(0.0, 100.0) as u8)
    }
}

async fn list(
    caller: OnTenant<ReadJobs>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(&request)?;
    let page = PageAsked { limit: ENTRIES, after: asked.after.clone() };
    let found = engine.jobs(&caller.tenant, &asked.filter()?, &page).await?;
    let (frame, path) = (caller.frame(Section::Jobs), caller.path("/jobs"));
    let row = |of: Job| Row {
        href: format!("{path}/{}", of.id),
        kind: decisions::kind_in_words(of.kind),
        look: decisions::look(of.state.name()),
        progress: Progress::of(&of),
        of,
    };
    let rows = found.items.into_iter().map(row).collect();
    let without_place = Asked { after: None, ..asked.clone() };
    let named_kind = |kind: &JobKind| Choice {
        value: kind.name(),
        name: decisions::kind_in_words(*kind),
        chosen: asked.kind.as_deref() == Some(kind.name()),
    };
    render(&List {
        pager: Pager::new(&path, &without_place, asked.after.as_deref(), found.next.as_deref()),
        filtered: without_place != Asked::default(),
        recordings: caller.path("/recordings"),
        secrets: frame.may(Permission::ManageWebhooks).then(|| caller.path("/webhook-secrets")),
        kinds: JobKind::ALL.iter().map(named_kind).collect(),
        states: choices(JobState::ALL.iter().map(|state| state.name()), asked.state.as_deref()),
        request_id: asked.request_id.clone().unwrap_or_default(),
        from: day_in_form(asked.from),
        to: day_in_form(asked.to),
        frame,
        path,
        rows,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_rather_than_passed_over() {
        for wrong in [
            Asked { kind: Some("identify".to_owned()), ..Asked::default() },
            Asked { state: Some("Done".to_owned()), ..Asked::default() },
        ] {
            assert!(matches!(wrong.filter(), Err(Fault::Query(_))));
        }
        let asked = Asked { kind: Some("Diarize".to_owned()), ..Asked::default() };
        assert_eq!(asked.filter().unwrap().kind, Some(JobKind::Diarize));
    }

    #[test]
    fn progress_is_of_the_whole_where_that_is_known() {
        let progress = |heard, total| Progress { heard, total };
        assert_eq!(progress(30.0, Some(120.0)).percent(), Some(25));
        assert_eq!(progress(130.0, Some(120.0)).percent(), Some(100));
        assert_eq!(progress(30.0, None).percent(), None);
        assert_eq!(progress(30.0, Some(120.0)).in_words(), "30.0 s of 2 min 0 s");
        assert_eq!(progress(30.0, None).in_words(), "30.0 s");
    }
}
