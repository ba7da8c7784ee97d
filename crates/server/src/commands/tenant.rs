//! `timbre tenant`: make tenants, rotate their keys, change their policy, add their passphrases, switch their voice engine, let a locked user be
//! verified again.

mod credentials;
mod policy;

use clap::Subcommand;
use timbre_domain::{contract::Contract, ids::CredentialId, locale::Locale};
use timbre_engine::{IssuedTenant, KeySlot, WholeKey};

use crate::{
    built,
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Make a tenant and print its keys and secrets, once, as JSON.
    Create {
        name: String,
        /// The language of its dialogues where a call names none.
        #[arg(long)]
        language: Option<String>,
    },
    /// Make a new subscription key (Azure) in place of key 1 or 2, and print it, once, as JSON. The other key stays good, so
    /// that applications can change over.
    SubscriptionKey {
        name: String,
        #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
        slot: u8,
    },
    /// Make a new api key (DeepAffects) in place of key 1 or 2, and print it, once, as JSON. The other key stays good.
    Apikey {
        name: String,
        #[arg(value_parser = clap::value_parser!(u8).range(1..=2))]
        slot: u8,
    },
    /// Print the secrets that a tenant's webhooks are signed with, the latest first, as JSON.
    WebhookSecret {
        name: String,
        /// Go on to a new secret. Messages are signed with the one before as well, so that receivers can change over; the one before
        /// that is good no longer.
        #[arg(long)]
        rotate: bool,
    },
    /// Print a tenant's credentials as JSON, revoked ones too: never a secret.
    Credentials { name: String },
    /// Make a further credential of a contract (biometrid, azure, deepaffects) and print it, once, as JSON. A tenant has two of each
    /// contract at most: where there are two, revoke one first.
    Credential {
        name: String,
        contract: Contract,
        /// What people know it by.
        #[arg(long)]
        label: Option<String>,
    },
    /// Revoke a credential, by its id. From then on it lets nobody in.
    Revoke { name: String, id: CredentialId },
    /// Print a tenant's policy as TOML, or change it. A change is in force at the next call.
    Policy(policy::Arguments),
    /// The tenant's own passphrases.
    #[command(subcommand)]
    Phrase(Phrase),
    /// Switch a tenant's voice engine on or off. What is enrolled stays.
    VoiceEngine {
        name: String,
        #[arg(value_enum)]
        to: Switch,
    },
    /// Let a user be verified again whom too many failed verifications have locked.
    Unlock { name: String, user: String },
}

#[derive(Subcommand)]
enum Phrase {
    /// Print every passphrase of a locale, one a line.
    List { name: String, locale: Locale },
    /// Add a passphrase: 3 to 20 words, unlike every other of the locale.
    Add { name: String, locale: Locale, phrase: String },
    /// Take a passphrase off the list. Profiles that have it keep it.
    Remove { name: String, locale: Locale, phrase: String },
}

#[derive(Clone, Copy, PartialEq, clap::ValueEnum)]
enum Switch {
    On,
    Off,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        match arguments.action {
            Action::Create { name, language } => create(&settings, &name, language).await,
            Action::SubscriptionKey { name, slot } => {
                let key = new_key(&settings, &name, Contract::Azure, slot).await?;
                say(serde_json::json!({ "tenant": name, "subscription_key": *key }))
            }
            Action::Apikey { name, slot } => {
                let key = new_key(&settings, &name, Contract::Deepaffects, slot).await?;
                say(serde_json::json!({ "tenant": name, "apikey": *key }))
            }
            Action::WebhookSecret { name, rotate } => {
                let engine = built::engine(&settings).await?.engine;
                let mut tenant = engine.tenant_for_operator(&name).await?;
                if rotate {
                    engine.rotate_webhook_secret(&tenant).await?;
                    tenant = engine.tenant_for_operator(&name).await?;
                }
                let secrets = engine.show_webhook_secrets(&tenant).await?;
                let secrets: Vec<String> = secrets.iter().map(|secret| (*secret.shown()).clone()).collect();
                say(serde_json::json!({ "tenant": name, "webhook_secrets": secrets }))
            }
            Action::Credentials { name } => credentials::list(&settings, &name).await,
            Action::Credential { name, contract, label } => {
                credentials::issue(&settings, &name, contract, label.as_deref()).await
            }
            Action::Revoke { name, id } => credentials::revoke(&settings, &name, id).await,
            Action::Policy(arguments) => policy::run(&settings, arguments).await,
            Action::Phrase(action) => phrase(&settings, action).await,
            Action::VoiceEngine { name, to } => {
                let engine = built::engine(&settings).await?.engine;
                Ok(engine.switch_voice_engine(&name, to == Switch::On).await?)
            }
            Action::Unlock { name, user } => {
                let user = user.parse().map_err(|_| Failure::new("a user's id has 24 hexadecimal digits"))?;
                let engine = built::engine(&settings).await?.engine;
                let tenant = engine.tenant_for_operator(&name).await?;
                let subject = engine.subject(&tenant, user).await?;
                Ok(engine.reset_lockout(&tenant, &subject).await?)
            }
        }
    })
}

async fn new_key(
    settings: &Settings,
    tenant: &str,
    contract: Contract,
    slot: u8,
) -> Result<WholeKey, Failure> {
    let engine = built::engine(settings).await?.engine;
    let slot = if slot == 1 { KeySlot::One } else { KeySlot::Two };
    let key = engine.regenerate_key(tenant, contract, slot).await?;
    note("the key is shown only now: only its hash is stored");
    Ok(key)
}

async fn create(settings: &Settings, name: &str, language: Option<String>) -> Result<(), Failure> {
    if name.trim().is_empty() || name.len() > 255 {
        return Err(Failure::new("a tenant's name has 1 to 255 characters"));
    }
    let language = language.unwrap_or_else(|| settings.languages.default.clone());
    let engine = built::engine(settings).await?.engine;
    let IssuedTenant { biometrid, subscription_keys, apikeys } =
        engine.create_tenant(name, &language).await?;
    note("secrets are shown only now: only their hashes are stored");
    say(serde_json::json!({
        "tenant": name, "key": biometrid.key, "secret": *biometrid.secret, "subscription_keys": subscription_keys.each_ref().map(|key| key.as_str()),
        "apikeys": apikeys.each_ref().map(|key| key.as_str()),
    }))
}

async fn phrase(settings: &Settings, action: Phrase) -> Result<(), Failure> {
    let engine = built::engine(settings).await?.engine;
    match action {
        Phrase::List { name, locale } => {
            let tenant = engine.tenant_for_operator(&name).await?;
            engine.phrases(&tenant, locale).into_iter().try_for_each(say)
        }
        Phrase::Add { name, locale, phrase } => {
            let tenant = engine.tenant_for_operator(&name).await?;
            Ok(engine.add_phrase(&tenant, locale, &phrase).await?)
        }
        Phrase::Remove { name, locale, phrase } => {
            let tenant = engine.tenant_for_operator(&name).await?;
            Ok(engine.remove_phrase(&tenant, locale, &phrase).await?)
        }
    }
}
