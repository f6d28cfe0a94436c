//! Amounts in several currencies never add up: they are shown by currency.

use catalog::ColumnRef;

use crate::graph::roles::has_role;
use crate::graph::{Path, Role};
use crate::knowledge::Knowledge;
use crate::semantic::{Amount, Base, CURRENCY, Dimension, Origin};

/// The dimension that keeps a base's currencies apart, where its amounts are in several: a currency beside the
/// amount, or on what its rows lead to in one step, that holds more than one value.
///
/// A currency with a name of its own ("document currency") belongs to the amounts that share that name;
/// an amount that is named as that of the books belongs to none.
pub fn apart(k: &Knowledge, base: &Base) -> Option<Dimension> {
    let Amount::Sum(amount) = &base.amount else { return None };
    let root = k.graph.index(&base.fact).filter(|_| base.origin != Origin::Ledger)?;
    let node = &k.graph.nodes()[root];
    let in_books = has_role(node.reads(amount), k.ontology.role("base_amount"));
    let money = has_role(node.reads(amount), k.ontology.role("amount"));
    if in_books || !money {
        return None;
    }
    let near = k.graph.reachable(root).into_iter().filter(|(_, path)| path.len() <= 1);
    near.filter(|(_, path)| k.graph.roles_played(path, &[]) == 0)
        .find_map(|(at, path)| of_table(k, at, path, node.reads(amount)))
}

/// The dimension that keeps the currencies of a ledger's postings apart: a currency on the lines or their entries
/// that holds more than one value, where no second amount beside debit and credit says that these are in the
/// currency of the books.
pub fn of_ledger(k: &Knowledge) -> Option<Dimension> {
    let ledger = k.ledger.as_ref()?;
    let node = &k.graph.nodes()[ledger.lines];
    let told_apart = |c: &catalog::Column| {
        let words = node.reads(&c.name);
        ["base_amount", "foreign_amount"].iter().any(|role| has_role(words, k.ontology.role(role)))
    };
    if node.columns_with(|r| matches!(r, Role::Measure(_))).any(told_apart) {
        return None;
    }
    let near = k.graph.reachable(ledger.lines).into_iter().filter(|(_, path)| path.len() <= 1);
    near.filter(|(at, _)| k.graph.nodes()[*at].table.name != ledger.account.table)
        .find_map(|(at, path)| of_table(k, at, path, &[]))
}

fn of_table(k: &Knowledge, at: usize, path: Path, amount: &[Vec<String>]) -> Option<Dimension> {
    let target = &k.graph.nodes()[at];
    let own = |column: &&catalog::Column| {
        let qualifier: Vec<&String> = target.reads(&column.name).iter().flatten().filter(|w| !is_plain(w)).collect();
        qualifier.is_empty() || qualifier.iter().any(|w| amount.iter().flatten().any(|a| a == *w))
    };
    let column = target.columns_with(|r| r == Role::Currency).find(own)?;
    let reference = ColumnRef::new(target.table.name.clone(), column.name.clone());
    let several = k.graph.statistics(&reference).is_some_and(|s| s.distinct > 1);
    several.then(|| Dimension {
        name: CURRENCY.to_owned(),
        key: vec![reference.clone()],
        shown: vec![reference],
        paths: vec![path],
        bands: None,
    })
}

/// Words that every currency column may have.
fn is_plain(word: &str) -> bool {
    matches!(word, "currenc" | "code" | "id" | "iso" | "ccy" | "cur" | "curr" | "current")
}
