//! How often a tenant may call, by what the calls cost.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a route costs: each class has a rate of its own, so that a storm of one does not shut out the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouteClass {
    /// Models listen to a recording.
    Inference,
    /// Something is made, changed or erased.
    Management,
    /// Something is looked up.
    Read,
}

impl RouteClass {
    pub const ALL: [Self; 3] = [Self::Inference, Self::Management, Self::Read];

    pub fn name(self) -> &'static str {
        match self {
            Self::Inference => "inference",
            Self::Management => "management",
            Self::Read => "read",
        }
    }
}

/// A rate, as GCRA has it: a bucket that holds `burst` calls and is filled up by `per_minute` of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// Calls that come back in a minute.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub per_minute: u32,
    /// Calls that may come at once.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: u32,
}

/// The rates of a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RatePolicy {
    /// Of calls that bring recordings.
    pub inference: Rate,
    /// Of calls that make, change or erase something.
    pub management: Rate,
    /// Of calls that look something up.
    pub read: Rate,
}

impl Default for RatePolicy {
    fn default() -> Self {
        Self {
            inference: Rate { per_minute: 1_200, burst: 200 },
            management: Rate { per_minute: 6_000, burst: 1_000 },
            read: Rate { per_minute: 12_000, burst: 2_000 },
        }
    }
}

impl RatePolicy {
    pub fn of(&self, class: RouteClass) -> Rate {
        match class {
            RouteClass::Inference => self.inference,
            RouteClass::Management => self.management,
            RouteClass::Read => self.read,
        }
    }
}
