//! The user's own vocabulary: what is read, what contradicts itself, and what a schema does not have.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

use std::sync::Arc;

use catalog::{Catalog, Decimal, Statistics, file};
use fault::Fault;
use meaning::ontology::{Better, MetricUnit, Nature, stems};
use meaning::own::{Grade, Per};
use meaning::vocabulary::{extend, read_file, read_sections, unfounded};
use meaning::{Evidence, Lexicon, Meaning, Ontology, tokenize};

const READ_OLD: &str = include_str!("../../../fixtures/vocabulary/version-1.toml");

fn english() -> Ontology {
    Ontology::english().unwrap()
}

/// The ontology with one file, of which the version line is the first.
fn with(text: &str) -> Result<Ontology, Fault> {
    extend(english(), vec![read_file("words.toml", &format!("version = 1\n{text}"))?])
}

/// What is wrong with a text: the code behind the dot, then message, causes and hints.
fn wrong(text: &str) -> (String, String) {
    let fault = with(text).map(|_| ()).unwrap_err();
    let all = [vec![fault.message.clone()], fault.causes.clone(), fault.hints.clone()].concat().join(" | ");
    (fault.code.trim_start_matches("vocabulary.").to_owned(), all)
}

#[track_caller]
fn is_wrong(text: &str, code: &str, parts: &[&str]) {
    let (found, all) = wrong(text);
    assert_eq!(found, code, "{all}");
    for part in parts {
        assert!(all.contains(part), "{part:?} is not said in {all}");
    }
}

#[test]
fn the_first_version_is_read_with_all_its_keys() {
    let ontology = extend(english(), vec![read_file("version-1.toml", READ_OLD).unwrap()]).unwrap();
    let named = |phrase: &str| ontology.metric_named(&stems(phrase)).unwrap();
    assert_eq!(named("intake").id, "revenue");
    assert_eq!(named("cover").id, "interest_cover");
    let honey = named("yield");
    assert_eq!((honey.nature, honey.unit, honey.better), (Nature::Ratio, MetricUnit::Plain, Better::Up));
    assert_eq!(honey.place.as_ref().unwrap().to_string(), "version-1.toml line 14");
    assert_eq!(honey.own.as_ref().unwrap().filters.len(), 2);
    let kept = named("kept back").thresholds.as_ref().unwrap();
    assert_eq!((&kept.excellent, &kept.warning), (&"0.4".parse().unwrap(), &"0.125".parse().unwrap()));
    assert_eq!(named("revenue").thresholds.as_ref().unwrap().per, Some(Per::Month));
    assert_eq!(named("quick ratio").thresholds, None);
    let heads = named("headcount");
    assert!(heads.own.is_some() && heads.snapshot.is_empty() && heads.nature == Nature::Count);
    // What is built in is as it was.
    assert_eq!(named("current ratio").thresholds, english().metric("current_ratio").unwrap().thresholds);
}

#[test]
fn what_is_no_vocabulary_is_named_with_its_line() {
    let unread = |text: &str| read_file("words.toml", text).unwrap_err();
    assert!(unread("[synonyms]\n\"a b\" = \"revenue\"").message.contains("does not say which version"));
    let newer = unread("\nversion = 2");
    assert!(newer.message.contains("words.toml line 2") && newer.message.contains("version 2"), "{newer}");
    assert!(unread("version = 1\n[synonyms]\nbroken").message.contains("words.toml line 3"));
    is_wrong("[synonym]\n", "unknown_key", &["words.toml line 2", "\"synonym\"", "synonyms is known"]);
    is_wrong("[[metric]]\nname = \"x\"\nsynonims = []", "unknown_key", &["line 4", "synonyms is known"]);
    is_wrong("[[metric]]\nname = 7\nsum = \"a.b\"", "value", &["line 3", "text in quotation marks"]);
    is_wrong("[[metric]]\nsum = \"a.b\"", "metric", &["no name"]);
    is_wrong("[[metric]]\nname = \"zing\"\nsum = \"a.b\"\nnature = \"stream\"", "value", &["line 5", "flow"]);
    is_wrong("[synonyms]\n\"zing\" = { metric = \"revenue\", table = \"t\" }", "target", &["one thing"]);
    is_wrong("[synonyms]\n\"zing\" = \"\"", "target", &["stands for nothing"]);
    // A configuration has other keys beside, and no version.
    assert!(read_sections("quaestor.toml", "db = \"x.db\"\n[synonyms]\n\"zing\" = \"revenue\"").is_ok());
}

