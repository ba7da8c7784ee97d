//! The tokens of a few given words.
//!
//! Promises the tokens that the recogniser's own tokeniser gives for plain words: byte-level pair merging by
//! `tokenizer.json` (Whisper), merging by rank in the vocabulary (Moonshine's sentencepiece model, shipped as a list of
//! length-prefixed pieces). Nothing here turns tokens back into text.

use std::collections::HashMap;

use serde::Deserialize;

/// A tokeniser for words.
pub(crate) struct Tokens {
    vocabulary: HashMap<Vec<u8>, i64>,
    merging: Merging,
}

enum Merging {
    /// Pairs of pieces in the order in which they are merged.
    Pairs(HashMap<(Vec<u8>, Vec<u8>), usize>),
    /// Whatever joins to a piece of the vocabulary, lowest number first.
    Vocabulary,
}

/// What a word starts with in sentencepiece's vocabulary: U+2581 in UTF-8.
const WORD_START: &[u8] = "\u{2581}".as_bytes();

/// Pieces 3 to 258 of Moonshine's list are the raw bytes, used only for what cannot be spelled otherwise.
const FIRST_REAL_PIECE: i64 = 259;

#[derive(Deserialize)]
struct TokenizerFile {
    model: PairModel,
    added_tokens: Vec<AddedToken>,
}

#[derive(Deserialize)]
struct PairModel {
    vocab: HashMap<String, i64>,
    merges: Vec<Pair>,
}

/// Written as "a b" by older, as ["a", "b"] by newer tokenisers.
#[derive(Deserialize)]
#[serde(untagged)]
enum Pair {
    Joined(String),
    Apart(String, String),
}

#[derive(Deserialize)]
struct AddedToken {
    id: i64,
    content: String,
}

impl Tokens {
    /// From Whisper's `tokenizer.json`.
    pub(crate) fn from_json(file: &[u8]) -> Result<Self, String> {
        let file: TokenizerFile = serde_json::from_slice(file).map_err(|error| error.to_string())?;
        let bytes = |text: &str| text.chars().map(byte_of).collect::<Option<Vec<u8>>>();
        let mut vocabulary: HashMap<_, _> =
            file.model.vocab.iter().filter_map(|(text, id)| Some((bytes(text)?, *id))).collect();
        vocabulary.extend(file.added_tokens.into_iter().map(|token| (token.content.into_bytes(), token.id)));
        let pair = |pair: &Pair| match pair {
            Pair::Joined(joined) => joined.split_once(' ').and_then(|(a, b)| Some((bytes(a)?, bytes(b)?))),
            Pair::Apart(a, b) => Some((bytes(a)?, bytes(b)?)),
        };
        let merges = file.model.merges.iter().enumerate();
        let pairs = merges.filter_map(|(rank, text)| Some((pair(text)?, rank))).collect();
        Ok(Self { vocabulary, merging: Merging::Pairs(pairs) })
    }

    /// From Moonshine's `tokenizer.bin`: pieces in order, each behind its length (two bytes from 128 on, low seven
    /// bits first), empty ones without text.
    pub(crate) fn from_pieces(mut file: &[u8]) -> Result<Self, String> {
        let mut vocabulary = HashMap::new();
        let mut id = 0;
        while let Some((&first, rest)) = file.split_first() {
            let (length, rest) = match rest.split_first() {
                Some((&high, rest)) if first >= 128 => {
                    (usize::from(first) - 128 + usize::from(high) * 128, rest)
                }
                _ => (usize::from(first), rest),
            };
            let (piece, rest) = rest.split_at_checked(length).ok_or("the list of pieces is cut short")?;
            if id >= FIRST_REAL_PIECE && !piece.is_empty() {
                vocabulary.entry(piece.to_vec()).or_insert(id);
            }
            (id, file) = (id + 1, rest);
        }
        Ok(Self { vocabulary, merging: Merging::Vocabulary })
    }

