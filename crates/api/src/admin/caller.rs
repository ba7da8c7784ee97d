//! Who calls, and whether they may: a handler that takes one of these cannot be reached otherwise.

use std::{marker::PhantomData, pin::Pin};

use actix_web::{FromRequest, HttpRequest, dev::Payload, http::header::AUTHORIZATION, web};
use timbre_domain::{
    ids::TenantId,
    operator::{Permission, Role},
};
use timbre_engine::{Administrator, Engine, Tenant};

use super::{Fault, known};
use crate::{
    address::address,
    limits::{count_manager, count_stranger},
};

/// What a handler needs, as a type, so that it stands in its signature.
pub trait Needs: 'static {
    const PERMISSION: Permission;
}

macro_rules! needs {
    ($($name:ident),+ $(,)?) => {$(
        pub struct $name;

        impl Needs for $name {
            const PERMISSION: Permission = Permission::$name;
        }
    )+};
}

needs! {
    ReadOperators, ManageOperators, ReadTokens, ManageTokens, ReadAllAudit, ReadInstallation, ReadTenants, ManageTenants, ReadUsage,
    ReadCredentials, ManageCredentials, ReadPolicy, ChangePolicy, ReadPeople, ManagePeople, PlayRecordings,
    ReadDialogues, ReadJobs, ManageJobs, ManageWebhooks, ReadAudit,
}

/// What a document says of who may.
pub(super) fn needs<P: Needs>() -> String {
    let roles = [
        (Role::Owner, "an owner"),
        (Role::Operator, "an operator"),
        (Role::Auditor, "an auditor"),
        (Role::TenantAdmin(TenantId::from_random([0; 16])), "the tenant's own admin"),
    ];
    let may: Vec<_> = roles.iter().filter(|(role, _)| role.may(P::PERMISSION)).map(|(_, who)| *who).collect();
    format!("Needs the permission `{}`, which these have: {}.", P::PERMISSION, may.join(", "))
}

/// Anybody who has proved who they are.
pub struct SignedIn(pub(super) Administrator);

/// Somebody who may.
pub struct May<P>(pub(super) Administrator, pub(super) PhantomData<P>);

/// Somebody who may, and the tenant of the path, which is there for them.
pub struct OnTenant<P> {
    pub(super) by: Administrator,
    pub(super) tenant: Tenant,
    needs: PhantomData<P>,
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

impl FromRequest for SignedIn {
    type Error = Fault;
    type Future = Extracted<Self>;

    /// Reads nothing of the body: who is not known must cost nothing.
    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(administrator(&request).await?)) })
    }
}

impl<P: Needs> FromRequest for May<P> {
    type Error = Fault;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(permitted::<P>(&request).await?, PhantomData)) })
    }
}

impl<P: Needs> FromRequest for OnTenant<P> {
    type Error = Fault;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let by = permitted::<P>(&request).await?;
            let id: TenantId = named(&request, "tenant", "tenant")?;
            let tenant = engine(&request)?.tenant_for(&by, id).await?;
            Ok(Self { by, tenant, needs: PhantomData })
        })
    }
}

/// The id of this name in the path. One that does not read is one that does not exist.
pub(super) fn named<T: std::str::FromStr>(
    request: &HttpRequest,
    name: &str,
    what: &'static str,
) -> Result<T, Fault> {
    request.match_info().get(name).and_then(|id| id.parse().ok()).ok_or(Fault::NotFound(what))
}

pub(super) fn engine(request: &HttpRequest) -> Result<&web::Data<Engine>, Fault> {
    request.app_data::<web::Data<Engine>>().ok_or(Fault::Internal)
}

async fn permitted<P: Needs>(request: &HttpRequest) -> Result<Administrator, Fault> {
    let by = administrator(request).await?;
    engine(request)?.permit(&by, P::PERMISSION).await?;
    Ok(by)
}

/// Whoever is not known is counted by address, and whoever is by who they are.
async fn administrator(request: &HttpRequest) -> Result<Administrator, Fault> {
    let who = match bearer(request) {
        Some(token) => engine(request)?.administrator(token, address(request)).await.map_err(Fault::from),
        None => Err(Fault::NotLoggedIn),
    };
    if matches!(who, Err(Fault::NotLoggedIn)) {
        count_stranger(request).await?;
    }
    let by = who?;
    if let Some(id) = by.id() {
        count_manager(request, id).await?;
    }
    known::check(request)?;
    Ok(by)
}

fn bearer(request: &HttpRequest) -> Option<&str> {
    let (scheme, token) = request.headers().get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
