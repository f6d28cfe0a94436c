//! Every phrase of a question leaves a trace in its answer, or stops it.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::Status;
use common::{Desk, story};

/// Halls of a fair, and works on them.
const FAIR: &str = "
    CREATE TABLE halls (hall_id INTEGER PRIMARY KEY, hall_name TEXT NOT NULL, division TEXT NOT NULL,
        seats INTEGER NOT NULL, monthly_rental INTEGER NOT NULL);
    CREATE TABLE works (work_id INTEGER PRIMARY KEY, removal_signed_by TEXT, done_on DATE);
    INSERT INTO halls VALUES (1, 'Aula', 'AS', 100, 50), (2, 'Forum', 'EN', 80, 70), (3, 'Atrium', 'EN', 60, 20),
        (4, 'Dome', 'MU', 40, 90);
    INSERT INTO works VALUES (1, 'Ada', '2024-01-02');";

fn desk() -> Desk {
    Desk::with_tables("fan", FAIR)
}

/// The first column of an answer.
fn first(desk: &Desk, question: &str) -> Vec<String> {
    desk.answered(question).rows.iter().map(|row| row[0].to_string()).collect()
}

fn refused(desk: &Desk, question: &str, why: &str) {
    let answer = desk.ask(question);
    assert_eq!(answer.status, Status::Refused, "{question}: {}", story(&answer));
    assert!(answer.words.join("\n").contains(why), "{question} does not say {why:?}: {:?}", answer.words);
}

#[test]
fn a_phrase_that_the_answer_would_leave_out_stops_it() {
    refused(&desk(), "show the ids of halls that have authorized removal", "leaves \"removal\" out");
}

#[test]
fn a_code_that_is_spelled_like_a_preposition_is_a_value() {
    assert_eq!(first(&desk(), "how many halls are in the division AS?"), ["1"]);
}

#[test]
fn a_number_before_things_that_are_ranked_says_how_many() {
    let desk = desk();
    assert_eq!(first(&desk, "which three halls have the largest number of seats?"), ["1", "2", "3"]);
    assert_eq!(first(&desk, "the 2 halls with the most seats"), ["1", "2"]);
}

#[test]
fn what_stands_behind_a_direction_orders() {
    let desk = desk();
    assert_eq!(first(&desk, "names of halls in ascending order by their seats"), ["Dome", "Atrium", "Forum", "Aula"]);
    // A column that is called so cuts nothing into months.
    assert_eq!(first(&desk, "names of halls sorted by monthly rental"), ["Atrium", "Aula", "Forum", "Dome"]);
}

#[test]
fn several_patterns_are_looked_for_alike() {
    let names = first(&desk(), "names of halls whose name contains \"um\" or \"om\"");
    assert_eq!(names, ["Forum", "Atrium", "Dome"]);
}

#[test]
fn what_only_several_rows_or_a_part_of_them_could_tell_is_refused() {
    let desk = desk();
    refused(&desk, "names of halls in the division EN but not in the division AS", "in the same row");
    refused(&desk, "halls with seats above the average seats in the EN division", "over some things only");
    refused(&desk, "names of halls with seats higher than at least one hall in EN", "at least one of others");
}
