//! Recordings that do not serve, made of ones that do.

use timbre_audio::SAMPLE_RATE;

/// Nothing at all.
pub fn silence(seconds: f32) -> Vec<f32> {
    vec![0.0; (seconds * SAMPLE_RATE as f32) as usize]
}

/// White noise of this amplitude, the same every time.
pub fn noise(seconds: f32, amplitude: f32) -> Vec<f32> {
    // Marsaglia's xorshift32: whiter than needed, and small.
    let mut state = 0x9E37_79B9u32;
    let mut sample = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        (state as f32 / u32::MAX as f32 * 2.0 - 1.0) * amplitude
    };
    (0..silence(seconds).len()).map(|_| sample()).collect()
}

/// The same, louder or fainter; what exceeds full scale is cut off.
pub fn scaled(samples: &[f32], factor: f32) -> Vec<f32> {
    samples.iter().map(|sample| (sample * factor).clamp(-1.0, 1.0)).collect()
}

/// Both at once, as long as the first.
pub fn mixed(samples: &[f32], with: &[f32]) -> Vec<f32> {
    let with = with.iter().copied().chain(std::iter::repeat(0.0));
    samples.iter().zip(with).map(|(a, b)| (a + b).clamp(-1.0, 1.0)).collect()
}

/// Root mean square of the samples, relative to full scale.
pub fn level(samples: &[f32]) -> f32 {
    (samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len().max(1) as f32).sqrt()
}
