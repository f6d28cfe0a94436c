//! SQLite.
//!
//! Dates are text here. Buckets and parts look at the date as it is written (its first ten
//! characters, its hour), never shifted to another zone, so that they agree with comparisons of the
//! same text. Text that is no ISO date has the bucket NULL.

use catalog::Value;

use crate::dialect::{Allowed, Dialect};
use crate::fragment::{Binding, Fragment};
use crate::parse::Grammar;
use crate::select::{DatePart, Grain};

/// SQLite.
#[derive(Debug)]
pub struct Sqlite;

impl Dialect for Sqlite {
    fn name(&self) -> &'static str {
        "SQLite"
    }

    fn grammar(&self) -> Grammar {
        Grammar(&sqlparser::dialect::SQLiteDialect {})
    }

    fn allowed(&self) -> &'static Allowed {
        &ALLOWED
    }

    fn is_readable(&self, relation: &str) -> bool {
        let lower = relation.to_ascii_lowercase();
        // `sqlite_` is reserved; `pragma_x` is the pragma x where no table has that name.
        !lower.starts_with("sqlite_") && !lower.starts_with("pragma_") && !MODULES.contains(&lower.as_str())
    }

    fn placeholder(&self, n: usize) -> String {
        format!("?{n}")
    }

    /// A decimal compares by value with columns of any declared type, text included, only as NUMERIC.
    fn parameter(&self, value: &Value) -> Fragment {
        let bound = Fragment::parameter(value.clone());
        if matches!(value, Value::Decimal(_)) { Fragment::cast(bound, "NUMERIC") } else { bound }
    }

    fn unlimited(&self) -> Option<&'static str> {
        Some("-1")
    }

    fn divide(&self, dividend: Fragment, divisor: Fragment) -> Fragment {
        let divisor = Fragment::call("NULLIF", [divisor, Fragment::atom("0")]);
        Fragment::infix(Binding::Product, Fragment::cast(dividend, "REAL"), "/", divisor)
    }

    /// Half a unit rounds away from zero. The inner ROUND takes the binary noise off first: 1.005
    /// times 100 is 100.49999999999999 in floating point, and people mean 100.5. Exact while the
    /// scaled values stay below 2^53; a sum beyond 2^63 is an error of the engine, not a wrong number.
    fn exact_sum(&self, of: Fragment, scale: u32) -> Fragment {
        let scaled = if scale == 0 {
            of
        } else {
            let unit = format!("1{}", "0".repeat(scale.min(18) as usize));
            Fragment::infix(Binding::Product, of, "*", Fragment::atom(unit))
        };
        let clean = Fragment::call("ROUND", [scaled, Fragment::atom("6")]);
        Fragment::call("SUM", [Fragment::cast(Fragment::call("ROUND", [clean]), "INTEGER")])
    }

    fn sums_are_scaled(&self) -> bool {
        true
    }

    fn bucket(&self, grain: Grain, fiscal_start: u8, of: Fragment) -> Fragment {
        let day = day(of);
        match grain {
            Grain::Day => date(day, []),
            Grain::Week => date(day, [Fragment::atom("'-6 days'"), Fragment::atom("'weekday 1'")]),
            Grain::Month => date(day, [Fragment::atom("'start of month'")]),
            Grain::Quarter => months_back(day, 3, fiscal_start),
            Grain::Half => months_back(day, 6, fiscal_start),
            Grain::Year => months_back(day, 12, fiscal_start),
        }
    }

    fn date_part(&self, part: DatePart, of: Fragment) -> Fragment {
        match part {
            DatePart::Year => number("'%Y'", day(of)),
            DatePart::Month => number("'%m'", day(of)),
            DatePart::Day => number("'%d'", day(of)),
            // %w counts from Sunday, which is 0.
            DatePart::Weekday => {
                let since_monday = modulo(number("'%w'", day(of)), 6, 7);
                Fragment::infix(Binding::Sum, since_monday, "+", Fragment::atom("1"))
            }
            DatePart::Week => number("'%V'", day(of)),
            DatePart::Hour => number("'%H'", written(of, "16")),
        }
    }
}

/// The characters of a date or date-time up to the given length, as written.
fn written(of: Fragment, length: &'static str) -> Fragment {
    Fragment::call("SUBSTR", [of, Fragment::atom("1"), Fragment::atom(length)])
}

