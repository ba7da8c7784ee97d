//! Telling whoever asked for a job of its end.
//!
//! Promises that each message is sent until it is taken or was tried often enough, over restarts and crashes, under an id that is the same at
//! each try; that it is signed so that its receiver knows who sent it and what; and that every try is logged.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use timbre_domain::{
    ids::DeliveryId,
    job::{DELIVERY_TRIES, Delivery, DeliveryState, DeliveryTry, wait_after},
};
use timbre_outbound::{OutboundError, Webhook, WebhookSecret};
use timbre_store::{Claim, JobRecord, StoreError};
use tokio::sync::watch;
use tracing::{Instrument, debug_span};
use uuid::Uuid;

use crate::{Engine, EngineError, Tenant, job_runner::rested};

/// What was left by another process is looked for this often.
const LOOK: std::time::Duration = std::time::Duration::from_secs(1);

/// The one answer that says a message was taken, as DeepAffects has it.
const TAKEN: u16 = 200;

impl Tenant {
    /// What messages are signed with, the latest first: receivers may know either of two while they change over.
    pub fn webhook_secrets(&self) -> Vec<WebhookSecret> {
        let latest = self.webhook_generation;
        let generations = [Some(latest), latest.checked_sub(1).filter(|before| *before > 0)];
        let secret = |generation: u32| {
            let digest = self.key.keyed_digest("webhook secret", &generation.to_be_bytes());
            WebhookSecret::from_bytes(&digest)
        };
        generations.into_iter().flatten().filter_map(secret).collect()
    }
}

impl Engine {
    /// The same, for whoever runs the tenant's receivers: that they were shown is told in the audit trail.
    pub async fn show_webhook_secrets(&self, tenant: &Tenant) -> Result<Vec<WebhookSecret>, EngineError> {
        self.enter(tenant, tenant.told("webhook_secret.shown", None, Value::Null)).await?;
        Ok(tenant.webhook_secrets())
    }

    pub(crate) async fn send_messages(self, mut ending: watch::Receiver<bool>) {
        while !*ending.borrow() {
            match self.send_next_message().await {
                Ok(true) => continue,
                Ok(false) => {}
                Err(error) => {
                    tracing::error!(%error, "a message could not be sent or logged; it will be taken up again")
                }
            }
            rested(LOOK, &self.waiting.messages, &mut ending).await;
        }
    }

    /// Sends the next message that is due, if there is one.
    async fn send_next_message(&self) -> Result<bool, EngineError> {
        let now = self.parts.clock.now();
        let claim = self.claim_now()?;
        // A try is over by itself before its claim is.
        let claim = Claim { until: claim.until + self.parts.outbound.webhook_patience(), ..claim };
        let Some((message, record)) = self.parts.store.claim_delivery(claim, now).await? else {
            return Ok(false);
        };
        let tenant = self.tenant_of(message.tenant).await?;
        let sent = self.send(&tenant, &message, &record, now).instrument(debug_span!("webhook.send")).await;
        self.log_try(&message, claim.holder, now, sent).await?;
        Ok(true)
    }

    async fn send(
        &self,
        tenant: &Tenant,
        message: &Delivery,
        record: &JobRecord,
        now: DateTime<Utc>,
    ) -> Result<Result<u16, OutboundError>, EngineError> {
        let sealed = record.sealed_outcome.as_deref().ok_or(EngineError::Job)?;
        let outcome = tenant.open_outcome(record.job.id, sealed)?;
        let told = (self.parts.telling)(&record.job, &outcome);
        let (id, secrets) = (webhook_id(message.id), tenant.webhook_secrets());
        let webhook = Webhook {
            id: &id,
            timestamp: now.timestamp(),
            secrets: &secrets,
            body: told.to_string().into_bytes(),
        };
        let url = tenant.open_kept(record)?.webhook;
        Ok(self.parts.outbound.deliver(&url, webhook).await.map(|answer| answer.status))
    }

    async fn log_try(
        &self,
        message: &Delivery,
        holder: Uuid,
        began: DateTime<Utc>,
        sent: Result<Result<u16, OutboundError>, EngineError>,
    ) -> Result<(), EngineError> {
        let now = self.parts.clock.now();
        let number = message.tries + 1;
        let (status, error, failure) = match sent {
            Ok(Ok(status)) => (Some(status), None, (status != TAKEN).then_some("status")),
            Ok(Err(error)) => (None, Some(error.to_string()), Some("unreachable")),
            Err(error) => {
                tracing::error!(message = %message.id, %error, "a message could not be made");
                (None, Some("the message could not be made".to_owned()), Some("internal"))
            }
        };
        let state = match status {
            Some(TAKEN) => DeliveryState::Delivered,
            _ if number >= message.most_tries => DeliveryState::Dropped,
            _ => DeliveryState::Pending,
        };
        // A replay begins with short waits again.
        let round = number - (message.most_tries - DELIVERY_TRIES).min(number - 1);
        let next_at = now + wait_after(round, self.parts.jobs.first_wait());
        tracing::info!(message = %message.id, job = %message.job, number, status, %state, "message sent");
        let outcome = match state {
            DeliveryState::Delivered => "delivered",
            DeliveryState::Pending => "retried",
            DeliveryState::Dropped => "dropped",
        };
        timbre_telemetry::webhook(outcome, failure, (now - began).to_std().unwrap_or_default());
        let milliseconds = (now - began).num_milliseconds().try_into().unwrap_or(0);
        let this = DeliveryTry { number, at: began, status, error, milliseconds };
        Ok(self.parts.store.end_try(message, holder, this, state, next_at).await?)
    }

    /// The messages about a job's end, each with its tries.
    pub async fn messages(
        &self,
        tenant: &Tenant,
        request_id: &str,
    ) -> Result<Vec<(Delivery, Vec<DeliveryTry>)>, EngineError> {
        let job = self.record(tenant, request_id).await?.job.id;
        Ok(self.parts.store.deliveries_of(tenant.id, job).await?)
    }

    /// Sends a message again, under its old id.
    pub async fn replay(&self, tenant: &Tenant, id: DeliveryId) -> Result<(), EngineError> {
        let entry = tenant.told("message.replayed", None, json!({"message": id}));
        match self.parts.store.replay_delivery(tenant.id, id, entry, self.parts.clock.now()).await {
            Err(StoreError::Conflict) => Err(EngineError::UnknownMessage),
            replayed => {
                self.waiting.messages.notify_one();
                Ok(replayed?)
            }
        }
    }
}

/// A message's id as its receiver sees it: the same at each try.
pub fn webhook_id(id: DeliveryId) -> String {
    format!("msg_{}", id.0.simple())
}
