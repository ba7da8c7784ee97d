//! What a stricter retention destroys, asked before it is saved.
//!
//! Promises that whoever keeps things for less time has read what that destroys, and agreed to those very days.

use askama::Template;
use timbre_domain::policy::RetentionPolicy;
use timbre_engine::Retained;

use crate::{
    caller::OnTenant,
    frame::{Frame, Section},
    policy_settings::{self, Setting, Typed},
    words,
};

/// The question, with the form that is sent again by whoever agrees.
#[derive(Template)]
#[template(path = "policy_retention.html")]
pub(crate) struct Ask {
    frame: Frame,
    path: String,
    version: u32,
    /// The form's texts, by the names of their settings.
    typed: Vec<(&'static str, String)>,
    agreement: String,
    /// How many of them go, and after how many days.
    people: Option<(String, String)>,
    dialogues: Option<(String, String)>,
}

/// `path` is the policy's.
pub(crate) fn ask<P>(
    caller: &OnTenant<P>,
    path: String,
    typed: &Typed,
    retention: &RetentionPolicy,
    ahead: Retained,
) -> Ask {
    let texts = |setting: &'static Setting| {
        let texts = typed.get(&setting.name).into_iter().flatten();
        texts.map(move |text| (setting.name.as_str(), text.clone()))
    };
    Ask {
        frame: caller.frame(Section::Policy),
        path,
        version: caller.tenant.policy_version,
        typed: policy_settings::all().flat_map(texts).collect(),
        agreement: agreement(retention),
        people: going(ahead.people, "person", "people", retention.unused_person_days),
        dialogues: going(ahead.dialogues, "dialogue", "dialogues", retention.dialogue_days),
    }
}

fn going(number: usize, one: &str, several: &str, days: Option<u32>) -> Option<(String, String)> {
    let days = days.filter(|_| number > 0)?;
    let more = if number < Retained::MOST_COUNTED { "" } else { " or more" };
    Some((format!("{}{more}", words::plural(number, one, several)), words::plural(days, "day", "days")))
}

/// The days that somebody agrees to: to others they have not.
pub(crate) fn agreement(retention: &RetentionPolicy) -> String {
    let days = [retention.dialogue_days, retention.unused_person_days];
    days.map(|days| days.map_or_else(|| "never".to_owned(), |days| days.to_string())).join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_agreement_is_to_the_days_of_both() {
        let of = |dialogue_days, unused_person_days| {
            agreement(&RetentionPolicy { dialogue_days, unused_person_days })
        };
        assert_eq!(of(Some(30), None), "30 never");
        assert_eq!(of(None, Some(30)), "never 30");
        assert_eq!(of(Some(1), Some(1095)), "1 1095");
    }

    #[test]
    fn what_goes_is_said_in_words_and_what_was_not_counted_to_its_end_too() {
        assert_eq!(going(0, "person", "people", Some(7)), None);
        let said = |number, days| going(number, "person", "people", Some(days)).unwrap();
        assert_eq!(said(1, 1), ("1 person".to_owned(), "1 day".to_owned()));
        assert_eq!(said(199, 7), ("199 people".to_owned(), "7 days".to_owned()));
        assert!(said(Retained::MOST_COUNTED, 7).0.ends_with(" people or more"));
    }
}
