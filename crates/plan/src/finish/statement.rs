//! A financial statement's table: amounts by account put into lines, exactly.

use std::collections::{HashMap, HashSet};

use bigdecimal::Zero;
use catalog::{Decimal, ResultColumn, TypeKind, Unit, Value};
use meaning::ontology::{Better, Material};

use super::arithmetic::{favourable, growth};
use super::cells::Cells;
use super::model::{ColumnKind, Finished, RowLine};
use crate::semantic::{Accounts, Column, Line, LineStyle, Statement, Term};

/// Columns of a statement that is divided by a dimension, at the most.
const MOST_PARTS: usize = 36;

/// A column as it is drawn: one of the plan's, perhaps of one value of the second dimension.
struct Drawn<'s> {
    column: &'s Column,
    name: String,
    part: Option<String>,
}

/// The amounts of a statement, found by account.
struct Sheet<'s> {
    plan: &'s Statement,
    cells: &'s Cells,
    /// Groups by account.
    groups: HashMap<String, Vec<usize>>,
    /// The key of each group's account.
    accounts: Vec<String>,
    /// The second dimension of each group.
    parts: Vec<String>,
    credits: HashSet<String>,
}

fn key(value: &Value) -> String {
    format!("{value:?}")
}

/// Lays the amounts out.
pub fn lay_out(plan: &Statement, cells: Cells) -> Finished {
    let mut finished = Finished { rows_used: cells.rows, ..Finished::default() };
    let sheet = Sheet::new(plan, &cells);
    let columns = sheet.columns(&mut finished);
    headings(plan, &columns, &mut finished);
    if let Some(material) = &plan.material {
        sheet.moved(material, &columns, &mut finished);
        return finished;
    }
    let mut unplanned: Vec<&str> = Vec::new();
    for (index, line) in plan.lines.iter().enumerate() {
        let values: Vec<Option<Decimal>> = columns.iter().map(|c| sheet.value(line, c)).collect();
        let is_empty = values.iter().flatten().all(Decimal::is_zero);
        if line.style == LineStyle::Account && is_empty {
            continue;
        }
        warn(plan, line, &columns, &values, &mut finished);
        let mut row = vec![Value::Text(line.name.clone())];
        if plan.sides {
            row.extend(columns.iter().zip(&values).flat_map(|(c, v)| sheet.by_side(line, c, v.as_ref())));
        } else {
            row.extend(values.iter().map(number));
            row.extend(changes(plan, line, &values));
        }
        finished.rows.rows.push(row);
        finished.lines.push(RowLine { style: line.style, level: line.level, line: index });
        let leaf = matches!(line.style, LineStyle::Section | LineStyle::Account);
        if leaf && columns.iter().any(|c| !sheet.is_planned(line, c)) {
            unplanned.push(&line.name);
        }
    }
    if !unplanned.is_empty() {
        let text = format!("nothing is planned for {}: sums of the plan go without", unplanned.join(", "));
        finished.warnings.push(text);
    }
    finished
}

fn number(value: &Option<Decimal>) -> Value {
    value.clone().map_or(Value::Null, Value::Decimal)
}

impl<'s> Sheet<'s> {
    fn new(plan: &'s Statement, cells: &'s Cells) -> Self {
        let accounts: Vec<String> = cells.groups.iter().map(|g| g.first().map(key).unwrap_or_default()).collect();
        let part = |g: &Vec<Value>| {
            if g.len() > 1 { g.last().map(Value::to_string).unwrap_or_default() } else { String::new() }
        };
        let mut groups: HashMap<String, Vec<usize>> = HashMap::new();
        for (i, account) in accounts.iter().enumerate() {
            groups.entry(account.clone()).or_default().push(i);
        }
        let parts = cells.groups.iter().map(part).collect();
        Sheet { plan, cells, groups, accounts, parts, credits: plan.credits.iter().map(key).collect() }
    }

