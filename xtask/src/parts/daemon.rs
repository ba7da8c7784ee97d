//! A program that serves until we end, and does not outlive us.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _, chown, fchown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::failure::Failure;

/// These programs start within seconds; a machine that takes longer than this has other troubles.
const START_LIMIT: Duration = Duration::from_secs(60);
/// How long one may take to end before it is killed.
const END_LIMIT: Duration = Duration::from_secs(10);
const PAUSE: Duration = Duration::from_millis(20);
/// How many bytes at the end of its log go into a failure.
const LOG_TAIL: usize = 2000;

/// A folder of its own, the user who works in it, and what runs there.
pub(super) struct Daemon {
    name: &'static str,
    /// The signal at which it ends at once, and leaves nothing of itself.
    ends_at: &'static str,
    child: Option<Child>,
    /// PostgreSQL does not run as root: root steps down to `nobody`.
    user: Option<(u32, u32)>,
    /// Goes last, when nobody writes into it any more.
    folder: TempDir,
}

impl Daemon {
    /// A folder for it. Nothing runs yet.
    pub(super) fn new(name: &'static str, ends_at: &'static str) -> Result<Self, Failure> {
        let folder = tempfile::Builder::new().prefix(&format!("timbre-{name}-")).tempdir()?;
        let user = match fs::metadata(folder.path())?.uid() {
            0 => Some((id("-u")?, id("-g")?)),
            _ => None,
        };
        if let Some((uid, gid)) = user {
            chown(folder.path(), Some(uid), Some(gid))?;
        }
        Ok(Self { name, ends_at, child: None, user, folder })
    }

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file that only it can read.
    pub(super) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Failure> {
        let path = self.folder.path().join(name);
        let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        file.write_all(text.as_bytes())?;
        if let Some((uid, gid)) = self.user {
            fchown(file, Some(uid), Some(gid))?;
        }
        Ok(path)
    }

    /// The program, as the user of this folder, and killed when we are: Linux sees to the latter.
    pub(super) fn command(&self, program: &Path) -> Result<Command, Failure> {
        let mut command = match (in_path("setpriv"), self.user) {
            (Some(setpriv), user) => {
                let mut command = Command::new(setpriv);
                command.args(["--pdeathsig", "KILL"]);
                if let Some((uid, gid)) = user {
                    command.args([format!("--reuid={uid}"), format!("--regid={gid}")]).arg("--clear-groups");
                }
                command.arg("--").arg(program);
                command
            }
            (None, None) => Command::new(program),
            (None, Some(_)) => return Err(Failure::new("there is no setpriv to step down from root with")),
        };
        // What the environment says of other servers is not meant for this one.
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PG")) {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        Ok(command)
    }

    /// Starts it, its log in the folder, and hands the child to whoever has something to tell it.
    pub(super) fn start(&mut self, command: &mut Command) -> Result<&mut Child, Failure> {
        let log = File::create(self.log())?;
        let child = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        Ok(self.child.insert(child))
    }

    /// Waits until it answers.
    pub(super) fn wait_until(&mut self, answers: impl Fn() -> bool) -> Result<(), Failure> {
        let began = Instant::now();
        while !answers() {
            let ended = match &mut self.child {
                Some(child) => child.try_wait()?.is_some(),
                None => true,
            };
            if ended || began.elapsed() > START_LIMIT {
                let log = fs::read(self.log()).unwrap_or_default();
                let tail = String::from_utf8_lossy(&log[log.len().saturating_sub(LOG_TAIL)..]).into_owned();
                return Err(Failure::new(format!("{} does not start; it said:\n{tail}", self.name)));
            }
            sleep(PAUSE);
        }
        Ok(())
    }

    pub(super) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let Some(child) = &mut self.child else { return };
        let (signal, id) = (format!("-{}", self.ends_at), child.id().to_string());
        // It may have ended by itself, which is as good.
        let _ = Command::new("kill").args([signal, id]).stderr(Stdio::null()).status();
        let began = Instant::now();
        while began.elapsed() < END_LIMIT && matches!(child.try_wait(), Ok(None)) {
            sleep(PAUSE);
        }
        let _ = child.kill();
        let _ = child.wait();
    }
}

/// A port of 127.0.0.1 that nobody has now.
pub(super) fn free_port() -> Result<u16, Failure> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// A password that needs no escaping anywhere.
pub(super) fn password() -> Result<String, Failure> {
    let mut random = [0; 16];
    File::open("/dev/urandom")?.read_exact(&mut random)?;
    Ok(hex::encode(random))
}

/// Where the shell would find a program.
pub(super) fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// What a program says of its version.
pub(super) fn version(program: &Path) -> Result<String, Failure> {
    let asked = Command::new(program).arg("--version").output()?;
    Ok(String::from_utf8_lossy(&asked.stdout).trim().to_owned())
}

fn id(what: &str) -> Result<u32, Failure> {
    let asked = Command::new("id").args([what, "nobody"]).output()?;
    let said = String::from_utf8_lossy(&asked.stdout).trim().parse();
    said.map_err(|_| Failure::new("there is no user `nobody` to step down to from root"))
}
