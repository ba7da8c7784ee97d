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

/// One after the other.
pub fn joined(parts: &[&[f32]]) -> Vec<f32> {
    parts.concat()
}

/// A WAV file of two channels; the shorter one ends in silence.
pub fn stereo(left: &[f32], right: &[f32]) -> Vec<u8> {
    let frames = 0..left.len().max(right.len());
    let at = |channel: &[f32], frame: usize| channel.get(frame).copied().unwrap_or(0.0);
    let interleaved: Vec<f32> = frames.flat_map(|frame| [at(left, frame), at(right, frame)]).collect();
    let mut bytes = timbre_voices::wav(&interleaved);
    // Channels, bytes a second and a frame; what follows stays as it is.
    bytes[22..24].copy_from_slice(&2_u16.to_le_bytes());
    bytes[28..32].copy_from_slice(&(SAMPLE_RATE * 4).to_le_bytes());
    bytes[32..34].copy_from_slice(&4_u16.to_le_bytes());
    bytes
}

/// Signed 16-bit samples, the low byte first, without a container.
pub fn linear16(samples: &[f32]) -> Vec<u8> {
    timbre_voices::wav(samples)[44..].to_vec()
}

/// Half the sample rate, so 8 kHz; a pair's mean takes the worst of what would fold back.
pub fn halved(samples: &[f32]) -> Vec<f32> {
    samples.chunks_exact(2).map(|pair| (pair[0] + pair[1]) / 2.0).collect()
}

/// ITU-T G.711 mu-law, without a container.
pub fn mulaw(samples: &[f32]) -> Vec<u8> {
    let code = |sample: &f32| {
        let magnitude = (sample.abs().min(1.0) * 32_635.0) as u32 + 132;
        let exponent = magnitude.ilog2() - 7;
        let mantissa = (magnitude >> (exponent + 3)) & 0x0F;
        let sign = if *sample < 0.0 { 0x80 } else { 0 };
        !(sign | (exponent << 4) as u8 | mantissa as u8)
    };
    samples.iter().map(code).collect()
}
