//! The ways in which a recogniser may write a phrase.
//!
//! Promises to allow exactly what recognisers do by themselves: a capital or a small letter at the start of a word, a
//! mark behind one, and in English a contraction or its expansion ("i am", "i'm"). Other words are never allowed.

use crate::recogniser::tokens::Tokens;

/// What may stand behind a word.
const MARKS: [&str; 6] = [",", ".", "!", "?", ";", ":"];

/// What contracts with the word behind it, and to what.
const CONTRACTIONS: [(&str, &str, &str); 6] = [
    ("i", "am", "'m"),
    ("i you he she it we they", "will", "'ll"),
    ("i you we they", "have", "'ve"),
    ("you we they", "are", "'re"),
    ("he she it that there what who", "is", "'s"),
    ("are could did do does had has have is should was were would", "not", "n't"),
];

/// What contracts in a way of its own.
const IRREGULAR: [[&str; 3]; 2] = [["cannot", "can't", "can not"], ["won't", "will not", "will not"]];

/// A phrase as tokens.
pub(super) struct Script {
    words: usize,
    spans: Vec<Span>,
    marks: Vec<i64>,
    /// What must stand behind the last word, if anything must.
    end: Option<i64>,
}

/// One writing of the words from one place to another.
#[derive(PartialEq, Eq)]
struct Span {
    from: usize,
    to: usize,
    tokens: Vec<i64>,
}

/// How far a script has been written.
#[derive(Clone, Default)]
pub(super) struct Place {
    /// Spans that are being written, and how many of their tokens are.
    open: Vec<(usize, usize)>,
    /// So many words are whole.
    words: Option<usize>,
    /// Behind a mark.
    marked: bool,
    pub(super) finished: bool,
}

/// A token that may come next.
pub(super) struct Choice {
    pub(super) token: i64,
    /// The words go on as well without it.
    pub(super) optional: bool,
}

impl Script {
    /// Nothing, if there is a word without tokens. Without an `end`, whatever follows the last word does not matter.
    pub(super) fn new(phrase: &str, english: bool, tokens: &Tokens, end: Option<i64>) -> Option<Self> {
        let words: Vec<String> = phrase.split_whitespace().map(str::to_lowercase).collect();
        let mut spans = Vec::new();
        for (from, word) in words.iter().enumerate() {
            let mut writings = vec![(from + 1, word.clone())];
            if english {
                let next = words.get(from + 1).map(String::as_str);
                writings
                    .extend(other_writings(word, next).into_iter().map(|(taken, text)| (from + taken, text)));
            }
            for (to, writing) in writings {
                for text in [capital(&writing), writing] {
                    let span = Span { from, to, tokens: written(&text, tokens)? };
                    if !spans.contains(&span) {
                        spans.push(span);
                    }
                }
            }
        }
        let marks = MARKS.iter().filter_map(|mark| tokens.exactly(mark)).collect();
        (!words.is_empty()).then_some(Self { words: words.len(), spans, marks, end })
    }

    pub(super) fn start() -> Place {
        Place { words: Some(0), ..Place::default() }
    }

    /// What may come next.
    pub(super) fn options(&self, place: &Place) -> Vec<Choice> {
        let whole = place.words == Some(self.words);
        let needed = |token: i64| Choice { token, optional: false };
        let parts = self.parts(place).filter_map(|(span, at)| self.spans[span].tokens.get(at));
        let mut options: Vec<Choice> = parts.copied().map(needed).collect();
        if place.words.is_some_and(|words| words > 0) && !place.marked {
            options.extend(self.marks.iter().map(|mark| Choice { token: *mark, optional: !whole }));
        }
        if whole {
            options.extend(self.end.map(needed));
        }
        options
    }

    /// Where the script stands behind one of those tokens.
    pub(super) fn after(&self, place: &Place, token: i64) -> Place {
        if self.end == Some(token) {
            return Place { finished: true, ..Place::default() };
        }
        let mut next = Place::default();
        if place.words.is_some() && self.marks.contains(&token) {
            next.words = place.words;
            next.marked = true;
        }
        for (span, at) in self.parts(place) {
            let Span { to, tokens, .. } = &self.spans[span];
            if tokens.get(at) != Some(&token) {
                continue;
            }
            if at + 1 == tokens.len() {
                next.words = Some(*to);
            } else {
                next.open.push((span, at + 1));
            }
        }
        next.finished = self.end.is_none() && next.words == Some(self.words);
        next
    }

