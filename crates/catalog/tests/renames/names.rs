//! Names as schemas have them, and what people make of them when they rename.

use crate::random::Random;

/// Words of business with other words for them. Of real renames about a quarter shares no word with the name before.
const WORDS: [(&str, &[&str]); 36] = [
    ("amount", &["value", "sum"]),
    ("customer", &["client", "buyer", "party"]),
    ("supplier", &["vendor", "creditor"]),
    ("date", &["day", "time"]),
    ("created", &["opened", "made"]),
    ("updated", &["modified", "changed"]),
    ("price", &["rate", "cost"]),
    ("quantity", &["units", "pieces", "count"]),
    ("invoice", &["bill", "document"]),
    ("order", &["purchase", "request"]),
    ("status", &["state", "phase"]),
    ("type", &["kind", "class", "category"]),
    ("name", &["title", "label"]),
    ("description", &["text", "note", "remark"]),
    ("number", &["code", "reference"]),
    ("region", &["area", "territory", "zone"]),
    ("country", &["nation", "land"]),
    ("city", &["town", "place"]),
    ("employee", &["staff", "worker", "person"]),
    ("department", &["team", "unit", "division"]),
    ("currency", &["money", "tender"]),
    ("discount", &["rebate", "reduction"]),
    ("tax", &["duty", "vat"]),
    ("account", &["ledger", "book"]),
    ("balance", &["remainder", "total"]),
    ("payment", &["settlement", "receipt"]),
    ("product", &["item", "article", "goods"]),
    ("warehouse", &["store", "depot"]),
    ("active", &["enabled", "live"]),
    ("email", &["mail", "contact"]),
    ("phone", &["telephone", "mobile"]),
    ("budget", &["plan", "target"]),
    ("period", &["month", "term"]),
    ("project", &["job", "venture"]),
    ("contract", &["agreement", "deal"]),
    ("weight", &["mass", "load"]),
];

pub type Words = Vec<String>;

pub fn invent(random: &mut Random) -> Words {
    let count = 1 + random.below(2) + usize::from(random.chance(0.2));
    (0..count).map(|_| WORDS[random.below(WORDS.len())].0.to_owned()).collect()
}

/// What a person makes of a name: other words, abbreviations, more or fewer words, another spelling.
pub fn rename(words: &Words, random: &mut Random) -> Words {
    let mut new = words.clone();
    let i = random.below(new.len());
    match random.below(100) {
        0..30 => new.iter_mut().for_each(|word| *word = synonym(word, random)),
        30..52 => new[i] = abbreviate(&new[i]),
        52..66 => new.insert(0, random.pick(&["old", "total", "base", "net", "main", "is", "fk"]).to_owned()),
        66..76 if new.len() > 1 => {
            new.remove(i);
        }
        76..86 => new[i] = synonym(&new[i], random),
        86..92 => new[i].push('s'),
        _ => new.push(random.pick(&["id", "key", "code", "at", "eur", "x"]).to_owned()),
    }
    if new == *words {
        new.push("new".to_owned());
    }
    new
}

fn synonym(word: &str, random: &mut Random) -> String {
    let others = WORDS.iter().find(|(w, _)| *w == word).map(|(_, others)| *others);
    others.map_or_else(|| format!("{word}s"), |others| random.pick(others).to_owned())
}

fn abbreviate(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().collect();
    let rest: String = letters.filter(|c| !"aeiou".contains(*c)).take(2).collect();
    first + &rest
}

pub fn spell(words: &Words, style: usize) -> String {
    let capital = |word: &String| word[..1].to_uppercase() + &word[1..];
    match style {
        0 => words.join("_"),
        1 => words.iter().map(capital).collect(),
        _ => words[0].clone() + &words[1..].iter().map(capital).collect::<String>(),
    }
}