    /// The columns of the plan; the only one of a divided statement once for each part and once for all.
    fn columns(&self, finished: &mut Finished) -> Vec<Drawn<'s>> {
        let plain = |column: &'s Column| Drawn { column, name: column.name.clone(), part: None };
        let Some(dimension) = self.plan.numbers.dimensions.get(1) else {
            return self.plan.columns.iter().map(plain).collect();
        };
        let mut parts: Vec<&String> = self.parts.iter().collect();
        parts.sort();
        parts.dedup();
        if parts.len() > MOST_PARTS {
            let text =
                format!("{} has {} values, too many for columns: all together is shown", dimension.name, parts.len());
            finished.warnings.push(text);
            parts.clear();
        }
        let named = |part: &String| if part.is_empty() { "(none)".to_owned() } else { part.clone() };
        let of = |column: &'s Column| {
            parts.iter().map(move |p| Drawn { column, name: named(p), part: Some((*p).clone()) }).collect::<Vec<_>>()
        };
        // Amounts in several currencies have no total.
        let adds_up = dimension.name != crate::semantic::CURRENCY;
        let whole = self.plan.columns.iter().filter(|_| adds_up || parts.is_empty()).map(plain);
        self.plan.columns.iter().flat_map(of).chain(whole).collect()
    }

    /// The accounts that changed materially, the largest change first; all others as one; what all of them did to
    /// the last subtotal.
    fn moved(&self, material: &Material, columns: &[Drawn], finished: &mut Finished) {
        let plan = self.plan;
        let values = |line: &Line| columns.iter().map(|c| self.value(line, c)).collect::<Vec<Option<Decimal>>>();
        let zero = Decimal::zero;
        let first = plan.lines.first().map(&values).unwrap_or_default();
        let bound = first.iter().flatten().map(Decimal::abs).max().unwrap_or_else(zero) * &material.of_first;
        let (mut shown, mut others, mut count) = (Vec::new(), zero(), 0);
        for (index, line) in plan.lines.iter().enumerate().filter(|(_, l)| l.style == LineStyle::Account && l.level > 0)
        {
            let pair = values(line);
            let (now, then) = (pair[0].clone().unwrap_or_else(zero), pair[1].clone().unwrap_or_else(zero));
            let change = &now - &then;
            let effect = if line.terms.iter().all(|t| t.turned) { change.clone() } else { -&change };
            let is_material = change.abs() >= bound && change.abs() >= then.abs() * &material.of_own;
            if is_material && !change.is_zero() {
                shown.push((index, change.abs(), pair, effect));
            } else if !change.is_zero() {
                others += effect;
                count += 1;
            }
        }
        shown.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        for (index, _, pair, effect) in shown {
            self.push_moved(finished, index, &pair, Some(effect));
        }
        if count > 0 {
            let mut row = vec![Value::Text(format!("Other accounts that changed ({count})"))];
            row.extend([Value::Null, Value::Null, Value::Null, Value::Null, Value::Decimal(others), Value::Null]);
            finished.rows.rows.push(row);
            finished.lines.push(RowLine { style: LineStyle::Section, level: 0, line: usize::MAX });
        }
        let last = plan.lines.iter().rposition(|l| l.style == LineStyle::Subtotal);
        let checks = (0..plan.lines.len()).filter(|i| plan.lines[*i].style == LineStyle::Check);
        for index in last.into_iter().chain(checks) {
            let pair = values(&plan.lines[index]);
            warn(plan, &plan.lines[index], columns, &pair, finished);
            let change = pair[0].as_ref().zip(pair[1].as_ref()).map(|(a, b)| a - b);
            let effect = change.filter(|_| plan.lines[index].style == LineStyle::Subtotal);
            self.push_moved(finished, index, &pair, effect);
        }
    }

    fn push_moved(&self, finished: &mut Finished, index: usize, pair: &[Option<Decimal>], effect: Option<Decimal>) {
        let line = &self.plan.lines[index];
        let mut row = vec![Value::Text(line.name.clone())];
        row.extend(pair.iter().map(number));
        row.extend(changes(self.plan, line, pair).into_iter().take(2));
        let favourable = effect.as_ref().and_then(|e| favourable(e, Better::Up));
        row.extend([number(&effect), favourable.map_or(Value::Null, Value::from)]);
        finished.rows.rows.push(row);
        finished.lines.push(RowLine { style: line.style, level: 0, line: index });
    }

    /// The groups of accounts, of one part where the column is about one.
    fn groups_of(&self, accounts: &Accounts, column: &Drawn) -> Vec<usize> {
        let mut found: Vec<usize> = match accounts {
            Accounts::All => (0..self.accounts.len()).collect(),
            Accounts::These(keys) => keys.iter().filter_map(|k| self.groups.get(&key(k))).flatten().copied().collect(),
            Accounts::Except(keys) => {
                let known: HashSet<String> = keys.iter().map(key).collect();
                (0..self.accounts.len()).filter(|i| !known.contains(&self.accounts[*i])).collect()
            }
        };
        found.retain(|i| column.part.as_ref().is_none_or(|part| self.parts[*i] == *part));
        found
    }

    /// Debit less credit of a group.
    fn amount(&self, group: usize, window: usize, base: usize) -> Decimal {
        let cell = self.cells.cells.get(&(group, window)).and_then(|c| c.get(&None));
        cell.and_then(|c| c.bases.get(base)?.clone()).unwrap_or_else(Decimal::zero)
    }

    /// A term in a column; none where planned amounts cannot say it.
    fn term(&self, term: &Term, column: &Drawn) -> Option<Decimal> {
        let groups = self.groups_of(&term.accounts, column);
        let sum: Decimal = match column.column.plan {
            Some(_) if term.base != 0 || term.opening => return None,
            Some(base) => {
                let natural = |g: &usize| {
                    let planned = self.amount(*g, column.column.window, base);
                    if self.credits.contains(&self.accounts[*g]) { -planned } else { planned }
                };
                groups.iter().map(natural).sum()
            }
            None => {
                let window = if term.opening { column.column.opening? } else { column.column.window };
                groups.iter().map(|g| self.amount(*g, window, term.base)).sum()
            }
        };
        Some(if term.turned { -sum } else { sum })
    }

    /// Whether anything is planned for the accounts of a line; subtotals are whatever stands above them.
    fn is_planned(&self, line: &Line, column: &Drawn) -> bool {
        let Some(base) = column.column.plan.filter(|_| line.style != LineStyle::Subtotal) else { return true };
        let cell = |g: usize| self.cells.cells.get(&(g, column.column.window)).and_then(|c| c.get(&None));
        let has = |g: usize| cell(g).and_then(|c| c.bases.get(base)?.as_ref()).is_some_and(|n| !n.is_zero());
        line.terms.iter().flat_map(|t| self.groups_of(&t.accounts, column)).any(has)
    }

    fn value(&self, line: &Line, column: &Drawn) -> Option<Decimal> {
        if !self.is_planned(line, column) {
            return None;
        }
        line.terms.iter().map(|t| self.term(t, column)).sum()
    }

    /// Debits and credits: the balances of accounts on the side where they stand, and their sums.
    fn by_side(&self, line: &Line, column: &Drawn, value: Option<&Decimal>) -> [Value; 2] {
        let empty = [Value::Null, Value::Null];
        match (line.style, value) {
            (LineStyle::Subtotal, _) => {
                let groups = line.terms.iter().flat_map(|t| self.groups_of(&t.accounts, column)).collect::<Vec<_>>();
                let mut balances: HashMap<&String, Decimal> = HashMap::new();
                for group in groups {
                    let base = line.terms.first().map_or(0, |t| t.base);
                    let balance = balances.entry(&self.accounts[group]).or_insert_with(Decimal::zero);
                    *balance += self.amount(group, column.column.window, base);
                }
                let side = |wanted: bool| -> Decimal {
                    balances.values().filter(|b| (**b > Decimal::zero()) == wanted).map(Decimal::abs).sum()
                };
                [Value::Decimal(side(true)), Value::Decimal(side(false))]
            }
            (LineStyle::Check, Some(value)) => [Value::Decimal(value.clone()), Value::Null],
            (_, Some(value)) if *value > Decimal::zero() => [Value::Decimal(value.clone()), Value::Null],
            (_, Some(value)) if *value < Decimal::zero() => [Value::Null, Value::Decimal(-value)],
            _ => empty,
        }
    }
}

