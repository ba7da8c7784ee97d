//! Tenants as those see them who run the installation: listed, made, renamed, suspended.

use serde_json::{Value, json};
use timbre_domain::{ids::TenantId, operator::Permission};
use timbre_store::{Entry, StoreError, TenantChange, TenantFilter, TenantRecord};

use crate::{Administrator, Engine, EngineError, IssuedTenant, Once, Page, PageAsked, Told, operators::name};

const LIST: &str = "tenants";

impl Engine {
    /// Makes a tenant. `tell` is given it and its secrets, which are shown once, and says what is answered.
    pub async fn register_tenant(
        &self,
        by: &Administrator,
        called: &str,
        language: &str,
        once: Option<Once>,
        tell: impl FnOnce(&TenantRecord, &IssuedTenant) -> serde_json::Result<Value>,
    ) -> Result<Told, EngineError> {
        self.permit(by, Permission::ManageTenants).await?;
        if let Some(before) = self.told_before(by, once.as_ref()).await? {
            return Ok(before);
        }
        let (issued, new) = self.new_tenant(by, &name(called)?, language)?;
        let told = tell(&new.tenant, &issued)?;
        let answer = self.to_keep(by, once.as_ref(), &told)?;
        let entry = Entry { answer, ..self.tenant_created(by, new.tenant.id) };
        match self.parts.store.create_tenant(new, entry, self.parts.clock.now()).await {
            Ok(()) => Ok(Told { body: told, again: false }),
            Err(StoreError::Conflict) => {
                let before = self.told_before(by, once.as_ref()).await?;
                before.ok_or_else(|| EngineError::TenantNameTaken(called.to_owned()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// A page of the tenants that are there for whoever asks, the newest first.
    pub async fn tenants(
        &self,
        by: &Administrator,
        filter: TenantFilter,
        asked: &PageAsked,
    ) -> Result<Page<TenantRecord>, EngineError> {
        self.permit(by, Permission::ReadTenants).await?;
        let filter = TenantFilter { only: by.role.tenant(), ..filter };
        let found = self.parts.store.tenants(&filter, &self.listing(LIST, asked)?).await?;
        self.page(LIST, asked, found, |tenant| (tenant.created_at, tenant.id.to_string()))
    }

    /// A tenant's record.
    pub async fn tenant_record(&self, by: &Administrator, id: TenantId) -> Result<TenantRecord, EngineError> {
        self.permit(by, Permission::ReadTenants).await?;
        let found = if by.role.reaches(id) { self.parts.store.tenant(id).await? } else { None };
        found.ok_or_else(|| EngineError::UnknownTenant(id.to_string()))
    }

    /// Renames a tenant, suspends it, or lets it go on. While it is suspended its credentials are unknown.
    pub async fn change_tenant(
        &self,
        by: &Administrator,
        id: TenantId,
        mut change: TenantChange,
    ) -> Result<TenantRecord, EngineError> {
        self.permit(by, Permission::ManageTenants).await?;
        change.name = change.name.as_deref().map(name).transpose()?;
        let detail = json!({"name": change.name, "suspended": change.suspended});
        let (event, now) = (by.event("tenant.changed", id, detail), self.parts.clock.now());
        let called = change.name.clone().unwrap_or_default();
        match self.parts.store.change_tenant(id, change, event, now).await {
            Ok(true) => self.tenant_record(by, id).await,
            Ok(false) => Err(EngineError::UnknownTenant(id.to_string())),
            Err(StoreError::Conflict) => Err(EngineError::TenantNameTaken(called)),
            Err(error) => Err(error.into()),
        }
    }
}
