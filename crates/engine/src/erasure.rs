//! Erasing a person: at once, for good, and provably.
//!
//! 1. One commit: the tenant knows no such person any more. It names what is still to be destroyed, and puts the tombstones of
//!    whoever opted out.
//! 2. The person's key is destroyed: whatever copies there are of what it sealed, in backups too, are unreadable.
//! 3. The objects are deleted from the vault.
//! 4. A search: rows, objects and keys that are left.
//! 5. The journals of database and keyring are emptied. Where nothing was found, the receipt is signed and the erasure over.
//!
//! Each step can be done again. Whatever stops it, housekeeping goes on with it.

use serde_json::{Value, json};
use timbre_domain::{
    audit::Origin,
    ids::{EnrolmentId, ErasureId, ObjectId, SubjectId, TenantId},
};
use timbre_store::{Counted, Erasing, NewErasure, OptedOut, PersonNames};

use crate::{
    Engine, EngineError, PersonName, Tenant,
    error::random,
    receipts::{Receipt, ReceiptKey, SignedReceipt, Traces},
};

/// Erasures gone on with in one round of housekeeping.
const PAGE: u64 = 100;

/// How a person is erased.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EraseOptions {
    /// Refuse to enrol the person again under any name that the tenant has for them.
    pub opt_out: bool,
}

impl Engine {
    /// Erases a person, and says so in a signed receipt. When something cannot be destroyed now there is
    /// [`EngineError::ErasureNotOver`], the tenant knows the person no more all the same, and housekeeping goes on with it.
    pub async fn erase_person(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        options: EraseOptions,
    ) -> Result<SignedReceipt, EngineError> {
        let erasing = self.begin_erasure(tenant, subject, options).await?;
        self.go_on_erasing(tenant, &erasing).await.map_err(|error| {
            tracing::warn!(erasure = %erasing.id, %error, "an erasure could not be ended yet; housekeeping will");
            EngineError::ErasureNotOver(Box::new(error))
        })
    }

    /// How much of a person an erasure would destroy now.
    pub async fn to_be_erased(&self, tenant: &Tenant, subject: SubjectId) -> Result<Counted, EngineError> {
        let store = &self.parts.store;
        let objects = store.objects_of(tenant.id, subject).await?.len() as u64;
        Ok(Counted { objects, ..store.counted_of(tenant.id, subject).await? })
    }

