//! Recognising a double-entry ledger: debit and credit side by side, an account behind each line,
//! and account classes among the sampled values.

use std::collections::BTreeMap;

use catalog::{ColumnRef, Rows, TypeKind, Value};
use meaning::Ontology;
use meaning::naming::content_stems;
use meaning::ontology::{Side, Stems};
use meaning::values::phrase_words;
use sql::{Expr, Select, Source};

use crate::documents::{self, Scenario};
use crate::graph::roles::{contains, has_role};
use crate::graph::{Graph, Path, Role};
use crate::semantic::{Amount, Dated, Predicate, Test};

/// A recognised ledger.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Node of the lines.
    pub lines: usize,
    /// Where debits and credits stand.
    pub sides: Sides,
    /// Digits behind the point, where declared.
    pub scale: Option<u32>,
    /// Column that holds the account's class.
    pub class: ColumnRef,
    /// Path from the lines to the class.
    pub class_path: Path,
    /// Stored class values by class id.
    pub classes: BTreeMap<String, Vec<Value>>,
    /// Column that identifies the account.
    pub account: ColumnRef,
    /// Column with the number that people know the account by, where there is one.
    pub number: Option<ColumnRef>,
    /// Columns that name the account: its label first, then its groups.
    pub names: Vec<ColumnRef>,
    /// The accounts, once they were read.
    pub chart: Vec<Account>,
    /// When a line counts.
    pub date: Option<Dated>,
    /// Keeps drafts and voided entries out.
    pub posted: Vec<Predicate>,
    /// Keeps closing entries out of profit and loss.
    pub not_closing: Vec<Predicate>,
    /// Keeps opening entries out of flows of cash.
    pub not_opening: Option<Predicate>,
    /// The sets of rules by which it is kept side by side, where there are several: one of them is taken, never all.
    pub parallel: Option<Scenario>,
}

/// Where a ledger keeps debits and credits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sides {
    /// In two columns.
    Pair {
        /// Debit column.
        debit: String,
        /// Credit column.
        credit: String,
    },
    /// In one column, told apart by the sign.
    Signed {
        /// The column.
        amount: String,
        /// Which side is positive, once the data was asked.
        positive: Option<Side>,
    },
}

/// An account of the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Account {
    /// The value that identifies it.
    pub key: Value,
    /// The id of its class, where the class was recognised.
    pub class: Option<String>,
    /// The number that people know it by.
    pub number: Option<Value>,
    /// What it is called: label, then groups.
    pub names: Vec<String>,
}

/// Accounts read at the most.
const MOST_ACCOUNTS: u64 = 20_000;

/// Fewer recognised classes than this make no ledger.
const FEWEST_CLASSES: usize = 3;

/// Finds the ledger of a schema: debit and credit in two columns before signed amounts, which plans
/// and other lists have too; then the one with most recognised classes, then most rows.
pub fn find(graph: &Graph, ontology: &Ontology) -> Option<Ledger> {
    let ledgers = (0..graph.nodes().len()).filter_map(|node| recognise(graph, ontology, node));
    let actual = ledgers.filter(|l| documents::scenario(graph, ontology, l.lines).is_none());
    actual.max_by_key(|l| (matches!(l.sides, Sides::Pair { .. }), l.classes.len(), graph.nodes()[l.lines].rows))
}

fn recognise(graph: &Graph, ontology: &Ontology, lines: usize) -> Option<Ledger> {
    let (sides, scale) = pair(graph, ontology, lines).or_else(|| signed(graph, ontology, lines))?;
    let (class, class_path, classes) = class_column(graph, ontology, lines)?;
    let node = graph.index(&class.table)?;
    let names = account_names(graph, node, &class);
    // Where the lines themselves say the class, that is all that is known of their accounts.
    let own_key = graph.nodes()[node].single_key().filter(|_| node != lines);
    let key = own_key.map_or_else(|| class.column.clone(), str::to_owned);
    let number = account_number(graph, node, &key);
    let account = ColumnRef::new(class.table.clone(), key);
    let date = documents::event_date(graph, ontology, lines);
    let mut posted = documents::posted(graph, ontology, lines);
    posted.extend(documents::live(graph, ontology, lines));
    let not_closing = documents::not_closing(graph, ontology, lines);
    let not_opening = documents::not_opening(graph, ontology, lines);
    Some(Ledger {
        lines,
        sides,
        scale,
        class,
        class_path,
        classes,
        account,
        number,
        names,
        chart: Vec::new(),
        date,
        posted,
        not_closing,
        not_opening,
        parallel: documents::parallel(graph, ontology, lines),
    })
}

