//! Secrets that stand in source text, made unreadable before anything is shown or kept.
//!
//! Masked are passwords in addresses (`scheme://user:password@host`), what is assigned to a word such as `password` or
//! `api_key`, and tokens whose form is public (`ghp_...`, `AKIA...`, `eyJ...`). A word is masked rather once too often:
//! what is lost is a few letters of a report, and no name of a schema has one of these forms.

/// What stands in place of a secret.
pub const MASK: &str = "***";

/// Ends of words that hold secrets, in lower case without `_` and `-`.
const WORDS: [&str; 9] =
    ["password", "passwd", "pwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey"];

/// Beginnings of tokens whose form their issuers publish, and how long they are at least.
const TOKENS: [(&str, usize); 12] = [
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("xoxb-", 16),
    ("xoxp-", 16),
    ("sk_live_", 16),
    ("sk-", 20),
    ("AKIA", 16),
    ("AIza", 30),
    ("eyJ", 24),
];

/// The text with its secrets replaced by [`MASK`]. Cost: linear.
pub fn mask(text: &str) -> String {
    let mut secrets: Vec<(usize, usize)> = Vec::new();
    secrets.extend(passwords_of_addresses(text));
    secrets.extend(assigned(text));
    secrets.extend(tokens(text));
    secrets.sort_unstable();
    let (mut out, mut at) = (String::with_capacity(text.len()), 0);
    for (start, end) in secrets {
        if end <= at {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(MASK);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// `scheme://user:PASSWORD@`: up to the last `@` before the path.
fn passwords_of_addresses(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("://") {
        let rest = &text[at + 3..];
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '/' | '"' | '\'' | '`' | '<' | '>'));
        let authority = &rest[..end.unwrap_or(rest.len())];
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        if let Some((name, password)) = user.split_once(':')
            && is_literal(password)
        {
            let start = at + 3 + name.len() + 1;
            found.push((start, start + password.len()));
        }
    }
    found
}

/// `password = VALUE`, `"token": "VALUE"`, `?key=VALUE`.
fn assigned(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(['=', ':']) {
        let before = text[..at].trim_end().trim_end_matches(['"', '\'', ')', ']']);
        let word: String =
            before.chars().rev().take_while(|c| c.is_ascii_alphanumeric() || "_-".contains(*c)).collect();
        let word: String = word.chars().rev().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
        let is_secret = WORDS.iter().any(|end| word.ends_with(end));
        let is_key = word == "key" && text[..at].ends_with("key");
        if !is_secret && !is_key {
            continue;
        }
        let rest = &text[at + 1..];
        let value = rest.trim_start_matches([' ', '\t', '=', ':', '"', '\'', '`']);
        let start = at + 1 + rest.len() - value.len();
        let end = value.find(|c: char| c.is_whitespace() || "\"'`;&,)]}<>".contains(c)).unwrap_or(value.len());
        let value = &value[..end];
        // A bare `key` is mostly no secret: only what looks like one is.
        let looks = value.len() >= 8 && value.chars().any(|c| c.is_ascii_digit()) && !value.contains('(');
        if is_literal(value) && (is_secret || looks) {
            found.push((start, start + end));
        }
    }
    found
}

fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for (form, least) in TOKENS {
        for (at, _) in text.match_indices(form) {
            let is_inside = text[..at].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || c == '_');
            let rest = &text[at..];
            let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && !"_-.+/=".contains(c)).unwrap_or(rest.len());
            if !is_inside && end >= least && rest[..end].chars().any(|c| c.is_ascii_digit()) {
                found.push((at, at + end));
            }
        }
    }
    found
}

/// Whether a value is written out, and no placeholder that something else fills.
fn is_literal(value: &str) -> bool {
    !value.is_empty() && !value.starts_with(['?', ':', '$', '%', '{', '@', '*', '<', '('])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_and_what_is_around_them_stays() {
        let cases = [
            ("postgres://app:hunter2@db.local/books", "postgres://app:***@db.local/books"),
            ("mysql://root:p@ss@h:3306/x?a=1", "mysql://root:***@h:3306/x?a=1"),
            ("host=db password=hunter2 dbname=x", "host=db password=*** dbname=x"),
            ("{\"api_key\": \"abc-123\", \"table\": \"t\"}", "{\"api_key\": \"***\", \"table\": \"t\"}"),
            ("CLIENT_SECRET='s3cret'", "CLIENT_SECRET='***'"),
            ("https://x/y?key=AbCd1234efgh&z=1", "https://x/y?key=***&z=1"),
            ("x = \"ghp_0123456789abcdefghijABCD\"", "x = \"***\""),
        ];
        for (text, masked) in cases {
            assert_eq!(mask(text), masked);
        }
    }

    #[test]
    fn sql_and_placeholders_are_no_secrets() {
        for text in [
            "SELECT b.due_on FROM bills b WHERE b.id = :id AND b.token = ?",
            "postgres://app:env:NAME@db/books".replace("env:NAME", "${DB_PASSWORD}").as_str(),
            "sorted(rows, key=lambda r: r['due_on'])",
            "PRIMARY KEY (a, b)",
            "sk-short",
        ] {
            assert_eq!(mask(text), *text);
        }
    }
}
