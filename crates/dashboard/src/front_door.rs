//! `/`: a browser is led from there to where there is something to see.
//!
//! Promises that whoever asks for no page finds at `/` what the contracts say, as if this were not here.

use actix_web::{
    HttpRequest,
    guard::{GuardContext, fn_guard},
    http::{Method, header::ACCEPT},
    middleware::from_fn,
    web::{self, ServiceConfig},
};
use timbre_api::shared::count_stranger;

use crate::{fault::Fault, forms::see, guard};

/// Leads browsers there.
pub(crate) fn lead(config: &mut ServiceConfig, to: &'static str) {
    let led = move |request: HttpRequest| async move {
        count_stranger(&request).await?;
        Ok::<_, Fault>(see(to))
    };
    #[expect(clippy::disallowed_methods, reason = "pages are no contract: nothing documents them")]
    let here = web::resource("/");
    let here = here.guard(fn_guard(by_a_browser)).default_service(web::to(led));
    config.service(here.wrap(from_fn(guard::pages)));
}

/// Whether somebody wants a page. Programs that take anything say `*/*`, or nothing.
fn by_a_browser(asked: &GuardContext<'_>) -> bool {
    let head = asked.head();
    let accepted = head.headers().get(ACCEPT).and_then(|accepted| accepted.to_str().ok());
    matches!(head.method, Method::GET | Method::HEAD)
        && accepted.is_some_and(|accepted| accepted.contains("text/html"))
}