/// Whether the second of two columns is what the first is compared with.
fn compares(plan: &Statement) -> bool {
    matches!(plan.columns.as_slice(), [_, second] if second.compared) && !plan.sides
}

fn is_planned(plan: &Statement) -> bool {
    plan.columns.iter().any(|c| c.plan.is_some())
}

fn headings(plan: &Statement, columns: &[Drawn], finished: &mut Finished) {
    let text = TypeKind::Text { length: None };
    let decimal = TypeKind::Decimal { precision: None, scale: None };
    let mut push = |name: String, ty: TypeKind, unit: Option<Unit>, kind: ColumnKind| {
        finished.rows.columns.push(ResultColumn { name, ty, unit });
        finished.kinds.push(kind);
    };
    push("line".to_owned(), text, None, ColumnKind::Dimension);
    let money = || Some(Unit::Money(None));
    for column in columns {
        let kind = if column.column.compared { ColumnKind::Compared } else { ColumnKind::Measure };
        if plan.sides {
            for side in ["debit", "credit"] {
                push(format!("{side} {}", column.name), decimal, money(), kind);
            }
        } else {
            push(column.name.clone(), decimal, money(), kind);
        }
    }
    if compares(plan) {
        let word = if is_planned(plan) { "variance" } else { "change" };
        push(word.to_owned(), decimal, money(), ColumnKind::Change);
        push(format!("{word} %"), decimal, Some(Unit::Share), ColumnKind::ChangeShare);
        if plan.material.is_some() {
            let last = plan.lines.iter().rfind(|l| l.style == LineStyle::Subtotal);
            let on = last.map_or_else(String::new, |l| format!(" on {}", l.name.to_lowercase()));
            push(format!("effect{on}"), decimal, money(), ColumnKind::Change);
        }
        if is_planned(plan) || plan.material.is_some() {
            push("favourable".to_owned(), text, None, ColumnKind::Assessment);
        }
    }
}

