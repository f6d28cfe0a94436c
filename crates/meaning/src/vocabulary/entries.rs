//! The entries of a vocabulary as they are written, each with its place; nothing is looked up yet.

use catalog::{Decimal, Value};
use fault::Fault;
use toml::de::DeTable;

use super::toml::{Node, Page, number};
use crate::formula::Formula;
use crate::ontology::{Better, MetricUnit, Nature};
use crate::own::{Asks, Course, Filter, Gather, Own, Per, Place};

/// Version of a vocabulary file; grows when a key changes its meaning or goes away.
pub const VERSION: i64 = 1;

/// The sections of a vocabulary, which a configuration may hold too.
pub const SECTIONS: [&str; 3] = ["synonyms", "metric", "thresholds"];

/// What one file says.
#[derive(Debug, Default)]
pub struct Entries {
    pub(super) synonyms: Vec<Said>,
    pub(super) metrics: Vec<Defined>,
    pub(super) thresholds: Vec<Rated>,
}

impl Entries {
    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.counts() == (0, 0, 0)
    }

    /// How many synonyms, metrics and thresholds it has.
    pub fn counts(&self) -> (usize, usize, usize) {
        (self.synonyms.len(), self.metrics.len(), self.thresholds.len())
    }
}

/// A phrase and what it stands for.
#[derive(Debug)]
pub(super) struct Said {
    pub phrase: String,
    pub target: Written,
    pub place: Place,
}

/// A target as written: what sort it is may be open.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Written {
    Open(String),
    Metric(String),
    Word(String),
    Table(String),
    Column(String),
    Value(String, Value),
}

/// A metric.
#[derive(Debug)]
pub(super) struct Defined {
    pub name: String,
    pub replaces: Option<String>,
    pub synonyms: Vec<String>,
    pub formula: Option<Formula>,
    pub own: Option<Own>,
    pub nature: Option<Kind>,
    pub unit: Option<MetricUnit>,
    pub better: Option<Better>,
    pub thresholds: Option<(Bounds, Place)>,
    pub place: Place,
}

/// A nature as users know it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Flow,
    Balance,
    Count,
    Ratio,
    /// Of one piece: never added up.
    Price,
    /// By time or by amount: never added up.
    Rate,
}

impl Kind {
    pub fn nature(self) -> Nature {
        match self {
            Kind::Flow => Nature::Flow,
            Kind::Balance => Nature::Balance,
            Kind::Count => Nature::Count,
            Kind::Ratio | Kind::Price | Kind::Rate => Nature::Ratio,
        }
    }
}

/// The thresholds of a metric; without bounds it has none.
#[derive(Debug)]
pub(super) struct Rated {
    pub metric: String,
    pub bounds: Option<Bounds>,
    pub place: Place,
}

/// Bounds as written.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bounds {
    /// Excellent, good, warning.
    pub bounds: [Bound; 3],
    pub per: Option<Per>,
}

/// A number, perhaps in hundredths.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Bound {
    pub number: Decimal,
    /// Whether it was written with a percent sign; `number` is the share then.
    pub percent: bool,
}

/// Reads a file that is a vocabulary and nothing else.
///
/// # Errors
/// A fault of kind `Config` that names the line: no TOML, another version, an unknown key, a value of the wrong kind.
pub fn read_file(file: &str, text: &str) -> Result<Entries, Fault> {
    let page = Page { file, text };
    let document = page.table()?;
    let table = document.get_ref();
    let version = table.get("version");
    let number = version.map(|node| page.number_of(node, "version")).transpose()?;
    if number != Some(Decimal::from(VERSION)) {
        let (span, found) = match (version, number) {
            (Some(node), Some(number)) => (node.span(), format!("it has version {}", number.to_plain_string())),
            _ => (0..0, "it does not say which version it is".to_owned()),
        };
        let what = format!("{found}; this program reads version {VERSION}");
        return Err(page.wrong(&span, "version", &what).hint(format!("the file begins with: version = {VERSION}")));
    }
    let known = [&["version"], SECTIONS.as_slice()].concat();
    if let Some(key) = table.keys().find(|key| !known.contains(&key.get_ref().as_ref())) {
        return Err(page.unknown(&key.span(), key.get_ref(), "a vocabulary", &known));
    }
    sections(page, table)
}

