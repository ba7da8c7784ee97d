//! What this installation is made of, and how its parts stand.
//!
//! Promises that the page itself asks the database for a word only; the checks, which read every model and take seconds, are made where somebody
//! asks for them.

use actix_web::{HttpRequest, HttpResponse, web::Data};
use askama::Template;
use timbre_api::admin::needs::ReadInstallation;
use timbre_domain::operator::Permission;
use timbre_engine::{Engine, Finding, FindingState, Installation, System};

use crate::{
    caller::May,
    fault::Fault,
    forms::no_query,
    frame::{Frame, Section, render},
    routes::Pages,
    words,
};

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/system", show).get("/system/checks", check);
}

#[derive(Template)]
#[template(path = "system.html")]
struct Page<'a> {
    frame: Frame,
    installation: &'a Installation,
    /// None where the database does not answer.
    system: Option<System>,
    /// What the checks found, where they were made.
    findings: Option<Vec<Finding>>,
}

async fn show(
    caller: May<ReadInstallation>,
    request: HttpRequest,
    engine: Data<Engine>,
    installation: Data<Installation>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    page(&caller, &engine, &installation, None).await
}

/// The same with what the checks of `timbre doctor` find.
async fn check(
    caller: May<ReadInstallation>,
    request: HttpRequest,
    engine: Data<Engine>,
    installation: Data<Installation>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let findings = (installation.examine)().await;
    page(&caller, &engine, &installation, Some(findings)).await
}

async fn page(
    caller: &May<ReadInstallation>,
    engine: &Engine,
    installation: &Installation,
    findings: Option<Vec<Finding>>,
) -> Result<HttpResponse, Fault> {
    let system = engine
        .system()
        .await
        .inspect_err(|error| tracing::warn!(%error, "the system page lacks the database"));
    render(&Page { frame: caller.frame(Section::System), installation, system: system.ok(), findings })
}

impl Page<'_> {
    /// In a word, and how that word looks.
    fn state(&self, finding: &Finding) -> (&'static str, &'static str) {
        match finding.state {
            FindingState::Ok => ("fine", "good"),
            FindingState::Warn => ("to be seen to", "warn"),
            FindingState::Fail => ("broken", "bad"),
        }
    }

    fn sum(&self, findings: &[Finding]) -> String {
        let of = |state| findings.iter().filter(|finding| finding.state == state).count();
        match (of(FindingState::Fail), of(FindingState::Warn)) {
            (0, 0) => "All that was looked at is fine.".to_owned(),
            (0, warned) => format!("Nothing is broken; {warned} to be seen to."),
            (failed, warned) => format!("{failed} broken, {warned} to be seen to."),
        }
    }
}
