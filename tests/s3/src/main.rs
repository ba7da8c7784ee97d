//! `s3-server [FOLDER [ADDRESS]]`: the test server as a program of its own, for proofs. Prints its URL, then serves until it is
//! ended. Without a folder it keeps objects in one that goes with it.

use std::{io::Write, path::Path};

use timbre_s3_server::Server;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let address = arguments.get(1).map_or("127.0.0.1:0", String::as_str);
    let server = match arguments.first() {
        Some(folder) => Server::over(Path::new(folder), address),
        None => Server::start(),
    };
    writeln!(std::io::stdout(), "{}", server.url())?;
    server.wait();
    Ok(())
}
