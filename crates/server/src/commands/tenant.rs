//! `timbre tenant create`: a tenant with its first credential.

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
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let Action::Create { name, language } = arguments.action;
    if name.trim().is_empty() || name.len() > 255 {
        return Err(Failure::new("a tenant's name has 1 to 255 characters"));
    }
    let language = language.unwrap_or_else(|| settings.languages.default.clone());
    actix_web::rt::System::new().block_on(async {
        let engine = built::engine(&settings).await?.engine;
        let issued = engine.create_tenant(&name, &language).await?;
        note("the secret is shown only now: only its hash is stored");
        say(serde_json::json!({ "tenant": name, "key": issued.key, "secret": *issued.secret }))
    })
}
