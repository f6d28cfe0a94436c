//! How alike two names, two sets, two samples are. All results are from 0 to 1.

use std::collections::BTreeSet;

use crate::statistics::ColumnStatistics;

/// The words of a name: cut at what is no letter or digit, and where small letters turn to capitals.
pub fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut last = ' ';
    for c in name.chars() {
        let begins = !last.is_alphanumeric()
            || last.is_lowercase() && c.is_uppercase()
            || last.is_ascii_digit() != c.is_ascii_digit();
        if c.is_alphanumeric() {
            if begins {
                words.push(String::new());
            }
            if let Some(word) = words.last_mut() {
                word.extend(c.to_lowercase());
            }
        }
        last = c;
    }
    words
}

/// How alike two names are by their words: equal ones, plurals, beginnings, abbreviations.
pub fn by_words(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    let mut free: Vec<&String> = b.iter().collect();
    let mut common = 0.0;
    for word in &a {
        let best = free.iter().enumerate().map(|(i, other)| (i, word_likeness(word, other)));
        if let Some((i, likeness)) = best.max_by(|x, y| x.1.total_cmp(&y.1)).filter(|(_, likeness)| *likeness > 0.0) {
            common += likeness;
            free.swap_remove(i);
        }
    }
    let all = (a.len() + b.len()) as f64 - common;
    if all > 0.0 { common / all } else { 0.0 }
}

fn word_likeness(a: &str, b: &str) -> f64 {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short == long {
        1.0
    } else if long.strip_suffix('s') == Some(short) || long.strip_suffix("es") == Some(short) {
        0.95
    } else if short.len() >= 3 && long.starts_with(short) {
        0.85
    } else if abbreviates(short, long) {
        0.7
    } else {
        0.0
    }
}

/// Whether the letters of `short` come in this order in `long`, from its first letter on.
fn abbreviates(short: &str, long: &str) -> bool {
    let mut letters = long.chars();
    short.len() >= 2 && short.chars().next() == long.chars().next() && short.chars().all(|c| letters.any(|l| l == c))
}

/// Dice's coefficient over groups of three letters.
pub fn by_letters(a: &str, b: &str) -> f64 {
    let groups = |name: &str| -> Vec<[char; 3]> {
        let letters: Vec<char> = format!("  {} ", words(name).concat()).chars().collect();
        let mut groups: Vec<[char; 3]> = letters.windows(3).map(|w| [w[0], w[1], w[2]]).collect();
        groups.sort_unstable();
        groups.dedup();
        groups
    };
    let (a, b) = (groups(a), groups(b));
    let common = a.iter().filter(|group| b.binary_search(group).is_ok()).count();
    2.0 * common as f64 / (a.len() + b.len()).max(1) as f64
}

/// Jaccard's coefficient.
pub fn of_sets<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f64 {
    let common = a.intersection(b).count();
    let all = a.len() + b.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

/// How alike two counts are: 1 where equal, 0 from a factor of e on.
pub fn of_counts(a: u64, b: u64) -> f64 {
    (1.0 - ((a as f64 + 1.0) / (b as f64 + 1.0)).ln().abs()).max(0.0)
}

/// Share of the distinct values of either column that both hold, from their sketches. None where either is empty.
pub fn of_values(a: &ColumnStatistics, b: &ColumnStatistics) -> Option<f64> {
    let largest = a.sketch.len().max(b.sketch.len());
    let (there, back) = (a.inclusion_in(b, largest)?, b.inclusion_in(a, largest)?);
    Some(there.min(back))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_where_people_see_words() {
        assert_eq!(words("netAmount_2024"), ["net", "amount", "2024"]);
        assert_eq!(words("__ID"), ["id"]);
    }

    #[test]
    fn abbreviations_and_plurals_are_alike_and_others_are_not() {
        assert!(by_words("qty", "quantity") > 0.5 && by_words("cust_no", "customer_no") > 0.7);
        assert!(by_words("order", "orders") > 0.9);
        assert!(by_words("price", "region") == 0.0);
        assert!(by_letters("postcode", "post_code") > 0.99);
    }
}
