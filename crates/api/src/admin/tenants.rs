//! Tenants.

use actix_web::{
    HttpRequest, HttpResponse,
    web::{Data, Payload},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use timbre_engine::{Engine, EngineError, IssuedTenant, TenantChange, TenantFilter, TenantRecord};

use super::{
    Fault, May,
    body::{Body, NAME, created, once_for_a_key, reads},
    caller::{ManageTenants, ReadTenants, named, needs},
    parameters::{self, Items, PAGE, listed, page},
    shown,
};
use crate::{documented::Parameter, routes::Routes};

pub(super) fn routes(routes: &mut Routes) {
    routes.about("tenants");
    routes
        .get("/tenants", list, "listTenants", "Lists the tenants; a tenant's admin sees its own.")
        .explained("The newest first, suspended ones too.")
        .also(&needs::<ReadTenants>())
        .takes(&FILTER)
        .takes(&PAGE)
        .answers::<Items<shown::Tenant>>(200, "Tenants.");
    let taken = || Fault::from(EngineError::TenantNameTaken("acme".to_owned()));
    let row = routes
        .post("/tenants", create, "createTenant", "Makes a tenant with its first credentials.")
        .explained(
            "One of BiometrID and two each of Azure and DeepAffects, shown in this reply only. It begins with the policy that the installation \
             is configured with. A name that another tenant has is a 409.",
        )
        .also(&needs::<ManageTenants>())
        .answers::<Made<'static>>(201, "The tenant. Its secrets are shown in this reply only.")
        .refuses([
            taken(),
            EngineError::InvalidName.into(),
            EngineError::UnknownLanguage("xx-XX".to_owned()).into(),
        ]);
    once_for_a_key(reads::<Asked>(row));
    routes
        .get("/tenants/{tenant}", show, "showTenant", "Shows a tenant.")
        .explained("One that is suspended too. To a tenant's admin every other tenant is as one that there is not: 404.")
        .also(&needs::<ReadTenants>())
        .answers::<shown::Tenant>(200, "The tenant.")
        .refuses([Fault::NotFound("tenant")]);
    let says = "Renames a tenant, suspends it, or lets it go on.";
    let row = routes
        .patch("/tenants/{tenant}", change, "changeTenant", says)
        .explained(
            "What is absent stays. While a tenant is suspended its credentials are unknown, and nothing of it is lost. A name that another \
             tenant has is a 409.",
        )
        .also(&needs::<ManageTenants>())
        .answers::<shown::Tenant>(200, "The tenant as it is now.")
        .refuses([Fault::NotFound("tenant"), taken(), EngineError::InvalidName.into()]);
    reads::<Change>(row);
}

const FILTER: [Parameter; 2] = [
    Parameter::allowed::<String>("name", "Only those whose name has this in it."),
    Parameter::allowed::<bool>("suspended", "Only those that are suspended, or that are not."),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    name: Option<String>,
    suspended: Option<bool>,
    limit: Option<u32>,
    after: Option<String>,
}

/// A tenant's admin sees its own.
async fn list(
    May(by, _): May<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let Listed { name, suspended, limit, after } = parameters::read(&request)?;
    let filter = TenantFilter { name, suspended, ..TenantFilter::default() };
    Ok(listed(engine.tenants(&by, filter, &page(limit, after)?).await?, shown::tenant))
}

/// A tenant that is to be.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "NewTenant")]
struct Asked {
    /// What operators call it, of one tenant only: 1 to 255 characters, not all blanks, none of them a control character.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
    name: String,
    /// One in which codes can be spoken, as in en-US.
    language: String,
}

/// A tenant just made, with its first credentials: shown in this reply only.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MadeTenant")]
struct Made<'a> {
    #[serde(flatten)]
    tenant: shown::Tenant,
    /// What its applications call with: shown in no other reply.
    credentials: FirstCredentials<'a>,
}

/// The first credentials of a tenant.
#[derive(Serialize, JsonSchema)]
struct FirstCredentials<'a> {
    /// Of BiometrID.
    biometrid: KeyAndSecret<'a>,
    /// Of Azure.
    azure: SubscriptionKeys<'a>,
    /// Of DeepAffects.
    deepaffects: ApiKeys<'a>,
}

/// What an application of BiometrID calls with.
#[derive(Serialize, JsonSchema)]
struct KeyAndSecret<'a> {
    /// Goes into `x-biometrid-key`.
    key: &'a str,
    /// Goes into `x-biometrid-secret`.
    secret: &'a str,
}

/// What an application of Azure calls with.
#[derive(Serialize, JsonSchema)]
struct SubscriptionKeys<'a> {
    /// Two, each good by itself, so that applications can change over: one goes into `Ocp-Apim-Subscription-Key`.
    subscription_keys: [&'a str; 2],
}

/// What an application of DeepAffects calls with.
#[derive(Serialize, JsonSchema)]
struct ApiKeys<'a> {
    /// Two, each good by itself, so that applications can change over: one goes into the query, as `apikey`.
    apikeys: [&'a str; 2],
}

/// The secrets of its first credentials are shown in this reply only.
async fn create(
    May(by, _): May<ManageTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let body = Body::<Asked>::read(&request, payload).await?;
    let once = body.once(&request)?;
    let Asked { name, language } = body.fields;
    let tell = |tenant: &TenantRecord, issued: &IssuedTenant| {
        serde_json::to_value(&Made {
            tenant: shown::tenant(tenant),
            credentials: FirstCredentials {
                biometrid: KeyAndSecret { key: &issued.biometrid.key, secret: &issued.biometrid.secret },
                azure: SubscriptionKeys {
                    subscription_keys: issued.subscription_keys.each_ref().map(|key| key.as_str()),
                },
                deepaffects: ApiKeys { apikeys: issued.apikeys.each_ref().map(|key| key.as_str()) },
            },
        })
    };
    Ok(created(&engine.register_tenant(&by, &name, &language, once, tell).await?))
}

async fn show(
    May(by, _): May<ReadTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "tenant", "tenant")?;
    Ok(HttpResponse::Ok().json(shown::tenant(&engine.tenant_record(&by, id).await?)))
}

/// What is to be otherwise of a tenant: what is absent stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "TenantChange")]
struct Change {
    /// What operators call it, of one tenant only: 1 to 255 characters, not all blanks, none of them a control character.
    #[schemars(length(min = 1, max = 255), regex(pattern = NAME))]
    name: Option<String>,
    /// Whether its credentials are unknown from now on.
    suspended: Option<bool>,
}

/// While a tenant is suspended, its credentials are unknown.
async fn change(
    May(by, _): May<ManageTenants>,
    request: HttpRequest,
    engine: Data<Engine>,
    payload: Payload,
) -> Result<HttpResponse, Fault> {
    let id = named(&request, "tenant", "tenant")?;
    let Change { name, suspended } = Body::read(&request, payload).await?.fields;
    let changed = engine.change_tenant(&by, id, TenantChange { name, suspended }).await?;
    Ok(HttpResponse::Ok().json(shown::tenant(&changed)))
}
