//! An object store that is timed, and whose operations show in traces.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use timbre_domain::ids::{ObjectId, TenantId};
use tracing::{Instrument, Span, debug_span};

use crate::{ObjectName, ObjectPage, ObjectStore, VaultError};

/// Another store, measured: it does what that does, and fails as that does.
pub struct Measured(Arc<dyn ObjectStore>);

impl Measured {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }
}

async fn measured<T>(
    operation: &'static str,
    span: Span,
    work: impl Future<Output = Result<T, VaultError>>,
) -> Result<T, VaultError> {
    let began = Instant::now();
    let done = work.instrument(span).await;
    let failed = matches!(&done, Err(error) if !matches!(error, VaultError::ObjectNotFound { .. }));
    timbre_telemetry::vault(operation, failed, began.elapsed());
    done
}

#[async_trait]
impl ObjectStore for Measured {
    async fn put(&self, tenant: TenantId, object: ObjectId, sealed: Vec<u8>) -> Result<(), VaultError> {
        measured("put", debug_span!("vault.put"), self.0.put(tenant, object, sealed)).await
    }

    async fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError> {
        measured("get", debug_span!("vault.get"), self.0.get(tenant, object)).await
    }

    async fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError> {
        measured("size", debug_span!("vault.size"), self.0.size(tenant, object)).await
    }

    async fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError> {
        measured("delete", debug_span!("vault.delete"), self.0.delete(tenant, object)).await
    }

    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        measured("list", debug_span!("vault.list"), self.0.list(tenant, after, limit)).await
    }

    async fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError> {
        measured("sweep", debug_span!("vault.sweep"), self.0.sweep_temporaries(age)).await
    }
}
