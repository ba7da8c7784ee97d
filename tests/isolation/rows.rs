//! The table: for each operation, in every version that has it, how it is called and what its owner gets. Written by hand.

/// How an operation is called.
pub struct Row {
    pub contract: &'static str,
    pub name: &'static str,
    /// Whose ids the owner's own call names.
    pub about: About,
    pub brings: Brings,
    /// What the owner gets, in one version or the other.
    pub status: &'static [u16],
    /// What everybody gets where nobody is asked who they are.
    pub open_body: Option<&'static str>,
    /// What only asks is called first (0), then what makes something (1), then what ends it (2).
    pub turn: u8,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// No id of a tenant's is in the call.
    Nobody,
    /// Somebody enrolled, something done.
    Known,
    /// Somebody, or something, made for the call.
    Fresh,
}

use About::{Fresh, Known, Nobody};

/// What a call brings beside the ids of its path.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Brings {
    Nothing,
    /// A user's reference and device, in the body.
    References,
    /// A user's device, in the query.
    Device,
    /// Digits, as a file of a form.
    Digits,
    /// The locale of a new profile.
    Locale,
    /// A recording that a profile of this kind is verified by.
    Speech,
    /// A recording that a profile of this kind is enrolled by.
    Enrolment,
    /// Speech, and the profiles that it may be of.
    Candidates,
    /// A speaker's name in the query.
    SpeakerAsked,
    /// A speaker's name in the body.
    Speaker,
    /// A speaker's name, and speech of it.
    SpeakerHeard,
    /// Speech, and the speakers that it may be of.
    Question,
    /// The same, and where the end of the job is told, under which request id.
    Order,
    /// A job's request id in the query.
    Request,
}

impl Row {
    /// Whether a call names several at once.
    pub fn lists_others(&self) -> bool {
        matches!(self.brings, Brings::Candidates | Brings::Question)
    }

    const fn of(contract: &'static str, name: &'static str, about: About, brings: Brings) -> Self {
        Self { contract, name, about, brings, status: &[200], open_body: None, turn: 0 }
    }

    const fn answers(self, status: &'static [u16]) -> Self {
        Self { status, ..self }
    }

    const fn makes(self) -> Self {
        Self { turn: 1, ..self }
    }

    const fn ends(self) -> Self {
        Self { turn: 2, ..self }
    }

    const fn tells_all(self, body: &'static str) -> Self {
        Self { open_body: Some(body), ..self }
    }
}

const NO_LIVENESS: &str =
    r#"{"status":false,"data":{"message":"NO_LIVENESS_ENGINE_CONFIGURATION_AVAILABLE"}}"#;

const fn biometrid(name: &'static str, about: About, brings: Brings) -> Row {
    Row::of("biometrid", name, about, brings)
}

const fn azure(name: &'static str, about: About, brings: Brings) -> Row {
    Row::of("azure", name, about, brings)
}

const fn deepaffects(name: &'static str, about: About, brings: Brings) -> Row {
    Row::of("deepaffects", name, about, brings)
}

pub const ROWS: &[Row] = &[
    biometrid("createUser", Fresh, Brings::References).makes(),
    biometrid("findUserByAddress", Known, Brings::Device),
    biometrid("deleteUser", Fresh, Brings::Nothing),
    biometrid("enrollVoice", Fresh, Brings::Digits),
    biometrid("verifyVoice", Known, Brings::Digits),
    biometrid("adaptVoice", Known, Brings::Digits),
    biometrid("deleteVoice", Known, Brings::Nothing).ends(),
    biometrid("enrollStatus", Known, Brings::Nothing),
    biometrid("pendingVoice", Known, Brings::Nothing),
    biometrid("restartState", Fresh, Brings::Nothing),
    biometrid("unlockVoice", Known, Brings::Nothing),
    biometrid("listLanguages", Nobody, Brings::Nothing),
    biometrid("enrollFace", Known, Brings::Nothing).answers(&[404]),
    biometrid("verifyFace", Known, Brings::Nothing).answers(&[404]),
    biometrid("adaptFace", Known, Brings::Nothing).answers(&[404]),
    biometrid("deleteFace", Known, Brings::Nothing).answers(&[404]),
    biometrid("findUserByFace", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("findFaceProperties", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("validateLiveness", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("validateDocument", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("validateDocumentBase64", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("compareSelfie", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("compareSelfieBase64", Nobody, Brings::Nothing).answers(&[404]),
    biometrid("hostLiveness", Nobody, Brings::Nothing).answers(&[404]).tells_all(NO_LIVENESS),
    azure("createProfile", Nobody, Brings::Locale).answers(&[201]).makes(),
    azure("listProfiles", Nobody, Brings::Nothing),
    azure("getProfile", Known, Brings::Nothing),
    azure("deleteProfile", Fresh, Brings::Nothing).answers(&[204]),
    azure("resetProfile", Fresh, Brings::Nothing).answers(&[200, 204]),
    azure("enrollProfile", Fresh, Brings::Enrolment).answers(&[201]),
    azure("verifyProfile", Known, Brings::Speech),
    azure("identifySingleSpeaker", Known, Brings::Candidates),
    // v2.0 has activation phrases for nobody.
    azure("listPhrases", Nobody, Brings::Nothing).answers(&[200, 404]),
    azure("listPhrasesOfNoLocale", Nobody, Brings::Nothing).answers(&[400]),
    azure("listPhrasesOfAnEmptyLocale", Nobody, Brings::Nothing).answers(&[400]),
    deepaffects("enroll", Fresh, Brings::SpeakerHeard).makes(),
    deepaffects("speaker", Known, Brings::SpeakerAsked),
    deepaffects("listSpeakers", Nobody, Brings::Nothing),
    deepaffects("deleteSpeaker", Known, Brings::Speaker).ends(),
    deepaffects("identify", Known, Brings::Question),
    deepaffects("diarize", Known, Brings::Question),
    deepaffects("identifyLater", Fresh, Brings::Order).answers(&[202]).makes(),
    deepaffects("diarizeLater", Fresh, Brings::Order).answers(&[202]).makes(),
    deepaffects("vadLater", Fresh, Brings::Order).answers(&[202]).makes(),
    deepaffects("jobStatus", Known, Brings::Request),
];
