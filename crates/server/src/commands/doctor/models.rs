//! The models and the library that runs them.

use timbre_engine::Finding;
use timbre_inference::runtime::Runtime;
use timbre_models::{FileState, Manifest, ModelStore};

use crate::{built, failure::Failure, settings::Settings};

const PART: &str = "models";
const FETCH: &str = "run `timbre models fetch`";

pub fn findings(settings: &Settings) -> Vec<Finding> {
    let store = match ModelStore::open_default() {
        Ok(store) => store,
        Err(error) => return vec![Finding::fail(PART, error.to_string(), "set TIMBRE_MODELS_DIR")],
    };
    let installed =
        installed(&store).unwrap_or_else(|failure| Finding::fail(PART, failure.to_string(), FETCH));
    let runtime = match Runtime::load(&store) {
        Ok(_) => Finding::ok("runtime", "ONNX Runtime loads"),
        Err(error) => Finding::fail("runtime", error.to_string(), FETCH),
    };
    let scores = match built::speakers(settings) {
        Ok(_) => Finding::ok("calibration", "it is of the active models"),
        Err(failure) => Finding::fail(
            "calibration",
            failure.to_string(),
            "run `timbre calibrate`, or empty speaker.calibration",
        ),
    };
    let mut findings = vec![installed, runtime, scores];
    if let Err(failure) = built::evaluation(settings) {
        let advice = "run `timbre evaluate --summary`, or empty speaker.evaluation";
        findings.push(Finding::fail("evaluation", failure.to_string(), advice));
    }
    findings
}

fn installed(store: &ModelStore) -> Result<Finding, Failure> {
    let manifest = Manifest::builtin()?;
    let missing: Vec<_> = store.missing(&manifest).iter().map(|artefact| artefact.name.clone()).collect();
    let folder = store.folder().display();
    if !missing.is_empty() {
        return Ok(Finding::fail(PART, format!("not installed in {folder}: {}", missing.join(", ")), FETCH));
    }
    let verified = store.verify(&manifest)?;
    let wrong: Vec<_> = verified
        .iter()
        .filter(|found| found.state == FileState::WrongChecksum)
        .map(|found| format!("{}/{}", found.artefact.name, found.file.name))
        .collect();
    match wrong.is_empty() {
        true => Ok(Finding::ok(PART, format!("all in {folder} have their sha256"))),
        false => Ok(Finding::fail(
            PART,
            format!("not what they should be in {folder}: {}", wrong.join(", ")),
            FETCH,
        )),
    }
}
