//! The demo tenant of `serve --demo`, and the file that says how to be it.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use timbre_domain::{contract::Contract, operator::Role};
use timbre_engine::{Engine, EngineError, IssuedCredential, KeySlot, NewOperator, OperatorChange};
use zeroize::Zeroizing;

use crate::{commands::operator::with_password, failure::Failure, settings::Settings};

const TENANT: &str = "demo";

/// The demo's owner, on a host that nobody has (RFC 2606).
const OPERATOR: &str = "owner@demo.example";

/// `demo.json`: where the server is and the credentials of each contract.
#[derive(Serialize)]
pub struct Demo {
    base_url: String,
    biometrid: BiometridCredential,
    azure: AzureCredential,
    deepaffects: DeepaffectsCredential,
    operator: OperatorLogin,
    #[serde(skip)]
    path: PathBuf,
}

/// The credentials as an earlier run wrote them; a file of an earlier version lacks some.
#[derive(Deserialize, Default)]
struct Known {
    biometrid: Option<BiometridCredential>,
    azure: Option<AzureCredential>,
    deepaffects: Option<DeepaffectsCredential>,
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
/// are too (only hashes are stored), so the tenant gets a new credential.
pub async fn prepare(engine: &Engine, settings: &Settings, base_url: &str) -> Result<Demo, Failure> {
    let path = settings.data.dir.join("demo.json");
    let known: Option<Known> =
        fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok());
    let known = known.unwrap_or_default();
    let operator = operator(engine, known.operator).await?;
    if !engine.tenant_exists(TENANT).await? {
        let issued = engine.create_tenant(TENANT, &settings.languages.default).await?;
        let ([first, _], [apikey, _]) = (issued.subscription_keys, issued.apikeys);
        let azure = AzureCredential { subscription_key: (*first).clone() };
        let deepaffects = DeepaffectsCredential { apikey: (*apikey).clone() };
        return written(Demo {
            base_url: base_url.to_owned(),
            biometrid: issued.biometrid.into(),
            azure,
            deepaffects,
            operator,
            path,
        });
    }
    let biometrid = match known.biometrid {
        Some(known) => known,
        // Those that are lost with the file would be in the way of a further one.
        None => {
            let tenant = engine.tenant_for_operator(TENANT).await?;
            engine.regenerate_credential(&tenant, Contract::Biometrid, KeySlot::One).await?.into()
        }
    };
    let azure = known.azure.map(|known| known.subscription_key);
    let azure = AzureCredential { subscription_key: still_good(engine, Contract::Azure, azure).await? };
    let apikey = known.deepaffects.map(|known| known.apikey);
    let deepaffects =
        DeepaffectsCredential { apikey: still_good(engine, Contract::Deepaffects, apikey).await? };
    written(Demo { base_url: base_url.to_owned(), biometrid, azure, deepaffects, operator, path })
}

/// The key as it is known, or a new one in place of one that is lost or was regenerated since.
async fn still_good(engine: &Engine, contract: Contract, known: Option<String>) -> Result<String, Failure> {
    match known {
        Some(known) if engine.authenticate_whole(contract, &known, None).await.is_ok() => Ok(known),
        _ => Ok((*engine.regenerate_key(TENANT, contract, KeySlot::One).await?).clone()),
    }
}

/// An owner who can log in: as it is known, or with a new password in place of one that is lost or was changed since.
async fn operator(engine: &Engine, known: Option<OperatorLogin>) -> Result<OperatorLogin, Failure> {
    if let Some(known) = known {
        let password = Zeroizing::new(known.password.clone());
        match engine.log_in(&known.email, password, None).await {
            Ok(begun) => {
                let by = engine.administrator(&begun.access_token, None).await?;
                engine.log_out(&by).await?;
                return Ok(known);
            }
            Err(EngineError::WrongLogin | EngineError::LoginThrottled { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    let by = engine.at_the_command_line();
    let email = OPERATOR.to_owned();
    match engine.operator_called(&by, &email).await {
        Ok(found) => {
            let enabled = OperatorChange { role: Some(Role::Owner), disabled: Some(false), name: None };
            engine.change_operator(&by, found.id, enabled).await?;
            let password = (*engine.reset_password(&by, found.id, None).await?).clone();
            Ok(OperatorLogin { email, password })
        }
        Err(EngineError::UnknownOperator) => {
            let name = "Demo owner".to_owned();
            let new = NewOperator { email, name, role: Role::Owner, password: None };
            let told = engine.create_operator(&by, new, None, with_password).await?;
            Ok(serde_json::from_value(told.body)?)
        }
        Err(error) => Err(error.into()),
    }
}

fn written(demo: Demo) -> Result<Demo, Failure> {
    write_private(&demo.path, &serde_json::to_vec_pretty(&demo)?)?;
    Ok(demo)
}

impl Demo {
    pub fn what_to_try(&self) -> String {
        format!(
            "\ndemo tenant ready; its keys and secrets are in {path}\n\n\
             try next, in another terminal:\n\
             \n  cargo xtask demo          two voices through the whole API, each exchange printed\n\
             \n  curl {url}/speaker/verification/v2.0/text-dependent/phrases/en-us \\\n    \
             -H \"Ocp-Apim-Subscription-Key: $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"azure\"][\"subscription_key\"])')\"\n\
             \n  curl \"{url}/audio/generic/api/v1/sync/diarization/get_enrolled_speakers?getAllSpeakers=true&apikey=\
             $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"deepaffects\"][\"apikey\"])')\"\n\
             \n  curl {url}/admin/v1/login -H 'content-type: application/json' -d \
             \"$(python3 -c 'import json; print(json.dumps(json.load(open(\"{path}\"))[\"operator\"]))')\"\n\
             \n  curl -X POST {url}/api/1.0/users \\\n    \
             -H 'x-biometrid-key: {key}' \\\n    \
             -H \"x-biometrid-secret: $(python3 -c 'import json; print(json.load(open(\"{path}\"))[\"biometrid\"][\"secret\"])')\"\n",
            path = self.path.display(),
            url = self.base_url,
            key = self.biometrid.key,
        )
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
