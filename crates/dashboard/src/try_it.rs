//! `/try`: whoever opens it speaks with this server, as the demo tenant's application would.
//!
//! Promises that it is served only where it was asked for, and that it adds no way to call: the page is a program in the browser that calls the
//! contracts' own routes with credentials that are shown on it. What is decided there is decided as for everybody else.

use actix_web::{
    HttpRequest, HttpResponse,
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use askama::Template;
use timbre_api::shared::count_stranger;
use timbre_engine::{Engine, Languages};

use crate::{
    TRY,
    fault::{self, Fault},
    forms::no_query,
    frame::{Frame, render},
    guard,
    routes::Pages,
};

/// Whom the page calls as. All of it is on the page: a tenant that is not there to be tried must not be named here.
pub struct Try {
    /// Of BiometrID, with its secret.
    pub key: String,
    pub secret: String,
    /// Of DeepAffects.
    pub apikey: String,
    /// The language that codes are asked for in, unless another is chosen.
    pub language: String,
}

/// Serves the page.
pub(crate) fn serve(config: &mut ServiceConfig, offered: &Data<Try>) {
    let mut pages = Pages::new();
    pages.get("", page);
    config.service(
        web::scope(TRY)
            .app_data(offered.clone())
            .configure(|config| pages.serve(config))
            .default_service(web::to(fault::unknown_page))
            .wrap(from_fn(guard::trying)),
    );
}

#[derive(Template)]
#[template(path = "try.html")]
struct Page<'a> {
    frame: Frame,
    offered: &'a Try,
    languages: &'a Languages,
    /// Of a recording of several people.
    most_bytes: usize,
}

/// Nobody is asked who they are, so whoever asks is counted as a stranger.
async fn page(request: HttpRequest, offered: Data<Try>, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
    count_stranger(&request).await?;
    no_query(&request)?;
    render(&Page {
        frame: Frame::outside(None),
        offered: &offered,
        languages: engine.languages(),
        most_bytes: engine.max_conversation_bytes(),
    })
}
