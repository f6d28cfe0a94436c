//! Changes out of the statements of a migration, in any of the dialects that are read.

use catalog::{Catalog, Change, Column, TableName, Type};
use sqlparser::ast::{
    AlterColumnOperation, AlterIndexOperation, AlterTable, AlterTableOperation, AssignmentTarget, BinaryOperator,
    ColumnDef, ColumnOption, Expr, ObjectName, ObjectType, RenameTableNameKind, Statement, TableFactor, Update, Value,
};
use sqlparser::parser::Parser;

use super::replay::Replay;
use super::target::{self, eq};
use crate::statement;

/// Letters of a statement that are shown where it could not be read.
const SHOWN: usize = 80;

/// What a migration does to a schema.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Migration {
    /// What lies between the schema before and after, by table.
    pub changes: Vec<Change>,
    /// Statements that could not be read or name what is not there: line, and what is wrong.
    pub unread: Vec<(usize, String)>,
}

/// Reads a migration over a catalog. What it does to rows is passed over, but for values that are renamed
/// (`UPDATE t SET c = 'new' WHERE c = 'old'`).
pub fn migration(text: &str, catalog: &Catalog) -> Migration {
    let (mut replay, mut unread) = (Replay::new(catalog), Vec::new());
    for (line, statement) in statements(text) {
        let done = match parse(statement) {
            Some(parsed) => parsed.iter().try_for_each(|statement| one(&mut replay, statement)),
            None => moved(&mut replay, statement),
        };
        if let Err(why) = done {
            let shown: String =
                statement.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(SHOWN).collect();
            unread.push((line, format!("{why}: {shown}")));
        }
    }
    Migration { changes: replay.changes(), unread }
}

/// The statements with their lines.
fn statements(text: &str) -> Vec<(usize, &str)> {
    let whole = statement::cut(text).into_iter().map(|(start, end)| (start, text[start..end].trim_end_matches(';')));
    let line = |(start, statement): (usize, &'_ str)| {
        let blank = statement.len() - statement.trim_start().len();
        1 + text[..start + blank].matches('\n').count()
    };
    whole.filter(|(_, s)| !is_empty(s)).map(|found| (line(found), found.1.trim())).collect()
}

/// Whether nothing but comments is left.
fn is_empty(statement: &str) -> bool {
    statement.lines().all(|line| line.trim().is_empty() || line.trim().starts_with("--"))
}

fn parse(statement: &str) -> Option<Vec<Statement>> {
    statement::dialects().into_iter().find_map(|dialect| Parser::parse_sql(dialect, statement).ok())
}

const MISSING: &str = "it names what is not there";

fn one(replay: &mut Replay<'_>, statement: &Statement) -> Result<(), String> {
    let is_done = match statement {
        Statement::AlterTable(alter) => return altered(replay, alter),
        Statement::RenameTable(pairs) => {
            pairs.iter().all(|pair| replay.rename_table(&table(&pair.old_name), &table(&pair.new_name)))
        }
        Statement::Drop { object_type, names, table: of, if_exists, .. } => {
            dropped(replay, object_type, names, of.as_ref()) || *if_exists
        }
        Statement::AlterIndex { name, operation } => {
            let AlterIndexOperation::RenameIndex { index_name } = operation;
            replay.index(None, &table(name).name, Some(&table(index_name).name));
            true
        }
        Statement::CreateTable(create) => {
            replay.create(table(&create.name), create.columns.iter().map(column).collect());
            true
        }
        Statement::Update(update) => {
            renamed_value(replay, update);
            true
        }
        // Rows, views, rights: nothing that takes a name away.
        _ => true,
    };
    if is_done { Ok(()) } else { Err(MISSING.to_owned()) }
}

fn dropped(replay: &mut Replay<'_>, kind: &ObjectType, names: &[ObjectName], of: Option<&ObjectName>) -> bool {
    match kind {
        ObjectType::Table | ObjectType::View | ObjectType::MaterializedView => {
            names.iter().all(|name| replay.drop_table(&table(name)))
        }
        ObjectType::Index => {
            names.iter().for_each(|name| replay.index(of.map(table).as_ref(), &table(name).name, None));
            true
        }
        _ => true,
    }
}

fn altered(replay: &mut Replay<'_>, alter: &AlterTable) -> Result<(), String> {
    let mut name = table(&alter.name);
    if !replay.has(&name) {
        return if alter.if_exists { Ok(()) } else { Err(MISSING.to_owned()) };
    }
    for operation in &alter.operations {
        let is_done = operated(replay, &mut name, operation);
        if !is_done {
            return Err(MISSING.to_owned());
        }
    }
    Ok(())
}

