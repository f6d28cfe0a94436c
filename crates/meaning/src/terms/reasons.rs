//! Why a name was found.

use serde::Serialize;

use super::align::Alignment;
use super::names::{Name, Names};
use super::query::{Query, Way};
use crate::link::{Evidence, Link};
use crate::own::Place;

/// A meaning with what tells it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The meaning, its score (0 to 1; a rank, no probability) and the sort of evidence.
    #[serde(flatten)]
    pub link: Link,
    /// Which parts of names stand for which words of the term; empty where the meaning is no name.
    pub because: Vec<Reason>,
    /// Where the user's own vocabulary says so, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<Place>,
}

/// A part of a name that stands for words of the term.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The words.
    pub word: String,
    /// The part of the name.
    pub part: String,
    /// How it stands for them.
    pub way: Way,
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Reason { word, part, way } = self;
        match way {
            Way::Same => write!(f, "{part}"),
            Way::Form => write!(f, "{part}: a form of {word}"),
            Way::Abbreviation | Way::Shortened => write!(f, "{part}: short for {word}"),
            Way::Synonym => write!(f, "{part}: another word for {word}"),
            Way::Initials => write!(f, "{part}: initials of {word}"),
            Way::Alike => write!(f, "{part}: spelled like {word}"),
        }
    }
}

/// The parts of a name that stand for words, in its order.
pub(super) fn reasons(names: &Names, name: &Name, query: &Query, aligned: &[Option<Alignment>]) -> Vec<Reason> {
    let mut reasons = Vec::new();
    for piece in &name.pieces {
        let text = &names.pieces[*piece as usize].text;
        for s in aligned[*piece as usize].iter().flat_map(|a| &a.stretches) {
            let words = query.words[s.words.0..=s.words.1].iter().map(|w| w.text.as_str());
            let word = words.collect::<Vec<_>>().join(" ");
            let reason = Reason { word, part: text[s.start..s.end].to_owned(), way: s.way };
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
        }
    }
    reasons
}

/// The sort of evidence that a name is: as weak as its weakest part.
pub(super) fn evidence(name: &Name, explained: f32, reasons: &[Reason]) -> Evidence {
    match reasons.iter().map(|r| r.way).max() {
        _ if name.evidence == Evidence::Comment => Evidence::Comment,
        Some(Way::Alike) => Evidence::Spelling,
        Some(Way::Abbreviation | Way::Shortened | Way::Initials) => Evidence::Abbreviation,
        Some(Way::Synonym) => Evidence::Synonym,
        _ if explained > 0.9 => Evidence::Name,
        _ => Evidence::PartOfName,
    }
}
