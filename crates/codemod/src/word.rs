//! Names that stand alone: keys of rows, keys of records, entries of maps and lists, arguments.

use std::collections::{HashMap, HashSet};

use crate::code::{Expr, Language, NodeId, Piece};
use crate::context::Place;
use crate::draft::Draft;
use crate::finding::{Identifier, Kind, Part, Reach, Rewrite, Role, Severity};
use crate::judge::{Court, Judged};
use crate::name::words;
use crate::project::{At, Slot};

/// Words in names of parameters and functions that keep answers by what they were read from.
const TAGS: [&str; 22] = [
    "cache",
    "cached",
    "tag",
    "tags",
    "kept",
    "keep",
    "drop",
    "forget",
    "invalidate",
    "remember",
    "stale",
    "written",
    "evict",
    "purge",
    "memo",
    "memoize",
    "touch",
    "expire",
    "bust",
    "flush",
    "refresh",
    "revalidate",
];
/// Words in names of parameters that take a table.
const TABLES: [&str; 8] = ["table", "tablename", "relation", "entity", "collection", "tbl", "model", "view"];

/// Most columns that stand beside their table in a list.
const MOST_PAIRED: usize = 3;

/// Letters of a carrier that are kept.
const SHOWN: usize = 400;

/// Maps that are kept under a name, with the calls that they are passed to by it.
type Passed = HashMap<NodeId, Vec<NodeId>>;

