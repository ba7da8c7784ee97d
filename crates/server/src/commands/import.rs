//! `timbre import`: enrols people from recordings that are at hand, as after another service has closed.
//!
//! Promises that a run that was stopped, however hard, is gone on with by running the same command again, to the same
//! result: each recording is committed by itself, together with what it is known by, and is taken once.

use std::{
    collections::{BTreeMap, HashSet},
    fs::File,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::builder::{PossibleValuesParser, TypedValueParser};
use futures_util::{StreamExt, TryStreamExt, stream};
use indicatif::{ProgressBar, ProgressStyle};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use timbre_api::azure::{Edition, MOST_IMPORTED_BYTES};
use timbre_domain::{
    ids::EnrolmentId,
    locale::Locale,
    profile::{Profile, ProfileKind, ProfileStatus},
};
use timbre_engine::{Asking, Engine, EngineError, Tenant};

use crate::{
    built::{self, Built},
    failure::{Failure, note, say},
    settings::Settings,
};

#[derive(clap::Args)]
pub struct Arguments {
    /// The tenant whose people they are.
    #[arg(long)]
    tenant: String,
    /// What the profiles are for.
    #[arg(long, value_parser = kinds())]
    kind: ProfileKind,
    #[arg(long, default_value = "en-US")]
    locale: Locale,
    /// Make voiceprints of less than 20 seconds of speech, too.
    #[arg(long)]
    ignore_min_length: bool,
    /// Where to write what became of each recording, as CSV.
    #[arg(long, default_value = "import-report.csv")]
    report: PathBuf,
    /// A folder with a folder of recordings for each person, or a CSV file with the columns `person` and `file` and, where
    /// people shall keep the ids of their profiles, `profile_id`. Files are looked for from the CSV file's folder.
    recordings: PathBuf,
}

/// The kinds of profiles, as they are named on the command line.
const KINDS: [(&str, ProfileKind); 3] = [
    ("text-dependent-verification", ProfileKind::TextDependentVerification),
    ("text-independent-verification", ProfileKind::TextIndependentVerification),
    ("text-independent-identification", ProfileKind::TextIndependentIdentification),
];

fn kinds() -> impl TypedValueParser<Value = ProfileKind> {
    PossibleValuesParser::new(KINDS.map(|(name, _)| name)).try_map(|given| {
        KINDS.into_iter().find(|(name, _)| *name == given).map(|(_, kind)| kind).ok_or("no kind of profile")
    })
}

/// Everybody's recordings, in the order in which they are enrolled.
type People = BTreeMap<String, Person>;

#[derive(Default)]
struct Person {
    profile: Option<EnrolmentId>,
    files: Vec<PathBuf>,
}

#[derive(Deserialize)]
struct Row {
    person: String,
    file: PathBuf,
    profile_id: Option<String>,
}

/// What became of a recording: a row of the report.
#[derive(Serialize)]
struct Outcome {
    person: String,
    profile_id: String,
    file: PathBuf,
    outcome: &'static str,
    reason: String,
}

const ENROLLED: &str = "enrolled";
const REFUSED: &str = "refused";

/// A claim on a profile by a run that was killed ends by itself; until then it is asked again this often.
const AGAIN: Duration = Duration::from_secs(1);

struct Import {
    engine: Engine,
    tenant: Tenant,
    kind: ProfileKind,
    locale: Locale,
    any_length: bool,
    bar: ProgressBar,
}

pub fn run(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(import(settings, arguments))
}

async fn import(settings: Settings, arguments: Arguments) -> Result<(), Failure> {
    let people = people(&arguments.recordings)?;
    // Before the work is done, not after: whether its report can be written.
    if arguments
        .report
        .canonicalize()
        .is_ok_and(|report| arguments.recordings.canonicalize().is_ok_and(|list| list == report))
    {
        return Err(Failure::at(&arguments.report, "the report would overwrite the list of recordings"));
    }
    let report = File::create(&arguments.report).map_err(|error| Failure::at(&arguments.report, error))?;
    note("loading models …");
    let Built { engine, pool, .. } = built::engine(&settings).await?;
    let recordings: usize = people.values().map(|person| person.files.len()).sum();
    note(format_args!("{} people, {recordings} recordings", people.len()));
    let import = Import {
        tenant: engine.tenant_for_operator(&arguments.tenant).await?,
        engine,
        kind: arguments.kind,
        locale: arguments.locale,
        any_length: arguments.ignore_min_length,
        bar: ProgressBar::new(recordings as u64)
            .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} recordings, {eta} left")?),
    };
    // As many people at a time as there are models to listen to them; the recordings of one person one after the other.
    let mut done: Vec<(Vec<Outcome>, ProfileStatus)> = stream::iter(people)
        .map(|(name, person)| import.person(name, person))
        .buffer_unordered(pool.workers())
        .try_collect()
        .await?;
    import.bar.finish();
    done.sort_by(|(a, _), (b, _)| a[0].person.cmp(&b[0].person));
    write(report, done.iter().flat_map(|(outcomes, _)| outcomes))?;
    let with = |status: ProfileStatus| done.iter().filter(|(_, found)| *found == status).count();
    let taken = done.iter().flat_map(|(outcomes, _)| outcomes).filter(|row| row.outcome == ENROLLED).count();
    note(format_args!("what became of each recording is in {}", arguments.report.display()));
    say(serde_json::json!({
        "people": done.len(), "recordings": recordings, "enrolled": taken, "refused": recordings - taken,
        "profiles_enrolled": with(ProfileStatus::Enrolled), "profiles_enrolling": with(ProfileStatus::Enrolling),
        "report": arguments.report,
    }))
}

