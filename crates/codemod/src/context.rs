//! Where a node stands: what it is a key, a value, an element, an argument of.

use std::collections::{HashMap, HashSet};

use crate::code::{Arg, Code, Expr, NodeId};

/// The place of a node.
#[derive(Clone, Debug)]
pub enum Place {
    /// Looks something up in this node.
    KeyOf(NodeId),
    /// A key of this map.
    MapKey(NodeId),
    /// A value of this map.
    MapValue(NodeId),
    /// An element of this list.
    Element(NodeId),
    /// An argument of this call: its place and its keyword.
    Argument(NodeId, usize, Option<String>),
    /// The default of a parameter.
    Default,
    /// Compared.
    Compared,
    /// Put into a target.
    Assigned,
    /// Returned by a function.
    Returned,
    /// Anything else.
    Other,
}

/// Places of a file that are asked for again and again.
#[derive(Debug, Default)]
pub struct Places {
    assigned: HashMap<NodeId, NodeId>,
    defaults: HashSet<NodeId>,
    returned: HashSet<NodeId>,
}

impl Places {
    /// Gathers the places of a file.
    pub fn of(code: &Code) -> Places {
        let mut places = Places::default();
        for assign in &code.assigns {
            places.assigned.insert(assign.value, assign.target);
        }
        for function in &code.functions {
            places.returned.extend(&function.returns);
            places.defaults.extend(function.params.iter().filter_map(|p| p.default));
        }
        places
    }

    /// The place of a node; what only wraps it is looked through.
    pub fn place(&self, code: &Code, id: NodeId) -> Place {
        let mut at = id;
        loop {
            if self.assigned.contains_key(&at) {
                return Place::Assigned;
            }
            if self.defaults.contains(&at) {
                return Place::Default;
            }
            if self.returned.contains(&at) {
                return Place::Returned;
            }
            let Some(parent) = code.nodes[at].parent else { return Place::Other };
            match &code.nodes[parent].expr {
                Expr::Choice(_) | Expr::Other(_) | Expr::Concat(_) | Expr::Text(_) => at = parent,
                Expr::Fill { template, .. } if *template == at => at = parent,
                expr => return below(expr, parent, at),
            }
        }
    }

    /// The name that a list or map is kept under and whether the module keeps it: through calls and wrappers around it.
    pub fn kept_as(&self, code: &Code, id: NodeId) -> Option<(String, bool)> {
        let mut at = id;
        for _ in 0..6 {
            if let Some(&target) = self.assigned.get(&at) {
                let name = code.last_name(target)?.to_owned();
                return Some((name, code.nodes[target].function.is_none()));
            }
            at = code.nodes[at].parent?;
        }
        None
    }
}

fn below(expr: &Expr, parent: NodeId, at: NodeId) -> Place {
    match expr {
        Expr::Index { object, index } if *index == at => Place::KeyOf(*object),
        Expr::Map(entries) => match entries.iter().find(|(k, v)| *k == Some(at) || *v == at) {
            Some((Some(key), _)) if *key == at => Place::MapKey(parent),
            Some(_) => Place::MapValue(parent),
            None => Place::Other,
        },
        Expr::List(_) => Place::Element(parent),
        Expr::Call { callee, args } if *callee != at => argument(args, parent, at),
        Expr::Fill { args, .. } => argument(args, parent, at),
        Expr::Compare(_) => Place::Compared,
        _ => Place::Other,
    }
}

fn argument(args: &[Arg], parent: NodeId, at: NodeId) -> Place {
    let order = args.iter().position(|a| a.value == at).unwrap_or(0);
    Place::Argument(parent, order, args.get(order).and_then(|a| a.name.clone()))
}
