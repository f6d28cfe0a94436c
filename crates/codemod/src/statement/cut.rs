//! Where the statements of a text end.

/// The statements of a text as first byte and the byte behind the last, each with the semicolon that ends it; semicolons in
/// quotes, remarks and bodies between `$$` end none. Cost: linear.
pub fn cut(text: &str) -> Vec<(usize, usize)> {
    let bytes = text.as_bytes();
    let (mut found, mut start, mut at) = (Vec::new(), 0, 0);
    while at < bytes.len() {
        let rest = &bytes[at..];
        at += match rest[0] {
            quote @ (b'\'' | b'"' | b'`') => 1 + through(&rest[1..], &[quote]),
            b'-' if rest.starts_with(b"--") => through(rest, b"\n"),
            b'/' if rest.starts_with(b"/*") => through(rest, b"*/"),
            b'$' if rest.starts_with(b"$$") => 2 + through(&rest[2..], b"$$"),
            b';' => {
                found.push((start, at + 1));
                start = at + 1;
                1
            }
            _ => 1,
        };
    }
    if start < bytes.len() {
        found.push((start, bytes.len()));
    }
    found
}

/// Bytes up to and with a mark, or all.
fn through(rest: &[u8], mark: &[u8]) -> usize {
    rest.windows(mark.len()).position(|w| w == mark).map_or(rest.len(), |at| at + mark.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_semicolons_between_statements_end_one() {
        let text = "SELECT ';'; -- a;b\nDO $$ x; y $$; /* ; */ SELECT `a;b`";
        let said: Vec<&str> = cut(text).into_iter().map(|(start, end)| &text[start..end]).collect();
        assert_eq!(said, ["SELECT ';';", " -- a;b\nDO $$ x; y $$;", " /* ; */ SELECT `a;b`"]);
        assert_eq!((cut(""), cut("a;")), (Vec::new(), vec![(0, 2)]));
        assert_eq!(cut("SELECT 'open; \u{e4}"), [(0, 16)]);
    }
}
