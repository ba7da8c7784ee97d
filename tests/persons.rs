//! What concerns people as such, whichever contract made them known: erasure, opt-outs, consent, what is held, what is kept for a time.

mod consent;
mod erasure;
mod held;
mod journals;
mod opt_out;
mod playing;
mod proof;
mod retention;
mod sketches;

use timbre_domain::ids::SubjectId;
use timbre_engine::{IssuedTenant, PersonName, Tenant};
use timbre_tests::{Application, Developer, Product, Speaker, Subscriber};

const HEART: Speaker = Speaker("af_heart");
const MICHAEL: Speaker = Speaker("am_michael");

/// One tenant's applications, one for each contract.
struct Applications {
    biometrid: Application,
    azure: Subscriber,
    deepaffects: Developer,
}

impl Applications {
    fn of(product: &Product, issued: &IssuedTenant) -> Self {
        Self {
            biometrid: Application::new(&product.url, &issued.biometrid.key, &issued.biometrid.secret),
            azure: Subscriber::new(&product.url, &issued.subscription_keys),
            deepaffects: Developer::new(&product.url, &issued.apikeys),
        }
    }
}

fn issued(product: &Product, name: &str) -> IssuedTenant {
    product.block_on(product.engine.create_tenant(name, "en")).unwrap()
}

fn tenant(product: &Product, name: &str) -> Tenant {
    product.block_on(product.engine.tenant_for_operator(name)).unwrap()
}

fn person(product: &Product, tenant: &Tenant, kind: &str, name: &str) -> SubjectId {
    let name = PersonName::parse(kind, name).unwrap();
    product.block_on(product.engine.find_person(tenant, &name)).unwrap().unwrap()
}
