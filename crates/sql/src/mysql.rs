//! The MySQL family: MariaDB, MySQL, TiDB.
//!
//! Decimals are exact by themselves. Text compares as the column's collation says, in most databases without regard to
//! case. Placeholders have no numbers.

use catalog::Value;

use crate::dialect::{Allowed, Dialect};
use crate::fragment::{Binding, Fragment};
use crate::parse::Grammar;
use crate::select::{DatePart, Grain};

/// MariaDB, MySQL and TiDB.
#[derive(Debug)]
pub struct Mysql;

impl Dialect for Mysql {
    fn name(&self) -> &'static str {
        "MySQL"
    }

    fn grammar(&self) -> Grammar {
        Grammar(&sqlparser::dialect::MySqlDialect {})
    }

    fn allowed(&self) -> &'static Allowed {
        &ALLOWED
    }

    /// The engine's own databases are left out of what is discovered; a name alone belongs to the user's database.
    fn is_readable(&self, relation: &str) -> bool {
        let lower = relation.to_ascii_lowercase();
        !lower.starts_with("innodb_") && lower != "dual"
    }

    fn is_readable_schema(&self, schema: &str) -> bool {
        let lower = schema.to_ascii_lowercase();
        !["information_schema", "mysql", "performance_schema", "sys"].contains(&lower.as_str())
    }

    /// What stands in such a comment is run by some servers of the family, depending on their version.
    fn disguise(&self, text: &str) -> Option<&'static str> {
        let lower = text.to_ascii_lowercase();
        (lower.contains("/*!") || lower.contains("/*m!")).then_some("a comment that some servers run")
    }

    fn quote(&self, identifier: &str) -> String {
        format!("`{}`", identifier.replace('`', "``"))
    }

    fn placeholder(&self, _n: usize) -> String {
        "?".to_owned()
    }

    fn shares_placeholders(&self) -> bool {
        false
    }

    /// Days say what they are, so that they compare as days with columns of text too.
    fn parameter(&self, value: &Value) -> Fragment {
        let bound = Fragment::parameter(value.clone());
        match value {
            Value::Decimal(_) => Fragment::cast(bound, "DECIMAL(65, 20)"),
            _ => bound,
        }
    }

    fn unlimited(&self) -> Option<&'static str> {
        Some("9223372036854775807")
    }

    /// NULL sorts as the smallest.
    fn order(&self, by: Fragment, of: Fragment, descending: bool) -> Fragment {
        if descending { by.text(" DESC") } else { of.above(Binding::Comparison).text(" IS NULL, ").then(by) }
    }

    fn divide(&self, dividend: Fragment, divisor: Fragment) -> Fragment {
        let divisor = Fragment::call("NULLIF", [divisor, Fragment::atom("0")]);
        Fragment::infix(Binding::Product, dividend, "/", divisor)
    }

    /// In lower case on both sides: the collation of a column may care about case.
    fn like(&self, text: Fragment, operator: &'static str, pattern: Fragment) -> Fragment {
        let lower = |of| Fragment::call("LOWER", [of]);
        Fragment::infix(Binding::Comparison, lower(text), operator, lower(pattern)).text(" ESCAPE '\\\\'")
    }

    fn exact_sum(&self, of: Fragment, scale: u32) -> Fragment {
        let cast = Fragment::atom("CAST(").then(of).text(format!(" AS DECIMAL(65, {}))", scale.min(30)));
        Fragment::call("SUM", [cast])
    }

    fn bucket(&self, grain: Grain, fiscal_start: u8, of: Fragment) -> Fragment {
        match grain {
            Grain::Day => Fragment::cast(of, "DATE"),
            Grain::Week => {
                let back = Fragment::call("WEEKDAY", [of.clone()]);
                Fragment::call("FROM_DAYS", [Fragment::infix(Binding::Sum, days(of), "-", back)])
            }
            Grain::Month => first_of_month(of),
            Grain::Quarter => months_back(of, 3, fiscal_start),
            Grain::Half => months_back(of, 6, fiscal_start),
            Grain::Year => months_back(of, 12, fiscal_start),
        }
    }

    fn date_part(&self, part: DatePart, of: Fragment) -> Fragment {
        match part {
            DatePart::Year => Fragment::call("YEAR", [of]),
            DatePart::Month => Fragment::call("MONTH", [of]),
            DatePart::Day => Fragment::call("DAYOFMONTH", [of]),
            // Monday is 0.
            DatePart::Weekday => {
                Fragment::infix(Binding::Sum, Fragment::call("WEEKDAY", [of]), "+", Fragment::atom("1"))
            }
            // Mode 3 is ISO 8601.
            DatePart::Week => Fragment::call("WEEK", [of, Fragment::atom("3")]),
            DatePart::Hour => Fragment::call("HOUR", [of]),
        }
    }
}

