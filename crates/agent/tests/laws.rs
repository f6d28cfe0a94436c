//! Laws that hold of any books, on questions made at random over companies made at random; the expected numbers
//! come from the tally, which uses no SQL.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use std::collections::BTreeMap;

use agent::{Answer, Drill, Status};
use bigdecimal::{BigDecimal, Zero};
use books::{DEMO_CLOCK, Row, Tally};
use catalog::Value;
use common::form::{groups, number_column};
use common::random::{FLOWS, Instance, instance};
use common::{Desk, story};
use jiff::civil::Date;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};

/// Companies: size and seed.
const COMPANIES: [(f64, u64); 5] = [(0.03, 11), (0.03, 12), (0.05, 13), (0.02, 14), (0.04, 15)];

/// Instances of all laws together, over all companies.
const INSTANCES: u32 = 1_100;

type Law = fn(&Company, &Instance) -> Result<Kept, String>;

/// Every law, by name.
const LAWS: [(&str, Law); 11] = [
    ("the total is the tally's", total_is_the_tallys),
    ("the groups are the tally's", groups_are_the_tallys),
    ("parts add up to the total", parts_add_up),
    ("a value and the rest make the whole", a_value_and_the_rest),
    ("a further dimension adds nothing", a_further_dimension),
    ("a second metric changes nothing", a_second_metric),
    ("months roll up", months_roll_up),
    ("the order of the words changes nothing", the_order_of_the_words),
    ("opening and movement make the closing", opening_and_movement),
    ("assets are liabilities, equity and result of each entity", each_entity_balances),
    ("the rows behind a number add up to it outside of SQL", plain_rows_add_up),
];

/// Whether a law could be looked at: everything it needs was answered.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Kept {
    Checked,
    NotAnswered,
}

struct Company {
    desk: Desk,
    tally: Tally,
}

impl Company {
    fn new((size, seed): (f64, u64)) -> Company {
        let (book, tally) = books::demo(size, seed);
        Company { desk: Desk::new(&book, DEMO_CLOCK), tally }
    }

    /// The groups of a question's first number, or none where it is asked back or refused.
    fn groups(&self, question: &str) -> Result<Option<Vec<Row>>, String> {
        let answer = self.desk.ask(question);
        match answer.status {
            Status::Answered => first_number(&answer).map(Some).map_err(|e| format!("{question:?}: {e}")),
            Status::Failed => Err(format!("{question:?} failed: {}", story(&answer))),
            Status::Clarify | Status::Refused => Ok(None),
        }
    }

    fn total(&self, question: &str) -> Result<Option<BigDecimal>, String> {
        Ok(self.groups(question)?.map(|rows| sum(&rows)))
    }

    fn tallied(&self, line: &str) -> Vec<Row> {
        self.tally.evaluate(line).unwrap_or_else(|e| panic!("{line}: {e}"))
    }
}

fn first_number(answer: &Answer) -> Result<Vec<Row>, String> {
    groups(answer, number_column(answer, "1")?)
}

fn sum(rows: &[Row]) -> BigDecimal {
    rows.iter().map(|(_, n)| n).sum()
}

/// Groups that are not zero, by label.
fn by_label(rows: &[Row]) -> BTreeMap<Vec<String>, BigDecimal> {
    rows.iter().filter(|(_, n)| !n.is_zero()).map(|(labels, n)| (labels.clone(), n.normalized())).collect()
}

/// What both sides have to agree on.
fn equal<T: PartialEq + std::fmt::Debug>(question: &str, said: &T, expected: &T) -> Result<Kept, String> {
    if said == expected { Ok(Kept::Checked) } else { Err(format!("{question:?}: {said:?} instead of {expected:?}")) }
}

fn total_is_the_tallys(company: &Company, i: &Instance) -> Result<Kept, String> {
    let question = format!("{} {}", i.metric(), i.span.words);
    let Some(said) = company.total(&question)? else { return Ok(Kept::NotAnswered) };
    equal(&question, &said.normalized(), &sum(&company.tallied(&i.line())).normalized())
}

fn groups_are_the_tallys(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [(words, tally), _] = i.dimensions();
    let question = format!("{} by {words} {}", i.metric(), i.span.words);
    let Some(said) = company.groups(&question)? else { return Ok(Kept::NotAnswered) };
    let expected = company.tallied(&format!("{} / by {tally}", i.line()));
    equal(&question, &by_label(&said), &by_label(&expected))
}

fn parts_add_up(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [_, (words, _)] = i.dimensions();
    let question = format!("{} by {words} {}", i.metric(), i.span.words);
    let whole = company.total(&format!("{} {}", i.metric(), i.span.words))?;
    let (Some(parts), Some(whole)) = (company.groups(&question)?, whole) else { return Ok(Kept::NotAnswered) };
    equal(&question, &sum(&parts).normalized(), &whole.normalized())
}

