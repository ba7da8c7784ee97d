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
    /// Whose credentials let somebody in: none of a tenant that was suspended or renamed, nor those that were revoked.
    #[serde(skip)]
    good: Vec<Contract>,
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

#[derive(Serialize, Deserialize)]
struct AzureCredential {
    subscription_key: String,
}

#[derive(Serialize, Deserialize)]
struct DeepaffectsCredential {
    apikey: String,
}

impl Known {
    /// What a contract's credential is recognised by. No secret.
    fn key(&self, contract: Contract) -> Option<&str> {
        match contract {
            Contract::Biometrid => self.biometrid.as_ref().map(|known| known.key.as_str()),
            Contract::Azure => self.azure.as_ref().map(|known| recognised_by(&known.subscription_key)),
            Contract::Deepaffects => self.deepaffects.as_ref().map(|known| recognised_by(&known.apikey)),
        }
    }

    fn put(&mut self, issued: IssuedCredential) {
        let whole = || (*issued.whole()).clone();
        match issued.contract {
            Contract::Azure => self.azure = Some(AzureCredential { subscription_key: whole() }),
            Contract::Deepaffects => self.deepaffects = Some(DeepaffectsCredential { apikey: whole() }),
            Contract::Biometrid => {
                let secret = (*issued.secret).clone();
                self.biometrid = Some(BiometridCredential { key: issued.key, secret });
            }
        }
    }
}

/// What a key that is a secret as a whole begins with.
fn recognised_by(whole: &str) -> &str {
    whole.rsplit_once('_').map_or(whole, |(key, _)| key)
}

/// Makes the demo tenant, or finds it and its credentials again. If the file is gone the secrets
/// are too (only hashes are stored), so the tenant gets new credentials. What was decided stays: an operator who was disabled, a tenant that
/// was suspended or renamed, a credential that was revoked.
pub async fn prepare(engine: &Engine, settings: &Settings, base_url: &str) -> Result<Demo, Failure> {
    let path = settings.data.dir.join("demo.json");
    let known: Option<Known> =
        fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let mut known = known.unwrap_or_default();
    let mut decided = Vec::new();
    known.operator = operator(engine, known.operator, &mut decided).await?;
    let good = tenant(engine, settings, &path, &mut known, &mut decided).await?;
    let demo = Demo { base_url: base_url.to_owned(), known, path, decided, good };
    write_private(&demo.path, &serde_json::to_vec_pretty(&demo)?)?;
    Ok(demo)
}

/// Makes the demo tenant where there is none, and a credential of each contract in place of one that is not known. Gives the contracts whose
/// credentials let somebody in.
async fn tenant(
    engine: &Engine,
    settings: &Settings,
    path: &Path,
    known: &mut Known,
    decided: &mut Vec<String>,
) -> Result<Vec<Contract>, Failure> {
    let filter = TenantFilter { name: Some(TENANT.to_owned()), ..TenantFilter::default() };
    let found = engine.tenants(&engine.at_the_command_line(), filter, &PageAsked::first(1)).await?;
    match found.items.into_iter().next() {
        // While it is suspended no key is good, however new.
        Some(found) if found.suspended_at.is_some() => {
            let resume = "timbre admin tenant resume";
            decided.push(format!("the demo tenant is suspended; {resume} {TENANT} lets it go on"));
            return Ok(Vec::new());
        }
        Some(_) => {}
        None => {
            if let Some(name) = whose(engine, known).await {
                decided.push(format!("the demo tenant is called {name} by now"));
                return Ok(Vec::new());
            }
            let issued = engine.create_tenant(TENANT, &settings.languages.default).await?;
            let ([first, _], [apikey, _]) = (issued.subscription_keys, issued.apikeys);
            known.put(issued.biometrid);
            known.azure = Some(AzureCredential { subscription_key: (*first).clone() });
            known.deepaffects = Some(DeepaffectsCredential { apikey: (*apikey).clone() });
        }
    }
    let tenant = engine.tenant_for_operator(TENANT).await?;
    let issued = engine.credentials(&tenant).await?;
    let mut good = Vec::new();
    for contract in Contract::ALL {
        let name = contract.name();
        let is_known = |key: &str| known.key(contract) == Some(key);
        let stands = issued.iter().find(|one| one.contract == contract && is_known(&one.public_key));
        match stands {
            // By itself, or for another one in its place: somebody decided either, and one more would undo it.
            Some(one) if one.revoked_at.is_some() => {
                decided.push(format!(
                    "the demo tenant's {name} key {} was revoked, and no other is made; to have new keys of all contracts, in place of \
                     those in slot 1, and a new password of the operator, delete {} and start again",
                    one.public_key,
                    path.display()
                ));
                continue;
            }
            Some(_) => {}
            // Those that are lost with the file would be in the way of a further one.
            None => known.put(engine.regenerate_credential(&tenant, contract, KeySlot::One).await?),
        }
        match tenant.policy.access.contracts.contains(&contract) {
            true => good.push(contract),
            false => {
                decided.push(format!("the demo tenant may not call {name}: access.contracts of its policy"))
            }
        }
    }
    Ok(good)
}

/// The name of the tenant whose credentials these are.
async fn whose(engine: &Engine, known: &Known) -> Option<String> {
    let known = known.biometrid.as_ref()?;
    engine.authenticate(&known.key, &known.secret, None).await.ok().map(|tenant| tenant.name)
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
    /// Whom the page `/try` calls as; nobody where a credential that it needs is not good. Codes are asked for in `language` first.
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
        self.biometrid().zip(self.deepaffects())
    }

    fn biometrid(&self) -> Option<&BiometridCredential> {
        self.known.biometrid.as_ref().filter(|_| self.good.contains(&Contract::Biometrid))
    }

    fn azure(&self) -> Option<&AzureCredential> {
        self.known.azure.as_ref().filter(|_| self.good.contains(&Contract::Azure))
    }

    fn deepaffects(&self) -> Option<&DeepaffectsCredential> {
        self.known.deepaffects.as_ref().filter(|_| self.good.contains(&Contract::Deepaffects))
    }

    /// Pages to open, if there are pages, calls to make, of those whose credentials are good, and what somebody decided.
    pub fn what_to_try(&self, pages: bool) -> String {
        let (url, path) = (&self.base_url, self.path.display());
        let mut text = match self.good == Contract::ALL {
            true => format!("\ndemo tenant ready; its keys and secrets are in {path}\n"),
            false => format!("\ndemo tenant not as it was made; what is known of it is in {path}\n"),
        };
        for decision in &self.decided {
            text += &format!("\n{decision}\n");
        }
        if pages && self.to_be_tried().is_none() {
            text += "\n/try is not served: it needs the demo tenant's keys of biometrid and deepaffects\n";
        }
        text += "\ntry next, in a browser or in another terminal:\n";
        if pages && self.to_be_tried().is_some() {
            text += &format!("\n  {url}/try          speak a code, be enrolled and verified\n");
        }
        if pages && self.known.operator.is_some() {
            text += &format!("\n  {url}/dashboard    the operators' pages; a login is in {path}\n");
        }
        text += "\n  cargo xtask demo          two voices through the whole API, each exchange printed\n";
        if self.azure().is_some() {
            text += &format!(
                "\n  curl {url}/speaker/verification/v2.0/text-dependent/phrases/en-us \\\n    \
                 -H \"Ocp-Apim-Subscription-Key: $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"azure\"][\"subscription_key\"])')\"\n"
            );
        }
        if self.deepaffects().is_some() {
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
        if let Some(BiometridCredential { key, .. }) = self.biometrid() {
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
