//! What words reach: whose property a word is, what a bare number identifies, and what is refused because one row
//! cannot be all that it says.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use agent::Status;
use common::{Desk, story};

/// Rooms that are let: their prices beside what was paid, people in numbered teams, and fees.
const LETTINGS: &str = "
    CREATE TABLE teams (team_id INTEGER PRIMARY KEY, team_name TEXT NOT NULL);
    CREATE TABLE clerks (clerk_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, title TEXT,
        team_id INTEGER REFERENCES teams(team_id));
    CREATE TABLE rooms (room_id INTEGER PRIMARY KEY, room_name TEXT NOT NULL, base_price INTEGER NOT NULL, wing TEXT NOT NULL);
    CREATE TABLE stays (stay_id INTEGER PRIMARY KEY, room_id INTEGER NOT NULL REFERENCES rooms(room_id), rate INTEGER NOT NULL);
    CREATE TABLE fees (fee_id INTEGER PRIMARY KEY, fee_kind TEXT, fee_date DATE, amount_paid INTEGER);
    CREATE TABLE permits (permit_id INTEGER PRIMARY KEY, stay_id INTEGER NOT NULL REFERENCES stays(stay_id), note TEXT);
    INSERT INTO teams VALUES (70, 'North'), (80, 'South');
    INSERT INTO clerks VALUES (1, 'Ada', 'Moss', 'Head Clerk', 70), (2, 'Ben', 'Reed', 'Clerk', 80), (3, 'Cleo', 'Marsh', 'Clerk', 80);
    INSERT INTO rooms VALUES (1, 'Blue', 100, 'east'), (2, 'Green', 50, 'east'), (3, 'Red', 300, 'west');
    INSERT INTO stays VALUES (1, 1, 90), (2, 1, 80), (3, 3, 310);
    INSERT INTO fees VALUES (1, 'card', '2024-03-01', 12), (2, 'cash', '2024-02-01', 7);
    INSERT INTO permits VALUES (1, 1, 'late'), (2, 1, 'dog'), (3, 3, 'dog');";

fn desk() -> Desk {
    Desk::with_tables("fan", LETTINGS)
}

fn rows(desk: &Desk, question: &str) -> Vec<String> {
    let cells = |row: &Vec<catalog::Value>| row.iter().map(ToString::to_string).collect::<Vec<_>>().join("|");
    desk.answered(question).rows.iter().map(cells).collect()
}

#[test]
fn a_price_is_that_of_the_thing_it_is_asked_of() {
    // "Rate" may be called a price too, and belongs to the stays.
    assert_eq!(rows(&desk(), "average price of the rooms"), ["150"]);
}

#[test]
fn full_names_are_made_of_their_parts() {
    let desk = desk();
    assert_eq!(rows(&desk, "full names of clerks in the North team"), ["Ada|Moss"]);
}

#[test]
fn a_number_behind_a_thing_is_its_key_where_its_name_is_no_number() {
    let desk = desk();
    assert_eq!(rows(&desk, "first names of clerks in team 80"), ["Ben", "Cleo"]);
}

#[test]
fn an_amount_in_a_list_is_shown() {
    let desk = desk();
    assert_eq!(rows(&desk, "list the kind, date and amount of all fees"), ["card|2024-03-01|12", "cash|2024-02-01|7"]);
}

#[test]
fn the_largest_and_the_smallest_are_two_numbers() {
    assert_eq!(rows(&desk(), "largest and smallest base price"), ["300|50"]);
}

#[test]
fn all_that_belongs_to_the_first_one_is_shown() {
    // Two stays were in the room that is the dearest of those left.
    let desk = desk();
    desk.scratch().execute("DELETE FROM permits WHERE stay_id = 3; DELETE FROM stays WHERE stay_id = 3; DELETE FROM rooms WHERE room_id = 3").unwrap();
    assert_eq!(rows(&desk, "show the rates of stays in the room with the highest base price"), ["90", "80"]);
}

#[test]
fn what_no_single_row_can_be_is_refused() {
    let desk = desk();
    for question in [
        "rooms with a base price above 200 and a base price below 100",
        "notes of permits of the room with the most stays",
        "names of rooms with the most common wing",
    ] {
        let answer = desk.ask(question);
        assert_eq!(answer.status, Status::Refused, "{question}: {}", story(&answer));
    }
}

#[test]
fn what_is_counted_through_other_rows_counts_once() {
    // Three rooms, two of which have stays.
    assert_eq!(rows(&desk(), "how many rooms have stays"), ["2"]);
}
