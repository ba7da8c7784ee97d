//! What a killed server leaves on the disk, and what housekeeping makes of it.
//!
//! The database is only read, by Python's own SQLite: the product's tables are looked at from outside.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::Value;

use super::number;
use crate::failure::Failure;

/// Housekeeping leaves files alone that are younger than an hour: they may be under way.
const OLD: Duration = Duration::from_secs(2 * 3600);
/// The first sweep begins with the server, which the proof has look through the objects at each start.
const SWEEP_LIMIT: Duration = Duration::from_secs(20);
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Prints what is registered; ids are kept as bytes or as text.
const LOOK: &str = r#"
import json, sqlite3, sys
db = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
plain = lambda id: id.hex() if isinstance(id, bytes) else id.replace("-", "")
objects = [plain(row[0]) for row in db.execute("SELECT id FROM objects")]
samples = [row[0] for row in db.execute(
    "SELECT count(s.id) FROM enrolments e LEFT JOIN samples s ON s.enrolment_id = e.id GROUP BY e.id")]
print(json.dumps({"objects": objects, "enrolments": len(samples), "odd": sum(n != 3 for n in samples)}))
"#;

/// The data folder, as found.
pub(super) struct Disk {
    /// Files that belong to nothing.
    pub(super) stray: usize,
    /// Registered objects that are not there.
    pub(super) missing: usize,
    pub(super) enrolments: u64,
    /// Enrolments that do not have exactly the samples that they were made of.
    pub(super) odd_enrolments: u64,
}

impl Disk {
    /// Looks until nothing is stray any more, or the sweep has had its time.
    pub(super) fn settled(data: &Path) -> Result<Self, Failure> {
        let start = Instant::now();
        loop {
            let found = Self::look(data)?;
            if found.stray == 0 || start.elapsed() > SWEEP_LIMIT {
                return Ok(found);
            }
            thread::sleep(LOOK_EVERY);
        }
    }

    fn look(data: &Path) -> Result<Self, Failure> {
        let asked = Command::new("python3").args(["-c", LOOK]).arg(data.join("timbre.db")).output()?;
        if !asked.status.success() {
            return Err(Failure::new(format!(
                "the database cannot be read: {}",
                String::from_utf8_lossy(&asked.stderr)
            )));
        }
        let seen: Value = serde_json::from_slice(&asked.stdout)?;
        let mut registered: Vec<String> = seen["objects"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|id| id.as_str().map(str::to_owned))
            .collect();
        registered.sort();
        let files: Vec<String> = files(&data.join("objects"))?.iter().map(|path| plain_id(path)).collect();
        Ok(Self {
            stray: files.iter().filter(|id| registered.binary_search(id).is_err()).count(),
            missing: registered.iter().filter(|id| !files.contains(id)).count(),
            enrolments: number(&seen, "enrolments")? as u64,
            odd_enrolments: number(&seen, "odd")? as u64,
        })
    }
}

/// Puts there what a kill leaves at the worst moments: an object that no row names, and one that is
/// only half written. Says how many files are stray now, with those that the kill itself left.
pub(super) fn plant(data: &Path) -> Result<usize, Failure> {
    let found = files(&data.join("objects"))?;
    let object = found
        .iter()
        .find(|path| path.extension().is_some_and(|ending| ending == "sealed"))
        .ok_or_else(|| Failure::new("no recording was kept"))?;
    let name = object.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (id, ending) = name.split_at(name.len() - ".sealed".len());
    // Another id in the same folder: the last digit is changed, the first two stay.
    let last = if id.ends_with('0') { '1' } else { '0' };
    let unnamed = format!("{}{last}{ending}", &id[..id.len() - 1]);
    fs::copy(object, object.with_file_name(unnamed))?;
    fs::write(object.with_file_name(format!(".{name}.0123456789abcdef.partial")), b"half")?;
    Ok(Disk::look(data)?.stray)
}

/// Makes all files two hours older, instead of waiting that long.
pub(super) fn age(data: &Path) -> Result<(), Failure> {
    let Some(then) = SystemTime::now().checked_sub(OLD) else { return Ok(()) };
    for path in files(&data.join("objects"))? {
        File::options().write(true).open(&path)?.set_modified(then)?;
    }
    Ok(())
}

/// The id in an object's name; a partial file's name is none, and so it is stray.
fn plain_id(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    match name.strip_suffix(".sealed") {
        Some(id) if !name.starts_with('.') => id.replace('-', ""),
        _ => name.into_owned(),
    }
}

/// Every file below a folder.
fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| Failure::at(&folder, error))? {
            let path = entry?.path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push(path),
            }
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_is_known_by_its_id_and_a_partial_file_by_none() {
        let id = plain_id(Path::new("a/0f/0f1e2d3c-0000-4000-8000-00000000000a.sealed"));
        assert_eq!(id, "0f1e2d3c00004000800000000000000a");
        assert!(plain_id(Path::new(".0f1e2d3c.sealed.01.partial")).ends_with(".partial"));
    }
}
