//! Metrics that a user defined over a table: their bases, and what of them this schema cannot hold.

use catalog::{ColumnRef, Value};
use jiff::civil::Date;
use meaning::address;
use meaning::formula::Arithmetic;
use meaning::ontology::{Metric, Nature, stems};
use meaning::own::Target;
use meaning::own::{Asks, Course, Filter, Gather, Own, Place};
use meaning::vocabulary::{Unfounded, locate, unfounded as absent};
use meaning::{Meaning, tokenize};

use crate::bases::{counted, exactly, not_null, row_base};
use crate::calendar::Calendar;
use crate::documents;
use crate::forms::Relation;
use crate::graph::Role;
use crate::kept::snapshot_date;
use crate::knowledge::Knowledge;
use crate::read::read;
use crate::semantic::{Amount, Base, Calc, Dated, OverTime, Predicate, Test};

/// How an own metric is computed: its calculation over bases that stand beside each other, for each alternative that
/// its rows leave open.
pub type Computed = (Calc, Vec<Vec<Base>>);

/// The bases of a metric that is defined over a table.
///
/// Rows that do not count (drafts of documents, deleted rows) are left out as of any other number, unless the
/// definition restricts the column that tells them apart.
///
/// # Errors
/// What this schema does not have or cannot reach, in words that stand behind the metric's name.
pub fn compute(k: &Knowledge, metric: &Metric, own: &Own) -> Result<Computed, String> {
    let mut base = gathered(k, own)?;
    let root = k.graph.index(&base.fact).ok_or_else(|| format!("is about {}, which was not read", base.fact))?;
    let filters = own.filters.iter().map(|f| filter(k, root, f)).collect::<Result<Vec<Predicate>, String>>()?;
    base.label = metric.id.clone();
    take_course(k, metric, own, root, &mut base)?;
    let restricted: Vec<ColumnRef> = filters.iter().map(|f| f.column.clone()).collect();
    let complete = |mut base: Base| {
        // What the definition says of a column is all that is asked of it.
        base.predicates.retain(|p| p.test == Test::NotNull || !restricted.contains(&p.column));
        base.predicates.extend(filters.iter().cloned());
        base
    };
    let mut bases: Vec<Base> = Vec::new();
    for base in counted(k, base).into_iter().map(complete) {
        if !bases.contains(&base) {
            bases.push(base);
        }
    }
    if own.gather != Gather::Average {
        return Ok((Calc::Base(0), bases.into_iter().map(|base| vec![base]).collect()));
    }
    let calc = Calc::Operation(Arithmetic::Div, Box::new(Calc::Base(0)), Box::new(Calc::Base(1)));
    let column = address::column(&k.catalog, &own.of).map_err(|_| format!("names {}", own.of))?;
    let rows = |base: Base| {
        let mut rows = Base { amount: Amount::Rows, label: "number".to_owned(), whole: true, ..base.clone() };
        rows.scale = Some(0);
        rows.predicates.push(not_null(&column));
        vec![base, rows]
    };
    Ok((calc, bases.into_iter().map(rows).collect()))
}

fn gathered(k: &Knowledge, own: &Own) -> Result<Base, String> {
    let target =
        if own.gather == Gather::Count { Target::Table(own.of.clone()) } else { Target::Column(own.of.clone()) };
    let found = locate(&k.catalog, k.graph.sampled(), &target).map_err(|(what, _)| format!("names {what}"))?;
    let column = match found {
        Meaning::Table { table } => {
            let node = k.graph.index(&table).ok_or_else(|| format!("is about {table}, which was not read"))?;
            return Ok(row_base(k, node));
        }
        Meaning::Column { column } => column,
        other => return Err(format!("names {other}, which is no column")),
    };
    let name = column.column.clone();
    let number = matches!(k.graph.role(&column), Role::Measure(_) | Role::PeriodNumber);
    let kind = k.catalog.table(&column.table).and_then(|t| t.column(&name)).map(|c| c.ty.kind);
    let adds_up = number || kind.is_some_and(|kind| kind.is_numeric());
    let amount = match own.gather {
        Gather::CountDistinct => Amount::Distinct(name),
        _ if !adds_up => return Err(format!("puts together {column}, which does not hold numbers")),
        Gather::Min => Amount::Min(name),
        Gather::Max => Amount::Max(name),
        Gather::Sum | Gather::Average | Gather::Count => Amount::Sum(name),
    };
    Ok(exactly(k, &column, amount))
}