/// Reads the sections of a vocabulary in a configuration file; other keys are none of its business.
///
/// # Errors
/// As [`read_file`], but for the version.
pub fn read_sections(file: &str, text: &str) -> Result<Entries, Fault> {
    let page = Page { file, text };
    sections(page, page.table()?.get_ref())
}

fn sections(page: Page, table: &DeTable<'_>) -> Result<Entries, Fault> {
    let mut entries = Entries::default();
    if let Some(node) = table.get("synonyms") {
        for (phrase, target) in page.table_of(node, "synonyms")? {
            let place = page.place(&phrase.span());
            let target = written(page, target)?;
            entries.synonyms.push(Said { phrase: phrase.get_ref().to_string(), target, place });
        }
    }
    if let Some(node) = table.get("metric") {
        for node in page.list_of(node, "metric")? {
            entries.metrics.push(metric(page, node)?);
        }
    }
    if let Some(node) = table.get("thresholds") {
        for (name, node) in page.table_of(node, "thresholds")? {
            let place = page.place(&name.span());
            let bounds = if node.get_ref().as_str() == Some("none") { None } else { Some(bounds(page, node)?) };
            entries.thresholds.push(Rated { metric: name.get_ref().to_string(), bounds, place });
        }
    }
    // Maps are sorted by key; faults and conflicts follow the lines of the file.
    entries.synonyms.sort_by_key(|said| said.place.line);
    entries.thresholds.sort_by_key(|rated| rated.place.line);
    Ok(entries)
}

const TARGETS: [&str; 5] = ["metric", "word", "table", "column", "value"];

fn written(page: Page, node: &Node<'_>) -> Result<Written, Fault> {
    if let Some(text) = node.get_ref().as_str() {
        return Ok(Written::Open(text.trim().to_owned()));
    }
    let table = page.table_of(node, "a synonym")?;
    known(page, table, "the target of a synonym", &TARGETS)?;
    let text = |key: &str| table.get(key).map(|n| page.text_of(n, key).map(str::to_owned)).transpose();
    let value = table.get("value").map(|n| value(page, n)).transpose()?;
    match (text("metric")?, text("word")?, text("table")?, text("column")?, value) {
        (Some(metric), None, None, None, None) => Ok(Written::Metric(metric)),
        (None, Some(word), None, None, None) => Ok(Written::Word(word)),
        (None, None, Some(table), None, None) => Ok(Written::Table(table)),
        (None, None, None, Some(column), None) => Ok(Written::Column(column)),
        (None, None, None, Some(column), Some(value)) => Ok(Written::Value(column, value)),
        _ => Err(page
            .wrong(&node.span(), "target", "a synonym stands for one thing")
            .hint("name a metric, a word, a table, a column, or a column with its value")),
    }
}

fn known(page: Page, table: &DeTable<'_>, what: &str, keys: &[&str]) -> Result<(), Fault> {
    match table.keys().find(|key| !keys.contains(&key.get_ref().as_ref())) {
        Some(key) => Err(page.unknown(&key.span(), key.get_ref(), what, keys)),
        None => Ok(()),
    }
}

fn value(page: Page, node: &Node<'_>) -> Result<Value, Fault> {
    let value = node.get_ref();
    if let Some(text) = value.as_str() {
        return Ok(Value::Text(text.to_owned()));
    }
    if let Some(truth) = value.as_bool() {
        return Ok(Value::Bool(truth));
    }
    let whole = value.as_integer().and_then(|number| number.as_str().parse().ok()).map(Value::Int);
    whole
        .or_else(|| number(value).map(Value::Decimal))
        .ok_or_else(|| page.wrong(&node.span(), "value", "a value is a text, a number, true or false"))
}

