//! What a recording is like, in numbers: length, levels, clipping, bandwidth and noise. No verdict.

use crate::SAMPLE_RATE;
use crate::snr::snr_db;
use crate::spectrum::{BANDS, Spectrum};

/// The level that stands for digital silence, whose logarithm has none.
pub const DBFS_FLOOR: f32 = -120.0;

/// Only a peak this near to full scale can be a limit that the sound ran into. It is just below the loudest code of
/// mu-law (32124 / 32768 = 0.980), the lowest full scale of the codes that we read.
pub const CLIPPING_PEAK: f32 = 0.98;

/// Within this share of the peak a sample is at the peak: the two ends of an integer format differ by one step.
const AT_PEAK: f32 = 0.999;

/// A peak of music or speech touches its highest value in one or two samples; a flat top of three is a limit.
const CLIPPED_RUN: usize = 3;

/// 8 kHz sound, whatever rate it is stored at, has nothing above 4 kHz but what resampling left there.
const TELEPHONE_RATE: u32 = 8_000;

/// 344 Hz to 3.3 kHz, and 4.8 kHz to 7.6 kHz: the gap between leaves room for resampling filters.
const SPEECH_BANDS: std::ops::Range<usize> = 1..13;
const HIGH_BANDS: std::ops::Range<usize> = 19..BANDS;

/// High bands this far below the speech bands are empty. Measured: wideband speech from -30 dB up, telephone speech
/// resampled to 16 kHz at 16 bits from -54 dB down.
const TELEPHONE_DB: f64 = -40.0;

/// Whether the recording has a telephone's bandwidth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Band {
    Telephone,
    Wide,
}

/// The quality report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    pub seconds: f32,
    /// Signal-to-noise ratio, in [-20, 50] dB; none for silence and for less than 0.25 s. Hiss and steady tones are
    /// low (all noise). See the module `snr` for method and limits.
    pub snr_db: Option<f32>,
    /// Share of the samples that lie in flat tops: three or more samples in a row at the recording's own peak, on the
    /// same side, where that peak is at least [`CLIPPING_PEAK`].
    pub clipped_fraction: f32,
    /// Root mean square over the whole recording, relative to full scale 1.0: a full-scale sine has -3 dBFS.
    pub level_dbfs: f32,
    pub peak_dbfs: f32,
    pub band: Band,
}

/// Reports on mono 16 kHz samples that were `source_rate` samples a second when they were recorded.
///
/// [`decode`](crate::decode) measures peak and clipping before it resamples, and all else with this.
pub fn quality(samples: &[f32], source_rate: u32) -> Quality {
    let (peak_dbfs, clipped_fraction) = peak_and_clipping(samples);
    let energy: f64 = samples.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    let spectrum = Spectrum::of(samples);
    Quality {
        seconds: samples.len() as f32 / SAMPLE_RATE as f32,
        snr_db: snr_db(&spectrum),
        clipped_fraction,
        level_dbfs: dbfs((energy / samples.len().max(1) as f64).sqrt() as f32),
        peak_dbfs,
        band: Bandwidth::of(&spectrum).band(source_rate),
    }
}

/// Peak in dBFS, and the share of samples in flat tops.
pub(crate) fn peak_and_clipping(samples: &[f32]) -> (f32, f32) {
    let peak = samples.iter().fold(0.0f32, |peak, sample| peak.max(sample.abs()));
    if peak < CLIPPING_PEAK {
        return (dbfs(peak), 0.0);
    }
    let limit = peak * AT_PEAK;
    let side = |sample: &f32| (*sample >= limit) as i8 - (*sample <= -limit) as i8;
    let clipped: usize = samples
        .chunk_by(|a, b| side(a) == side(b))
        .filter(|run| run.len() >= CLIPPED_RUN && side(&run[0]) != 0)
        .map(<[f32]>::len)
        .sum();
    (dbfs(peak), clipped as f32 / samples.len() as f32)
}

/// How much of the sound lies where only wideband recordings have any: a few numbers, whatever the length.
#[derive(Default)]
pub(crate) struct Bandwidth {
    speech: f64,
    high: f64,
}

impl Bandwidth {
    fn of(spectrum: &Spectrum) -> Self {
        let windows = spectrum.windows.len() as f64;
        Self { speech: windows * spectrum.energy(SPEECH_BANDS), high: windows * spectrum.energy(HIGH_BANDS) }
    }

    /// Takes the next piece of a recording, mono at 16 kHz.
    pub(crate) fn hear(&mut self, samples: &[f32]) {
        let more = Self::of(&Spectrum::of(samples));
        self.speech += more.speech;
        self.high += more.high;
    }

    pub(crate) fn band(&self, source_rate: u32) -> Band {
        let empty = self.high < self.speech * 10f64.powf(TELEPHONE_DB / 10.0);
        if source_rate <= TELEPHONE_RATE || empty { Band::Telephone } else { Band::Wide }
    }
}

fn dbfs(amplitude: f32) -> f32 {
    (20.0 * amplitude.log10()).max(DBFS_FLOOR)
}