/// The pair of numeric columns called debit and credit. Of several pairs (original and base
/// currency) the one in the currency of the books is taken.
fn pair(graph: &Graph, ontology: &Ontology, node: usize) -> Option<(Sides, Option<u32>)> {
    let columns = |role: &str| {
        let mut found: Vec<(i32, &catalog::Column)> = Vec::new();
        for column in graph.nodes()[node].columns_with(|r| matches!(r, Role::Measure(_))) {
            let words = graph.nodes()[node].reads(&column.name);
            if has_role(words, ontology.role(role)) {
                let foreign = i32::from(has_role(words, ontology.role("foreign_amount")));
                let base = i32::from(has_role(words, ontology.role("base_amount")));
                found.push((foreign * 2 - base * 2 + words[0].len() as i32, column));
            }
        }
        found.into_iter().min_by_key(|(rank, _)| *rank).map(|(_, column)| column)
    };
    let (debit, credit) = (columns("debit")?, columns("credit")?);
    let sides = Sides::Pair { debit: debit.name.clone(), credit: credit.name.clone() };
    (debit.name != credit.name).then(|| (sides, scale_of(debit)))
}

/// The only amount of lines that have a document above them; the data will tell which side is positive.
fn signed(graph: &Graph, ontology: &Ontology, node: usize) -> Option<(Sides, Option<u32>)> {
    let foreign = |c: &&catalog::Column| has_role(graph.nodes()[node].reads(&c.name), ontology.role("foreign_amount"));
    let money = |c: &&catalog::Column| has_role(graph.nodes()[node].reads(&c.name), ontology.role("amount"));
    let columns = graph.nodes()[node].columns_with(|r| matches!(r, Role::Measure(_))).filter(money);
    let amounts: Vec<&catalog::Column> = columns.filter(|c| !foreign(c)).collect();
    match amounts.as_slice() {
        [only] => Some((Sides::Signed { amount: only.name.clone(), positive: None }, scale_of(only))),
        _ => None,
    }
}

fn scale_of(column: &catalog::Column) -> Option<u32> {
    match column.ty.kind {
        TypeKind::Decimal { scale, .. } => scale,
        TypeKind::Int => Some(0),
        _ => None,
    }
}

type Classes = BTreeMap<String, Vec<Value>>;

/// The text column, on the lines or on what they lead to, whose values are account classes.
fn class_column(graph: &Graph, ontology: &Ontology, lines: usize) -> Option<(ColumnRef, Path, Classes)> {
    let mut best: Option<(usize, ColumnRef, Path, Classes)> = None;
    for (node, path) in graph.reachable(lines).into_iter().filter(|(_, p)| p.len() <= 3) {
        let table = &graph.nodes()[node].table;
        for column in table.columns.iter().filter(|c| c.ty.kind.is_text() || c.ty.kind == TypeKind::Unknown) {
            let reference = ColumnRef::new(table.name.clone(), column.name.clone());
            let Some(statistics) = graph.statistics(&reference) else { continue };
            let classes = read_classes(ontology, statistics.values.iter().map(|(v, _)| v));
            let matched: usize = classes.values().map(Vec::len).sum();
            let named = has_role(graph.nodes()[node].reads(&column.name), ontology.role("class"));
            let enough = classes.len() >= FEWEST_CLASSES && matched * 10 >= statistics.values.len() * 6;
            let rank = classes.len() * 2 + usize::from(named);
            if enough && best.as_ref().is_none_or(|(r, ..)| rank > *r) {
                best = Some((rank, reference, path.clone(), classes));
            }
        }
    }
    best.map(|(_, column, path, classes)| (column, path, classes))
}

