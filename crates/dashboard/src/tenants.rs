//! The tenants of this installation: found, and made.

use actix_web::{HttpRequest, HttpResponse, ResponseError, web::Data};
use askama::Template;
use serde::{Deserialize, Serialize};
use timbre_api::admin::needs::{ManageTenants, ReadTenants};
use timbre_domain::{contract::Contract, ids::TenantId, operator::Permission};
use timbre_engine::{Engine, EngineError, IssuedTenant, PageAsked, TenantFilter, TenantRecord};

use crate::{
    caller::{Caller, May},
    credentials::{Issued, Shown},
    fault::Fault,
    forms::{Posted, read_query},
    frame::{Frame, Section, render, render_as},
    once,
    pager::{ENTRIES, Pager},
    routes::Pages,
    words,
};

const TENANTS: &str = "/dashboard/tenants";

pub(crate) fn routes(pages: &mut Pages) {
    pages.get("/tenants", list).post("/tenants", make);
}

#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    name: Option<String>,
    suspended: Option<bool>,
    #[serde(skip_serializing)]
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "tenants.html")]
struct List {
    frame: Frame,
    items: Vec<TenantRecord>,
    pager: Pager,
    /// What was searched for.
    name: String,
    suspended: Option<bool>,
    filtered: bool,
    new: Form,
}

/// The form that makes a tenant.
struct Form {
    once: String,
    name: String,
    language: String,
    /// Those that codes can be spoken in.
    languages: Vec<String>,
    wrong: Option<String>,
}

impl List {
    /// Whether the filter asks for those that are suspended, or for those that are not.
    fn asks_for(&self, suspended: bool) -> bool {
        self.suspended == Some(suspended)
    }
}

impl Form {
    fn empty(engine: &Engine) -> Self {
        let languages = engine.languages().iter().map(|language| language.code.clone()).collect();
        Self { once: once::key(), name: String::new(), language: String::new(), languages, wrong: None }
    }

    fn is_chosen(&self, language: &str) -> bool {
        self.language == language
    }
}

/// A tenant's admin sees its own.
async fn list(
    caller: May<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let asked: Asked = read_query(&request)?;
    render(&page(&caller, asked, Form::empty(&engine), &engine).await?)
}

async fn page(caller: &Caller, asked: Asked, new: Form, engine: &Engine) -> Result<List, Fault> {
    let Asked { name, suspended, after } = asked.clone();
    let filter = TenantFilter { name, suspended, ..TenantFilter::default() };
    let found =
        engine.tenants(&caller.by, filter, &PageAsked { limit: ENTRIES, after: after.clone() }).await?;
    Ok(List {
        frame: caller.frame(Section::Tenants),
        items: found.items,
        pager: Pager::new(TENANTS, &asked, after.as_deref(), found.next.as_deref()),
        filtered: asked.name.is_some() || asked.suspended.is_some(),
        name: asked.name.unwrap_or_default(),
        suspended: asked.suspended,
        new,
    })
}

/// A tenant that is to be.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(skip_serializing)]
    once: String,
    #[serde(default)]
    name: String,
    language: String,
}

/// What is told of it once.
#[derive(Serialize, Deserialize)]
struct Made {
    id: TenantId,
    name: String,
    credentials: Vec<Shown>,
}

/// The secrets of its first credentials are shown in this reply only, and in that to the same form sent again.
async fn make(
    caller: May<ManageTenants>,
    form: Posted<New>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let new = form.read()?;
    let once = once::sent(&new.once, request.path(), &new)?;
    let tell = |tenant: &TenantRecord, issued: &IssuedTenant| {
        serde_json::to_value(Made {
            id: tenant.id,
            name: tenant.name.clone(),
            credentials: vec![
                Shown::pair(&issued.biometrid),
                Shown::whole(Contract::Azure, &issued.subscription_keys),
                Shown::whole(Contract::Deepaffects, &issued.apikeys),
            ],
        })
    };
    match engine.register_tenant(&caller.by, &new.name, &new.language, Some(once), tell).await {
        Err(
            error @ (EngineError::InvalidName
            | EngineError::TenantNameTaken(_)
            | EngineError::UnknownLanguage(_)),
        ) => {
            let fault = Fault::from(error);
            let New { once, name, language } = new;
            let wrong = Some(fault.to_string());
            let form = Form { once, name, language, wrong, ..Form::empty(&engine) };
            render_as(fault.status_code(), &page(&caller, Asked::default(), form, &engine).await?)
        }
        made => {
            let made: Made = serde_json::from_value(once::told(made)?.body).map_err(|_| Fault::Internal)?;
            let page = Issued {
                frame: caller.frame(Section::Tenants).within(made.id, &made.name),
                title: format!("{}: its first credentials", words::name(&made.name)),
                credentials: made.credentials,
                next: format!("{TENANTS}/{}", made.id),
                next_is: "To the tenant",
            };
            page.reply()
        }
    }
}