fn day(of: Fragment) -> Fragment {
    written(of, "10")
}

fn date<const N: usize>(day: Fragment, modifiers: [Fragment; N]) -> Fragment {
    Fragment::call("DATE", [day].into_iter().chain(modifiers))
}

fn number(format: &'static str, of: Fragment) -> Fragment {
    Fragment::cast(Fragment::call("STRFTIME", [Fragment::atom(format), of]), "INTEGER")
}

/// `(of + ahead) % width`.
fn modulo(of: Fragment, ahead: u8, width: u8) -> Fragment {
    let ahead = ahead % width;
    let sum = if ahead == 0 { of } else { Fragment::infix(Binding::Sum, of, "+", Fragment::atom(ahead.to_string())) };
    Fragment::infix(Binding::Product, sum, "%", Fragment::atom(width.to_string()))
}

/// The first of the month, back to the nearest month that begins a period of `width` months.
fn months_back(day: Fragment, width: u8, fiscal_start: u8) -> Fragment {
    let back = modulo(number("'%m'", day.clone()), 12 - fiscal_start.clamp(1, 12), width);
    let modifier = Fragment::atom("'-' || ").then(back.parenthesised()).text(" || ' months'");
    date(day, [Fragment::atom("'start of month'"), modifier])
}

/// Virtual tables that answer by name alone.
const MODULES: &[&str] = &["bytecode", "completion", "dbstat", "fsdir", "tables_used", "zipfile"];

const ALLOWED: Allowed = Allowed {
    functions: FUNCTIONS,
    table_functions: &["generate_series", "json_each", "json_tree"],
    operators: OPERATORS,
    casts: CASTS,
    collations: &["binary", "nocase", "rtrim"],
};

const OPERATORS: &[&str] = &[
    "%", "&", "*", "+", "-", "->", "->>", "/", "<", "<=", "<>", "=", ">", ">=", "and", "glob", "like", "not", "or",
    "|", "||", "~",
];

const CASTS: &[&str] = &[
    "bigint",
    "blob",
    "boolean",
    "char",
    "character",
    "decimal",
    "double",
    "double precision",
    "float",
    "int",
    "integer",
    "numeric",
    "real",
    "smallint",
    "text",
    "tinyint",
    "varchar",
];

/// No file, no extension, no setting, no unbounded allocation (`zeroblob`), nothing about the
/// connection (`changes`, `last_insert_rowid`) or the build (`sqlite_*`).
const FUNCTIONS: &[&str] = &[
    "abs",
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "avg",
    "ceil",
    "ceiling",
    "char",
    "coalesce",
    "concat",
    "concat_ws",
    "cos",
    "cosh",
    "count",
    "cume_dist",
    "current_date",
    "current_time",
    "current_timestamp",
    "date",
    "datetime",
    "degrees",
    "dense_rank",
    "exp",
    "first_value",
    "floor",
    "format",
    "glob",
    "group_concat",
    "hex",
    "if",
    "ifnull",
    "iif",
    "instr",
    "json",
    "json_array",
    "json_array_length",
    "json_extract",
    "json_group_array",
    "json_group_object",
    "json_insert",
    "json_object",
    "json_patch",
    "json_quote",
    "json_remove",
    "json_replace",
    "json_set",
    "json_type",
    "json_valid",
    "julianday",
    "lag",
    "last_value",
    "lead",
    "length",
    "like",
    "likelihood",
    "likely",
    "ln",
    "log",
    "log10",
    "log2",
    "lower",
    "ltrim",
    "max",
    "median",
    "min",
    "mod",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "percent_rank",
    "percentile",
    "percentile_cont",
    "percentile_disc",
    "pi",
    "pow",
    "power",
    "printf",
    "quote",
    "radians",
    "random",
    "rank",
    "replace",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "sin",
    "sinh",
    "soundex",
    "sqrt",
    "strftime",
    "string_agg",
    "substr",
    "substring",
    "sum",
    "tan",
    "tanh",
    "time",
    "timediff",
    "total",
    "trim",
    "trunc",
    "typeof",
    "unhex",
    "unicode",
    "unixepoch",
    "unlikely",
    "upper",
];
