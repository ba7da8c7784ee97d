//! What pages are made of beside their HTML: style sheets, scripts, pictures.
//!
//! Promises that all of it is in the program, that a browser keeps it for as long as it is the same and no longer (the address has its hash),
//! and that nothing else is served by these names.

use std::borrow::Cow;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header,
    web::{Bytes, Path},
};
use rust_embed::{EmbeddedFile, RustEmbed};
use timbre_api::shared::count_stranger;

use crate::{BASE, fault::Fault, routes::Pages};

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

pub(crate) fn routes(pages: &mut Pages) {
    pages.part("/assets/{file}", file);
}

/// The address of a file.
pub(crate) fn href(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("{BASE}/assets/{name}?v={}", version(&file)),
        None => format!("{BASE}/assets/{name}"),
    }
}

fn version(file: &EmbeddedFile) -> String {
    hex::encode(&file.metadata.sha256_hash()[..8])
}

fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    }
}

/// Nobody is asked who they are: there is nothing of anybody in these.
async fn file(request: HttpRequest, name: Path<String>) -> Result<HttpResponse, Fault> {
    count_stranger(&request).await?;
    let file = Files::get(&name).ok_or(Fault::NotFound("file"))?;
    let same = request.query_string().strip_prefix("v=") == Some(version(&file).as_str());
    let keep = if same { "public, max-age=31536000, immutable" } else { "no-cache" };
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, keep))
        .content_type(media_type(&name))
        .body(bytes))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Each file that a template names, as `asset("timbre.css")`.
    fn named() -> Vec<String> {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/templates");
        let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        let texts = files.filter(|path| path.is_file()).map(|path| std::fs::read_to_string(path).unwrap());
        let calls = |text: String| -> Vec<String> {
            let after = text.split("asset(\"").skip(1);
            after.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
        };
        texts.flat_map(calls).collect()
    }

    #[test]
    fn every_file_that_a_page_names_is_there_and_known_by_its_hash() {
        let named = named();
        assert!(named.iter().any(|name| name == "timbre.css"), "{named:?}");
        for name in named {
            assert!(href(&name).contains("?v="), "{name}");
        }
    }

    #[test]
    fn no_style_sheet_and_no_script_of_ours_asks_another_host() {
        for name in Files::iter().filter(|name| name.ends_with(".css") || name.ends_with(".js")) {
            let file = Files::get(&name).unwrap();
            let text = String::from_utf8(file.data.into_owned()).unwrap();
            // What SVG is called is no address, and this very machine is no other host.
            let text = text.replace("http://www.w3.org/2000/svg", "");
            assert!(text.split("://").skip(1).all(|host| host.starts_with("localhost")), "{name}");
        }
    }
}
