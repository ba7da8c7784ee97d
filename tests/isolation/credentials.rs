//! What callers show of who they are, and what those who are not let in are told.

use std::collections::BTreeMap;

use timbre_engine::IssuedTenant;
use timbre_tests::{developer::gateway, fault, subscriber::azure_error};

/// What a call shows of who calls.
#[derive(Debug, Clone)]
pub enum Credential {
    None,
    Pair(String, String),
    Whole(String),
}

impl Credential {
    /// As two headers have it.
    pub fn parts(&self) -> Option<(&str, &str)> {
        match self {
            Self::None => None,
            Self::Pair(key, secret) => Some((key, secret)),
            Self::Whole(key) => key.rsplit_once('_'),
        }
    }

    /// As one word.
    pub fn whole(&self) -> Option<String> {
        match self {
            Self::None => None,
            Self::Pair(key, secret) => Some(format!("{key}_{secret}")),
            Self::Whole(key) => Some(key.clone()),
        }
    }
}

/// A caller who is not let in, and what that caller is told.
pub struct Stranger {
    pub caller: &'static str,
    pub credential: Credential,
    pub status: u16,
    pub body: String,
}

/// A tenant's credentials, by contract.
pub type Keys = BTreeMap<&'static str, Credential>;

pub fn keys(issued: &IssuedTenant) -> Keys {
    BTreeMap::from([
        (
            "biometrid",
            Credential::Pair(issued.biometrid.key.clone(), issued.biometrid.secret.as_str().to_owned()),
        ),
        ("azure", Credential::Whole(issued.subscription_keys[0].as_str().to_owned())),
        ("deepaffects", Credential::Whole(issued.apikeys[0].as_str().to_owned())),
    ])
}

/// Everybody who is not let in to this contract.
pub fn strangers(contract: &str, owner: &Keys, neighbour: &Keys, revoked: &Keys) -> Vec<Stranger> {
    let (none, unknown, wrong_secret) = match contract {
        "biometrid" => (
            (400, fault("AUTHENTICATION_HEADERS_MISSING")),
            (404, fault("CLIENT_NOT_FOUND/CHECK_AUTHENTICATION_HEADERS")),
            (401, fault("INVALID_AUTHENTICATION_HEADERS")),
        ),
        "azure" => {
            let text = "Request is not authorized. Make sure subscription key is included and valid.";
            let refused = (401, azure_error("Unauthorized", text));
            (refused.clone(), refused.clone(), refused)
        }
        _ => {
            let refused = (401, gateway("oauth.v2.InvalidApiKey", "Invalid ApiKey").to_string());
            (refused.clone(), refused.clone(), refused)
        }
    };
    let stranger = |caller, credential, (status, body): &(u16, String)| Stranger {
        caller,
        credential,
        status: *status,
        body: body.clone(),
    };
    let never = Credential::Pair(format!("tbk_{}", "0".repeat(24)), format!("tbs_{}", "0".repeat(64)));
    let (mine, theirs) = (&owner[contract], &neighbour[contract]);
    let mixed = mine.parts().zip(theirs.parts()).map(|((key, _), (_, secret))| match mine {
        Credential::Whole(_) => Credential::Whole(format!("{key}_{secret}")),
        _ => Credential::Pair(key.to_owned(), secret.to_owned()),
    });
    let mut strangers = vec![
        stranger("nobody", Credential::None, &none),
        stranger("a key that never was", never, &unknown),
        stranger("another tenant's secret", mixed.unwrap(), &wrong_secret),
    ];
    let others = owner.iter().filter(|(other, _)| **other != contract);
    strangers.extend(others.map(|(_, key)| stranger("another contract's key", key.clone(), &unknown)));
    strangers.push(stranger("a revoked key", revoked[contract].clone(), &unknown));
    strangers
}
