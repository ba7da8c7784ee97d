//! U+0000, which JSON and URLs can say and PostgreSQL's texts cannot hold. What has one is refused where it is read, whatever the database.

/// Whether a JSON document has a string with U+0000 in it. There it can only be escaped: unescaped it is no JSON.
pub(crate) fn in_json(bytes: &[u8]) -> bool {
    const ESCAPED: &[u8] = br"\u0000";
    let escapes = |at: usize| {
        // A backslash that is itself escaped escapes nothing.
        let before = bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count();
        bytes[at..].starts_with(ESCAPED) && before % 2 == 0
    };
    bytes.iter().enumerate().any(|(at, byte)| *byte == b'\\' && escapes(at))
}

/// Whether a query has a name or a value with U+0000 in it.
pub(crate) fn in_query(query: &str) -> bool {
    query.contains("%00") || query.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zero_is_found_where_it_is_one() {
        for with in [r#"{"name": "a\u0000b"}"#, r#"["\\\u0000"]"#, r#"{"\u0000": 1}"#] {
            assert!(in_json(with.as_bytes()), "{with}");
        }
        for without in [r#"{"name": "u0000"}"#, r#"["\\u0000"]"#, r#"["\u0001", "\\"]"#, ""] {
            assert!(!in_json(without.as_bytes()), "{without}");
        }
        assert!(in_query("name=a%00b") && !in_query("name=a%2500b"));
    }
}