fn a_value_and_the_rest(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [(_, tally), _] = i.dimensions();
    let labels = company.tallied(&format!("{} / by {tally}", i.line()));
    let named: Vec<&Row> = labels.iter().filter(|(l, _)| !l[0].is_empty()).collect();
    if named.is_empty() {
        return Ok(Kept::NotAnswered);
    }
    let (label, number) = named[i.label % named.len()];
    let label = &label[0];
    let question = format!("{} for {label} {}", i.metric(), i.span.words);
    let one = company.total(&question)?;
    let rest = company.total(&format!("{} excluding {label} {}", i.metric(), i.span.words))?;
    let whole = company.total(&format!("{} {}", i.metric(), i.span.words))?;
    let (Some(one), Some(rest), Some(whole)) = (one, rest, whole) else { return Ok(Kept::NotAnswered) };
    equal(&question, &one.normalized(), &number.normalized())?;
    equal(&question, &(one + rest).normalized(), &whole.normalized())
}

fn a_further_dimension(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [(first, _), (second, _)] = i.dimensions();
    let coarse = company.groups(&format!("{} by {first} {}", i.metric(), i.span.words))?;
    let question = format!("{} by {first} and {second} {}", i.metric(), i.span.words);
    let (Some(coarse), Some(fine)) = (coarse, company.groups(&question)?) else { return Ok(Kept::NotAnswered) };
    let mut rolled: BTreeMap<Vec<String>, BigDecimal> = BTreeMap::new();
    for (labels, number) in &fine {
        *rolled.entry(labels[..1].to_vec()).or_default() += number;
    }
    let rolled: Vec<Row> = rolled.into_iter().collect();
    equal(&question, &by_label(&rolled), &by_label(&coarse))
}

fn a_second_metric(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [(words, tally), _] = i.dimensions();
    let order = (0..FLOWS.len()).map(|n| (i.other + n) % FLOWS.len());
    let fits = |n: &usize| *n != i.flow && Tally::dimensions(FLOWS[*n].1).contains(&tally);
    let Some(other) = order.into_iter().find(fits) else { return Ok(Kept::NotAnswered) };
    let alone = company.groups(&format!("{} by {words} {}", i.metric(), i.span.words))?;
    let question = format!("{} and {} by {words} {}", i.metric(), FLOWS[other].0[0], i.span.words);
    let (Some(alone), Some(beside)) = (alone, company.groups(&question)?) else { return Ok(Kept::NotAnswered) };
    equal(&question, &by_label(&beside), &by_label(&alone))
}

fn months_roll_up(company: &Company, i: &Instance) -> Result<Kept, String> {
    let question = format!("{} by month {}", i.metric(), i.span.words);
    let whole = company.total(&format!("{} {}", i.metric(), i.span.words))?;
    let (Some(months), Some(whole)) = (company.groups(&question)?, whole) else { return Ok(Kept::NotAnswered) };
    let expected = company.tallied(&format!("{} / by month", i.line()));
    equal(&question, &by_label(&months), &by_label(&expected))?;
    equal(&question, &sum(&months).normalized(), &whole.normalized())
}

fn the_order_of_the_words(company: &Company, i: &Instance) -> Result<Kept, String> {
    let [(words, _), _] = i.dimensions();
    let (metric, span) = (i.metric(), &i.span.words);
    let ways = [
        format!("{metric} by {words} {span}"),
        format!("{metric} {span} by {words}"),
        format!("{span} {metric} by {words}"),
        format!("by {words}, {metric} {span}"),
    ];
    let plans: Vec<_> = ways.iter().map(|q| company.desk.ask(q)).map(|a| (a.status, a.sql, a.parameters)).collect();
    if plans[0].0 != Status::Answered {
        return Ok(Kept::NotAnswered);
    }
    let other = ways.iter().zip(&plans).find(|(_, plan)| **plan != plans[0]);
    other.map_or(Ok(Kept::Checked), |(way, plan)| Err(format!("{way:?} is {plan:?}, {:?} is {:?}", ways[0], plans[0])))
}

/// Amounts of a statement's lines by their label.
fn lines(company: &Company, question: &str) -> Result<Option<BTreeMap<String, BigDecimal>>, String> {
    let answer = company.desk.ask(question);
    let amount = |row: &Vec<Value>| Some((row[0].to_string(), row.last()?.to_decimal()?.normalized()));
    match answer.status {
        Status::Answered => Ok(Some(answer.rows.iter().filter_map(amount).collect())),
        Status::Failed => Err(format!("{question:?} failed: {}", story(&answer))),
        Status::Clarify | Status::Refused => Ok(None),
    }
}

