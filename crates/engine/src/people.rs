//! A tenant's people, dialogues and jobs as those see them who look after them.

use timbre_domain::{
    ids::{DialogueId, JobId, SubjectId},
    job::Job,
};
use timbre_store::{DialogueDetails, DialogueFilter, JobFilter, PeopleFilter, PersonRecord, TurnDetails};

use crate::{Engine, EngineError, Page, PageAsked, Tenant};

impl Engine {
    /// A page of the tenant's people, whichever contract knows them, the newest first.
    pub async fn list_people(
        &self,
        tenant: &Tenant,
        filter: &PeopleFilter,
        asked: &PageAsked,
    ) -> Result<Page<PersonRecord>, EngineError> {
        let list = format!("people of {}", tenant.id);
        let found = self.parts.store.list_people(tenant.id, filter, &self.listing(&list, asked)?).await?;
        self.page(&list, asked, found, |person| (person.created_at, person.id.to_string()))
    }

    /// One of the tenant's people, with all enrolments.
    pub async fn person_details(&self, tenant: &Tenant, id: SubjectId) -> Result<PersonRecord, EngineError> {
        self.parts.store.person_details(tenant.id, id).await?.ok_or(EngineError::UnknownSubject)
    }

    /// A page of the tenant's dialogues, the newest first.
    pub async fn dialogues(
        &self,
        tenant: &Tenant,
        filter: &DialogueFilter,
        asked: &PageAsked,
    ) -> Result<Page<DialogueDetails>, EngineError> {
        let list = format!("dialogues of {}", tenant.id);
        let found = self.parts.store.dialogues(tenant.id, filter, &self.listing(&list, asked)?).await?;
        self.page(&list, asked, found, |dialogue| (dialogue.created_at, dialogue.id.to_string()))
    }

    /// A dialogue with its turns, in order.
    pub async fn dialogue_with_turns(
        &self,
        tenant: &Tenant,
        id: DialogueId,
    ) -> Result<(DialogueDetails, Vec<TurnDetails>), EngineError> {
        self.parts.store.dialogue_with_turns(tenant.id, id).await?.ok_or(EngineError::UnknownDialogue)
    }

    /// A page of the tenant's jobs, the newest first.
    pub async fn jobs(
        &self,
        tenant: &Tenant,
        filter: &JobFilter,
        asked: &PageAsked,
    ) -> Result<Page<Job>, EngineError> {
        let list = format!("jobs of {}", tenant.id);
        let found = self.parts.store.jobs(tenant.id, filter, &self.listing(&list, asked)?).await?;
        self.page(&list, asked, found, |job| (job.created_at, job.id.to_string()))
    }

    /// The tenant's job of this id.
    pub async fn job_of(&self, tenant: &Tenant, id: JobId) -> Result<Job, EngineError> {
        self.parts.store.job(tenant.id, id).await?.ok_or(EngineError::UnknownJob)
    }
}
