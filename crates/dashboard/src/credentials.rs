//! The credentials of a tenant's applications: listed without a secret, issued and shown once, revoked.

use actix_web::{HttpRequest, HttpResponse, http::StatusCode, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::{ManageCredentials, ReadCredentials};
use timbre_domain::{contract::Contract, ids::CredentialId, operator::Permission};
use timbre_engine::{CredentialInfo, Engine, EngineError, IssuedCredential, PageAsked, WholeKey};

use crate::{
    caller::{OnTenant, named},
    contracts,
    fault::Fault,
    forms::{Nothing, Notice, Posted, done, no_query, read_query},
    frame::{Frame, Section, render, render_as},
    once,
    pager::{ENTRIES, Pager},
    routes::Pages,
    words,
};

const CREDENTIALS: &str = "/credentials";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants/{tenant}/credentials", list).post("/tenants/{tenant}/credentials", issue);
    let path = "/tenants/{tenant}/credentials/{credential}/revoke";
    pages.get(path, ask).post(path, revoke);
}

/// What an application calls with, as it is shown once.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shown {
    contract: Contract,
    /// Of whole keys: each is good by itself.
    keys: Vec<String>,
    /// Of BiometrID: goes with its key.
    secret: Option<String>,
}

impl Shown {
    pub(crate) fn pair(issued: &IssuedCredential) -> Self {
        let (keys, secret) = (vec![issued.key.clone()], Some(issued.secret.to_string()));
        Self { contract: issued.contract, keys, secret }
    }

    pub(crate) fn whole(contract: Contract, keys: &[WholeKey]) -> Self {
        Self { contract, keys: keys.iter().map(|key| key.to_string()).collect(), secret: None }
    }

    fn of(issued: &IssuedCredential) -> Self {
        match issued.contract {
            Contract::Biometrid => Self::pair(issued),
            contract @ (Contract::Azure | Contract::Deepaffects) => Self::whole(contract, &[issued.whole()]),
        }
    }

    fn name(&self) -> &'static str {
        contracts::name(&self.contract)
    }

    /// Where the key goes in a call.
    fn goes_into(&self) -> &'static str {
        match self.contract {
            Contract::Biometrid => "header x-biometrid-key",
            Contract::Azure => "header Ocp-Apim-Subscription-Key",
            Contract::Deepaffects => "query, as apikey",
        }
    }
}

/// The page of what was just issued. There is no other that shows it.
#[derive(Template)]
#[template(path = "issued.html")]
pub(crate) struct Issued {
    pub(crate) frame: Frame,
    pub(crate) title: String,
    pub(crate) credentials: Vec<Shown>,
    /// Where to go from here, and what is there.
    pub(crate) next: String,
    pub(crate) next_is: &'static str,
}

impl Issued {
    pub(crate) fn reply(&self) -> Result<HttpResponse, Fault> {
        render_as(StatusCode::CREATED, self)
    }
}

#[derive(Template)]
#[template(path = "credentials.html")]
struct List {
    frame: Frame,
    path: String,
    items: Vec<CredentialInfo>,
    pager: Pager,
    new: Form,
}

/// The form that issues one, as it was filled in.
struct Form {
    once: String,
    contract: Contract,
    label: String,
    /// Why it was not taken.
    wrong: Option<String>,
    /// Whether that is due to the label.
    wrong_label: bool,
}

impl Form {
    fn empty() -> Self {
        Self {
            once: once::key(),
            contract: Contract::Biometrid,
            label: String::new(),
            wrong: None,
            wrong_label: false,
        }
    }

