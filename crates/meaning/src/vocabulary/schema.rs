//! Which entries of a vocabulary name what a database does not have.

use catalog::{Catalog, ColumnRef, Statistics, Value};

use crate::address::{self, Absent, similar};
use crate::link::Meaning;
use crate::ontology::{Ontology, stems};
use crate::own::{Asks, Gather, Own, Place, Stems, Target};

/// An entry that names what a database does not have. A question with one of its phrases cannot be answered there.
#[derive(Clone, Debug, PartialEq)]
pub struct Unfounded {
    /// Where it stands.
    pub place: Place,
    /// The phrases that it is about, as stems.
    pub phrases: Vec<Stems>,
    /// What is not there, in words: `"crew" stands for the table crews, which this database does not have`.
    pub what: String,
    /// What is called almost so.
    pub similar: Vec<String>,
}

/// What a synonym's target is in a schema.
///
/// # Errors
/// What is not there, in words, and what is similar.
pub fn locate(catalog: &Catalog, statistics: &Statistics, target: &Target) -> Result<Meaning, (String, Vec<String>)> {
    match target {
        Target::Metric(id) => Ok(Meaning::Metric { id: id.clone() }),
        Target::Word(stems) => Err((format!("the word {}, which is no name", stems.join(" ")), Vec::new())),
        Target::Table(name) => match address::table(catalog, name) {
            Ok(table) => Ok(Meaning::Table { table }),
            Err(absent) => Err(missing("the table", name, absent)),
        },
        Target::Column(name) => column(catalog, name).map(|column| Meaning::Column { column }),
        Target::Value(name, value) => {
            let column = column(catalog, name)?;
            let value = stored(statistics, &column, value)?;
            Ok(Meaning::Value { column, value })
        }
        Target::Name(name) => match address::table(catalog, name) {
            Ok(table) => Ok(Meaning::Table { table }),
            Err(absent) => match (address::column(catalog, name), absent) {
                (Ok(column), _) => Ok(Meaning::Column { column }),
                (Err(Absent::Several(names)), _) | (_, Absent::Several(names)) => {
                    Err((format!("{name}, which several are called"), names))
                }
                (Err(Absent::Unknown(columns)), Absent::Unknown(tables)) => {
                    let near = tables.into_iter().chain(columns).take(3).collect();
                    let what = "neither a metric nor a business word that is known, nor a table or column";
                    Err((format!("{name:?}, which is {what} of this database"), near))
                }
            },
        },
    }
}

fn missing(sort: &str, name: &str, absent: Absent) -> (String, Vec<String>) {
    match absent {
        Absent::Unknown(near) => (format!("{sort} {name}, which this database does not have"), near),
        Absent::Several(names) => (format!("{sort} {name}, which several are called"), names),
    }
}

fn column(catalog: &Catalog, name: &str) -> Result<ColumnRef, (String, Vec<String>)> {
    address::column(catalog, name).map_err(|absent| missing("the column", name, absent))
}

/// A value as it is stored: in another case, or as a number, where that is how it is kept.
fn stored(statistics: &Statistics, column: &ColumnRef, value: &Value) -> Result<Value, (String, Vec<String>)> {
    let known = statistics.tables.get(&column.table).and_then(|t| t.columns.get(&column.column));
    let Some(known) = known else { return Ok(value.clone()) };
    let (text, lower) = (value.to_string(), value.to_string().to_lowercase());
    let texts: Vec<String> = known.values.iter().map(|(v, _)| v.to_string()).collect();
    let same = |spelled: &dyn Fn(&String) -> bool| texts.iter().position(spelled).map(|i| known.values[i].0.clone());
    match same(&|t| *t == text).or_else(|| same(&|t| t.to_lowercase() == lower)) {
        Some(value) => Ok(value),
        None if known.values_complete => {
            let near = similar(&text, texts.iter().map(String::as_str));
            Err((format!("{text:?} of {column}, and no row has that value"), near))
        }
        None => Ok(value.clone()),
    }
}

/// The entries that name what a schema does not have, in the order of the files. Cost: one look at all names for each.
pub fn unfounded(ontology: &Ontology, catalog: &Catalog, statistics: &Statistics) -> Vec<Unfounded> {
    let mut found = Vec::new();
    for synonym in ontology.synonyms().iter().filter(|s| !matches!(s.target, Target::Metric(_) | Target::Word(_))) {
        if let Err((what, similar)) = locate(catalog, statistics, &synonym.target) {
            let what = format!("{:?} stands for {what}", synonym.phrase);
            found.push(Unfounded { place: synonym.place.clone(), phrases: vec![synonym.stems.clone()], what, similar });
        }
    }
    for metric in ontology.metrics() {
        let (Some(own), Some(place)) = (&metric.own, &metric.place) else { continue };
        if let Some((what, similar)) = absent(own, catalog, statistics) {
            let what = format!("the metric {:?} names {what}", metric.name);
            let phrases = metric.words.iter().map(|word| stems(word)).collect();
            found.push(Unfounded { place: place.clone(), phrases, what, similar });
        }
    }
    found.sort_by(|a, b| a.place.cmp(&b.place));
    found
}

/// The first name of an own metric that is not there.
fn absent(own: &Own, catalog: &Catalog, statistics: &Statistics) -> Option<(String, Vec<String>)> {
    let of = match own.gather {
        Gather::Count => Target::Table(own.of.clone()),
        _ => Target::Column(own.of.clone()),
    };
    if let Err(absent) = locate(catalog, statistics, &of) {
        return Some(absent);
    }
    let named = own.date.iter().chain(own.filters.iter().map(|filter| &filter.column));
    named.filter_map(|name| column(catalog, name).err()).next()
}

/// Restrictions of own metrics by values that no row has: perhaps misspelled, perhaps only gone from the data. The
/// metrics are computed all the same.
pub fn unseen(ontology: &Ontology, catalog: &Catalog, statistics: &Statistics) -> Vec<Unfounded> {
    let mut found = Vec::new();
    for metric in ontology.metrics() {
        let (Some(own), Some(place)) = (&metric.own, &metric.place) else { continue };
        for filter in &own.filters {
            let (Ok(column), Asks::Is(values) | Asks::IsNot(values)) = (column(catalog, &filter.column), &filter.asks)
            else {
                continue;
            };
            for (what, similar) in values.iter().filter_map(|value| stored(statistics, &column, value).err()) {
                let what = format!("the metric {:?} asks for {what}", metric.name);
                found.push(Unfounded { place: place.clone(), phrases: Vec::new(), what, similar });
            }
        }
    }
    found
}
