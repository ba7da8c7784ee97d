//! What a check of the installation found.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum FindingState {
    Ok,
    /// It works, but not as it should in the long run.
    Warn,
    /// It does not work, or breaks a promise.
    Fail,
}

/// One of them.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub part: &'static str,
    pub state: FindingState,
    pub text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub fn ok(part: &'static str, text: impl Into<String>) -> Self {
        Self { part, state: FindingState::Ok, text: text.into(), advice: None }
    }

    pub fn warn(part: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { part, state: FindingState::Warn, text: text.into(), advice: Some(advice.into()) }
    }

    pub fn fail(part: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { part, state: FindingState::Fail, text: text.into(), advice: Some(advice.into()) }
    }

    /// In one line, for people.
    pub fn line(&self) -> String {
        let state = match self.state {
            FindingState::Ok => "ok",
            FindingState::Warn => "warn",
            FindingState::Fail => "FAIL",
        };
        let advice = self.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
        format!("{state:<5}{:<12}{}{advice}", self.part, self.text)
    }
}