#[test]
fn a_metric_has_one_definition_that_fits_its_nature() {
    let metric = |rest: &str| format!("[[metric]]\nname = \"zing\"\n{rest}");
    is_wrong(&metric(""), "metric", &["defined by one thing"]);
    is_wrong(&metric("sum = \"a.b\"\nformula = \"revenue - tax\""), "metric", &["defined by one thing"]);
    is_wrong(&metric("sum = \"a.b\"\nmax = \"a.b\""), "metric", &["by sum and by max"]);
    is_wrong(&metric("formula = \"revenue - tax\"\ndate = \"a.b\""), "metric", &["is not put together from rows"]);
    is_wrong(&metric("formula = \"revenue ^ 2\""), "formula", &["line 4", "'^'"]);
    is_wrong(&metric("sum = \"a.b\"\nnature = \"price\""), "metric", &["never added up", "average"]);
    is_wrong(&metric("average = \"a.b\"\nnature = \"flow\""), "metric", &["not added up by its definition"]);
    is_wrong(&metric("sum = \"a.b\"\nnature = \"flow\"\nover_time = \"last\""), "metric", &["adds up over time"]);
    is_wrong(&metric("sum = \"a.b\"\nnature = \"balance\"\nover_time = \"sum\""), "metric", &["over_time = \"last\""]);
    is_wrong(&metric("count = \"a\"\nover_time = \"last\""), "metric", &["over_time is about sums"]);
    is_wrong(&metric("sum = \"a.b\"\nwhere = [{ column = \"a.c\" }]"), "where", &["one thing that is asked"]);
    is_wrong(&metric("formula = \"revenue + cash\""), "metric", &["nature", "does not follow"]);
    is_wrong(&metric("formula = \"revenue / headcount\""), "metric", &["unit", "does not follow"]);
    let sum = with(&metric("formula = \"revenue - cogs\"")).unwrap();
    let zing = sum.metric("zing").unwrap();
    assert_eq!((zing.nature, zing.unit), (Nature::Flow, MetricUnit::Money));
    assert_eq!(zing.formula.as_ref().unwrap().names(), ["revenue", "cost_of_sales"]);
}

#[test]
fn formulas_name_metrics_and_never_themselves() {
    let (code, all) = wrong("[[metric]]\nname = \"zing\"\nformula = \"revenye - tax\"");
    assert!(code == "unknown_metric" && all.contains("line 3") && all.contains("similar metrics: revenue"), "{all}");
    let circle =
        "[[metric]]\nname = \"zing\"\nformula = \"zang - tax\"\n[[metric]]\nname = \"zang\"\nformula = \"zing + tax\"";
    is_wrong(circle, "circle", &["zang, then zing", "words.toml line 6", "zing is defined in words.toml line 3"]);
    let through = "[[metric]]\nreplaces = \"revenue\"\nformula = \"gross_profit + cost_of_sales\"";
    is_wrong(through, "circle", &["revenue, then gross profit"]);
    is_wrong("[synonyms]\n\"zing\" = \"zang\"\n\"zang\" = \"zing\"", "circle", &["line 3", "line 4"]);
    // Own metrics may stand on each other in any order.
    let chain = "[[metric]]\nname = \"zing\"\nformula = \"zang - tax\"\n[[metric]]\nname = \"zang\"\nformula = \"revenue - tax\"";
    assert_eq!(with(chain).unwrap().metric("zing").unwrap().unit, MetricUnit::Money);
}

#[test]
fn a_phrase_with_two_meanings_is_reported_with_both_places() {
    let built_in = "[synonyms]\n\"cogs\" = \"revenue\"";
    is_wrong(built_in, "conflict", &["words.toml line 3", "the built-in vocabulary", "cost of sales", "replaces = "]);
    let column = "[synonyms]\n\"cogs\" = { column = \"a.b\" }";
    is_wrong(column, "conflict", &["the built-in vocabulary"]);
    is_wrong("[synonyms]\n\"balance sheet\" = \"cash\"", "conflict", &["the statement balance sheet"]);
    is_wrong("[synonyms]\n\"client\" = \"supplier\"", "conflict", &["the same as customer", "table ="]);
    let metric = "[synonyms]\n\"zing\" = \"revenue\"\n[[metric]]\nname = \"zing\"\nsum = \"a.b\"";
    is_wrong(metric, "conflict", &["words.toml line 3", "words.toml line 5"]);
    let twice = "[[metric]]\nname = \"zing\"\nsum = \"a.b\"\n[[metric]]\nname = \"Zing\"\nsum = \"a.c\"";
    is_wrong(twice, "conflict", &["line 6", "line 3", "twice"]);
    is_wrong("[[metric]]\nname = \"net profit\"\nsum = \"a.b\"", "conflict", &["replaces = \"net_profit\""]);

    let user = read_sections("config.toml", "[synonyms]\n\"zing\" = \"revenue\"").unwrap();
    let project = read_sections("quaestor.toml", "\n\n[synonyms]\n\"Zings\" = \"cash\"").unwrap();
    let fault = extend(english(), vec![user, project]).unwrap_err();
    assert_eq!(fault.causes.len(), 2, "{fault:?}");
    assert!(fault.causes[0].contains("quaestor.toml line 4") && fault.causes[1].contains("config.toml line 2"));
    // Said twice alike is no conflict, nor is what is built in.
    let both =
        || read_sections("config.toml", "[synonyms]\n\"zing\" = \"revenue\"\n\"cogs\" = \"cost of sales\"").unwrap();
    assert!(extend(english(), vec![both(), both()]).is_ok());
}

