//! The user's own words through the program: files and their order, answers, terms, chat, doctor, config.

#![allow(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;

use std::io::Write;
use std::process::Stdio;

use common::*;
use serde_json::Value;
use testkit::Home;

const WORDS: &str = "version = 1\n[synonyms]\n\"zorkmids\" = \"revenue\"\n\"land\" = \"customers.region\"\n\"punters\" = \"customer\"\n";

fn write(home: &Home, file: &str, text: &str) {
    let path = home.work().join(file);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The user's own configuration.
fn configure(home: &Home, text: &str) {
    write(home, "../.config/quaestor/config.toml", text);
}

fn json(ran: &Ran) -> Value {
    serde_json::from_str(&ran.out).unwrap_or_else(|e| panic!("{e}: {}{}", ran.out, ran.err))
}

const PLAIN: [&str; 4] = ["ask", "--format", "json", "revenue by region last quarter"];

fn asked<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["ask", "--format", "json"], more].concat()
}

#[test]
fn a_vocabulary_is_found_wherever_it_is_named() {
    let home = testkit::home().unwrap();
    let rows = json(&run_in(&home, &PLAIN))["rows"].clone();
    let question = "zorkmids by land last quarter";
    assert_eq!(run_in(&home, &asked(&[question])).code, 4);
    let said = |ran: &Ran, place: &str| {
        let answer = json(ran);
        assert_eq!(answer["rows"], rows, "{}{}", ran.out, ran.err);
        assert!(answer["words"].to_string().contains(place), "{place}: {}", answer["words"]);
    };
    write(&home, "words.toml", WORDS);
    said(&run_in(&home, &asked(&["--vocabulary", "words.toml", question])), "in words.toml line 3");
    let mut command = quaestor(&home);
    command.args(asked(&[question])).env("QUAESTOR_VOCABULARY", "words.toml");
    said(&run(command), "in words.toml line 4");
    // A relative path starts at the file that names it.
    write(&home, "../.config/quaestor/team.toml", WORDS);
    configure(&home, "vocabulary = \"team.toml\"\n");
    said(&run_in(&home, &asked(&[question])), "team.toml line 3");
    // The sections may stand in a configuration itself, beside those of the others.
    write(&home, "quaestor.toml", "locale = \"de\"\n\n[synonyms]\n\"quatloos\" = \"revenue\"\n");
    said(&run_in(&home, &asked(&["quatloos by land last quarter"])), "in quaestor.toml line 4");
}

#[test]
fn what_contradicts_itself_ends_the_run_with_both_places() {
    let home = testkit::home().unwrap();
    configure(&home, "[synonyms]\n\"zorkmids\" = \"cash\"\n");
    write(&home, "quaestor.toml", "vocabulary = \"words.toml\"\n");
    write(&home, "words.toml", WORDS);
    for command in [&["ask", "revenue"][..], &["terms", "revenue"], &["chat"]] {
        let ran = run_in(&home, command);
        assert_eq!(ran.code, 10, "{command:?} {}{}", ran.out, ran.err);
        assert!(ran.err.contains("words.toml line 3") && ran.err.contains("config.toml line 2"), "{}", ran.err);
    }
    let doctor = run_in(&home, &["doctor"]);
    assert_eq!(doctor.code, 10, "{}", doctor.out);
    assert!(doctor.out.contains("wrong vocabulary") && doctor.out.contains("config.toml line 2"), "{}", doctor.out);
    let missing = run_in(&home, &["ask", "--vocabulary", "nowhere.toml", "revenue"]);
    assert!(missing.code == 11 && missing.err.contains("nowhere.toml"), "{}", missing.err);
    configure(&home, "vocabluary = \"words.toml\"\n");
    let unknown = run_in(&home, &["ask", "revenue"]);
    assert!(unknown.code == 10 && unknown.err.contains("vocabulary is known"), "{}", unknown.err);
}

