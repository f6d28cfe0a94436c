//! A book as the text of statements that make it, for servers: their own clients run it.
//!
//! References are declared and not enforced: books may hold orphans on purpose.

use catalog::{Column, ForeignKey, Index, Table, TypeKind, Value};

use crate::book::{Book, BookTable};

/// Rows of one INSERT.
const STRIDE: usize = 500;

/// Whose statements a script is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// PostgreSQL, for `psql`: rows as COPY.
    Postgres,
    /// MariaDB and MySQL, for their client: rows as INSERT.
    Mysql,
}

/// The script that fills an empty database. Cost: linear in the rows. Views are left out: their texts are SQLite's.
pub fn script(book: &Book, flavour: Flavour) -> String {
    let mut text = String::from(match flavour {
        Flavour::Postgres => "BEGIN;\n",
        Flavour::Mysql => "SET foreign_key_checks = 0; SET unique_checks = 0; START TRANSACTION;\n",
    });
    let tables: Vec<&BookTable> = book.tables.iter().filter(|t| t.table.definition.is_none()).collect();
    for BookTable { table, rows } in &tables {
        text.push_str(&create(table, flavour));
        match flavour {
            Flavour::Postgres => copy(&mut text, table, rows),
            Flavour::Mysql => rows.chunks(STRIDE).for_each(|stride| insert(&mut text, table, stride)),
        }
        for index in &table.indexes {
            text.push_str(&create_index(table, index, flavour));
        }
    }
    if flavour == Flavour::Postgres {
        tables.iter().for_each(|t| text.push_str(&annotations(&t.table)));
    }
    text + "COMMIT;\n"
}

fn quote(name: &str, flavour: Flavour) -> String {
    match flavour {
        Flavour::Postgres => format!("\"{}\"", name.replace('"', "\"\"")),
        Flavour::Mysql => format!("`{}`", name.replace('`', "``")),
    }
}

fn quoted(names: &[String], flavour: Flavour) -> String {
    names.iter().map(|name| quote(name, flavour)).collect::<Vec<_>>().join(", ")
}

fn literal(text: &str, flavour: Flavour) -> String {
    match flavour {
        Flavour::Postgres => format!("'{}'", text.replace('\'', "''")),
        Flavour::Mysql => format!("'{}'", text.replace('\\', "\\\\").replace('\'', "''")),
    }
}

fn create(table: &Table, flavour: Flavour) -> String {
    let mut parts: Vec<String> = table.columns.iter().map(|c| column(c, flavour)).collect();
    if !table.primary_key.is_empty() {
        parts.push(format!("PRIMARY KEY ({})", quoted(&table.primary_key, flavour)));
    }
    parts.extend(table.unique.iter().map(|key| format!("UNIQUE ({})", quoted(key, flavour))));
    let mut behind = String::new();
    if flavour == Flavour::Mysql {
        parts.extend(table.foreign_keys.iter().map(|key| reference(key, flavour)));
        behind = table.comment.iter().map(|c| format!(" COMMENT {}", literal(c, flavour))).collect();
    }
    format!("CREATE TABLE {} (\n  {}\n){behind};\n", quote(&table.name.name, flavour), parts.join(",\n  "))
}

fn column(column: &Column, flavour: Flavour) -> String {
    let null = if column.nullable { "" } else { " NOT NULL" };
    let comment = match (flavour, &column.comment) {
        (Flavour::Mysql, Some(comment)) => format!(" COMMENT {}", literal(comment, flavour)),
        _ => String::new(),
    };
    format!("{} {}{null}{comment}", quote(&column.name, flavour), ty(column, flavour))
}

/// SQLite's integers have 64 bits whatever they are called. Keys of MySQL need a length.
fn ty(column: &Column, flavour: Flavour) -> String {
    match (column.ty.kind, flavour) {
        (TypeKind::Int, _) => "BIGINT".to_owned(),
        (TypeKind::Decimal { precision: Some(precision), scale }, _) => {
            format!("DECIMAL({precision}, {})", scale.unwrap_or(0))
        }
        (TypeKind::Decimal { .. }, Flavour::Mysql) => "DECIMAL(65, 10)".to_owned(),
        (TypeKind::Decimal { .. }, Flavour::Postgres) => "NUMERIC".to_owned(),
        (TypeKind::Float, _) => "DOUBLE PRECISION".to_owned(),
        (TypeKind::Date, _) => "DATE".to_owned(),
        (TypeKind::DateTime | TypeKind::Timestamp, Flavour::Postgres) => "TIMESTAMP".to_owned(),
        (TypeKind::DateTime | TypeKind::Timestamp, Flavour::Mysql) => "DATETIME".to_owned(),
        (TypeKind::Bool, _) => "BOOLEAN".to_owned(),
        (TypeKind::Bytes, Flavour::Postgres) => "BYTEA".to_owned(),
        (TypeKind::Bytes, Flavour::Mysql) => "BLOB".to_owned(),
        (TypeKind::Text { length: Some(length) }, _) => format!("VARCHAR({length})"),
        (_, Flavour::Postgres) => "TEXT".to_owned(),
        (_, Flavour::Mysql) => "VARCHAR(250)".to_owned(),
    }
}

