//! What we claim, in one table.

use super::{
    Finding, Given, accuracy, audit, azure, biometrid, crash, deepaffects, diarization, erasure,
    hostile_audio, import, isolation, jobs, long_recording, names, parity, quota, rate_limit, set_up,
    speakers, speed, spoken_code, ssrf, usage,
};
use crate::failure::Failure;

/// Something that we claim.
pub(super) struct Claim {
    pub(super) name: &'static str,
    pub(super) claims: &'static str,
    /// Whether it cannot be measured without `--speech`.
    pub(super) needs_speech: bool,
    /// Whether `all` means it too.
    pub(super) in_all: bool,
    pub(super) measure: fn(&Given) -> Result<Finding, Failure>,
}

/// All of it, in the order in which `all` measures it.
pub(super) const CLAIMS: &[Claim] = &[
    Claim {
        name: "parity",
        claims: "embeddings of both models equal the reference's: cosine at least 0.9999",
        needs_speech: true,
        in_all: true,
        measure: parity::measure,
    },
    Claim {
        name: "accuracy",
        claims: "EER at most 0.1 % on librispeech and passphrase, 1.0 % on other-words; the ensemble beside it",
        needs_speech: true,
        in_all: true,
        measure: accuracy::measure,
    },
    Claim {
        name: "spoken-code",
        claims: "right codes are accepted, codes with one digit changed are not: real English, synthetic English and Portuguese",
        needs_speech: true,
        in_all: true,
        measure: spoken_code::measure,
    },
    Claim {
        name: "hostile-audio",
        claims: "what is no spoken code is never accepted, always clearly answered, and costs under 200 MB",
        needs_speech: false,
        in_all: true,
        measure: hostile_audio::measure,
    },
    Claim {
        name: "speed",
        claims: "a verification takes at most 1.25 × the models' own time; 16 clients get at least 85 % of the models' throughput",
        needs_speech: false,
        in_all: true,
        measure: speed::measure,
    },
    Claim {
        name: "crash",
        claims: "kill -9 amid 50 dialogues: each goes on or is cleanly over, and no accepted sample is lost",
        needs_speech: false,
        in_all: true,
        measure: crash::measure,
    },
    Claim {
        name: "biometrid-contract",
        claims: "every documented method and case of BiometrID is answered to the letter, in the documented order of checks",
        needs_speech: false,
        in_all: true,
        measure: biometrid::contract,
    },
    Claim {
        name: "adaptation",
        claims: "adaptations help the owner of a voiceprint and no impostor (on real people with --speech)",
        needs_speech: false,
        in_all: true,
        measure: biometrid::adaptation,
    },
    Claim {
        name: "lockout",
        claims: "of 100 wrong attempts at once exactly the allowed number is scored",
        needs_speech: false,
        in_all: true,
        measure: biometrid::lockout,
    },
    Claim {
        name: "azure-contract",
        claims: "every documented operation, version and case of Azure is answered to the letter",
        needs_speech: false,
        in_all: true,
        measure: azure::contract,
    },
    Claim {
        name: "deepaffects-contract",
        claims: "every documented operation, version and case of DeepAffects is answered to the letter, webhooks included",
        needs_speech: false,
        in_all: true,
        measure: deepaffects::contract,
    },
    Claim {
        name: "conversation",
        claims: "Katie and Steve are verified and identified by held-back speech, and not taken for each other",
        needs_speech: true,
        in_all: true,
        measure: azure::conversation,
    },
    Claim {
        name: "phrases",
        claims: "the right passphrase is named at least 98 % of the time, free speech taken for one at most 1 %",
        needs_speech: false,
        in_all: true,
        measure: azure::phrases,
    },
    Claim {
        name: "passphrase",
        claims: "a tenant's own passphrase: EER, and what the phrase check adds against those who do not know it",
        needs_speech: true,
        in_all: true,
        measure: azure::passphrase,
    },
    Claim {
        name: "import",
        claims: "an import killed three times and resumed ends as one that ran in one go",
        needs_speech: true,
        in_all: true,
        measure: import::measure,
    },
    Claim {
        name: "diarization",
        claims: "who speaks when on real meetings, without a collar and with overlap: no more wrong than sherpa-onnx",
        needs_speech: true,
        in_all: true,
        measure: diarization::measure,
    },
    Claim {
        name: "jobs",
        claims: "kill -9 of server and worker at each step of 30 jobs: each ends once, and its webhook is delivered and told from its repeats by its id",
        needs_speech: false,
        in_all: true,
        measure: jobs::measure,
    },
    Claim {
        name: "rate-limit",
        claims: "each class takes what the policy says, within 2 % over 60 s; a noisy tenant moves a quiet one's p99 by less than 20 %",
        needs_speech: false,
        in_all: true,
        measure: rate_limit::measure,
    },
    Claim {
        name: "ssrf",
        claims: "no address that is not public is reached, however it is spelt, named or redirected to",
        needs_speech: false,
        in_all: true,
        measure: ssrf::measure,
    },
    Claim {
        name: "speakers",
        claims: "a speaker takes further recordings of its own voice, and nobody else's",
        needs_speech: true,
        in_all: true,
        measure: speakers::measure,
    },
    Claim {
        name: "names",
        claims: "two known people are named turn by turn in their conversation, and a second model agrees on each turn",
        needs_speech: true,
        in_all: true,
        measure: names::measure,
    },
    Claim {
        name: "quota",
        claims: "a quota of N with N + 50 requests at once to two servers over one database: exactly N effects, N billed",
        needs_speech: false,
        in_all: true,
        measure: quota::measure,
    },
    Claim {
        name: "usage",
        claims: "what is billed after kills amid a storm of calls is what the events sum up to, and what the clients saw",
        needs_speech: false,
        in_all: true,
        measure: usage::measure,
    },
    Claim {
        name: "audit",
        claims: "one altered, removed or moved row of the audit trail is found and named, a cut off end by a head noted elsewhere",
        needs_speech: false,
        in_all: true,
        measure: audit::measure,
    },
    Claim {
        name: "isolation",
        claims: "every operation of every document turns strangers down, and takes another tenant's ids for ids that do not exist",
        needs_speech: false,
        in_all: true,
        measure: isolation::measure,
    },
    Claim {
        name: "erasure",
        claims: "nothing of an erased person is found in database, keyring or objects; the receipt verifies; a restored backup's copy stays unreadable",
        needs_speech: false,
        in_all: true,
        measure: erasure::measure,
    },
    Claim {
        name: "long-recording",
        claims: "up to 4 hours of meetings take less than 300 MiB above idle (takes long)",
        needs_speech: true,
        in_all: false,
        measure: long_recording::measure,
    },
    Claim {
        name: "set-up",
        claims: "a fresh clone with an empty model folder serves, and passes its tests (takes long)",
        needs_speech: false,
        in_all: false,
        measure: set_up::measure,
    },
];