    /// As [`Engine::erase_person`], for callers to whom a person is erased once the tenant knows them no more.
    pub(crate) async fn erase_at_once(&self, tenant: &Tenant, subject: SubjectId) -> Result<(), EngineError> {
        match self.erase_person(tenant, subject, EraseOptions::default()).await {
            Ok(_) | Err(EngineError::ErasureNotOver(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// The first step: the commit after which the tenant knows no such person.
    pub(crate) async fn begin_erasure(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        EraseOptions { opt_out }: EraseOptions,
    ) -> Result<Erasing, EngineError> {
        let id = ErasureId::from_random(random()?);
        let tombstones = |known: PersonNames| match opt_out {
            true => names(subject, known).iter().map(|name| tenant.digest_of(name)).collect(),
            false => Vec::new(),
        };
        let new = NewErasure { id, person: tenant.pseudonym(subject), opted_out: opt_out };
        let mut entry = tenant.told("person.erased", Some(subject), json!({"erasure": id}));
        if opt_out {
            entry.events.push(tenant.event("person.opted_out", Some(subject), Value::Null));
        }
        let now = self.parts.clock.now();
        let erasing = self.parts.store.erase_subject(tenant.id, subject, new, tombstones, entry, now).await?;
        erasing.ok_or(EngineError::UnknownSubject)
    }

    /// The further steps, to the end. Safe to repeat.
    async fn go_on_erasing(&self, tenant: &Tenant, erasing: &Erasing) -> Result<SignedReceipt, EngineError> {
        self.destroy(tenant, erasing).await?;
        match self.parts.store.overwrite_journals().await? {
            true => self.sign(tenant, erasing).await,
            false => Err(EngineError::JournalsInUse),
        }
    }

    /// Key and objects go, and nothing is found any more but in the journals.
    async fn destroy(&self, tenant: &Tenant, erasing: &Erasing) -> Result<(), EngineError> {
        let Erasing { subject, remains, .. } = erasing;
        self.parts.store.destroy_person_key(tenant.id, *subject).await?;
        for object in &remains.objects {
            self.parts.objects.delete(tenant.id, *object).await?;
        }
        let left = self.traces(tenant, *subject, &remains.enrolments, &remains.objects).await?;
        if left.is_nothing() { Ok(()) } else { Err(EngineError::TracesLeft(left)) }
    }

    /// The end, once all is destroyed and the journals were emptied since.
    async fn sign(&self, tenant: &Tenant, erasing: &Erasing) -> Result<SignedReceipt, EngineError> {
        let now = self.parts.clock.now();
        let receipt = Receipt {
            iss: "timbre".to_owned(),
            jti: erasing.id,
            iat: now.timestamp(),
            tenant: tenant.id,
            person: erasing.person.clone(),
            requested_at: erasing.requested_at,
            erased_at: now,
            opted_out: erasing.opted_out,
            key_destroyed: erasing.remains.own_key,
            erased: erasing.counted,
            left: Traces::default(),
        };
        let key = self.receipt_key()?;
        let text = self.parts.store.end_erasure(tenant.id, erasing.id, &key.sign(&receipt)?, now).await?;
        tracing::info!(erasure = %erasing.id, "person erased");
        // Of two who end it, the first one's receipt holds.
        let receipt = key.verify(&text)?;
        Ok(SignedReceipt { text, receipt })
    }

    /// Goes on with all erasures that were begun and not ended, whatever becomes of each, and says how many are over. The journals are
    /// emptied once for a page of them.
    pub(crate) async fn end_erasures(&self) -> Result<usize, EngineError> {
        let (mut ended, mut after) = (0, None);
        loop {
            let page = self.parts.store.erasures_begun(after, PAGE).await?;
            after = page.last().map(|(_, erasing)| erasing.id);
            let whole = page.len() as u64 == PAGE;
            let mut destroyed = Vec::with_capacity(page.len());
            for (tenant, erasing) in page {
                match self.destroy_one(tenant, &erasing).await {
                    Ok(tenant) => destroyed.push((tenant, erasing)),
                    Err(error) => not_yet(&erasing, &error),
                }
            }
            let free = destroyed.is_empty() || self.parts.store.overwrite_journals().await?;
            for (tenant, erasing) in &destroyed {
                match free {
                    false => not_yet(erasing, &EngineError::JournalsInUse),
                    true => match self.sign(tenant, erasing).await {
                        Ok(_) => ended += 1,
                        Err(error) => not_yet(erasing, &error),
                    },
                }
            }
            if !whole {
                return Ok(ended);
            }
        }
    }

    async fn destroy_one(&self, tenant: TenantId, erasing: &Erasing) -> Result<Tenant, EngineError> {
        let record = self.parts.store.tenant(tenant).await?.ok_or(EngineError::UnknownSubject)?;
        let tenant = self.open(record, Origin::system())?;
        self.destroy(&tenant, erasing).await?;
        Ok(tenant)
    }

    /// What is found of a person: rows that name them or their enrolments, objects in the vault, keys. Of one who was never
    /// known, and of one who was erased, nothing.
    pub async fn traces_of(&self, tenant: &Tenant, subject: SubjectId) -> Result<Traces, EngineError> {
        let objects = self.parts.store.objects_of(tenant.id, subject).await?;
        self.traces(tenant, subject, &[], &objects).await
    }

    async fn traces(
        &self,
        tenant: &Tenant,
        subject: SubjectId,
        enrolments: &[EnrolmentId],
        objects: &[ObjectId],
    ) -> Result<Traces, EngineError> {
        let store = &self.parts.store;
        let rows = store.rows_of_person(tenant.id, subject, enrolments, objects).await?;
        let keys = u64::from(store.has_person_key(tenant.id, subject).await?);
        let mut found = Traces { rows, keys, objects: 0 };
        for object in objects {
            found.objects += u64::from(self.parts.objects.size(tenant.id, *object).await?.is_some());
        }
        Ok(found)
    }

    /// Has nobody be made known under this name, of somebody who is not known by it, or not any more. Whoever is known is erased with
    /// [`EraseOptions::opt_out`] instead, under all names.
    pub async fn opt_out(&self, tenant: &Tenant, name: &PersonName) -> Result<OptedOut, EngineError> {
        let person = match name {
            PersonName::Person(id) => Some(*id),
            _ => None,
        };
        let entry = tenant.told("person.opted_out", person, Value::Null);
        let (digest, id) = (tenant.digest_of(name), ErasureId::from_random(random()?));
        let now = self.parts.clock.now();
        Ok(self.parts.store.opt_out(tenant.id, name.called(), digest, id, entry, now).await?)
    }

    /// Lets whoever opted out under this name be enrolled again, under all of their names. Says whether there was such a one.
    pub async fn lift_opt_out(&self, tenant: &Tenant, name: &PersonName) -> Result<bool, EngineError> {
        let entry = tenant.told("opt_out.lifted", None, Value::Null);
        let digest = tenant.digest_of(name);
        Ok(self.parts.store.lift_opt_out(tenant.id, &digest, entry, self.parts.clock.now()).await?)
    }

    /// Whether whoever the tenant calls so opted out.
    pub async fn opted_out(&self, tenant: &Tenant, name: &PersonName) -> Result<bool, EngineError> {
        Ok(self.parts.store.opted_out(tenant.id, &[tenant.digest_of(name)]).await?)
    }

    /// Whether an erasure of this person was begun, over or not.
    pub async fn was_erased(&self, tenant: &Tenant, subject: SubjectId) -> Result<bool, EngineError> {
        Ok(self.parts.store.has_erasure(tenant.id, &tenant.pseudonym(subject)).await?)
    }

    /// The receipts for the erasures of a person, by its pseudonym, latest first.
    pub async fn receipts_of(&self, tenant: &Tenant, person: &str) -> Result<Vec<String>, EngineError> {
        Ok(self.parts.store.receipts(tenant.id, person).await?)
    }

    /// What a receipt says, if it is this installation's and unaltered.
    pub fn verify_receipt(&self, text: &str) -> Result<Receipt, EngineError> {
        self.receipt_key()?.verify(text)
    }

    /// What receipts are signed and checked with.
    pub fn receipt_key(&self) -> Result<ReceiptKey, EngineError> {
        ReceiptKey::of(&self.parts.master)
    }
}

/// Every name that the tenant has for a person.
fn names(subject: SubjectId, known: PersonNames) -> Vec<PersonName> {
    let mut names = vec![PersonName::Person(subject)];
    names.extend(known.reference_id.map(PersonName::Reference));
    names.extend(known.mac_address.map(PersonName::Device));
    for (id, name) in known.profiles {
        names.push(PersonName::Profile(id));
        names.extend(name.map(PersonName::Speaker));
    }
    names
}

fn not_yet(erasing: &Erasing, error: &EngineError) {
    tracing::warn!(erasure = %erasing.id, %error, "an erasure could not be ended yet");
}
