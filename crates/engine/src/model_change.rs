//! Which speaker models a tenant's voices are heard by, and how they change without anybody enrolling again.
//!
//! A change has three steps, each one commit and in force at the next call in every process. *Begun*: recordings are heard by the models that
//! decide and by those to come, so that what is enrolled or adapted from here on has voiceprints of both, while
//! `reembedding` makes them for who was enrolled before. *Cut over*: the new models decide, the old ones still hear, so that there is a way
//! back. *Finished*: the old models' voiceprints are deleted. Thresholds are false-match rates and every set of models has its own
//! calibration, so no policy changes with the models.

use chrono::{DateTime, Utc};
use serde_json::json;
use timbre_domain::{contract::Contract, embedding::ModelId};
use timbre_matching::conditions::Comparator;
use timbre_store::{ModelsChanged, Readiness, StoreError, TenantModels};

use crate::{Engine, EngineError, Speakers, Tenant};

/// Voiceprints deleted in one commit.
const PAGE: u64 = 500;

/// A tenant's models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ModelsInUse {
    /// What decides.
    pub decides: Comparator,
    pub change: ModelChange,
    since: Option<DateTime<Utc>>,
}

/// Where a change of models stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModelChange {
    None,
    /// Begun: this hears as well.
    To(Comparator),
    /// Cut over: this still hears as well.
    From(Comparator),
}

impl ModelsInUse {
    /// What a tenant has whose models do not change.
    pub(crate) fn only(decides: Comparator) -> Self {
        Self { decides, change: ModelChange::None, since: None }
    }

    pub(crate) fn read(record: &TenantModels) -> Result<Self, EngineError> {
        let change = match (&record.changing_to, &record.changed_from) {
            (Some(to), _) => ModelChange::To(to.parse()?),
            (None, Some(from)) => ModelChange::From(from.parse()?),
            (None, None) => ModelChange::None,
        };
        Ok(Self { decides: record.models.parse()?, change, since: record.since })
    }

    pub(crate) fn record(self) -> TenantModels {
        let name = |set: Comparator| Some(set.name().to_owned());
        let (changing_to, changed_from) = match self.change {
            ModelChange::None => (None, None),
            ModelChange::To(to) => (name(to), None),
            ModelChange::From(from) => (None, name(from)),
        };
        TenantModels { models: self.decides.name().to_owned(), changing_to, changed_from, since: self.since }
    }

    /// What recordings are heard by.
    pub(crate) fn heard_by(self) -> Comparator {
        match self.change {
            ModelChange::None => self.decides,
            ModelChange::To(other) | ModelChange::From(other) => self.decides.with(other),
        }
    }

    /// The sets before and after the change, while there is one.
    pub fn old_and_new(self) -> Option<(Comparator, Comparator)> {
        match self.change {
            ModelChange::None => None,
            ModelChange::To(new) => Some((self.decides, new)),
            ModelChange::From(old) => Some((old, self.decides)),
        }
    }
}

impl Tenant {
    /// Which models decide, and how far a change of them is.
    pub fn models(&self) -> ModelsInUse {
        self.models
    }

    /// The models that recordings are heard by.
    pub(crate) fn heard_by(&self) -> &'static [ModelId] {
        self.models.heard_by().models()
    }
}

impl Engine {
    /// What decides for a tenant.
    pub(crate) fn speakers(&self, tenant: &Tenant) -> &Speakers {
        self.speakers_by(tenant.models.decides)
    }

    pub(crate) fn speakers_by(&self, set: Comparator) -> &Speakers {
        let [campplus, resnet34, ensemble] = &*self.speakers;
        match set {
            Comparator::CampPlus => campplus,
            Comparator::ResNet34 => resnet34,
            Comparator::Ensemble => ensemble,
        }
    }

    /// Begins a change of models: from the next call on, recordings are heard by these as well.
    pub async fn begin_model_change(&self, tenant: &Tenant, to: Comparator) -> Result<(), EngineError> {
        let now = tenant.models;
        if now.change != ModelChange::None {
            return Err(EngineError::ModelsChanging);
        }
        if to == now.decides {
            return Err(EngineError::SameModels);
        }
        // Who speaks in a conversation is told by CAM++: a tenant without it would hear no names any more.
        let names = tenant.policy.access.contracts.contains(&Contract::Deepaffects);
        if names && !to.models().contains(&ModelId::CampPlus) {
            return Err(EngineError::NamesNeedCampPlus);
        }
        // What an earlier change left would be taken for what this one makes. Before it begins: from then on others make voiceprints for it.
        self.drop_voiceprints(tenant, now).await?;
        let begun = ModelsInUse { change: ModelChange::To(to), since: Some(self.parts.clock.now()), ..now };
        self.change_models(tenant, begun, None, "model_change.begun").await
    }