#[test]
fn a_batch_and_terms_know_the_words_and_where_they_come_from() {
    let home = testkit::home().unwrap();
    write(&home, "quaestor.toml", WORDS.trim_start_matches("version = 1\n"));
    write(&home, "lines.jsonl", "{\"id\": \"1\", \"question\": \"zorkmids by land last quarter\"}\n");
    let ran = run_in(&home, &["ask", "--batch", "lines.jsonl"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("by the vocabulary in quaestor.toml line 2"), "{}", ran.out);
    let terms = |term: &str, sort: &str| {
        let found = json(&run_in(&home, &["terms", "--format", "json", term]));
        let first = found[sort][0].clone();
        assert_eq!(first["evidence"], "own", "{found}");
        assert_eq!(first["place"]["file"], "quaestor.toml");
        first
    };
    assert_eq!(terms("zorkmids", "metrics")["metric"], "revenue");
    assert_eq!(terms("land", "columns")["column"], "customers.region");
    let punters = json(&run_in(&home, &["terms", "--format", "json", "punters"]));
    let customers = json(&run_in(&home, &["terms", "--format", "json", "customer"]));
    assert_eq!(punters["columns"], customers["columns"]);
    let table = run_in(&home, &["terms", "zorkmids"]);
    assert!(table.out.contains("own vocabulary") && table.out.contains("quaestor.toml line 2"), "{}", table.out);
}

#[test]
fn a_conversation_sees_a_changed_vocabulary_before_its_next_question() {
    let home = testkit::home().unwrap();
    write(&home, "words.toml", WORDS);
    let mut command = home.command(env!("CARGO_BIN_EXE_quaestor"));
    command.args(["chat", "--format", "jsonl", "--vocabulary", "words.toml"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(output));
    let mut say = |text: &str| -> Value {
        writeln!(input, "{text}").unwrap();
        input.flush().unwrap();
        serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap()
    };
    let revenue = say("zorkmids last quarter");
    assert_eq!(revenue["answer"]["status"], "answered", "{revenue}");
    write(&home, "words.toml", &WORDS.replace("revenue", "operating expenses"));
    let expenses = say("zorkmids last quarter");
    assert_ne!(expenses["answer"]["rows"], revenue["answer"]["rows"]);
    write(&home, "words.toml", "version = 1\nbroken");
    let failed = say("zorkmids last quarter");
    assert_eq!(failed["answer"]["status"], "failed", "{failed}");
    assert_eq!(failed["answer"]["fault"]["kind"], "config");
    write(&home, "words.toml", WORDS);
    assert_eq!(say("zorkmids last quarter")["answer"]["rows"], revenue["answer"]["rows"]);
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn what_a_database_does_not_have_is_said_by_ask_and_by_the_doctor() {
    let home = testkit::home().unwrap();
    let more = "\"plot\" = \"customers.regoin\"\n\"last month\" = \"revenue\"\n";
    write(&home, "words.toml", &format!("{WORDS}{more}"));
    let fine = run_in(&home, &["ask", "--vocabulary", "words.toml", "revenue last quarter"]);
    assert_eq!(fine.code, 0, "{}", fine.err);
    assert!(fine.err.contains("words.toml line 6") && fine.err.contains("customers.region"), "{}", fine.err);
    let refused = run_in(&home, &["ask", "--vocabulary", "words.toml", "revenue by plot last quarter"]);
    assert!(refused.code == 4 && refused.out.contains("customers.regoin"), "{}{}", refused.out, refused.err);
    let doctor = json(&run_in(&home, &["doctor", "--vocabulary", "words.toml", "--format", "json"]));
    let checks = doctor["checks"].as_array().unwrap();
    let own: Vec<&Value> = checks.iter().filter(|c| c["name"] == "own words").collect();
    assert_eq!((doctor["version"].as_i64(), doctor["code"].as_i64(), own.len()), (Some(1), Some(10), 2), "{doctor}");
    assert!(
        own[0]["state"] == "wrong" && own[0]["fault"]["hints"].to_string().contains("customers.region"),
        "{doctor}"
    );
    assert!(own[1]["state"] == "note" && own[1]["text"].as_str().unwrap().contains("last month"), "{doctor}");
    let sound = run_in(&home, &["doctor", "--format", "json"]);
    assert_eq!(sound.code, 0, "{}", sound.out);
    assert!(json(&sound)["checks"].as_array().unwrap().iter().all(|c| c["state"] == "ok"), "{}", sound.out);
}

#[test]
fn the_configuration_in_use_is_shown_with_where_it_comes_from() {
    let home = testkit::home().unwrap();
    configure(&home, "locale = \"de\"\ntimeout_s = 5\n");
    write(&home, "quaestor.toml", "timeout_s = 7\nvocabulary = \"words.toml\"\n");
    write(&home, "words.toml", WORDS);
    let mut command = quaestor(&home);
    command.args(["config", "--format", "json"]).env("QUAESTOR_DB", "postgres://me:secret@host/b");
    let ran = run(command);
    let shown = json(&ran);
    assert!(!ran.out.contains("secret") && ran.code == 0, "{}{}", ran.out, ran.err);
    let of = |key: &str| {
        let found = shown["values"].as_array().unwrap().iter().find(|v| v["key"] == key).unwrap();
        (found["value"].as_str().unwrap_or("-").to_owned(), found["from"].as_str().unwrap().to_owned())
    };
    assert!(of("db").0.contains("host") && of("db").1 == "the variable QUAESTOR_DB", "{shown}");
    assert!(of("locale").0 == "de" && of("locale").1.ends_with("config.toml"));
    assert!(of("timeout_s").0 == "7" && of("timeout_s").1.ends_with("quaestor.toml"));
    assert_eq!(of("color"), ("auto".to_owned(), "default".to_owned()));
    assert_eq!(shown["files"].as_array().unwrap().len(), 2);
    assert_eq!(
        (&shown["vocabulary"][0]["file"], &shown["vocabulary"][0]["synonyms"]),
        (&"words.toml".into(), &3.into())
    );
    let table = run_in(&home, &["config"]);
    assert!(table.out.contains("own words in words.toml: 3 synonyms"), "{}", table.out);
}

/// The example of `docs/configuration.md`, as a reader would try it.
#[test]
fn the_worked_example_works() {
    let docs = include_str!("../../../docs/configuration.md");
    let block = docs.split("```").find(|block| block.starts_with("toml\n# theatre.toml")).unwrap();
    let home = testkit::home().unwrap();
    write(&home, "theatre.toml", block.trim_start_matches("toml\n"));
    let question = docs.split('"').find(|text| text.starts_with("takings by territory")).unwrap();
    let answer = json(&run_in(&home, &asked(&["--vocabulary", "theatre.toml", question])));
    assert_eq!(answer["rows"], json(&run_in(&home, &PLAIN))["rows"]);
    let line = docs.split('`').find(|text| text.starts_with("\"takings\" means revenue")).unwrap();
    assert!(answer["words"].as_array().unwrap().contains(&line.into()), "{}", answer["words"]);
    for question in ["reserved value for the old world in FY25", "how many ticket holders are there"] {
        let ran = run_in(&home, &asked(&["--vocabulary", "theatre.toml", question]));
        assert_eq!(ran.code, 0, "{question}: {}{}", ran.out, ran.err);
    }
    // The status stands beside the number for people, and in the answer for programs.
    let rated = asked(&["--vocabulary", "theatre.toml", "house spread last quarter"]);
    let rated = json(&run_in(&home, &rated));
    let rating = &rated["ratings"][0];
    assert!(rating["status"].is_string() && rating["bound"].is_string() && rating["place"]["line"] == 16, "{rated}");
    let text = run_in(&home, &["ask", "--vocabulary", "theatre.toml", "gross margin by quarter in FY25"]);
    assert!(text.out.contains("status") && text.out.contains("%)"), "{}", text.out);
    let doctor = run_in(&home, &["doctor", "--vocabulary", "theatre.toml"]);
    assert_eq!(doctor.code, 0, "{}", doctor.out);
}
