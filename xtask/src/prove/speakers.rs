//! [speakers] A speaker's further recordings are taken, other people's are refused.

use super::product::measured;
use super::{Finding, Given, number};
use crate::failure::{Failure, say};

/// Of other people's recordings, as a share: the policy's false-match rate.
const MOST_TAKEN: f64 = 0.01;
/// Of one's own, as a share.
const MOST_REFUSED: f64 = 0.05;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let test = "deepaffects::measured::a_speaker_takes_its_own_recordings_and_nobody_elses";
    let found = measured(test, Some(("TIMBRE_SPEECH", given.speech()?)), &mut finding)?;
    let found = found.into_iter().next().unwrap_or_default();
    let [own, own_taken, others, others_taken] =
        ["own", "own_taken", "others", "others_taken"].map(|name| number(&found, name));
    let (own, own_taken, others, others_taken) = (own?, own_taken?, others?, others_taken?);
    say(format_args!(
        "  of {own} recordings of one's own {own_taken} taken ({} heard as several people); of {others} of others {others_taken} \
         taken ({} heard as several people)",
        found["own_heard_as_several"], found["others_heard_as_several"]
    ))?;
    finding.at_most("the share of own recordings that are refused", 1.0 - own_taken / own, MOST_REFUSED);
    finding.at_most("the share of other people's that are taken", others_taken / others, MOST_TAKEN);
    finding.figure("counts", found);
    Ok(finding)
}
