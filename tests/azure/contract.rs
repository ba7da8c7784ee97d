//! [azure-contract] Every documented operation, version and case: its status and its body, to the letter.
//!
//! A row is one call. In a body `<uuid>`, `<time>`, `<seconds>` and `<score>` stand for what differs from call to call.
//! What is ours and not documented has tests of its own, and stands in `docs/contracts/azure.md`.

mod profiles;
mod recordings;

use std::fmt;

use timbre_tests::{
    Product, Reply, Table,
    subscriber::{Base, TextDependent, V2_0, V2021, Version, azure_error},
};

const VERSIONS: [Version; 2] = [V2_0, V2021];
const NOBODY: &str = "49a36324-fc4b-4387-aa06-090cfbf0064f";

/// In which version a call was made, of which operation.
#[derive(Clone, Copy)]
struct Of<'a>(Version, &'a str);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {}", self.0, self.1)
    }
}

trait Errors {
    /// A row that turns a call down.
    fn error(&mut self, of: Of<'_>, reply: &Reply, status: u16, code: &str, message: &str);
}

impl Errors for Table {
    fn error(&mut self, of: Of<'_>, reply: &Reply, status: u16, code: &str, message: &str) {
        self.row(of, message, reply, status, &azure_error(code, message));
        // 2021-09-05 names the code in a header as well; v2.0 has no such header.
        let header = reply.headers.get("x-ms-error-code").map(|value| value.to_str().unwrap());
        if header != (of.0 == V2021).then_some(code) {
            self.note(format!("{of}: x-ms-error-code is {header:?} for {code}"));
        }
    }
}

/// A field's name in a version.
fn seconds(version: Version, name: &str) -> String {
    if version == V2_0 { name.to_owned() } else { format!("{name}InSec") }
}

/// A profile without recordings.
fn empty(version: Version, base: Base, status: &str) -> String {
    let (length, speech) =
        (seconds(version, "enrollmentsLength"), seconds(version, "enrollmentsSpeechLength"));
    let remaining = match base {
        TextDependent => r#""remainingEnrollmentsCount":3"#.to_owned(),
        _ => format!(r#""{}":20"#, seconds(version, "remainingEnrollmentsSpeechLength")),
    };
    let (updated, model) = match version {
        V2_0 => (r#""<time>""#, r#""<date>""#),
        V2021 if status == "reset" => (r#""<time>""#, "null"),
        V2021 => ("null", "null"),
    };
    let active =
        if version == V2021 && base != TextDependent { r#","profileStatus":"Inactive""# } else { "" };
    format!(
        r#"{{"profileId":"<uuid>","locale":"en-US","enrollmentStatus":"Enrolling","createdDateTime":"<time>","lastUpdatedDateTime":{updated},"enrollmentsCount":0,"{length}":0,"{speech}":0,{remaining},"modelVersion":{model}{active}}}"#
    )
}

#[test]
fn every_documented_operation_and_case_is_answered_to_the_letter() {
    let product = Product::start();
    let acme = product.subscriber("acme");
    let mut table = Table::default();
    for version in VERSIONS {
        for base in Base::ALL {
            profiles::doors(&mut table, &acme, version, base);
            profiles::create(&mut table, &acme, version, base);
            profiles::list(
                &mut table,
                &product.subscriber(&format!("lists {version:?} {base:?}")),
                version,
                base,
            );
            profiles::get_reset_delete(&mut table, &acme, version, base);
            recordings::bad_recordings(&mut table, &acme, version, base);
        }
        profiles::phrases(&mut table, &acme, version);
        recordings::text_dependent(&mut table, &acme, version);
        recordings::text_independent(&mut table, &acme, version);
        recordings::identification(&mut table, &acme, version);
    }
    recordings::full(&mut table, &product);
    recordings::busy(&mut table, &product);
    table.end();
}
