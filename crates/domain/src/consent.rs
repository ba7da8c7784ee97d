//! Whether a person has agreed that their voice is used.

/// How it stands with a person's consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Nothing was ever recorded.
    #[default]
    Unknown,
    /// There is a record that was not withdrawn.
    Given,
    /// All that was recorded was withdrawn.
    Withdrawn,
}

impl Standing {
    /// How it stands, by whether each record was withdrawn.
    pub fn of(withdrawn: impl IntoIterator<Item = bool>) -> Self {
        withdrawn.into_iter().fold(Self::Unknown, |standing, withdrawn| match (standing, withdrawn) {
            (Self::Given, _) | (_, false) => Self::Given,
            _ => Self::Withdrawn,
        })
    }

    /// Whether the voice may be enrolled, or taught further, where the policy does or does not ask for consent.
    pub fn allows_enrolment(self, required: bool) -> bool {
        match self {
            Self::Given => true,
            Self::Unknown => !required,
            Self::Withdrawn => false,
        }
    }

    /// Whether an enrolled voice may be compared with. Who was enrolled before consent was asked for has not refused it.
    pub fn allows_use(self) -> bool {
        self != Self::Withdrawn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_record_that_stands_is_enough_and_none_is_not_a_withdrawal() {
        assert_eq!(Standing::of([]), Standing::Unknown);
        assert_eq!(Standing::of([true]), Standing::Withdrawn);
        assert_eq!(Standing::of([true, false]), Standing::Given);
        assert_eq!(Standing::of([false, true]), Standing::Given);
    }

    #[test]
    fn a_withdrawal_is_heeded_whatever_the_policy_asks_for() {
        for required in [false, true] {
            assert!(Standing::Given.allows_enrolment(required));
            assert!(!Standing::Withdrawn.allows_enrolment(required));
        }
        assert!(Standing::Unknown.allows_enrolment(false) && !Standing::Unknown.allows_enrolment(true));
        assert!(Standing::Unknown.allows_use() && !Standing::Withdrawn.allows_use());
    }
}
