//! What is found, as data.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Defines an enum whose names in data are those of the taxonomy, in snake case.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$item])* $variant),* }

        impl $name {
            /// All of them, in their order.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// The one of that name.
            pub fn named(word: &str) -> Option<$name> {
                $name::ALL.iter().find(|one| one.as_str() == word).copied()
            }

            /// Its name in data and on the command line.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $word),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What sort of carrier it is.
    Kind {
        /// SQL text: a statement, a clause, a fragment, a text that SQL is compared with.
        SqlTemplate = "sql_template",
        /// The name of a table on its own.
        TableName = "table_name",
        /// The name of a column on its own.
        ColumnName = "column_name",
        /// An entry of a map, a list or a dispatch in code.
        StaticMapping = "static_mapping",
        /// Code that stands in for the schema where it is absent: another query, invented rows, an invented schema.
        FallbackFunction = "fallback_function",
        /// An entry of a configuration file.
        ConfigMapping = "config_mapping",
        /// The name of an index, in a hint or a statement.
        IndexName = "index_name",
        /// The name of a database or schema.
        DatabaseName = "database_name",
        /// A value of a column that code compares with.
        EnumValue = "enum_value",
        /// A read or write of every column without naming one.
        ImplicitAllColumns = "implicit_all_columns",
        /// A model that declares a table to a mapper of objects.
        OrmModel = "orm_model",
        /// A definition of the schema itself: the catalog's source, never rewritten.
        MigrationDdl = "migration_ddl",
        /// A call that executes SQL whose text is not known.
        DynamicSink = "dynamic_sink",
        /// A name at a structurally certain place that no catalog has.
        Drift = "drift",
    }
}

words! {
    /// What part of its kind it is.
    Part {
        /// A whole statement.
        Statement = "statement",
        /// A clause: `WHERE ...`, `ORDER BY ...`.
        Clause = "clause",
        /// A piece of a clause.
        Fragment = "fragment",
        /// SQL text that other text is compared with.
        MatchText = "match_text",
        /// A key looked up in a row of a result.
        ResultKey = "result_key",
        /// A key of a record that is written.
        RecordKey = "record_key",
        /// A list of columns that have to be there.
        RequiredFields = "required_fields",
        /// An argument that orders.
        OrderArgument = "order_argument",
        /// A key of an object that becomes columns.
        ObjectKey = "object_key",
        /// A word for a metric mapped to a column.
        MetricToColumn = "metric_to_column",
        /// A table mapped to what handles it.
        DispatchTable = "dispatch_table",
        /// A tag of a cache entry.
        CacheTag = "cache_tag",
        /// A filter of an interface mapped to a column.
        FilterToColumn = "filter_to_column",
        /// Data about tables or columns: labels, lists, formats.
        ReferenceData = "reference_data",
        /// A branch of a fallback.
        Branch = "branch",
        /// A whole function of a fallback.
        Function = "function",
        /// Invented rows.
        FabricatedRows = "fabricated_rows",
        /// An invented schema.
        FallbackSchema = "fallback_schema",
        /// A configured name.
        Value = "value",
        /// A configured predicate.
        Predicate = "predicate",
        /// A configured parameter.
        Parameter = "parameter",
        /// A configured expression.
        Expression = "expression",
        /// `SELECT *`.
        SelectStar = "select_star",
        /// A read by a mapper of objects without a list of columns.
        ArglessRead = "argless_read",
        /// `INSERT` without a list of columns.
        InsertWithoutColumns = "insert_without_columns",
    }
}

words! {
    /// What a name is used for: which changes of it break what.
    Role {
        /// Read from.
        Read = "read",
        /// In a list of what is returned.
        Project = "project",
        /// In a condition.
        Filter = "filter",
        /// Grouped by.
        Group = "group",
        /// Ordered by.
        Order = "order",
        /// In the condition of a join.
        Join = "join",
        /// Written to.
        Write = "write",
        /// Defined.
        Ddl = "ddl",
        /// In a hint.
        Hint = "hint",
        /// Looked up in a record.
        Key = "key",
        /// Compared with.
        Compare = "compare",
        /// Shown to people.
        Display = "display",
    }
}

words! {
    /// How bad a break would be, the worst last.
    Severity {
        /// Demo, dead, cosmetic, or a definition.
        Low = "low",
        /// Compared with or looked up in results or records.
        Medium = "medium",
        /// Spliced into or resolved for an executed statement.
        High = "high",
        /// Inside a complete statement that runs.
        Critical = "critical",
    }
}

words! {
    /// How a break would show.
    FailureMode {
        /// With an error.
        Loud = "loud",
        /// With a wrong or missing result, and no error.
        Silent = "silent",
        /// In what people read, and nowhere else.
        Cosmetic = "cosmetic",
    }
}

words! {
    /// What is said of it.
    Verdict {
        /// It depends on the schema.
        Dependency = "dependency",
        /// It depends on something that no catalog has: already broken.
        Drift = "drift",
        /// It would depend on the schema if anything reached it.
        Dead = "dead",
        /// What it depends on is not known.
        Unresolved = "unresolved",
    }
}

