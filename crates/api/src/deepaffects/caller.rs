//! Who calls: the extractor that stands in every handler's signature.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use timbre_domain::{contract::Contract, rate::RouteClass};
use timbre_engine::{Engine, Tenant};

use super::{Fault, Operation};
use crate::{address::address, limits, query::Query};

/// An authenticated call. A handler that takes one cannot be reached without a live `apikey`.
pub struct Caller {
    pub(super) tenant: Tenant,
    pub(super) query: Query,
}

impl FromRequest for Caller {
    type Error = Fault;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Fault>>>>;

    /// Reads nothing of the body: who is not known must cost nothing.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            match known(&request).await {
                Err(Fault::InvalidApiKey) => {
                    limits::count_stranger(&request).await?;
                    Err(Fault::InvalidApiKey)
                }
                known => known,
            }
        })
    }
}

async fn known(request: &HttpRequest) -> Result<Caller, Fault> {
    let query = Query::read(request).ok_or(Fault::InvalidApiKey)?;
    let key = query.get("apikey").filter(|key| !key.contains('\0')).ok_or(Fault::InvalidApiKey)?;
    let engine = request.app_data::<web::Data<Engine>>().ok_or(Fault::Internal)?;
    let tenant = engine.authenticate_whole(Contract::Deepaffects, key, address(request)).await;
    let tenant = tenant.map_err(|error| Fault::of(error, Operation::Status))?;
    limits::count(request, &tenant, class(request)).await?;
    if query.has_zero() {
        return Err(Fault::Parameters(Operation::Status, "no parameter should have U+0000 in it".to_owned()));
    }
    Ok(Caller { tenant, query })
}

/// What each route costs. A job that is accepted is listened to as well.
fn class(request: &HttpRequest) -> RouteClass {
    match *request.method() {
        Method::GET => RouteClass::Read,
        Method::POST if request.match_pattern().is_some_and(|pattern| pattern.ends_with("/delete")) => {
            RouteClass::Management
        }
        Method::POST => RouteClass::Inference,
        _ => RouteClass::Management,
    }
}
