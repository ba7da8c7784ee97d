//! What a check of the installation found.

use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// It works, but not as it should in the long run.
    Warn,
    /// It does not work, or breaks a promise.
    Fail,
}

/// A line of `timbre doctor`.
#[derive(Debug, Clone, Serialize)]
pub struct Finding {
    pub part: &'static str,
    pub state: State,
    pub text: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<String>,
}

impl Finding {
    pub fn ok(part: &'static str, text: impl Into<String>) -> Self {
        Self { part, state: State::Ok, text: text.into(), advice: None }
    }

    pub fn warn(part: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { part, state: State::Warn, text: text.into(), advice: Some(advice.into()) }
    }

    pub fn fail(part: &'static str, text: impl Into<String>, advice: impl Into<String>) -> Self {
        Self { part, state: State::Fail, text: text.into(), advice: Some(advice.into()) }
    }

    /// In one line, for people.
    pub fn line(&self) -> String {
        let state = match self.state {
            State::Ok => "ok",
            State::Warn => "warn",
            State::Fail => "FAIL",
        };
        let advice = self.advice.as_ref().map(|advice| format!("; {advice}")).unwrap_or_default();
        format!("{state:<5}{:<12}{}{advice}", self.part, self.text)
    }
}