#[test]
fn phrases_have_words_that_can_be_looked_up() {
    is_wrong("[synonyms]\n\"of the\" = \"revenue\"", "phrase", &["only join"]);
    is_wrong("[synonyms]\n\"?!\" = \"revenue\"", "phrase", &["no words"]);
    is_wrong("[synonyms]\n\"one two three four five six seven eight\" = \"revenue\"", "phrase", &["8 words"]);
    is_wrong("[synonyms]\n\"zing\" = { metric = \"profitt\" }", "unknown_metric", &["no metric"]);
    is_wrong("[synonyms]\n\"zing\" = { word = \"xyzzy\" }", "unknown_word", &["no business word"]);
}

#[test]
fn thresholds_are_in_order_in_the_unit_and_of_what_can_be_rated() {
    let rated = |line: &str| format!("[thresholds]\n{line}");
    let order = "current_ratio = { excellent = 1, good = 2, warning = 3 }";
    is_wrong(&rated(order), "thresholds", &["out of order", "more is better", "line 3"]);
    is_wrong(&rated("dso = { excellent = 60, good = 45, warning = 30 }"), "thresholds", &["less is better"]);
    is_wrong(&rated("dso = { excellent = \"30%\", good = 45, warning = 60 }"), "thresholds", &["is no share"]);
    is_wrong(&rated("gross_margin = { excellent = 60, good = 45, warning = 30 }"), "thresholds", &["\"60%\""]);
    is_wrong(&rated("payables = { excellent = 3, good = 2, warning = 1 }"), "thresholds", &["no favourable direction"]);
    is_wrong(&rated("revenue = { excellent = 3, good = 2, warning = 1 }"), "thresholds", &["per = \"month\""]);
    is_wrong(&rated("roe = { excellent = \"20%\", good = \"10%\", warning = \"5%\" }"), "thresholds", &["how long"]);
    let needless = "dso = { excellent = 30, good = 45, warning = 60, per = \"year\" }";
    is_wrong(&rated(needless), "thresholds", &["no use for per"]);
    is_wrong(&rated("zing = { excellent = 3, good = 2, warning = 1 }"), "unknown_metric", &["\"zing\""]);
    is_wrong(&rated("dso = { excellent = 3, good = 2 }"), "thresholds", &["without warning"]);
    is_wrong(&rated("dso = { excellent = 3, good = 4, critical = 5 }"), "unknown_key", &["beyond warning"]);
    let twice = "dso = { excellent = 3, good = 4, warning = 5 }\nDSO = { excellent = 2, good = 4, warning = 5 }";
    is_wrong(&rated(twice), "conflict", &["line 4", "line 3"]);
    // Bounds are data that the user can change: a later file wins.
    let file = |name: &str, best: i64| {
        let text = format!("[thresholds]\ndso = {{ excellent = {best}, good = 45, warning = 60 }}");
        read_sections(name, &text).unwrap()
    };
    let both = extend(english(), vec![file("a.toml", 30), file("b.toml", 20)]).unwrap();
    assert_eq!(both.metric("dso").unwrap().thresholds.as_ref().unwrap().excellent, Decimal::from(20));
}

