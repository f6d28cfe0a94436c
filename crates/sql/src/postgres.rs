//! PostgreSQL.
//!
//! Decimals are exact by themselves. Dates may stand in columns of dates, of instants, or as text; buckets and parts
//! look at them as instants without a zone, those with one in the session's zone, which the driver sets to UTC. Text
//! that is no date is an error of the engine.

use catalog::Value;

use crate::dialect::{Allowed, Dialect};
use crate::fragment::{Binding, Fragment};
use crate::parse::Grammar;
use crate::select::{DatePart, Grain};

/// PostgreSQL.
#[derive(Debug)]
pub struct Postgres;

impl Dialect for Postgres {
    fn name(&self) -> &'static str {
        "PostgreSQL"
    }

    fn grammar(&self) -> Grammar {
        Grammar(&sqlparser::dialect::PostgreSqlDialect {})
    }

    fn allowed(&self) -> &'static Allowed {
        &ALLOWED
    }

    /// The engine's catalogs are views and tables whose names begin so; those of users may not be told apart by name,
    /// and are refused too.
    fn is_readable(&self, relation: &str) -> bool {
        !relation.to_ascii_lowercase().starts_with("pg_")
    }

    fn is_readable_schema(&self, schema: &str) -> bool {
        let lower = schema.to_ascii_lowercase();
        !lower.starts_with("pg_") && lower != "information_schema"
    }

    fn placeholder(&self, n: usize) -> String {
        format!("${n}")
    }

    /// Numbers say what they are, since an operator between two parameters could mean anything. Text and days take the
    /// type of what they are compared with.
    fn parameter(&self, value: &Value) -> Fragment {
        let bound = Fragment::parameter(value.clone());
        match value {
            Value::Int(_) => Fragment::cast(bound, "BIGINT"),
            Value::UInt(_) | Value::Decimal(_) => Fragment::cast(bound, "NUMERIC"),
            Value::Float(_) => Fragment::cast(bound, "DOUBLE PRECISION"),
            _ => bound,
        }
    }

    fn divide(&self, dividend: Fragment, divisor: Fragment) -> Fragment {
        let divisor = Fragment::call("NULLIF", [divisor, Fragment::atom("0")]);
        Fragment::infix(Binding::Product, Fragment::cast(dividend, "NUMERIC"), "/", divisor)
    }

    fn like(&self, text: Fragment, operator: &'static str, pattern: Fragment) -> Fragment {
        let operator = if operator.starts_with("NOT") { "NOT ILIKE" } else { "ILIKE" };
        let text = Fragment::cast(text, "TEXT");
        Fragment::infix(Binding::Comparison, text, operator, pattern).text(" ESCAPE '\\'")
    }

    /// Floats become the decimals that their fifteen digits say, before they are added up.
    fn exact_sum(&self, of: Fragment, _scale: u32) -> Fragment {
        Fragment::call("SUM", [Fragment::cast(of, "NUMERIC")])
    }

    fn bucket(&self, grain: Grain, fiscal_start: u8, of: Fragment) -> Fragment {
        let moment = moment(of);
        let first = match grain {
            Grain::Day => return Fragment::cast(moment, "DATE"),
            Grain::Week => truncated("'week'", moment),
            Grain::Month => truncated("'month'", moment),
            Grain::Quarter => months_back(moment, 3, fiscal_start),
            Grain::Half => months_back(moment, 6, fiscal_start),
            Grain::Year => months_back(moment, 12, fiscal_start),
        };
        Fragment::cast(first, "DATE")
    }

    fn date_part(&self, part: DatePart, of: Fragment) -> Fragment {
        let field = match part {
            DatePart::Year => "YEAR",
            DatePart::Month => "MONTH",
            DatePart::Day => "DAY",
            DatePart::Weekday => "ISODOW",
            DatePart::Week => "WEEK",
            DatePart::Hour => "HOUR",
        };
        extracted(field, moment(of))
    }
}

