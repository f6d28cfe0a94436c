//! What a question used, for the impact of later changes and for warming.

use catalog::Use;
use plan::{Knowledge, SemanticPlan, lineage};

use crate::question::Question;

/// The tables and columns behind a plan, under the question's text.
pub fn used(k: &Knowledge, plan: &SemanticPlan, question: &Question) -> Use {
    let columns = lineage::columns(&plan.query);
    let names = lineage::tables(k, &plan.query, &columns);
    let tables = k.catalog.tables().map(|t| &t.name).filter(|name| names.contains(&name.to_string())).cloned();
    Use {
        what: "question".to_owned(),
        name: question.text.clone(),
        tables: tables.collect(),
        columns: columns.into_iter().collect(),
    }
}
