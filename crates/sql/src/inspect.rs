//! Every node of a parsed query, looked up in the dialect's lists. As in [`clauses`](crate::clauses),
//! structs are taken apart field by field and enums end in a refusal.

use std::ops::ControlFlow;

use catalog::TableName;
use sqlparser::ast::{self, Visitor};

use crate::clauses::{
    Verdict, absent, check_alias, check_argument, check_argument_list, check_join, check_query, check_select, no,
};
use crate::denied::Denied;
use crate::dialect::{Allowed, Dialect};
use crate::parse::beginning;

/// Walks a query; breaks with the first reason to deny it, and keeps what the guard asks afterwards.
pub(crate) struct Inspector<'d> {
    dialect: &'d dyn Dialect,
    allowed: &'static Allowed,
    scopes: Vec<Scope>,
    /// Placeholders in the order of the text.
    pub(crate) placeholders: Vec<String>,
    /// Tables in the order of the text.
    pub(crate) tables: Vec<TableName>,
}

/// The common table expressions of one query: in sight, and yet to be read (by the address of their query).
struct Scope {
    visible: Vec<ast::Ident>,
    coming: Vec<(*const ast::Query, ast::Ident)>,
}

fn flow(verdict: Verdict) -> ControlFlow<Box<Denied>> {
    match verdict {
        Ok(()) => ControlFlow::Continue(()),
        Err(denied) => ControlFlow::Break(Box::new(denied)),
    }
}

impl Visitor for Inspector<'_> {
    type Break = Box<Denied>;

    /// The walk begins inside of the only statement, so any statement met is a nested one.
    fn pre_visit_statement(&mut self, statement: &ast::Statement) -> ControlFlow<Self::Break> {
        flow(Err(Denied::NotAQuery { found: beginning(statement) }))
    }

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<Self::Break> {
        self.scopes.push(Scope::of(query));
        flow(check_query(query))
    }

    fn post_visit_query(&mut self, query: &ast::Query) -> ControlFlow<Self::Break> {
        self.scopes.pop();
        if let Some(outer) = self.scopes.last_mut() {
            outer.has_read(query);
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &ast::Select) -> ControlFlow<Self::Break> {
        flow(check_select(select))
    }

    fn pre_visit_table_factor(&mut self, factor: &ast::TableFactor) -> ControlFlow<Self::Break> {
        flow(self.table_factor(factor))
    }

    fn pre_visit_group_by(&mut self, group: &ast::GroupByExpr) -> ControlFlow<Self::Break> {
        flow(match group {
            ast::GroupByExpr::Expressions(_, modifiers) => absent(!modifiers.is_empty(), "a GROUP BY modifier"),
            _ => no("this form of GROUP BY"),
        })
    }

    fn pre_visit_order_by(&mut self, order: &ast::OrderBy) -> ControlFlow<Self::Break> {
        let ast::OrderBy { kind, interpolate } = order;
        let plain = matches!(kind, ast::OrderByKind::Expressions(_)) && interpolate.is_none();
        flow(absent(!plain, "this form of ORDER BY"))
    }

    fn pre_visit_order_by_expr(&mut self, key: &ast::OrderByExpr) -> ControlFlow<Self::Break> {
        let ast::OrderByExpr { expr: _, options: ast::OrderByOptions { sort, nulls_first: _ }, with_fill } = key;
        let plain = matches!(sort, None | Some(ast::OrderBySort::Asc | ast::OrderBySort::Desc));
        flow(absent(!plain || with_fill.is_some(), "this form of ORDER BY"))
    }

    fn pre_visit_expr(&mut self, expr: &ast::Expr) -> ControlFlow<Self::Break> {
        flow(self.expr(expr))
    }

    fn pre_visit_value(&mut self, value: &ast::ValueWithSpan) -> ControlFlow<Self::Break> {
        use ast::Value as V;
        match &value.value {
            V::Number(..) | V::SingleQuotedString(_) | V::HexStringLiteral(_) | V::Boolean(_) | V::Null => {}
            V::Placeholder(text) => self.placeholders.push(text.clone()),
            _ => return flow(no("this kind of literal")),
        }
        ControlFlow::Continue(())
    }
}

impl<'d> Inspector<'d> {
    pub(crate) fn new(dialect: &'d dyn Dialect) -> Self {
        let (scopes, placeholders, tables) = (Vec::new(), Vec::new(), Vec::new());
        Inspector { dialect, allowed: dialect.allowed(), scopes, placeholders, tables }
    }