fn operated(replay: &mut Replay<'_>, name: &mut TableName, operation: &AlterTableOperation) -> bool {
    match operation {
        AlterTableOperation::RenameTable { table_name } => {
            let (RenameTableNameKind::As(to) | RenameTableNameKind::To(to)) = table_name;
            let to = table(to);
            let is_done = replay.rename_table(name, &to);
            *name = to;
            is_done
        }
        AlterTableOperation::RenameColumn { old_column_name, new_column_name } => {
            replay.alter(name, &old_column_name.value, |c| c.name.clone_from(&new_column_name.value))
        }
        AlterTableOperation::DropColumn { column_names, if_exists, .. } => {
            column_names.iter().all(|column| replay.drop_column(name, &column.value)) || *if_exists
        }
        AlterTableOperation::AddColumn { column_def, .. } => replay.add(name, column(column_def)),
        AlterTableOperation::ChangeColumn { old_name, new_name, data_type, options, .. } => {
            replay.alter(name, &old_name.value, |c| {
                c.name.clone_from(&new_name.value);
                redeclared(c, &data_type.to_string(), options);
            })
        }
        AlterTableOperation::ModifyColumn { col_name, data_type, options, .. } => {
            replay.alter(name, &col_name.value, |c| redeclared(c, &data_type.to_string(), options))
        }
        AlterTableOperation::AlterColumn { column_name, op } => replay.alter(name, &column_name.value, |c| match op {
            AlterColumnOperation::SetNotNull => c.nullable = false,
            AlterColumnOperation::DropNotNull => c.nullable = true,
            AlterColumnOperation::SetDefault { value } => c.default = Some(value.to_string()),
            AlterColumnOperation::DropDefault => c.default = None,
            AlterColumnOperation::SetDataType { data_type, .. } => c.ty = Type::parse(&data_type.to_string()),
            AlterColumnOperation::AddGenerated { .. } => c.generated = true,
        }),
        AlterTableOperation::DropIndex { name: index } => {
            replay.index(Some(name), &index.value, None);
            true
        }
        // Constraints, triggers, storage: nothing that code names.
        _ => true,
    }
}

/// A full new declaration, as MySQL has it: what it does not say is not so.
fn redeclared(column: &mut Column, ty: &str, options: &[ColumnOption]) {
    column.ty = Type::parse(ty);
    column.nullable =
        !options.iter().any(|option| matches!(option, ColumnOption::NotNull | ColumnOption::PrimaryKey(_)));
    column.default = options.iter().find_map(|option| match option {
        ColumnOption::Default(value) => Some(value.to_string()),
        _ => None,
    });
}

fn column(def: &ColumnDef) -> Column {
    let options: Vec<ColumnOption> = def.options.iter().map(|option| option.option.clone()).collect();
    let generated = options.iter().any(|option| matches!(option, ColumnOption::Generated { .. }));
    let mut column = Column { generated, ..target::column(&def.name.value, None) };
    redeclared(&mut column, &def.data_type.to_string(), &options);
    column
}

fn table(name: &ObjectName) -> TableName {
    let mut parts = name.0.iter().rev().filter_map(|part| part.as_ident()).map(|ident| ident.value.clone());
    let name = parts.next().unwrap_or_default();
    let (schema, database) = (parts.next(), parts.next());
    TableName { database, schema, name }
}

/// `ALTER TABLE t SET SCHEMA s`, which the parser does not know.
fn moved(replay: &mut Replay<'_>, statement: &str) -> Result<(), String> {
    let words: Vec<&str> = statement.split_whitespace().filter(|word| !eq(word, "ONLY")).collect();
    match words.as_slice() {
        [alter, kind, name, set, schema, to] if eq(alter, "ALTER") && eq(set, "SET") && eq(schema, "SCHEMA") => {
            let old = target::named(&name.replace('"', ""));
            let new = TableName { schema: Some(to.replace('"', "")), ..old.clone() };
            let is_table = eq(kind, "TABLE") || eq(kind, "VIEW");
            if is_table && replay.rename_table(&old, &new) { Ok(()) } else { Err(MISSING.to_owned()) }
        }
        _ => Err("it could not be read".to_owned()),
    }
}

