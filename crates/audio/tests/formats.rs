//! Every format that we promise, each against the sound it was made from.
#![allow(clippy::unwrap_used)]

mod voice;

use timbre_audio::{Band, Codec, Container, sniff};
use voice::{accepted, at_16_khz, fidelity_db, fixture, mixed, narrow, wide};

/// Decodes a fixture and compares: what it was, how long it is, how near it comes, and how late it may start.
fn check(
    name: &str,
    (container, codec, rate, channels): (Container, Codec, u32, u16),
    (sound, seconds): (fn(f64) -> f64, f64),
    at_least_db: f64,
    latest: usize,
) {
    let bytes = fixture(name);
    assert_eq!(sniff(&bytes), Some(container), "{name}");
    let recording = accepted(&bytes);
    let source = recording.source;
    assert_eq!(
        (source.container, source.codec, source.sample_rate, source.channels),
        (container, codec, rate, channels),
        "{name}"
    );
    let original = at_16_khz(sound, seconds);
    let length = recording.samples.len();
    assert!(length >= original.len() && length <= original.len() + 2 * latest, "{name} has {length} samples");
    let (lag, db) = (0..=latest)
        .map(|lag| (lag, fidelity_db(&recording.samples, &original, lag)))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .unwrap();
    assert!(db >= at_least_db, "{name} comes within {db:.1} dB at a lag of {lag}");
    let band = if name.contains("-8k") { Band::Telephone } else { Band::Wide };
    assert_eq!(recording.quality.band, band, "{name}");
}

#[test]
fn wav_of_every_sample_format_comes_back_as_it_was() {
    use Codec::{ALaw, Float, MuLaw, Pcm};
    for (name, codec, at_least) in [
        ("pcm-u8-8k.wav", Pcm(8), 25.0),
        ("pcm-s24-8k.wav", Pcm(24), 38.0),
        ("pcm-s32-8k.wav", Pcm(32), 38.0),
        ("float32-8k.wav", Float, 38.0),
        ("float64-8k.wav", Float, 38.0),
        ("mulaw-8k.wav", MuLaw, 32.0),
        ("alaw-8k.wav", ALaw, 32.0),
    ] {
        check(name, (Container::Wav, codec, 8_000, 1), (narrow, 0.25), at_least, 0);
    }
    check("pcm-s16-16k.wav", (Container::Wav, Pcm(16), 16_000, 1), (wide, 0.25), 70.0, 0);
    check("pcm-s16-48k.wav", (Container::Wav, Pcm(16), 48_000, 1), (wide, 0.25), 38.0, 0);
    check("pcm-s16-44k-stereo.wav", (Container::Wav, Pcm(16), 44_100, 2), (mixed, 0.25), 38.0, 0);
    check(
        "extensible-s24-8k-stereo.wav",
        (Container::Wav, Pcm(24), 8_000, 2),
        (stereo_without_hiss, 0.25),
        38.0,
        0,
    );
}

fn stereo_without_hiss(t: f64) -> f64 {
    0.75 * narrow(t)
}

#[test]
fn flac_comes_back_as_it_was() {
    check("flac-16k.flac", (Container::Flac, Codec::Flac, 16_000, 1), (wide, 1.0), 70.0, 0);
    check("flac-44k-stereo.flac", (Container::Flac, Codec::Flac, 44_100, 2), (mixed, 0.25), 38.0, 0);
}

#[test]
fn mp3_comes_back_in_time_and_recognisable() {
    check("mp3-16k.mp3", (Container::Mp3, Codec::Mp3, 16_000, 1), (wide, 1.0), 15.0, 0);
    check("mp3-44k-stereo.mp3", (Container::Mp3, Codec::Mp3, 44_100, 2), (mixed, 1.0), 15.0, 0);
}

#[test]
fn vorbis_comes_back_in_time_and_recognisable() {
    check("vorbis-16k.ogg", (Container::Ogg, Codec::Vorbis, 16_000, 1), (wide, 1.0), 10.0, 0);
    check("vorbis-48k-stereo.ogg", (Container::Ogg, Codec::Vorbis, 48_000, 2), (mixed, 1.0), 10.0, 0);
}

#[test]
fn opus_comes_back_in_time_and_recognisable_from_ogg_and_from_webm() {
    check("opus-48k.ogg", (Container::Ogg, Codec::Opus, 48_000, 1), (wide, 1.0), 10.0, 0);
    check("opus-8k.ogg", (Container::Ogg, Codec::Opus, 48_000, 1), (narrow, 1.0), 5.0, 0);
    // WebM pads the last packet with up to 20 ms.
    check("opus-48k-stereo.webm", (Container::WebM, Codec::Opus, 48_000, 2), (mixed, 1.0), 10.0, 160);
}

#[test]
fn aac_comes_back_recognisable_after_the_encoder_has_warmed_up() {
    // The encoder's delay of one frame of 1024 samples is left in: ADTS does not tell it, and the MP4 edit list that
    // does is not applied. At 44.1 kHz it is not a whole number of our samples, which costs a few dB here.
    check("aac-16k.aac", (Container::Aac, Codec::Aac, 16_000, 1), (wide, 1.0), 15.0, 1_100);
    check("aac-16k.m4a", (Container::Mp4, Codec::Aac, 16_000, 1), (wide, 1.0), 15.0, 1_100);
    check("aac-44k-stereo.m4a", (Container::Mp4, Codec::Aac, 44_100, 2), (mixed, 1.0), 10.0, 1_100);
}
