//! The demo tenant of `serve --demo`, and the file that says how to be it.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use timbre_dashboard::Try;
use timbre_domain::{contract::Contract, operator::Role};
use timbre_engine::{Engine, EngineError, IssuedCredential, KeySlot, NewOperator, PageAsked, TenantFilter};
use zeroize::Zeroizing;

use crate::{commands::operator::with_password, failure::Failure, settings::Settings};

const TENANT: &str = "demo";

/// The demo's owner, on a host that nobody has (RFC 2606).
const OPERATOR: &str = "owner@demo.example";

/// `demo.json`: where the server is and the credentials of each contract.
#[derive(Serialize)]
pub struct Demo {
    base_url: String,
    #[serde(flatten)]
    known: Known,
    #[serde(skip)]
    path: PathBuf,
    /// What somebody decided of the demo, which stays as it is.
    #[serde(skip)]
    decided: Vec<String>,
    /// Whether nobody decided anything of the tenant: of one that was suspended or renamed no page hands out the credentials.
    #[serde(skip)]
    as_made: bool,
}

/// The credentials; a file of an earlier version lacks some.
#[derive(Serialize, Deserialize, Default)]
struct Known {
    #[serde(skip_serializing_if = "Option::is_none")]
    biometrid: Option<BiometridCredential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    azure: Option<AzureCredential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deepaffects: Option<DeepaffectsCredential>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<OperatorLogin>,
}

#[derive(Serialize, Deserialize)]
struct OperatorLogin {
    email: String,
    password: String,
}

#[derive(Serialize, Deserialize)]
struct BiometridCredential {
    key: String,
    secret: String,
}

impl From<IssuedCredential> for BiometridCredential {
    fn from(issued: IssuedCredential) -> Self {
        Self { key: issued.key, secret: (*issued.secret).clone() }
    }
}

#[derive(Serialize, Deserialize)]
struct AzureCredential {
    subscription_key: String,
}

#[derive(Serialize, Deserialize)]
struct DeepaffectsCredential {
    apikey: String,
}

/// Makes the demo tenant, or finds it and its credentials again. If the file is gone the secrets
/// are too (only hashes are stored), so the tenant gets a new credential. An operator who was disabled stays so, and a tenant that was
/// suspended or renamed stays as it is.
pub async fn prepare(engine: &Engine, settings: &Settings, base_url: &str) -> Result<Demo, Failure> {
    let path = settings.data.dir.join("demo.json");
    let known: Option<Known> =
        fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let mut known = known.unwrap_or_default();
    let mut decided = Vec::new();
    known.operator = operator(engine, known.operator, &mut decided).await?;
    let of_the_operator = decided.len();
    let known = tenant(engine, settings, known, &mut decided).await?;
    let as_made = decided.len() == of_the_operator;
    let demo = Demo { base_url: base_url.to_owned(), known, path, decided, as_made };
    write_private(&demo.path, &serde_json::to_vec_pretty(&demo)?)?;
    Ok(demo)
}

/// The demo tenant's credentials: as they are known, or new ones.
async fn tenant(
    engine: &Engine,
    settings: &Settings,
    known: Known,
    decided: &mut Vec<String>,
) -> Result<Known, Failure> {
    let filter = TenantFilter { name: Some(TENANT.to_owned()), ..TenantFilter::default() };
    let found = engine.tenants(&engine.at_the_command_line(), filter, &PageAsked::first(1)).await?;
    let Some(found) = found.items.into_iter().next() else {
        if let Some(name) = whose(engine, &known).await {
            decided.push(format!("the demo tenant is called {name} by now"));
            return Ok(known);
        }
        let issued = engine.create_tenant(TENANT, &settings.languages.default).await?;
        let ([first, _], [apikey, _]) = (issued.subscription_keys, issued.apikeys);
        return Ok(Known {
            biometrid: Some(issued.biometrid.into()),
            azure: Some(AzureCredential { subscription_key: (*first).clone() }),
            deepaffects: Some(DeepaffectsCredential { apikey: (*apikey).clone() }),
            operator: known.operator,
        });
    };
    // While it is suspended no key is good, however new.
    if found.suspended_at.is_some() {
        let resume = "timbre admin tenant resume";
        decided.push(format!("the demo tenant is suspended; {resume} {TENANT} lets it go on"));
        return Ok(known);
    }
    let biometrid = match known.biometrid {
        Some(known) => known,
        // Those that are lost with the file would be in the way of a further one.
        None => {
            let tenant = engine.tenant_for_operator(TENANT).await?;
            engine.regenerate_credential(&tenant, Contract::Biometrid, KeySlot::One).await?.into()
        }
    };
    let subscription_key = known.azure.map(|known| known.subscription_key);
    let apikey = known.deepaffects.map(|known| known.apikey);
    let subscription_key = still_good(engine, Contract::Azure, subscription_key).await?;
    let apikey = still_good(engine, Contract::Deepaffects, apikey).await?;
    Ok(Known {
        biometrid: Some(biometrid),
        azure: Some(AzureCredential { subscription_key }),
        deepaffects: Some(DeepaffectsCredential { apikey }),
        operator: known.operator,
    })
}

/// The name of the tenant whose credentials these are.
async fn whose(engine: &Engine, known: &Known) -> Option<String> {
    let known = known.biometrid.as_ref()?;
    engine.authenticate(&known.key, &known.secret, None).await.ok().map(|tenant| tenant.name)
}