    /// Lets the new models decide, from the next call on. Refused while anybody has no voiceprint of them, or a dialogue is open that they
    /// did not hear from its beginning.
    pub async fn cut_over(&self, tenant: &Tenant) -> Result<(), EngineError> {
        let now = tenant.models;
        let ModelChange::To(new) = now.change else { return Err(EngineError::NoModelChange) };
        let after = ModelsInUse { decides: new, change: ModelChange::From(now.decides), ..now };
        self.change_models(tenant, after, Some(new), "model_change.cut_over").await
    }

    /// One step back. After the cut-over: the old models decide again, the new ones still hear. Before: the change is given up, and the new
    /// models' voiceprints are deleted.
    pub async fn take_back_model_change(&self, tenant: &Tenant) -> Result<(), EngineError> {
        let now = tenant.models;
        match now.change {
            ModelChange::None => Err(EngineError::NoModelChange),
            ModelChange::From(old) => {
                let after = ModelsInUse { decides: old, change: ModelChange::To(now.decides), ..now };
                self.change_models(tenant, after, Some(old), "model_change.taken_back").await
            }
            ModelChange::To(_) => {
                let after = ModelsInUse::only(now.decides);
                self.change_models(tenant, after, None, "model_change.given_up").await?;
                self.drop_voiceprints(tenant, after).await
            }
        }
    }

    /// Ends a change that was cut over: the old models hear no more, and their voiceprints are deleted. There is no way back from here but
    /// another change. Once more, it deletes what a run that was stopped has left.
    pub async fn finish_model_change(&self, tenant: &Tenant) -> Result<(), EngineError> {
        let now = tenant.models;
        let after = ModelsInUse::only(now.decides);
        match now.change {
            ModelChange::To(_) => return Err(EngineError::ModelsChanging),
            ModelChange::From(_) => {
                self.change_models(tenant, after, None, "model_change.finished").await?;
            }
            ModelChange::None => {}
        }
        self.drop_voiceprints(tenant, after).await
    }

    async fn change_models(
        &self,
        tenant: &Tenant,
        after: ModelsInUse,
        ready: Option<Comparator>,
        action: &'static str,
    ) -> Result<(), EngineError> {
        let (before, now) = (tenant.models, self.parts.clock.now());
        let readiness = ready.map(|set| Readiness {
            models: names(set),
            dialogues_since: before.since.unwrap_or(DateTime::<Utc>::MIN_UTC),
        });
        let hears = |models: ModelsInUse| models.heard_by().name();
        let detail = json!({"decided": before.decides.name(), "decides": after.decides.name(), "heard_by": hears(after)});
        let entry = tenant.told(action, None, detail);
        let store = &self.parts.store;
        let seen = before.record();
        match store.change_models(tenant.id, &seen, &after.record(), readiness, entry, now).await? {
            ModelsChanged::Done => {
                tracing::info!(tenant = %tenant.id, action, decides = after.decides.name(), "models changed");
                Ok(())
            }
            ModelsChanged::Lacking(people) => Err(EngineError::VoiceprintsLacking(people)),
            ModelsChanged::DialoguesOpen(dialogues) => Err(EngineError::EarlierDialogues(dialogues)),
        }
    }

    /// Deletes the voiceprints of models that hear no more, for as long as the tenant's models are these. Whoever changes them meanwhile
    /// begins another change, and did this before.
    async fn drop_voiceprints(&self, tenant: &Tenant, models: ModelsInUse) -> Result<(), EngineError> {
        let (seen, keep) = (models.record(), names(models.heard_by()));
        loop {
            match self.parts.store.drop_voiceprints(tenant.id, &seen, &keep, PAGE).await {
                Ok(0) | Err(StoreError::Conflict) => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// The names that voiceprints are stored under.
pub(crate) fn names(set: Comparator) -> Vec<&'static str> {
    set.models().iter().map(|model| model.as_str()).collect()
}
