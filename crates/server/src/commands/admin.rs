//! `timbre admin`: an operator's work before there is any page, straight on the engine. All of it prints JSON, one thing a line.

use chrono::{DateTime, Utc};
use clap::Subcommand;
use serde::Serialize;
use serde_json::json;
use timbre_api::admin::shown;
use timbre_domain::{
    contract::Contract,
    ids::{DialogueId, SubjectId, TenantId, TokenId},
    operator::Role,
};
use timbre_engine::{
    Administrator, AuditFilter, Chain, DialogueFilter, Engine, EraseOptions, NewAdminToken, Page, PageAsked,
    PeopleFilter, PersonName, Tenant, TenantChange, TenantFilter,
};

use crate::{
    built,
    failure::{Failure, note, say, tell},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    resource: Resource,
}

#[derive(Subcommand)]
enum Resource {
    /// Tenants: listed, renamed, suspended. (`timbre tenant` makes them.)
    #[command(subcommand)]
    Tenant(TenantAction),
    /// Tokens by which programs call the admin API.
    #[command(subcommand)]
    Token(TokenAction),
    /// A tenant's people, whichever contract knows them.
    #[command(subcommand)]
    Person(PersonAction),
    /// A tenant's dialogues.
    #[command(subcommand)]
    Dialogue(DialogueAction),
    /// Print the latest events of an audit trail: a tenant's, or without one the installation's own.
    Audit {
        tenant: Option<String>,
        /// Only what was done so, as in `operator.logged_in`.
        #[arg(long)]
        action: Option<String>,
        #[arg(long)]
        actor: Option<String>,
        /// Only what was done to this person, by their pseudonym.
        #[arg(long)]
        person: Option<String>,
        #[command(flatten)]
        listed: Listed,
    },
}

#[derive(Subcommand)]
enum TenantAction {
    /// Print the tenants, the newest first.
    List {
        #[command(flatten)]
        listed: Listed,
    },
    /// Give a tenant another name.
    Rename { tenant: String, name: String },
    /// Refuse all of a tenant's credentials, as if they were unknown. Nothing is lost.
    Suspend { tenant: String },
    /// Let a suspended tenant go on.
    Resume { tenant: String },
}

#[derive(Subcommand)]
enum TokenAction {
    /// Issue a token and print it, once. Two of a name are alive at a time.
    Issue {
        name: String,
        /// owner, operator, auditor, or tenant-admin.
        #[arg(long)]
        role: String,
        /// The tenant of a tenant-admin, by its name.
        #[arg(long)]
        tenant: Option<String>,
        /// When it ends, as in 2027-01-31T00:00:00Z; if absent, when it is revoked.
        #[arg(long)]
        expires: Option<DateTime<Utc>>,
    },
    /// Print the tokens, revoked ones included, the newest first.
    List {
        #[command(flatten)]
        listed: Listed,
    },
    /// Revoke a token, at once and everywhere.
    Revoke { id: TokenId },
}

#[derive(Subcommand)]
enum PersonAction {
    /// Print a tenant's people, the newest first.
    List {
        tenant: String,
        /// Only whom this leads to: an id, the tenant's reference, a device's address, a profile's id, a speaker's name.
        #[arg(long)]
        search: Option<String>,
        /// Only whom this contract knows: biometrid, azure or deepaffects.
        #[arg(long)]
        contract: Option<Contract>,
        #[command(flatten)]
        listed: Listed,
    },
    /// Print one of a tenant's people.
    Show { tenant: String, person: SubjectId },
    /// Let somebody be verified again whom too many failed verifications have locked.
    Unlock { tenant: String, person: SubjectId },
    /// Print all that is held about somebody, without the voice itself.
    Export { tenant: String, person: SubjectId },
    /// Erase somebody, and print the signed receipt.
    Erase {
        tenant: String,
        person: SubjectId,
        /// Refuse to make them known again under any of the names that there were for them.
        #[arg(long)]
        opt_out: bool,
    },
    /// Let whoever opted out under a name be made known again.
    LiftOptOut {
        tenant: String,
        /// reference, device, speaker, profile or person.
        kind: String,
        name: String,
    },
    /// Print the receipts for the erasures of somebody, by their pseudonym.
    Receipts { tenant: String, person: String },
}

#[derive(Subcommand)]
enum DialogueAction {
    /// Print a tenant's dialogues, the newest first.
    List {
        tenant: String,
        #[arg(long)]
        person: Option<SubjectId>,
        #[command(flatten)]
        listed: Listed,
    },
    /// Print a dialogue with its turns.
    Show { tenant: String, dialogue: DialogueId },
}

#[derive(clap::Args)]
struct Listed {
    /// Most entries: 1 to 200.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Where the list before ended, as that said.
    #[arg(long)]
    after: Option<String>,
}

impl From<Listed> for PageAsked {
    fn from(Listed { limit, after }: Listed) -> Self {
        Self { limit, after }
    }
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let engine = built::engine(&settings).await?.engine;
        let by = engine.at_the_command_line();
        match arguments.resource {
            Resource::Tenant(action) => tenants(&engine, &by, action).await,
            Resource::Token(action) => tokens(&engine, &by, action).await,
            Resource::Person(action) => people(&engine, action).await,
            Resource::Dialogue(action) => dialogues(&engine, action).await,
            Resource::Audit { tenant, action, actor, person, listed } => {
                let chain = match tenant {
                    Some(tenant) => Chain::Tenant(named(&engine, &tenant).await?.id),
                    None => Chain::Platform,
                };
                let filter = AuditFilter { action, actor, person, ..AuditFilter::default() };
                print(engine.audit_page(chain, &filter, &listed.into()).await?, shown::event)
            }
        }
    })
}