    /// Judges one expression; its children are met on their own.
    fn expr(&self, expr: &ast::Expr) -> Verdict {
        use ast::Expr as E;
        match expr {
            E::Identifier(name) => check_names(std::slice::from_ref(name)),
            E::CompoundIdentifier(names) => check_names(names),
            E::Value(_) | E::Nested(_) | E::Tuple(_) => Ok(()),
            E::IsFalse(_) | E::IsNotFalse(_) | E::IsTrue(_) | E::IsNotTrue(_) | E::IsNull(_) | E::IsNotNull(_) => {
                Ok(())
            }
            E::IsUnknown(_) | E::IsNotUnknown(_) | E::IsDistinctFrom(..) | E::IsNotDistinctFrom(..) => Ok(()),
            E::InList { expr: _, list: _, negated: _ } | E::InSubquery { expr: _, subquery: _, negated: _ } => Ok(()),
            E::Between { expr: _, negated: _, low: _, high: _ } => Ok(()),
            E::Exists { subquery: _, negated: _ } | E::Subquery(_) => Ok(()),
            E::Case { case_token: _, end_token: _, operand: _, conditions: _, else_result: _ } => Ok(()),
            E::GroupingSets(_) | E::Cube(_) | E::Rollup(_) => Ok(()),
            E::BinaryOp { left: _, op, right: _ } => self.operator(&op.to_string()),
            E::UnaryOp { op, expr: _ } => self.operator(&op.to_string()),
            E::Like { negated: _, any, expr: _, pattern: _, escape_char: _ } => self.pattern("like", *any),
            E::ILike { negated: _, any, expr: _, pattern: _, escape_char: _ } => self.pattern("ilike", *any),
            E::SimilarTo { negated: _, expr: _, pattern: _, escape_char: _ } => self.operator("similar to"),
            E::RLike { negated: _, expr: _, pattern: _, regexp: _ } => self.operator("rlike"),
            E::AtTimeZone { timestamp: _, time_zone: _ } => self.operator("at time zone"),
            E::AnyOp { left: _, compare_op, right: _, is_some: _ } => self.operator(&compare_op.to_string()),
            E::AllOp { left: _, compare_op, right: _ } => self.operator(&compare_op.to_string()),
            E::Cast { kind, expr: _, data_type, format } => self.cast(kind, data_type, format.is_some()),
            E::TypedString(typed) => self.ty(&typed.data_type.to_string()),
            E::Interval(_) => self.ty("interval"),
            E::Collate { expr: _, collation } => self.collation(collation),
            E::Function(function) => self.function(function),
            // Functions that the parser knows by their own syntax.
            E::Extract { field: _, syntax: _, expr: _ } => self.function_name("extract"),
            E::Ceil { expr: _, field: _ } => self.function_name("ceil"),
            E::Floor { expr: _, field: _ } => self.function_name("floor"),
            E::Position { expr: _, r#in: _ } => self.function_name("position"),
            E::Substring { expr: _, substring_from: _, substring_for: _, special: _, shorthand: _ } => {
                self.function_name("substring")
            }
            E::Trim { trim_where: _, trim_what: _, expr: _, trim_characters: _ } => self.function_name("trim"),
            _ => no("this kind of expression"),
        }
    }

    fn operator(&self, symbol: &str) -> Verdict {
        let known = self.allowed.operators.contains(&symbol.to_ascii_lowercase().as_str());
        if known { Ok(()) } else { Err(Denied::Operator { operator: symbol.to_owned() }) }
    }

    fn pattern(&self, operator: &str, any: bool) -> Verdict {
        absent(any, "LIKE ANY")?;
        self.operator(operator)
    }

    fn cast(&self, kind: &ast::CastKind, ty: &ast::DataType, format: bool) -> Verdict {
        let plain = matches!(kind, ast::CastKind::Cast | ast::CastKind::DoubleColon);
        absent(!plain || format, "this form of CAST")?;
        self.ty(&ty.to_string())
    }

    /// A type by its name; `(10, 2)` does not matter.
    fn ty(&self, ty: &str) -> Verdict {
        let head = match (ty.find('('), ty.rfind(')')) {
            (Some(open), Some(close)) if open < close => format!("{}{}", &ty[..open], &ty[close + 1..]),
            _ => ty.to_owned(),
        };
        let known = self.allowed.casts.contains(&head.trim().to_ascii_lowercase().as_str());
        if known { Ok(()) } else { Err(Denied::Cast { ty: ty.to_owned() }) }
    }

    fn collation(&self, name: &ast::ObjectName) -> Verdict {
        let known = only_part(name).is_some_and(|n| self.allowed.collations.contains(&n.as_str()));
        if known { Ok(()) } else { Err(Denied::Collation { name: name.to_string() }) }
    }

    fn function(&self, function: &ast::Function) -> Verdict {
        let ast::Function { name, uses_odbc_syntax, parameters, args, within_group, filter, null_treatment, over } =
            function;
        // Expressions in these are met on their own.
        let _ = (within_group, filter, null_treatment, over);
        absent(*uses_odbc_syntax || !matches!(parameters, ast::FunctionArguments::None), "this form of call")?;
        match only_part(name) {
            Some(lower) if self.allowed.functions.binary_search(&lower.as_str()).is_ok() => {}
            _ => return Err(Denied::Function { name: name.to_string() }),
        }
        match args {
            ast::FunctionArguments::None => Ok(()),
            ast::FunctionArguments::List(list) => check_argument_list(list),
            _ => no("a query as the argument of a function"),
        }
    }

    fn function_name(&self, name: &str) -> Verdict {
        let known = self.allowed.functions.binary_search(&name).is_ok();
        if known { Ok(()) } else { Err(Denied::Function { name: name.to_owned() }) }
    }

    fn table_factor(&mut self, factor: &ast::TableFactor) -> Verdict {
        use ast::TableFactor as F;
        match factor {
            F::Table { .. } => self.table(factor),
            F::Derived { lateral: _, subquery: _, alias, sample } => {
                absent(sample.is_some(), "a sampling clause")?;
                check_alias(alias.as_ref())
            }
            F::Function { lateral: _, name, args, with_ordinality: _, alias } => {
                self.table_function(name, args)?;
                check_alias(alias.as_ref())
            }
            F::NestedJoin { table_with_joins, alias } => {
                table_with_joins.joins.iter().try_for_each(check_join)?;
                check_alias(alias.as_ref())
            }
            _ => no("this kind of relation"),
        }
    }

    fn table(&mut self, factor: &ast::TableFactor) -> Verdict {
        let ast::TableFactor::Table {
            name,
            alias,
            args,
            with_hints,
            version,
            with_ordinality: _,
            partitions,
            json_path,
            sample,
            index_hints,
        } = factor
        else {
            return no("this kind of relation");
        };
        absent(!with_hints.is_empty() || !index_hints.is_empty(), "a hint")?;
        absent(version.is_some() || json_path.is_some() || !partitions.is_empty(), "this form of table reference")?;
        absent(sample.is_some(), "a sampling clause")?;
        check_alias(alias.as_ref())?;
        match args {
            None => self.relation(name),
            Some(ast::TableFunctionArgs { args, settings }) => {
                absent(settings.is_some(), "a SETTINGS clause")?;
                self.table_function(name, args)
            }
        }
    }

    fn table_function(&self, name: &ast::ObjectName, args: &[ast::FunctionArg]) -> Verdict {
        match only_part(name) {
            Some(lower) if self.allowed.table_functions.contains(&lower.as_str()) => {
                args.iter().try_for_each(check_argument)
            }
            _ => Err(Denied::Function { name: name.to_string() }),
        }
    }

    fn relation(&mut self, name: &ast::ObjectName) -> Verdict {
        let parts: Option<Vec<_>> = name.0.iter().map(ast::ObjectNamePart::as_ident).collect();
        let table = match parts.as_deref() {
            Some([name]) if self.scopes.iter().any(|scope| scope.names(name)) => None,
            Some([name]) => Some(table_name(None, None, name)),
            Some([schema, name]) => Some(table_name(None, Some(schema), name)),
            Some([database, schema, name]) => Some(table_name(Some(database), Some(schema), name)),
            _ => return no("this form of table reference"),
        };
        let readable = parts.as_deref().and_then(<[_]>::split_last).is_some_and(|(last, schemas)| {
            self.dialect.is_readable(&last.value) && schemas.iter().all(|s| self.dialect.is_readable_schema(&s.value))
        });
        if !readable {
            return Err(Denied::Relation { name: name.to_string() });
        }
        self.tables.extend(table);
        Ok(())
    }
}

impl Scope {
    fn of(query: &ast::Query) -> Scope {
        let tables = query.with.iter().flat_map(|with| &with.cte_tables);
        let mut coming: Vec<_> = tables.map(|t| (std::ptr::from_ref(&*t.query), t.alias.name.clone())).collect();
        let mut visible = Vec::new();
        if query.with.as_ref().is_some_and(|with| with.recursive) {
            visible.extend(coming.drain(..).map(|(_, name)| name));
        }
        Scope { visible, coming }
    }

