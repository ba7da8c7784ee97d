//! The digit code that a person is asked to speak.

use zeroize::Zeroize;

/// Four to ten decimal digits. Deliberately without `Debug` and `Display`: a code is half of what
/// lets a sample count, so it must not slip into a log line.
#[derive(Clone, PartialEq, Eq, Zeroize)]
pub struct Code(Vec<u8>);

/// The shortest and the longest code that may be configured.
pub const CODE_LENGTHS: std::ops::RangeInclusive<u8> = 4..=10;

impl Code {
    /// Draws a code of different digits, uniformly, from the caller's random bytes.
    ///
    /// Digits are not repeated because a repeated digit tells a recogniser (and a voice model)
    /// less than a new one. Four different digits leave 5,040 codes. Bytes of 250 and above are
    /// skipped so that every digit is equally likely; `None` means that the bytes ran out.
    pub fn draw(length: u8, random: &[u8]) -> Option<Self> {
        let mut left: Vec<u8> = (0..10).collect();
        let mut digits = Vec::with_capacity(length.into());
        let mut bytes = random.iter();
        while digits.len() < usize::from(length) {
            let byte = *bytes.next()?;
            let choices = left.len() as u8;
            let fair = u8::MAX - (u8::MAX % choices + 1) % choices;
            if byte <= fair {
                digits.push(left.remove(usize::from(byte % choices)));
            }
        }
        Some(Self(digits))
    }

    /// Reads a code as it is written (`"0653"`).
    pub fn parse(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = text.bytes().map(|b| b.is_ascii_digit().then(|| b - b'0')).collect();
        digits.filter(|d| CODE_LENGTHS.contains(&(d.len() as u8))).map(Self)
    }

    /// The digits, each 0 to 9.
    pub fn digits(&self) -> &[u8] {
        &self.0
    }

    /// The code as it is shown to the person who is to speak it. For replies, never for logs.
    pub fn shown(&self) -> String {
        self.0.iter().map(|d| char::from(b'0' + d)).collect()
    }
}

impl Drop for Code {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_drawn_code_has_the_asked_number_of_different_digits(
            random in proptest::collection::vec(any::<u8>(), 64), length in 4u8..=10
        ) {
            if let Some(code) = Code::draw(length, &random) {
                let mut digits = code.digits().to_vec();
                prop_assert_eq!(digits.len(), usize::from(length));
                digits.sort_unstable();
                digits.dedup();
                prop_assert_eq!(digits.len(), usize::from(length));
                prop_assert!(digits.iter().all(|d| *d < 10));
            }
        }
    }

    #[test]
    fn every_first_digit_is_equally_likely() {
        let mut counts = [0; 10];
        for first in 0..=255u8 {
            if let Some(code) = Code::draw(4, &[first, 0, 0, 0]) {
                counts[usize::from(code.digits()[0])] += 1;
            }
        }
        // Bytes above the fair range are skipped, and then too few are left: no code at all.
        assert_eq!(counts, [25; 10]);
    }

    #[test]
    fn too_few_random_bytes_make_no_code() {
        assert!(Code::draw(4, &[1, 2, 3]).is_none());
    }

    #[test]
    fn a_code_reads_back_as_it_was_shown() {
        assert_eq!(Code::parse("0653").unwrap().shown(), "0653");
        assert!(Code::parse("06a3").is_none());
        assert!(Code::parse("065").is_none());
    }
}
