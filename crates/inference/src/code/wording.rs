//! How a recogniser writes a code: the tokens before, of, between and after the digits.
//!
//! Promises every way of writing a code that the language's spellings allow, without mixing spellings freely: a
//! person who says "meia" for six says it every time.

use super::language::Language;
use crate::recogniser::Envelope;
use crate::recogniser::tokens::Tokens;

/// The tokens of one language under one recogniser.
pub(super) struct Wording {
    /// What every sequence starts with.
    pub(super) prompt: Vec<i64>,
    /// The spellings of each digit.
    words: Vec<Vec<Vec<i64>>>,
    /// Between two digits.
    pub(super) separator: i64,
    /// What may follow the last digit: a full stop, the end of the text.
    pub(super) ends: [i64; 2],
}

/// A code as tokens. `starts[i]` is where digit `i` begins.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Written {
    pub(super) tokens: Vec<i64>,
    pub(super) starts: Vec<usize>,
}

impl Wording {
    pub(super) fn new(tokens: &Tokens, language: &Language, envelope: Envelope) -> Result<Self, String> {
        let unknown = |text: &str| format!("the recogniser has no tokens for {text:?}");
        let spellings = |words: &Vec<String>| {
            words.iter().map(|word| tokens.word(word.trim()).ok_or_else(|| unknown(word))).collect()
        };
        let words = language.words.iter().map(spellings).collect::<Result<Vec<Vec<_>>, _>>()?;
        let mark = |text: &str| tokens.exactly(text).ok_or_else(|| unknown(text));
        Ok(Self { prompt: envelope.prompt, words, separator: mark(",")?, ends: [mark(".")?, envelope.end] })
    }

    /// The code with each digit in its `choice`-th spelling, or its last where it has fewer.
    pub(super) fn write(&self, code: &[u8], choice: usize) -> Written {
        let mut written = Written { tokens: Vec::new(), starts: Vec::new() };
        for digit in code {
            if !written.starts.is_empty() {
                written.tokens.push(self.separator);
            }
            written.starts.push(written.tokens.len());
            if let Some(spelling) = self.spellings(*digit).get(choice).or(self.spellings(*digit).last()) {
                written.tokens.extend(spelling);
            }
        }
        written
    }

    /// All writings of a code, each once.
    pub(super) fn writings(&self, code: &[u8]) -> Vec<Written> {
        let choices = code.iter().map(|digit| self.spellings(*digit).len()).max().unwrap_or(0);
        let mut writings: Vec<Written> = (0..choices).map(|choice| self.write(code, choice)).collect();
        writings.dedup();
        writings
    }

    /// The first tokens of a digit's spellings.
    pub(super) fn first_tokens(&self, digit: u8) -> impl Iterator<Item = i64> {
        self.spellings(digit).iter().filter_map(|spelling| spelling.first().copied())
    }

    fn spellings(&self, digit: u8) -> &[Vec<i64>] {
        self.words.get(usize::from(digit)).map_or(&[], Vec::as_slice)
    }
}
