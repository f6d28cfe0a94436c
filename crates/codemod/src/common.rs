//! How often a word occurs where nothing makes it a name of the schema: a word that stands everywhere says little.

use std::collections::HashMap;

use crate::code::Expr;
use crate::draft::Draft;
use crate::finding::{Kind, Part};
use crate::project::{At, Project};

/// Notes on each name that stands alone how often its word occurs elsewhere in the project, for each time that it was taken
/// for a name. Words of several parts (`due_on`, `dueOn`) are seldom anything else and are left alone. Cost: one pass over
/// all nodes.
pub fn weigh(project: &Project, drafts: &mut [(Draft, At)]) {
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (draft, _) in drafts.iter() {
        if let Some(word) = lone(draft) {
            *taken.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut occurs: HashMap<&str, usize> = taken.keys().map(|word| (word.as_str(), 0)).collect();
    for code in project.files.iter().map(|f| &f.code) {
        for (id, node) in code.nodes.iter().enumerate() {
            let word = match &node.expr {
                Expr::Member { name, .. } | Expr::Name(name) => Some(name.as_str()),
                _ => code.literal(id),
            };
            if let Some(count) = word.and_then(|word| occurs.get_mut(word)) {
                *count += 1;
            }
        }
    }
    let elsewhere: HashMap<String, f64> = taken
        .iter()
        .map(|(word, taken)| {
            let others = occurs.get(word.as_str()).map_or(0, |n| n.saturating_sub(*taken));
            (word.clone(), others as f64 / *taken as f64)
        })
        .collect();
    for (draft, _) in drafts {
        draft.features.elsewhere = lone(draft).and_then(|word| elsewhere.get(word)).copied().unwrap_or_default();
    }
}

/// The one word of a name that stands alone.
fn lone(draft: &Draft) -> Option<&str> {
    let alone = match draft.kind {
        Kind::TableName | Kind::ColumnName | Kind::Drift => true,
        Kind::SqlTemplate => draft.part == Some(Part::Fragment),
        _ => false,
    };
    let [identifier] = draft.identifiers.as_slice() else { return None };
    // Others of the same record speak for it.
    let alone = alone && draft.features.agreeing < 2;
    let one =
        identifier.name.chars().all(|c| c.is_lowercase()) || identifier.name.chars().skip(1).all(char::is_lowercase);
    Some(identifier.name.as_str()).filter(|_| alone && one)
}
