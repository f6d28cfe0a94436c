//! What can be wrong with a line of tally text.

/// Errors of [`Tally::evaluate`](crate::Tally::evaluate).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The tally has no such measure.
    #[error("there is no measure {name:?}")]
    UnknownMeasure {
        /// As written.
        name: String,
    },
    /// The measure cannot be cut that way.
    #[error("the measure {measure:?} has no dimension {name:?}")]
    UnknownDimension {
        /// The measure.
        measure: String,
        /// The dimension as written.
        name: String,
    },
    /// Budget versions are never added up; one has to be chosen.
    #[error("the measure {measure:?} wants one version: name it in a filter or in \"by\"")]
    NoVersion {
        /// The measure.
        measure: String,
    },
    /// Two time grains in one question have no common bucket.
    #[error("only one time grain is possible, not {first:?} and {second:?}")]
    TwoGrains {
        /// The first.
        first: String,
        /// The second.
        second: String,
    },
    /// A date that is none.
    #[error("{text:?} is no ISO date")]
    BadDate {
        /// As written.
        text: String,
        /// Why not.
        source: DateError,
    },
    /// An expression that does not parse.
    #[error("the expression {text:?} does not parse: {why}")]
    BadExpression {
        /// As written.
        text: String,
        /// What was expected.
        why: &'static str,
    },
    /// A section that is neither a grouping, a period nor a filter.
    #[error("{text:?} is no section: expected \"by ...\", \"from..to\", \"as of ...\" or \"dimension=value\"")]
    BadSection {
        /// As written.
        text: String,
    },
}

/// Why a text is no date: the calendar library's own words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DateError(pub String);
