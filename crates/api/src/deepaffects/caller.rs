//! Who calls: the extractor that stands in every handler's signature.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};
use timbre_domain::contract::Contract;
use timbre_engine::{Engine, Tenant};

use super::{Fault, Operation};
use crate::{address::address, query::Query};

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
            let query = Query::read(&request).ok_or(Fault::InvalidApiKey)?;
            let key = query.get("apikey").ok_or(Fault::InvalidApiKey)?;
            let engine = request.app_data::<web::Data<Engine>>().ok_or(Fault::Internal)?;
            let tenant = engine
                .authenticate_whole(Contract::Deepaffects, key, address(&request))
                .await
                .map_err(|error| Fault::of(error, Operation::Status))?;
            Ok(Self { tenant, query })
        })
    }
}
