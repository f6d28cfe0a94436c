//! The value index at its bound: what it takes to build, how much memory it holds, and how long a look-up takes. Each run
//! checks what it finds. Memory is that of the allocations while building, as divan counts them.
#![allow(clippy::unwrap_used)] // a program for developers: it stops where something is wrong

use catalog::{ColumnStatistics, Statistics, TableName, TableStatistics, Value};
use divan::{AllocProfiler, Bencher};
use meaning::Meaning;
use meaning::values::{ValueIndex, phrase_words};

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

/// Columns, and values of each: together as many as the index keeps.
const COLUMNS: usize = 60;
const VALUES: usize = 1_000;

fn main() {
    divan::main();
}

/// Names of made-up companies, no two alike: two words of their own, one that ten share, and a legal form.
fn name(n: usize) -> String {
    let letter = |i: usize| char::from(b'a' + u8::try_from(i % 26).unwrap());
    let word = |mut i: usize, salt: usize| {
        let mut word = String::new();
        for at in 0..6 {
            word.push(letter(i + at * salt));
            i /= 3;
        }
        word
    };
    format!("{}{n} {} {} Ltd", word(n, 5), word(n * 7, 11), word(n / 10, 3))
}

fn statistics() -> Statistics {
    let column = |c: usize| {
        let values = (0..VALUES).map(|v| (Value::Text(name(c * VALUES + v)), 1)).collect();
        (format!("c{c}"), ColumnStatistics { values, values_complete: true, ..ColumnStatistics::default() })
    };
    let table = TableStatistics { columns: (0..COLUMNS).map(column).collect(), ..TableStatistics::default() };
    Statistics { tables: [(TableName::bare("companies"), table)].into() }
}

/// The first value that is found.
fn first(links: Vec<meaning::Link>) -> Option<String> {
    links.into_iter().find_map(|link| match link.meaning {
        Meaning::Value { value, .. } => Some(value.to_string()),
        _ => None,
    })
}

#[divan::bench(sample_count = 10, sample_size = 1)]
fn build(bencher: Bencher) {
    bencher.with_inputs(statistics).bench_values(|statistics| {
        let index = ValueIndex::new(&statistics);
        assert_eq!(index.len(), COLUMNS * VALUES);
        index
    });
}

/// A look-up of every thousandth value, as it stands.
#[divan::bench(sample_count = 100)]
fn find_whole(bencher: Bencher) {
    let index = ValueIndex::new(&statistics());
    let wanted: Vec<String> = (0..COLUMNS).map(|c| name(c * VALUES + c)).collect();
    let words: Vec<Vec<String>> = wanted.iter().map(|text| phrase_words(text)).collect();
    bencher.counter(divan::counter::ItemsCount::new(wanted.len())).bench_local(|| {
        for (text, words) in wanted.iter().zip(&words) {
            assert_eq!(first(index.find(words)).as_ref(), Some(text));
        }
    });
}

/// The same without the legal form.
#[divan::bench(sample_count = 100)]
fn find_loosely(bencher: Bencher) {
    let index = ValueIndex::new(&statistics());
    let wanted: Vec<String> = (0..COLUMNS).map(|c| name(c * VALUES + c)).collect();
    let words: Vec<Vec<String>> = wanted.iter().map(|text| phrase_words(text.trim_end_matches(" Ltd"))).collect();
    bencher.counter(divan::counter::ItemsCount::new(wanted.len())).bench_local(|| {
        for (text, words) in wanted.iter().zip(&words) {
            assert_eq!(first(index.find_loosely(words)).as_ref(), Some(text));
        }
    });
}

/// Words that no value has.
#[divan::bench(sample_count = 100)]
fn find_nothing(bencher: Bencher) {
    let index = ValueIndex::new(&statistics());
    let words = phrase_words("revenue of 0123456789 by region");
    bencher.bench_local(|| assert!(index.find(&words).is_empty() && index.find_loosely(&words).is_empty()));
}
