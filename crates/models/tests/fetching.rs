//! Fetching, with made-up packages and a made-up client in place of pip and npm.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use timbre_models::{Clients, Error, Fetch, FileState, Manifest, ModelStore, Silent};

const WHEEL_MODEL: &[u8] = b"weights in a wheel";
const NPM_MODEL: &[u8] = b"weights in an npm package";

/// A manifest of two tiny packages, the packages themselves, and a store to put their files in.
struct Site {
    folder: TempDir,
    manifest: Manifest,
    store: ModelStore,
}

impl Site {
    fn new() -> Self {
        Self::promising(WHEEL_MODEL)
    }

    /// The manifest promises these bytes for the file in the wheel, whatever the wheel holds.
    fn promising(wheel_model: &[u8]) -> Self {
        let folder = TempDir::new().unwrap();
        let packages = folder.path().join("packages");
        fs::create_dir(&packages).unwrap();
        write_wheel(&packages.join("tiny-1.0-py3-none-any.whl"));
        write_tgz(&packages.join("small-2.0.0.tgz"));
        let wheel = fs::read(packages.join("tiny-1.0-py3-none-any.whl")).unwrap();
        let tgz = fs::read(packages.join("small-2.0.0.tgz")).unwrap();
        let manifest = format!(
            r#"
            [speaker]
            default = "ears"
            ensemble = ["ears"]

            [package.tiny]
            registry = "pypi"
            name = "tiny"
            version = "1.0"
            file = "tiny-1.0-py3-none-any.whl"
            size = {}
            sha256 = "{}"

            [package.small]
            registry = "npm"
            name = "small"
            version = "2.0.0"
            file = "small-2.0.0.tgz"
            size = {}
            sha256 = "{}"

            [[artefact]]
            name = "ears"
            purpose = "speaker-embedding"
            licence = "MIT"
            source = "made up"
            fetch = "default"
            [artefact.embedding]
            dimension = 2
            [artefact.embedding.front_end]
            features = "kaldi-fbank"
            sample_rate_hz = 16000
            mel_bins = 80
            low_hz = 20.0
            high_hz = 8000.0
            frame_length_ms = 25.0
            frame_shift_ms = 10.0
            pre_emphasis = 0.97
            window = "povey"
            sample_scale = 1.0
            dither = 0.0
            mean_removal = "per-utterance"
            [[artefact.file]]
            name = "model.onnx"
            package = "tiny"
            member = "tiny/data/model.onnx"
            size = {}
            sha256 = "{}"

            [[artefact]]
            name = "words"
            purpose = "spoken-code"
            licence = "MIT"
            source = "made up"
            fetch = "default"
            [[artefact.file]]
            name = "encoder.onnx"
            package = "small"
            member = "package/encoder.onnx"
            size = {}
            sha256 = "{}"
            "#,
            wheel.len(),
            sha256(&wheel),
            tgz.len(),
            sha256(&tgz),
            wheel_model.len(),
            sha256(wheel_model),
            NPM_MODEL.len(),
            sha256(NPM_MODEL),
        );
        let store = ModelStore::open(folder.path().join("store"));
        Self { manifest: Manifest::parse(&manifest).unwrap(), store, folder }
    }

    fn packages(&self) -> PathBuf {
        self.folder.path().join("packages")
    }

    fn fetch(&self) -> Fetch<'_> {
        Fetch::new(&self.manifest, &self.store)
            .with_clients(Clients { pip: vec!["/no/such/pip".into()], npm: vec!["/no/such/npm".into()] })
    }

    fn fetch_with(&self, script: &str) -> Fetch<'_> {
        let client = self.client(script);
        self.fetch().with_clients(Clients { pip: client.clone(), npm: client })
    }

    /// A client that notes its arguments in `calls` and then runs this shell script; `$PACKAGES` is the folder of
    /// packages, `$INTO` the folder it was told to fill, `$CALLS` the file of calls.
    fn client(&self, script: &str) -> Vec<String> {
        let path = self.folder.path().join("client.sh");
        let packages = self.packages();
        let calls = self.calls();
        let text = format!(
            "PACKAGES='{}'\nCALLS='{}'\necho \"$*\" >> \"$CALLS\"\n\
             while [ $# -gt 0 ]; do case \"$1\" in --dest|--pack-destination) INTO=\"$2\";; esac; shift; done\n{script}\n",
            packages.display(),
            calls.display()
        );
        fs::write(&path, text).unwrap();
        vec!["sh".into(), path.display().to_string()]
    }

    fn calls(&self) -> PathBuf {
        self.folder.path().join("calls")
    }

    fn call_lines(&self) -> Vec<String> {
        fs::read_to_string(self.calls()).unwrap_or_default().lines().map(str::to_owned).collect()
    }

    fn installed(&self) -> Vec<Vec<u8>> {
        ["ears/model.onnx", "words/encoder.onnx"]
            .iter()
            .filter_map(|file| fs::read(self.store.folder().join(file)).ok())
            .collect()
    }
}

