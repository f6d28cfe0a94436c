//! What names and phrases of entries mean already.

use fault::Fault;

use super::toml::wrong;
use crate::address::similar;
use crate::naming::content_stems;
use crate::ontology::{Metric, Ontology, stems};
use crate::own::{Place, Stems};
use crate::token::tokenize;

/// Most words of a phrase.
const LONGEST: usize = 7;

/// An id made of a name.
pub(super) fn id_of(name: &str) -> String {
    let words: Vec<String> = tokenize(name).iter().map(|t| t.lower.clone()).collect();
    words.join("_").replace('%', "percent").replace(|c: char| !c.is_ascii_alphanumeric() && c != '_', "_")
}

/// The metric that people call so, by its id or by one of its words.
pub(super) fn called<'o>(ontology: &'o Ontology, name: &str) -> Option<&'o Metric> {
    ontology.metric(&id_of(name)).or_else(|| ontology.metric_named(&stems(&name.replace('_', " "))))
}

pub(super) fn no_metric(ontology: &Ontology, place: &Place, name: &str, what: &str) -> Fault {
    let known = ontology.metrics().iter().flat_map(|m| [m.id.as_str(), m.name.as_str()]);
    let near = similar(name, known);
    let fault = wrong(place, "unknown_metric", &format!("{what} {name:?}, which is no metric"));
    match near.is_empty() {
        true => fault.hint("`quaestor terms WORDS` shows which metrics there are"),
        false => fault.hint(format!("similar metrics: {}", near.join(", "))),
    }
}

pub(super) fn where_of(place: Option<&Place>) -> String {
    place.map_or_else(|| "the built-in vocabulary".to_owned(), Place::to_string)
}

/// The stems of a phrase that can be looked up.
pub(super) fn phrase(ontology: &Ontology, text: &str, place: &Place) -> Result<Stems, Fault> {
    let tokens = tokenize(text);
    let words: Vec<String> = tokens.iter().map(|t| t.lower.clone()).collect();
    let fault = |what: &str| Err(wrong(place, "phrase", &format!("the phrase {text:?} {what}")));
    match tokens.len() {
        0 => fault("has no words"),
        n if n > LONGEST => fault(&format!("has {n} words, more than the {LONGEST} that are looked up")),
        _ if content_stems(&words).is_empty() || words.iter().all(|w| ontology.is_filler(w)) => {
            fault("is made of words that only join others")
        }
        _ => Ok(stems(text)),
    }
}

/// What a phrase means already, and where that is said.
pub(super) fn owner(ontology: &Ontology, stems: &Stems) -> Option<(String, String)> {
    if let Some(synonym) = ontology.synonym(stems) {
        return Some((synonym.target.to_string(), where_of(Some(&synonym.place))));
    }
    if let Some(metric) = ontology.metric_named(stems) {
        return Some((format!("the metric {}", metric.name), where_of(metric.place.as_ref())));
    }
    let (form, length) = ontology.statement_named(stems)?;
    (length == stems.len()).then(|| (format!("the statement {}", form.name), where_of(None)))
}

pub(super) fn conflict(place: &Place, text: &str, wanted: &str, (means, other): (String, String)) -> Fault {
    let what = format!("{text:?} is to mean {wanted}, and already means {means} in {other}");
    wrong(place, "conflict", &what)
        .cause(format!("{text:?} means {wanted} in {place}"))
        .cause(format!("{text:?} means {means} in {other}"))
}
