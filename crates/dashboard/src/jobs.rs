//! A tenant's jobs: work that outlives the call that asked for it.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
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
    filters::Wrong,
    forms::read_query,
    frame::{Frame, Section, render_as},
    pager::{ENTRIES, Pager},
    routes::Pages,
    search::{Choice, choices},
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
    from: Option<String>,
    to: Option<String>,
    after: Option<String>,
}

impl Asked {
    /// What is looked for, and what cannot be.
    fn filter(&self) -> (JobFilter, Wrong) {
        let mut wrong = Wrong::default();
        let filter = JobFilter {
            kind: wrong.read("kind", &self.kind, "A job is to identify, to diarize or to detect speech."),
            state: wrong.read("state", &self.state, "There is no such state of a job."),
            request_id: self.request_id.clone(),
            period: wrong.period(&self.from, &self.to),
        };
        (filter, wrong)
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
    wrong: Wrong,
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
    let (filter, wrong) = asked.filter();
    let found = wrong.or(engine.jobs(&caller.tenant, &filter, &page)).await?;
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
    let kinds = JobKind::ALL.iter().map(|kind| (kind.name(), decisions::kind_in_words(*kind)));
    let page = List {
        pager: Pager::new(&path, &without_place, asked.after.as_deref(), found.next.as_deref()),
        filtered: without_place != Asked::default(),
        recordings: caller.path("/recordings"),
        secrets: frame.may(Permission::ManageWebhooks).then(|| caller.path("/webhook-secrets")),
        kinds: choices(kinds, &asked.kind),
        states: choices(JobState::ALL.iter().map(|state| (state.name(), state.name())), &asked.state),
        request_id: asked.request_id.clone().unwrap_or_default(),
        from: asked.from.clone().unwrap_or_default(),
        to: asked.to.clone().unwrap_or_default(),
        frame,
        path,
        rows,
        wrong,
    };
    render_as(page.wrong.status(), &page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_is_refused_rather_than_passed_over() {
        for (field, asked) in [
            ("kind", Asked { kind: Some("identify".to_owned()), ..Asked::default() }),
            ("state", Asked { state: Some("Done".to_owned()), ..Asked::default() }),
            ("from", Asked { from: Some("today".to_owned()), ..Asked::default() }),
        ] {
            assert!(asked.filter().1.of(field).is_some(), "{field}");
        }
        let asked = Asked { kind: Some("Diarize".to_owned()), ..Asked::default() };
        let (filter, wrong) = asked.filter();
        assert_eq!((filter.kind, wrong.is_empty()), (Some(JobKind::Diarize), true));
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