/// Sorts values by the account class that they name. The longest class phrase in a value wins.
pub fn read_classes<'v>(ontology: &Ontology, values: impl Iterator<Item = &'v Value>) -> Classes {
    let phrases: Vec<(Stems, &str)> = ontology
        .classes
        .iter()
        .flat_map(|c| c.words.iter().map(|w| (content_stems(&phrase_words(w)), c.id.as_str())))
        .collect();
    let mut classes = Classes::new();
    for value in values {
        let words = content_stems(&phrase_words(&value.to_string().replace('_', " ")));
        let exact = phrases.iter().find(|(phrase, _)| *phrase == words);
        let inside =
            || phrases.iter().filter(|(phrase, _)| contains(&words, phrase)).max_by_key(|(phrase, _)| phrase.len());
        if let Some((_, class)) = exact.or_else(inside).filter(|_| words.len() <= 5) {
            classes.entry((*class).to_owned()).or_default().push(value.clone());
        }
    }
    classes
}

/// The code or number of an account; its key where that is all there is and is called so.
fn account_number(graph: &Graph, account: usize, key: &str) -> Option<ColumnRef> {
    let node = &graph.nodes()[account];
    let unique = |c: &&catalog::Column| node.keys.iter().any(|k| *k == [c.name.clone()]);
    let codes = || node.columns_with(|r| matches!(r, Role::Code | Role::Key)).filter(|c| c.name != key);
    let number = |w: &Stems| w.last().is_some_and(|last| matches!(last.as_str(), "code" | "number" | "no"));
    let own = || node.table.columns.iter().find(|c| c.name == key && node.reads(&c.name).iter().any(number));
    let code = codes().find(unique).or_else(|| codes().next()).or_else(own)?;
    Some(ColumnRef::new(node.table.name.clone(), code.name.clone()))
}

fn account_names(graph: &Graph, account: usize, class: &ColumnRef) -> Vec<ColumnRef> {
    let node = &graph.nodes()[account];
    let text =
        |wanted: fn(Role) -> bool| node.columns_with(wanted).filter(|c| c.name != class.column && c.ty.kind.is_text());
    let labels = text(|r| r == Role::Label);
    let groups = text(|r| matches!(r, Role::Category | Role::Text));
    labels.chain(groups).map(|c| ColumnRef::new(node.table.name.clone(), c.name.clone())).collect()
}

impl Ledger {
    /// The statement that reads the chart of accounts.
    pub fn chart_question(&self) -> Select {
        let alias = "chart";
        let source = Source::Table { name: self.account.table.clone(), alias: alias.to_owned() };
        let mut select = Select { from: Some(source), limit: Some(MOST_ACCOUNTS), distinct: true, ..Select::default() };
        for column in [&self.account, &self.class].into_iter().chain(&self.number).chain(&self.names) {
            let name = format!("{}_{}", column.column, select.items.len());
            select.item(Expr::column(alias, &column.column), name);
        }
        select
    }

    /// The accounts of some classes whose names (groups included) hold one of `words` and none of `unwanted`.
    pub fn accounts_called(&self, classes: &[&String], words: &[String], unwanted: &[String]) -> Vec<&Account> {
        let phrases = |list: &[String]| list.iter().map(|p| content_stems(&phrase_words(p))).collect::<Vec<_>>();
        let (wanted, unwanted) = (phrases(words), phrases(unwanted));
        let called = |account: &Account, list: &[Stems]| {
            let words = account.names.iter().map(|n| content_stems(&phrase_words(&n.replace('_', " "))));
            words.into_iter().any(|words| list.iter().any(|p| contains(&words, p)))
        };
        let in_class = |account: &&Account| account.class.as_ref().is_some_and(|c| classes.contains(&c));
        let fits = |account: &&Account| called(account, &wanted) && !called(account, &unwanted);
        self.chart.iter().filter(in_class).filter(fits).collect()
    }

    /// Postings to a side's accounts, positive where the account grows; none while the sign is unknown.
    pub fn amount(&self, side: Side) -> Option<Amount> {
        match (&self.sides, side) {
            (Sides::Pair { debit, credit }, Side::Debit) => Some(Amount::Net(debit.clone(), credit.clone())),
            (Sides::Pair { debit, credit }, Side::Credit) => Some(Amount::Net(credit.clone(), debit.clone())),
            (Sides::Signed { positive: None, .. }, _) => None,
            (Sides::Signed { amount, positive: Some(positive) }, side) if *positive == side => {
                Some(Amount::Sum(amount.clone()))
            }
            (Sides::Signed { amount, .. }, _) => Some(Amount::Negated(amount.clone())),
        }
    }

