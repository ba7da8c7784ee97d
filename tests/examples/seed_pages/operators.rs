//! Those who run the installation, each with the password of the demo's owner; and the installation's own trail.

use std::error::Error;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{
    ConnectionTrait, Value,
    sea_query::{Expr, ExprTrait, Query},
};
use timbre_domain::{
    ids::{OperatorId, TenantId},
    operator::Role,
};
use uuid::Uuid;

use crate::{DAYS, Seeding};

/// Of the installation, the auditor among them.
const OPERATORS: usize = 100;

/// Those of the installation.
pub struct Operators {
    pub ids: Vec<OperatorId>,
    password_hash: String,
}

/// Who they are; their rows come later.
pub async fn make(seeding: &mut Seeding) -> Result<Operators, Box<dyn Error>> {
    let mut owners = Query::select();
    owners.column("password_hash").from("operators").and_where(Expr::col("role").eq(Role::Owner.name()));
    let owner = seeding.database.query_one(&owners).await?.ok_or("there is no owner")?;
    let ids = (0..OPERATORS).map(|_| OperatorId(seeding.id())).collect();
    Ok(Operators { ids, password_hash: owner.try_get("", "password_hash")? })
}

impl Operators {
    /// Adds the admin of a tenant, whose row is added already.
    pub fn admin(&self, seeding: &mut Seeding, tenant: TenantId, email: String) -> OperatorId {
        let id = OperatorId(seeding.id());
        self.add(seeding, id, email, Role::TenantAdmin(tenant));
        id
    }

    /// Adds those of the installation.
    pub fn list(&self, seeding: &mut Seeding) {
        for (n, id) in self.ids.iter().enumerate() {
            match n {
                0 => self.add(seeding, *id, "auditor@example.org".to_owned(), Role::Auditor),
                n => self.add(seeding, *id, format!("operator-{n}@example.org"), Role::Operator),
            }
        }
    }

    fn add(&self, seeding: &mut Seeding, id: OperatorId, email: String, role: Role) {
        let at = seeding.once();
        seeding.rows.add(
            "operators",
            [
                ("id", id.0.into()),
                ("name", email.clone().into()),
                ("email", email.into()),
                ("password_hash", self.password_hash.clone().into()),
                ("role", role.name().into()),
                ("tenant_id", role.tenant().map(|tenant| tenant.0).into()),
                ("created_at", at.into()),
                ("disabled_at", none::<DateTime<Utc>>()),
            ],
        );
    }
}

/// Nothing, where there could be something.
pub fn none<T>() -> Value
where
    Option<T>: Into<Value>,
{
    None::<T>.into()
}

/// Adds to the trail of what is no tenant's.
pub async fn trail(
    seeding: &mut Seeding,
    operators: &Operators,
    events: usize,
) -> Result<(), Box<dyn Error>> {
    let platform = Uuid::nil();
    let mut heads = Query::select();
    heads.column("number").from("audit_heads").and_where(Expr::col("chain").eq(platform));
    let head = seeding.database.query_one(&heads).await?.ok_or("the trail has not begun")?;
    let number: i64 = head.try_get("", "number")?;
    let (from, span) = (seeding.now - TimeDelta::days(DAYS), TimeDelta::days(DAYS));
    for n in 0..events {
        let actor = operators.ids[seeding.dice.below(operators.ids.len())];
        let action = seeding.dice.one_of(&["operator.logged_in", "operator.logged_out", "login.failed"]);
        let (hash, number) = (seeding.dice.so_many(32), number + 1 + n as i64);
        let at = from + span * (n as i32) / (events as i32);
        seeding.rows.add(
            "audit_events",
            [
                ("chain", platform.into()),
                ("number", number.into()),
                ("at", at.into()),
                ("actor", format!("operator:{actor}").into()),
                ("address", "192.0.2.7".into()),
                ("action", action.into()),
                ("person", none::<String>()),
                ("target", actor.to_string().into()),
                ("detail", none::<String>()),
                ("hash", hash.into()),
            ],
        );
    }
    let mut end = Query::update();
    end.table("audit_heads")
        .values([
            ("number", Expr::val(number + events as i64)),
            ("hash", Expr::val(seeding.dice.so_many(32))),
        ])
        .and_where(Expr::col("chain").eq(platform));
    seeding.database.execute(&end).await?;
    Ok(())
}
