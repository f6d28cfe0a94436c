//! Lines of a statement as selections of accounts, and metrics that are such a line: cash flows.

use std::collections::HashSet;

use catalog::Value;
use meaning::Ontology;
use meaning::ontology::{At, Form, FormLine, Metric, Side};

use crate::knowledge::Knowledge;
use crate::ledger::{Account, Ledger};
use crate::semantic::{Amount, Base, Origin, OverTime, Predicate, Test};

/// What a line selects accounts by.
#[derive(PartialEq)]
struct Selector<'f> {
    classes: &'f [String],
    words: &'f [String],
    unwanted: &'f [String],
}

fn selector<'f>(ontology: &'f Ontology, line: &'f FormLine) -> Selector<'f> {
    match line.metric.as_ref().and_then(|id| ontology.metric(id)) {
        Some(metric) => {
            Selector { classes: &metric.classes, words: &metric.accounts, unwanted: &metric.exclude_accounts }
        }
        None => Selector { classes: &line.classes, words: &line.accounts, unwanted: &line.exclude_accounts },
    }
}

/// The accounts of a line, in the order of the chart. Those that a line with words takes are no one else's.
pub fn accounts<'f>(
    ontology: &'f Ontology,
    ledger: &'f Ledger,
    form: &'f Form,
    line: &'f FormLine,
) -> Vec<&'f Account> {
    let own = selector(ontology, line);
    let mut found: Vec<&Account> = if line.everything {
        ledger.chart.iter().collect()
    } else if own.words.is_empty() {
        let of_class = |a: &&Account| a.class.as_ref().is_some_and(|c| own.classes.contains(c));
        ledger.chart.iter().filter(of_class).collect()
    } else {
        called(ledger, &own)
    };
    if !line.everything {
        let others = form.lines.iter().map(|l| selector(ontology, l)).filter(|s| !s.words.is_empty());
        let before = others.take_while(|s| *s != own);
        let taken: HashSet<*const Account> = before.flat_map(|s| called(ledger, &s)).map(std::ptr::from_ref).collect();
        found.retain(|a| !taken.contains(&std::ptr::from_ref(*a)));
    }
    found.sort_by(|a, b| order(a, b));
    found
}

fn called<'f>(ledger: &'f Ledger, selector: &Selector) -> Vec<&'f Account> {
    let classes: Vec<&String> = selector.classes.iter().collect();
    ledger.accounts_called(&classes, selector.words, selector.unwanted)
}

/// By number where both have one, else by key.
fn order(a: &Account, b: &Account) -> std::cmp::Ordering {
    match (&a.number, &b.number) {
        (Some(x), Some(y)) => x.total_cmp(y),
        _ => a.key.total_cmp(&b.key),
    }
}

/// All postings of a ledger, not yet restricted to accounts.
pub fn postings(k: &Knowledge, ledger: &Ledger, label: &str, amount: Amount) -> Base {
    Base {
        plan: false,
        label: label.to_owned(),
        fact: k.graph.nodes()[ledger.lines].table.name.clone(),
        amount,
        scale: ledger.scale,
        whole: false,
        power: 0,
        predicates: Vec::new(),
        date: ledger.date.clone(),
        over_time: OverTime::Sum,
        anew: Vec::new(),
        origin: Origin::Ledger,
        words: String::new(),
    }
}

/// The postings that a line of a statement adds up over a period, where a metric is such a line of flows; none where
/// the statement cannot be drawn up, or where accounts of no known class would be missing in it.
pub fn flow(k: &Knowledge, ledger: &Ledger, metric: &Metric) -> Option<Base> {
    let (form, line, turned) = k.ontology.line_of(metric)?;
    let known = |a: &Account| a.class.as_ref().is_some_and(|c| k.ontology.class(c).is_some());
    let drawn = form.lines.iter().filter(|l| l.needed).all(|l| !accounts(&k.ontology, ledger, form, l).is_empty());
    if !drawn || ledger.chart.is_empty() || !ledger.chart.iter().all(known) {
        return None;
    }
    let (keys, side) = selected(&k.ontology, ledger, form, line)?;
    let side = match (side, turned) {
        (Side::Credit, false) | (Side::Debit, true) => Side::Credit,
        (Side::Debit, false) | (Side::Credit, true) => Side::Debit,
    };
    let sign = if side == Side::Credit { "credit less debit" } else { "debit less credit" };
    let amount = ledger.amount(side)?;
    let column = ledger.account.clone();
    let mut predicates = vec![Predicate { column, test: Test::In(keys), paths: vec![ledger.class_path.clone()] }];
    predicates.extend(ledger.posted.iter().cloned());
    predicates.extend(ledger.not_closing.iter().cloned());
    predicates.extend(ledger.not_opening.clone());
    predicates.extend(k.openings.without());
    let words =
        format!("{:?} of the {}, from the ledger ({sign}, opening and closing entries out)", line.name, form.name);
    Some(Base { words, predicates, ..postings(k, ledger, &metric.id, amount) })
}

/// The accounts of a line of flows and the side on which they count; none where its parts stand on different sides.
fn selected(ontology: &Ontology, ledger: &Ledger, form: &Form, line: &FormLine) -> Option<(Vec<Value>, Side)> {
    if line.sum.is_empty() {
        let keys: Vec<Value> = accounts(ontology, ledger, form, line).iter().map(|a| a.key.clone()).collect();
        return line.side.filter(|_| line.at == At::Flow).map(|side| (keys, side));
    }
    let mut found: (Vec<Value>, Option<Side>) = (Vec::new(), None);
    for id in &line.sum {
        let part = form.lines.iter().find(|l| l.id == *id)?;
        let (keys, side) = selected(ontology, ledger, form, part)?;
        if found.1.replace(side).is_some_and(|known| known != side) {
            return None;
        }
        found.0.extend(keys);
    }
    found.1.map(|side| (found.0, side))
}