impl Import {
    async fn person(&self, name: String, person: Person) -> Result<(Vec<Outcome>, ProfileStatus), Failure> {
        // The same person has the same profile in every run.
        let id = person.profile.unwrap_or_else(|| self.id_of(&name));
        let mut outcomes = Vec::with_capacity(person.files.len());
        let profile = self.profile(id).await?;
        // What this run has taken: the same recording once more is refused, one of an earlier run is not.
        let mut taken_now = HashSet::new();
        for file in person.files {
            let taken = match &profile {
                Ok(profile) => self.recording(profile, &file, &mut taken_now).await?,
                Err(reason) => Err(reason.clone()),
            };
            self.bar.inc(1);
            let (outcome, reason) = match taken {
                Ok(()) => (ENROLLED, String::new()),
                Err(reason) => (REFUSED, reason),
            };
            outcomes.push(Outcome {
                person: name.clone(),
                profile_id: id.to_string(),
                file,
                outcome,
                reason,
            });
        }
        let status = match &profile {
            Ok(profile) => self.engine.profile(&self.tenant, self.kind, profile.id).await?.status,
            Err(_) => ProfileStatus::Enrolling,
        };
        Ok((outcomes, status))
    }

    fn id_of(&self, person: &str) -> EnrolmentId {
        let digest = Sha256::new()
            .chain_update(self.tenant.id.as_bytes())
            .chain_update(self.kind.name())
            .chain_update(person)
            .finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&digest[..16]);
        EnrolmentId::from_random(id)
    }

    /// The person's profile, made if it is not there; or why there can be none.
    async fn profile(&self, id: EnrolmentId) -> Result<Result<Profile, String>, Failure> {
        if !self.kind.is_text_dependent() && !Edition::knows_free_speech_of(self.locale) {
            return Ok(Err(format!("there are no profiles of the locale {}", self.locale)));
        }
        match self.engine.create_profile_as(&self.tenant, id, self.kind, self.locale, None).await {
            Err(EngineError::ProfileTaken) => {}
            Err(
                error
                @ (EngineError::TooManyProfiles | EngineError::OptedOut | EngineError::UnknownLocale(_)),
            ) => {
                return Ok(Err(error.to_string()));
            }
            made => return Ok(Ok(made?)),
        }
        Ok(match self.engine.profile(&self.tenant, self.kind, id).await {
            Ok(known) if known.locale == self.locale => Ok(known),
            Ok(known) => Err(format!("the profile is of the locale {}", known.locale)),
            Err(EngineError::UnknownProfile) => Err("the id is another profile's".to_owned()),
            Err(error) => return Err(error.into()),
        })
    }

    /// Enrols a recording, unless an earlier run did; or says why it cannot be.
    async fn recording(
        &self,
        profile: &Profile,
        file: &Path,
        taken_now: &mut HashSet<[u8; 32]>,
    ) -> Result<Result<(), String>, Failure> {
        loop {
            // Read anew for each try, so that no second copy is held.
            let bytes = match read(file) {
                Ok(bytes) => bytes,
                Err(reason) => return Ok(Err(reason)),
            };
            let origin = self.tenant.origin_of(&bytes);
            if !taken_now.insert(origin) {
                return Ok(Err("the person has the same recording twice".to_owned()));
            }
            if self.engine.has_taken(&self.tenant, profile.id, &origin).await? {
                return Ok(Ok(()));
            }
            let asking = Asking { any_length: self.any_length, activation: None, origin: Some(origin) };
            let demands = Edition::demands_of_imports(self.kind);
            let enrolled =
                self.engine.enrol_profile(&self.tenant, self.kind, profile.id, bytes, demands, asking).await;
            return Ok(match enrolled {
                Ok(_) => Ok(()),
                Err(EngineError::ProfileBusy | EngineError::Busy(_)) => {
                    taken_now.remove(&origin);
                    tokio::time::sleep(AGAIN).await;
                    continue;
                }
                Err(
                    error @ (EngineError::Unfit(_)
                    | EngineError::ProfileFull(_)
                    | EngineError::ConsentMissing),
                ) => Err(error.to_string()),
                Err(error) => return Err(Failure::at(file, error)),
            });
        }
    }
}