const GATHERS: [(&str, Gather); 6] = [
    ("sum", Gather::Sum),
    ("count", Gather::Count),
    ("count_distinct", Gather::CountDistinct),
    ("average", Gather::Average),
    ("min", Gather::Min),
    ("max", Gather::Max),
];

const METRIC: [&str; 17] = [
    "name",
    "replaces",
    "synonyms",
    "formula",
    "sum",
    "count",
    "count_distinct",
    "average",
    "min",
    "max",
    "where",
    "over_time",
    "date",
    "nature",
    "unit",
    "better",
    "thresholds",
];

fn metric(page: Page, node: &Node<'_>) -> Result<Defined, Fault> {
    let table = page.table_of(node, "metric")?;
    known(page, table, "a metric", &METRIC)?;
    let text = |key: &str| table.get(key).map(|n| page.text_of(n, key).map(str::to_owned)).transpose();
    let replaces = text("replaces")?;
    let name = text("name")?.or_else(|| replaces.clone()).filter(|name| !name.trim().is_empty());
    let name = name.ok_or_else(|| page.wrong(&node.span(), "metric", "a metric has no name"))?;
    let formula = table.get("formula").map(|n| (n, page.text_of(n, "formula")));
    let formula = formula.map(|(n, text)| {
        Formula::try_from(text?.to_owned()).map_err(|why| {
            let what = format!("the formula of {name:?} cannot be read");
            let hint = "metrics are named with _ for blanks, and numbers are whole: (revenue - cost_of_sales) / 2";
            page.wrong(&n.span(), "formula", &what).cause(why).hint(hint)
        })
    });
    let (formula, own) = (formula.transpose()?, own(page, table, &name)?);
    if formula.is_some() == own.is_some() {
        let what = format!("{name:?} is defined by one thing: a formula, or rows that are put together");
        let hint = "write formula, or one of sum, count, count_distinct, average, min, max";
        return Err(page.wrong(&node.span(), "metric", &what).hint(hint));
    }
    let natures = [
        ("flow", Kind::Flow),
        ("balance", Kind::Balance),
        ("count", Kind::Count),
        ("ratio", Kind::Ratio),
        ("price", Kind::Price),
        ("rate", Kind::Rate),
    ];
    let units = [
        ("money", MetricUnit::Money),
        ("count", MetricUnit::Count),
        ("share", MetricUnit::Share),
        ("multiple", MetricUnit::Multiple),
        ("days", MetricUnit::Days),
        ("plain", MetricUnit::Plain),
    ];
    let directions = [("up", Better::Up), ("down", Better::Down), ("none", Better::None)];
    let thresholds = table.get("thresholds").map(|n| Ok::<_, Fault>((bounds(page, n)?, page.place(&n.span()))));
    Ok(Defined {
        replaces,
        synonyms: table.get("synonyms").map(|n| page.texts_of(n, "synonyms")).transpose()?.unwrap_or_default(),
        formula,
        own,
        nature: table.get("nature").map(|n| page.choice_of(n, "nature", &natures)).transpose()?,
        unit: table.get("unit").map(|n| page.choice_of(n, "unit", &units)).transpose()?,
        better: table.get("better").map(|n| page.choice_of(n, "better", &directions)).transpose()?,
        thresholds: thresholds.transpose()?,
        place: page.place(&table.get("name").or_else(|| table.get("replaces")).map_or(node.span(), |n| n.span())),
        name,
    })
}