const COPY_ALL: &str = "cp \"$PACKAGES\"/* \"$INTO\"";

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn write_wheel(path: &Path) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    let options = zip::write::SimpleFileOptions::default();
    zip.start_file("tiny/__init__.py", options).unwrap();
    zip.start_file("tiny/data/model.onnx", options).unwrap();
    zip.write_all(WHEEL_MODEL).unwrap();
    zip.finish().unwrap();
}

fn write_tgz(path: &Path) {
    let gzip = flate2::write::GzEncoder::new(fs::File::create(path).unwrap(), flate2::Compression::fast());
    let mut tar = tar::Builder::new(gzip);
    for (name, bytes) in [("package/package.json", &b"{}"[..]), ("package/encoder.onnx", NPM_MODEL)] {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        tar.append_data(&mut header, name, bytes).unwrap();
    }
    tar.into_inner().unwrap().finish().unwrap();
}

#[test]
fn a_folder_of_packages_fills_the_store_without_any_client_and_is_left_as_it_was() {
    let site = Site::new();
    let fetched = site.fetch().from_folder(Some(site.packages())).run(&mut Silent).unwrap();
    assert_eq!(fetched.installed, ["ears/model.onnx", "words/encoder.onnx"]);
    assert_eq!(site.installed(), [WHEEL_MODEL, NPM_MODEL]);
    assert!(site.store.missing(&site.manifest).is_empty());
    assert!(site.store.verify(&site.manifest).unwrap().iter().all(|line| line.state == FileState::Ok));
    assert_eq!(fs::read_dir(site.packages()).unwrap().count(), 2);
}

#[test]
fn a_folder_without_a_package_is_refused_with_the_file_and_the_command_that_fetches_it() {
    let site = Site::new();
    fs::remove_file(site.packages().join("tiny-1.0-py3-none-any.whl")).unwrap();
    let error = site.fetch().from_folder(Some(site.packages())).run(&mut Silent).unwrap_err().to_string();
    assert!(error.contains("tiny-1.0-py3-none-any.whl"), "{error}");
    assert!(error.contains("python3 -m pip download --no-deps --only-binary=:all: tiny==1.0"), "{error}");
    assert!(!error.contains("small-2.0.0.tgz"), "{error}");
    assert!(site.installed().is_empty());
}

#[test]
fn the_clients_are_asked_for_pinned_packages_and_their_downloads_do_not_stay() {
    let site = Site::new();
    site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    assert_eq!(site.installed(), [WHEEL_MODEL, NPM_MODEL]);
    let calls = site.call_lines();
    assert!(calls[0].starts_with("download --no-deps --only-binary=:all: tiny==1.0"), "{calls:?}");
    assert!(calls[1].starts_with("pack small@2.0.0"), "{calls:?}");
    assert!(!site.store.folder().join("downloads").exists());
}

#[test]
fn a_second_fetch_keeps_what_is_there_and_calls_nobody() {
    let site = Site::new();
    site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    let fetched = site.fetch().run(&mut Silent).unwrap();
    assert_eq!(fetched.kept.len(), 2);
    assert!(fetched.installed.is_empty());
}

#[test]
fn a_damaged_file_is_reported_and_the_next_fetch_replaces_it() {
    let site = Site::new();
    site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    fs::write(site.store.path("ears", "model.onnx").unwrap(), b"weights in a whale").unwrap();
    let states: Vec<_> = site.store.verify(&site.manifest).unwrap().iter().map(|line| line.state).collect();
    assert_eq!(states, [FileState::WrongChecksum, FileState::Ok]);
    let fetched = site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    assert_eq!(fetched.installed, ["ears/model.onnx"]);
    assert_eq!(site.installed(), [WHEEL_MODEL, NPM_MODEL]);
}

#[test]
fn a_file_with_another_checksum_than_promised_is_not_installed() {
    let site = Site::promising(b"weights in a whale");
    let error = site.fetch().from_folder(Some(site.packages())).run(&mut Silent).unwrap_err();
    assert!(matches!(error, Error::WrongChecksum { .. }), "{error}");
    assert!(site.installed().is_empty());
    assert_eq!(fs::read_dir(site.store.folder().join("ears")).unwrap().count(), 0, "a draft was left behind");
}