    /// Without RECURSIVE a name is in sight once its own query is behind us.
    fn has_read(&mut self, query: &ast::Query) {
        if self.coming.first().is_some_and(|(address, _)| std::ptr::eq(*address, query)) {
            self.visible.push(self.coming.remove(0).1);
        }
    }

    /// Errs towards a table: engines fold quoted names differently.
    fn names(&self, name: &ast::Ident) -> bool {
        let plain = |a: &ast::Ident| a.quote_style.is_none() && name.quote_style.is_none();
        self.visible.iter().any(|v| v.value == name.value || plain(v) && v.value.eq_ignore_ascii_case(&name.value))
    }
}

fn table_name(database: Option<&&ast::Ident>, schema: Option<&&ast::Ident>, name: &ast::Ident) -> TableName {
    let text = |ident: &&ast::Ident| ident.value.clone();
    TableName { database: database.map(text), schema: schema.map(text), name: name.value.clone() }
}

/// Settings and variables of a session are written like names.
fn check_names(names: &[ast::Ident]) -> Verdict {
    absent(names.iter().any(|name| name.quote_style.is_none() && name.value.starts_with('@')), "a variable")
}

/// An unqualified name in lower case.
fn only_part(name: &ast::ObjectName) -> Option<String> {
    match name.0.as_slice() {
        [ast::ObjectNamePart::Identifier(ident)] => Some(ident.value.to_ascii_lowercase()),
        _ => None,
    }
}
