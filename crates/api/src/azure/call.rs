//! Who calls, in which version, about which kind of profile: the extractors that stand in every handler's signature.

use std::{future::Future, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::Method, web};
use timbre_domain::{
    contract::Contract,
    ids::EnrolmentId,
    profile::{Profile, ProfileKind},
    rate::RouteClass,
};
use timbre_engine::{Engine, Tenant};

use super::{Edition, Fault, edition::API_VERSION, parameters::Parameters};
use crate::{address::address, limits};

/// An authenticated call. A handler that takes one cannot be reached without a live subscription key.
pub struct Call {
    pub(super) tenant: Tenant,
    pub(super) edition: Edition,
    pub(super) kind: ProfileKind,
    pub(super) parameters: Parameters,
}

/// An authenticated call about a profile of the caller's own.
pub struct OfProfile {
    pub(super) call: Call,
    pub(super) profile: Profile,
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

impl FromRequest for Call {
    type Error = Fault;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(authenticated(&request).await?.0) })
    }
}

impl FromRequest for OfProfile {
    type Error = Fault;
    type Future = Extracted<Self>;

    /// Reads nothing of the body: who is not known must cost nothing.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let (call, engine) = authenticated(&request).await?;
            // What is no id of ours is nobody's id either.
            let id = profile_id(request.match_info().query("profile")).ok_or(Fault::NotFound)?;
            let profile = match engine.profile(&call.tenant, call.kind, id).await {
                Err(timbre_engine::EngineError::UnknownProfile) => return Err(Fault::NotFound),
                found => found?,
            };
            Ok(Self { call, profile })
        })
    }
}

async fn authenticated(request: &HttpRequest) -> Result<(Call, web::Data<Engine>), Fault> {
    match known(request).await {
        Err(Fault::Unauthorized) => {
            limits::count_stranger(request).await?;
            Err(Fault::Unauthorized)
        }
        known => known,
    }
}

/// What each route costs.
fn class(request: &HttpRequest) -> RouteClass {
    let pattern = request.match_pattern().unwrap_or_default();
    let listens = ["/enrollments", "/verify", ":verify", "identifySingleSpeaker"];
    match *request.method() {
        Method::GET => RouteClass::Read,
        Method::POST if listens.iter().any(|ending| pattern.ends_with(ending)) => RouteClass::Inference,
        _ => RouteClass::Management,
    }
}

async fn known(request: &HttpRequest) -> Result<(Call, web::Data<Engine>), Fault> {
    let key = request.headers().get("ocp-apim-subscription-key").and_then(|value| value.to_str().ok());
    let engine = request.app_data::<web::Data<Engine>>().cloned().ok_or(Fault::Internal)?;
    let key = key.ok_or(Fault::Unauthorized)?;
    let tenant = engine.authenticate_whole(Contract::Azure, key, address(request)).await?;
    limits::count(request, &tenant, class(request)).await?;
    let edition = *request.app_data::<Edition>().ok_or(Fault::Internal)?;
    let kind = *request.app_data::<ProfileKind>().ok_or(Fault::Internal)?;
    let parameters = Parameters::read(request)?;
    if edition == Edition::V2021_09_05 {
        match parameters.get("api-version") {
            Some(API_VERSION) => {}
            Some(_) => return Err(Fault::UnsupportedApiVersion),
            None => return Err(Fault::MissingApiVersion),
        }
    }
    Ok((Call { tenant, edition, kind, parameters }, engine))
}

/// A UUID with or without each of its dashes, as the contract's pattern has it.
pub(super) fn profile_id(text: &str) -> Option<EnrolmentId> {
    let mut rest = text;
    let mut digits = String::with_capacity(32);
    for group in [8, 4, 4, 4, 12] {
        let (taken, after) = rest.split_at_checked(group)?;
        digits.push_str(taken);
        rest = if digits.len() < 32 { after.strip_prefix('-').unwrap_or(after) } else { after };
    }
    let plain = rest.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_profile_id_reads_with_or_without_its_dashes() {
        let dashed = "49a36324-fc4b-4387-aa06-090cfbf0064f";
        for text in [dashed, "49A36324FC4B4387AA06090CFBF0064F", "49a36324-fc4b4387aa06-090cfbf0064f"] {
            assert_eq!(profile_id(text).map(|id| id.to_string()).as_deref(), Some(dashed), "{text}");
        }
        let long = format!("{dashed}0");
        for text in [
            "",
            "49a36324",
            &long,
            &format!("-{dashed}"),
            &dashed.replace('a', "g"),
            "{49a36324-fc4b-4387-aa06-090cfbf0064f}",
        ] {
            assert_eq!(profile_id(text), None, "{text}");
        }
    }
}
