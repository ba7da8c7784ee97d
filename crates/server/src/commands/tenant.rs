//! `timbre tenant`: make tenants, switch their voice engine, let a locked user be verified again.

use clap::Subcommand;

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
    /// Make a tenant and print its key and secret, once, as JSON.
    Create {
        name: String,
        /// The language of its dialogues where a call names none.
        #[arg(long)]
        language: Option<String>,
    },
    /// Switch a tenant's voice engine on or off. What is enrolled stays.
    VoiceEngine {
        name: String,
        #[arg(value_enum)]
        to: Switch,
    },
    /// Let a user be verified again whom too many failed verifications have locked.
    Unlock { name: String, user: String },
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

async fn create(settings: &Settings, name: &str, language: Option<String>) -> Result<(), Failure> {
    if name.trim().is_empty() || name.len() > 255 {
        return Err(Failure::new("a tenant's name has 1 to 255 characters"));
    }
    let language = language.unwrap_or_else(|| settings.languages.default.clone());
    let engine = built::engine(settings).await?.engine;
    let issued = engine.create_tenant(name, &language).await?;
    note("the secret is shown only now: only its hash is stored");
    say(serde_json::json!({ "tenant": name, "key": issued.key, "secret": *issued.secret }))
}
