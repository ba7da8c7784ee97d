//! The management: each operation with the roles that may call it, written by hand; who else calls is refused, and another tenant's admin
//! takes this tenant's ids for ids of nobody.

use std::collections::BTreeMap;

use reqwest::{blocking::RequestBuilder, header::IF_MATCH};
use serde_json::{Value, json};
use timbre_domain::{ids::TenantId, operator::Role};
use timbre_tests::{Administrator, PASSWORD, Reply, send};

use super::{
    Count,
    documents::Operation,
    ids::{Told, told_of},
    world::World,
};

/// Who may call an operation, what its body is, and what the owner of the installation gets.
pub struct Row {
    pub name: &'static str,
    /// o: owner, p: operator, a: auditor, t: the tenant's admin. None: whoever asks need not be known.
    may: Option<&'static str>,
    brings: Brings,
    status: u16,
    /// What ends something, or somebody's session, is called last.
    turn: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Brings {
    Nothing,
    Login,
    Refresh,
    Name,
    Password,
    Operator,
    Token,
    Tenant,
    Credential,
    Consent,
    Policy,
    /// The name that the tenant has: the world finds it by that.
    TenantName,
}

const EVERYBODY: &str = "opat";
const READERS: &str = "opat";
const CHANGERS: &str = "opt";

const fn row(name: &'static str, may: &'static str, brings: Brings, status: u16) -> Row {
    Row { name, may: Some(may), brings, status, turn: 0 }
}

const fn open(name: &'static str, brings: Brings) -> Row {
    Row { name, may: None, brings, status: 200, turn: 0 }
}

impl Row {
    const fn then(self, turn: u8) -> Self {
        Self { turn, ..self }
    }
}

pub const ROWS: &[Row] = &[
    open("logIn", Brings::Login),
    open("refresh", Brings::Refresh).then(2),
    row("logOut", EVERYBODY, Brings::Nothing, 204).then(3),
    row("showMe", EVERYBODY, Brings::Nothing, 200),
    row("renameMe", EVERYBODY, Brings::Name, 200),
    row("changeMyPassword", EVERYBODY, Brings::Password, 204).then(1),
    row("listOperators", "oa", Brings::Nothing, 200),
    row("createOperator", "o", Brings::Operator, 201),
    row("showOperator", "oa", Brings::Nothing, 200),
    row("changeOperator", "o", Brings::Name, 200),
    row("disableOperator", "o", Brings::Nothing, 204).then(1),
    row("resetOperatorPassword", "o", Brings::Nothing, 200),
    row("listTokens", "oa", Brings::Nothing, 200),
    row("issueToken", "o", Brings::Token, 201),
    row("revokeToken", "o", Brings::Nothing, 204).then(1),
    row("listAudit", "oa", Brings::Nothing, 200),
    row("listTenants", READERS, Brings::Nothing, 200),
    row("createTenant", "op", Brings::Tenant, 201),
    row("showTenant", READERS, Brings::Nothing, 200),
    row("changeTenant", "op", Brings::TenantName, 200),
    row("listTenantAudit", READERS, Brings::Nothing, 200),
    row("listCredentials", READERS, Brings::Nothing, 200),
    row("issueCredential", CHANGERS, Brings::Credential, 201).then(1),
    row("revokeCredential", CHANGERS, Brings::Nothing, 204),
    row("listDialogues", READERS, Brings::Nothing, 200),
    row("showDialogue", READERS, Brings::Nothing, 200),
    row("listJobs", READERS, Brings::Nothing, 200),
    row("showJob", READERS, Brings::Nothing, 200),
    row("cancelJob", CHANGERS, Brings::Nothing, 200),
    row("retryJob", CHANGERS, Brings::Nothing, 200),
    row("listMessages", READERS, Brings::Nothing, 200),
    row("replayMessage", CHANGERS, Brings::Nothing, 202),
    row("listPeople", READERS, Brings::Nothing, 200),
    row("showPerson", READERS, Brings::Nothing, 200),
    row("unlockPerson", CHANGERS, Brings::Nothing, 204),
    row("exportPerson", CHANGERS, Brings::Nothing, 200),
    row("listConsents", READERS, Brings::Nothing, 200),
    row("recordConsent", CHANGERS, Brings::Consent, 201),
    row("withdrawConsents", CHANGERS, Brings::Nothing, 200).then(1),
    row("listConsentsOf", READERS, Brings::Nothing, 200),
    row("recordConsentOf", CHANGERS, Brings::Consent, 201),
    row("withdrawConsentsOf", CHANGERS, Brings::Nothing, 200).then(1),
    row("showOptOut", READERS, Brings::Nothing, 200),
    row("putOptOut", CHANGERS, Brings::Nothing, 200),
    row("liftOptOut", CHANGERS, Brings::Nothing, 200),
    row("listReceipts", READERS, Brings::Nothing, 200),
    row("erasePerson", CHANGERS, Brings::Nothing, 200).then(2),
    row("showPolicy", READERS, Brings::Nothing, 200),
    row("replacePolicy", CHANGERS, Brings::Policy, 200),
    row("listPolicyVersions", READERS, Brings::Nothing, 200),
    row("showUsage", READERS, Brings::Nothing, 200),
    row("showWebhookSecrets", CHANGERS, Brings::Nothing, 200),
    row("rotateWebhookSecret", CHANGERS, Brings::Nothing, 201),
];

/// The row of an operation.
pub fn of(operation: &Operation) -> Option<&'static Row> {
    ROWS.iter().find(|row| row.name == operation.id)
}

