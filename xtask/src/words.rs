//! A task's words: options with a value, and names.

use std::collections::BTreeMap;

use crate::failure::Failure;

/// What was said on the command line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Words {
    options: BTreeMap<String, String>,
    /// What is no option, in order; everything behind a lone `--` is.
    pub(crate) names: Vec<String>,
}

impl Words {
    /// Reads `--option VALUE` and `--option=VALUE` for these options. Anything else with a dash in
    /// front, `--help` too, is answered with the usage.
    pub(crate) fn read(
        mut words: impl Iterator<Item = String>,
        known: &[&str],
        usage: &str,
    ) -> Result<Self, Failure> {
        let mut read = Self { options: BTreeMap::new(), names: Vec::new() };
        while let Some(word) = words.next() {
            if word == "--" {
                read.names.extend(words);
                break;
            }
            let Some(option) = word.strip_prefix('-') else {
                read.names.push(word);
                continue;
            };
            let option = option.strip_prefix('-').unwrap_or(option);
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (option, None),
            };
            let value = match known.contains(&name) {
                true => value.or_else(|| words.next()),
                false => None,
            };
            read.options.insert(name.to_owned(), value.ok_or_else(|| Failure::new(usage))?);
        }
        Ok(read)
    }

    pub(crate) fn option(&self, name: &str) -> Option<&str> {
        self.options.get(name).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn read(line: &str) -> Result<Words, Failure> {
        Words::read(line.split_whitespace().map(str::to_owned), &["speech"], "usage")
    }

    #[test]
    fn options_and_names_come_in_any_order() {
        let words = read("crash --speech folder parity").unwrap();
        assert_eq!(words.option("speech"), Some("folder"));
        assert_eq!(words.names, ["crash", "parity"]);
        assert_eq!(read("--speech=folder crash parity").unwrap(), words);
    }

    #[test]
    fn what_follows_two_dashes_is_passed_on() {
        assert_eq!(read("-- --config file").unwrap().names, ["--config", "file"]);
    }

    #[test]
    fn an_unknown_option_and_one_without_its_value_show_the_usage() {
        for line in ["--speach folder", "--speech", "--help", "-h"] {
            assert_eq!(read(line).unwrap_err().to_string(), "usage", "{line}");
        }
    }
}
