//! `timbre operator`: the people who run this installation, made and looked after at its own command line. The first is made here.

use std::io::Read;

use clap::Subcommand;
use serde_json::{Value, json};
use timbre_domain::operator::Role;
use timbre_engine::{Engine, NewOperator, OperatorChange, OperatorRecord, PageAsked};
use zeroize::Zeroizing;

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
    /// Make an operator, and print them as JSON, with the password unless it was given.
    Create {
        email: String,
        /// owner, operator, auditor, or tenant-admin.
        #[arg(long)]
        role: String,
        /// The tenant of a tenant-admin, by its name.
        #[arg(long)]
        tenant: Option<String>,
        /// What the operator is called. Absent: the e-mail address.
        #[arg(long)]
        name: Option<String>,
        /// Read the password from standard input instead of making one up.
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print all operators as JSON, one a line, the newest first.
    List,
    /// Log an operator out everywhere, for good.
    Disable { email: String },
    /// Let a disabled operator log in again.
    Enable { email: String },
    /// Give an operator another role, which logs them out everywhere.
    Role {
        email: String,
        /// owner, operator, auditor, or tenant-admin.
        role: String,
        /// The tenant of a tenant-admin, by its name.
        #[arg(long)]
        tenant: Option<String>,
    },
    /// Give an operator another password, and print it unless it was given.
    ResetPassword {
        email: String,
        #[arg(long)]
        password_stdin: bool,
    },
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    actix_web::rt::System::new().block_on(async {
        let engine = built::engine(&settings).await?.engine;
        let by = engine.at_the_command_line();
        match arguments.action {
            Action::Create { email, role, tenant, name, password_stdin } => {
                let role = role_in(&engine, &role, tenant).await?;
                let new = NewOperator {
                    name: name.unwrap_or_else(|| email.clone()),
                    email,
                    role,
                    password: given(password_stdin)?,
                };
                let told = engine.create_operator(&by, new, None, with_password).await?;
                if !password_stdin {
                    note("the password is shown only now: only its hash is stored");
                }
                say(told.body)
            }
            Action::List => list(&engine).await,
            Action::Disable { email } => switch(&engine, &email, true).await,
            Action::Enable { email } => switch(&engine, &email, false).await,
            Action::Role { email, role, tenant } => {
                let role = role_in(&engine, &role, tenant).await?;
                change(&engine, &email, OperatorChange { role: Some(role), ..OperatorChange::default() })
                    .await
            }
            Action::ResetPassword { email, password_stdin } => {
                let operator = engine.operator_called(&by, &email).await?;
                let password = engine.reset_password(&by, operator.id, given(password_stdin)?).await?;
                match password_stdin {
                    true => Ok(()),
                    false => say(json!({"email": operator.email, "password": *password})),
                }
            }
        }
    })
}

/// An operator as printed, with the password where one was made up.
pub fn with_password(operator: &OperatorRecord, password: Option<&str>) -> serde_json::Result<Value> {
    let mut told = shown(operator);
    if let Some(password) = password {
        told["password"] = Value::from(password);
    }
    Ok(told)
}

async fn list(engine: &Engine) -> Result<(), Failure> {
    let (by, mut asked) = (engine.at_the_command_line(), PageAsked::first(timbre_engine::MOST_ENTRIES));
    loop {
        let page = engine.operators(&by, &asked).await?;
        page.items.iter().map(shown).try_for_each(say)?;
        match page.next {
            Some(next) => asked.after = Some(next),
            None => return Ok(()),
        }
    }
}

/// A role, of the tenant of this name.
async fn role_in(engine: &Engine, role: &str, tenant: Option<String>) -> Result<Role, Failure> {
    let tenant = match tenant {
        Some(tenant) => Some(engine.tenant_for_operator(&tenant).await?.id),
        None => None,
    };
    Ok(Role::named(role, tenant)?)
}

async fn switch(engine: &Engine, email: &str, disabled: bool) -> Result<(), Failure> {
    change(engine, email, OperatorChange { disabled: Some(disabled), ..OperatorChange::default() }).await
}

async fn change(engine: &Engine, email: &str, change: OperatorChange) -> Result<(), Failure> {
    let by = engine.at_the_command_line();
    let operator = engine.operator_called(&by, email).await?;
    say(shown(&engine.change_operator(&by, operator.id, change).await?))
}

/// The first line of standard input, if it is to be read.
fn given(from_stdin: bool) -> Result<Option<Zeroizing<String>>, Failure> {
    if !from_stdin {
        return Ok(None);
    }
    let mut text = Zeroizing::new(String::new());
    std::io::stdin().take(4_096).read_to_string(&mut text)?;
    Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned())))
}

fn shown(operator: &OperatorRecord) -> Value {
    json!({
        "id": operator.id,
        "email": operator.email,
        "name": operator.name,
        "role": operator.role.name(),
        "tenant": operator.role.tenant(),
        "created_at": operator.created_at.to_rfc3339(),
        "disabled_at": operator.disabled_at.map(|at| at.to_rfc3339()),
    })
}
