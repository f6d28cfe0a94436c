//! What is known while pieces are read, and what phrases are.

use meaning::{Meaning, Mention};

use super::piece::Piece;
use crate::intent::{Ask, Fold, Intent, Relation};

/// What the next phrase is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Something to return.
    Ask,
    /// A breakdown.
    By,
    /// An order.
    Sort,
    /// A restriction or the owner of what was asked for.
    Where,
}

/// How many rows "top customers" shows when no number is given.
pub const TOP_DEFAULT: u64 = 10;

/// The machine between two pieces.
pub struct Machine<'p> {
    pub(super) pieces: &'p [Piece],
    pub(super) at: usize,
    pub(super) intent: Intent,
    pub(super) section: Section,
    pub(super) fold: Option<Fold>,
    pub(super) distinct: bool,
    pub(super) extreme: Option<bool>,
    pub(super) most: Option<bool>,
    pub(super) count: Option<u64>,
    pub(super) relation: Option<Relation>,
    pub(super) negated: bool,
    pub(super) without: bool,
    pub(super) between: bool,
    /// A phrase in a restriction whose part is not yet known.
    pub(super) held: Option<Ask>,
    /// The last phrase, for comparisons that follow it.
    pub(super) last: Option<Ask>,
    /// The direction of an order that was named before or after its subject.
    pub(super) direction: Option<bool>,
    /// Whether "and", a comma or "versus" stood before the next ask.
    pub(super) separated: bool,
    /// "last" or "first" things, by time; true for the latest.
    pub(super) recent: Option<bool>,
    /// The last sort of thing that was named.
    pub(super) thing: Option<Mention>,
    /// Further ways to put the next phrase together.
    pub(super) more_folds: Vec<Fold>,
    /// Whether the breakdown was opened by "each" or "every".
    pub(super) each: bool,
    /// Whether "of" opened the restriction, and the owner that stood behind it.
    pub(super) owning: bool,
    /// How many conditions there were when "or" was read.
    pub(super) or_at: Option<usize>,
    /// How many things were asked for when the last sentence ended, if one did.
    pub(super) said: Option<usize>,
}

/// "50%", "50 percent".
pub fn is_percent(piece: &Piece) -> bool {
    matches!(piece, Piece::Unknown(word) if word == "%" || word.eq_ignore_ascii_case("percent"))
}

/// Whether a phrase names a sort of thing.
pub fn is_thing(mention: &Mention) -> bool {
    let best = mention.links[0].score;
    mention.links.iter().any(|l| l.score >= best - 0.13 && matches!(l.meaning, Meaning::Table { .. }))
}

/// Whether a phrase may name a sort of thing, perhaps among others.
pub fn may_be_thing(mention: &Mention) -> bool {
    is_thing(mention) || mention.links.iter().any(|l| l.score >= 0.75 && matches!(l.meaning, Meaning::Table { .. }))
}

/// Whether a phrase names a column first of all, and well.
pub fn is_property(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Column { .. }) && mention.links[0].score > 0.85
}

/// Whether a phrase names a property that says when something was.
pub fn is_time_property(mention: &Mention) -> bool {
    let last = mention.text.rsplit(' ').next().unwrap_or("");
    mention.tokens.len() > 1 && is_property(mention) && matches!(last, "year" | "date" | "time")
}

/// Whether a noun names the column of a value, or its table.
pub fn is_kind_of(value: &Mention, noun: &Mention) -> bool {
    let column = value.links.iter().find_map(|l| match &l.meaning {
        Meaning::Value { column, .. } => Some(column),
        _ => None,
    });
    let named = |c: &catalog::ColumnRef| {
        noun.links.iter().filter(|l| l.score > 0.85).any(|l| match &l.meaning {
            Meaning::Column { column } => column == c,
            Meaning::Table { table } => *table == c.table,
            _ => false,
        })
    };
    column.is_some_and(named)
}

/// Whether a phrase names a metric first of all.
pub fn is_number(mention: &Mention) -> bool {
    matches!(mention.links[0].meaning, Meaning::Metric { .. })
}
