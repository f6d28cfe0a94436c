//! Scores of tables and columns: how well their names and a term explain one another.

use super::align::Alignment;
use super::names::{ColumnNames, Name, Names, TableNames};
use super::query::Query;

/// How much each hint counts. Fitted on terms of databases that nobody here named; `docs/measurements.md` says how.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    /// A word found in the table's name against one found in the column's own.
    pub table: f32,
    /// Share of the score that the explained part of the name makes up.
    pub name: f32,
    /// Weight of an unexplained piece that the table's name has too.
    pub owner: f32,
    /// What the words around the term may add.
    pub context: f32,
    /// Of that, the part of those words that is found, against the part of the table's name that they explain.
    pub around: f32,
    /// What columns found by the words around say of their table.
    pub company: f32,
    /// What the key of a table gains.
    pub key: f32,
    /// What a wholly explained name of the table adds.
    pub own: f32,
    /// What a word around the term loses with each word in between.
    pub decay: f32,
    /// Power of the rarity of pieces.
    pub rarity: f32,
}

/// The weights in use.
pub(super) const FITTED: Weights = Weights {
    table: 0.6,
    name: 0.5,
    owner: 0.4,
    context: 0.5,
    around: 0.35,
    company: 0.3,
    key: 0.02,
    own: 0.06,
    decay: 0.93,
    rarity: 0.5,
};

/// From this quality on a word counts as found, when its rarity is weighed.
const FOUND: f32 = 0.6;

/// A phrase laid over all pieces of all names.
pub(super) struct Matched<'n> {
    names: &'n Names,
    /// The phrase.
    pub query: Query,
    /// What it explains of each piece.
    pub aligned: Vec<Option<Alignment>>,
    /// Weight of each of its words: the rarer, the heavier.
    weights: Vec<f32>,
}

impl<'n> Matched<'n> {
    /// Lays a phrase over all pieces. Cost: well under a microsecond for most pieces.
    pub fn new(names: &'n Names, query: Query) -> Matched<'n> {
        let aligned = names.aligned(&query);
        let total = names.columns.len() as f32;
        let mut seen = vec![0.0_f32; query.words.len()];
        for (piece, alignment) in names.pieces.iter().zip(&aligned) {
            for s in alignment.iter().flat_map(|a| &a.stretches).filter(|s| s.quality >= FOUND) {
                (s.words.0..=s.words.1).for_each(|w| seen[w] += piece.columns as f32);
            }
        }
        let weight = |(word, seen): (&super::query::Word, &f32)| word.weight * (1.0 + total / (1.0 + seen)).ln();
        let weights = query.words.iter().zip(&seen).map(weight).collect();
        Matched { names, query, aligned, weights }
    }

    /// The part of the phrase that is found, where each word's part is given.
    fn held(&self, found: impl Fn(usize) -> f32) -> f32 {
        let sum: f32 = self.weights.iter().enumerate().map(|(w, weight)| weight * found(w)).sum();
        sum / self.weights.iter().sum::<f32>().max(f32::EPSILON)
    }

    /// Whether a name has nothing to do with the phrase, as most have.
    fn is_foreign(&self, name: &Name) -> bool {
        name.pieces.iter().all(|p| self.aligned[*p as usize].is_none())
    }

    /// How well each word of the phrase is found in names, the best of them for each.
    fn best_of<'a>(&self, names: impl IntoIterator<Item = &'a Name>) -> Vec<f32> {
        let mut best = vec![0.0_f32; self.weights.len()];
        for name in names {
            let aligned = name.pieces.iter().filter_map(|p| self.aligned[*p as usize].as_ref());
            for s in aligned.flat_map(|a| &a.stretches) {
                (s.words.0..=s.words.1).for_each(|w| best[w] = best[w].max(s.quality));
            }
        }
        best
    }

