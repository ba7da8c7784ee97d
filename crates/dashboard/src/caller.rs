//! Who looks, and whether they may: a handler that takes one of these cannot be reached otherwise.
//!
//! Promises that a browser's session is looked up and counted once for each request, as a call of the admin API is: who is not known by
//! address, who is by who they are.

use std::{marker::PhantomData, ops::Deref, pin::Pin, rc::Rc};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, web};
use timbre_api::{
    admin::needs::Needs,
    shared::{address, count_manager, count_stranger},
};
use timbre_domain::ids::TenantId;
use timbre_engine::{Administrator, AtBrowser, Engine, Tenant};
use tokio::sync::OnceCell;

use crate::{
    fault::Fault,
    forms::Notice,
    frame::{Frame, Section, Who},
    words,
};

/// The session's cookie. Only the dashboard's pages get it.
pub(crate) const COOKIE: &str = "timbre.operator";

/// Whoever is logged in, for as long as their request lasts. Every extractor below derefs to one: `caller.by` is what the engine's functions
/// take as `by`.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) by: Rc<Administrator>,
    who: Rc<Who>,
    notice: Option<Notice>,
}

impl Caller {
    /// What a form of this session has in it.
    pub(crate) fn csrf(&self) -> &str {
        &self.who.csrf
    }

    pub(crate) fn frame(&self, section: Section) -> Frame {
        Frame::new(Rc::clone(&self.who), section, self.notice)
    }
}

/// Anybody who is logged in.
pub(crate) struct SignedIn(Caller);

/// Somebody who may: `May<ReadTenants>`. The permissions as types are in [`timbre_api::admin::needs`].
pub(crate) struct May<P>(Caller, PhantomData<P>);

/// Somebody who may, and the tenant of the path's `{tenant}`, which is there for them.
pub(crate) struct OnTenant<P> {
    caller: Caller,
    pub(crate) tenant: Tenant,
    needs: PhantomData<P>,
}

impl Deref for SignedIn {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<P> Deref for May<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.0
    }
}

impl<P> Deref for OnTenant<P> {
    type Target = Caller;

    fn deref(&self) -> &Caller {
        &self.caller
    }
}

impl<P> OnTenant<P> {
    /// The frame of a page of the tenant.
    pub(crate) fn frame(&self, section: Section) -> Frame {
        self.caller.frame(section).within(self.tenant.id, &self.tenant.name)
    }

    /// The address of a page of the tenant: `/dashboard/tenants/{tenant}` and then this.
    pub(crate) fn path(&self, below: &str) -> String {
        format!("{}/tenants/{}{below}", crate::BASE, self.tenant.id)
    }
}

type Extracted<T> = Pin<Box<dyn Future<Output = Result<T, Fault>>>>;

impl FromRequest for SignedIn {
    type Error = Fault;
    type Future = Extracted<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(caller(&request).await?)) })
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
            let caller = permitted::<P>(&request).await?;
            let id: TenantId = named(&request, "tenant", "tenant")?;
            let tenant = engine(&request)?.tenant_for(&caller.by, id).await?;
            Ok(Self { caller, tenant, needs: PhantomData })
        })
    }
}

/// The id of this name in the path. One that does not read is one that does not exist: `what` is said to be unknown.
pub(crate) fn named<T: std::str::FromStr>(
    request: &HttpRequest,
    name: &str,
    what: &'static str,
) -> Result<T, Fault> {
    request.match_info().get(name).and_then(|id| id.parse().ok()).ok_or(Fault::NotFound(what))
}

pub(crate) fn engine(request: &HttpRequest) -> Result<&web::Data<Engine>, Fault> {
    request.app_data::<web::Data<Engine>>().ok_or(Fault::Internal)
}

async fn permitted<P: Needs>(request: &HttpRequest) -> Result<Caller, Fault> {
    let caller = caller(request).await?;
    engine(request)?.permit(&caller.by, P::PERMISSION).await?;
    Ok(caller)
}

/// Whoever a session is of.
type Known = (Rc<Administrator>, Rc<Who>);

/// What became of looking up the request's session, kept with it.
#[derive(Clone, Default)]
struct LookedUp(Rc<OnceCell<Result<Known, Fault>>>);

/// Whoever sends the request. Several who ask, as an extractor and a form do, are told of one look-up.
pub(crate) async fn caller(request: &HttpRequest) -> Result<Caller, Fault> {
    let kept = request.extensions().get::<LookedUp>().cloned();
    let LookedUp(cell) = kept.unwrap_or_else(|| {
        let new = LookedUp::default();
        request.extensions_mut().insert(new.clone());
        new
    });
    let (by, who) = cell.get_or_init(|| look_up(request)).await.clone()?;
    Ok(Caller { by, who, notice: Notice::of(request) })
}

/// Whoever was found to send the request; none where nobody was, or nobody looked.
pub(crate) fn known(request: &HttpRequest) -> Option<Caller> {
    let LookedUp(cell) = request.extensions().get::<LookedUp>().cloned()?;
    let (by, who) = cell.get()?.clone().ok()?;
    // What was done before is no news on the page of an error.
    Some(Caller { by, who, notice: None })
}

async fn look_up(request: &HttpRequest) -> Result<Known, Fault> {
    let at = match request.cookie(COOKIE) {
        Some(cookie) => session(request, cookie.value()).await,
        None => Err(Fault::NotLoggedIn),
    };
    if matches!(at, Err(Fault::NotLoggedIn)) {
        count_stranger(request).await?;
    }
    let AtBrowser { by, operator, form_token } = at?;
    if let Some(id) = by.id() {
        count_manager(request, id).await?;
    }
    let (name, email) = (words::name(operator.name), words::name(operator.email));
    let who = Who { name, email, role: by.role, csrf: form_token };
    Ok((Rc::new(by), Rc::new(who)))
}

async fn session(request: &HttpRequest, cookie: &str) -> Result<AtBrowser, Fault> {
    Ok(engine(request)?.administrator_of_cookie(cookie, address(request)).await?)
}
