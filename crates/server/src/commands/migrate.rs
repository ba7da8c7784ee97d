//! `timbre migrate`: the database's shape.

use timbre_store::Store;

use crate::{
    failure::{Failure, say},
    settings::Settings,
};

pub fn run(settings: Settings) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let store = Store::connect(&settings.connection(), &settings.data.dir).await?;
        let applied = store.migrate().await?;
        // So that a file which was made is whole by itself, for whoever copies it. Where others are at work it need not be.
        store.overwrite_journals().await?;
        say(format_args!("{applied} migrations applied; the database is up to date"))
    })
}
