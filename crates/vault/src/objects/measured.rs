//! An object store that is timed, whose operations show in traces, and of which it is known whether it answers.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use timbre_domain::ids::{ObjectId, TenantId};
use tracing::{Instrument, Span, debug_span};

use crate::{ObjectName, ObjectPage, ObjectStore, VaultError};

/// For so long after it did not answer it counts as away; then somebody tries again.
const AWAY_FOR: Duration = Duration::from_secs(1);

/// Another store, measured: it does what that does, and fails as that does.
pub struct Measured {
    store: Arc<dyn ObjectStore>,
    /// When it last did not answer. None once it has answered since.
    silent: Mutex<Option<Instant>>,
}

impl Measured {
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self { store, silent: Mutex::default() }
    }

    async fn measured<T>(
        &self,
        operation: &'static str,
        span: Span,
        work: impl Future<Output = Result<T, VaultError>>,
    ) -> Result<T, VaultError> {
        let began = Instant::now();
        let done = work.instrument(span).await;
        let failed = matches!(&done, Err(error) if !matches!(error, VaultError::ObjectNotFound { .. }));
        timbre_telemetry::vault(operation, failed, began.elapsed());
        let silent = matches!(done, Err(VaultError::Unavailable(_))).then(Instant::now);
        *self.silent.lock().unwrap_or_else(PoisonError::into_inner) = silent;
        done
    }
}

#[async_trait]
impl ObjectStore for Measured {
    async fn put(&self, tenant: TenantId, object: ObjectId, sealed: Vec<u8>) -> Result<(), VaultError> {
        self.measured("put", debug_span!("vault.put"), self.store.put(tenant, object, sealed)).await
    }

    async fn get(&self, tenant: TenantId, object: ObjectId) -> Result<Vec<u8>, VaultError> {
        self.measured("get", debug_span!("vault.get"), self.store.get(tenant, object)).await
    }

    async fn size(&self, tenant: TenantId, object: ObjectId) -> Result<Option<u64>, VaultError> {
        self.measured("size", debug_span!("vault.size"), self.store.size(tenant, object)).await
    }

    async fn delete(&self, tenant: TenantId, object: ObjectId) -> Result<(), VaultError> {
        self.measured("delete", debug_span!("vault.delete"), self.store.delete(tenant, object)).await
    }

    async fn list(
        &self,
        tenant: Option<TenantId>,
        after: Option<ObjectName>,
        limit: usize,
    ) -> Result<ObjectPage, VaultError> {
        self.measured("list", debug_span!("vault.list"), self.store.list(tenant, after, limit)).await
    }

    async fn sweep_temporaries(&self, age: Duration) -> Result<usize, VaultError> {
        self.measured("sweep", debug_span!("vault.sweep"), self.store.sweep_temporaries(age)).await
    }

    fn is_away(&self) -> bool {
        let silent = *self.silent.lock().unwrap_or_else(PoisonError::into_inner);
        silent.is_some_and(|silent| silent.elapsed() < AWAY_FOR)
    }
}
