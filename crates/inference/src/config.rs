//! The settings of inference. See `[inference]` in the configuration file.

use serde::Deserialize;

/// How much inference may go on at once.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct InferenceConfig {
    /// Worker threads; each loads its own models and uses one core. 0: as many as the machine has cores.
    pub workers: usize,
    /// How many jobs may wait for a worker; the next one is told to come back later.
    pub queue: usize,
}

impl Default for InferenceConfig {
    fn default() -> Self {
        Self { workers: 0, queue: 32 }
    }
}

impl InferenceConfig {
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            workers => workers,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn an_unknown_setting_is_refused() {
        let known: InferenceConfig = serde_json::from_str(r#"{"queue": 4}"#).unwrap();
        assert_eq!(known, InferenceConfig { workers: 0, queue: 4 });
        assert!(serde_json::from_str::<InferenceConfig>(r#"{"threads": 4}"#).is_err());
    }

    #[test]
    fn by_default_every_core_gets_a_worker() {
        assert!(InferenceConfig::default().worker_count() >= 1);
    }
}
