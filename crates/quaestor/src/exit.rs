//! What a run ends with: the one table of exit codes. `docs/exit-codes.md` is its explanation.

use std::process::ExitCode;

use fault::Kind;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Done, or answered.
    Done,
    /// The question can be read in several ways; what was printed asks back.
    Question,
    /// Complete, and it does not pass: of many lines some were not answered, or a gate is not met.
    Partly,
    /// The database does not hold what was asked for.
    Refused,
    /// Something went wrong.
    Fault(Kind),
    /// Ended by SIGTERM.
    Terminated,
}

impl Exit {
    /// The number a shell sees.
    pub fn code(self) -> u8 {
        match self {
            Exit::Done => 0,
            Exit::Partly => 1,
            Exit::Question => 3,
            Exit::Refused => 4,
            Exit::Fault(kind) => of_kind(kind),
            Exit::Terminated => 143,
        }
    }

    /// The worse of two: anything but [`Exit::Done`] beats it, and the first trouble stays.
    #[must_use]
    pub fn or(self, other: Exit) -> Exit {
        if self == Exit::Done { other } else { self }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

/// 2 is what shells and clap use for wrong arguments, 70 is `EX_SOFTWARE`, 130 is 128 + SIGINT.
fn of_kind(kind: Kind) -> u8 {
    match kind {
        Kind::Usage => 2,
        Kind::Config => 10,
        Kind::Missing => 11,
        Kind::Denied => 12,
        Kind::Corrupt => 13,
        Kind::Busy => 14,
        Kind::Unavailable => 15,
        Kind::Timeout => 16,
        Kind::Limit => 17,
        Kind::Guarded => 18,
        Kind::Query => 19,
        Kind::Internal => 70,
        Kind::Cancelled => 130,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn all() -> Vec<Exit> {
        let faults = Kind::ALL.into_iter().map(Exit::Fault);
        [Exit::Done, Exit::Partly, Exit::Question, Exit::Refused, Exit::Terminated].into_iter().chain(faults).collect()
    }

    #[test]
    fn codes_are_distinct() {
        let codes: BTreeSet<u8> = all().into_iter().map(Exit::code).collect();
        assert_eq!(codes.len(), all().len());
    }

    #[test]
    fn the_documented_table_holds_every_code_and_kind() {
        let text = include_str!("../../../docs/exit-codes.md");
        for exit in all() {
            let row = format!("| {} |", exit.code());
            let line = text.lines().find(|line| line.starts_with(&row));
            let line = line.unwrap_or_else(|| panic!("{row} is not in the table"));
            if let Exit::Fault(kind) = exit {
                let name = serde_json::to_string(&kind).unwrap().replace('"', "`");
                assert!(line.contains(&name), "{line} does not name {name}");
            }
        }
    }

    #[test]
    fn the_first_trouble_stays() {
        let (missing, busy) = (Exit::Fault(Kind::Missing), Exit::Fault(Kind::Busy));
        assert_eq!(Exit::Done.or(missing), missing);
        assert_eq!(missing.or(Exit::Done).or(busy), missing);
    }
}