words! {
    /// Who can rewrite it.
    Rewrite {
        /// A program, with a proof.
        Auto = "auto",
        /// A program proposes, a person decides.
        Assisted = "assisted",
        /// A person.
        Manual = "manual",
    }
}

words! {
    /// From where it is reached.
    Reach {
        /// From code that runs in production, as far as is known.
        Live = "live",
        /// From tests alone.
        Test = "test",
        /// From demonstrations and examples alone.
        Demo = "demo",
        /// From nowhere.
        Dead = "dead",
    }
}

/// One name of the schema at one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Identifier {
    /// The name, letter by letter as it stands.
    pub name: String,
    /// The table that it belongs to; none for a table, an index or a schema.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The column that it is a value of, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What it is used for.
    pub role: Role,
    /// Where it stands in the file: first byte and the byte after the last. None where the text is computed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<(usize, usize)>,
}

/// One carrier of names of the schema.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Path below the scanned folder, with `/` on every system.
    pub file: String,
    /// First line, from 1.
    pub line_start: usize,
    /// Last line, from 1.
    pub line_end: usize,
    /// What sort of carrier it is.
    pub kind: Kind,
    /// What part of its kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// The names, in the order of the text.
    pub identifiers: Vec<Identifier>,
    /// How bad a break would be.
    pub severity: Severity,
    /// How a break would show.
    pub failure_mode: FailureMode,
    /// How likely it is a dependency at all: 0 to 1, calibrated.
    pub confidence: f64,
    /// What is said of it.
    pub verdict: Verdict,
    /// Who can rewrite it.
    pub rewrite: Rewrite,
    /// From where it is reached.
    pub reach: Reach,
    /// Identity that survives moves of lines and renames of files: a hash in hexadecimal digits.
    pub fingerprint: String,
    /// The evidence, in a sentence.
    pub why: String,
    /// The function or class around it, if any: `Class.method`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub symbol: Option<String>,
    /// The text of the carrier, secrets masked. Of a statement: with its holes as `{name}`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Of a statement: the text that an engine can prepare, each hole filled with what is known or what fits its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub renders: Option<String>,
    /// Other places where the same carrier stands: `file:line`. They are findings too, with the same text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clones: Vec<String>,
    /// What executes or consumes it: `file:line`, if that is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sinks: Vec<String>,
}

/// A file that was not read, or not wholly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Skipped {
    /// Path below the scanned folder.
    pub file: String,
    /// Why.
    pub why: String,
}

/// How the embedded statements were read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Statements {
    /// Texts that are statements.
    pub found: usize,
    /// Those that were parsed as SQL, holes included.
    pub parsed: usize,
}

/// A remark in code that says why findings are accepted where they stand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pragma {
    /// Path below the scanned folder.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
    /// The line that it is about.
    pub about: usize,
    /// Which kinds; empty means all.
    pub kinds: Vec<Kind>,
    /// Why the finding is accepted.
    pub reason: String,
    /// The last day on which it holds, if it ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// Something wrong with such a remark.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Trouble {
    /// Path below the scanned folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is wrong, in a phrase.
    pub why: String,
}

/// All of one scan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scan {
    /// By file, line, kind; the same on each run.
    pub findings: Vec<Finding>,
    /// What was not read.
    pub skipped: Vec<Skipped>,
    /// Files read.
    pub files: usize,
    /// Lines read.
    pub lines: usize,
    /// How the embedded statements were read.
    pub statements: Statements,
    /// Remarks in the code.
    #[serde(default)]
    pub pragmas: Vec<Pragma>,
    /// Remarks that are none.
    #[serde(default)]
    pub troubles: Vec<Trouble>,
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A statement with columns of the table `bills`.
    pub(crate) fn finding(file: &str, line: usize, text: &str, columns: &[&str]) -> Finding {
        let identifier = |name: &&str| Identifier {
            name: (*name).to_owned(),
            table: Some("bills".to_owned()),
            column: None,
            role: Role::Project,
            span: None,
        };
        Finding {
            file: file.to_owned(),
            line_start: line,
            line_end: line,
            kind: Kind::SqlTemplate,
            part: Some(Part::Statement),
            identifiers: columns.iter().map(identifier).collect(),
            severity: Severity::Critical,
            failure_mode: FailureMode::Loud,
            confidence: 0.99,
            verdict: Verdict::Dependency,
            rewrite: Rewrite::Auto,
            reach: Reach::Live,
            fingerprint: String::new(),
            why: "complete statement".to_owned(),
            symbol: None,
            text: text.to_owned(),
            renders: None,
            clones: Vec::new(),
            sinks: Vec::new(),
        }
    }

    #[test]
    fn words_in_data_are_those_of_the_taxonomy() {
        assert_eq!(serde_json::to_string(&Kind::ImplicitAllColumns).unwrap(), "\"implicit_all_columns\"");
        for kind in Kind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
            assert_eq!(Kind::named(kind.as_str()), Some(*kind));
        }
        for part in Part::ALL {
            assert_eq!(serde_json::to_value(part).unwrap(), part.as_str());
        }
    }
}
