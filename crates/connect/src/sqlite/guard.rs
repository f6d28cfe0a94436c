//! The engine's own gate: what a connection may do at all, whatever text reaches it.
//!
//! `sql::guard` reads the text; this gate does not care about text. Default deny, in three layers that
//! hold without each other: the file is opened read-only, the authorizer allows reading and a list of
//! functions, and limits bound what one statement can take.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, Result};
use sql::Dialect;

/// Which of two gates is closed: ours (for the embedded statements of this driver) or the strict one.
#[derive(Clone, Debug, Default)]
pub struct Gate {
    strict: Arc<AtomicBool>,
}

impl Gate {
    /// Runs `work` behind the strict gate: no pragma, no transaction control.
    pub fn strict<T>(&self, work: impl FnOnce() -> T) -> T {
        self.strict.store(true, Ordering::Relaxed);
        let result = work();
        self.strict.store(false, Ordering::Relaxed);
        result
    }
}

/// Applies settings, limits and the authorizer to a fresh connection.
pub fn close_gates(connection: &mut Connection) -> Result<Gate> {
    for (option, value) in SETTINGS {
        connection.set_db_config(*option, *value)?;
    }
    for (limit, value) in LIMITS {
        connection.set_limit(*limit, *value)?;
    }
    connection.execute_batch(PRAGMAS)?;
    let gate = Gate::default();
    let strict = gate.strict.clone();
    connection
        .authorizer(Some(move |context: AuthContext<'_>| authorize(&context.action, strict.load(Ordering::Relaxed))))?;
    Ok(gate)
}

/// No temporary tables can be made, so `query_only` is a second lock on the same door. The heap limit
/// is the process's: two gigabytes for all connections together. Memory-mapped reads are off because
/// a file that shrinks under a map kills the process. Large sorts spill to unlinked files of the
/// system's folder for temporary files, never beside the database.
const PRAGMAS: &str =
    "PRAGMA query_only = 1; PRAGMA cell_size_check = 1; PRAGMA mmap_size = 0; PRAGMA hard_heap_limit = 2147483648;";

const SETTINGS: &[(DbConfig, bool)] = &[
    (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
    (DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false),
    (DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false),
    // A reader must not write a log back when it is the last to leave.
    (DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true),
    // A quoted name that does not exist is an error, never a text of that spelling.
    (DbConfig::SQLITE_DBCONFIG_DQS_DML, false),
];

const LIMITS: &[(Limit, i32)] = &[
    (Limit::SQLITE_LIMIT_ATTACHED, 0),
    (Limit::SQLITE_LIMIT_LENGTH, 64 << 20),
    // The texts of stored tables pass here too: 2,000 commented columns fit.
    (Limit::SQLITE_LIMIT_SQL_LENGTH, 1_000_000),
    (Limit::SQLITE_LIMIT_EXPR_DEPTH, 500),
    (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 100),
    (Limit::SQLITE_LIMIT_VDBE_OP, 1_000_000),
    (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 1_000),
    (Limit::SQLITE_LIMIT_TRIGGER_DEPTH, 1),
    (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
];

fn authorize(action: &AuthAction<'_>, strict: bool) -> Authorization {
    let allowed = match action {
        AuthAction::Select | AuthAction::Recursive | AuthAction::Read { .. } => true,
        AuthAction::Function { function_name } => is_function_allowed(function_name),
        AuthAction::Pragma { pragma_name, pragma_value } => is_pragma_allowed(pragma_name, *pragma_value, strict),
        AuthAction::Transaction { .. } => !strict,
        _ => false,
    };
    if allowed { Authorization::Allow } else { Authorization::Deny }
}

/// Full-text tables ask two harmless pragmas themselves; the catalog's are ours alone.
fn is_pragma_allowed(name: &str, value: Option<&str>, strict: bool) -> bool {
    let name = name.to_ascii_lowercase();
    let harmless = value.is_none() && ["page_size", "data_version"].contains(&name.as_str());
    harmless || !strict && CATALOG_PRAGMAS.contains(&name.as_str())
}

fn is_function_allowed(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    // One list for both layers: what the guard lets through, the engine may call, and nothing else.
    sql::Sqlite.allowed().functions.contains(&lower.as_str()) || OPERATORS.contains(&lower.as_str())
}

/// None of these writes, whatever their argument; `schema_version` would with one, which `query_only`
/// and the read-only file refuse.
const CATALOG_PRAGMAS: &[&str] =
    &["foreign_key_list", "index_list", "index_xinfo", "schema_version", "table_list", "table_xinfo"];

/// What the engine calls operators and keywords that the dialect's list of functions does not name.
const OPERATORS: &[&str] = &["->", "->>", "match"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_looked_up_in_any_case() {
        assert!(is_function_allowed("SUM") && is_function_allowed("->>"));
        for name in ["load_extension", "readfile", "writefile", "fts3_tokenizer", "zeroblob", "randomblob", "edit", ""]
        {
            assert!(!is_function_allowed(name), "{name}");
        }
    }

    #[test]
    fn what_is_not_reading_is_denied_behind_either_gate() {
        let denied = [
            AuthAction::Attach { filename: "x" },
            AuthAction::Detach { database_name: "x" },
            AuthAction::Insert { table_name: "t" },
            AuthAction::Update { table_name: "t", column_name: "c" },
            AuthAction::Delete { table_name: "t" },
            AuthAction::CreateTempTable { table_name: "t" },
            AuthAction::CreateVtable { table_name: "t", module_name: "m" },
            AuthAction::Pragma { pragma_name: "writable_schema", pragma_value: Some("1") },
            AuthAction::Pragma { pragma_name: "data_version", pragma_value: Some("1") },
            AuthAction::Unknown { code: 99, arg1: None, arg2: None },
        ];
        for action in &denied {
            for strict in [true, false] {
                assert_eq!(authorize(action, strict), Authorization::Deny, "{action:?}");
            }
        }
        let pragma = AuthAction::Pragma { pragma_name: "table_xinfo", pragma_value: Some("t") };
        assert_eq!(authorize(&pragma, true), Authorization::Deny);
        assert_eq!(authorize(&pragma, false), Authorization::Allow);
    }
}
