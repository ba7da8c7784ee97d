//! Writes a module for each contract: `timbre-client-generator DOCUMENTS OUTPUT`, two folders.
//!
//! It is openapi-to-rust as a library, because its command line would be built with a TLS stack that nothing here needs.

use std::{collections::BTreeSet, error::Error, fs, path::Path};

use openapi_to_rust::{CodeGenerator, GeneratorConfig, SchemaAnalyzer};

/// How the generated client is made, and how it is made here: of a transport with patience (src/calling.rs), and of no other. What may be
/// sent again is decided there, so the generated guess at it is left out: it would have calls made twice. No error's text has what came in it.
const OTHERWISE: [(&str, &str); 10] = [
    (
        "    /// Create a new HTTP client with default configuration
    pub fn new() -> Self {
        Self::with_client(reqwest::Client::new())
    }
",
        "",
    ),
    (
        "    pub fn with_client(client: reqwest::Client) -> Self {\n",
        "    pub(crate) fn with_client(http_client: ClientWithMiddleware) -> Self {\n",
    ),
    ("        let http_client = ClientBuilder::new(client).build();\n", ""),
    (
        "impl Default for HttpClient {
    fn default() -> Self {
        Self::new()
    }
}
",
        "",
    ),
    (
        "    /// Check if this transport error is retryable
    pub fn is_retryable(&self) -> bool {
        matches!(self, Self::Network(_) | Self::Middleware(_) | Self::Timeout)
    }
",
        "",
    ),
    (
        "    /// Retry guidance for the response. Mirrors the previous
    /// HttpError logic for backwards-compatible retry middleware.
    pub fn is_retryable(&self) -> bool {
        matches!(self.status, 429 | 500 | 502 | 503 | 504)
    }
",
        "",
    ),
    (
        ". Formatting the error
/// limits only the displayed body preview; the public fields
/// retain the complete response and parsing details.
",
        ". The public fields
/// retain the complete response and parsing details; no text
/// of the error has a body in it.
",
    ),
    (
        "#[derive(Debug, Clone)]
pub struct ApiError<E> {
",
        "#[derive(Clone)]
pub struct ApiError<E> {
",
    ),
    (
        r#"const API_ERROR_BODY_DISPLAY_LIMIT: usize = 500;
const API_ERROR_BODY_TRUNCATION_MARKER: &str = "... [truncated]";
fn display_api_error_body(body: &str) -> std::borrow::Cow<'_, str> {
    let Some((end, _)) = body.char_indices().nth(API_ERROR_BODY_DISPLAY_LIMIT) else {
        return std::borrow::Cow::Borrowed(body);
    };
    let mut displayed = String::with_capacity(
        end + API_ERROR_BODY_TRUNCATION_MARKER.len(),
    );
    displayed.push_str(&body[..end]);
    displayed.push_str(API_ERROR_BODY_TRUNCATION_MARKER);
    std::borrow::Cow::Owned(displayed)
}
"#,
        "",
    ),
    (
        r#"impl<E: std::fmt::Debug> std::fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "API error {}: {}", self.status, display_api_error_body(& self.body))?;
        if let Some(typed) = &self.typed {
            write!(f, "; typed: {typed:?}")?;
        }
        if let Some(parse_error) = &self.parse_error {
            write!(f, "; parse error: {parse_error}")?;
        }
        Ok(())
    }
}
"#,
        r#"impl<E: std::fmt::Debug> std::fmt::Display for ApiError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the call was turned down: {}", self.status)
    }
}
impl<E> std::fmt::Debug for ApiError<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ApiError").field("status", &self.status).finish_non_exhaustive()
    }
}
"#,
    ),
];

/// Fields that are credentials, or a recording: each is one of a struct of one contract at least, and none is printed.
const HIDDEN: [&str; 13] = [
    "access_token",
    "apikey",
    "apikeys",
    "content",
    "current",
    "new",
    "password",
    "refresh_token",
    "secret",
    "secrets",
    "subscription_key",
    "subscription_keys",
    "token",
];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [documents, output] = words.as_slice() else {
        return Err("timbre-client-generator DOCUMENTS OUTPUT".into());
    };
    let mut hidden = BTreeSet::new();
    for contract in ["admin", "azure", "biometrid", "deepaffects"] {
        let document = fs::read_to_string(Path::new(documents).join(format!("{contract}.json")))?;
        let mut analysis = SchemaAnalyzer::new(serde_json::from_str(&document)?)?.analyze()?;
        let generator = CodeGenerator::new(GeneratorConfig {
            module_name: contract.to_owned(),
            enable_sse_client: false,
            tracing_enabled: false,
            ..GeneratorConfig::default()
        })
        .with_source_provenance(format!("openapi/{contract}.json"));
        let generated = generator.generate_all(&mut analysis)?;
        let folder = Path::new(output).join(contract);
        fs::create_dir_all(&folder)?;
        for (name, text) in generator.output_artifacts(&generated) {
            // What it says of dependencies is in Cargo.toml.
            if name.extension().is_some_and(|ending| ending == "rs") {
                let text = patient(text, name == Path::new("client.rs"))?;
                fs::write(folder.join(&name), discreet(&text, &mut hidden))?;
            }
        }
    }
    match HIDDEN.iter().find(|name| !hidden.contains(**name)) {
        None => Ok(()),
        Some(name) => Err(format!("no struct has a field of this name: {name}").into()),
    }
}

/// A module in which no struct prints its hidden fields. Notes which there are.
fn discreet(text: &str, hidden: &mut BTreeSet<String>) -> String {
    let mut lines: Vec<String> = Vec::new();
    // Of the struct that is being read: where its derive stands, its name, its fields.
    let (mut derived, mut name, mut fields) = (None, None, Vec::new());
    for line in text.lines() {
        if line.starts_with("#[derive(Debug, ") {
            derived = Some(lines.len());
        } else if let Some(struct_name) = line.strip_prefix("pub struct ").and_then(|rest| rest.strip_suffix(" {")) {
            (name, fields) = (Some(struct_name), Vec::new());
        } else if let Some((field, _)) = line.strip_prefix("    pub ").and_then(|rest| rest.split_once(": ")) {
            fields.push(field);
        }
        lines.push(line.to_owned());
        if line == "}" {
            let (derive, of) = (derived.take(), name.take());
            let fields = std::mem::take(&mut fields);
            let secret = |field: &&str| HIDDEN.contains(field);
            if let (Some(at), Some(of)) = (derive, of)
                && fields.iter().any(secret)
            {
                hidden.extend(fields.iter().copied().filter(secret).map(str::to_owned));
                lines[at] = lines[at].replacen("Debug, ", "", 1);
                lines.push(format!("impl std::fmt::Debug for {of} {{"));
                lines.push("    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {".to_owned());
                lines.push(format!("        f.debug_struct(\"{of}\")"));
                let shown = fields.iter().filter(|field| !secret(field));
                lines.extend(shown.map(|field| format!("            .field(\"{field}\", &self.{field})")));
                lines.push("            .finish_non_exhaustive()\n    }\n}".to_owned());
            }
        }
    }
    lines.join("\n") + "\n"
}

fn patient(mut text: String, is_client: bool) -> Result<String, Box<dyn Error>> {
    for (plain, patient) in OTHERWISE.iter().filter(|_| is_client) {
        if text.matches(plain).count() != 1 {
            return Err(format!("openapi-to-rust writes its client otherwise than it did: {plain:?}").into());
        }
        text = text.replace(plain, patient);
    }
    Ok(text)
}