    /// The part of a name that the phrase explains, rare pieces counting more.
    pub fn explained(&self, name: &Name, owner: &[u32]) -> f32 {
        let (mut sum, mut of) = (0.0, 0.0);
        for piece in &name.pieces {
            let share = self.aligned[*piece as usize].as_ref().map_or(0.0, |a| a.explained);
            let inherited = share == 0.0 && owner.contains(piece);
            let weight = self.piece_weight(*piece) * if inherited { FITTED.owner } else { 1.0 };
            sum += weight * share;
            of += weight;
        }
        if of > 0.0 { sum / of } else { 0.0 }
    }

    fn piece_weight(&self, piece: u32) -> f32 {
        let piece = &self.names.pieces[piece as usize];
        let total = self.names.columns.len() as f32 + 1.0;
        let rarity = (total / (piece.columns as f32 + 1.0)).ln() / total.ln().max(f32::EPSILON);
        piece.text.len().min(8) as f32 * rarity.max(0.02).powf(FITTED.rarity)
    }
}

/// What is known of a table before its columns are looked at.
pub(super) struct TableScore {
    /// How well each word of the term is found in its name.
    found: Vec<f32>,
    /// What the words around say, 0 to 1.
    near: f32,
    /// Part of its name that the term explains.
    explained: f32,
    /// Its own score.
    pub score: f32,
}

/// The highest score there is, so that scores end at 1.
fn highest(with_context: bool) -> f32 {
    1.0 + FITTED.own + FITTED.key + if with_context { FITTED.context } else { 0.0 }
}

/// Scores of all tables.
pub(super) fn tables(term: &Matched<'_>, around: Option<&Matched<'_>>) -> Vec<TableScore> {
    let near = around.map(context);
    let score = |(i, table): (usize, &TableNames)| {
        let found = term.best_of(&table.names);
        let explained = table.names.iter().map(|n| term.explained(n, &[])).fold(0.0, f32::max);
        let held = term.held(|w| found[w]);
        let own = held * (1.0 - FITTED.name + FITTED.name * explained);
        let near = near.as_ref().map_or(0.0, |n| n[i]);
        let score = if own > 0.0 { (own + FITTED.context * near) / highest(around.is_some()) } else { 0.0 };
        TableScore { found, near, explained, score }
    };
    term.names.tables.iter().enumerate().map(score).collect()
}

/// The score of a column, 0 to 1, and which of its names gives it.
pub(super) fn column(term: &Matched<'_>, column: &ColumnNames, table: &TableScore, with_context: bool) -> (f32, usize) {
    let owner = &term.names.tables[column.table].names[0].pieces;
    let of_name = |name: &Name| {
        if term.is_foreign(name) {
            return term.held(|w| table.found[w] * FITTED.table) * (1.0 - FITTED.name);
        }
        let own = term.best_of([name]);
        let held = term.held(|w| own[w].max(table.found[w] * FITTED.table));
        held * (1.0 - FITTED.name + FITTED.name * term.explained(name, owner))
    };
    let scores = column.names.iter().map(of_name).enumerate();
    let (best, score) = scores.max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0))).unwrap_or((0, 0.0));
    if score <= 0.0 {
        return (0.0, best);
    }
    let key = if column.key { FITTED.key } else { 0.0 };
    ((score + key + FITTED.own * table.explained + FITTED.context * table.near) / highest(with_context), best)
}

/// How much the words around a term speak for each table, 0 to 1: a table is near if they hold its name, or the
/// names of its columns.
fn context(around: &Matched<'_>) -> Vec<f32> {
    let score = |table: &TableNames| {
        let mut found = around.best_of(&table.names);
        let columns = &around.names.columns[table.columns.clone()];
        for name in columns.iter().flat_map(|c| &c.names).filter(|n| !around.is_foreign(n)) {
            for (best, quality) in found.iter_mut().zip(around.best_of([name])) {
                *best = best.max(quality * FITTED.company);
            }
        }
        let explained = table.names.iter().map(|n| around.explained(n, &[])).fold(0.0, f32::max);
        (around.held(|w| found[w]), explained)
    };
    let scores: Vec<(f32, f32)> = around.names.tables.iter().map(score).collect();
    let most = scores.iter().map(|s| s.0).fold(f32::EPSILON, f32::max);
    scores.iter().map(|(held, explained)| FITTED.around * held / most + (1.0 - FITTED.around) * explained).collect()
}
