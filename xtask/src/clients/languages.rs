//! Each client's language: how its code is generated, built, tested and run. What that needs is fetched once, below target/clients.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::documents::{self, Says};
use super::{committed, drift, workshop};
use crate::cargo::{self, cargo};
use crate::failure::Failure;
use crate::test::must_be_whole;

/// This file: how a generator is run decides what it makes.
const HERE: &str = "xtask/src/clients/languages.rs";

/// A client.
pub(super) struct Language {
    pub(super) name: &'static str,
    /// Its folder below openapi/clients.
    pub(super) folder: &'static str,
    /// Where in there each contract's generated module is.
    generated: &'static str,
    says: Says,
    /// The files in its folder that decide what is generated, beside the documents: the generator, its version, its settings.
    by: &'static [&'static str],
    /// Brings what the others need.
    bring: fn() -> Result<(), Failure>,
    /// Writes the generated code: of the documents in one folder, into another.
    write: fn(&Path, &Path) -> Result<(), Failure>,
    build: fn() -> Result<(), Failure>,
    /// Builds it, checks its types and runs its own tests.
    test: fn() -> Result<(), Failure>,
    /// A built quick-start, less its arguments.
    pub(super) quick_start: fn(&str) -> Command,
}

pub(super) static LANGUAGES: [&Language; 3] = [&TYPESCRIPT, &PYTHON, &RUST];

impl Language {
    /// Brings what the others need.
    pub(super) fn bring(&self) -> Result<(), Failure> {
        (self.bring)()
    }

    /// Generates its code anew, and puts it where it is committed.
    pub(super) fn generate(&self) -> Result<(), Failure> {
        let given = self.given()?;
        drift::replace(&self.committed(), &self.made(&given)?)?;
        Ok(std::fs::write(self.marked(), self.mark(&given)?)?)
    }

    /// Fails where what is committed is not what is generated, and names it; and where the mark is of another state. Where it is of this one,
    /// nothing is generated, unless nothing may be taken on trust.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let given = self.given()?;
        let marked = std::fs::read_to_string(self.marked()).unwrap_or_default() == self.mark(&given)?;
        if marked && !must_be_whole() {
            return Ok(());
        }
        drift::fail_on(&self.committed(), &self.made(&given)?)?;
        match marked {
            true => Ok(()),
            false => Err(Failure::at(&self.marked(), "of another state; run `cargo xtask clients`")),
        }
    }

    /// The documents, as its generator is given them.
    fn given(&self) -> Result<PathBuf, Failure> {
        let given = workshop("documents").join(self.folder);
        documents::write(self.says, &given)?;
        Ok(given)
    }

    fn made(&self, given: &Path) -> Result<PathBuf, Failure> {
        (self.bring)()?;
        let made = workshop("generated").join(self.folder);
        if made.exists() {
            std::fs::remove_dir_all(&made)?;
        }
        std::fs::create_dir_all(&made)?;
        (self.write)(given, &made)?;
        Ok(made)
    }

    /// Where the generated modules are committed.
    fn committed(&self) -> PathBuf {
        committed(self.folder).join(self.generated)
    }

    /// Where it is written down what they were made of.
    fn marked(&self) -> PathBuf {
        committed(self.folder).join("generated.sha256")
    }

    fn mark(&self, given: &Path) -> Result<String, Failure> {
        drift::mark(given, &self.decides(), &self.committed())
    }

    /// All that decides what is generated, beside the documents.
    fn decides(&self) -> Vec<PathBuf> {
        let own = self.by.iter().map(|file| committed(self.folder).join(file));
        own.chain([cargo::root().join(HERE)]).collect()
    }

    /// Builds it.
    pub(super) fn build(&self) -> Result<(), Failure> {
        (self.bring)()?;
        (self.build)()
    }

    /// Builds it, checks its types and runs its own tests.
    pub(super) fn test(&self) -> Result<(), Failure> {
        self.build()?;
        (self.test)()
    }
}

static TYPESCRIPT: Language = Language {
    name: "TypeScript",
    folder: "typescript",
    generated: "src/generated",
    says: Says::All,
    by: &["generate.js", "package.json", "package-lock.json"],
    // Modules are looked for upwards from a file, so all of it is built beside what npm fetched.
    bring: || {
        let (from, to) = (committed("typescript"), workshop("typescript"));
        for folder in ["src", "quickstart", "tests", "dist"] {
            let folder = to.join(folder);
            if folder.exists() {
                std::fs::remove_dir_all(folder)?;
            }
        }
        copy(&from, &to)?;
        npm_packages(&from, &to)
    },
    write: |documents, made| {
        run(Command::new("node")
            .arg("generate.js")
            .args([documents, made])
            .current_dir(workshop("typescript")))
    },
    build: || {
        let mut tsc = Command::new("node");
        run(tsc.arg("node_modules/typescript/bin/tsc").current_dir(workshop("typescript")))
    },
    test: || run(Command::new("npm").args(["test", "--silent"]).current_dir(workshop("typescript"))),
    quick_start: |contract| {
        let mut node = Command::new("node");
        node.arg(workshop("typescript").join(format!("dist/quickstart/{contract}.js")));
        node
    },
};