    /// The token that is written exactly so, as `<|pt|>` or `,`.
    pub(crate) fn exactly(&self, text: &str) -> Option<i64> {
        self.vocabulary.get(text.as_bytes()).copied()
    }

    /// The tokens of a word as it stands inside a sentence, with a space before it.
    pub(crate) fn word(&self, word: &str) -> Option<Vec<i64>> {
        let mut pieces: Vec<Vec<u8>> = match self.merging {
            Merging::Pairs(_) => format!(" {word}").bytes().map(|byte| vec![byte]).collect(),
            Merging::Vocabulary => std::iter::once(WORD_START.to_vec())
                .chain(word.chars().map(|letter| letter.to_string().into_bytes()))
                .collect(),
        };
        while let Some((_, at)) =
            pieces.windows(2).enumerate().filter_map(|(at, two)| Some((self.rank(two)?, at))).min()
        {
            let second = pieces.remove(at + 1);
            pieces[at].extend(second);
        }
        pieces.iter().map(|piece| self.vocabulary.get(piece).copied()).collect()
    }

    fn rank(&self, two: &[Vec<u8>]) -> Option<usize> {
        let [first, second] = two else { return None };
        match &self.merging {
            Merging::Pairs(pairs) => pairs.get(&(first.clone(), second.clone())).copied(),
            Merging::Vocabulary => self
                .vocabulary
                .get(&[first.as_slice(), second].concat())
                .and_then(|id| usize::try_from(*id).ok()),
        }
    }
}

/// The byte that a letter of a byte-level vocabulary stands for: printable Latin-1 stands for itself, the 68 others
/// are numbered from U+0100 (GPT-2's `bytes_to_unicode`).
fn byte_of(letter: char) -> Option<u8> {
    let plain = |byte: &u8| matches!(byte, 33..=126 | 161..=172 | 174..=255);
    match u32::from(letter) {
        code @ 0..=255 => u8::try_from(code).ok().filter(plain),
        code => (0..=255u8).filter(|byte| !plain(byte)).nth((code - 256) as usize),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn letters_of_the_byte_alphabet_stand_for_their_bytes() {
        assert_eq!(byte_of('a'), Some(b'a'));
        assert_eq!(byte_of('\u{120}'), Some(b' '));
        assert_eq!(byte_of('\u{c3}'), Some(0xc3));
        assert_eq!(byte_of('\u{100}'), Some(0));
        assert_eq!(byte_of('\u{2581}'), None);
        assert_eq!((0..0x200).filter_map(char::from_u32).filter_map(byte_of).count(), 256);
    }

    #[test]
    fn pairs_are_merged_in_their_order() {
        let file = r#"{"model": {"vocab": {"Ġ": 1, "s": 2, "i": 3, "Ġs": 4, "si": 5, "Ġsi": 6}, "merges": ["Ġ s", ["Ġs", "i"]]},
            "added_tokens": [{"id": 9, "content": "<|pt|>", "special": true}]}"#;
        let tokens = Tokens::from_json(file.as_bytes()).unwrap();
        assert_eq!(tokens.word("si"), Some(vec![6]));
        assert_eq!(tokens.word("sis"), Some(vec![6, 2]));
        assert_eq!(tokens.word("x"), None);
        assert_eq!(tokens.exactly("<|pt|>"), Some(9));
    }

    #[test]
    fn pieces_are_merged_by_their_number() {
        let mut file = vec![0; 259];
        for piece in ["\u{2581}", "o", "n", "on", "\u{2581}o"] {
            file.push(piece.len() as u8);
            file.extend(piece.bytes());
        }
        let tokens = Tokens::from_pieces(&file).unwrap();
        assert_eq!(tokens.word("on"), Some(vec![259, 262]));
        assert_eq!(tokens.word("one"), None);
        file.push(5);
        assert!(Tokens::from_pieces(&file).is_err());
    }
}
