//! [clients] Each client's quick-starts, at a running server: somebody is enrolled and verified, and another voice is not.

use super::{Finding, Given};
use crate::clients::{self, Cast};
use crate::failure::{Failure, say};
use crate::server::Server;

pub(super) fn measure(given: &Given) -> Result<Finding, Failure> {
    let mut finding = Finding::default();
    let data = tempfile::tempdir()?;
    let server = Server::start(given.binary()?, data.path())?;
    let cast = Cast::gather(data.path())?;
    let all = clients::run_quick_starts(&server, &cast)?;
    for ran in &all {
        say(format_args!("  {ran}"))?;
        finding.require(ran.is_right(), ran.to_string());
    }
    finding.figure("quick_starts", all.len());
    finding.figure("right", all.iter().filter(|ran| ran.is_right()).count());
    finding.figure("most_lines", all.iter().map(|ran| ran.lines).max());
    Ok(finding)
}