static PYTHON: Language = Language {
    name: "Python",
    folder: "python",
    generated: "timbre_client",
    says: Says::FunctionsThatRaise,
    by: &["generate.py", "generator.yml", "requirements.txt"],
    bring: || {
        let (wanted, folder) = (committed("python").join("requirements.txt"), workshop("python"));
        once(&wanted, &folder.join("installed"), || {
            let mut pip = Command::new("python3");
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--upgrade"]);
            pip.args([
                "--no-warn-conflicts",
                "--root-user-action=ignore",
                "--require-hashes",
                "--only-binary=:all:",
            ]);
            run(pip.arg("--target").arg(&folder).arg("--requirement").arg(&wanted))
        })
    },
    write: |documents, made| {
        run(python().arg(committed("python").join("generate.py")).args([documents, made]))
    },
    build: || run(python().args(["-c", "import timbre_client"])),
    test: || {
        let cache = workshop("python").join("mypy-cache");
        run(python().args(["-m", "mypy", "--cache-dir"]).arg(cache).current_dir(committed("python")))?;
        let discover = ["-m", "unittest", "discover", "--quiet", "--start-directory", "tests"];
        run(python().args(discover).current_dir(committed("python")))
    },
    quick_start: |contract| {
        let mut python = python();
        python.arg(committed("python").join(format!("quickstart/{contract}.py")));
        python
    },
};

static RUST: Language = Language {
    name: "Rust",
    folder: "rust",
    generated: "src/generated",
    says: Says::Functions,
    by: &["Cargo.lock", "generator/Cargo.toml", "generator/src/main.rs"],
    bring: || Ok(()),
    write: |documents, made| {
        let mut generator =
            own_cargo(&["run", "--quiet", "--locked", "--package", "timbre-client-generator", "--"]);
        run(generator.args([documents, made]))
    },
    build: || run(&mut own_cargo(&["build", "--quiet", "--locked", "--examples"])),
    test: || {
        run(&mut own_cargo(&["fmt", "--all", "--check"]))?;
        run(&mut own_cargo(&["test", "--quiet", "--locked"]))
    },
    quick_start: |contract| Command::new(workshop("rust").join("debug/examples").join(contract)),
};

/// Brings the packages that a folder's package-lock.json names, once, beside its copy in another folder.
pub(crate) fn npm_packages(from: &Path, to: &Path) -> Result<(), Failure> {
    once(&from.join("package-lock.json"), &to.join("installed"), || {
        let mut npm = Command::new("npm");
        npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]).current_dir(to);
        run(&mut npm)
    })
}

/// Python with the client and what it stands on.
fn python() -> Command {
    let packages = workshop("python");
    let mut paths = vec![packages.join("bin")];
    paths.extend(std::env::var_os("PATH").iter().flat_map(std::env::split_paths));
    let mut python = Command::new("python3");
    if let (Ok(modules), Ok(programs)) =
        (std::env::join_paths([committed("python"), packages]), std::env::join_paths(paths))
    {
        python.env("PYTHONPATH", modules).env("PATH", programs);
    }
    python.env("PYTHONDONTWRITEBYTECODE", "1").env("RUFF_NO_CACHE", "true");
    python
}

/// Cargo in the client's own workspace, where nothing of the server is built.
fn own_cargo(words: &[&str]) -> Command {
    let mut command = cargo();
    command.args(words).current_dir(committed("rust")).env("CARGO_TARGET_DIR", workshop("rust"));
    command
}

/// Does something unless it was done with this file as it is.
fn once(file: &Path, marked: &Path, does: impl FnOnce() -> Result<(), Failure>) -> Result<(), Failure> {
    let wanted = std::fs::read(file).map_err(|error| Failure::at(file, error))?;
    if std::fs::read(marked).is_ok_and(|done| done == wanted) {
        return Ok(());
    }
    does()?;
    Ok(std::fs::write(marked, wanted)?)
}

/// Copies what is in a folder, but for what npm and the compiler put there.
fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from).map_err(|error| Failure::at(from, error))? {
        let entry = entry?;
        let name = entry.file_name();
        match entry.file_type()?.is_dir() {
            true if name == "node_modules" || name == "dist" => {}
            true => copy(&entry.path(), &to.join(name))?,
            false => {
                std::fs::copy(entry.path(), to.join(name))?;
            }
        }
    }
    Ok(())
}

/// Runs a program to its end; what it says is shown where it fails.
fn run(command: &mut Command) -> Result<(), Failure> {
    let ran = command
        .stdin(Stdio::null())
        .output()
        .map_err(|error| Failure::at(Path::new(command.get_program()), error))?;
    if ran.status.success() {
        return Ok(());
    }
    let said = [ran.stdout, ran.stderr].concat();
    let words: Vec<_> = command.get_args().map(|argument| argument.to_string_lossy()).collect();
    let program = Path::new(command.get_program()).display();
    Err(Failure::new(format!("`{program} {}` fails:\n{}", words.join(" "), String::from_utf8_lossy(&said))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn whatever_generates_decides_and_this_file_does() {
        for language in LANGUAGES {
            let decides = language.decides();
            assert!(decides.iter().all(|path| path.is_file()), "{decides:?}");
            assert!(decides.iter().any(|path| path.ends_with(HERE)), "{decides:?}");
            for entry in std::fs::read_dir(committed(language.folder)).unwrap() {
                let path = entry.unwrap().path();
                let generates = path.file_name().unwrap().to_string_lossy().starts_with("generat");
                let known = path == language.marked() || decides.iter().any(|file| file.starts_with(&path));
                assert!(known || !generates, "{}", path.display());
            }
        }
    }
}