/// How a metric's rows are put together, if that is how it is defined.
fn own(page: Page, table: &DeTable<'_>, name: &str) -> Result<Option<Own>, Fault> {
    let mut found = GATHERS.iter().filter_map(|(key, gather)| Some((*key, *gather, table.get(*key)?)));
    let Some((key, gather, node)) = found.next() else {
        let stray = ["where", "over_time", "date"].into_iter().find_map(|key| Some((key, table.get(key)?)));
        return stray.map_or(Ok(None), |(key, node)| {
            let what = format!("{key} of {name:?} is about rows, and {name:?} is not put together from rows");
            Err(page.wrong(&node.span(), "metric", &what))
        });
    };
    if let Some((other, _, again)) = found.next() {
        let what = format!("{name:?} is defined by {key} and by {other}");
        return Err(page.wrong(&again.span(), "metric", &what));
    }
    let courses = [("sum", Course::Sum), ("last", Course::Last), ("running", Course::Running)];
    let filters = table.get("where").map(|n| page.list_of(n, "where")).transpose()?.unwrap_or_default();
    Ok(Some(Own {
        gather,
        of: page.text_of(node, key)?.to_owned(),
        filters: filters.into_iter().map(|n| filter(page, n)).collect::<Result<_, _>>()?,
        course: table.get("over_time").map(|n| page.choice_of(n, "over_time", &courses)).transpose()?,
        date: table.get("date").map(|n| page.text_of(n, "date").map(str::to_owned)).transpose()?,
    }))
}

const FILTER: [&str; 7] = ["column", "is", "is_not", "at_least", "at_most", "above", "below"];

fn filter(page: Page, node: &Node<'_>) -> Result<Filter, Fault> {
    let table = page.table_of(node, "where")?;
    known(page, table, "a restriction", &FILTER)?;
    let column = table.get("column").map(|n| page.text_of(n, "column")).transpose()?;
    let mut asked = FILTER[1..].iter().filter_map(|key| Some((*key, table.get(*key)?)));
    let (Some(column), Some((key, asked)), None) = (column, asked.next(), asked.next()) else {
        let what = "a restriction names a column and one thing that is asked of it";
        let hint =
            "such as { column = \"table.column\", is = [\"A\", \"B\"] }; is_not, at_least, at_most, above, below";
        return Err(page.wrong(&node.span(), "where", what).hint(hint));
    };
    let values = || match asked.get_ref().as_array() {
        Some(list) => list.iter().map(|n| value(page, n)).collect::<Result<Vec<Value>, Fault>>(),
        None => Ok(vec![value(page, asked)?]),
    };
    let number = || page.number_of(asked, key);
    let asks = match key {
        "is" => Asks::Is(values()?),
        "is_not" => Asks::IsNot(values()?),
        "at_least" => Asks::AtLeast(number()?),
        "at_most" => Asks::AtMost(number()?),
        "above" => Asks::Above(number()?),
        _ => Asks::Below(number()?),
    };
    Ok(Filter { column: column.to_owned(), asks })
}

const BOUNDS: [&str; 4] = ["excellent", "good", "warning", "per"];

fn bounds(page: Page, node: &Node<'_>) -> Result<Bounds, Fault> {
    let table = page.table_of(node, "thresholds")?;
    if let Some((key, _)) = table.get_key_value("critical") {
        let what = "critical has no bound of its own: it is what lies beyond warning";
        return Err(page.wrong(&key.span(), "unknown_key", what).hint("leave critical out"));
    }
    known(page, table, "thresholds", &BOUNDS)?;
    let bound = |key: &str| match table.get(key) {
        Some(node) => bound(page, node, key),
        None => Err(page
            .wrong(&node.span(), "thresholds", &format!("thresholds without {key}"))
            .hint("all of excellent, good and warning are given; what lies beyond warning is critical")),
    };
    let lengths = [("month", Per::Month), ("quarter", Per::Quarter), ("year", Per::Year)];
    Ok(Bounds {
        bounds: [bound("excellent")?, bound("good")?, bound("warning")?],
        per: table.get("per").map(|n| page.choice_of(n, "per", &lengths)).transpose()?,
    })
}

fn bound(page: Page, node: &Node<'_>, key: &str) -> Result<Bound, Fault> {
    let hundredths =
        node.get_ref().as_str().and_then(|text| text.trim().strip_suffix('%')?.trim().parse::<Decimal>().ok());
    match hundredths {
        Some(percent) => Ok(Bound { number: Decimal::new(1.into(), 2) * percent, percent: true }),
        None => Ok(Bound { number: page.number_of(node, key)?, percent: false }),
    }
}
