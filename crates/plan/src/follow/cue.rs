//! Words by which a text goes on from the question before it, as tables.

use meaning::{Token, tokenize};

/// How a text goes on from what was asked before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    /// Nothing says that it goes on: "by region", "2024".
    Plain,
    /// "What about", "instead": in place of what stood there.
    Instead,
    /// "And": beside it where that can be, else in place of it.
    And,
    /// "Also", "too", "vs": beside it.
    Also,
    /// "Only", "just": less of it.
    Only,
}

/// What a text takes away from the question before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// The breakdown: "in total".
    Breakdown,
    /// The period: "for all time".
    Period,
    /// The comparison.
    Comparison,
    /// The rank.
    Limit,
    /// All restrictions.
    Filters,
}

/// A text without the words that only say how it goes on.
#[derive(Clone, Debug, PartialEq)]
pub struct Cue {
    /// How it goes on.
    pub manner: Manner,
    /// The rest. It begins with a word without content, for names are told by their capitals anywhere but at the
    /// beginning.
    pub rest: Vec<Token>,
}

/// Openings, and how the text goes on behind them.
const OPENERS: &[(&str, Manner)] = &[
    ("what about", Manner::Instead),
    ("and what about", Manner::Instead),
    ("how about", Manner::Instead),
    ("and how about", Manner::Instead),
    ("what of", Manner::Instead),
    ("the same for", Manner::Instead),
    ("and the same for", Manner::Instead),
    ("same for", Manner::Instead),
    ("and same for", Manner::Instead),
    ("same but", Manner::Instead),
    ("the same but", Manner::Instead),
    ("do the same for", Manner::Instead),
    ("repeat for", Manner::Instead),
    ("instead", Manner::Instead),
    ("instead of that", Manner::Instead),
    ("make it", Manner::Instead),
    ("make that", Manner::Instead),
    ("switch to", Manner::Instead),
    ("change to", Manner::Instead),
    ("and", Manner::And),
    ("and also", Manner::Also),
    ("also", Manner::Also),
    ("add", Manner::Also),
    ("and add", Manner::Also),
    ("also add", Manner::Also),
    ("plus", Manner::Also),
    ("together with", Manner::Also),
    ("along with", Manner::Also),
    ("as well as", Manner::Also),
    ("break it down by", Manner::And),
    ("break that down by", Manner::And),
    ("break this down by", Manner::And),
    ("break those down by", Manner::And),
    ("break them down by", Manner::And),
    ("further by", Manner::And),
    ("drill down by", Manner::And),
    ("only", Manner::Only),
    ("just", Manner::Only),
    ("and only", Manner::Only),
    ("and just", Manner::Only),
    ("but only", Manner::Only),
    ("but just", Manner::Only),
    ("but", Manner::Only),
    ("keep", Manner::Only),
    ("keep only", Manner::Only),
    ("limit to", Manner::Only),
    ("limit it to", Manner::Only),
    ("restrict to", Manner::Only),
    ("restrict it to", Manner::Only),
    ("restrict that to", Manner::Only),
    ("narrow down to", Manner::Only),
    ("narrow it down to", Manner::Only),
    ("filter to", Manner::Only),
    ("filter by", Manner::Only),
    ("filter on", Manner::Only),
    ("focus on", Manner::Only),
    ("zoom in on", Manner::Only),
];

/// Openings that keep their words: those have a role of their own.
const KEPT: &[(&str, Manner)] = &[
    ("vs", Manner::Also),
    ("versus", Manner::Also),
    ("against", Manner::Also),
    ("compared to", Manner::Also),
    ("compared with", Manner::Also),
    ("excluding", Manner::Only),
    ("except", Manner::Only),
    ("except for", Manner::Only),
    ("without", Manner::Only),
    ("but not", Manner::Only),
    ("not", Manner::Only),
];

/// Endings.
const ENDINGS: &[(&str, Manner)] = &[
    ("instead", Manner::Instead),
    ("for the same period", Manner::Instead),
    ("in the same period", Manner::Instead),
    ("over the same period", Manner::Instead),
    ("for the same", Manner::Instead),
    ("too", Manner::Also),
    ("as well", Manner::Also),
    ("in addition", Manner::Also),
    ("only", Manner::Only),
    ("please", Manner::Plain),
    ("then", Manner::Plain),
    ("though", Manner::Plain),
    ("now", Manner::Plain),
];