#[test]
fn bounds_decide_exactly_where_they_stand() {
    let ontology = with("[thresholds]\ngross_margin = { excellent = \"40%\", good = 0.3, warning = 0.1 }\ndso = { excellent = 30, good = 45, warning = 60 }").unwrap();
    let grade = |id: &str, value: &str| {
        let metric = ontology.metric(id).unwrap();
        let (grade, bound) = metric.thresholds.as_ref().unwrap().grade(&value.parse().unwrap(), metric.better);
        (grade, bound.to_plain_string().parse::<f64>().unwrap())
    };
    assert_eq!(grade("gross_margin", "0.4"), (Grade::Excellent, 0.4));
    assert_eq!(grade("gross_margin", "0.3999999999"), (Grade::Good, 0.3));
    assert_eq!(grade("gross_margin", "0.1"), (Grade::Warning, 0.1));
    assert_eq!(grade("gross_margin", "0.0999999999"), (Grade::Critical, 0.1));
    assert_eq!(grade("dso", "30"), (Grade::Excellent, 30.0));
    assert_eq!(grade("dso", "30.0000000001"), (Grade::Good, 45.0));
    assert_eq!(grade("dso", "60"), (Grade::Warning, 60.0));
    assert_eq!(grade("dso", "-3"), (Grade::Excellent, 30.0));
    assert_eq!(grade("dso", "60.01"), (Grade::Critical, 60.0));
}

#[test]
fn built_in_bounds_are_few_in_order_and_need_no_length() {
    let ontology = english();
    let rated: Vec<&str> =
        ontology.metrics().iter().filter(|m| m.thresholds.is_some()).map(|m| m.id.as_str()).collect();
    assert_eq!(rated, ["interest_cover", "current_ratio", "quick_ratio"]);
    for metric in ontology.metrics().iter().filter(|m| m.thresholds.is_some()) {
        assert!(metric.thresholds.as_ref().unwrap().are_in_order(metric.better), "{}", metric.id);
    }
}

const APIARY: &str = r#"{"tables": {"hives": ["hive_id", "aspect"], "harvests": ["hive_id", "kilos", "taken_on"],
    "keepers": ["keeper_id", "name"]}}"#;

fn apiary() -> Catalog {
    file::read(APIARY.as_bytes()).unwrap()
}

#[test]
fn names_that_a_schema_does_not_have_are_said_with_what_is_like_them() {
    let ontology = with(
        "[synonyms]\n\"boxes\" = \"hivez\"\n\"slope\" = \"hives.aspekt\"\n\"zing\" = \"xyzzy\"\n\"weight\" = \"harvests.kilos\"\n\
         [[metric]]\nname = \"haul\"\nsum = \"harvests.kilo\"\n",
    )
    .unwrap();
    let found = unfounded(&ontology, &apiary(), &Statistics::default());
    let said: Vec<String> = found.iter().map(|u| format!("{}: {} {:?}", u.place, u.what, u.similar)).collect();
    assert_eq!(said.len(), 4, "{said:#?}");
    assert!(said[0].starts_with("words.toml line 3") && said[0].contains("[\"hives\"]"), "{}", said[0]);
    assert!(said[1].contains("hives.aspekt") && said[1].contains("[\"hives.aspect\"]"), "{}", said[1]);
    assert!(said[2].contains("xyzzy") && said[2].contains("neither a metric"), "{}", said[2]);
    assert!(said[3].contains("harvests.kilo") && said[3].contains("[\"harvests.kilos\"]"), "{}", said[3]);
}

#[test]
fn a_phrase_of_the_user_means_that_and_nothing_else() {
    let text = "[synonyms]\n\"keepers\" = { table = \"hives\" }\n\"haul\" = \"harvests.kilos\"\n\"colonies\" = { word = \"supplier\" }";
    let lexicon = |ontology: Ontology| Lexicon::new(Arc::new(ontology), &apiary(), &Statistics::default());
    let (own, plain) = (lexicon(with(text).unwrap()), lexicon(english()));
    let links = |lexicon: &Lexicon, phrase: &str| {
        let links = lexicon.links(&tokenize(phrase));
        links.iter().map(|l| (l.meaning.to_string(), l.evidence)).collect::<Vec<_>>()
    };
    assert_eq!(links(&own, "keepers"), [("hives".to_owned(), Evidence::Own)]);
    assert!(links(&plain, "keepers").iter().any(|(meaning, _)| meaning == "keepers"));
    assert_eq!(links(&own, "the haul"), [("harvests.kilos".to_owned(), Evidence::Own)]);
    // A phrase for a business word means whatever that word means here.
    assert_eq!(links(&own, "colonies"), links(&own, "suppliers"));
    let metric = own.links(&tokenize("revenue")).into_iter().next().unwrap().meaning;
    assert_eq!(metric, Meaning::Metric { id: "revenue".to_owned() });
}
