//! Who calls: the tenant whose application key and secret the headers carry.

use std::{future::Future, ops::Deref, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use timbre_engine::{Engine, Tenant};

use super::Fault;

/// An authenticated tenant application. A handler that takes one cannot be reached without.
pub struct Caller(Tenant);

impl Deref for Caller {
    type Target = Tenant;

    fn deref(&self) -> &Tenant {
        &self.0
    }
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = |name| {
            let value = request.headers().get(name)?.to_str().ok()?;
            (!value.is_empty()).then(|| value.to_owned())
        };
        let credentials = header("x-biometrid-key").zip(header("x-biometrid-secret"));
        let engine = request.app_data::<web::Data<Engine>>().cloned();
        Box::pin(async move {
            let (key, secret) = credentials.ok_or(Fault::AuthenticationHeadersMissing)?;
            let engine = engine.ok_or(Fault::Problem)?;
            Ok(Self(engine.authenticate(&key, &secret).await?))
        })
    }
}