/// Courtesies before the text.
const COURTESIES: &[&str] = &[
    "ok",
    "okay",
    "well",
    "right",
    "great",
    "good",
    "thanks",
    "thank you",
    "please",
    "hm",
    "hmm",
    "so",
    "yes",
    "fine",
    "now",
    "then",
];

/// Ways of saying that are read as others.
const SAID: &[(&str, &str)] = &[
    ("as a share of the total", "share of total"),
    ("as a share of total", "share of total"),
    ("as a percentage of the total", "share of total"),
    ("as a percentage of total", "share of total"),
    ("as a percent of total", "share of total"),
    ("as percent of the total", "share of total"),
    ("as percent of total", "share of total"),
    ("as percentage of total", "share of total"),
    ("as % of the total", "share of total"),
    ("as % of total", "share of total"),
    ("as a % of total", "share of total"),
    ("in percent of total", "share of total"),
    ("in % of total", "share of total"),
    ("as a share", "share of total"),
    ("as shares", "share of total"),
    ("as a percentage", "share of total"),
    ("as percentages", "share of total"),
    ("in percent", "share of total"),
    ("cumulatively", "cumulative"),
    ("accumulated", "cumulative"),
    ("added up", "cumulative"),
    ("as a running total", "cumulative"),
    ("leave out", "excluding"),
    ("take out", "excluding"),
    ("exclude", "excluding"),
    ("remove", "excluding"),
    ("drop", "excluding"),
    ("ignore", "excluding"),
    ("omit", "excluding"),
    ("largest first", "descending"),
    ("highest first", "descending"),
    ("biggest first", "descending"),
    ("smallest first", "ascending"),
    ("lowest first", "ascending"),
    ("compare to", "compared to"),
    ("compare with", "compared with"),
    ("compare it to", "compared to"),
    ("compare it with", "compared with"),
    ("compare that to", "compared to"),
    ("compare that with", "compared with"),
    ("split it by", "by"),
    ("split that by", "by"),
    ("group it by", "by"),
    ("group that by", "by"),
    ("group them by", "by"),
    ("show it by", "by"),
    ("show that by", "by"),
    ("show them by", "by"),
    ("show it per", "by"),
    ("sort it by", "sort by"),
    ("sort them by", "sort by"),
    ("sort that by", "sort by"),
    ("order them by", "sort by"),
    ("rank by", "sort by"),
];

/// Whole texts that take something away.
const REMOVALS: &[(&str, Removal)] = &[
    ("in total", Removal::Breakdown),
    ("the total", Removal::Breakdown),
    ("total", Removal::Breakdown),
    ("overall", Removal::Breakdown),
    ("without a breakdown", Removal::Breakdown),
    ("without the breakdown", Removal::Breakdown),
    ("no breakdown", Removal::Breakdown),
    ("all time", Removal::Period),
    ("for all time", Removal::Period),
    ("all years", Removal::Period),
    ("for all years", Removal::Period),
    ("all periods", Removal::Period),
    ("without a period", Removal::Period),
    ("without the period", Removal::Period),
    ("without the comparison", Removal::Comparison),
    ("without a comparison", Removal::Comparison),
    ("without comparison", Removal::Comparison),
    ("no comparison", Removal::Comparison),
    ("without the limit", Removal::Limit),
    ("without a limit", Removal::Limit),
    ("no limit", Removal::Limit),
    ("all of them", Removal::Limit),
    ("show all", Removal::Limit),
    ("without the filter", Removal::Filters),
    ("without the filters", Removal::Filters),
    ("without filters", Removal::Filters),
    ("no filter", Removal::Filters),
    ("no filters", Removal::Filters),
];