/// The key as it is known, or a new one in place of one that is lost or was regenerated since.
async fn still_good(engine: &Engine, contract: Contract, known: Option<String>) -> Result<String, Failure> {
    match known {
        Some(known) if engine.authenticate_whole(contract, &known, None).await.is_ok() => Ok(known),
        _ => Ok((*engine.regenerate_key(TENANT, contract, KeySlot::One).await?).clone()),
    }
}

/// An owner who can log in: as it is known, or with a new password in place of one that is lost or was changed since. One who was
/// disabled stays as they are.
async fn operator(
    engine: &Engine,
    known: Option<OperatorLogin>,
    decided: &mut Vec<String>,
) -> Result<Option<OperatorLogin>, Failure> {
    let by = engine.at_the_command_line();
    let email = known.as_ref().map_or(OPERATOR, |known| known.email.as_str()).to_owned();
    let found = match engine.operator_called(&by, &email).await {
        Ok(found) => found,
        Err(EngineError::UnknownOperator) => {
            let name = "Demo owner".to_owned();
            let new = NewOperator { email, name, role: Role::Owner, password: None };
            let told = engine.create_operator(&by, new, None, with_password).await?;
            return Ok(Some(serde_json::from_value(told.body)?));
        }
        Err(error) => return Err(error.into()),
    };
    if found.disabled_at.is_some() {
        decided.push(format!("{email} is disabled; timbre operator enable {email} lets them log in again"));
        return Ok(known);
    }
    if let Some(known) = known {
        let password = Zeroizing::new(known.password.clone());
        match engine.log_in(&known.email, password, None).await {
            Ok(begun) => {
                let by = engine.administrator(&begun.access_token, None).await?;
                engine.log_out(&by).await?;
                return Ok(Some(known));
            }
            Err(EngineError::WrongLogin | EngineError::LoginThrottled { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let password = (*engine.reset_password(&by, found.id, None).await?).clone();
    Ok(Some(OperatorLogin { email, password }))
}

impl Demo {
    /// Whom the page `/try` calls as; nobody where a credential is not known. Codes are asked for in `language` first.
    pub fn offered(&self, language: &str) -> Option<Try> {
        let (biometrid, deepaffects) = self.to_be_tried()?;
        Some(Try {
            key: biometrid.key.clone(),
            secret: biometrid.secret.clone(),
            apikey: deepaffects.apikey.clone(),
            language: language.to_owned(),
        })
    }

    fn to_be_tried(&self) -> Option<(&BiometridCredential, &DeepaffectsCredential)> {
        let known = self.as_made.then_some(&self.known)?;
        known.biometrid.as_ref().zip(known.deepaffects.as_ref())
    }

    /// Pages to open, if there are pages, calls to make, of those whose credentials are known, and what somebody decided.
    pub fn what_to_try(&self, pages: bool) -> String {
        let (url, path) = (&self.base_url, self.path.display());
        let mut text = format!("\ndemo tenant ready; its keys and secrets are in {path}\n");
        for decision in &self.decided {
            text += &format!("\n{decision}\n");
        }
        text += "\ntry next, in a browser or in another terminal:\n";
        if pages && self.to_be_tried().is_some() {
            text += &format!("\n  {url}/try          speak a code, be enrolled and verified\n");
        }
        if pages && self.known.operator.is_some() {
            text += &format!("\n  {url}/dashboard    the operators' pages; a login is in {path}\n");
        }
        text += "\n  cargo xtask demo          two voices through the whole API, each exchange printed\n";
        if self.known.azure.is_some() {
            text += &format!(
                "\n  curl {url}/speaker/verification/v2.0/text-dependent/phrases/en-us \\\n    \
                 -H \"Ocp-Apim-Subscription-Key: $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"azure\"][\"subscription_key\"])')\"\n"
            );
        }
        if self.known.deepaffects.is_some() {
            text += &format!(
                "\n  curl \"{url}/audio/generic/api/v1/sync/diarization/get_enrolled_speakers?getAllSpeakers=true&apikey=\
                 $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"deepaffects\"][\"apikey\"])')\"\n"
            );
        }
        if self.known.operator.is_some() {
            text += &format!(
                "\n  curl {url}/admin/v1/login -H 'content-type: application/json' -d \
                 \"$(python3 -c 'import json; print(json.dumps(json.load(open(\"{path}\"))[\"operator\"]))')\"\n"
            );
        }
        if let Some(BiometridCredential { key, .. }) = &self.known.biometrid {
            text += &format!(
                "\n  curl -X POST {url}/api/1.0/users \\\n    \
                 -H 'x-biometrid-key: {key}' \\\n    \
                 -H \"x-biometrid-secret: $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"biometrid\"][\"secret\"])')\"\n"
            );
        }
        text
    }
}

/// Writes a file that only its owner can read, whole or not at all.
fn write_private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    use std::os::unix::fs::OpenOptionsExt;
    let unfinished = path.with_extension("json.new");
    // One left by a crash may have another mode; the new one is made afresh.
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(Failure::at(&unfinished, error));
        }
        _ => {}
    }
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&unfinished)
        .map_err(|error| Failure::at(&unfinished, error))?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path).map_err(|error| Failure::at(path, error))
}
