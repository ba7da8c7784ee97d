//! The settings of requests to elsewhere. See `[outbound]` in the configuration file.

use std::path::PathBuf;

use serde::Deserialize;

use crate::address::AddressPolicy;
use crate::error::OutboundError;

/// What may be reached, and how much of time, bytes and requests at once that may take.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OutboundConfig {
    /// Networks, addresses and host names that may be reached although they are not public.
    pub allow: Vec<String>,
    /// Certificate authorities to trust beside the public ones: a PEM file, or none.
    pub authorities: PathBuf,
    /// Seconds in which a name must be looked up and a connection stand, TLS included: 1 to 60.
    pub connect_seconds: u64,
    /// Seconds in which a recording must have come: 1 to 3600.
    pub fetch_seconds: u64,
    /// Most bytes of a recording that is fetched: at least 1.
    pub fetch_bytes: u64,
    /// Seconds in which a webhook must have been answered: 1 to 300.
    pub webhook_seconds: u64,
    /// Recordings under way at a time, and as many webhooks and lookups: 1 to 1024.
    pub concurrent: usize,
}

impl Default for OutboundConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            authorities: PathBuf::new(),
            connect_seconds: 5,
            fetch_seconds: 300,
            fetch_bytes: 536_870_912,
            webhook_seconds: 15,
            concurrent: 16,
        }
    }
}

impl OutboundConfig {
    /// Refuses what no request could be made under, and names the key.
    pub fn check(&self) -> Result<(), OutboundError> {
        let rules = [
            ((1..=60).contains(&self.connect_seconds), "connect_seconds", "must be 1 to 60"),
            ((1..=3_600).contains(&self.fetch_seconds), "fetch_seconds", "must be 1 to 3600"),
            (self.fetch_bytes > 0, "fetch_bytes", "must be above 0"),
            ((1..=300).contains(&self.webhook_seconds), "webhook_seconds", "must be 1 to 300"),
            ((1..=1_024).contains(&self.concurrent), "concurrent", "must be 1 to 1024"),
        ];
        if let Some((_, key, must)) = rules.into_iter().find(|(holds, ..)| !holds) {
            return Err(OutboundError::Setting { key, must: must.to_owned() });
        }
        AddressPolicy::read(&self.allow).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_value_out_of_bounds_is_refused_by_its_key() {
        OutboundConfig::default().check().unwrap();
        for (text, key) in [
            (r#"{"connect_seconds": 0}"#, "connect_seconds"),
            (r#"{"fetch_seconds": 3601}"#, "fetch_seconds"),
            (r#"{"fetch_bytes": 0}"#, "fetch_bytes"),
            (r#"{"webhook_seconds": 301}"#, "webhook_seconds"),
            (r#"{"concurrent": 0}"#, "concurrent"),
            (r#"{"allow": ["10.0.0.0/40"]}"#, "allow"),
        ] {
            let config: OutboundConfig = serde_json::from_str(text).unwrap();
            let error = config.check().unwrap_err().to_string();
            assert!(error.starts_with(&format!("{key} must ")), "{error}");
        }
        assert!(serde_json::from_str::<OutboundConfig>(r#"{"proxy": "http://a.test"}"#).is_err());
    }
}