/// Cuts off courtesies and the words that say how a text goes on, and reads what is left in one way of saying it.
pub fn cue(tokens: &[Token]) -> Cue {
    let mut rest = tokens;
    while let Some(length) = COURTESIES.iter().filter_map(|c| starts(rest, c)).max().filter(|n| *n < rest.len()) {
        rest = without_commas(&rest[length..]);
    }
    let mut manner = Manner::Plain;
    while let Some((ending, length)) =
        ENDINGS.iter().filter_map(|(e, m)| ends(rest, e).map(|n| (*m, n))).max_by_key(|f| f.1)
    {
        if length == rest.len() {
            break;
        }
        manner = if ending == Manner::Plain { manner } else { ending };
        rest = &rest[..rest.len() - length];
    }
    let opener = OPENERS.iter().filter_map(|(o, m)| starts(rest, o).map(|n| (*m, n))).max_by_key(|f| f.1);
    if let Some((opening, length)) = opener.filter(|(_, n)| *n < rest.len()) {
        manner = if manner == Manner::Plain || opening != Manner::And { opening } else { manner };
        rest = without_commas(&rest[length..]);
    }
    let mut all = tokenize("show");
    let breaks = matches!(opener, Some((Manner::And, length)) if length > 1);
    if breaks {
        all.extend(tokenize("by"));
    }
    let rest = one_way(rest);
    let kept = KEPT.iter().filter_map(|(o, m)| starts(&rest, o).map(|n| (*m, n))).max_by_key(|f| f.1);
    let manner = match (manner, kept) {
        (Manner::Plain | Manner::And, Some((kept, _))) => kept,
        _ => manner,
    };
    all.extend(rest);
    Cue { manner, rest: all }
}

impl Cue {
    /// What it takes away, where that is all it says.
    pub fn removal(&self) -> Option<Removal> {
        let words = &self.rest[1..];
        REMOVALS.iter().find(|(phrase, _)| starts(words, phrase) == Some(words.len())).map(|(_, removal)| *removal)
    }
}

/// The number of tokens of a phrase, where the tokens start with it.
pub fn starts(tokens: &[Token], phrase: &str) -> Option<usize> {
    let length = phrase.split(' ').count();
    let fits = length <= tokens.len() && phrase.split(' ').zip(tokens).all(|(word, token)| token.lower == word);
    fits.then_some(length)
}

fn ends(tokens: &[Token], phrase: &str) -> Option<usize> {
    let length = phrase.split(' ').count();
    starts(tokens.get(tokens.len().checked_sub(length)?..)?, phrase)
}

fn without_commas(tokens: &[Token]) -> &[Token] {
    let commas = tokens.iter().take_while(|t| matches!(t.kind, meaning::TokenKind::Comma | meaning::TokenKind::Stop));
    &tokens[commas.count()..]
}

/// The tokens with each known way of saying something replaced by the one that is read.
fn one_way(tokens: &[Token]) -> Vec<Token> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let said = SAID.iter().filter_map(|(said, read)| starts(&tokens[at..], said).map(|n| (n, *read)));
        match said.max_by_key(|found| found.0) {
            Some((length, read)) => {
                out.extend(tokenize(read));
                at += length;
            }
            None => {
                out.push(tokens[at].clone());
                at += 1;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Manner, String) {
        let cue = cue(&tokenize(text));
        (cue.manner, cue.rest[1..].iter().map(|t| t.lower.as_str()).collect::<Vec<_>>().join(" "))
    }

    #[test]
    fn openings_and_endings_say_how_a_text_goes_on() {
        let cases = [
            ("by region", Manner::Plain, "by region"),
            ("by region instead", Manner::Instead, "by region"),
            ("ok, and what about APAC?", Manner::Instead, "apac"),
            ("and by region?", Manner::And, "by region"),
            ("APAC too", Manner::Also, "apac"),
            ("and APAC too", Manner::Also, "apac"),
            ("just EMEA please", Manner::Only, "emea"),
            ("vs last year", Manner::Also, "vs last year"),
            ("compare it to budget", Manner::Also, "compared to budget"),
            ("leave out Germany", Manner::Only, "excluding germany"),
            ("break that down by product", Manner::And, "by product"),
            ("as a percentage of the total", Manner::Plain, "share of total"),
        ];
        for (text, manner, rest) in cases {
            assert_eq!(read(text), (manner, rest.to_owned()), "{text}");
        }
    }

    #[test]
    fn an_opening_alone_is_no_opening() {
        assert_eq!(read("only"), (Manner::Plain, "only".to_owned()));
        assert_eq!(read("and"), (Manner::Plain, "and".to_owned()));
    }

    #[test]
    fn what_is_taken_away_is_said_in_whole_texts_only() {
        let removal = |text: &str| cue(&tokenize(text)).removal();
        assert_eq!(removal("in total"), Some(Removal::Breakdown));
        assert_eq!(removal("and just the total"), Some(Removal::Breakdown));
        assert_eq!(removal("total revenue"), None);
    }
}
