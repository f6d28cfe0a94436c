//! Phrases with a grammatical role, as one table: the longest match wins.

use catalog::Decimal;
use meaning::Token;

use crate::intent::{Derived, Fold, Relation};

/// The grammatical role of a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// Puts numbers together.
    Fold(Fold),
    /// "How much": the amount of what follows.
    HowMuch,
    /// Extremes: `true` for the largest.
    Extreme(bool),
    /// "Most" and "fewest", of things that are counted.
    Most(bool),
    /// Only the first few: `true` for the largest first.
    Top(bool),
    /// What occurs most often (true) or most rarely.
    Common(bool),
    /// The latest (true) or earliest of what follows.
    Recent(bool),
    /// A breakdown follows.
    By,
    /// "Each": a breakdown by what follows.
    Each,
    /// An order follows.
    SortBy,
    /// Smallest first.
    Ascending,
    /// Largest first.
    Descending,
    /// A comparison.
    Compare(Relation),
    /// "Between ... and ...".
    Between,
    /// Negation of what follows.
    Not,
    /// Absence of related things.
    Without,
    /// Equal things once.
    Distinct,
    /// A further calculation.
    Derived(Derived),
    /// Side by side with what follows.
    Versus,
    /// A restriction follows.
    Where,
    /// "of": what follows owns what stands before.
    Of,
    /// Joins equals.
    And,
    /// Alternatives.
    Or,
    /// All of several values at once.
    Both,
    /// An alternative comparison of the same thing.
    OrCompare(Relation),
    /// "5 or more" (true), "5 or less".
    OrMore(bool),
    /// Asks for a person or thing by its name.
    Which,
    /// Asks for persons or things by their name; later in a question it restricts.
    Who,
    /// A breakdown, or what something is counted in.
    Across,
    /// What follows is shared with something else.
    Same,
    /// Asks for reasons.
    Why,
}