fn days(of: Fragment) -> Fragment {
    Fragment::call("TO_DAYS", [of])
}

/// `FROM_DAYS(TO_DAYS(d) - DAYOFMONTH(d) + 1)`.
fn first_of_month(of: Fragment) -> Fragment {
    let gone = Fragment::call("DAYOFMONTH", [of.clone()]);
    let last = Fragment::infix(Binding::Sum, days(of), "-", gone);
    Fragment::call("FROM_DAYS", [Fragment::infix(Binding::Sum, last, "+", Fragment::atom("1"))])
}

/// The first of the month, back to the nearest month that begins a period of `width` months.
fn months_back(of: Fragment, width: u8, fiscal_start: u8) -> Fragment {
    let ahead = Fragment::atom(((12 - fiscal_start.clamp(1, 12)) % width).to_string());
    let sum = Fragment::infix(Binding::Sum, Fragment::call("MONTH", [of.clone()]), "+", ahead);
    let back = Fragment::infix(Binding::Product, sum, "%", Fragment::atom(width.to_string()));
    let interval = Fragment::atom("INTERVAL ").then(back.parenthesised()).text(" MONTH");
    Fragment::call("DATE_SUB", [first_of_month(of), interval])
}

const ALLOWED: Allowed = Allowed {
    functions: FUNCTIONS,
    table_functions: &[],
    operators: OPERATORS,
    casts: CASTS,
    collations: &["binary", "utf8mb4_bin", "utf8mb4_general_ci", "utf8mb4_unicode_ci"],
};

const OPERATORS: &[&str] = &[
    "%", "&", "*", "+", "-", "->", "->>", "/", "<", "<=", "<=>", "<>", "=", ">", ">=", "and", "div", "like", "mod",
    "not", "or", "rlike", "xor", "|", "~",
];

const CASTS: &[&str] = &[
    "binary",
    "char",
    "date",
    "datetime",
    "decimal",
    "double",
    "interval",
    "signed",
    "signed integer",
    "time",
    "unsigned",
    "unsigned integer",
];

/// No file, no lock, no sleeping, no setting, nothing that writes.
const FUNCTIONS: &[&str] = &[
    "abs",
    "avg",
    "bit_and",
    "bit_or",
    "ceil",
    "ceiling",
    "char_length",
    "character_length",
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "cume_dist",
    "curdate",
    "current_date",
    "current_timestamp",
    "date",
    "date_add",
    "date_format",
    "date_sub",
    "datediff",
    "day",
    "dayname",
    "dayofmonth",
    "dayofweek",
    "dayofyear",
    "dense_rank",
    "elt",
    "exp",
    "extract",
    "field",
    "first_value",
    "floor",
    "format",
    "from_days",
    "greatest",
    "group_concat",
    "hex",
    "hour",
    "if",
    "ifnull",
    "instr",
    "isnull",
    "json_extract",
    "json_length",
    "json_unquote",
    "lag",
    "last_day",
    "last_value",
    "lead",
    "least",
    "left",
    "length",
    "ln",
    "locate",
    "log",
    "log10",
    "log2",
    "lower",
    "lpad",
    "ltrim",
    "makedate",
    "max",
    "median",
    "mid",
    "min",
    "minute",
    "mod",
    "month",
    "monthname",
    "now",
    "nth_value",
    "ntile",
    "nullif",
    "percent_rank",
    "period_add",
    "period_diff",
    "pi",
    "position",
    "pow",
    "power",
    "quarter",
    "rank",
    "regexp_replace",
    "replace",
    "reverse",
    "right",
    "round",
    "row_number",
    "rpad",
    "rtrim",
    "second",
    "sign",
    "sqrt",
    "std",
    "stddev",
    "stddev_pop",
    "stddev_samp",
    "str_to_date",
    "strcmp",
    "substr",
    "substring",
    "substring_index",
    "sum",
    "timestampdiff",
    "to_days",
    "trim",
    "truncate",
    "upper",
    "var_pop",
    "var_samp",
    "variance",
    "week",
    "weekday",
    "year",
];
