//! Passwords: never shown, and named rather than written where possible.

use std::path::PathBuf;

/// A text that is never shown: not in messages, not in debug output, not in addresses.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text, for the one place that hands it to a server.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(***)")
    }
}

/// Where a password is, for whoever may look there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reference {
    /// In a variable of the environment: `env:NAME`.
    Variable(String),
    /// In a file, without the line break at its end: `file:PATH`.
    File(PathBuf),
    /// On the standard output of a command, without the line break at its end: `cmd:COMMAND`.
    Command(String),
}

impl std::fmt::Display for Reference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Reference::Variable(name) => write!(f, "env:{name}"),
            Reference::File(path) => write!(f, "file:{}", path.display()),
            Reference::Command(command) => write!(f, "cmd:{command}"),
        }
    }
}

/// A password as an address has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Password {
    /// Written out, or looked up already.
    Known(Secret),
    /// To be looked up.
    Referred(Reference),
}

impl Password {
    /// Reads `env:NAME`, `file:PATH`, `cmd:COMMAND`, or takes the text itself for the password.
    pub fn parse(text: &str) -> Password {
        let referred = |reference| Password::Referred(reference);
        match text.split_once(':') {
            Some(("env", name)) => referred(Reference::Variable(name.to_owned())),
            Some(("file", path)) => referred(Reference::File(PathBuf::from(path))),
            Some(("cmd", command)) => referred(Reference::Command(command.to_owned())),
            _ => Password::Known(Secret::new(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_told_from_passwords_and_passwords_are_not_shown() {
        assert_eq!(Password::parse("env:PW"), Password::Referred(Reference::Variable("PW".into())));
        assert_eq!(Password::parse("file:/run/pw"), Password::Referred(Reference::File("/run/pw".into())));
        assert_eq!(Password::parse("cmd:pass show a"), Password::Referred(Reference::Command("pass show a".into())));
        let known = Password::parse("enviously:secret");
        assert_eq!(known, Password::Known(Secret::new("enviously:secret")));
        assert!(!format!("{known:?}").contains("secret"));
    }
}
