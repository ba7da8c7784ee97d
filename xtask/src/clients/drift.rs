//! Whether what is committed is what is generated, file by file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::cargo;
use crate::failure::Failure;
use crate::openapi::CONTRACTS;

/// Fails where a file is another, is missing, or is one too many, and names it.
pub(super) fn fail_on(committed: &Path, made: &Path) -> Result<(), Failure> {
    let (there, wanted) = (files(committed)?, files(made)?);
    let mut names: Vec<_> = there.keys().chain(wanted.keys()).collect();
    names.sort();
    names.dedup();
    let differing = names.into_iter().filter(|name| there.get(*name) != wanted.get(*name));
    let shown = committed.strip_prefix(cargo::root()).unwrap_or(committed);
    let differing: Vec<_> = differing.map(|name| format!("  {}", shown.join(name).display())).collect();
    match differing.is_empty() {
        true => Ok(()),
        false => Err(Failure::new(format!(
            "not as the documents are; look, and run `cargo xtask clients`:\n{}",
            differing.join("\n")
        ))),
    }
}

/// What a client was generated of, and what came of it: while these are the same, generating it again would say nothing new.
pub(super) fn mark(given: &Path, by: &[PathBuf], generated: &Path) -> Result<String, Failure> {
    let mut of = Sha256::new();
    for (name, content) in files(given)? {
        hash(&mut of, &name, &content);
    }
    for path in by {
        let content = std::fs::read(path).map_err(|error| Failure::at(path, error))?;
        hash(&mut of, Path::new(path.file_name().unwrap_or_default()), &content);
    }
    let mut made = Sha256::new();
    for (name, content) in files(generated)? {
        hash(&mut made, &name, &content);
    }
    Ok(format!("of {}\nmade {}\n", hex::encode(of.finalize()), hex::encode(made.finalize())))
}

fn hash(sum: &mut Sha256, name: &Path, content: &[u8]) {
    sum.update(format!("{}\0{}\0", name.display(), content.len()));
    sum.update(content);
}

/// Puts what was made in the place of what is there.
pub(super) fn replace(committed: &Path, made: &Path) -> Result<(), Failure> {
    let wanted = files(made)?;
    for name in files(committed)?.keys().filter(|name| !wanted.contains_key(*name)) {
        std::fs::remove_file(committed.join(name))?;
    }
    for (name, content) in wanted {
        let path = committed.join(name);
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&path, content).map_err(|error| Failure::at(&path, error))?;
    }
    Ok(())
}

/// Every file of a contract's module; what stands beside these is written by hand, and what Python leaves beside its modules is nobody's.
fn files(folder: &Path) -> Result<BTreeMap<PathBuf, Vec<u8>>, Failure> {
    let mut found = BTreeMap::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(below) = folders.pop() {
        let here = folder.join(&below);
        if !here.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&here).map_err(|error| Failure::at(&here, error))? {
            let entry = entry?;
            let name = below.join(entry.file_name());
            let of_no_contract = below.as_os_str().is_empty()
                && !CONTRACTS.iter().any(|contract| name.file_stem().is_some_and(|stem| stem == *contract));
            if of_no_contract {
                continue;
            }
            if !entry.file_type()?.is_dir() {
                found.insert(name, std::fs::read(entry.path())?);
            } else if entry.file_name() != "__pycache__" {
                folders.push(name);
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        folder
    }

    #[test]
    fn what_is_another_is_missing_or_is_too_many_is_named() {
        let committed = folder(&[
            ("azure/users.py", "old"),
            ("azure/same.py", "same"),
            ("admin.ts", ""),
            ("calling.py", "by hand"),
        ]);
        let made =
            folder(&[("azure/users.py", "new"), ("azure/same.py", "same"), ("biometrid/models.py", "")]);
        let why = fail_on(committed.path(), made.path()).unwrap_err().to_string();
        for name in ["azure/users.py", "admin.ts", "biometrid/models.py"] {
            assert!(why.contains(name), "{why}");
        }
        for name in ["same.py", "calling.py"] {
            assert!(!why.contains(name), "{why}");
        }
    }

    #[test]
    fn a_mark_changes_with_whatever_is_given_does_it_or_is_made() {
        let given = folder(&[("azure.json", "{}")]);
        let made = folder(&[("azure.ts", "one")]);
        let by = folder(&[("lock", "1")]);
        let mark = || mark(given.path(), &[by.path().join("lock")], made.path()).unwrap();
        let first = mark();
        assert_eq!(mark(), first);
        for (folder, name, content) in
            [(&given, "azure.json", "{ }"), (&by, "lock", "2"), (&made, "azure.ts", "two")]
        {
            let (path, before) = (folder.path().join(name), mark());
            std::fs::write(&path, content).unwrap();
            assert_ne!(mark(), before, "{name}");
        }
    }

    #[test]
    fn what_was_replaced_differs_no_more() {
        let committed =
            folder(&[("azure/users.py", "old"), ("azure/gone.py", ""), ("azure/__pycache__/gone.pyc", "")]);
        let made = folder(&[("azure/users.py", "new"), ("azure/voices.py", "")]);
        replace(committed.path(), made.path()).unwrap();
        fail_on(committed.path(), made.path()).unwrap();
        assert!(!committed.path().join("azure/gone.py").exists());
    }
}
