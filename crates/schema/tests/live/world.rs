//! The truth: what every name meant at every time, as far as the writer knows it.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Instant;

use schema::replay::Chance;
use testkit::server::Engine;

/// Columns by name, each with the only value in it, which no other column ever had.
pub type Form = Vec<(String, i64)>;

/// What a name meant for a while.
struct Span {
    /// When the statement began that made it so: it was not so before.
    from: Instant,
    /// When the statement ended that made it otherwise: it was not so after.
    to: Option<Instant>,
    form: Form,
}

/// What names meant when.
#[derive(Default)]
pub struct Oracle {
    spans: Mutex<BTreeMap<String, Vec<Span>>>,
}

impl Oracle {
    /// Whether a table was once of this form between two times.
    pub fn saw(&self, name: &str, form: &Form, (from, to): (Instant, Instant)) -> bool {
        let spans = self.spans.lock().unwrap();
        let meets = |span: &&Span| span.from <= to && span.to.is_none_or(|end| end >= from);
        let mut latest = spans.get(name).into_iter().flatten().rev().skip_while(|span| span.from > to);
        // Spans of a name follow one another: behind one that was over before, all were.
        latest.by_ref().take_while(meets).any(|span| span.form == *form)
    }

    /// A statement begins that gives names other meanings.
    fn begins(&self, forms: &BTreeMap<String, Form>) {
        let from = Instant::now();
        let mut spans = self.spans.lock().unwrap();
        for (name, form) in forms {
            spans.entry(name.clone()).or_default().push(Span { from, to: None, form: form.clone() });
        }
    }

    /// It is over: what these names, and those that are gone, meant before is no more.
    fn ends<'n>(&self, names: impl Iterator<Item = &'n String>, gone: &[String]) {
        let now = Instant::now();
        let mut spans = self.spans.lock().unwrap();
        for name in names {
            let of = spans.entry(name.clone()).or_default();
            let before = of.len().saturating_sub(1);
            of[..before].iter_mut().rev().take_while(|span| span.to.is_none()).for_each(|span| span.to = Some(now));
        }
        for name in gone {
            let of = spans.entry(name.clone()).or_default();
            of.iter_mut().rev().take_while(|span| span.to.is_none()).for_each(|span| span.to = Some(now));
        }
    }
}

/// How an engine writes what the writer does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tongue {
    Sqlite,
    Server(Engine),
}

/// The tables as they are now, for the one who changes them.
pub struct World {
    tongue: Tongue,
    chance: Chance,
    tables: BTreeMap<String, Form>,
    next: i64,
}

/// A change: what is run, what names mean behind it, and which are gone.
pub struct Step {
    pub script: String,
    forms: BTreeMap<String, Form>,
    gone: Vec<String>,
}

const TABLES: usize = 8;

impl World {
    /// The script of the first tables, and the world of them.
    pub fn new(tongue: Tongue, oracle: &Oracle) -> (World, String) {
        let mut world = World { tongue, chance: Chance(1), tables: BTreeMap::new(), next: 0 };
        let mut script = String::new();
        for i in 0..TABLES {
            let form: Form = ["a", "b", "c"].iter().map(|name| ((*name).to_owned(), world.value())).collect();
            script += &create(&format!("t{i}"), &form);
            world.tables.insert(format!("t{i}"), form);
        }
        oracle.begins(&world.tables);
        (world, script)
    }

    fn value(&mut self) -> i64 {
        self.next += 1;
        self.next
    }

    fn any(&mut self) -> String {
        let at = self.chance.below(self.tables.len());
        self.tables.keys().nth(at).unwrap().clone()
    }

    /// What is done next: swaps of tables and of columns, renames, tables made anew, columns added and dropped.
    pub fn step(&mut self) -> Step {
        let name = self.any();
        let form = self.tables[&name].clone();
        match self.chance.below(8) {
            0 | 1 => self.swap_tables(name, form),
            2 | 3 => self.swap_columns(name, form),
            4 => self.rename(name, form),
            5 => self.make_anew(name),
            _ if form.len() < 6 => self.add(name, form),
            _ => drop_last(name, form),
        }
    }

