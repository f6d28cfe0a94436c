//! Everyday words over everyday schemas: how old, how long, who, in which year, how many of the one at the other.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::Status;
use common::{Desk, story};

/// Rowers, what a doctor found, and the regattas that they row at.
const ROWING: &str = "
    CREATE TABLE rower (rower_id INTEGER PRIMARY KEY, FName TEXT, LName TEXT, sex TEXT, age INTEGER, reach_cm INTEGER,
        height_cm INTEGER);
    CREATE TABLE medical (medical_id INTEGER PRIMARY KEY, rower_id INTEGER NOT NULL REFERENCES rower, stamina INTEGER);
    CREATE TABLE regatta (regatta_id INTEGER PRIMARY KEY, rname TEXT, founded INTEGER, season_year INTEGER,
        spectators INTEGER);
    CREATE TABLE entry (rower_id INTEGER NOT NULL REFERENCES rower, regatta_id INTEGER NOT NULL REFERENCES regatta,
        PRIMARY KEY (rower_id, regatta_id));
    INSERT INTO rower VALUES (1, 'Ada', 'Moe', 'F', 31, 198, 181), (2, 'Bo', 'Lund', 'M', 24, 205, 190),
        (3, 'Cid', 'Rask', 'M', 40, 210, 194), (4, 'Dea', 'Holm', 'F', 28, 190, 176);
    INSERT INTO medical VALUES (1, 1, 70), (2, 2, 95), (3, 3, 60), (4, 4, 80);
    INSERT INTO regatta VALUES (1, 'Norrby', 1951, 2021, 900), (2, 'Vik', 1988, 2023, 1500), (3, 'Aland', 1994, 2022, 400);
    INSERT INTO entry VALUES (1, 1), (2, 1), (3, 1), (1, 2);";

fn desk() -> Desk {
    Desk::with_tables("ties", ROWING)
}

/// The rows of an answer, each as one text.
fn rows(desk: &Desk, question: &str) -> Vec<String> {
    let answer = desk.ask(question);
    assert_eq!(answer.status, Status::Answered, "{question}: {}", story(&answer));
    let text = |row: &Vec<catalog::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    answer.rows.iter().map(text).collect()
}

#[test]
fn capitals_and_initials_of_names_are_read() {
    let desk = desk();
    assert_eq!(rows(&desk, "first name and last name of rowers with age 40"), ["Cid Rask"]);
    // The initial of its table says whose name it is.
    assert_eq!(rows(&desk, "regatta names in alphabetical order"), ["Aland", "Norrby", "Vik"]);
    // The unit at the end of a name is left out.
    assert_eq!(rows(&desk, "what is the highest reach"), ["210"]);
}

#[test]
fn comparatives_and_superlatives_name_their_property() {
    let desk = desk();
    assert_eq!(rows(&desk, "last names of rowers who are older than 30"), ["Moe", "Rask"]);
    assert_eq!(rows(&desk, "how many rowers are younger than 29"), ["2"]);
    assert_eq!(rows(&desk, "last names of rowers taller than 185"), ["Lund", "Rask"]);
    assert_eq!(rows(&desk, "last names of rowers older than the average age"), ["Moe", "Rask"]);
    assert_eq!(rows(&desk, "how many rowers have an age in the range of 24 to 31"), ["3"]);
    assert_eq!(rows(&desk, "last name of the oldest rower"), ["Rask 40"]);
    assert_eq!(rows(&desk, "last names of the two youngest rowers"), ["Lund 24", "Holm 28"]);
    assert_eq!(rows(&desk, "what is the average and oldest age of rowers"), ["30.75 40"]);
    assert_eq!(rows(&desk, "average, highest and lowest reach of rowers"), ["200.75 210 190"]);
}

#[test]
fn words_for_codes_are_the_codes() {
    let desk = desk();
    assert_eq!(rows(&desk, "last names of female rowers"), ["Moe", "Holm"]);
    assert_eq!(rows(&desk, "how many male rowers"), ["2"]);
    assert_eq!(rows(&desk, "number of male (sex is M) rowers"), ["2"]);
    // All the values that there are restrict nothing: each is meant by itself.
    assert_eq!(rows(&desk, "average age of male and female rowers"), ["M 32", "F 29.5"]);
}

#[test]
fn years_that_are_numbers_bound_what_has_no_date() {
    let desk = desk();
    assert_eq!(rows(&desk, "regatta names in 2021"), ["Norrby"]);
    assert_eq!(rows(&desk, "how many regattas since 2022"), ["2"]);
    assert_eq!(rows(&desk, "how many regattas were held in or before 2022"), ["2"]);
    assert_eq!(rows(&desk, "names of regattas founded after 1960"), ["Vik 1988", "Aland 1994"]);
    assert_eq!(rows(&desk, "names of regattas, ordered by season year"), ["Norrby 2021", "Aland 2022", "Vik 2023"]);
    assert_eq!(rows(&desk, "name of the regatta with the latest season year"), ["Vik 2023"]);
    // A part of a year is none of theirs, and either of two things is no period.
    for question in ["regatta names in March 2021", "names of regattas in 2021 or with 400 spectators"] {
        let answer = desk.ask(question);
        assert_ne!(answer.status, Status::Answered, "{question}: {}", story(&answer));
    }
}

#[test]
fn things_are_counted_through_the_one_table_that_joins_them() {
    let desk = desk();
    assert_eq!(rows(&desk, "number of rowers for each regatta"), ["Norrby 3", "Vik 1"]);
    assert_eq!(rows(&desk, "which regatta has the most rowers"), ["Norrby 3"]);
    assert_eq!(rows(&desk, "last names of rowers who don't have an entry"), ["Holm"]);
    // One row of another table for each is as good as a column of one's own.
    let by_stamina = rows(&desk, "last names of rowers in descending order of stamina");
    assert_eq!(by_stamina, ["Lund 95", "Holm 80", "Moe 70", "Rask 60"]);
    assert_eq!(rows(&desk, "number of spectators of the regatta Vik"), ["1500"]);
}