fn opening_and_movement(company: &Company, i: &Instance) -> Result<Kept, String> {
    let (first, last) = (i.span.from.yesterday().unwrap(), i.span.to.yesterday().unwrap());
    let question = format!("cash flow statement between {} and {last}", i.span.from);
    let before = company.total(&format!("cash balance as of {first}"))?;
    let after = company.total(&format!("cash balance as of {last}"))?;
    let (Some(lines), Some(before), Some(after)) = (lines(company, &question)?, before, after) else {
        return Ok(Kept::NotAnswered);
    };
    let line = |name: &str| lines.get(name).cloned().unwrap_or_default();
    let (opening, change) = (line("Cash at the beginning"), line("Net change in cash"));
    let tallied = |day: Date| sum(&company.tallied(&format!("cash balance / ..{}", day.tomorrow().unwrap())));
    equal(&question, &[opening.clone(), &opening + &change], &[before.normalized(), after.normalized()])?;
    equal(&question, &line("Cash at the end"), &tallied(last).normalized())
}

fn each_entity_balances(company: &Company, i: &Instance) -> Result<Kept, String> {
    let last = i.span.to.yesterday().unwrap();
    let entities = company.tallied("revenue / by entity");
    let entity = &entities[i.label % entities.len()].0[0];
    let question = format!("balance sheet of {entity} as of {last}");
    let Some(lines) = lines(company, &question)? else { return Ok(Kept::NotAnswered) };
    let line = |name: &str| lines.get(name).cloned().unwrap_or_default();
    let whole = line("Total liabilities") + line("Equity") + line("Result not yet closed");
    equal(&question, &line("Total assets"), &whole.normalized())
}

fn plain_rows_add_up(company: &Company, i: &Instance) -> Result<Kept, String> {
    let question = format!("{} {}", i.metric(), i.span.words);
    let Some(total) = company.total(&question)? else { return Ok(Kept::NotAnswered) };
    let drill = Drill { row: "1".to_owned(), column: None, limit: Some(100_000) };
    let found = company.desk.drill(&question, drill);
    if found.drilled.is_none() {
        return Ok(Kept::NotAnswered);
    }
    let amounts = found.rows.iter().filter_map(|row| row.last()?.to_decimal());
    equal(&question, &amounts.sum::<BigDecimal>().normalized(), &total.normalized())
}

/// Runs every law on its share of the instances over one company.
fn run(company: &Company, place: usize) -> (BTreeMap<&'static str, [usize; 2]>, Vec<String>) {
    let each = INSTANCES as usize / (LAWS.len() * COMPANIES.len());
    let (mut counts, mut failures) = (BTreeMap::new(), Vec::new());
    for (at, (name, law)) in LAWS.into_iter().enumerate() {
        let mut seed = [0; 32];
        seed[..2].copy_from_slice(&[place as u8, at as u8]);
        let config = Config { cases: each as u32, failure_persistence: None, ..Config::default() };
        let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &seed));
        let (mut checked, mut passed) = (0, 0);
        let seen = std::cell::RefCell::new((&mut checked, &mut passed));
        let ran = runner.run(&instance(), |i| {
            let kept = law(company, &i).map_err(TestCaseError::fail)?;
            let mut seen = seen.borrow_mut();
            *seen.0 += usize::from(kept == Kept::Checked);
            *seen.1 += 1;
            Ok(())
        });
        failures.extend(ran.err().map(|e| format!("company {:?}: {name}: {e}", COMPANIES[place])));
        counts.insert(name, [checked, passed]);
    }
    (counts, failures)
}

#[test]
fn laws_hold_on_random_instances() {
    let handles: Vec<_> = (0..COMPANIES.len())
        .map(|place| std::thread::spawn(move || run(&Company::new(COMPANIES[place]), place)))
        .collect();
    let (mut counts, mut failures) = (BTreeMap::<&str, [usize; 2]>::new(), Vec::new());
    for handle in handles {
        let (some, failed) = handle.join().unwrap();
        failures.extend(failed);
        for (name, [checked, all]) in some {
            let sum = counts.entry(name).or_default();
            *sum = [sum[0] + checked, sum[1] + all];
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n\n"));
    // A law that is looked at too seldom says nothing.
    for (name, [checked, all]) in &counts {
        assert!(checked * 10 >= all * 7, "{name}: only {checked} of {all} were answered");
    }
    assert_eq!(counts.values().map(|[_, all]| all).sum::<usize>(), INSTANCES as usize);
}
