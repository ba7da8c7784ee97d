//! Addresses of devices: one device has one, however it is written.

/// An address as it is kept: without regard to case, and twelve hexadecimal digits without regard to what stands between them.
pub fn address(text: &str) -> String {
    let text = text.to_ascii_lowercase();
    let digits: String = text.chars().filter(|letter| !matches!(letter, ':' | '-' | '.')).collect();
    if digits.len() != 12 || !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return text;
    }
    let pairs: Vec<_> = digits.as_bytes().chunks(2).map(String::from_utf8_lossy).collect();
    pairs.join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_however_it_is_written_and_what_is_none_stays_but_for_its_case() {
        for written in ["AA-BB-CC-DD-EE-0F", "aabb.ccdd.ee0f", "aa:bb:cc:dd:ee:0f", "AABBCCDDEE0F"] {
            assert_eq!(address(written), "aa:bb:cc:dd:ee:0f");
        }
        assert_eq!(address("My-Phone"), "my-phone");
    }
}