impl Court<'_> {
    /// Judges all names of a file that stand alone.
    pub fn words(&self, file: usize, judged: &mut Judged) {
        let code = self.project.code(file);
        if !code.language.is_code() {
            return;
        }
        let mut done = HashSet::new();
        let passed = self.passed(file);
        self.taken_apart(file, &mut done, judged);
        for id in 0..code.nodes.len() {
            let at = (file, id);
            match &code.nodes[id].expr {
                Expr::Map(_) => self.map(at, &passed, &mut done, judged),
                Expr::Text(pieces) if pieces.len() > 1 => self.tagged_text(at, judged),
                Expr::List(_) => self.list(at, &mut done, judged),
                Expr::Member { object, name, at: place } => self.member(at, *object, name, *place, judged),
                _ => {}
            }
        }
        for id in 0..code.nodes.len() {
            if !done.contains(&id) && code.literal(id).is_some() {
                self.literal((file, id), judged);
            }
        }
    }

    /// The table that a column belongs to most likely: one that is used nearby.
    fn owner(&self, at: At, column: &str) -> Option<String> {
        let owners = self.evidence.owners(column);
        let near = self.carriers.tables_near(self.project, at);
        near.iter().find(|t| owners.contains(t)).or_else(|| owners.first()).cloned()
    }

    fn push(&self, judged: &mut Judged, draft: Draft, at: At) {
        self.certain(draft, SHOWN, at, judged);
    }

    /// What stands in for the schema: no program rewrites it.
    fn stands_in(&self, at: At, part: Part, identifiers: Vec<Identifier>, why: &str, judged: &mut Judged) {
        let kind = Kind::FallbackFunction;
        let draft = Draft::new(at.0, self.range(at), kind, Some(part), Severity::High, identifiers);
        self.push(judged, draft.silent().rewritten(Rewrite::Manual).why(why), at);
    }

    /// Whether a word may be a column: one of a table that is read nearby, or else a word of several parts.
    fn is_near(&self, at: At, word: &str) -> bool {
        words(word).len() > 1 || self.is_read_near(at, word)
    }

    /// Whether a table with this column is read or written nearby.
    fn is_read_near(&self, at: At, column: &str) -> bool {
        self.carriers.tables_near(self.project, at).iter().any(|t| self.evidence.has(t, column))
    }

    fn is_row(&self, at: At) -> bool {
        self.carriers.rows.contains_key(&at)
    }

    /// `row.name`.
    fn member(&self, at: At, object: NodeId, name: &str, place: (usize, usize), judged: &mut Judged) {
        let language = self.project.code(at.0).language;
        let called = self.project.code(at.0).nodes[at.1].parent.is_some_and(
            |p| matches!(&self.project.code(at.0).nodes[p].expr, Expr::Call { callee, .. } if *callee == at.1),
        );
        if called || language == Language::Go || !self.is_row((at.0, object)) || self.life.of_file(at.0) == Reach::Test
        {
            return;
        }
        // Objects have members of several words too: only what is read nearby or behind the row makes one a column.
        let has = |tables: &[String]| tables.iter().any(|t| self.evidence.has(t, name));
        let near =
            || has(&self.carriers.tables_near(self.project, at)) || has(self.carriers.tables_behind((at.0, object)));
        let Some(table) = self.owner(at, name).filter(|_| self.evidence.spelt_column(name) && near()) else {
            return;
        };
        let identifier =
            Identifier { name: name.to_owned(), table: Some(table), column: None, role: Role::Key, span: Some(place) };
        let mut draft = Draft::new(
            at.0,
            self.range(at),
            Kind::ColumnName,
            Some(Part::ResultKey),
            Severity::Medium,
            vec![identifier],
        );
        if language == Language::Script {
            draft = draft.silent();
        }
        self.push(judged, draft.why("read from a row of a result"), at);
    }

    fn literal(&self, at: At, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Some(word) = code.literal(at.1).map(str::to_owned) else { return };
        if word.contains([':', '|']) {
            return self.tagged_text(at, judged);
        }
        let place = self.carriers.places[at.0].place(code, at.1);
        let column = self.evidence.spelt_column(&word);
        let table = self.evidence.spelt_table(&word).is_some();
        if !column && !table && !self.evidence.is_schema(&word) {
            return;
        }
        let test = self.life.of_file(at.0) == Reach::Test;
        match &place {
            Place::KeyOf(object)
                if column && !test && (self.is_row((at.0, *object)) || self.called_row(at, *object, &word)) =>
            {
                self.result_key(at, &word, code.language != Language::Python, judged)
            }
            Place::Argument(call, 0, None) if column && !test && self.looks_up(at.0, *call) => {
                self.result_key(at, &word, true, judged)
            }
            _ if !test && self.carriers.reached.nodes.contains_key(&at) => self.reached(at, &word, &place, judged),
            Place::Argument(call, order, keyword) if table && !test => {
                self.argument(at, (*call, *order, keyword.as_deref()), self.identifier(at, None, Role::Key), judged)
            }
            _ => {}
        }
    }

    /// `row.get(..)`.
    fn looks_up(&self, file: usize, call: NodeId) -> bool {
        let Expr::Call { callee, .. } = &self.project.code(file).nodes[call].expr else { return false };
        match &self.project.code(file).nodes[*callee].expr {
            Expr::Member { object, name, .. } => {
                matches!(
                    name.as_str(),
                    "get"
                        | "pop"
                        | "groupby"
                        | "sort_values"
                        | "set_index"
                        | "drop"
                        | "getString"
                        | "getLong"
                        | "getInt"
                ) && self.is_row((file, *object))
            }
            _ => false,
        }
    }

    /// Something that is called a row, where a table with that column is read nearby.
    fn called_row(&self, at: At, object: NodeId, word: &str) -> bool {
        let called = self
            .project
            .code(at.0)
            .last_name(object)
            .is_some_and(|n| matches!(n, "row" | "record" | "rec" | "r" | "_row"));
        let node = self.project.code(at.0).nodes[object].function;
        called
            && node.is_some()
            && self.carriers.tables_near(self.project, at).iter().any(|t| self.evidence.has(t, word))
    }

    /// Names that maps are kept under and passed by, with the calls: by the map.
    fn passed(&self, file: usize) -> Passed {
        let code = self.project.code(file);
        let mut calls: HashMap<Slot, Vec<NodeId>> = HashMap::new();
        for (id, node) in code.nodes.iter().enumerate() {
            let Expr::Call { args, .. } = &node.expr else { continue };
            for arg in args.iter().filter(|a| matches!(code.nodes[a.value].expr, Expr::Name(_))) {
                if let Some(slot) = self.project.slot((file, arg.value)) {
                    calls.entry(slot).or_default().push(id);
                }
            }
        }
        let maps = code.assigns.iter().filter(|a| matches!(code.nodes[a.value].expr, Expr::Map(_)));
        maps.filter_map(|a| Some((a.value, calls.get(&self.project.slot((file, a.target))?)?.clone()))).collect()
    }

    /// `{ column: name }` taken out of a row.
    fn taken_apart(&self, file: usize, done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(file);
        if self.life.of_file(file) == Reach::Test {
            return;
        }
        for assign in code.assigns.iter().filter(|a| self.is_row((file, a.value))) {
            let mut stack = vec![assign.target];
            while let Some(node) = stack.pop() {
                match &code.nodes[node].expr {
                    Expr::List(items) => stack.extend(items),
                    Expr::Map(entries) => {
                        for key in entries.iter().filter_map(|(k, _)| *k) {
                            if let Some(word) = code.literal(key).filter(|w| !self.evidence.owners(w).is_empty()) {
                                done.insert(key);
                                self.result_key((file, key), word, true, judged);
                            }
                        }
                        done.insert(node);
                    }
                    _ => {}
                }
            }
        }
    }

    /// `table:rest`, as answers are kept under.
    fn tagged_text(&self, at: At, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Text(pieces) = &code.nodes[at.1].expr else { return };
        let Some(Piece::Literal { value, offsets }) = pieces.first() else { return };
        let Some(word) = value
            .split([':', '/', '|'])
            .next()
            .filter(|w| w.len() < value.len() && self.evidence.spelt_table(w).is_some())
        else {
            return;
        };
        let Place::Argument(call, order, keyword) = self.carriers.places[at.0].place(code, at.1) else { return };
        if self.life.of_file(at.0) != Reach::Test {
            let span = offsets.first().map(|o| (o.1, o.1 + word.len()));
            let identifier = Identifier { name: word.to_owned(), table: None, column: None, role: Role::Key, span };
            self.argument(at, (call, order, keyword.as_deref()), identifier, judged);
        }
    }

    fn result_key(&self, at: At, word: &str, silent: bool, judged: &mut Judged) {
        if !self.is_near(at, word) {
            return;
        }
        let identifier = self.identifier(at, self.owner(at, word), Role::Key);
        let draft = Draft::new(
            at.0,
            self.range(at),
            Kind::ColumnName,
            Some(Part::ResultKey),
            Severity::Medium,
            vec![identifier],
        );
        let draft = if silent { draft.silent() } else { draft };
        self.push(judged, draft.why("looked up in a row of a result"), at);
    }

    /// A word that becomes part of SQL.
    fn reached(&self, at: At, word: &str, place: &Place, judged: &mut Judged) {
        let sinks = self.carriers.reached.nodes.get(&at).into_iter().flatten().copied().collect::<Vec<_>>();
        let table = self.evidence.spelt_table(word).is_some();
        let column = !self.evidence.owners(word).is_empty();
        if !table && !self.evidence.is_schema(word) && !self.is_near(at, word) {
            return;
        }
        let (kind, part, identifier, why) = if self.evidence.is_schema(word) && !table && !column {
            (
                Kind::DatabaseName,
                None,
                self.identifier(at, None, Role::Read),
                "the name of a schema that statements are qualified with",
            )
        } else if table && !(column && matches!(place, Place::MapValue(..))) {
            (
                Kind::TableName,
                None,
                self.identifier(at, None, Role::Read),
                "the name of a table that becomes part of an executed statement",
            )
        } else {
            let owner = self.owner(at, word);
            match place {
                Place::MapValue(..) => {
                    let ordering = self
                        .kept(at.0, place)
                        .is_some_and(|n| n.to_lowercase().contains("order") || n.to_lowercase().contains("sort"));
                    let (kind, part) = if ordering {
                        (Kind::ColumnName, Part::OrderArgument)
                    } else {
                        (Kind::StaticMapping, Part::FilterToColumn)
                    };
                    let role = if ordering { Role::Order } else { Role::Filter };
                    (
                        kind,
                        Some(part),
                        self.identifier(at, owner, role),
                        "a word is resolved to this column of an executed statement",
                    )
                }
                _ => (
                    Kind::ColumnName,
                    Some(Part::OrderArgument),
                    self.identifier(at, owner, Role::Order),
                    "a name that becomes part of an executed statement",
                ),
            }
        };
        let severity = if kind == Kind::DatabaseName { Severity::Critical } else { Severity::High };
        let mut draft = Draft::new(at.0, self.range(at), kind, part, severity, vec![identifier]).why(why);
        draft.features.reaches = true;
        draft.sinks = sinks;
        self.push(judged, draft, at);
    }

    fn kept(&self, file: usize, place: &Place) -> Option<String> {
        match place {
            Place::MapValue(map) | Place::MapKey(map) | Place::Element(map) => {
                self.carriers.places[file].kept_as(self.project.code(file), *map).map(|k| k.0)
            }
            _ => None,
        }
    }

    /// The name of a table as an argument: of what keeps answers by table, or of what takes a table.
    fn argument(
        &self,
        at: At,
        (call, order, keyword): (NodeId, usize, Option<&str>),
        mut identifier: Identifier,
        judged: &mut Judged,
    ) {
        let code = self.project.code(at.0);
        let Expr::Call { callee, .. } = &code.nodes[call].expr else { return };
        let called = code.last_name(*callee).unwrap_or("");
        let mut names = words(called);
        let mut tags = false;
        for (file, function) in self.project.callees((at.0, call)) {
            let function = &self.project.code(file).functions[function];
            let param = match keyword {
                Some(k) => function.params.iter().find(|p| p.name == k),
                None => function.params.get(order),
            };
            if let Some(param) = param {
                names.extend(words(&param.name));
                tags = true;
            }
            names.extend(words(self.project.files[file].path.rsplit('/').next().unwrap_or("")));
        }
        let any = |list: &[&str]| names.iter().any(|n| list.contains(&n.as_str()));
        let (kind, part, rewrite) = if any(&TAGS) {
            (Kind::StaticMapping, Part::CacheTag, Rewrite::Auto)
        } else if tags && any(&TABLES) {
            (Kind::SqlTemplate, Part::MatchText, Rewrite::Assisted)
        } else {
            return;
        };
        let role = if part == Part::CacheTag { Role::Key } else { Role::Compare };
        identifier.role = role;
        let draft = Draft::new(at.0, self.range(at), kind, Some(part), Severity::Medium, vec![identifier])
            .silent()
            .rewritten(rewrite);
        self.push(judged, draft.why("the name of a table that kept answers or lists of tables are found by"), at);
    }

    /// A map whose keys are names: a record that is written, invented rows, what depends on a table.
    fn map(&self, at: At, passed: &Passed, done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Map(entries) = &code.nodes[at.1].expr else { return };
        let keys: Vec<NodeId> = entries.iter().filter_map(|(k, _)| *k).filter(|&k| code.literal(k).is_some()).collect();
        if keys.is_empty() || self.life.of_file(at.0) == Reach::Test {
            return;
        }
        if self.fallback(at, &keys, done, judged) || self.written(at, &keys, passed, done, judged) {
            return;
        }
        let tables =
            keys.iter().filter(|&&k| code.literal(k).is_some_and(|t| self.evidence.spelt_table(t).is_some())).count();
        if tables == keys.len() && tables >= 2 && self.speaks_of_tables(at.0, &keys, entries) {
            self.dispatch(at, done, judged);
        }
    }

    /// Whether names are more than words that tables happen to be called by as well: some is no single word, or each leads to tables.
    fn speaks_of_tables(&self, file: usize, names: &[NodeId], entries: &[(Option<NodeId>, NodeId)]) -> bool {
        let code = self.project.code(file);
        let is_table = |id: &NodeId| code.literal(*id).is_some_and(|w| self.evidence.spelt_table(w).is_some());
        let leads = |value: NodeId| match &code.nodes[value].expr {
            Expr::List(items) => !items.is_empty() && items.iter().all(is_table),
            _ => false,
        };
        let composed = names.iter().any(|&n| code.literal(n).is_some_and(|w| words(w).len() > 1));
        composed || !entries.is_empty() && entries.iter().all(|(_, v)| leads(*v))
    }

    /// Each entry of a map by tables.
    fn dispatch(&self, at: At, done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::Map(entries) = &code.nodes[at.1].expr else { return };
        for (key, value) in entries {
            let Some(key) = key else { continue };
            let mut identifiers = vec![self.identifier((at.0, *key), None, Role::Key)];
            done.insert(*key);
            if let Expr::List(items) = &code.nodes[*value].expr {
                done.insert(*value);
                for &item in items {
                    if code.literal(item).is_some_and(|t| self.evidence.spelt_table(t).is_some()) {
                        identifiers.push(self.identifier((at.0, item), None, Role::Key));
                        done.insert(item);
                    }
                }
            }
            let range = (code.nodes[*key].start, code.nodes[*value].end);
            let draft =
                Draft::new(at.0, range, Kind::StaticMapping, Some(Part::DispatchTable), Severity::Medium, identifiers)
                    .silent();
            self.push(
                judged,
                draft.why("a table mapped to what belongs to it; a name that no table has is never found"),
                at,
            );
        }
    }

    /// The keys of a record that becomes a row.
    fn written(
        &self,
        at: At,
        keys: &[NodeId],
        passed: &Passed,
        done: &mut HashSet<NodeId>,
        judged: &mut Judged,
    ) -> bool {
        let code = self.project.code(at.0);
        let place = self.carriers.places[at.0].place(code, at.1);
        let reached = self.carriers.reached.keys.contains(&at);
        let argument = match &place {
            Place::Argument(call, ..) => self.table_argument(at.0, *call),
            Place::Assigned => {
                passed.get(&at.1).into_iter().flatten().find_map(|&call| self.table_argument(at.0, call))
            }
            _ => None,
        };
        let Some(table) = argument.clone().or_else(|| self.record(at.0, at.1)) else { return false };
        let fit = keys.iter().filter(|&&k| code.literal(k).is_some_and(|w| self.evidence.has(&table, w))).count();
        if !(reached || argument.is_some()) || fit * 2 < keys.len() || fit == 0 {
            return false;
        }
        for &key in keys {
            done.insert(key);
            if !code.literal(key).is_some_and(|w| self.evidence.has(&table, w)) {
                continue;
            }
            let identifier = self.identifier((at.0, key), Some(table.clone()), Role::Write);
            let mut draft = Draft::new(
                at.0,
                self.range((at.0, key)),
                Kind::ColumnName,
                Some(Part::RecordKey),
                Severity::High,
                vec![identifier],
            );
            draft.features.reaches = reached;
            self.push(judged, draft.why("a key that becomes a column of the written row"), (at.0, key));
            if let (Some((draft, _)), true) = (judged.drafts.last_mut(), argument.is_some()) {
                // The table is passed beside them: they speak for each other.
                draft.features.agreeing = fit;
            }
        }
        true
    }

    /// The table that is passed to a call beside a record.
    fn table_argument(&self, file: usize, call: NodeId) -> Option<String> {
        let code = self.project.code(file);
        let Expr::Call { args, .. } = &code.nodes[call].expr else { return None };
        let said = |arg: NodeId| {
            let (values, open) = crate::flow::values(self.project, (file, arg));
            (values.len() == 1 && !open).then(|| values[0].clone())
        };
        args.iter().filter_map(|a| said(a.value)).find_map(|v| self.evidence.spelt_table(&v).map(str::to_owned))
    }

    /// Rows or schemas that are invented where an error was caught.
    fn fallback(&self, at: At, keys: &[NodeId], done: &mut HashSet<NodeId>, judged: &mut Judged) -> bool {
        let code = self.project.code(at.0);
        let (start, end) = self.range(at);
        let handled = code.guarded.iter().any(|g| g.handler.0 <= start && end <= g.handler.1);
        let Some(table) = self.record(at.0, at.1).filter(|_| handled) else {
            return self.invented_schema(at, keys, done, judged);
        };
        let owner = |k: NodeId| {
            let word = code.literal(k).unwrap_or("");
            if self.evidence.has(&table, word) { Some(table.clone()) } else { self.owner(at, word) }
        };
        let identifiers: Vec<_> = keys
            .iter()
            .filter(|&&k| code.literal(k).is_some_and(|w| !self.evidence.owners(w).is_empty()))
            .map(|&k| self.identifier((at.0, k), owner(k), Role::Key))
            .collect();
        done.extend(keys);
        let why = "an invented row under names of columns, answered instead of an error";
        self.stands_in(at, Part::FabricatedRows, identifiers, why, judged);
        true
    }

    /// A map of tables to their columns.
    fn invented_schema(&self, at: At, keys: &[NodeId], done: &mut HashSet<NodeId>, judged: &mut Judged) -> bool {
        let code = self.project.code(at.0);
        let Expr::Map(entries) = &code.nodes[at.1].expr else { return false };
        let columns = |value: NodeId| match &code.nodes[value].expr {
            Expr::List(items) => {
                items.iter().filter(|&&i| code.literal(i).is_some_and(|w| !self.evidence.owners(w).is_empty())).count()
            }
            _ => 0,
        };
        let fits = entries.iter().any(|(k, v)| {
            let table = k.and_then(|k| code.literal(k)).and_then(|w| self.evidence.spelt_table(w));
            table.is_some() && columns(*v) >= 2
        });
        if !fits {
            return false;
        }
        let mut identifiers = Vec::new();
        for (key, value) in entries {
            let items = match &code.nodes[*value].expr {
                Expr::List(items) => items.clone(),
                _ => Vec::new(),
            };
            let table = key.and_then(|k| code.literal(k)).map(str::to_owned);
            identifiers.extend(key.map(|k| self.identifier((at.0, k), None, Role::Key)));
            identifiers.extend(items.iter().map(|&i| self.identifier((at.0, i), table.clone(), Role::Key)));
            done.extend(items);
        }
        done.extend(keys);
        let why = "a schema written out in code, which stands in for the true one";
        self.stands_in(at, Part::FallbackSchema, identifiers, why, judged);
        true
    }

    /// A table and columns of it, and nothing else.
    fn pair(&self, at: At, literals: &[(NodeId, &str)], done: &mut HashSet<NodeId>, judged: &mut Judged) -> bool {
        let [(first, table), columns @ ..] = literals else { return false };
        let Some(table) = self.evidence.spelt_table(table).filter(|_| columns.len() <= MOST_PAIRED) else {
            return false;
        };
        if columns.is_empty()
            || !columns.iter().all(|(_, w)| self.evidence.has(table, w) && self.evidence.spelt_column(w))
        {
            return false;
        }
        let mut identifiers = vec![self.identifier((at.0, *first), None, Role::Key)];
        identifiers.extend(columns.iter().map(|(i, _)| self.identifier((at.0, *i), Some(table.to_owned()), Role::Key)));
        done.extend(literals.iter().map(|(i, _)| *i));
        let (kind, part) = (Kind::StaticMapping, Part::ReferenceData);
        let draft = Draft::new(at.0, self.range(at), kind, Some(part), Severity::Medium, identifiers);
        let draft = draft.rewritten(Rewrite::Assisted).why("a table and columns of it side by side");
        self.push(judged, draft, at);
        true
    }

    /// A list of which every element is a table, or a column of one table.
    fn list(&self, at: At, done: &mut HashSet<NodeId>, judged: &mut Judged) {
        let code = self.project.code(at.0);
        let Expr::List(items) = &code.nodes[at.1].expr else { return };
        let items: Vec<NodeId> = items.iter().copied().filter(|i| !done.contains(i)).collect();
        let literals: Vec<(NodeId, &str)> = items.iter().filter_map(|&i| code.literal(i).map(|w| (i, w))).collect();
        if literals.len() < 2 || literals.len() != items.len() || self.life.of_file(at.0) == Reach::Test {
            return;
        }
        if literals.iter().any(|(i, _)| self.carriers.reached.nodes.contains_key(&(at.0, *i))) {
            return;
        }
        if self.pair(at, &literals, done, judged) {
            return;
        }
        let kept = self.carriers.places[at.0].kept_as(code, at.1);
        if kept.is_none() {
            return;
        }
        let all_tables = literals.iter().all(|(_, w)| self.evidence.spelt_table(w).is_some());
        let owners = self.evidence.owners(literals[0].1);
        let owner = owners.iter().find(|t| literals.iter().all(|(_, w)| self.evidence.has(t, w))).cloned();
        let (name, module) = kept.unwrap_or_default();
        let orders = words(&name.to_lowercase()).iter().any(|w| w.starts_with("order") || w.starts_with("sort"));
        let (kind, part, rewrite) = match (all_tables, &owner) {
            (true, _) if !self.speaks_of_tables(at.0, &items, &[]) => return,
            (true, _) => (Kind::StaticMapping, Part::ReferenceData, Rewrite::Assisted),
            (false, Some(_)) if module && orders => (Kind::ColumnName, Part::OrderArgument, Rewrite::Auto),
            (false, Some(_)) if module => (Kind::ColumnName, Part::RequiredFields, Rewrite::Auto),
            _ => return,
        };
        for group in by_line(literals.iter().map(|(i, _)| *i), |i| self.project.files[at.0].line(code.nodes[i].start)) {
            let identifiers = group
                .iter()
                .map(|&i| self.identifier((at.0, i), owner.clone().filter(|_| !all_tables), Role::Compare))
                .collect();
            done.extend(&group);
            let range = (code.nodes[group[0]].start, code.nodes[group[group.len() - 1]].end);
            let draft = Draft::new(at.0, range, kind, Some(part), Severity::Medium, identifiers).rewritten(rewrite);
            let mut draft = draft.why("a list of nothing but names of the schema, which others are compared with");
            if part == Part::OrderArgument {
                draft.severity = Severity::High;
            } else {
                draft = draft.silent();
            }
            self.push(judged, draft, at);
        }
    }
}

/// Elements line by line.
fn by_line(items: impl Iterator<Item = NodeId>, line: impl Fn(NodeId) -> usize) -> Vec<Vec<NodeId>> {
    let mut found: Vec<(usize, Vec<NodeId>)> = Vec::new();
    for item in items {
        let at = line(item);
        match found.last_mut().filter(|l| l.0 == at) {
            Some((_, group)) => group.push(item),
            None => found.push((at, vec![item])),
        }
    }
    found.into_iter().map(|(_, group)| group).collect()
}
