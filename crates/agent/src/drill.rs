//! Behind a number: which one is meant, and the rows of the database that it adds up.

use catalog::{Decimal, ResultColumn, TypeKind, Unit, Value};
use connect::{Database, Fetched, Scope, Slice};
use fault::{Fault, Kind};
use plan::behind::{Spot, days, total};
use plan::finish::cells::gather;
use plan::finish::{ColumnKind, Facts, Finished, amounted};
use plan::lower::rows_behind;
use plan::semantic::{Behind, Query, Shown};
use plan::{Knowledge, SemanticPlan};
use sql::{ReadOnly, Select};

use crate::answer::{Answer, Drilled};
use crate::question::Drill;

/// Rows listed where the question does not say how many.
const USUAL_ROWS: u64 = 500;

/// A number of an answer, and the parts that it adds up.
pub struct Wanted {
    row: String,
    column: String,
    parts: Vec<Behind>,
    limit: u64,
}

/// Finds the number that is meant, and what stands behind it.
///
/// # Errors
/// A fault of kind `Usage` for a row or column that is not there and for a number that is no sum of rows.
pub fn wanted(k: &Knowledge, plan: &SemanticPlan, finished: &Finished, drill: &Drill) -> Result<Wanted, Box<Fault>> {
    let labels: Vec<String> = (0..finished.rows.rows.len()).map(|i| label(finished, i)).collect();
    let row = found("row", &labels, &drill.row)?;
    let names = columns(plan);
    let column = drill.column.as_ref().map_or(Ok(0), |c| found("column", &names, c))?;
    let parts = plan::behind::behind(k, plan, finished, Spot { row, column }).map_err(|why| none(&why))?;
    let alike = parts.windows(2).all(|pair| pair[0].shown == pair[1].shown);
    if parts.is_empty() || !alike {
        return Err(none("it is made of rows of several tables: its parts have rows behind them"));
    }
    let name = |names: &[String], i: usize| names.get(i).cloned().unwrap_or_default();
    let limit = drill.limit.unwrap_or(USUAL_ROWS);
    Ok(Wanted { row: name(&labels, row), column: name(&names, column), parts, limit })
}

fn none(why: &str) -> Box<Fault> {
    let fault = Fault::new(Kind::Usage, "agent.drill", format!("nothing can be listed behind this number: {why}"));
    Box::new(fault.hint("name another row"))
}

/// What a row is called: its labels.
fn label(finished: &Finished, row: usize) -> String {
    let is_label = |i: &usize| matches!(finished.kinds[*i], ColumnKind::Dimension | ColumnKind::Period);
    let cells = (0..finished.kinds.len()).filter(is_label).map(|i| finished.rows.rows[row][i].to_string());
    cells.collect::<Vec<_>>().join(" ")
}

/// What the columns of amounts are called.
fn columns(plan: &SemanticPlan) -> Vec<String> {
    match &plan.query {
        Query::Statement(statement) => statement.columns.iter().map(|c| c.name.clone()).collect(),
        Query::Aggregate(numbers) => numbers.measures.iter().filter(|m| !m.hidden).map(|m| m.name.clone()).collect(),
        Query::List(_) => Vec::new(),
    }
}

/// The position of what is wanted: by its whole name, its number from 1, or a beginning that only one has.
fn found(what: &str, names: &[String], wanted: &str) -> Result<usize, Box<Fault>> {
    let lower = wanted.trim().to_lowercase();
    let named = names.iter().position(|n| n.trim().to_lowercase() == lower);
    let numbered = || lower.parse::<usize>().ok().filter(|n| (1..=names.len()).contains(n)).map(|n| n - 1);
    let begins = |n: &&String| !lower.is_empty() && n.trim().to_lowercase().starts_with(&lower);
    let begun = || {
        let mut fitting = names.iter().enumerate().filter(|(_, n)| begins(n)).map(|(i, _)| i);
        fitting.next().filter(|_| fitting.next().is_none())
    };
    named.or_else(numbered).or_else(begun).ok_or_else(|| {
        let text = format!("the answer has no {what} {wanted:?}, or several that begin so");
        let some = names.iter().take(6).map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ");
        let hint = format!("{what}s are numbered from 1 to {}, or named: {some}", names.len());
        Box::new(Fault::new(Kind::Usage, "agent.drill", text).hint(hint))
    })
}

/// Where and when it is looked.
pub struct Place<'p> {
    /// The database.
    pub database: &'p dyn Database,
    /// The request.
    pub scope: &'p Scope,
    /// The schema.
    pub knowledge: &'p Knowledge,
    /// What finishing needs.
    pub facts: Facts,
}

