//! Writes a module for each contract: `timbre-client-generator DOCUMENTS OUTPUT`, two folders.
//!
//! It is openapi-to-rust as a library, because its command line would be built with a TLS stack that nothing here needs.

use std::{error::Error, fs, path::Path};

use openapi_to_rust::{CodeGenerator, GeneratorConfig, SchemaAnalyzer};

/// How the generated client is made, and how it is made here: of a transport with patience (src/calling.rs), and of no other. What may be
/// sent again is decided there, so the generated guess at it is left out: it would have calls made twice.
const OTHERWISE: [(&str, &str); 6] = [
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
];

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [documents, output] = words.as_slice() else {
        return Err("timbre-client-generator DOCUMENTS OUTPUT".into());
    };
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
                fs::write(folder.join(&name), patient(text, name == Path::new("client.rs"))?)?;
            }
        }
    }
    Ok(())
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