/// Gives a base its date and its behaviour over time.
fn take_course(k: &Knowledge, metric: &Metric, own: &Own, root: usize, base: &mut Base) -> Result<(), String> {
    let named = own.date.as_ref().map(|name| date(k, root, name)).transpose()?;
    let column = match &base.amount {
        Amount::Sum(name) => Some(ColumnRef::new(base.fact.clone(), name.clone())),
        _ => None,
    };
    let kept = || named.clone().or_else(|| snapshot_date(k, column.as_ref()?));
    let course = own.course.or((metric.nature == Nature::Balance).then_some(Course::Last));
    match course {
        Some(Course::Last) => {
            let date = kept().ok_or_else(|| {
                format!(
                    "is a balance, and no date of {} says when it was taken: date or over_time = \"running\"",
                    base.fact
                )
            })?;
            base.words = format!("{}, last snapshot of a period", base.words);
            (base.date, base.over_time) = (Some(date), OverTime::Last);
        }
        Some(Course::Running) => {
            base.date = named.or_else(|| base.date.take());
            base.over_time = OverTime::Running;
            base.words = format!("{}, all rows up to the day", base.words);
            if base.date.is_none() {
                return Err(format!("runs on over time, and no date of {} was found: date", base.fact));
            }
        }
        Some(Course::Sum) | None => base.date = named.or_else(|| base.date.take()),
    }
    Ok(())
}

fn date(k: &Knowledge, root: usize, name: &str) -> Result<Dated, String> {
    let column =
        address::column(&k.catalog, name).map_err(|_| format!("is dated by {name}, which is no column here"))?;
    let path = path(k, root, &column)?;
    documents::dated(&k.graph, &column, &path).ok_or_else(|| format!("is dated by {column}, which holds no dates"))
}

fn path(k: &Knowledge, root: usize, column: &ColumnRef) -> Result<crate::graph::Path, String> {
    let unreachable = || {
        let table = &k.graph.nodes()[root].table.name;
        format!("names {column}, to which no row of {table} leads")
    };
    let to = k.graph.index(&column.table).ok_or_else(unreachable)?;
    if to == root { Ok(Vec::new()) } else { k.graph.path(root, to).ok_or_else(unreachable) }
}

fn filter(k: &Knowledge, root: usize, filter: &Filter) -> Result<Predicate, String> {
    let column = address::column(&k.catalog, &filter.column)
        .map_err(|_| format!("names the column {}, which this database does not have", filter.column))?;
    let stored = |value: &Value| {
        let target = Target::Value(filter.column.clone(), value.clone());
        match locate(&k.catalog, k.graph.sampled(), &target) {
            Ok(Meaning::Value { value, .. }) => value,
            // What no row has now is compared with as it is written.
            _ => value.clone(),
        }
    };
    let values = |values: &[Value]| values.iter().map(stored).collect::<Vec<Value>>();
    let number = |n: &catalog::Decimal| crate::intent::number_value(n);
    let test = match &filter.asks {
        Asks::Is(is) => Test::In(values(is)),
        Asks::IsNot(is_not) => Test::NotIn(values(is_not)),
        Asks::AtLeast(n) => Test::Compare(Relation::AtLeast, number(n)),
        Asks::AtMost(n) => Test::Compare(Relation::AtMost, number(n)),
        Asks::Above(n) => Test::Compare(Relation::Above, number(n)),
        Asks::Below(n) => Test::Compare(Relation::Below, number(n)),
    };
    let path = path(k, root, &column)?;
    Ok(Predicate { column, test, paths: vec![path] })
}

/// Phrases of the user's vocabulary that no question can use, since their words are read as something else: as a time,
/// or as words of the grammar.
pub fn unread(k: &Knowledge, calendar: &Calendar, today: Date) -> Vec<(Place, String)> {
    let synonyms = k.ontology.synonyms().iter().map(|s| (&s.place, &s.phrase));
    let own = k.ontology.metrics().iter().filter_map(|m| Some((m.place.as_ref()?, m)));
    // The name stands behind the user's own words; behind it those of a built-in metric that is replaced.
    let said = |words: &[String], name: &String| words.iter().position(|w| w == name).map_or(words.len(), |at| at + 1);
    let metrics = own.flat_map(|(place, metric)| {
        let words = metric.words.iter().take(said(&metric.words, &metric.name));
        words.map(move |word| (place, word))
    });
    let is_read = |phrase: &str| {
        let tokens = tokenize(phrase);
        read(&tokens, &k.lexicon, calendar, today).mentions.iter().any(|m| m.tokens == (0..tokens.len()))
    };
    let unread = synonyms.chain(metrics).filter(|(_, phrase)| !is_read(phrase));
    unread.map(|(place, phrase)| (place.clone(), phrase.clone())).collect()
}

/// The entries of the user's vocabulary that this schema cannot hold, in the order of the files.
pub fn unfounded(k: &Knowledge) -> Vec<Unfounded> {
    let mut found = absent(&k.ontology, &k.catalog, k.graph.sampled());
    for metric in k.ontology.metrics() {
        let (Some(own), Some(place)) = (&metric.own, &metric.place) else { continue };
        if found.iter().any(|u| u.place == *place) {
            continue;
        }
        if let Err(why) = compute(k, metric, own) {
            let what = format!("the metric {:?} {why}", metric.name);
            let phrases = metric.words.iter().map(|word| stems(word)).collect();
            found.push(Unfounded { place: place.clone(), phrases, what, similar: Vec::new() });
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}
