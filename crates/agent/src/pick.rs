//! Answers to a question back: which of several choices a text picks.

use meaning::words::stem;
use meaning::{TokenKind, tokenize};
use plan::resolve::Choice;

/// What a text picks among choices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// The choice at this position.
    One(usize),
    /// More than one.
    Several,
    /// None of them.
    Neither,
    /// A number that no choice has.
    Absent,
    /// It is something else.
    Other,
}

/// Ordinals as words.
const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
/// Numbers as words.
const NUMBERS: [&str; 10] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];
/// Words around a pick that pick nothing.
const AROUND: [&str; 20] = [
    "the", "one", "ones", "option", "number", "no", "choice", "i", "mean", "meant", "take", "please", "of", "#",
    "that", "as", "from", "is", "it", "want",
];
/// Numbers from here on are years, amounts and the like.
const MOST_CHOICES: usize = 100;

/// Reads a text as the answer to a question back.
pub fn pick(text: &str, choices: &[Choice]) -> Pick {
    let named = |c: &Choice| c.words.eq_ignore_ascii_case(text.trim()) || c.target.eq_ignore_ascii_case(text.trim());
    if let Some(at) = choices.iter().position(named) {
        return Pick::One(at);
    }
    let words: Vec<String> =
        tokenize(text).into_iter().filter(|t| t.kind != TokenKind::Comma).map(|t| t.lower).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["both" | "all" | "everything"] | ["both" | "all", "of", "them" | "these"] => return Pick::Several,
        ["neither" | "none"] | ["neither" | "none", "of", "them" | "these"] => return Pick::Neither,
        _ => {}
    }
    let said: Vec<&String> = words.iter().filter(|w| !AROUND.contains(&w.as_str()) || words.len() == 1).collect();
    match said.as_slice() {
        [] => Pick::Other,
        [only] => match position(only, choices.len()) {
            Some(number) if (1..=choices.len()).contains(&number) => Pick::One(number - 1),
            Some(number) if number < MOST_CHOICES => Pick::Absent,
            _ => by_words(&said, choices),
        },
        several => match several
            .iter()
            .all(|w| matches!(w.as_str(), "and" | "&" | "or") || position(w, choices.len()).is_some())
        {
            true => Pick::Several,
            false => by_words(&said, choices),
        },
    }
}

/// The number that a word says: `2`, `2nd`, `two`, `second`, `last`.
fn position(word: &str, count: usize) -> Option<usize> {
    let digits = word.trim_end_matches(['.', ')']).trim_end_matches("st").trim_end_matches("nd");
    let digits = digits.trim_end_matches("rd").trim_end_matches("th");
    let listed = |list: &[&str]| list.iter().position(|w| *w == word).map(|at| at + 1);
    match word {
        "last" => Some(count),
        "former" if count == 2 => Some(1),
        "latter" if count == 2 => Some(2),
        _ => digits.parse().ok().or_else(|| listed(&ORDINALS)).or_else(|| listed(&NUMBERS)),
    }
}

/// The only choice that has all of the words.
fn by_words(said: &[&String], choices: &[Choice]) -> Pick {
    let stems = |text: &str| -> Vec<String> {
        tokenize(text).iter().flat_map(|t| t.lower.split(['_', '.'])).map(stem).collect()
    };
    let wanted: Vec<String> = said.iter().map(|w| stem(w)).collect();
    let fits = |c: &Choice| {
        let known = stems(&c.words);
        wanted.iter().all(|w| known.contains(w))
    };
    let mut found = (0..choices.len()).filter(|at| fits(&choices[*at]));
    match (found.next(), found.next()) {
        (Some(at), None) => Pick::One(at),
        _ => Pick::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices() -> Vec<Choice> {
        let choice = |words: &str, target: &str| Choice {
            words: words.to_owned(),
            target: target.to_owned(),
            phrase: "amount".to_owned(),
            score: 1.0,
        };
        vec![
            choice("amount of customer payments (customer_payments.amount)", "customer_payments.amount"),
            choice("amount of vendor payments (vendor_payments.amount)", "vendor_payments.amount"),
        ]
    }

    #[test]
    fn numbers_ordinals_and_words_pick_one() {
        for text in [
            "2",
            "2.",
            "#2",
            "two",
            "the second one",
            "second",
            "option 2",
            "2nd",
            "the last one",
            "the latter",
            "vendor payments",
            "the vendor one",
            "vendor_payments.amount",
        ] {
            assert_eq!(pick(text, &choices()), Pick::One(1), "{text}");
        }
        assert_eq!(pick("the first", &choices()), Pick::One(0));
    }

    #[test]
    fn what_picks_none_or_several_says_so() {
        for text in ["both", "both of them", "all", "1 and 2"] {
            assert_eq!(pick(text, &choices()), Pick::Several, "{text}");
        }
        assert_eq!(pick("neither", &choices()), Pick::Neither);
        for text in ["3", "7", "third", "0"] {
            assert_eq!(pick(text, &choices()), Pick::Absent, "{text}");
        }
    }

    #[test]
    fn other_texts_are_no_pick() {
        for text in ["2024", "by vendor", "payments", "amount", "revenue last quarter", "", "only 2024"] {
            assert_eq!(pick(text, &choices()), Pick::Other, "{text}");
        }
    }
}
