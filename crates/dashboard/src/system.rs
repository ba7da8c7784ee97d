//! What this installation is made of, and how its parts stand.
//!
//! Promises that the page itself asks the database for a word only; the checks, which read every model and take seconds, are made where somebody
//! asks for them, one round at a time.

use actix_web::{HttpRequest, HttpResponse, http::Method, rt, web::Data};
use askama::Template;
use timbre_api::admin::needs::ReadInstallation;
use timbre_domain::operator::Permission;
use timbre_engine::{Engine, Finding, FindingState, Installation, System};
use tokio::sync::Semaphore;

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

/// Rounds of checks that are made at a time: each reads every model.
static CHECKED: Semaphore = Semaphore::const_new(1);

/// By then the round before is most often done.
const CHECKED_AGAIN_SECONDS: u64 = 10;

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

/// The same with what the checks of `timbre doctor` find. HEAD, which would not read it, has none made.
async fn check(
    caller: May<ReadInstallation>,
    request: HttpRequest,
    engine: Data<Engine>,
    installation: Data<Installation>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    if request.method() == Method::HEAD {
        return page(&caller, &engine, &installation, None).await;
    }
    let Ok(place) = CHECKED.try_acquire() else { return Err(Fault::Busy(CHECKED_AGAIN_SECONDS)) };
    let examined = (installation.examine)();
    // What reads files cannot be stopped: it keeps its place until it is done, also where nobody waits for it any more.
    let examined = rt::spawn(async move {
        let _place = place;
        examined.await
    });
    let findings = examined.await.map_err(|_| Fault::Internal)?;
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