fn moment(of: Fragment) -> Fragment {
    Fragment::cast(of, "TIMESTAMP")
}

fn truncated(unit: &'static str, moment: Fragment) -> Fragment {
    Fragment::call("DATE_TRUNC", [Fragment::atom(unit), moment])
}

fn extracted(field: &'static str, moment: Fragment) -> Fragment {
    let extract = Fragment::atom("EXTRACT(").text(field).text(" FROM ").then(moment).text(")");
    Fragment::cast(extract, "INTEGER")
}

/// The first of the month, back to the nearest month that begins a period of `width` months.
fn months_back(moment: Fragment, width: u8, fiscal_start: u8) -> Fragment {
    let month = extracted("MONTH", moment.clone());
    let ahead = Fragment::atom(((12 - fiscal_start.clamp(1, 12)) % width).to_string());
    let sum = Fragment::infix(Binding::Sum, month, "+", ahead);
    let back = Fragment::infix(Binding::Product, sum, "%", Fragment::atom(width.to_string()));
    let interval = Fragment::infix(Binding::Product, back.parenthesised(), "*", Fragment::atom("INTERVAL '1 month'"));
    Fragment::infix(Binding::Sum, truncated("'month'", moment), "-", interval)
}

const ALLOWED: Allowed = Allowed {
    functions: FUNCTIONS,
    table_functions: &["generate_series", "unnest"],
    operators: OPERATORS,
    casts: CASTS,
    collations: &["c", "posix"],
};

const OPERATORS: &[&str] = &[
    "%",
    "&",
    "*",
    "+",
    "-",
    "->",
    "->>",
    "/",
    "<",
    "<=",
    "<>",
    "=",
    ">",
    ">=",
    "and",
    "at time zone",
    "ilike",
    "like",
    "not",
    "or",
    "similar to",
    "|",
    "||",
    "~",
];

const CASTS: &[&str] = &[
    "bigint",
    "boolean",
    "char",
    "character",
    "character varying",
    "date",
    "decimal",
    "double precision",
    "float",
    "int",
    "integer",
    "interval",
    "numeric",
    "real",
    "smallint",
    "text",
    "time",
    "timestamp",
    "timestamp with time zone",
    "timestamp without time zone",
    "timestamptz",
    "varchar",
];

/// No file, no server, no setting, no lock, no sequence, no large object, no text that is run as a statement
/// (`query_to_xml` and its like), nothing that sleeps.
const FUNCTIONS: &[&str] = &[
    "abs",
    "age",
    "array_agg",
    "array_length",
    "avg",
    "bool_and",
    "bool_or",
    "btrim",
    "cardinality",
    "cbrt",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "corr",
    "count",
    "covar_pop",
    "covar_samp",
    "cume_dist",
    "current_date",
    "current_timestamp",
    "date_part",
    "date_trunc",
    "dense_rank",
    "div",
    "every",
    "exp",
    "extract",
    "first_value",
    "floor",
    "format",
    "greatest",
    "initcap",
    "isfinite",
    "json_agg",
    "json_array_length",
    "jsonb_array_length",
    "lag",
    "last_value",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "localtimestamp",
    "log",
    "log10",
    "lower",
    "ltrim",
    "make_date",
    "max",
    "md5",
    "min",
    "mod",
    "mode",
    "now",
    "nth_value",
    "ntile",
    "nullif",
    "octet_length",
    "overlay",
    "percent_rank",
    "percentile_cont",
    "percentile_disc",
    "pi",
    "position",
    "power",
    "rank",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "round",
    "row_number",
    "rtrim",
    "sign",
    "split_part",
    "sqrt",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "string_agg",
    "strpos",
    "substr",
    "substring",
    "sum",
    "to_char",
    "to_date",
    "to_number",
    "to_timestamp",
    "translate",
    "trim",
    "trunc",
    "upper",
    "var_pop",
    "var_samp",
    "variance",
    "width_bucket",
];