    /// The spans that go on or begin at a place, each with the token that it is at.
    fn parts(&self, place: &Place) -> impl Iterator<Item = (usize, usize)> {
        let begun = self.spans.iter().enumerate().filter(|(_, span)| Some(span.from) == place.words);
        begun.map(|(span, _)| (span, 0)).chain(place.open.iter().copied())
    }
}

/// The tokens of one or two words.
fn written(text: &str, tokens: &Tokens) -> Option<Vec<i64>> {
    let words: Option<Vec<Vec<i64>>> = text.split(' ').map(|word| tokens.word(word)).collect();
    words.map(|words| words.concat())
}

/// With a capital as its first letter.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// How else an English word, or two, may be written, and how many words of the phrase that takes.
fn other_writings(word: &str, next: Option<&str>) -> Vec<(usize, String)> {
    let two = next.map(|next| format!("{word} {next}"));
    let mut others = Vec::new();
    for forms in IRREGULAR {
        let taken = if forms.contains(&word) {
            1
        } else if two.as_deref().is_some_and(|two| forms.contains(&two)) {
            2
        } else {
            continue;
        };
        others.extend(forms.iter().map(|form| (taken, (*form).to_owned())));
    }
    for (firsts, second, short) in CONTRACTIONS {
        let first = |word: &str| firsts.split(' ').any(|first| first == word);
        if next == Some(second) && first(word) {
            others.push((2, format!("{word}{short}")));
        }
        if let Some(long) = word.strip_suffix(short).filter(|long| first(long)) {
            others.push((1, format!("{long} {second}")));
        }
    }
    others
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Pieces of single letters, numbered from 259 in this order.
    fn tokens() -> Tokens {
        let mut file = vec![0; 259];
        for piece in "\u{2581} a b I i m A B ' , .".split(' ') {
            file.push(piece.len() as u8);
            file.extend(piece.bytes());
        }
        Tokens::from_pieces(&file).unwrap()
    }

    const SPACE: i64 = 259;
    const END: i64 = 2;

    fn script(phrase: &str, whole: bool) -> Script {
        Script::new(phrase, true, &tokens(), whole.then_some(END)).unwrap()
    }

    /// Whether a text can be written as a script allows; `|` is the end.
    fn allows(script: &Script, text: &str) -> bool {
        let mut place = Script::start();
        for letter in text.chars() {
            let token = match letter {
                ' ' => SPACE,
                '|' => END,
                letter => tokens().exactly(&letter.to_string()).unwrap(),
            };
            if !script.options(&place).iter().any(|option| option.token == token) {
                return false;
            }
            place = script.after(&place, token);
        }
        place.finished
    }

    #[test]
    fn capitals_and_marks_are_allowed_and_nothing_else() {
        let script = script("ab ba", true);
        for text in [" ab ba|", " Ab, ba.|", " ab. Ba|"] {
            assert!(allows(&script, text), "{text}");
        }
        for text in [" ab|", " ab ba", " ab,, ba|", ", ab ba|", " ab ba ab|", " ba ab|", " abba|", " aB ba|"]
        {
            assert!(!allows(&script, text), "{text}");
        }
    }

    #[test]
    fn contractions_stand_for_their_words_both_ways() {
        for phrase in ["i am a", "i'm a"] {
            let script = script(phrase, true);
            for text in [" I am a|", " I'm a|", " i am, A.|"] {
                assert!(allows(&script, text), "{phrase}: {text}");
            }
            assert!(!allows(&script, " i a|"));
        }
        assert_eq!(other_writings("cannot", None).len(), 3);
        assert_eq!(other_writings("can", Some("not")).len(), 3);
        assert_eq!(other_writings("is", Some("not")), [(2, "isn't".to_owned())]);
        assert_eq!(other_writings("isn't", None), [(1, "is not".to_owned())]);
        assert!(other_writings("my", Some("name")).is_empty());
    }

    #[test]
    fn an_open_script_is_finished_with_its_last_word() {
        assert!(allows(&script("ab ba", false), " ab, ba"));
        assert!(!allows(&script("ab ba", false), " ab b"));
    }

    #[test]
    fn a_phrase_without_tokens_has_no_script() {
        assert!(Script::new("xyz", true, &tokens(), Some(END)).is_none());
        assert!(Script::new(" ", true, &tokens(), Some(END)).is_none());
    }
}
