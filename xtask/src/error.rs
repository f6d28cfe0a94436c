//! What stops a chore.

use std::path::PathBuf;

/// Why a chore could not be done at all; violations of rules are no errors.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A file or folder of the workspace could not be read.
    #[error("reading {}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A Rust file does not parse.
    #[error("parsing {path}:{line}")]
    Rust {
        /// Which, relative to the workspace.
        path: String,
        /// Where the parser stopped.
        line: usize,
        /// Why.
        source: syn::Error,
    },
    /// A manifest does not parse.
    #[error("parsing {path}")]
    Manifest {
        /// Which, relative to the workspace.
        path: String,
        /// Why.
        source: Box<toml::de::Error>,
    },
}
