//! Entries into an ontology; synonyms among them.

use fault::Fault;

use super::bounds::take_thresholds;
use super::entries::{Entries, Said, Written};
use super::metrics::take_metrics;
use super::names::{called, conflict, no_metric, owner, phrase, where_of};
use super::toml::wrong;
use crate::ontology::{Ontology, stems};
use crate::own::{Stems, Synonym, Target};

/// An ontology with what files say beside it, earlier files first.
///
/// # Errors
/// Faults of kind `Config` with the place of the entry, and of the other one where two contradict each other:
/// a phrase that means something else already, a metric defined twice, a formula over what is no metric or over
/// itself, a sum of what is never added up, thresholds that are out of order or of nothing that could be rated.
pub fn extend(mut ontology: Ontology, files: Vec<Entries>) -> Result<Ontology, Fault> {
    let (mut metrics, mut synonyms, mut thresholds) = (Vec::new(), Vec::new(), Vec::new());
    for file in files {
        metrics.extend(file.metrics);
        synonyms.extend(file.synonyms);
        thresholds.extend(file.thresholds);
    }
    let bounds = take_metrics(&mut ontology, metrics)?;
    take_synonyms(&mut ontology, synonyms)?;
    take_thresholds(&mut ontology, bounds, thresholds)?;
    Ok(ontology)
}

/// Takes synonyms in; one may stand for another, whatever their order.
fn take_synonyms(ontology: &mut Ontology, mut open: Vec<Said>) -> Result<(), Fault> {
    while !open.is_empty() {
        let phrases: Vec<Stems> = open.iter().map(|said| stems(&said.phrase)).collect();
        let waits = |said: &Said| match &said.target {
            Written::Open(text) => {
                called(ontology, text).is_none() && phrases.contains(&stems(text)) && stems(text) != stems(&said.phrase)
            }
            _ => false,
        };
        let (later, now): (Vec<Said>, Vec<Said>) = open.into_iter().partition(waits);
        if let ([first, rest @ ..], []) = (later.as_slice(), now.as_slice()) {
            let what = format!("{:?} stands for a phrase that stands for it", first.phrase);
            let fault = wrong(&first.place, "circle", &what);
            return Err(rest
                .iter()
                .fold(fault, |f, said| f.cause(format!("{:?} stands in {}", said.phrase, said.place))));
        }
        for said in now {
            take_synonym(ontology, said)?;
        }
        open = later;
    }
    Ok(())
}

fn take_synonym(ontology: &mut Ontology, said: Said) -> Result<(), Fault> {
    let stems = phrase(ontology, &said.phrase, &said.place)?;
    let (target, written) = target(ontology, &said)?;
    let same = match (ontology.synonym(&stems), ontology.metric_named(&stems), &target) {
        (Some(known), ..) => known.target == target,
        (None, Some(known), Target::Metric(id)) => known.id == *id,
        _ => false,
    };
    if same {
        return Ok(());
    }
    if let Some(owner) = owner(ontology, &stems) {
        let fault = conflict(&said.place, &said.phrase, &wanted(&target), owner);
        return Err(match ontology.metric_named(&stems).filter(|m| m.place.is_none()) {
            Some(metric) => fault.hint(format!(
                "another phrase does not conflict; a [[metric]] with replaces = {:?} defines the metric anew",
                metric.id
            )),
            None => fault.hint("one of the two entries is left out"),
        });
    }
    let concepts = ontology.concepts_of(&stems);
    if let (Target::Word(word), [concept, ..]) = (&target, concepts) {
        if ontology.concepts_of(word) == concepts {
            return Ok(());
        }
        let owner = (format!("the same as {}", concept.replace('_', " ")), where_of(None));
        return Err(conflict(&said.place, &said.phrase, &wanted(&target), owner)
            .hint("name the table or column that is meant: { table = \"..\" }"));
    }
    let Said { phrase, place, .. } = said;
    ontology.take_synonym(Synonym { phrase, stems, target, written, place });
    Ok(())
}

fn wanted(target: &Target) -> String {
    match target {
        Target::Metric(id) => format!("the metric {id}"),
        other => other.to_string(),
    }
}

/// What a synonym stands for, and how that was written.
fn target(ontology: &Ontology, said: &Said) -> Result<(Target, String), Fault> {
    let metric = |name: &String| match called(ontology, name) {
        Some(metric) => Ok(Target::Metric(metric.id.clone())),
        None => Err(no_metric(ontology, &said.place, name, &format!("{:?} stands for", said.phrase))),
    };
    let word = |text: &str| {
        let stems = stems(&text.replace('_', " "));
        (!ontology.concepts_of(&stems).is_empty()).then_some(Target::Word(stems))
    };
    Ok(match &said.target {
        Written::Metric(name) => (metric(name)?, name.clone()),
        Written::Word(text) => {
            let unknown = || {
                let what = format!("{:?} stands for {text:?}, which is no business word that is known", said.phrase);
                wrong(&said.place, "unknown_word", &what)
                    .hint("a table or column is named by { table = \"..\" } or { column = \"..\" }")
            };
            (word(text).ok_or_else(unknown)?, text.clone())
        }
        Written::Table(name) => (Target::Table(name.clone()), name.clone()),
        Written::Column(name) => (Target::Column(name.clone()), name.clone()),
        Written::Value(column, value) => (Target::Value(column.clone(), value.clone()), format!("{column} = {value}")),
        Written::Open(text) if text.is_empty() => {
            return Err(wrong(&said.place, "target", &format!("{:?} stands for nothing", said.phrase)));
        }
        Written::Open(text) => {
            let known = ontology.synonym(&stems(text)).map(|other| other.target.clone());
            // "Customer" is a sort of thing before it is a number of them; the word means both.
            let known = known.or_else(|| word(text));
            let known = known.or_else(|| called(ontology, text).map(|m| Target::Metric(m.id.clone())));
            let open = || match text.contains('.') {
                true => Target::Column(text.clone()),
                false => Target::Name(text.clone()),
            };
            (known.unwrap_or_else(open), text.clone())
        }
    })
}