/// The difference of two columns, in relation to the second, and whether it is favourable to a plan.
fn changes(plan: &Statement, line: &Line, values: &[Option<Decimal>]) -> Vec<Value> {
    let ([now, then], true) = (values, compares(plan)) else { return Vec::new() };
    let pair = now.as_ref().zip(then.as_ref()).filter(|_| line.style != LineStyle::Check);
    let change = pair.map(|(a, b)| a - b);
    let share = pair.and_then(|(a, b)| growth(b, a));
    let mut found = vec![number(&change), number(&share)];
    if is_planned(plan) {
        found.push(change.and_then(|c| favourable(&c, line.better)).map_or(Value::Null, Value::from));
    }
    found
}

/// Says what is not sound: a check line that is not zero, accounts that are in no total.
fn warn(plan: &Statement, line: &Line, columns: &[Drawn], values: &[Option<Decimal>], finished: &mut Finished) {
    let amounts = || {
        let differing = columns.iter().zip(values).filter_map(|(c, v)| Some((c, v.as_ref().filter(|v| !v.is_zero())?)));
        differing.map(|(c, v)| format!("{} in {}", v.normalized().to_plain_string(), c.name)).collect::<Vec<_>>()
    };
    match line.style {
        LineStyle::Check if !amounts().is_empty() => {
            let text = format!("the books do not balance. {}: {}", line.name, amounts().join(", "));
            finished.warnings.push(text);
        }
        LineStyle::Account if line.terms.iter().any(|t| matches!(t.accounts, Accounts::Except(_))) && !plan.sides => {
            finished.warnings.push(format!("{}: {}", line.name, amounts().join(", ")));
        }
        _ => {}
    }
}