    fn is_chosen(&self, contract: &Contract) -> bool {
        self.contract == *contract
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    after: Option<String>,
}

async fn list(
    caller: OnTenant<ReadCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Asked { after } = read_query(&request)?;
    render(&page(&caller, &engine, after, Form::empty()).await?)
}

async fn page<P>(
    caller: &OnTenant<P>,
    engine: &Engine,
    after: Option<String>,
    new: Form,
) -> Result<List, Fault> {
    let asked = PageAsked { limit: ENTRIES, after: after.clone() };
    let found = engine.credentials_page(&caller.tenant, &asked).await?;
    let path = caller.path(CREDENTIALS);
    Ok(List {
        frame: caller.frame(Section::Credentials),
        pager: Pager::new(&path, &(), after.as_deref(), found.next.as_deref()),
        path,
        items: found.items,
        new,
    })
}

/// A credential that is asked for.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(skip_serializing)]
    once: String,
    contract: Contract,
    label: Option<String>,
}

/// Shown in this reply only, and in that to the same form sent again.
async fn issue(
    caller: OnTenant<ManageCredentials>,
    form: Posted<New>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let new = form.read()?;
    let once = once::sent(&new.once, request.path(), &new)?;
    let tell = |issued: &IssuedCredential| serde_json::to_value(Shown::of(issued));
    let (contract, label) = (new.contract, new.label.as_deref());
    let made =
        engine.issue_credential_once(&caller.by, &caller.tenant, contract, label, Some(once), tell).await;
    if let Err(error @ (EngineError::Label | EngineError::TooManyCredentials)) = made {
        let wrong_label = matches!(error, EngineError::Label);
        let fault = Fault::from(error);
        let New { once, contract, label } = new;
        let (label, wrong) = (label.unwrap_or_default(), Some(fault.to_string()));
        let form = Form { once, contract, label, wrong, wrong_label };
        return fault.said_by(&page(&caller, &engine, None, form).await?);
    }
    let shown: Shown = serde_json::from_value(once::told(made)?.body).map_err(|_| Fault::Internal)?;
    let page = Issued {
        frame: caller.frame(Section::Credentials),
        title: format!("A new credential for {}", shown.name()),
        credentials: vec![shown],
        next: caller.path(CREDENTIALS),
        next_is: "All credentials",
    };
    page.reply()
}

#[derive(Template)]
#[template(path = "credential_revoke.html")]
struct Revoke {
    frame: Frame,
    path: String,
    credential: CredentialInfo,
    /// Others of the contract that stay alive.
    others: usize,
}

/// Says what revoking a credential does.
async fn ask(
    caller: OnTenant<ManageCredentials>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    no_query(&request)?;
    let id: CredentialId = named(&request, "credential", "credential")?;
    let mut alive = engine.credentials(&caller.tenant).await?;
    alive.retain(|credential| credential.revoked_at.is_none());
    let Some(at) = alive.iter().position(|credential| credential.id == id) else {
        return revoked_before(&caller, &engine, id).await;
    };
    let credential = alive.swap_remove(at);
    let others = alive.iter().filter(|other| other.contract == credential.contract).count();
    render(&Revoke {
        frame: caller.frame(Section::Credentials),
        path: caller.path(CREDENTIALS),
        credential,
        others,
    })
}

async fn revoke(
    caller: OnTenant<ManageCredentials>,
    form: Posted<Nothing>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Nothing {} = form.read()?;
    let id = named(&request, "credential", "credential")?;
    match engine.revoke_credential(&caller.tenant, id).await {
        Ok(()) => Ok(done(&caller.path(CREDENTIALS), Notice::CredentialRevoked)),
        Err(EngineError::UnknownCredential) => revoked_before(&caller, &engine, id).await,
        Err(error) => Err(error.into()),
    }
}

/// Where no live credential has this id: one that was revoked before is listed as such, another there is not.
async fn revoked_before(
    caller: &OnTenant<ManageCredentials>,
    engine: &Engine,
    id: CredentialId,
) -> Result<HttpResponse, Fault> {
    match engine.credentials(&caller.tenant).await?.iter().any(|credential| credential.id == id) {
        true => Ok(done(&caller.path(CREDENTIALS), Notice::CredentialRevokedBefore)),
        false => Err(EngineError::UnknownCredential.into()),
    }
}