fn reference(key: &ForeignKey, flavour: Flavour) -> String {
    let (columns, target) = (quoted(&key.columns, flavour), quote(&key.target.name, flavour));
    format!("FOREIGN KEY ({columns}) REFERENCES {target} ({})", quoted(&key.target_columns, flavour))
}

fn create_index(table: &Table, index: &Index, flavour: Flavour) -> String {
    let parts: Vec<String> = index.parts.iter().filter_map(|p| Some(quote(p.column.as_ref()?, flavour))).collect();
    if parts.is_empty() {
        return String::new();
    }
    let place = quote(&table.name.name, flavour);
    format!("CREATE INDEX {} ON {place} ({});\n", quote(&index.name, flavour), parts.join(", "))
}

/// What PostgreSQL takes behind the tables: comments, and references that are not checked.
fn annotations(table: &Table) -> String {
    let flavour = Flavour::Postgres;
    let place = quote(&table.name.name, flavour);
    let mut text = String::new();
    if let Some(comment) = &table.comment {
        text.push_str(&format!("COMMENT ON TABLE {place} IS {};\n", literal(comment, flavour)));
    }
    for column in &table.columns {
        if let Some(comment) = &column.comment {
            let name = quote(&column.name, flavour);
            text.push_str(&format!("COMMENT ON COLUMN {place}.{name} IS {};\n", literal(comment, flavour)));
        }
    }
    for key in &table.foreign_keys {
        text.push_str(&format!("ALTER TABLE {place} ADD {} NOT VALID;\n", reference(key, flavour)));
    }
    text
}

fn copy(text: &mut String, table: &Table, rows: &[Vec<Value>]) {
    text.push_str(&format!("COPY {} FROM STDIN;\n", quote(&table.name.name, Flavour::Postgres)));
    for row in rows {
        let cells = row.iter().zip(&table.columns).map(|(value, column)| match value {
            Value::Null => "\\N".to_owned(),
            value => {
                let plain = plain(value, column);
                plain.replace('\\', "\\\\").replace('\t', "\\t").replace('\n', "\\n").replace('\r', "\\r")
            }
        });
        text.push_str(&cells.collect::<Vec<_>>().join("\t"));
        text.push('\n');
    }
    text.push_str("\\.\n");
}

fn insert(text: &mut String, table: &Table, rows: &[Vec<Value>]) {
    let flavour = Flavour::Mysql;
    let row = |row: &Vec<Value>| {
        let cells = row.iter().zip(&table.columns).map(|(value, column)| match value {
            Value::Null => "NULL".to_owned(),
            Value::Int(_) | Value::UInt(_) | Value::Decimal(_) | Value::Float(_) => plain(value, column),
            value => literal(&plain(value, column), flavour),
        });
        format!("({})", cells.collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<String> = rows.iter().map(row).collect();
    text.push_str(&format!("INSERT INTO {} VALUES\n{};\n", quote(&table.name.name, flavour), rows.join(",\n")));
}

/// The value as a file has it. Truth is a number where the column holds numbers.
fn plain(value: &Value, column: &Column) -> String {
    match value {
        Value::Bool(b) if column.ty.kind != TypeKind::Bool => i64::from(*b).to_string(),
        Value::Bool(b) => u8::from(*b).to_string(),
        Value::DateTime(moment) => moment.to_string().replace('T', " "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_the_script_and_names_and_texts_are_quoted() {
        let book = crate::odd::reserved_words();
        for flavour in [Flavour::Postgres, Flavour::Mysql] {
            let text = script(&book, flavour);
            for table in &book.tables {
                assert!(text.contains(&format!("CREATE TABLE {}", quote(&table.table.name.name, flavour))));
            }
        }
        assert_eq!(literal("it's \\", Flavour::Mysql), "'it''s \\\\'");
        let (demo, _) = crate::demo(0.001, 1);
        let rows = script(&demo, Flavour::Mysql).lines().filter(|line| line.starts_with('(')).count();
        assert_eq!(rows, demo.row_count());
    }
}