async fn tenants(engine: &Engine, by: &Administrator, action: TenantAction) -> Result<(), Failure> {
    let change = |suspended| TenantChange { suspended: Some(suspended), ..TenantChange::default() };
    let (tenant, change) = match action {
        TenantAction::List { listed } => {
            let found = engine.tenants(by, TenantFilter::default(), &listed.into()).await?;
            return print(found, shown::tenant);
        }
        TenantAction::Rename { tenant, name } => {
            (tenant, TenantChange { name: Some(name), ..TenantChange::default() })
        }
        TenantAction::Suspend { tenant } => (tenant, change(true)),
        TenantAction::Resume { tenant } => (tenant, change(false)),
    };
    let id = named(engine, &tenant).await?.id;
    tell(&shown::tenant(&engine.change_tenant(by, id, change).await?))
}

async fn tokens(engine: &Engine, by: &Administrator, action: TokenAction) -> Result<(), Failure> {
    match action {
        TokenAction::Issue { name, role, tenant, expires } => {
            let tenant: Option<TenantId> = match tenant {
                Some(tenant) => Some(named(engine, &tenant).await?.id),
                None => None,
            };
            let new = NewAdminToken { name, role: Role::named(&role, tenant)?, expires_at: expires };
            let shown = |record: &_, token: &str| serde_json::to_value(shown::issued_token(record, token));
            let told = engine.issue_admin_token(by, new, None, shown).await?;
            note("the token is shown only now: only its hash is stored");
            say(told.body)
        }
        TokenAction::List { listed } => print(engine.admin_tokens(by, &listed.into()).await?, shown::token),
        TokenAction::Revoke { id } => Ok(engine.revoke_admin_token(by, id).await?),
    }
}

async fn people(engine: &Engine, action: PersonAction) -> Result<(), Failure> {
    match action {
        PersonAction::List { tenant, search, contract, listed } => {
            let tenant = named(engine, &tenant).await?;
            let filter = PeopleFilter { search, contract };
            let found = engine.list_people(&tenant, &filter, &listed.into()).await?;
            print(found, |person| shown::person(&tenant, person, engine.now()))
        }
        PersonAction::Show { tenant, person } => {
            let tenant = named(engine, &tenant).await?;
            tell(&shown::person(&tenant, &engine.person_details(&tenant, person).await?, engine.now()))
        }
        PersonAction::Unlock { tenant, person } => {
            let tenant = named(engine, &tenant).await?;
            let subject = engine.subject(&tenant, person).await?;
            Ok(engine.reset_lockout(&tenant, &subject).await?)
        }
        PersonAction::Export { tenant, person } => {
            let tenant = named(engine, &tenant).await?;
            tell(&engine.export_person(&tenant, person).await?)
        }
        PersonAction::Erase { tenant, person, opt_out } => {
            let tenant = named(engine, &tenant).await?;
            let signed = engine.erase_person(&tenant, person, EraseOptions { opt_out }).await?;
            say(json!({"receipt": signed.text, "says": signed.receipt}))
        }
        PersonAction::LiftOptOut { tenant, kind, name } => {
            let tenant = named(engine, &tenant).await?;
            let wrong =
                "the kind is reference, device, speaker, profile or person, and the name is of that kind";
            let name = PersonName::parse(&kind, &name).ok_or_else(|| Failure::new(wrong))?;
            say(json!({"lifted": engine.lift_opt_out(&tenant, &name).await?}))
        }
        PersonAction::Receipts { tenant, person } => {
            let tenant = named(engine, &tenant).await?;
            engine.receipts_of(&tenant, &person).await?.into_iter().try_for_each(say)
        }
    }
}

async fn dialogues(engine: &Engine, action: DialogueAction) -> Result<(), Failure> {
    match action {
        DialogueAction::List { tenant, person, listed } => {
            let tenant = named(engine, &tenant).await?;
            let filter = DialogueFilter { subject: person, ..DialogueFilter::default() };
            print(engine.dialogues(&tenant, &filter, &listed.into()).await?, shown::dialogue)
        }
        DialogueAction::Show { tenant, dialogue } => {
            let tenant = named(engine, &tenant).await?;
            let (dialogue, turns) = engine.dialogue_with_turns(&tenant, dialogue).await?;
            tell(&shown::whole_dialogue(&dialogue, &turns))
        }
    }
}

async fn named(engine: &Engine, tenant: &str) -> Result<Tenant, Failure> {
    Ok(engine.tenant_for_operator(tenant).await?)
}

/// Prints a page; where it goes on is said beside it.
fn print<T, S: Serialize>(page: Page<T>, show: impl Fn(&T) -> S) -> Result<(), Failure> {
    page.items.iter().map(show).try_for_each(|shown| tell(&shown))?;
    if let Some(next) = page.next {
        note(format_args!("there is more: --after {next}"));
    }
    Ok(())
}