/// The phrases, longest first within equal beginnings by construction of the matcher.
const SIGNS: &[(&str, Sign)] = &[
    ("how many different", Sign::Fold(Fold::Count)),
    ("how many", Sign::Fold(Fold::Count)),
    ("total number of", Sign::Fold(Fold::Count)),
    ("number of", Sign::Fold(Fold::Count)),
    ("count the number of", Sign::Fold(Fold::Count)),
    ("count of", Sign::Fold(Fold::Count)),
    ("count", Sign::Fold(Fold::Count)),
    ("how much", Sign::HowMuch),
    ("total amount of", Sign::Fold(Fold::Sum)),
    ("sum of", Sign::Fold(Fold::Sum)),
    ("sum", Sign::Fold(Fold::Sum)),
    ("total", Sign::Fold(Fold::Sum)),
    ("combined", Sign::Fold(Fold::Sum)),
    ("average", Sign::Fold(Fold::Average)),
    ("avg", Sign::Fold(Fold::Average)),
    ("mean", Sign::Fold(Fold::Average)),
    ("maximum", Sign::Fold(Fold::Max)),
    ("max", Sign::Fold(Fold::Max)),
    ("minimum", Sign::Fold(Fold::Min)),
    ("min", Sign::Fold(Fold::Min)),
    ("highest", Sign::Extreme(true)),
    ("largest", Sign::Extreme(true)),
    ("biggest", Sign::Extreme(true)),
    ("greatest", Sign::Extreme(true)),
    ("lowest", Sign::Extreme(false)),
    ("smallest", Sign::Extreme(false)),
    ("the most", Sign::Most(true)),
    ("most", Sign::Most(true)),
    ("the largest number of", Sign::Most(true)),
    ("largest number of", Sign::Most(true)),
    ("highest number of", Sign::Most(true)),
    ("greatest number of", Sign::Most(true)),
    ("the fewest", Sign::Most(false)),
    ("fewest", Sign::Most(false)),
    ("least", Sign::Most(false)),
    ("the least", Sign::Most(false)),
    ("top", Sign::Top(true)),
    ("best", Sign::Top(true)),
    ("bottom", Sign::Top(false)),
    ("worst", Sign::Top(false)),
    ("latest", Sign::Recent(true)),
    ("last", Sign::Recent(true)),
    ("most recent", Sign::Recent(true)),
    ("newest", Sign::Recent(true)),
    ("earliest", Sign::Recent(false)),
    ("first", Sign::Recent(false)),
    ("oldest", Sign::Recent(false)),
    ("by", Sign::By),
    ("per", Sign::By),
    ("for each", Sign::Each),
    ("of each", Sign::Each),
    ("in each", Sign::Each),
    ("by each", Sign::Each),
    ("at each", Sign::Each),
    ("for every", Sign::Each),
    ("for all", Sign::Where),
    ("for different", Sign::Each),
    ("for the different", Sign::Each),
    ("both", Sign::Both),
    ("starts with the word", Sign::Compare(Relation::StartsWith)),
    ("start with the word", Sign::Compare(Relation::StartsWith)),
    ("starting with the word", Sign::Compare(Relation::StartsWith)),
    ("each", Sign::Each),
    ("every", Sign::Each),
    ("grouped by", Sign::By),
    ("group by", Sign::By),
    ("broken down by", Sign::By),
    ("break down by", Sign::By),
    ("split by", Sign::By),
    ("across", Sign::Across),
    ("sorted by", Sign::SortBy),
    ("sorted according to", Sign::SortBy),
    ("ordered according to", Sign::SortBy),
    ("according to", Sign::SortBy),
    ("in order of", Sign::SortBy),
    ("in the order of", Sign::SortBy),
    ("sort by", Sign::SortBy),
    ("ordered by", Sign::SortBy),
    ("order by", Sign::SortBy),
    ("ranked by", Sign::SortBy),
    ("in ascending order of", Sign::SortBy),
    ("in ascending order", Sign::Ascending),
    ("ascending", Sign::Ascending),
    ("in alphabetical order", Sign::Ascending),
    ("in alphabetical order of", Sign::SortBy),
    ("in the alphabetical order of", Sign::SortBy),
    ("in the alphabetical order", Sign::Ascending),
    ("alphabetical order", Sign::Ascending),
    ("in alphabetic order", Sign::Ascending),
    ("alphabetically sorted", Sign::Ascending),
    ("ascending order", Sign::Ascending),
    ("descending order", Sign::Descending),
    ("most common", Sign::Common(true)),
    ("most commonly", Sign::Common(true)),
    ("most frequent", Sign::Common(true)),
    ("most frequently", Sign::Common(true)),
    ("most often", Sign::Common(true)),
    ("most popular", Sign::Common(true)),
    ("least common", Sign::Common(false)),
    ("least popular", Sign::Common(false)),
    ("least frequent", Sign::Common(false)),
    ("the most common", Sign::Common(true)),
    ("the most commonly", Sign::Common(true)),
    ("the most frequent", Sign::Common(true)),
    ("the most frequently", Sign::Common(true)),
    ("the most often", Sign::Common(true)),
    ("the most popular", Sign::Common(true)),
    ("the least common", Sign::Common(false)),
    ("the least popular", Sign::Common(false)),
    ("the least frequent", Sign::Common(false)),
    ("in increasing order", Sign::Ascending),
    ("in increasing order of", Sign::SortBy),
    ("in decreasing order", Sign::Descending),
    ("in descending alphabetical order", Sign::Descending),
    ("in reverse alphabetical order", Sign::Descending),
    ("in descending lexicographical order", Sign::Descending),
    ("in ascending alphabetical order", Sign::Ascending),
    ("in lexicographical order", Sign::Ascending),
    ("in lexicographical order of", Sign::SortBy),
    ("alphabetically", Sign::Ascending),
    ("descending", Sign::Descending),
    ("in descending order", Sign::Descending),
    ("from highest to lowest", Sign::Descending),
    ("from lowest to highest", Sign::Ascending),
    ("more than", Sign::Compare(Relation::Above)),
    ("greater than", Sign::Compare(Relation::Above)),
    ("larger than", Sign::Compare(Relation::Above)),
    ("higher than", Sign::Compare(Relation::Above)),
    ("bigger than", Sign::Compare(Relation::Above)),
    ("above", Sign::Compare(Relation::Above)),
    ("over", Sign::Compare(Relation::Above)),
    ("exceeding", Sign::Compare(Relation::Above)),
    ("exceeds", Sign::Compare(Relation::Above)),
    (">", Sign::Compare(Relation::Above)),
    ("> =", Sign::Compare(Relation::AtLeast)),
    ("at least", Sign::Compare(Relation::AtLeast)),
    ("no less than", Sign::Compare(Relation::AtLeast)),
    ("not less than", Sign::Compare(Relation::AtLeast)),
    ("greater than or equal to", Sign::Compare(Relation::AtLeast)),
    ("less than", Sign::Compare(Relation::Below)),
    ("lower than", Sign::Compare(Relation::Below)),
    ("smaller than", Sign::Compare(Relation::Below)),
    ("fewer than", Sign::Compare(Relation::Below)),
    ("below", Sign::Compare(Relation::Below)),
    ("under", Sign::Compare(Relation::Below)),
    ("<", Sign::Compare(Relation::Below)),
    ("< =", Sign::Compare(Relation::AtMost)),
    ("at most", Sign::Compare(Relation::AtMost)),
    ("no more than", Sign::Compare(Relation::AtMost)),
    ("not more than", Sign::Compare(Relation::AtMost)),
    ("up to", Sign::Compare(Relation::AtMost)),
    ("less than or equal to", Sign::Compare(Relation::AtMost)),
    ("equal to", Sign::Compare(Relation::Is)),
    ("equals", Sign::Compare(Relation::Is)),
    ("=", Sign::Compare(Relation::Is)),
    ("named", Sign::Compare(Relation::Is)),
    ("called", Sign::Compare(Relation::Is)),
    ("contains the word", Sign::Compare(Relation::Contains)),
    ("containing the word", Sign::Compare(Relation::Contains)),
    ("contain the word", Sign::Compare(Relation::Contains)),
    ("contains the letter", Sign::Compare(Relation::Contains)),
    ("containing the letter", Sign::Compare(Relation::Contains)),
    ("contain the letter", Sign::Compare(Relation::Contains)),
    ("contains the substring", Sign::Compare(Relation::Contains)),
    ("has the substring", Sign::Compare(Relation::Contains)),
    ("has substring", Sign::Compare(Relation::Contains)),
    ("have substring", Sign::Compare(Relation::Contains)),
    ("contain substring", Sign::Compare(Relation::Contains)),
    ("contains substring", Sign::Compare(Relation::Contains)),
    ("containing substring", Sign::Compare(Relation::Contains)),
    ("with substring", Sign::Compare(Relation::Contains)),
    ("with the substring", Sign::Compare(Relation::Contains)),
    ("include the word", Sign::Compare(Relation::Contains)),
    ("includes the word", Sign::Compare(Relation::Contains)),
    ("has the word", Sign::Compare(Relation::Contains)),
    ("with the word", Sign::Compare(Relation::Contains)),
    ("have the letter", Sign::Compare(Relation::Contains)),
    ("has the letter", Sign::Compare(Relation::Contains)),
    ("with the letter", Sign::Compare(Relation::Contains)),
    ("has letter", Sign::Compare(Relation::Contains)),
    ("have letter", Sign::Compare(Relation::Contains)),
    ("includes the letter", Sign::Compare(Relation::Contains)),
    ("include the letter", Sign::Compare(Relation::Contains)),
    ("have the substring", Sign::Compare(Relation::Contains)),
    ("include the substring", Sign::Compare(Relation::Contains)),
    ("includes the substring", Sign::Compare(Relation::Contains)),
    ("contain the substring", Sign::Compare(Relation::Contains)),
    ("containing the substring", Sign::Compare(Relation::Contains)),
    ("start with the letter", Sign::Compare(Relation::StartsWith)),
    ("starts with the letter", Sign::Compare(Relation::StartsWith)),
    ("starting with the letter", Sign::Compare(Relation::StartsWith)),
    ("begins with", Sign::Compare(Relation::StartsWith)),
    ("begin with", Sign::Compare(Relation::StartsWith)),
    ("beginning with the letter", Sign::Compare(Relation::StartsWith)),
    ("end with", Sign::Compare(Relation::EndsWith)),
    ("ending with the letter", Sign::Compare(Relation::EndsWith)),
    ("containing", Sign::Compare(Relation::Contains)),
    ("contains", Sign::Compare(Relation::Contains)),
    ("contain", Sign::Compare(Relation::Contains)),
    ("starting with", Sign::Compare(Relation::StartsWith)),
    ("starts with", Sign::Compare(Relation::StartsWith)),
    ("start with", Sign::Compare(Relation::StartsWith)),
    ("beginning with", Sign::Compare(Relation::StartsWith)),
    ("ending with", Sign::Compare(Relation::EndsWith)),
    ("ends with", Sign::Compare(Relation::EndsWith)),
    ("between", Sign::Between),
    ("other than", Sign::Not),
    ("except", Sign::Not),
    ("except for", Sign::Not),
    ("excluding", Sign::Not),
    ("not", Sign::Not),
    ("without", Sign::Without),
    ("with no", Sign::Without),
    ("have no", Sign::Without),
    ("has no", Sign::Without),
    ("never", Sign::Without),
    ("no", Sign::Without),
    ("distinct", Sign::Distinct),
    ("different", Sign::Distinct),
    ("unique", Sign::Distinct),
    ("share of total", Sign::Derived(Derived::Share)),
    ("share of", Sign::Derived(Derived::Share)),
    ("percentage of total", Sign::Derived(Derived::Share)),
    ("percent of total", Sign::Derived(Derived::Share)),
    ("% of total", Sign::Derived(Derived::Share)),
    ("as a share of total", Sign::Derived(Derived::Share)),
    ("proportion of", Sign::Derived(Derived::Share)),
    ("mix", Sign::Derived(Derived::Share)),
    ("cumulative", Sign::Derived(Derived::Cumulative)),
    ("running total", Sign::Derived(Derived::Cumulative)),
    ("running total of", Sign::Derived(Derived::Cumulative)),
    ("growth", Sign::Derived(Derived::Growth)),
    ("growth of", Sign::Derived(Derived::Growth)),
    ("growth in", Sign::Derived(Derived::Growth)),
    ("growth rate", Sign::Derived(Derived::Growth)),
    ("vs", Sign::Versus),
    ("versus", Sign::Versus),
    ("against", Sign::Versus),
    ("compared to", Sign::Versus),
    ("compared with", Sign::Versus),
    ("where", Sign::Where),
    ("whose", Sign::Where),
    ("with", Sign::Where),
    ("having", Sign::Where),
    ("that", Sign::Where),
    ("who", Sign::Who),
    ("in", Sign::Where),
    ("for", Sign::Where),
    ("from", Sign::Where),
    ("at", Sign::Where),
    ("of", Sign::Of),
    ("and", Sign::And),
    ("&", Sign::And),
    ("or", Sign::Or),
    ("or more than", Sign::OrCompare(Relation::Above)),
    ("or greater than", Sign::OrCompare(Relation::Above)),
    ("or larger than", Sign::OrCompare(Relation::Above)),
    ("or higher than", Sign::OrCompare(Relation::Above)),
    ("or less than", Sign::OrCompare(Relation::Below)),
    ("or fewer than", Sign::OrCompare(Relation::Below)),
    ("or lower than", Sign::OrCompare(Relation::Below)),
    ("or smaller than", Sign::OrCompare(Relation::Below)),
    ("larger than or equal to", Sign::Compare(Relation::AtLeast)),
    ("higher than or equal to", Sign::Compare(Relation::AtLeast)),
    ("more than or equal to", Sign::Compare(Relation::AtLeast)),
    ("smaller than or equal to", Sign::Compare(Relation::AtMost)),
    ("lower than or equal to", Sign::Compare(Relation::AtMost)),
    ("equal to or greater than", Sign::Compare(Relation::AtLeast)),
    ("by all", Sign::Where),
    ("or more", Sign::OrMore(true)),
    ("or above", Sign::OrMore(true)),
    ("or greater", Sign::OrMore(true)),
    ("or higher", Sign::OrMore(true)),
    ("or less", Sign::OrMore(false)),
    ("or fewer", Sign::OrMore(false)),
    ("or below", Sign::OrMore(false)),
    ("or lower", Sign::OrMore(false)),
    ("across all", Sign::Where),
    ("same", Sign::Same),
    ("the same", Sign::Same),
    ("which", Sign::Which),
    ("why", Sign::Why),
];

