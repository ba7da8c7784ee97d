//! Pages: `/dashboard` for operators, and `/try` for whoever wants to hear what this is about.
//!
//! This crate promises that a page shows what the engine's use cases tell and nothing else: it has no SQL, no models and no rules of its own.
//! Who may see or do something stands in a handler's signature ([`caller`]); a form is taken from our own pages only ([`forms::Posted`]); every
//! reply has the headers of [`guard`]; and all of it works without a script, which only keeps figures up to date.
//!
//! # How a page is added
//!
//! A page module is `src/NOUN.rs` with `templates/NOUN.html`, and this is all of it:
//!
//! ```ignore
//! pub(crate) fn routes(pages: &mut Pages) {                     // paths are below /dashboard
//!     pages.get("/tenants/{tenant}/people", list).post("/tenants/{tenant}/people/{person}/unlock", unlock);
//! }
//!
//! #[derive(Template)]
//! #[template(path = "people.html")]                             // {% extends "frame.html" %}, blocks `title` and `content`
//! struct People { frame: Frame, items: Vec<PersonRecord>, pager: Pager }
//!
//! async fn list(caller: OnTenant<ReadPeople>, request: HttpRequest, engine: Data<Engine>) -> Result<HttpResponse, Fault> {
//!     let asked: Asked = read_query(&request)?;
//!     …
//!     render(&People { frame: caller.frame(Section::People), … })
//! }
//!
//! async fn unlock(caller: OnTenant<ManagePeople>, form: Posted<Nothing>, …) -> Result<HttpResponse, Fault> {
//!     engine.…(&caller.tenant, …).await?;
//!     Ok(done(&caller.path("/people"), Notice::Unlocked))
//! }
//! ```
//!
//! Its `mod` stands below and its `routes` in [`pages`]: the two lines that it adds here. Times and numbers are written by [`words`], in a
//! template as `{{ words::when(person.created_at) }}` (the module that derives the template says `use crate::words;`).

mod actors;
mod assets;
mod audit;
mod calibration;
mod caller;
mod contracts;
mod credentials;
mod decisions;
mod dialogue;
mod dialogues;
mod drawing;
mod erasure;
mod fault;
mod filters;
mod forms;
mod frame;
mod front_door;
mod guard;
mod job;
mod jobs;
mod login;
mod meters;
mod once;
mod operators;
mod opt_out;
mod overview;
mod pager;
mod people;
mod person;
mod policy;
mod policy_conflict;
mod policy_retention;
mod policy_settings;
mod recordings;
mod routes;
mod search;
mod sound;
mod system;
mod tenant;
mod tenants;
mod try_it;
mod usage;
mod voices;
mod webhook_secrets;
mod words;

use std::sync::LazyLock;

use actix_web::{
    dev::ResourceDef,
    middleware::from_fn,
    web::{self, Data, ServiceConfig},
};
use timbre_engine::Installation;

pub use try_it::Try;

use routes::Pages;

/// Where the operators' pages begin.
const BASE: &str = "/dashboard";

/// Where anybody speaks with this server, where that is served.
const TRY: &str = "/try";

/// All pages of operators.
fn pages() -> Pages {
    let mut pages = Pages::new();
    for page in [
        assets::routes,
        login::routes,
        overview::routes,
        tenants::routes,
        tenant::routes,
        people::routes,
        person::routes,
        erasure::routes,
        opt_out::routes,
        dialogues::routes,
        dialogue::routes,
        recordings::routes,
        jobs::routes,
        job::routes,
        webhook_secrets::routes,
        usage::routes,
        policy::routes,
        credentials::routes,
        audit::routes,
        operators::routes,
        calibration::routes,
        system::routes,
    ] {
        page(&mut pages);
    }
    pages
}

/// Where there is a page: what a login can lead on to.
static SHOWN: LazyLock<ResourceDef> = LazyLock::new(|| {
    let pages = pages();
    ResourceDef::new(pages.shown().iter().map(|path| format!("{BASE}{path}")).collect::<Vec<_>>())
});

/// Serves the operators' pages, and `/try` where there is a tenant to be tried. A browser that asks for `/` is led to them.
pub fn serve(config: &mut ServiceConfig, installation: &Data<Installation>, offered: Option<&Data<Try>>) {
    dashboard(config, installation);
    if let Some(offered) = offered {
        try_it::serve(config, offered);
    }
    front_door::lead(config, if offered.is_some() { TRY } else { BASE });
}

fn dashboard(config: &mut ServiceConfig, installation: &Data<Installation>) {
    config.service(
        web::scope(BASE)
            .app_data(installation.clone())
            .configure(|config| pages().serve(config))
            .default_service(web::to(fault::unknown_page))
            .wrap(from_fn(guard::pages)),
    );
}
