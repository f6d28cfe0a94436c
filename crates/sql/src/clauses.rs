//! Clauses that are allowed on every engine. Structs are taken apart field by field, so that a field
//! which a later parser adds has to be judged here first; enums end in a refusal.

use sqlparser::ast;

use crate::denied::Denied;
use crate::parse::beginning;

/// Nothing, or why not.
pub(crate) type Verdict = Result<(), Denied>;

pub(crate) fn no(construct: &'static str) -> Verdict {
    Err(Denied::Construct { construct })
}

/// Denies a construct where it is present.
pub(crate) fn absent(present: bool, construct: &'static str) -> Verdict {
    if present { no(construct) } else { Ok(()) }
}

pub(crate) fn check_query(query: &ast::Query) -> Verdict {
    let ast::Query {
        with,
        body,
        order_by: _,
        limit_clause,
        fetch: _,
        locks,
        for_clause,
        settings,
        format_clause,
        pipe_operators,
    } = query;
    absent(!locks.is_empty(), "a locking clause")?;
    absent(for_clause.is_some(), "a FOR clause")?;
    absent(settings.is_some() || format_clause.is_some(), "a SETTINGS or FORMAT clause")?;
    absent(!pipe_operators.is_empty(), "a pipe operator")?;
    if let Some(ast::With { with_token: _, recursive: _, cte_tables }) = with {
        cte_tables.iter().try_for_each(check_cte)?;
    }
    match limit_clause {
        Some(ast::LimitClause::LimitOffset { limit: _, offset: _, limit_by }) => {
            absent(!limit_by.is_empty(), "LIMIT BY")?
        }
        Some(ast::LimitClause::OffsetCommaLimit { offset: _, limit: _ }) | None => {}
    }
    check_body(body)
}

fn check_cte(cte: &ast::Cte) -> Verdict {
    let ast::Cte { alias, query: _, from, materialized: _, closing_paren_token: _ } = cte;
    absent(from.is_some(), "this form of WITH")?;
    check_alias(Some(alias))
}

/// Selects and nested queries are met on their own. Depth: the parser's bound on set operators.
fn check_body(body: &ast::SetExpr) -> Verdict {
    match body {
        ast::SetExpr::Select(_) | ast::SetExpr::Query(_) | ast::SetExpr::Values(_) => Ok(()),
        ast::SetExpr::SetOperation { left, op: _, set_quantifier: _, right } => {
            check_body(left)?;
            check_body(right)
        }
        ast::SetExpr::Insert(statement)
        | ast::SetExpr::Update(statement)
        | ast::SetExpr::Delete(statement)
        | ast::SetExpr::Merge(statement) => Err(Denied::NotAQuery { found: beginning(statement) }),
        _ => no("this form of query"),
    }
}

pub(crate) fn check_select(select: &ast::Select) -> Verdict {
    let ast::Select {
        select_token: _,
        optimizer_hints,
        distinct: _,
        select_modifiers,
        top,
        top_before_distinct: _,
        projection,
        exclude,
        into,
        from,
        lateral_views,
        prewhere,
        selection: _,
        connect_by,
        group_by: _,
        cluster_by,
        distribute_by,
        sort_by,
        having: _,
        named_window: _,
        qualify,
        window_before_qualify: _,
        value_table_mode,
        flavor,
    } = select;
    absent(into.is_some(), "SELECT INTO")?;
    absent(!optimizer_hints.is_empty(), "a hint")?;
    absent(select_modifiers.is_some() || top.is_some() || value_table_mode.is_some(), "a modifier of SELECT")?;
    absent(exclude.is_some(), "EXCLUDE")?;
    absent(!lateral_views.is_empty(), "LATERAL VIEW")?;
    absent(prewhere.is_some() || qualify.is_some(), "this kind of filter")?;
    absent(!connect_by.is_empty(), "CONNECT BY")?;
    absent(!cluster_by.is_empty() || !distribute_by.is_empty() || !sort_by.is_empty(), "this form of ORDER BY")?;
    absent(!matches!(flavor, ast::SelectFlavor::Standard), "FROM before SELECT")?;
    projection.iter().try_for_each(check_item)?;
    from.iter().flat_map(|table| &table.joins).try_for_each(check_join)
}

fn check_item(item: &ast::SelectItem) -> Verdict {
    use ast::SelectItemQualifiedWildcardKind as Kind;
    match item {
        ast::SelectItem::UnnamedExpr(_) | ast::SelectItem::ExprWithAlias { expr: _, alias: _ } => Ok(()),
        ast::SelectItem::Wildcard(options) => check_wildcard(options),
        ast::SelectItem::QualifiedWildcard(Kind::ObjectName(_), options) => check_wildcard(options),
        _ => no("this kind of result column"),
    }
}

fn check_wildcard(options: &ast::WildcardAdditionalOptions) -> Verdict {
    let ast::WildcardAdditionalOptions {
        wildcard_token: _,
        opt_ilike,
        opt_exclude,
        opt_except,
        opt_replace,
        opt_rename,
        opt_alias,
    } = options;
    let renamed = opt_replace.is_some() || opt_rename.is_some() || opt_alias.is_some();
    absent(renamed || opt_ilike.is_some() || opt_exclude.is_some() || opt_except.is_some(), "an option of *")
}

pub(crate) fn check_join(join: &ast::Join) -> Verdict {
    use ast::JoinOperator as J;
    let ast::Join { relation: _, global, join_operator } = join;
    let outer = matches!(join_operator, J::RightOuter(_) | J::LeftOuter(_) | J::FullOuter(_));
    let one_sided = matches!(join_operator, J::Left(_) | J::Right(_));
    let inner = matches!(join_operator, J::Join(_) | J::Inner(_) | J::CrossJoin(_));
    absent(*global || !(outer || one_sided || inner), "this kind of join")
}

pub(crate) fn check_alias(alias: Option<&ast::TableAlias>) -> Verdict {
    let Some(ast::TableAlias { explicit: _, name: _, columns, at }) = alias else { return Ok(()) };
    absent(at.is_some() || columns.iter().any(|c| c.data_type.is_some()), "this form of alias")
}

pub(crate) fn check_argument_list(list: &ast::FunctionArgumentList) -> Verdict {
    use ast::FunctionArgumentClause as C;
    let ast::FunctionArgumentList { duplicate_treatment: _, args, clauses } = list;
    args.iter().try_for_each(check_argument)?;
    let known = |c: &C| matches!(c, C::OrderBy(_) | C::Separator(_) | C::IgnoreOrRespectNulls(_) | C::Limit(_));
    absent(!clauses.iter().all(known), "this clause of a function")
}

pub(crate) fn check_argument(argument: &ast::FunctionArg) -> Verdict {
    use ast::FunctionArgExpr as A;
    match argument {
        ast::FunctionArg::Unnamed(A::Expr(_) | A::Wildcard | A::QualifiedWildcard(_)) => Ok(()),
        _ => no("this form of argument"),
    }
}
