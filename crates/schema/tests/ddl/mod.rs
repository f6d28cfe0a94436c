//! Changes of schemas, one of a kind each: what is run, and what of it has to be seen where.

use catalog::ChangeKind::{self, *};

/// A statement or a few, the kind of change, and the place: a table, or a table and its part.
pub type Case = (&'static str, ChangeKind, &'static str);

/// What PostgreSQL's changes are made to.
pub const POSTGRES_BASE: &str = "
    CREATE TYPE mood AS ENUM ('low', 'high');
    CREATE DOMAIN amount AS numeric(12, 2);
    CREATE TABLE client (id int PRIMARY KEY, name varchar(40) NOT NULL, city text, mail text UNIQUE, feeling mood);
    CREATE TABLE sale (id int PRIMARY KEY, client int CONSTRAINT sale_client REFERENCES client (id), day date NOT NULL,
        amount numeric(15, 2) DEFAULT 0, note text, units int, fee amount, CONSTRAINT positive CHECK (amount >= 0));
    CREATE TABLE part (a int, b int, c text, PRIMARY KEY (a, b), CONSTRAINT part_c UNIQUE (c));
    CREATE INDEX sale_day ON sale (day);
    CREATE UNIQUE INDEX sale_note ON sale (note) WHERE note IS NOT NULL;
    CREATE VIEW big AS SELECT id, note FROM sale WHERE amount > 10;
    CREATE MATERIALIZED VIEW monthly AS SELECT day, sum(units) AS units FROM sale GROUP BY day;
    CREATE TABLE history (id int, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE a1 (x int); CREATE TABLE a2 (x int); CREATE TABLE a3 (x int); CREATE TABLE a4 (x int);
    CREATE TABLE a5 (x int); CREATE TABLE a6 (x int);
    COMMENT ON TABLE part IS 'parts';
    COMMENT ON COLUMN part.c IS 'the code';
";

/// Changes that both write in the same words.
pub const BOTH: &[Case] = &[
    ("CREATE TABLE new (x int)", TableCreated, "new"),
    ("CREATE VIEW new AS SELECT 1 AS x", TableCreated, "new"),
    ("DROP TABLE part", TableDropped, "part"),
    ("DROP VIEW big", TableDropped, "big"),
    ("ALTER TABLE part RENAME TO piece", TableRenamed, "piece"),
    ("ALTER TABLE sale ADD CONSTRAINT few CHECK (units < 100)", CheckAdded, "sale.few"),
    ("ALTER TABLE sale DROP CONSTRAINT positive", CheckDropped, "sale.positive"),
    (
        "ALTER TABLE sale DROP CONSTRAINT positive, ADD CONSTRAINT positive CHECK (amount > 0)",
        CheckChanged,
        "sale.positive",
    ),
    ("CREATE UNIQUE INDEX more ON client (name)", IndexAdded, "client.more"),
    ("CREATE OR REPLACE VIEW big AS SELECT id, note FROM sale WHERE amount > 20", ViewChanged, "big"),
];

/// Changes of PostgreSQL alone.
pub const POSTGRES: &[Case] = &[
    ("CREATE TABLE new AS SELECT * FROM client", TableCreated, "new"),
    ("CREATE TABLE new (LIKE sale INCLUDING ALL)", TableCreated, "new"),
    ("CREATE TABLE new () INHERITS (part)", TableCreated, "new"),
    ("SELECT 1 AS x INTO new", TableCreated, "new"),
    ("CREATE UNLOGGED TABLE new (x int)", TableCreated, "new"),
    ("CREATE MATERIALIZED VIEW new AS SELECT 1 AS x", TableCreated, "new"),
    ("CREATE SCHEMA other; CREATE TABLE other.new (x int)", TableCreated, "new"),
    ("DROP TABLE client CASCADE", TableDropped, "client"),
    ("DROP MATERIALIZED VIEW monthly", TableDropped, "monthly"),
    ("DROP TABLE history", TableDropped, "history"),
    ("ALTER TABLE client RENAME TO customer", TableRenamed, "customer"),
    ("ALTER VIEW big RENAME TO large", TableRenamed, "large"),
    (
        "ALTER TABLE part RENAME TO x; ALTER TABLE client RENAME TO part; ALTER TABLE x RENAME TO client",
        TableRenamed,
        "part",
    ),
    ("CREATE SCHEMA other; ALTER TABLE part SET SCHEMA other", TableMoved, "part"),
    ("DROP VIEW big; CREATE TABLE big (id int, note text)", TableKindChanged, "big"),
    ("COMMENT ON TABLE sale IS 'sales'", TableComment, "sale"),
    ("COMMENT ON TABLE part IS NULL", TableComment, "part"),
    ("COMMENT ON COLUMN sale.units IS 'pieces'", ColumnComment, "sale.units"),
    ("COMMENT ON COLUMN part.c IS NULL", ColumnComment, "part.c"),
    ("ALTER TABLE sale ADD COLUMN extra text", ColumnAdded, "sale.extra"),
    ("ALTER TABLE sale ADD COLUMN extra text NOT NULL DEFAULT 'x'", ColumnAdded, "sale.extra"),
    ("ALTER TABLE sale ADD COLUMN twice int GENERATED ALWAYS AS (units * 2) STORED", ColumnAdded, "sale.twice"),
    ("ALTER TABLE part ADD COLUMN n int GENERATED ALWAYS AS IDENTITY", ColumnAdded, "part.n"),
    ("ALTER TABLE part ADD COLUMN n serial", ColumnAdded, "part.n"),
    ("ALTER TABLE client DROP COLUMN city", ColumnDropped, "client.city"),
    ("DROP VIEW big; ALTER TABLE sale DROP COLUMN amount", ColumnDropped, "sale.amount"),
    ("ALTER TABLE sale RENAME COLUMN units TO pieces", ColumnRenamed, "sale.pieces"),
    ("ALTER TABLE client RENAME COLUMN id TO number", ColumnRenamed, "client.number"),
    ("ALTER VIEW big RENAME COLUMN note TO remark", ColumnRenamed, "big.remark"),
    ("DROP MATERIALIZED VIEW monthly; ALTER TABLE sale ALTER COLUMN units TYPE bigint", TypeWidened, "sale.units"),
    ("ALTER TABLE client ALTER COLUMN name TYPE varchar(80)", TypeWidened, "client.name"),
    ("ALTER TABLE client ALTER COLUMN name TYPE text", TypeWidened, "client.name"),
    ("ALTER TABLE client ALTER COLUMN name TYPE varchar(10)", TypeNarrowed, "client.name"),
    ("DROP MATERIALIZED VIEW monthly; ALTER TABLE sale ALTER COLUMN units TYPE smallint", TypeNarrowed, "sale.units"),
    (
        "DROP MATERIALIZED VIEW monthly; ALTER TABLE sale ALTER COLUMN units TYPE text USING units::text",
        TypeChanged,
        "sale.units",
    ),
    ("ALTER TABLE client ALTER COLUMN feeling TYPE text USING feeling::text", TypeChanged, "client.feeling"),
    ("ALTER TYPE mood ADD VALUE 'mixed'", EnumChanged, "client.feeling"),
    ("ALTER TYPE mood RENAME VALUE 'low' TO 'bad'", EnumChanged, "client.feeling"),
    ("ALTER DOMAIN amount SET NOT NULL", NullForbidden, "sale.fee"),
    ("ALTER DOMAIN amount RENAME TO fee", TypeChanged, "sale.fee"),
    ("ALTER TABLE sale ALTER COLUMN units SET NOT NULL", NullForbidden, "sale.units"),
    ("ALTER TABLE sale ALTER COLUMN day DROP NOT NULL", NullAllowed, "sale.day"),
    ("ALTER TABLE sale ALTER COLUMN units SET DEFAULT 1", DefaultSet, "sale.units"),
    ("ALTER TABLE sale ALTER COLUMN amount SET DEFAULT 1", DefaultChanged, "sale.amount"),
    ("ALTER TABLE sale ALTER COLUMN amount DROP DEFAULT", DefaultRemoved, "sale.amount"),
    ("ALTER TABLE part ALTER COLUMN a ADD GENERATED BY DEFAULT AS IDENTITY", DefaultSet, "part.a"),
    ("ALTER TABLE history ADD PRIMARY KEY (id, at)", PrimaryKeyAdded, "history"),
    ("ALTER TABLE part DROP CONSTRAINT part_pkey", PrimaryKeyDropped, "part"),
    ("ALTER TABLE part DROP CONSTRAINT part_pkey; ALTER TABLE part ADD PRIMARY KEY (a)", PrimaryKeyChanged, "part"),
    ("ALTER TABLE part ADD UNIQUE (b, c)", UniqueAdded, "part.b, c"),
    ("ALTER TABLE part DROP CONSTRAINT part_c", UniqueDropped, "part.c"),
    ("ALTER TABLE sale ADD FOREIGN KEY (units, id) REFERENCES part (a, b)", ForeignKeyAdded, "sale.units, id"),
    ("ALTER TABLE sale ADD FOREIGN KEY (units) REFERENCES client NOT VALID", ForeignKeyAdded, "sale.units"),
    ("ALTER TABLE sale DROP CONSTRAINT sale_client", ForeignKeyDropped, "sale.client"),
    (
        "ALTER TABLE sale DROP CONSTRAINT sale_client, ADD FOREIGN KEY (client) REFERENCES client ON DELETE CASCADE",
        ForeignKeyChanged,
        "sale.client",
    ),
    ("CREATE INDEX more ON sale (client, day DESC)", IndexAdded, "sale.more"),
    ("CREATE INDEX more ON sale (lower(note))", IndexAdded, "sale.more"),
    ("CREATE INDEX CONCURRENTLY more ON sale (units)", IndexAdded, "sale.more"),
    ("DROP INDEX sale_day", IndexDropped, "sale.sale_day"),
    ("ALTER INDEX sale_day RENAME TO by_day", IndexRenamed, "sale.by_day"),
    ("DROP INDEX sale_day; CREATE INDEX sale_day ON sale (day, id)", IndexChanged, "sale.sale_day"),
    ("CREATE OR REPLACE VIEW big AS SELECT id, note, day FROM sale WHERE amount > 10", ColumnAdded, "big.day"),
    (
        "DROP MATERIALIZED VIEW monthly; CREATE MATERIALIZED VIEW monthly AS SELECT day, max(units) AS units FROM sale GROUP BY day",
        ViewChanged,
        "monthly",
    ),
    ("ALTER TABLE sale RENAME COLUMN note TO remark", ViewChanged, "big"),
];

/// What MariaDB's changes are made to.
pub const MARIADB_BASE: &str = "
    CREATE TABLE client (id int PRIMARY KEY, name varchar(40) NOT NULL, city varchar(40), mail varchar(40) UNIQUE,
        feeling enum('low', 'high'), tags set('a', 'b'));
    CREATE TABLE sale (id int PRIMARY KEY, client int, day date NOT NULL, amount decimal(15, 2) DEFAULT 0, note varchar(40),
        units int, twice int AS (units * 2) VIRTUAL, CONSTRAINT positive CHECK (amount >= 0), KEY sale_day (day),
        CONSTRAINT sale_client FOREIGN KEY (client) REFERENCES client (id));
    CREATE TABLE part (a int, b int, c varchar(20) COMMENT 'the code', PRIMARY KEY (a, b), UNIQUE KEY part_c (c)) COMMENT 'parts';
    CREATE TABLE a1 (x int); CREATE TABLE a2 (x int); CREATE TABLE a3 (x int); CREATE TABLE a4 (x int);
    CREATE TABLE a5 (x int); CREATE TABLE a6 (x int);
    CREATE TABLE plain (x int, y int);
    CREATE VIEW big AS SELECT id, note FROM sale WHERE amount > 10;
";

/// Changes of MariaDB alone.
pub const MARIADB: &[Case] = &[
    ("CREATE TABLE new AS SELECT id FROM client", TableCreated, "new"),
    ("CREATE TABLE new LIKE sale", TableCreated, "new"),
    ("CREATE OR REPLACE TABLE new (x int) ENGINE = MyISAM", TableCreated, "new"),
    ("CREATE TABLE new (x int) PARTITION BY HASH (x) PARTITIONS 4", TableCreated, "new"),
    ("DROP TABLE sale", TableDropped, "sale"),
    ("RENAME TABLE client TO customer", TableRenamed, "customer"),
    ("RENAME TABLE part TO x, plain TO part, x TO plain", TableRenamed, "part"),
    ("DROP VIEW big; CREATE TABLE big (id int, note varchar(40))", TableKindChanged, "big"),
    ("ALTER TABLE sale COMMENT 'sales'", TableComment, "sale"),
    ("ALTER TABLE part COMMENT ''", TableComment, "part"),
    ("ALTER TABLE sale MODIFY units int COMMENT 'pieces'", ColumnComment, "sale.units"),
    ("ALTER TABLE part MODIFY c varchar(20)", ColumnComment, "part.c"),
    ("ALTER TABLE sale ADD extra text", ColumnAdded, "sale.extra"),
    ("ALTER TABLE sale ADD extra int FIRST", ColumnAdded, "sale.extra"),
    ("ALTER TABLE sale ADD extra varchar(9) NOT NULL DEFAULT 'x', ALGORITHM = INSTANT", ColumnAdded, "sale.extra"),
    ("ALTER TABLE sale ADD thrice int AS (units * 3) PERSISTENT", ColumnAdded, "sale.thrice"),
    ("ALTER TABLE plain ADD n int AUTO_INCREMENT UNIQUE", ColumnAdded, "plain.n"),
    ("ALTER TABLE client DROP city", ColumnDropped, "client.city"),
    ("ALTER TABLE sale DROP twice", ColumnDropped, "sale.twice"),
    ("ALTER TABLE sale DROP CONSTRAINT positive, DROP amount", ColumnDropped, "sale.amount"),
    ("ALTER TABLE client RENAME COLUMN city TO town", ColumnRenamed, "client.town"),
    ("ALTER TABLE client CHANGE city town varchar(40)", ColumnRenamed, "client.town"),
    ("ALTER TABLE plain MODIFY x int AFTER y", ColumnMoved, "plain"),
    ("ALTER TABLE sale MODIFY note varchar(80)", TypeWidened, "sale.note"),
    ("ALTER TABLE plain MODIFY x bigint", TypeWidened, "plain.x"),
    ("ALTER TABLE sale MODIFY amount decimal(18, 4) DEFAULT 0", TypeWidened, "sale.amount"),
    ("ALTER TABLE sale MODIFY note varchar(9)", TypeNarrowed, "sale.note"),
    ("ALTER TABLE plain MODIFY x smallint", TypeNarrowed, "plain.x"),
    ("ALTER TABLE plain MODIFY x int unsigned", TypeChanged, "plain.x"),
    ("ALTER TABLE plain MODIFY x text", TypeChanged, "plain.x"),
    ("ALTER TABLE sale MODIFY day datetime NOT NULL", TypeChanged, "sale.day"),
    ("ALTER TABLE client MODIFY feeling enum('low', 'high', 'mixed')", EnumChanged, "client.feeling"),
    ("ALTER TABLE client MODIFY tags set('a')", EnumChanged, "client.tags"),
    ("ALTER TABLE plain MODIFY x int NOT NULL", NullForbidden, "plain.x"),
    ("ALTER TABLE sale MODIFY day date", NullAllowed, "sale.day"),
    ("ALTER TABLE plain ALTER x SET DEFAULT 1", DefaultSet, "plain.x"),
    ("ALTER TABLE sale ALTER amount SET DEFAULT 1", DefaultChanged, "sale.amount"),
    ("ALTER TABLE sale ALTER amount DROP DEFAULT", DefaultRemoved, "sale.amount"),
    ("ALTER TABLE sale DROP twice, ADD twice int AFTER units", GeneratedChanged, "sale.twice"),
    ("ALTER TABLE plain ADD PRIMARY KEY (x)", PrimaryKeyAdded, "plain"),
    ("ALTER TABLE part DROP PRIMARY KEY", PrimaryKeyDropped, "part"),
    ("ALTER TABLE part DROP PRIMARY KEY, ADD PRIMARY KEY (a)", PrimaryKeyChanged, "part"),
    // There a unique constraint is an index.
    ("ALTER TABLE part ADD UNIQUE (b, c)", IndexAdded, "part.b"),
    ("ALTER TABLE plain ADD CONSTRAINT one UNIQUE (y)", IndexAdded, "plain.one"),
    ("ALTER TABLE part DROP KEY part_c", IndexDropped, "part.part_c"),
    ("ALTER TABLE plain MODIFY x int CHECK (x > 1)", CheckAdded, "plain.x"),
    ("ALTER TABLE plain ADD FOREIGN KEY (x) REFERENCES client (id)", ForeignKeyAdded, "plain.x"),
    (
        "SET foreign_key_checks = 0; ALTER TABLE plain ADD KEY (x), ADD FOREIGN KEY (x) REFERENCES client (id), ALGORITHM = INPLACE",
        ForeignKeyAdded,
        "plain.x",
    ),
    ("ALTER TABLE sale DROP FOREIGN KEY sale_client", ForeignKeyDropped, "sale.client"),
    (
        "ALTER TABLE sale DROP FOREIGN KEY sale_client;
         ALTER TABLE sale ADD CONSTRAINT again FOREIGN KEY (client) REFERENCES client (id) ON DELETE CASCADE",
        ForeignKeyChanged,
        "sale.client",
    ),
    ("CREATE INDEX more ON sale (client, day)", IndexAdded, "sale.more"),
    ("ALTER TABLE sale ADD KEY more (units), ALGORITHM = INPLACE, LOCK = NONE", IndexAdded, "sale.more"),
    ("ALTER TABLE sale ADD FULLTEXT more (note)", IndexAdded, "sale.more"),
    ("DROP INDEX sale_day ON sale", IndexDropped, "sale.sale_day"),
    ("ALTER TABLE sale RENAME INDEX sale_day TO by_day", IndexRenamed, "sale.by_day"),
    ("ALTER TABLE sale DROP KEY sale_day, ADD KEY sale_day (day, id)", IndexChanged, "sale.sale_day"),
    ("ALTER VIEW big AS SELECT id, note, day FROM sale WHERE amount > 10", ColumnAdded, "big.day"),
];

/// What changes no schema, in words that both understand.
pub const NOTHING: &[&str] = &[
    "CREATE TABLE t (x int); DROP TABLE t",
    "INSERT INTO client (id, name) VALUES (1, 'x'); UPDATE client SET name = 'y'; DELETE FROM client",
];
