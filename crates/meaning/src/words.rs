//! Word forms: stems, identifiers cut into words, likeness of misspelled words.

use rust_stemmers::{Algorithm, Stemmer};
use unicode_normalization::UnicodeNormalization;

/// Reduces a lower-case word to its stem (Porter 2 for English), after folding accents and the
/// irregular plurals that business texts use.
pub fn stem(word: &str) -> String {
    let folded = fold(word);
    let regular = match folded.as_str() {
        "people" | "persons" => "person",
        "children" => "child",
        "men" => "man",
        "women" => "woman",
        "indices" => "index",
        "criteria" => "criterion",
        // The stemmer would merge these with another word of business.
        "organization" | "organizations" | "organisation" | "organisations" => return "organisation".to_owned(),
        "university" | "universities" => return "university".to_owned(),
        "business" | "businesses" => return "business".to_owned(),
        other => other,
    };
    let bare = regular.strip_suffix("s'").unwrap_or(regular);
    Stemmer::create(Algorithm::English).stem(bare).into_owned()
}

/// Lower case without accents: `Müller` and `muller` meet.
pub fn fold(word: &str) -> String {
    if word.is_ascii() {
        return word.to_ascii_lowercase();
    }
    word.nfkd().filter(|c| !('\u{300}'..='\u{36f}').contains(c)).flat_map(char::to_lowercase).collect()
}

/// Cuts an identifier into lower-case words: `CustomerID`, `customer_id`, `customer-id` and
/// `Customer Id` all give `customer id`. Digits are words of their own unless they end an acronym.
pub fn split_identifier(identifier: &str) -> Vec<String> {
    let chars: Vec<char> = identifier.chars().collect();
    let mut words = Vec::new();
    let mut word = String::new();
    for (i, c) in chars.iter().enumerate() {
        if !c.is_alphanumeric() {
            take(&mut words, &mut word);
            continue;
        }
        if i > 0 && starts_word(chars[i - 1], *c, chars.get(i + 1).copied()) {
            take(&mut words, &mut word);
        }
        word.extend(c.to_lowercase());
    }
    take(&mut words, &mut word);
    words
}

/// Whether a new word starts at `c`: after a lower-case letter comes an upper-case one, an acronym
/// ends (`GLAccount`), or letters and digits meet.
fn starts_word(before: char, c: char, after: Option<char>) -> bool {
    let camel = before.is_lowercase() && c.is_uppercase();
    let acronym = before.is_uppercase() && c.is_uppercase() && after.is_some_and(char::is_lowercase);
    let digits = before.is_alphabetic() && c.is_numeric() || before.is_numeric() && c.is_alphabetic();
    camel || acronym || digits
}

fn take(words: &mut Vec<String>, word: &mut String) {
    if !word.is_empty() {
        words.push(fold(&std::mem::take(word)));
    }
}

/// Whether `typed` is probably a misspelling of `meant` (both lower case): edit distance with
/// transpositions of at most one for words of five letters and two from nine on, same first letter.
pub fn is_misspelling(typed: &str, meant: &str) -> bool {
    let (a, b) = (typed.chars().count(), meant.chars().count());
    let allowed = match a.min(b) {
        0..=4 => return false,
        5..=8 => 1,
        _ => 2,
    };
    a.abs_diff(b) <= allowed
        && typed.chars().next() == meant.chars().next()
        && strsim::osa_distance(typed, meant) <= allowed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_of_all_styles_give_the_same_words() {
        for name in ["CustomerID", "customer_id", "customer-id", "Customer Id", "CUSTOMER_ID", "customerId"] {
            assert_eq!(split_identifier(name), ["customer", "id"], "{name}");
        }
        assert_eq!(split_identifier("GLAccount2024"), ["gl", "account", "2024"]);
        assert_eq!(split_identifier("tblÜbersicht"), ["tbl", "ubersicht"]);
        assert_eq!(split_identifier("__"), Vec::<String>::new());
    }

    #[test]
    fn plurals_meet_their_singular() {
        for (a, b) in
            [("customers", "customer"), ("people", "person"), ("categories", "category"), ("invoiced", "invoice")]
        {
            assert_eq!(stem(a), stem(b), "{a}");
        }
        assert_ne!(stem("organization"), stem("organ"));
    }

    #[test]
    fn misspellings_are_close_words_only() {
        assert!(is_misspelling("revenu", "revenue"));
        assert!(is_misspelling("recievables", "receivables"));
        assert!(!is_misspelling("cost", "cash"));
        assert!(!is_misspelling("margin", "merging"));
    }

    proptest::proptest! {
        #[test]
        fn splitting_loses_no_letter(name in "[A-Za-z0-9_ ]{0,40}") {
            let joined: String = split_identifier(&name).concat();
            let expected: String = name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
            assert_eq!(joined, expected);
        }
    }
}
