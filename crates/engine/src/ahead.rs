//! What a request puts elsewhere before the commit that makes it count: a person's key in the keyring, a recording in the vault.
//!
//! Promises that nothing is taken back which a committed row may name. Where the reply of a commit is lost, it may have been made: what
//! was put for it stays then, and housekeeping takes it later if no row names it.

use timbre_domain::ids::{ObjectId, SubjectId};

use crate::{Engine, EngineError, Tenant};

/// What was put ahead of a commit.
#[derive(Default)]
pub(crate) struct Ahead {
    /// Whose key is in the keyring.
    pub(crate) person: Option<SubjectId>,
    pub(crate) object: Option<ObjectId>,
}

impl Engine {
    /// Hands on how a commit ended, and takes back what was put ahead of it where it was certainly not made: by `made`, which says so of
    /// its answer, or by its error. What cannot be taken back now is left to housekeeping.
    pub(crate) async fn unless_made<T>(
        &self,
        tenant: &Tenant,
        ahead: Ahead,
        ended: Result<T, EngineError>,
        made: impl FnOnce(&T) -> bool,
    ) -> Result<T, EngineError> {
        let stays = match &ended {
            Ok(answer) => made(answer),
            Err(error) => error.leaves_open(),
        };
        if !stays {
            self.delete_objects(tenant, ahead.object.into_iter().collect()).await;
            if let Some(person) = ahead.person {
                self.forget_person(tenant, person).await;
            }
        }
        ended
    }

    /// Destroys the key of a person who did not come to be.
    async fn forget_person(&self, tenant: &Tenant, id: SubjectId) {
        if let Err(error) = self.parts.store.destroy_person_key(tenant.id, id).await {
            tracing::warn!(%error, "the key of nobody could not be destroyed yet; housekeeping will");
        }
    }
}
