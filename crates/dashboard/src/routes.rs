//! Registration: what is served is named here and nowhere else.
//!
//! Promises that each path answers GET (and HEAD, but where a recording is played) and POST as far as a page module registered them, that
//! another method is told which there are, and that every reply of the pages, refusals too, goes through one place ([`crate::guard`]).

use actix_web::{
    FromRequest, Handler, HttpRequest, HttpResponse, Resource, Responder,
    http::Method,
    web::{self, ServiceConfig},
};

use timbre_api::shared::count_stranger;

use crate::fault::Fault;

/// The pages below one path, in the order in which they are tried: where `{person}` could be `new`, `new` comes first.
pub(crate) struct Pages {
    resources: Vec<(&'static str, Vec<Method>, Resource)>,
    shown: Vec<&'static str>,
}

impl Pages {
    pub(crate) fn new() -> Self {
        Self { resources: Vec::new(), shown: Vec::new() }
    }

    /// Shows a page, and changes nothing.
    pub(crate) fn get<F, A>(&mut self, path: &'static str, shows: F) -> &mut Self
    where
        F: Handler<A, Output: Responder>,
        A: FromRequest + 'static,
    {
        self.shown.push(path);
        self.part(path, shows)
    }

    /// Shows what is no page by itself: a part of one, or a file. No login leads here.
    pub(crate) fn part<F, A>(&mut self, path: &'static str, shows: F) -> &mut Self
    where
        F: Handler<A, Output: Responder>,
        A: FromRequest + 'static,
    {
        self.add(path, [Method::GET, Method::HEAD], |resource| {
            resource.route(web::get().to(shows.clone())).route(web::head().to(shows))
        })
    }

    /// Plays a recording, which is told in the audit trail. HEAD, which hears nothing, is not served; and no login leads here.
    pub(crate) fn play<F, A>(&mut self, path: &'static str, plays: F) -> &mut Self
    where
        F: Handler<A, Output: Responder>,
        A: FromRequest + 'static,
    {
        self.add(path, [Method::GET], |resource| resource.route(web::get().to(plays)))
    }

    /// Takes a form. Its handler takes a [`crate::forms::Posted`], which is what proves that the form was ours.
    pub(crate) fn post<F, A>(&mut self, path: &'static str, does: F) -> &mut Self
    where
        F: Handler<A, Output: Responder>,
        A: FromRequest + 'static,
    {
        self.add(path, [Method::POST], |resource| resource.route(web::post().to(does)))
    }

    fn add(
        &mut self,
        path: &'static str,
        methods: impl IntoIterator<Item = Method>,
        route: impl FnOnce(Resource) -> Resource,
    ) -> &mut Self {
        let at = self.resources.iter().position(|(known, ..)| *known == path);
        let (_, mut known, resource) = match at {
            Some(at) => self.resources.remove(at),
            None => {
                #[expect(
                    clippy::disallowed_methods,
                    reason = "pages are no contract: nothing documents them"
                )]
                let new = web::resource(path);
                (path, Vec::new(), new)
            }
        };
        known.extend(methods);
        self.resources.insert(at.unwrap_or(self.resources.len()), (path, known, route(resource)));
        self
    }

    /// The paths at which there is a page.
    pub(crate) fn shown(&self) -> &[&'static str] {
        &self.shown
    }

    /// Serves them.
    pub(crate) fn serve(self, config: &mut ServiceConfig) {
        for (_, methods, resource) in self.resources {
            let allowed = methods.iter().map(Method::as_str).collect::<Vec<_>>().join(", ");
            let refuse = move |request: HttpRequest| {
                let allowed = allowed.clone();
                async move {
                    count_stranger(&request).await?;
                    Err::<HttpResponse, _>(Fault::WrongMethod(allowed))
                }
            };
            config.service(resource.default_service(web::to(refuse)));
        }
    }
}
