//! Operators: made, changed, disabled, given new passwords.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Value, json};
use timbre_domain::{
    ids::OperatorId,
    operator::{Permission, Role, check_password, email},
};
use timbre_store::{NewAnswer, OperatorChange, OperatorChanged, OperatorRecord, PasswordChange, StoreError};
use zeroize::Zeroizing;

use crate::{Administrator, Engine, EngineError, Once, Page, PageAsked, Told, error::random, logins::event};

const LIST: &str = "operators";

/// An operator to be made.
pub struct NewOperator {
    pub email: String,
    pub name: String,
    pub role: Role,
    /// None: one is made up, and shown once.
    pub password: Option<Zeroizing<String>>,
}

impl Engine {
    /// Makes an operator. `tell` is given the operator and, where it was made up, the password, and says what is answered.
    pub async fn create_operator(
        &self,
        by: &Administrator,
        new: NewOperator,
        once: Option<Once>,
        tell: impl FnOnce(&OperatorRecord, Option<&str>) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        self.permit(by, Permission::ManageOperators).await?;
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let address = email(&new.email).ok_or(EngineError::InvalidEmail)?;
        let name = name(&new.name)?;
        self.check_role(new.role).await?;
        let (shown, password) = match new.password {
            Some(password) => (None, password),
            None => {
                let made = made_up()?;
                (Some(made.clone()), made)
            }
        };
        check_password(&password, &address)?;
        let record = OperatorRecord {
            id: OperatorId::from_random(random()?),
            email: address,
            name,
            password_hash: self.passwords.hash(password).await?,
            role: new.role,
            created_at: self.parts.clock.now(),
            disabled_at: None,
        };
        let told = tell(&record, shown.as_ref().map(|password| password.as_str()))?;
        let kept = self.to_keep(by, once.as_ref(), &told)?;
        let event = by.event("operator.created", record.id, described(&record));
        match self.parts.store.create_operator(record, kept, event).await {
            Ok(()) => Ok(Told { body: told, again: false }),
            Err(StoreError::Conflict) => {
                self.told_before(by, once.as_ref()).await?.ok_or(EngineError::EmailTaken)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A page of the operators, the newest first.
    pub async fn operators(
        &self,
        by: &Administrator,
        asked: &PageAsked,
    ) -> Result<Page<OperatorRecord>, EngineError> {
        self.permit(by, Permission::ReadOperators).await?;
        let found = self.parts.store.operators(&self.listing(LIST, asked)?).await?;
        self.page(LIST, asked, found, |operator| (operator.created_at, operator.id.to_string()))
    }

    pub async fn operator(&self, by: &Administrator, id: OperatorId) -> Result<OperatorRecord, EngineError> {
        // One's own is one's own to see.
        if by.operator() != Some(id) {
            self.permit(by, Permission::ReadOperators).await?;
        }
        self.parts.store.operator(id).await?.ok_or(EngineError::UnknownOperator)
    }

    /// What operators are called: those of these that there are and that whoever asks may know. Everybody knows themselves.
    pub async fn operator_names(
        &self,
        by: &Administrator,
        mut ids: BTreeSet<OperatorId>,
    ) -> Result<HashMap<OperatorId, String>, EngineError> {
        if !by.role.may(Permission::ReadOperators) {
            ids.retain(|id| by.operator() == Some(*id));
        }
        match ids.is_empty() {
            true => Ok(HashMap::new()),
            false => Ok(self.parts.store.operator_names(&ids).await?),
        }
    }

    /// The operator with this address.
    pub async fn operator_called(
        &self,
        by: &Administrator,
        address: &str,
    ) -> Result<OperatorRecord, EngineError> {
        self.permit(by, Permission::ReadOperators).await?;
        let address = email(address).ok_or(EngineError::InvalidEmail)?;
        self.parts.store.operator_called(&address).await?.ok_or(EngineError::UnknownOperator)
    }

    /// Changes an operator: name, role, whether they may log in. Who is disabled or gets another role is logged out everywhere. The last
    /// owner stays one.
    pub async fn change_operator(
        &self,
        by: &Administrator,
        id: OperatorId,
        mut change: OperatorChange,
    ) -> Result<OperatorRecord, EngineError> {
        self.permit(by, Permission::ManageOperators).await?;
        if let Some(role) = change.role {
            self.check_role(role).await?;
        }
        change.name = change.name.as_deref().map(name).transpose()?;
        let detail = json!({
            "name": change.name, "role": change.role.map(Role::name),
            "tenant": change.role.and_then(Role::tenant), "disabled": change.disabled,
        });
        let (event, now) = (by.event("operator.changed", id, detail), self.parts.clock.now());
        match self.parts.store.change_operator(id, change, event, now).await? {
            OperatorChanged::Done => self.parts.store.operator(id).await?.ok_or(EngineError::UnknownOperator),
            OperatorChanged::Unknown => Err(EngineError::UnknownOperator),
            OperatorChanged::LastOwner => Err(EngineError::LastOwner),
        }
    }

    /// Changes one's own name.
    pub async fn change_own_name(
        &self,
        by: &Administrator,
        new: &str,
    ) -> Result<OperatorRecord, EngineError> {
        let id = by.operator().ok_or(EngineError::NoAccount)?;
        let change = OperatorChange { name: Some(name(new)?), ..OperatorChange::default() };
        let event = by.event("operator.changed", id, json!({"name": new}));
        let now = self.parts.clock.now();
        match self.parts.store.change_operator(id, change, event, now).await? {
            OperatorChanged::Done => self.parts.store.operator(id).await?.ok_or(EngineError::UnknownOperator),
            OperatorChanged::Unknown | OperatorChanged::LastOwner => Err(EngineError::UnknownOperator),
        }
    }

    /// Gives an operator who has lost theirs another password, `new` or one that is made up, and ends all of their sessions.
    pub async fn reset_password(
        &self,
        by: &Administrator,
        id: OperatorId,
        new: Option<Zeroizing<String>>,
    ) -> Result<Zeroizing<String>, EngineError> {
        self.permit(by, Permission::ManageOperators).await?;
        let password = new.map_or_else(made_up, Ok)?;
        self.give_password(by, id, password.clone(), None).await?;
        Ok(password)
    }

    /// As [`Engine::reset_password`], to a password that is made up, by an administrator who may call again. `tell` says what is answered.
    pub async fn reset_password_once(
        &self,
        by: &Administrator,
        id: OperatorId,
        once: Option<Once>,
        tell: impl FnOnce(&str) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        self.permit(by, Permission::ManageOperators).await?;
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let password = made_up()?;
        let told = tell(&password)?;
        let kept = self.to_keep(by, once.as_ref(), &told)?;
        match self.give_password(by, id, password, kept).await {
            Ok(()) => Ok(Told { body: told, again: false }),
            // The same call, sent twice at the same time, may have been the one that was faster.
            Err(EngineError::Raced) => self.told_before(by, once.as_ref()).await?.ok_or(EngineError::Raced),
            Err(error) => Err(error),
        }
    }

    async fn give_password(
        &self,
        by: &Administrator,
        id: OperatorId,
        password: Zeroizing<String>,
        answer: Option<NewAnswer>,
    ) -> Result<(), EngineError> {
        let found = self.parts.store.operator(id).await?.ok_or(EngineError::UnknownOperator)?;
        check_password(&password, &found.email)?;
        let hash = self.passwords.hash(password).await?;
        let event = event(by.origin.clone(), "operator.password_reset", Some(id), Value::Null);
        let change = PasswordChange { seen: &found.password_hash, hash, keep: None, answer };
        match self.parts.store.change_password(id, change, event, self.parts.clock.now()).await? {
            true => Ok(()),
            false => Err(EngineError::Raced),
        }
    }

    /// Refuses a role of a tenant that there is not.
    pub(crate) async fn check_role(&self, role: Role) -> Result<(), EngineError> {
        let Some(tenant) = role.tenant() else { return Ok(()) };
        self.parts.store.tenant(tenant).await?.map(|_| ()).ok_or(EngineError::NoSuchTenant)
    }
}

/// A name as it is kept: without the blanks around it.
pub(crate) fn name(text: &str) -> Result<String, EngineError> {
    let kept = text.trim();
    let fits = !kept.is_empty() && text.chars().count() <= 255 && !kept.contains(char::is_control);
    if fits { Ok(kept.to_owned()) } else { Err(EngineError::InvalidName) }
}

/// A password that nobody chose: 96 random bits.
fn made_up() -> Result<Zeroizing<String>, EngineError> {
    Ok(Zeroizing::new(hex::encode(Zeroizing::new(random::<12>()?).as_slice())))
}

fn described(operator: &OperatorRecord) -> Value {
    json!({"email": operator.email, "role": operator.role.name(), "tenant": operator.role.tenant()})
}
