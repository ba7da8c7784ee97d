//! Long lists, a page at a time. Where one goes on is sealed: a caller can neither make a place up nor take it to another list.

use std::str::FromStr;

use chrono::{DateTime, Utc};
use timbre_store::{AuditEvent, AuditFilter, Chain, ChainState, Listing};
use timbre_vault::{Purpose, SealContext};

use crate::{Engine, EngineError};

/// Most entries of a page.
pub const MOST_ENTRIES: u32 = 200;

/// Which page is asked for.
#[derive(Debug, Clone)]
pub struct PageAsked {
    /// Most entries: 1 to [`MOST_ENTRIES`].
    pub limit: u32,
    /// Where the page before ended, as that said.
    pub after: Option<String>,
}

impl PageAsked {
    /// The first page, of so many entries.
    pub fn first(limit: u32) -> Self {
        Self { limit, after: None }
    }
}

/// A page of a list, the newest first.
#[derive(Debug)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page goes on, if there is one.
    pub next: Option<String>,
}

impl Engine {
    /// How the store is asked. `list` names the list, with its tenant.
    pub(crate) fn listing<I: FromStr>(
        &self,
        list: &str,
        asked: &PageAsked,
    ) -> Result<Listing<I>, EngineError> {
        // One more than is asked for tells whether there is a next page.
        let limit = u64::from(asked.limit.clamp(1, MOST_ENTRIES)) + 1;
        let after = asked.after.as_deref().map(|place| self.open_place(list, place)).transpose()?;
        Ok(Listing { after, limit })
    }

    /// What was found as a page; `place` says when an entry was made and its id.
    pub(crate) fn page<T>(
        &self,
        list: &str,
        asked: &PageAsked,
        mut items: Vec<T>,
        place: impl Fn(&T) -> (DateTime<Utc>, String),
    ) -> Result<Page<T>, EngineError> {
        let limit = asked.limit.clamp(1, MOST_ENTRIES) as usize;
        let more = items.len() > limit;
        items.truncate(limit);
        let next = match items.last() {
            Some(last) if more => Some(self.seal_place(list, place(last))?),
            _ => None,
        };
        Ok(Page { items, next })
    }

    /// A page of an audit trail, the latest first.
    pub async fn audit_page(
        &self,
        chain: Chain,
        filter: &AuditFilter,
        asked: &PageAsked,
    ) -> Result<Page<AuditEvent>, EngineError> {
        let list = match chain {
            Chain::Platform => "audit".to_owned(),
            Chain::Tenant(tenant) => format!("audit of {tenant}"),
        };
        let Listing { after, limit } = self.listing::<u64>(&list, asked)?;
        let found = self.parts.store.audit_events(chain, filter, after, limit).await?;
        self.page(&list, asked, found, |event| (event.at, event.number.to_string()))
    }

    /// Walks a whole audit trail, and says whether it is what was written: as long as the trail is.
    pub async fn verify_audit(&self, chain: Chain) -> Result<ChainState, EngineError> {
        Ok(self.parts.store.verify_chain(chain, None).await?)
    }

    fn seal_place(&self, list: &str, (at, id): (DateTime<Utc>, String)) -> Result<String, EngineError> {
        let place = [&at.timestamp_micros().to_be_bytes()[..], id.as_bytes()].concat();
        let context = SealContext::new(Purpose::PageToken, list.as_bytes());
        Ok(hex::encode(self.parts.master.installation_key()?.seal(&context, &place)?))
    }

    fn open_place<I: FromStr>(&self, list: &str, place: &str) -> Result<(DateTime<Utc>, I), EngineError> {
        let sealed = hex::decode(place).map_err(|_| EngineError::PageToken)?;
        let context = SealContext::new(Purpose::PageToken, list.as_bytes());
        let opened = self.parts.master.installation_key()?.open(&context, &sealed);
        let opened = opened.map_err(|_| EngineError::PageToken)?;
        let read = || {
            let (at, id) = opened.split_first_chunk::<8>()?;
            let at = DateTime::from_timestamp_micros(i64::from_be_bytes(*at))?;
            Some((at, std::str::from_utf8(id).ok()?.parse().ok()?))
        };
        read().ok_or(EngineError::PageToken)
    }
}
