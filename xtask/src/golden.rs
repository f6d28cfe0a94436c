//! The golden suites: tests with `golden` in their name.

use std::ffi::OsStr;
use std::path::Path;
use std::process::Command;

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Differences fail.
    Compare,
    /// Differences are written, checks excepted.
    Bless,
}

/// The command that runs all suites, the later ones too where an earlier one fails.
pub fn command(cargo: &OsStr, root: &Path, purpose: Purpose) -> Command {
    let mut command = Command::new(cargo);
    command.current_dir(root).args(["test", "--workspace", "--no-fail-fast", "golden"]);
    match purpose {
        // Whoever compares compares, whatever the surroundings say.
        Purpose::Compare => command.env_remove("QUAESTOR_BLESS"),
        Purpose::Bless => command.env("QUAESTOR_BLESS", "1"),
    };
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variable_is_set_to_bless_and_removed_to_compare() {
        let variables = |purpose| {
            let command = command("cargo".as_ref(), Path::new("."), purpose);
            command.get_envs().map(|(name, value)| (name.to_owned(), value.map(OsStr::to_owned))).collect::<Vec<_>>()
        };
        assert_eq!(variables(Purpose::Compare), [("QUAESTOR_BLESS".into(), None)]);
        assert_eq!(variables(Purpose::Bless), [("QUAESTOR_BLESS".into(), Some("1".into()))]);
    }

    #[test]
    fn all_suites_of_the_workspace_are_run() {
        let command = command("cargo".as_ref(), Path::new("/somewhere"), Purpose::Compare);
        assert_eq!(command.get_args().collect::<Vec<_>>(), ["test", "--workspace", "--no-fail-fast", "golden"]);
        assert_eq!(command.get_current_dir(), Some(Path::new("/somewhere")));
    }
}
