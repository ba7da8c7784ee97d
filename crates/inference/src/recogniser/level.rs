//! Recordings as the recognisers want them.
//!
//! Promises one level, whatever the microphone's, and silence around; and nothing at all for what is no sound.

use crate::SAMPLE_RATE;

/// Quieter than this (-66 dBFS) is nothing, whatever it sounds like amplified; the limit of the speech detector too.
const QUIETEST_RMS: f32 = 0.0005;

/// The level that the recognisers get, -24 dBFS.
pub(crate) const TARGET_RMS: f32 = 0.06;

/// Silence before and after: a first word that starts with the recording is often missed.
const MARGIN_SECONDS: f32 = 0.25;

/// The recording at the recognisers' level with silence around it, or nothing if it holds no sound.
pub(crate) fn levelled(samples: &[f32]) -> Option<Vec<f32>> {
    let rms = (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32).sqrt();
    // Written so that a recording without samples, or with one that is no number, ends here too.
    if !(rms >= QUIETEST_RMS && rms.is_finite()) {
        return None;
    }
    let gain = TARGET_RMS / rms;
    let margin = vec![0.0; (MARGIN_SECONDS * SAMPLE_RATE as f32) as usize];
    let louder = samples.iter().map(|sample| (sample * gain).clamp(-1.0, 1.0));
    Some(margin.iter().copied().chain(louder).chain(margin.iter().copied()).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn what_is_no_sound_is_nothing() {
        assert!(levelled(&[]).is_none());
        assert!(levelled(&vec![0.0; 32_000]).is_none());
        assert!(levelled(&vec![f32::NAN; 32_000]).is_none());
    }

    #[test]
    fn a_recording_is_brought_to_one_level_between_silences() {
        let prepared = levelled(&vec![0.003; 16_000]).unwrap();
        assert_eq!(prepared.len(), 24_000);
        assert!((prepared[12_000] - TARGET_RMS).abs() < 1e-4);
        assert_eq!(prepared[100], 0.0);
    }
}
