//! The contracts as people call them.

use timbre_domain::contract::Contract;

pub(crate) fn name(contract: &Contract) -> &'static str {
    match contract {
        Contract::Biometrid => "BiometrID",
        Contract::Azure => "Azure",
        Contract::Deepaffects => "DeepAffects",
    }
}
