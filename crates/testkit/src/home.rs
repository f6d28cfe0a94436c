//! A home directory that lives as long as one test.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A temporary home, removed when dropped. The environment of the test process itself is left
/// alone, so that tests can run side by side.
#[derive(Debug)]
pub struct Home {
    dir: TempDir,
}

/// Makes a home with an empty working directory in it.
///
/// # Errors
/// Fails where the temporary directory cannot be written.
pub fn home() -> io::Result<Home> {
    let home = Home { dir: tempfile::Builder::new().prefix("home-").tempdir()? };
    for folder in [home.work(), home.path().join("tmp")] {
        std::fs::create_dir(folder)?;
    }
    Ok(home)
}

impl Home {
    /// The home directory.
    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// The working directory of child processes, inside of the home.
    pub fn work(&self) -> PathBuf {
        self.path().join("work")
    }

    /// The variables of a child process: every platform folder inside of the home, a fixed locale
    /// and time zone, no colours.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        let folder = |name: &str| self.path().join(name).into_os_string();
        vec![
            ("HOME", self.path().as_os_str().to_owned()),
            ("XDG_CONFIG_HOME", folder(".config")),
            ("XDG_DATA_HOME", folder(".local/share")),
            ("XDG_STATE_HOME", folder(".local/state")),
            ("XDG_CACHE_HOME", folder(".cache")),
            ("TMPDIR", folder("tmp")),
            ("TZ", "UTC".into()),
            ("LC_ALL", "C.UTF-8".into()),
            ("NO_COLOR", "1".into()),
            ("COLUMNS", "120".into()),
        ]
    }

    /// A command that runs in [`Home::work`] with [`Home::env`], `PATH`, and nothing else inherited.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(self.env()).current_dir(self.work());
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_sees_only_the_home() {
        let home = home().unwrap();
        let output = home.command("env").output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let mut names: Vec<&str> = text.lines().filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        // Shells and loaders may add these by themselves.
        names.retain(|name| !matches!(*name, "PWD" | "SHLVL" | "_" | "PATH"));
        names.sort_unstable();
        let mut expected: Vec<&str> = home.env().iter().map(|(name, _)| *name).collect();
        expected.sort_unstable();
        assert_eq!(names, expected);
        assert!(text.contains(&format!("HOME={}\n", home.path().display())));
    }

    #[test]
    fn a_child_works_inside_of_the_home() {
        let home = home().unwrap();
        let output = home.command("pwd").arg("-P").output().unwrap();
        let work = std::fs::canonicalize(home.work()).unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap().trim_end(), work.display().to_string());
    }

    #[test]
    fn homes_differ_and_vanish() {
        let (first, second) = (home().unwrap(), home().unwrap());
        assert_ne!(first.path(), second.path());
        let path = first.path().to_owned();
        drop(first);
        assert!(!path.exists());
    }
}