/// The longest phrase with a role that begins at a token: the role and the number of tokens.
pub fn sign_at(tokens: &[Token]) -> Option<(Sign, usize)> {
    let matches = |phrase: &str| {
        let words = phrase.split(' ');
        let length = words.clone().count();
        let fits = length <= tokens.len() && words.zip(tokens).all(|(word, token)| token.lower == word);
        fits.then_some(length)
    };
    SIGNS
        .iter()
        .filter_map(|(phrase, sign)| matches(phrase).map(|length| (*sign, length)))
        .max_by_key(|(_, length)| *length)
}

/// Superlatives that name the property they are about: the phrase, what the property may be called, and
/// whether the largest is meant.
pub const SUPERLATIVES: &[(&[&str], &[&str], bool)] = &[
    (&["most", "expensive"], &["price", "cost"], true),
    (&["least", "expensive"], &["price", "cost"], false),
    (&["cheapest"], &["price", "cost"], false),
    (&["youngest"], &["age"], false),
    (&["longest"], &["length", "duration"], true),
    (&["shortest"], &["length", "duration"], false),
    (&["tallest"], &["height"], true),
    (&["heaviest"], &["weight"], true),
    (&["lightest"], &["weight"], false),
    (&["fastest"], &["speed"], true),
];

/// Small numbers written as words.
pub fn number_word(lower: &str) -> Option<i64> {
    const WORDS: [&str; 13] =
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];
    let small = WORDS.iter().position(|w| *w == lower).map(|n| n as i64);
    small.or(match lower {
        "fifteen" => Some(15),
        "twenty" => Some(20),
        "fifty" => Some(50),
        "hundred" => Some(100),
        "thousand" => Some(1000),
        _ => None,
    })
}

/// Reads `1,000.50`, `10k`, `1.5m`, `2b` exactly.
pub fn number(lower: &str) -> Option<Decimal> {
    let plain: String = lower.chars().filter(|c| *c != ',').collect();
    let (digits, zeros) = match plain.chars().last()? {
        'k' => (&plain[..plain.len() - 1], 3),
        'm' => (&plain[..plain.len() - 1], 6),
        'b' => (&plain[..plain.len() - 1], 9),
        _ => (plain.as_str(), 0),
    };
    let number: Decimal = digits.parse().ok()?;
    Some((number * Decimal::from(10i64.pow(zeros))).normalized())
}

/// What a comparison says once it is negated.
pub fn opposite(relation: Relation) -> Relation {
    match relation {
        Relation::Is => Relation::IsNot,
        Relation::IsNot => Relation::Is,
        Relation::Below => Relation::AtLeast,
        Relation::AtMost => Relation::Above,
        Relation::Above => Relation::AtMost,
        Relation::AtLeast => Relation::Below,
        other => other,
    }
}
