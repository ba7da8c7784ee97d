//! What jobs found, as those see it who look after them, and what is told of it.
//!
//! Promises that nobody is named whom the tenant knows no more, though the sealed outcome of a job names them until it goes.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;
use timbre_domain::{
    ids::{DeliveryId, JobId},
    inquiry::{Cause, Failing, Findings, Outcome, Segment, Who},
    job::Job,
    profile::ProfileKind,
};
use timbre_store::JobRecord;

use crate::{Engine, EngineError, Tenant};

/// Whether the tenant's names for speakers are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    Told,
    Withheld,
}

/// A job, and how it ended.
pub struct JobDetails {
    pub job: Job,
    /// None: it is not over.
    pub outcome: Option<Outcome>,
    /// Whether its recording is kept, and can be played.
    pub has_recording: bool,
}

/// A message about a job's end.
pub struct MessageBody {
    pub message: DeliveryId,
    /// Whom it goes to: host and port, no path and no query.
    pub to: String,
    /// What it says, in the words of the contract that asked.
    pub body: Value,
}

impl Engine {
    /// A job with how it ended. Whoever is not named is a stranger.
    pub async fn job_details(
        &self,
        tenant: &Tenant,
        id: JobId,
        names: Names,
    ) -> Result<JobDetails, EngineError> {
        let record = self.parts.store.job_record(tenant.id, id).await?.ok_or(EngineError::UnknownJob)?;
        let outcome = self.shown_outcome(tenant, &record, names).await?;
        Ok(JobDetails { has_recording: record.object.is_some(), job: record.job, outcome })
    }

    async fn shown_outcome(
        &self,
        tenant: &Tenant,
        record: &JobRecord,
        names: Names,
    ) -> Result<Option<Outcome>, EngineError> {
        let Some(sealed) = &record.sealed_outcome else { return Ok(None) };
        Ok(Some(match (tenant.open_outcome(record.job.id, sealed)?, names) {
            (Outcome::Found(findings), _) => {
                let named = match names {
                    Names::Told => self.still_known(tenant, &findings).await?,
                    Names::Withheld => BTreeSet::new(),
                };
                Outcome::Found(naming_only(&named, findings))
            }
            (Outcome::Failed(Failing { cause: Cause::Speaker, .. }), Names::Withheld) => {
                let detail = "one of the speakers is not there, or not enrolled completely".to_owned();
                Outcome::Failed(Failing { cause: Cause::Speaker, detail })
            }
            (outcome, _) => outcome,
        }))
    }

    /// Those of the names in the findings that the tenant has a speaker of.
    async fn still_known(
        &self,
        tenant: &Tenant,
        findings: &Findings,
    ) -> Result<BTreeSet<String>, EngineError> {
        let named: BTreeSet<&str> =
            findings.segments.iter().filter_map(|segment| segment.who.name()).collect();
        let named: Vec<&str> = named.into_iter().collect();
        let known = self.parts.store.profiles_called(tenant.id, ProfileKind::Speaker, &named).await?;
        Ok(known.into_iter().filter_map(|profile| profile.name).collect())
    }

    /// The latest message about a job's end, and what it says: as it is sent, but for the names of those whom the tenant knows no more. None where the
    /// job is not over. Messages before that one told of an end that is no more, since the job was begun anew; what they said is not kept.
    pub async fn message_body(&self, tenant: &Tenant, id: JobId) -> Result<Option<MessageBody>, EngineError> {
        let store = &self.parts.store;
        let record = store.job_record(tenant.id, id).await?.ok_or(EngineError::UnknownJob)?;
        let latest = store.deliveries_of(tenant.id, id).await?.pop();
        let outcome = self.shown_outcome(tenant, &record, Names::Told).await?;
        let (Some((message, _)), Some(outcome)) = (latest, outcome) else { return Ok(None) };
        let body = (self.parts.telling)(&record.job, &outcome);
        let webhook = tenant.open_kept(&record)?.webhook;
        let to = self.parts.outbound.check(&webhook).map(|target| target.place().to_string());
        Ok(Some(MessageBody { message: message.id, to: to.unwrap_or_else(|error| error.to_string()), body }))
    }
}

/// The findings with nobody named but these. Strangers keep their numbers, and whoever is not named has one behind those.
fn naming_only(named: &BTreeSet<String>, mut findings: Findings) -> Findings {
    let number = |segment: &Segment| match segment.who {
        Who::Stranger(number) => number + 1,
        Who::Known(_) | Who::Anybody => 0,
    };
    let strangers = findings.segments.iter().map(number).max().unwrap_or(0);
    let mut unnamed: HashMap<String, usize> = HashMap::new();
    for segment in &mut findings.segments {
        if let Some(name) = segment.who.name().filter(|name| !named.contains(*name)) {
            let next = strangers + unnamed.len();
            segment.who = Who::Stranger(*unnamed.entry(name.to_owned()).or_insert(next));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(who: &[Who]) -> Findings {
        let segment =
            |(n, who): (usize, &Who)| Segment { who: who.clone(), start: n as f64, end: n as f64 + 0.5 };
        Findings { people: None, segments: who.iter().enumerate().map(segment).collect() }
    }

    fn known(name: &str) -> Who {
        Who::Known(name.to_owned())
    }

    #[test]
    fn who_is_not_named_is_a_stranger_of_their_own_by_the_order_of_speaking() {
        let stranger = || Who::Stranger(1);
        let findings = heard(&[stranger(), known("ann"), known("bob"), known("ann"), stranger()]);
        let only_bob = naming_only(&BTreeSet::from(["bob".to_owned()]), findings.clone());
        let ann = || Who::Stranger(2);
        assert_eq!(only_bob, heard(&[stranger(), ann(), known("bob"), ann(), stranger()]));
        let nobody = naming_only(&BTreeSet::new(), findings.clone());
        assert_eq!(nobody, heard(&[stranger(), ann(), Who::Stranger(3), ann(), stranger()]));
        let both = BTreeSet::from(["ann".to_owned(), "bob".to_owned()]);
        assert_eq!(naming_only(&both, findings.clone()), findings);
        assert_eq!(naming_only(&BTreeSet::new(), heard(&[known("ann")])), heard(&[Who::Stranger(0)]));
    }

    #[test]
    fn where_it_was_not_asked_who_speaks_it_is_still_anybody() {
        let findings = heard(&[Who::Anybody, Who::Anybody]);
        assert_eq!(naming_only(&BTreeSet::new(), findings.clone()), findings);
    }
}
