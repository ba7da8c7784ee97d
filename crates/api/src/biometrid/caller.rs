//! Who calls, and about whom: the extractors that stand in every handler's signature.

use std::{future::Future, ops::Deref, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use timbre_domain::{ids::SubjectId, rate::RouteClass, usage::Meter};
use timbre_engine::{Engine, Subject, Tenant};

use super::Fault;
use crate::{address::address, limits};

/// An authenticated tenant application. A handler that takes one cannot be reached without.
pub struct Caller(Tenant);

impl Deref for Caller {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

/// An authenticated tenant application, and the user of its own that the path names.
pub struct OfUser {
    pub(super) caller: Caller,
    pub(super) user: Subject,
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(authenticated(&request).await?.0) })
    }
}

impl FromRequest for OfUser {
    type Error = Fault;
    type Future = Extracted<Self>;

    /// Reads nothing of the body: who is not known must cost nothing.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (caller, engine) = authenticated(&request).await?;
            // The documented order: the quota before the user. All that costs is posted.
            if request.method() == Method::POST {
                engine.admit(&caller, &[Meter::Requests]).await?;
            }
            // What is no id of ours is nobody's id either.
            let id: SubjectId =
                request.match_info().query("user").parse().map_err(|_| Fault::UserNotExists)?;
            let user = engine.subject(&caller, id).await?;
            Ok(Self { caller, user })
        })
    }
}

async fn authenticated(request: &HttpRequest) -> Result<(Caller, web::Data<Engine>), Fault> {
    let known = known(request).await;
    if let Err(
        Fault::AuthenticationHeadersMissing | Fault::ClientNotFound | Fault::InvalidAuthenticationHeaders,
    ) = known
    {
        limits::count_stranger(request).await?;
    }
    known
}

/// What each route costs. A call that begins a dialogue and one that brings a recording are the same route.
fn class(request: &HttpRequest) -> RouteClass {
    let pattern = request.match_pattern().unwrap_or_default();
    let listens = ["/dialogue/enroll/voice", "/dialogue/verify/voice", "/adapt/voice"];
    match *request.method() {
        // It changes something for all that it is a GET.
        Method::GET if pattern.ends_with("/restart-state") => RouteClass::Management,
        Method::GET => RouteClass::Read,
        Method::POST if listens.iter().any(|ending| pattern.ends_with(ending)) => RouteClass::Inference,
        _ => RouteClass::Management,
    }
}

async fn known(request: &HttpRequest) -> Result<(Caller, web::Data<Engine>), Fault> {
    let header = |name| {
        let value = request.headers().get(name)?.to_str().ok()?;
        (!value.is_empty()).then_some(value)
    };
    let (key, secret) = header("x-biometrid-key")
        .zip(header("x-biometrid-secret"))
        .ok_or(Fault::AuthenticationHeadersMissing)?;
    let engine = request.app_data::<web::Data<Engine>>().cloned().ok_or(Fault::Problem)?;
    let tenant = engine.authenticate(key, secret, address(request)).await?;
    limits::count(request, &tenant, class(request)).await?;
    Ok((Caller(tenant), engine))
}
