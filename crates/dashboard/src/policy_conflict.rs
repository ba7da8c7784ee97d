//! A form of the policy that was made of a version which is not in force any more, and what others made of the policy meanwhile.
//!
//! Promises that nobody's change is undone by a form that did not touch it: a setting that the form did not change is as it is in force now, one
//! that both changed stays as it was typed and is named.

use std::collections::BTreeSet;

use timbre_domain::policy::Policy;

use crate::policy_settings::{SECTIONS, Typed, values};

/// A form with what is in force where the form changed nothing.
pub(crate) struct Merged {
    pub(crate) typed: Typed,
    /// Settings that both changed, to different values.
    pub(crate) both: BTreeSet<&'static str>,
}

/// Merges what was `typed` into a form of the policy `base` with the policy `now`. Where that base is not known any more, whatever differs from
/// what is in force may be anybody's change: it stays, and is named. A section that is not `open` to whoever typed is none of the form's, unless
/// they sent something for it all the same.
pub(crate) fn merge(
    mut typed: Typed,
    base: Option<&Policy>,
    now: &Policy,
    open: impl Fn(&str) -> bool,
) -> Merged {
    let (base, now, mut both) = (base.map(values), values(now), BTreeSet::new());
    for section in SECTIONS.iter() {
        if !open(&section.name) && !section.came(&typed) {
            continue;
        }
        for setting in &section.settings {
            let mine = setting.meaning(typed.get(&setting.name).map_or(&[], Vec::as_slice));
            let in_force = setting.typed(&now);
            let theirs = setting.meaning(&in_force);
            let before = base.as_ref().map(|base| setting.meaning(&setting.typed(base)));
            if mine == theirs || before.as_ref() == Some(&theirs) {
                continue;
            }
            if before == Some(mine) {
                typed.insert(setting.name.clone(), in_force);
            } else {
                both.insert(setting.name.as_str());
            }
        }
    }
    Merged { typed, both }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policy_settings::{all, read};

    const LENGTH: &str = "dialogue.code_length";

    /// What a form of this policy sends, with this text in it.
    fn form(policy: &Policy, name: &str, text: &str) -> Typed {
        let values = values(policy);
        let typed = all().map(|setting| (setting.name.clone(), setting.typed(&values)));
        let mut typed: Typed = typed.filter(|(_, texts)| texts.iter().any(|text| !text.is_empty())).collect();
        typed.insert(name.to_owned(), vec![text.to_owned()]);
        typed
    }

    #[test]
    fn what_the_form_did_not_change_is_as_it_is_in_force() {
        let base = Policy::default();
        let mut now = base.clone();
        now.dialogue.code_length = 5;
        now.dialogue.resume_without_cookie = true;
        now.retention.dialogue_days = Some(30);
        now.access.formats.remove("mp3");
        let Merged { typed, both } =
            merge(form(&base, "quality.min_snr_db", "9"), Some(&base), &now, |_| true);
        assert!(both.is_empty(), "{both:?}");
        let mut expected = now.clone();
        expected.quality.min_snr_db = 9.0;
        assert_eq!(read(&typed, &now, |_| true).unwrap(), expected);

        // And back from there: what is not set any more is not.
        let Merged { typed, both } =
            merge(form(&now, "quality.min_snr_db", "9"), Some(&now), &base, |_| true);
        assert!(both.is_empty(), "{both:?}");
        let mut expected = base.clone();
        expected.quality.min_snr_db = 9.0;
        assert_eq!(read(&typed, &base, |_| true).unwrap(), expected);
    }

    #[test]
    fn what_both_changed_stays_as_it_was_typed_and_is_named() {
        let base = Policy::default();
        let mut now = base.clone();
        now.dialogue.code_length = 5;
        for text in ["6", "eleven", "11"] {
            let Merged { typed, both } = merge(form(&base, LENGTH, text), Some(&base), &now, |_| true);
            assert_eq!((typed[LENGTH].as_slice(), both), (&[text.to_owned()][..], BTreeSet::from([LENGTH])));
        }
        // The same change is none against the other, however it is written.
        assert!(merge(form(&base, LENGTH, " 5"), Some(&base), &now, |_| true).both.is_empty());
    }

    #[test]
    fn the_order_in_which_a_form_names_choices_is_no_change() {
        let base = Policy::default();
        let mut now = base.clone();
        now.access.formats.remove("mp3");
        let mut typed = form(&base, LENGTH, "4");
        typed.get_mut("access.formats").unwrap().reverse();
        let Merged { typed, both } = merge(typed, Some(&base), &now, |_| true);
        assert!(both.is_empty(), "{both:?}");
        assert_eq!(read(&typed, &now, |_| true).unwrap(), now);
    }

    #[test]
    fn without_its_base_whatever_differs_is_named() {
        let mut now = Policy::default();
        now.dialogue.code_length = 5;
        let Merged { typed, both } =
            merge(form(&Policy::default(), "lockout.delay_after", "4"), None, &now, |_| true);
        assert_eq!(both, BTreeSet::from([LENGTH, "lockout.delay_after"]));
        assert_eq!(
            (typed[LENGTH].as_slice(), typed["lockout.delay_after"].as_slice()),
            (&["4".to_owned()][..], &["4".to_owned()][..])
        );
    }

    #[test]
    fn a_section_that_is_closed_is_none_of_the_forms() {
        let base = Policy::default();
        let mut now = base.clone();
        now.retention.dialogue_days = Some(30);
        let mut typed = form(&base, LENGTH, "5");
        typed.retain(|name, _| !name.starts_with("retention."));
        let Merged { typed, both } = merge(typed, None, &now, |section| section != "retention");
        assert_eq!(both, BTreeSet::from([LENGTH]));
        assert!(!typed.contains_key("retention.dialogue_days"));
    }
}