#[test]
fn a_file_larger_than_promised_is_not_unpacked() {
    let site = Site::promising(b"less");
    let error = site.fetch().from_folder(Some(site.packages())).run(&mut Silent).unwrap_err();
    assert!(matches!(error, Error::WrongSize { expected: 4, found: 18, .. }), "{error}");
    assert!(site.installed().is_empty());
}

#[test]
fn a_client_that_fails_once_is_asked_again() {
    let site = Site::new();
    let fails_first =
        format!("[ $(wc -l < \"$CALLS\") -eq 1 ] && {{ echo connection reset >&2; exit 1; }}\n{COPY_ALL}");
    site.fetch_with(&fails_first).run(&mut Silent).unwrap();
    assert_eq!(site.installed(), [WHEEL_MODEL, NPM_MODEL]);
    assert_eq!(site.call_lines().len(), 3);
}

#[test]
fn a_client_that_fails_twice_is_reported_with_its_last_words() {
    let site = Site::new();
    let error =
        site.fetch_with("echo connection reset >&2; exit 1").run(&mut Silent).unwrap_err().to_string();
    assert!(error.contains("tiny==1.0") && error.contains("connection reset"), "{error}");
    assert_eq!(site.call_lines().len(), 2);
}

#[test]
fn a_missing_client_is_named_with_what_to_install() {
    let site = Site::new();
    let error = site.fetch().run(&mut Silent).unwrap_err().to_string();
    assert!(error.contains("/no/such/pip") && error.contains("Python 3 with pip"), "{error}");
}

#[test]
fn an_interrupted_fetch_goes_on_where_it_stopped() {
    let site = Site::new();
    // The first package arrives, the second is cut off in the middle.
    let cut_off = "case \"$INTO\" in *tiny*) cp \"$PACKAGES\"/tiny* \"$INTO\";; \
                   *) head -c 20 \"$PACKAGES\"/small-2.0.0.tgz > \"$INTO\"/small-2.0.0.tgz;; esac";
    assert!(site.fetch_with(cut_off).run(&mut Silent).is_err());
    assert_eq!(site.installed(), [WHEEL_MODEL]);
    fs::remove_file(site.calls()).unwrap();

    let fetched = site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    assert_eq!(
        (fetched.kept, fetched.installed),
        (vec!["ears/model.onnx".into()], vec!["words/encoder.onnx".into()])
    );
    assert_eq!(site.call_lines().len(), 1);
}

#[test]
fn a_package_already_downloaded_whole_is_used_and_a_damaged_one_is_not() {
    let site = Site::new();
    let downloads = site.store.folder().join("downloads");
    fs::create_dir_all(&downloads).unwrap();
    fs::copy(site.packages().join("tiny-1.0-py3-none-any.whl"), downloads.join("tiny-1.0-py3-none-any.whl"))
        .unwrap();
    fs::write(downloads.join("small-2.0.0.tgz"), b"damaged").unwrap();
    site.fetch_with(COPY_ALL).run(&mut Silent).unwrap();
    assert_eq!(site.installed(), [WHEEL_MODEL, NPM_MODEL]);
    let calls = site.call_lines();
    assert_eq!(calls.len(), 1);
    assert!(calls[0].starts_with("pack small@2.0.0"));
}

#[test]
fn two_fetches_into_one_store_do_not_meet() {
    let site = Site::new();
    fs::create_dir_all(site.store.folder()).unwrap();
    let lock = fs::File::create(site.store.folder().join(".lock")).unwrap();
    lock.lock().unwrap();
    let error = site.fetch_with(COPY_ALL).run(&mut Silent).unwrap_err();
    assert!(matches!(error, Error::Busy(_)), "{error}");
}

#[test]
fn a_missing_model_says_how_to_get_it_and_a_path_never_leaves_the_store() {
    let site = Site::new();
    let error = site.store.path("ears", "model.onnx").unwrap_err().to_string();
    assert!(error.contains("cargo xtask models") && error.contains("timbre models fetch"), "{error}");
    for (artefact, file) in [("..", "model.onnx"), ("ears", "../../etc/passwd"), ("/", "etc"), ("ears", "")] {
        assert!(matches!(site.store.path(artefact, file), Err(Error::Manifest(_))), "{artefact}/{file}");
    }
}