/// The rows behind the number, in the place of the answer that holds it.
///
/// # Errors
/// What the database says.
pub async fn answered(place: Place<'_>, wanted: Wanted, answer: Answer) -> Result<Answer, Box<Fault>> {
    let (mut rows, mut sum, mut count) = (Vec::new(), Decimal::from(0), 0u64);
    let mut statement = None;
    for part in &wanted.parts {
        let (own_sum, own_count) = summed(&place, part).await?;
        sum += if part.turned { -own_sum } else { own_sum };
        count += own_count;
        let room = wanted.limit.saturating_sub(rows.len() as u64);
        if room == 0 {
            continue;
        }
        let select = rows_behind(place.knowledge, part, place.facts.today);
        let (read_only, fetched) = run(&place, &select, room).await?;
        statement.get_or_insert(read_only);
        rows.extend(fetched.rows.rows.iter().map(|row| {
            let (mut shown, amount) = amounted(part, row);
            shown.push(Value::Decimal(amount));
            shown
        }));
    }
    Ok(put(wanted, answer, Listed { rows, sum, count, statement }))
}

async fn run(place: &Place<'_>, select: &Select, rows: u64) -> Result<(ReadOnly, Fetched), Box<Fault>> {
    let dialect = place.database.dialect();
    let statement = sql::guard(sql::print(select, dialect), dialect).map_err(|e| Box::new(e.fault()))?;
    let mut scope = place.scope.clone();
    scope.limits.rows = rows.min(scope.limits.rows);
    let planned = Slice::over(&place.knowledge.catalog, &statement);
    let fetched = place.database.query(&scope, &statement, &planned).await.map_err(|e| Box::new(e.fault()))?;
    Ok((statement, fetched))
}

/// The exact sum of a part and the number of its rows.
async fn summed(place: &Place<'_>, part: &Behind) -> Result<(Decimal, u64), Box<Fault>> {
    let numbers = total(part);
    let lowered = plan::lower(place.knowledge, &Query::Aggregate(numbers.clone()), place.facts.today);
    let (_, fetched) = run(place, &lowered.select, 1).await?;
    let cells = lowered.layout.map(|layout| gather(&numbers, &layout, &fetched.rows, place.facts)).unwrap_or_default();
    let sum = cells.cells.values().flat_map(|c| c.values()).find_map(|c| c.bases.first().cloned().flatten());
    Ok((sum.unwrap_or_else(|| Decimal::from(0)), cells.rows))
}

/// What was found.
struct Listed {
    rows: Vec<Vec<Value>>,
    sum: Decimal,
    count: u64,
    statement: Option<ReadOnly>,
}

fn put(wanted: Wanted, answer: Answer, listed: Listed) -> Answer {
    let Listed { mut rows, sum, count, statement } = listed;
    let part = &wanted.parts[0];
    // What none of the rows refers to says nothing about them.
    let told = |i: usize| rows.is_empty() || rows.iter().any(|row: &Vec<Value>| !row[i].is_null());
    let kept: Vec<usize> = (0..part.shown.len()).filter(|i| told(*i)).collect();
    rows.iter_mut().for_each(|row| {
        let amount = row.pop();
        *row = kept.iter().map(|i| row[*i].clone()).chain(amount).collect();
    });
    let shown_columns: Vec<&Shown> = kept.iter().map(|i| &part.shown[*i]).collect();
    let text = |name: &str| ResultColumn { name: name.to_owned(), ty: TypeKind::Text { length: None }, unit: None };
    let mut columns: Vec<ResultColumn> = shown_columns.iter().map(|s| text(&s.name)).collect();
    let unit = answer.columns.iter().find_map(|c| c.unit.clone()).unwrap_or(Unit::Plain);
    let ty = TypeKind::Decimal { precision: None, scale: None };
    columns.push(ResultColumn { name: "amount".to_owned(), ty, unit: Some(unit) });
    let mut kinds = vec![ColumnKind::Dimension; shown_columns.len()];
    kinds.push(ColumnKind::Measure);
    let mut used = answer.columns_used.clone();
    used.extend(part.shown.iter().map(|s| s.column.to_string()));
    used.sort();
    used.dedup();
    let mut tables = answer.tables.clone();
    tables.extend(part.shown.iter().map(|s| s.column.table.to_string()));
    tables.sort();
    tables.dedup();
    let plain = sum.normalized().to_plain_string();
    let mut words =
        vec![format!("behind {} ({}): rows of {}, {}", wanted.row, wanted.column, part.base.fact, days(part))];
    words.push(format!("amount of all {count} rows together: {plain}"));
    words.extend(answer.words.iter().map(|line| format!("of: {line}")));
    let shown = rows.len() as u64;
    let completeness = match shown < count {
        true => format!("the first {shown} of {count} rows; all {count} together are {plain}"),
        false => format!("{count} {}, complete", if count == 1 { "row" } else { "rows" }),
    };
    Answer {
        columns,
        rows,
        kinds,
        columns_used: used,
        tables,
        words,
        completeness,
        sql: statement.as_ref().map(|s| s.text().to_owned()),
        parameters: statement.as_ref().map(|s| s.parameters().to_vec()).unwrap_or_default(),
        chart: None,
        ratings: Vec::new(),
        lines: Vec::new(),
        incomplete: Vec::new(),
        rows_used: count,
        drilled: Some(Drilled { row: wanted.row, column: wanted.column, sum: plain, rows: count }),
        ..answer
    }
}