/// What stands in the paths, by the name of the parameter.
type Named = BTreeMap<&'static str, String>;

/// Everybody who manages, and the ids that there are to be managed.
pub struct Office {
    owner: Administrator,
    /// Each role, by its letter.
    roles: [(char, &'static str, Administrator); 4],
    /// The admin of the other tenant.
    neighbour: Administrator,
    logged_out: Administrator,
    theirs: Named,
    nobodys: Named,
    neighbours_tenant: String,
    tag: String,
    policy: Value,
}

const NOBODY: &str = "8bdd983a-c6bd-4159-982d-6a2471406d62";

impl Office {
    pub fn open(world: &World) -> Self {
        let product = &world.product;
        let tenant = |name| product.block_on(product.engine.tenant_for_operator(name)).unwrap().id;
        let [own, other]: [TenantId; 2] = ["acme", "other"].map(tenant);
        let of = |name: &str, role| Administrator::of_role(product, &format!("{name}@example.org"), role);
        let owner = of("owner", Role::Owner);
        let logged_out = of("gone", Role::Owner);
        assert_eq!(logged_out.post("/logout", &Value::Null).status, 204);
        let first = |path: &str, field: &str| {
            let items = owner.get(&format!("/tenants/{own}{path}")).items(field);
            items.first().and_then(Value::as_str).unwrap_or_else(|| panic!("nothing at {path}")).to_owned()
        };
        let job = |request: &str| first(&format!("/jobs?request_id={request}"), "id");
        let done = job(&world.owners[0].request);
        let made = |path: &str, body: Value| owner.post(path, &body).text_of("id");
        let theirs = Named::from([
            ("tenant", own.to_string()),
            ("person", world.owners[0].user.clone()),
            ("dialogue", first("/dialogues", "id")),
            ("job", job(&world.owners[1].request)),
            ("failed", job(&world.failed)),
            ("message", first(&format!("/jobs/{done}/messages"), "id")),
            ("credential", first("/credentials", "id")),
            (
                "operator",
                made("/operators", json!({"email": "x@example.org", "name": "X", "role": "auditor"})),
            ),
            ("token", made("/tokens", json!({"name": "some program", "role": "auditor"}))),
        ]);
        let nobodys = theirs.keys().map(|name| match *name {
            "person" => (*name, "0".repeat(24)),
            name => (name, NOBODY.to_owned()),
        });
        let policy = owner.get(&format!("/tenants/{own}/policy"));
        Self {
            roles: [
                ('o', "the owner of the installation", owner.clone()),
                ('p', "an operator", of("operator", Role::Operator)),
                ('a', "an auditor", of("auditor", Role::Auditor)),
                ('t', "the tenant's admin", of("admin", Role::TenantAdmin(own))),
            ],
            neighbour: of("neighbour", Role::TenantAdmin(other)),
            nobodys: nobodys.collect(),
            theirs,
            neighbours_tenant: other.to_string(),
            tag: policy.headers["etag"].to_str().unwrap().to_owned(),
            policy: policy.body,
            owner,
            logged_out,
        }
    }

    /// The call of the owner of the installation, who may make all of them.
    pub fn owners_request(&self, operation: &Operation, row: &Row) -> RequestBuilder {
        self.request(operation, row, &self.owner, &self.theirs, &self.word(operation, row))
    }

    /// What the owner's call brings that no other call has.
    fn word(&self, operation: &Operation, row: &Row) -> String {
        match row.brings {
            Brings::Login => PASSWORD.to_owned(),
            Brings::Refresh => self.owner.refresh_token.clone(),
            _ => format!("{}-owner", operation.id),
        }
    }

    fn call(&self, operation: &Operation, row: &Row, who: &Administrator, ids: &Named, word: &str) -> Reply {
        send(self.request(operation, row, who, ids, word))
    }

    fn request(
        &self,
        operation: &Operation,
        row: &Row,
        who: &Administrator,
        ids: &Named,
        word: &str,
    ) -> RequestBuilder {
        let ids = match operation.id.as_str() {
            // What can be tried again must have failed.
            "retryJob" => &Named::from([("job", ids["failed"].clone()), ("tenant", ids["tenant"].clone())]),
            _ => ids,
        };
        let path = ids
            .iter()
            .fold(operation.path.clone(), |path, (name, id)| path.replace(&format!("{{{name}}}"), id));
        assert!(!path.contains('{'), "{}: a parameter that is not known here", operation.path);
        let path = path.strip_prefix("/admin/v1").unwrap();
        let asks = |name: &str| operation.query.iter().any(|asked| asked == name);
        let query = match () {
            () if asks("kind") => "?kind=speaker&name=nobody_yet",
            () if asks("person") => "?person=nobody",
            () => "",
        };
        let request = who.request(operation.method.clone(), &format!("{path}{query}"));
        match row.brings {
            Brings::Nothing => request,
            Brings::Login => request.json(&json!({"email": "owner@example.org", "password": word})),
            Brings::Refresh => request.json(&json!({"refresh_token": word})),
            Brings::Name => request.json(&json!({"name": "Renamed"})),
            Brings::Password => {
                request.json(&json!({"current": PASSWORD, "new": "another long password of theirs"}))
            }
            Brings::Operator => request
                .json(&json!({"email": format!("{word}@example.org"), "name": "New", "role": "auditor"})),
            Brings::Token => request.json(&json!({"name": word, "role": "auditor"})),
            Brings::Tenant => request.json(&json!({"name": word, "language": "en"})),
            Brings::Credential => request.json(&json!({"contract": "biometrid"})),
            Brings::Consent => request.json(
                &json!({"text_sha256": "0".repeat(64), "given_at": "2026-01-01T00:00:00Z", "signer": word}),
            ),
            Brings::Policy => request.header(IF_MATCH, &self.tag).json(&self.policy),
            Brings::TenantName => request.json(&json!({"name": "acme"})),
        }
    }

    /// Everybody who must not: told why, in the same words whoever it is.
    pub fn refused(
        &self,
        world: &World,
        operation: &Operation,
        row: &Row,
        count: &mut Count,
        wrong: &mut Vec<String>,
    ) {
        if row.may.is_none() != operation.open {
            wrong.push(format!(
                "{}: whether nobody is asked who they are is not as its row says",
                operation.id
            ));
        }
        let nobody = self.owner.nameless();
        let keys =
            ["biometrid", "azure", "deepaffects"].map(|contract| world.owner(contract).whole().unwrap());
        let strangers = [
            ("nobody", nobody.clone()),
            ("a key that never was", nobody.with_token("tbo_0000_0000")),
            ("another contract's key", nobody.with_token(&keys[0])),
            ("another contract's key", nobody.with_token(&keys[1])),
            ("another contract's key", nobody.with_token(&keys[2])),
            ("a revoked key", self.logged_out.clone()),
        ];
        // Where nobody is asked who they are, they are all the same.
        let strangers = strangers.into_iter().take(if operation.open { 1 } else { usize::MAX });
        for (caller, stranger) in strangers {
            count.call(operation, caller);
            let reply = self.call(operation, row, &stranger, &self.theirs, "never was");
            let problem = if row.may.is_some() || row.brings == Brings::Refresh {
                "not-logged-in"
            } else {
                "wrong-login"
            };
            if reply.status != 401 || reply.json()["type"] != format!("/problems/{problem}") {
                wrong.push(format!("{}, {caller}: {} {}", operation.id, reply.status, reply.body));
            }
        }
        let Some(may) = row.may else { return };
        for (letter, caller, who) in &self.roles {
            if may.contains(*letter) {
                continue;
            }
            count.call(operation, caller);
            let reply = self.call(operation, row, who, &self.theirs, "never was");
            if reply.status != 403 || reply.json()["type"] != "/problems/not-allowed" {
                wrong.push(format!("{}, {caller}: {} {}", operation.id, reply.status, reply.body));
            }
        }
    }

    /// The other tenant's admin: not to be told what is there.
    pub fn neighbour(
        &self,
        world: &World,
        operation: &Operation,
        row: &Row,
        count: &mut Count,
        wrong: &mut Vec<String>,
    ) {
        let (Some(may), true) = (row.may, operation.path.contains('{')) else { return };
        let own = ("tenant", self.neighbours_tenant.clone());
        let at_home = |ids: &Named| ids.clone().into_iter().chain([own.clone()]).collect::<Named>();
        let mut pairs = vec![(self.theirs.clone(), self.nobodys.clone())];
        // With the right tenant in the path, and the wrong tenant's ids behind it.
        if operation.path.matches('{').count() > 1 {
            pairs.push((at_home(&self.theirs), at_home(&self.nobodys)));
        }
        for (theirs, nobodys) in pairs {
            let mut ask = |ids: &Named| {
                count.call(operation, "another tenant's admin");
                let reply = self.call(operation, row, &self.neighbour, ids, "never was");
                told_of(&reply, ids.values().map(|id| ("<id>", id.as_str())))
            };
            let (answer, none): (Told, Told) = (ask(&theirs), ask(&nobodys));
            if answer != none {
                wrong.push(format!(
                    "{}, another tenant's admin: {answer:?}, of nobody {none:?}",
                    operation.id
                ));
            }
            let expected = if may.contains('t') { 404 } else { 403 };
            if answer.status != expected || world.seen_of_the_owner(&answer).is_some() {
                wrong.push(format!("{}, another tenant's admin: {answer:?}", operation.id));
            }
        }
    }

    /// Everybody who may: the owner with what is there, the others with ids of nobody, because what is there may be over by then.
    pub fn allowed(&self, operation: &Operation, row: &Row, count: &mut Count, wrong: &mut Vec<String>) {
        let own = ("tenant", self.theirs["tenant"].clone());
        let ids: Named = self.nobodys.clone().into_iter().chain([own]).collect();
        count.call(operation, self.roles[0].1);
        let reply = send(self.owners_request(operation, row));
        if (reply.status, reply.status) != (row.status, operation.status) {
            wrong.push(format!(
                "{}, the owner of the installation: {} {}",
                operation.id, reply.status, reply.body
            ));
        }
        for (letter, caller, who) in self.roles.iter().skip(1) {
            if row.may.is_some_and(|may| may.contains(*letter)) {
                count.call(operation, caller);
                let word = format!("{}-{letter}", operation.id);
                let reply = self.call(operation, row, who, &ids, &word);
                if matches!(reply.status, 401 | 403 | 500..) {
                    wrong.push(format!("{}, {caller}: {} {}", operation.id, reply.status, reply.body));
                }
            }
        }
    }
}

/// The operations of the management, in the order of their turns.
pub fn operations(all: &[Operation]) -> Vec<(&Operation, &'static Row)> {
    let managing = all.iter().filter(|operation| operation.contract == "admin");
    let mut operations: Vec<_> = managing.filter_map(|operation| Some((operation, of(operation)?))).collect();
    operations.sort_by_key(|(_, row)| row.turn);
    operations
}