    /// Takes a step: tells the oracle before and behind it.
    pub async fn take(&mut self, step: Step, oracle: &Oracle, run: impl AsyncFnOnce(String)) {
        oracle.begins(&step.forms);
        run(step.script).await;
        oracle.ends(step.forms.keys(), &step.gone);
        for name in &step.gone {
            self.tables.remove(name);
        }
        self.tables.extend(step.forms);
    }

    fn swap_tables(&mut self, name: String, form: Form) -> Step {
        let other = self.any();
        if other == name {
            return self.swap_columns(name, form);
        }
        let theirs = self.tables[&other].clone();
        let script = match self.tongue {
            Tongue::Server(Engine::Mariadb) => format!("RENAME TABLE {name} TO x, {other} TO {name}, x TO {other}"),
            _ => format!(
                "BEGIN; ALTER TABLE {name} RENAME TO x; ALTER TABLE {other} RENAME TO {name};
                 ALTER TABLE x RENAME TO {other}; COMMIT"
            ),
        };
        Step { script, forms: BTreeMap::from([(name, theirs), (other, form)]), gone: Vec::new() }
    }

    fn swap_columns(&mut self, name: String, mut form: Form) -> Step {
        let (one, two) = (form[0].0.clone(), form[1].0.clone());
        let script = match self.tongue {
            Tongue::Server(Engine::Mariadb) => {
                format!("ALTER TABLE {name} RENAME COLUMN {one} TO {two}, RENAME COLUMN {two} TO {one}")
            }
            _ => format!(
                "BEGIN; ALTER TABLE {name} RENAME COLUMN {one} TO x; ALTER TABLE {name} RENAME COLUMN {two} TO {one};
                 ALTER TABLE {name} RENAME COLUMN x TO {two}; COMMIT"
            ),
        };
        (form[0].0, form[1].0) = (two, one);
        Step { script, forms: BTreeMap::from([(name, form)]), gone: Vec::new() }
    }

    fn rename(&mut self, name: String, form: Form) -> Step {
        let to = format!("t{}", self.value());
        let script = format!("ALTER TABLE {name} RENAME TO {to}");
        Step { script, forms: BTreeMap::from([(to, form)]), gone: vec![name] }
    }

    fn make_anew(&mut self, name: String) -> Step {
        let form: Form = ["a", "b", "c"].iter().map(|name| ((*name).to_owned(), self.value())).collect();
        let script = match self.tongue {
            Tongue::Server(Engine::Mariadb) => {
                let cells: Vec<String> = form.iter().map(|(name, value)| format!("{value} AS {name}")).collect();
                format!("CREATE OR REPLACE TABLE {name} AS SELECT {}", cells.join(", "))
            }
            _ => format!("BEGIN; DROP TABLE {name}; {} COMMIT", create(&name, &form)),
        };
        Step { script, forms: BTreeMap::from([(name, form)]), gone: Vec::new() }
    }

    fn add(&mut self, name: String, mut form: Form) -> Step {
        let value = self.value();
        let script = format!("ALTER TABLE {name} ADD COLUMN c{value} INT DEFAULT {value}");
        form.push((format!("c{value}"), value));
        Step { script, forms: BTreeMap::from([(name, form)]), gone: Vec::new() }
    }
}

fn drop_last(name: String, mut form: Form) -> Step {
    let script = format!("ALTER TABLE {name} DROP COLUMN {}", form.pop().unwrap().0);
    Step { script, forms: BTreeMap::from([(name, form)]), gone: Vec::new() }
}

fn create(name: &str, form: &Form) -> String {
    let columns: Vec<String> = form.iter().map(|(name, _)| format!("{name} INT")).collect();
    let values: Vec<String> = form.iter().map(|(_, value)| value.to_string()).collect();
    format!("CREATE TABLE {name} ({}); INSERT INTO {name} VALUES ({});", columns.join(", "), values.join(", "))
}