/// A recording's bytes; or why there are none. What is too large is not read.
fn read(file: &Path) -> Result<Vec<u8>, String> {
    let size = std::fs::metadata(file).map_err(|error| error.to_string())?.len();
    if size > MOST_IMPORTED_BYTES as u64 {
        return Err(format!("the file is larger than {MOST_IMPORTED_BYTES} bytes"));
    }
    std::fs::read(file).map_err(|error| error.to_string())
}

/// Who is to be enrolled, from a folder of folders or a CSV file.
fn people(recordings: &Path) -> Result<People, Failure> {
    let people = if recordings.is_dir() { from_folder(recordings)? } else { from_csv(recordings)? };
    match people.is_empty() {
        true => Err(Failure::at(recordings, "there are no recordings in it")),
        false => Ok(people),
    }
}

fn from_folder(folder: &Path) -> Result<People, Failure> {
    let mut people = People::new();
    for path in sorted(folder)?.into_iter().filter(|path| path.is_dir()) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let files: Vec<PathBuf> = sorted(&path)?.into_iter().filter(|file| file.is_file()).collect();
        if !files.is_empty() {
            people.insert(name, Person { profile: None, files });
        }
    }
    Ok(people)
}

fn sorted(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).map_err(|error| Failure::at(folder, error))?;
    let mut paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>, Failure>>()?;
    paths.sort();
    Ok(paths)
}

fn from_csv(file: &Path) -> Result<People, Failure> {
    let mut people = People::new();
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).from_path(file).map_err(|e| Failure::at(file, e))?;
    for (number, row) in reader.deserialize().enumerate() {
        let Row { person: name, file: recording, profile_id } =
            row.map_err(|error| Failure::at(file, error))?;
        let profile = match profile_id.filter(|id| !id.is_empty()) {
            Some(id) => {
                // The one of all zeros stands for nobody.
                let known: Option<EnrolmentId> = id.parse().ok().filter(|id: &EnrolmentId| !id.0.is_nil());
                let wrong =
                    || Failure::at(file, format!("row {}: {id:?} is no UUID of a profile", number + 2));
                Some(known.ok_or_else(wrong)?)
            }
            None => None,
        };
        if name.is_empty() {
            return Err(Failure::at(file, format!("row {} names nobody", number + 2)));
        }
        let person = people.entry(name).or_default();
        if !person.files.is_empty() && person.profile != profile {
            return Err(Failure::at(file, format!("row {}: one person, two profile ids", number + 2)));
        }
        person.profile = profile;
        person.files.push(folder.join(recording));
    }
    let mut owners = BTreeMap::new();
    for (name, id) in people.iter().filter_map(|(name, person)| Some((name, person.profile?))) {
        if let Some(other) = owners.insert(id, name) {
            return Err(Failure::at(file, format!("{other} and {name} have one profile id, {id}")));
        }
    }
    Ok(people)
}

fn write<'a>(file: File, rows: impl Iterator<Item = &'a Outcome>) -> Result<(), Failure> {
    let mut report = csv::Writer::from_writer(file);
    for row in rows {
        report.serialize(row)?;
    }
    Ok(report.flush()?)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const ID: &str = "49a36324-fc4b-4387-aa06-090cfbf0064f";

    fn csv(text: &str) -> Result<People, Failure> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        std::fs::write(&path, text).unwrap();
        people(&path)
    }

    #[test]
    fn a_csv_file_names_people_files_and_the_ids_that_they_keep() {
        let id = ID;
        let people =
            csv(&format!("person,file,profile_id\nana,a/1.wav,{id}\nbo,b.wav,\nana,a/2.wav,{id}\n")).unwrap();
        assert_eq!(people["ana"].profile.unwrap().to_string(), id);
        assert_eq!((people["ana"].files.len(), people["bo"].profile), (2, None));
        assert!(people["bo"].files[0].is_absolute(), "files are looked for from the CSV file's folder");
    }

    #[test]
    fn a_csv_file_that_cannot_be_meant_is_refused_with_its_row() {
        for (text, complaint) in [
            ("person,file\n", "no recordings"),
            ("person,file\n,a.wav\n", "row 2 names nobody"),
            ("person,file,profile_id\nana,a.wav,17\n", "row 2: \"17\" is no UUID"),
            (&format!("person,file,profile_id\nana,a.wav,{}\n", "0".repeat(32)), "is no UUID of a profile"),
            (
                &format!("person,file,profile_id\nana,a.wav,{ID}\nbo,b.wav,{ID}\n"),
                "ana and bo have one profile id",
            ),
            ("who,file\nana,a.wav\n", "missing field `person`"),
        ] {
            let said = format!("{:?}", csv(text).err().unwrap());
            assert!(said.contains(complaint.replace('"', "\\\"").as_str()), "{said}");
        }
    }
}