    /// Takes in the sums by class of a ledger with signed amounts: which side is positive. False where
    /// debits and credits do not balance or both signs are mixed, which is no double-entry ledger.
    pub fn learn_signs(&mut self, ontology: &Ontology, rows: &Rows) -> bool {
        let Sides::Signed { positive, .. } = &mut self.sides else { return true };
        let sums: Vec<(&Value, f64)> = rows.rows.iter().filter_map(|row| Some((&row[0], row[1].to_f64()?))).collect();
        let total: f64 = sums.iter().map(|(_, sum)| sum).sum();
        let largest = sums.iter().map(|(_, sum)| sum.abs()).fold(0.0, f64::max);
        let side_of = |value: &Value| {
            let class = self.classes.iter().find(|(_, values)| values.contains(value)).map(|(id, _)| id);
            class.and_then(|id| ontology.class(id)).map(|c| c.side)
        };
        let votes = sums.iter().filter(|(_, sum)| *sum != 0.0).filter_map(|(value, sum)| {
            let side = side_of(value)?;
            Some(if *sum > 0.0 { side } else { opposite(side) })
        });
        let votes: Vec<Side> = votes.collect();
        let debit = votes.iter().filter(|s| **s == Side::Debit).count();
        *positive = if debit * 2 > votes.len() { Some(Side::Debit) } else { Some(Side::Credit) };
        // Floating point sums of balanced books are zero up to rounding.
        !votes.is_empty() && debit * 2 != votes.len() && total.abs() <= largest * 1e-6
    }

    /// Which classes a plan keeps with the opposite sign, from its positive and negative sums by class: neither (none)
    /// where what stands against the usual sign of a class is more than a tenth of it.
    pub fn planned_signs(&self, rows: &Rows) -> BTreeMap<String, Option<bool>> {
        let mut sums: BTreeMap<String, (f64, f64)> = BTreeMap::new();
        for row in rows.rows.iter().filter(|row| row.len() == 3) {
            let class = self.classes.iter().find(|(_, values)| values.contains(&row[0])).map(|(id, _)| id.clone());
            if let Some(class) = class {
                let known = sums.entry(class).or_default();
                *known = (known.0 + row[1].to_f64().unwrap_or(0.0), known.1 - row[2].to_f64().unwrap_or(0.0));
            }
        }
        let sign = |(up, down): (f64, f64)| (up.min(down) <= up.max(down) / 10.0).then_some(down > up);
        sums.into_iter().map(|(class, sums)| (class, sign(sums))).collect()
    }

    /// Whether restrictions on accounts and their classes let an account through.
    pub fn covers(&self, predicates: &[Predicate], account: &Account) -> bool {
        let values = account.class.as_ref().and_then(|class| self.classes.get(class));
        predicates.iter().all(|p| match &p.test {
            Test::In(keys) if p.column == self.account => keys.contains(&account.key),
            Test::In(classes) if p.column == self.class => {
                values.is_some_and(|v| v.iter().any(|v| classes.contains(v)))
            }
            _ => true,
        })
    }

    /// Takes the chart of accounts in.
    pub fn learn_chart(&mut self, rows: &Rows) {
        let class_of =
            |value: &Value| self.classes.iter().find(|(_, values)| values.contains(value)).map(|(id, _)| id.clone());
        let first = 2 + usize::from(self.number.is_some());
        let account = |row: &Vec<Value>| Account {
            key: row[0].clone(),
            class: class_of(&row[1]),
            number: row[2..first].first().filter(|n| !n.is_null()).cloned(),
            names: row[first..].iter().filter(|v| !v.is_null()).map(Value::to_string).collect(),
        };
        self.chart = rows.rows.iter().filter(|row| row.len() >= first).map(account).collect();
    }
}

fn opposite(side: Side) -> Side {
    match side {
        Side::Debit => Side::Credit,
        Side::Credit => Side::Debit,
    }
}
