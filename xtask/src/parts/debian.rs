//! Programs that are not here yet, from Debian's packages.

use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::daemon::in_path;
use crate::failure::{Failure, note};

/// Asked by Debian's packages before they start a service: 101 is "no".
const POLICY: &str = "/usr/sbin/policy-rc.d";

/// Finds a program, after installing its package where it is absent and we may.
pub(super) fn found_or_installed<T>(package: &str, find: impl Fn() -> Option<T>) -> Result<T, Failure> {
    if let Some(found) = find() {
        return Ok(found);
    }
    let root = fs::metadata("/proc/self").is_ok_and(|this| this.uid() == 0);
    if !root || in_path("apt-get").is_none() {
        return Err(Failure::new(format!("there is no {package} here; install it")));
    }
    note(format_args!("installing Debian's {package} …"));
    let _quiet = NoServices::promise()?;
    for words in [&["update"][..], &["install", "-y", "--no-install-recommends", package]] {
        let mut apt = Command::new("apt-get");
        apt.arg("-qq").args(words).env("DEBIAN_FRONTEND", "noninteractive");
        // What it says on the way is not what this task was asked for.
        if !apt.stdin(Stdio::null()).stdout(Stdio::null()).status()?.success() {
            return Err(Failure::new(format!("`apt-get {}` fails", words.join(" "))));
        }
    }
    find().ok_or_else(|| Failure::new(format!("Debian's {package} brought no such program")))
}

/// While it lives, a package that is installed starts no service: we start our own. A policy that there is already stays.
struct NoServices {
    ours: bool,
}

impl NoServices {
    fn promise() -> Result<Self, Failure> {
        let ours = !Path::new(POLICY).exists();
        if ours {
            fs::write(POLICY, "#!/bin/sh\nexit 101\n")?;
            fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))?;
        }
        Ok(Self { ours })
    }
}

impl Drop for NoServices {
    fn drop(&mut self) {
        if self.ours {
            // Whoever removed it before us wanted the same.
            let _ = fs::remove_file(POLICY);
        }
    }
}
