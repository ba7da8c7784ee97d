//! The register of vault objects: an object that is not in it belongs to nothing and is swept.

use std::collections::HashSet;

use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use timbre_domain::ids::{ObjectId, TenantId};

use crate::{Store, StoreError, rows::objects};

impl Store {
    /// Which of these objects (a page of them) are registered to the tenant.
    pub async fn registered_objects(
        &self,
        tenant: TenantId,
        page: &[ObjectId],
    ) -> Result<HashSet<ObjectId>, StoreError> {
        let rows = objects::Entity::find()
            .filter(objects::Column::TenantId.eq(tenant.0))
            .filter(objects::Column::Id.is_in(page.iter().map(|id| id.0)))
            .all(&self.db)
            .await?;
        Ok(rows.into_iter().map(|row| ObjectId(row.id)).collect())
    }
}
