//! Looks up the password that an address names: in the environment, in a file, or from a command.

use std::process::{Command, Stdio};

use connect::{Address, Reference, Scope, Secret};
use fault::{Fault, Kind};

use crate::context::blocking;
use crate::error::Error;

/// The address with its password, looked up where it is only named. A command may take as long as its user does.
pub async fn resolved(scope: &Scope, address: Address) -> Result<Address, Error> {
    let Some(reference) = address.reference().cloned() else { return Ok(address) };
    let secret = blocking(scope, move || look_up(&reference)).await??;
    Ok(address.with_password(secret))
}

/// One line break at the end belongs to the file or the command, not to the password.
fn look_up(reference: &Reference) -> Result<Secret, Fault> {
    let found = match reference {
        Reference::Variable(name) => std::env::var(name).map_err(|e| missing(reference).cause(e.to_string()))?,
        Reference::File(path) => std::fs::read_to_string(path).map_err(|e| missing(reference).cause(e.to_string()))?,
        Reference::Command(command) => output(reference, command)?,
    };
    let text = found.strip_suffix('\n').unwrap_or(&found);
    match text.strip_suffix('\r').unwrap_or(text) {
        "" => Err(missing(reference).cause("it is empty")),
        text => Ok(Secret::new(text)),
    }
}

fn output(reference: &Reference, command: &str) -> Result<String, Fault> {
    let mut shell = Command::new("sh");
    shell.args(["-c", command]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = shell.output().map_err(|e| missing(reference).cause(e.to_string()))?;
    if !output.status.success() {
        return Err(missing(reference).cause(format!("the command ended with {}", output.status)));
    }
    String::from_utf8(output.stdout).map_err(|_| missing(reference).cause("the command wrote something else than text"))
}

fn missing(reference: &Reference) -> Fault {
    Fault::new(Kind::Config, "quaestor.password", format!("there is no password at {reference}"))
        .hint("a password is named as env:NAME, file:PATH or cmd:COMMAND in the place of the password")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_come_without_the_line_break_at_their_end() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "sesame \r\n").unwrap();
        assert_eq!(look_up(&Reference::File(file.path().to_owned())).unwrap(), Secret::new("sesame "));
        assert_eq!(look_up(&Reference::Command("echo open".into())).unwrap(), Secret::new("open"));
    }

    #[test]
    fn a_password_that_is_not_there_is_said_by_its_place() {
        let variable = look_up(&Reference::Variable("QUAESTOR_NO_SUCH_VARIABLE".into())).unwrap_err();
        assert!(variable.message.contains("env:QUAESTOR_NO_SUCH_VARIABLE") && variable.kind == Kind::Config);
        let command = look_up(&Reference::Command("echo hidden; exit 3".into())).unwrap_err();
        assert!(!format!("{command:?}").replace("cmd:echo hidden", "").contains("hidden"));
        assert!(look_up(&Reference::Command("true".into())).is_err());
    }
}