/// `UPDATE t SET c = 'new' WHERE c = 'old'`.
fn renamed_value(replay: &mut Replay<'_>, update: &Update) {
    let TableFactor::Table { name, .. } = &update.table.relation else { return };
    let [assignment] = update.assignments.as_slice() else { return };
    let AssignmentTarget::ColumnName(column) = &assignment.target else { return };
    let column = table(column).name;
    let Some(Expr::BinaryOp { left, op: BinaryOperator::Eq, right }) = &update.selection else { return };
    let compared = match left.as_ref() {
        Expr::Identifier(ident) => &ident.value,
        Expr::CompoundIdentifier(idents) => match idents.last() {
            Some(ident) => &ident.value,
            None => return,
        },
        _ => return,
    };
    if let (true, Some(from), Some(to)) = (eq(compared, &column), text(right), text(&assignment.value)) {
        replay.value(&table(name), &column, from, to);
    }
}

fn text(expr: &Expr) -> Option<&str> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::SingleQuotedString(text) => Some(text),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn catalog() -> Catalog {
        catalog::file::read(
            br#"{"tables": {"bills": ["id", {"name": "due_on", "type": "DATE"}, {"name": "state", "type": "TEXT"}], "rates": ["day"]}}"#,
        )
        .unwrap()
    }

    fn said(text: &str) -> Vec<String> {
        let migration = migration(text, &catalog());
        let unread = migration.unread.iter().map(|(line, why)| format!("{line}: {why}"));
        migration.changes.iter().map(ToString::to_string).chain(unread).collect()
    }

    #[test]
    fn the_dialects_say_the_same() {
        let renamed = ["column renamed: bills.due_date (due_on -> due_date)"];
        assert_eq!(said("ALTER TABLE bills RENAME COLUMN due_on TO due_date;"), renamed);
        assert_eq!(said("-- up\nALTER TABLE `bills` CHANGE due_on due_date DATE;"), renamed);
        assert_eq!(said("ALTER TABLE ONLY \"bills\" RENAME \"due_on\" TO due_date"), renamed);
        assert_eq!(said("RENAME TABLE bills TO invoices"), ["table renamed: invoices (bills -> invoices)"]);
        assert_eq!(
            said("ALTER TABLE bills ALTER COLUMN due_on TYPE text"),
            ["type changed: bills.due_on (DATE -> TEXT)"]
        );
        assert_eq!(said("ALTER TABLE bills MODIFY state TEXT NOT NULL"), ["NULL no longer allowed: bills.state"]);
        assert_eq!(
            said("ALTER TABLE bills SET SCHEMA old"),
            ["table moved to another schema: old.bills (bills -> old.bills)"]
        );
        assert_eq!(said("DROP INDEX ix_bills_due"), ["index dropped: unknown.ix_bills_due"]);
        let value = "UPDATE bills SET state = 'posted' WHERE state = 'open'";
        assert_eq!(said(value), ["allowed values changed: bills.state ('open' -> 'posted')"]);
    }

    #[test]
    fn several_statements_are_one_way_from_before_to_after() {
        let rebuild =
            "CREATE TABLE bills_new (id INTEGER, due_on TEXT);\nINSERT INTO bills_new SELECT id, due_on FROM bills;
            DROP TABLE bills; ALTER TABLE bills_new RENAME TO bills;";
        assert_eq!(
            said(rebuild),
            ["type changed: bills.due_on (DATE -> TEXT)", "column dropped: bills.state (was TEXT)"]
        );
        let there_and_back =
            "ALTER TABLE bills RENAME TO b; ALTER TABLE b RENAME TO bills; CREATE TABLE x (a int); DROP TABLE x;";
        assert_eq!(said(there_and_back), Vec::<String>::new());
        let both = "ALTER TABLE bills RENAME TO invoices; ALTER TABLE invoices RENAME COLUMN due_on TO due;";
        assert_eq!(
            said(both),
            ["table renamed: invoices (bills -> invoices)", "column renamed: invoices.due (due_on -> due)"]
        );
    }

    #[test]
    fn what_cannot_be_read_is_told_with_its_line() {
        let text =
            "DROP TABLE rates;\n\nALTER TABLE bills FROB due_on;\nALTER TABLE nobody DROP COLUMN x;\nSELECT ';';";
        let told = said(text);
        assert_eq!(told[0], "table dropped: rates");
        assert!(told[1].starts_with("3: it could not be read: ALTER TABLE bills FROB"), "{told:?}");
        assert!(told[2].starts_with("4: it names what is not there"), "{told:?}");
        assert_eq!(told.len(), 3);
    }
}
