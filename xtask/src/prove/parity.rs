//! [parity] Our embeddings are those of the models' own reference front-end.

use std::fs;
use std::path::PathBuf;

use serde_json::{Map, Value};

use super::{Finding, Given, argument, rounded};
use crate::failure::{Failure, say};

const LEAST_COSINE: f64 = 0.9999;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let speech = given.speech()?;
    let reference = given.reference.clone().unwrap_or_else(|| speech.join("../models/parity.json"));
    let text = fs::read_to_string(&reference).map_err(|error| Failure::at(&reference, error))?;
    let reference: Value = serde_json::from_str(&text).map_err(|error| Failure::at(&reference, error))?;
    let models =
        reference["models"].as_object().ok_or_else(|| Failure::new("the reference has no models"))?;

    let mut finding = Finding::default();
    finding.require(models.len() >= 2, "the reference does not have both models");
    let mut least = Map::new();
    for (model, reference) in models {
        let vectors = reference["vectors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let names: Vec<_> = vectors.iter().filter_map(|vector| vector["file"].as_str()).collect();
        let files: Vec<PathBuf> = names.iter().map(|name| speech.join(name)).collect();
        let mut words = vec!["embed", "--model", model];
        for file in &files {
            words.push(argument(file)?);
        }
        let ours = given.timbre(&words)?;
        let mut lowest = f64::INFINITY;
        for (position, name) in names.iter().enumerate() {
            let cosine = cosine(&ours[position]["embedding"], &vectors[position]["embedding"]);
            let cosine = cosine
                .ok_or_else(|| Failure::new(format!("{model}: {name}: embeddings of different shapes")))?;
            say(format_args!("  {cosine:.7}  {model}  {name}"))?;
            lowest = lowest.min(cosine);
        }
        finding.require(!names.is_empty(), format!("{model} has no vectors in the reference"));
        finding.at_least(&format!("the least cosine of {model}"), lowest, LEAST_COSINE);
        least.insert(model.clone(), rounded(lowest, 7).into());
    }
    finding.figure("least_cosine", least);
    Ok(finding)
}

fn cosine(a: &Value, b: &Value) -> Option<f64> {
    let (a, b) = (a.as_array()?, b.as_array()?);
    if a.len() != b.len() || a.is_empty() {
        return None;
    }
    let (mut dot, mut of_a, mut of_b) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a.as_f64()?, b.as_f64()?);
        dot += a * b;
        of_a += a * a;
        of_b += b * b;
    }
    Some(dot / (of_a * of_b).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cosine_is_of_vectors_of_one_shape() {
        assert_eq!(cosine(&[3.0, 4.0].into(), &[6.0, 8.0].into()), Some(1.0));
        assert_eq!(cosine(&[1.0, 0.0].into(), &[0.0, 1.0].into()), Some(0.0));
        assert_eq!(cosine(&[1.0].into(), &[1.0, 0.0].into()), None);
        assert_eq!(cosine(&Value::Null, &[1.0].into()), None);
    }
}
