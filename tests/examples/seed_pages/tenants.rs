//! Tenants, with their credentials and what their policies were.

use std::error::Error;

use chrono::TimeDelta;
use serde_json::{Value, json};
use timbre_domain::{
    contract::Contract,
    ids::{CredentialId, OperatorId, SubjectId, TenantId},
    policy::Policy,
};
use timbre_vault::{MasterKey, TenantKey};
use uuid::Uuid;

use crate::{Seeding, jobs::Jobs, operators::Operators, people::Person};

/// Versions of a policy: of the largest tenant's as many as are listed, and of others'.
const MOST_VERSIONS: u32 = 200;
const VERSIONS: u32 = 5;

/// Credentials that were revoked: of the largest tenant, and of others.
const MOST_REVOKED: usize = 150;
const REVOKED: usize = 4;

/// So many of what it has are looked at one by one, or some more.
const SHOWN: usize = 100;

pub struct Tenant {
    pub id: TenantId,
    pub key: TenantKey,
    /// What its applications call with.
    pub credential: CredentialId,
    /// Whoever does something here: the installation's operators, and its own admin.
    pub operators: Vec<OperatorId>,
    /// Whether it has profiles by Azure's contract.
    pub azure: bool,
    name: String,
    admin: String,
}

impl Tenant {
    pub fn make(
        seeding: &mut Seeding,
        master: &MasterKey,
        n: usize,
        operators: &Operators,
    ) -> Result<Self, Box<dyn Error>> {
        let (id, key, at) = (TenantId(seeding.id()), TenantKey::generate()?, seeding.once());
        let policies = policies(if n == 0 { MOST_VERSIONS } else { VERSIONS })?;
        let (name, admin) = (format!("tenant-{n}"), format!("admin-{n}@example.org"));
        seeding.rows.add(
            "tenants",
            [
                ("id", id.0.into()),
                ("name", name.clone().into()),
                ("wrapped_key", master.wrap(id, &key)?.into()),
                ("policy", policies.last().cloned().unwrap_or_default().into()),
                ("default_language", "en".into()),
                ("voice_engine", true.into()),
                ("created_at", at.into()),
                ("webhook_generation", 1_i32.into()),
                ("policy_version", (policies.len() as i32).into()),
                ("suspended_at", (n % 50 == 49).then_some(seeding.now).into()),
                ("models", "campplus".into()),
            ],
        );
        let mut tenant = Self {
            id,
            key,
            credential: CredentialId(seeding.id()),
            operators: operators.ids.clone(),
            azure: n > 0,
            name,
            admin,
        };
        let admin = operators.admin(seeding, id, tenant.admin.clone());
        tenant.operators.push(admin);
        for (n, policy) in policies.into_iter().enumerate() {
            let by = tenant.operators[seeding.dice.below(tenant.operators.len())];
            seeding.rows.add(
                "policy_versions",
                [
                    ("tenant_id", id.0.into()),
                    ("version", (n as i32 + 1).into()),
                    ("policy", policy.into()),
                    ("changed_at", (at + TimeDelta::minutes(n as i64)).into()),
                    ("changed_by", format!("operator:{by}").into()),
                ],
            );
        }
        let revoked = if n == 0 { MOST_REVOKED } else { REVOKED };
        for contract in [Contract::Biometrid, Contract::Azure, Contract::Deepaffects] {
            for slot in 1..=2 + revoked / 3 {
                tenant.credential(seeding, contract, slot);
            }
        }
        Ok(tenant)
    }

    /// Two of a contract are good, and those behind them were.
    fn credential(&self, seeding: &mut Seeding, contract: Contract, slot: usize) {
        let first = contract == Contract::Biometrid && slot == 1;
        let (id, at) = (if first { self.credential.0 } else { seeding.id() }, seeding.once());
        let (key, hash) = (hexadecimal(&seeding.dice.array::<10>()), seeding.dice.so_many(32));
        seeding.rows.add(
            "credentials",
            [
                ("id", id.into()),
                ("tenant_id", self.id.0.into()),
                ("public_key", key.into()),
                ("secret_hash", hash.into()),
                ("created_at", at.into()),
                ("revoked_at", (slot > 2).then_some(at).into()),
                ("contract", contract.name().into()),
                ("slot", Some(slot.min(2) as i32).into()),
                ("label", Some(format!("the application of {}", self.name)).into()),
                ("last_used_at", Some(at).into()),
            ],
        );
    }

    /// What a person is called where ids must not stand, as the engine has it.
    pub fn pseudonym(&self, person: SubjectId) -> String {
        hexadecimal(&self.key.keyed_digest("pseudonym", person.as_bytes())[..16])
    }

    /// What whoever looks must know of it: some of its people, of those who opted out, of its dialogues and jobs.
    pub fn told(&self, people: &[Person], opted_out: &[String], dialogues: &[Uuid], jobs: &Jobs) -> Value {
        // Whoever speaks most is among them.
        let robot = people.iter().find(|person| person.enrolment.is_some()).into_iter();
        let some: Vec<&Person> = robot.chain(people.iter().step_by((people.len() / SHOWN).max(1))).collect();
        let some_of = |ids: &[Uuid]| Vec::from_iter(ids.iter().step_by((ids.len() / SHOWN).max(1)).copied());
        json!({
            "id": self.id, "name": self.name, "admin": self.admin,
            "actor": format!("application:{}", self.credential),
            "credential": self.credential.to_string(),
            "people": some.iter().map(|person| person.id.to_string()).collect::<Vec<_>>(),
            "pseudonyms": some.iter().map(|person| self.pseudonym(person.id)).collect::<Vec<_>>(),
            "names": some.iter().flat_map(|person| &person.names).collect::<Vec<_>>(),
            "opted_out": &opted_out[..opted_out.len().min(SHOWN)],
            "dialogues": some_of(dialogues),
            "jobs": some_of(&jobs.all),
            "conversations": some_of(&jobs.conversations),
            "queued": some_of(&jobs.queued),
            "failed": some_of(&jobs.failed),
        })
    }
}

/// Policies, each another than the one before.
fn policies(versions: u32) -> Result<Vec<String>, serde_json::Error> {
    let version = |n: u32| {
        let mut policy = Policy::default();
        policy.quotas.requests.per_month = Some(1_000_000 + u64::from(n));
        policy.dialogue.code_seconds = 100 + n % 20;
        serde_json::to_string(&policy)
    };
    (0..versions).map(version).collect()
}

pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
