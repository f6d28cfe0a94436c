//! Pieces of SQL on their way to being a statement: how tightly they bind, where lines break and
//! where parameters stand. A fragment may be repeated; its parameters are numbered only at the end.

use std::borrow::Cow;

use catalog::Value;

/// How tightly a fragment binds, loosest first. Engines disagree about the order among comparisons,
/// so all of them (IS NULL, IN and LIKE included) are one level without associativity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Binding {
    /// OR.
    Or,
    /// AND.
    And,
    /// NOT.
    Not,
    /// Comparisons and predicates.
    Comparison,
    /// Addition and subtraction.
    Sum,
    /// Multiplication, division, remainder.
    Product,
    /// Names, parameters, calls, anything in parentheses.
    Atom,
}

/// What a fragment is made of.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(Cow<'static, str>),
    Line,
    Indent,
    Outdent,
    Parameter(Value),
}

/// A piece of SQL text that knows how tightly it binds.
#[derive(Clone, Debug, PartialEq)]
pub struct Fragment {
    pieces: Vec<Piece>,
    binding: Binding,
}

impl Fragment {
    /// Text that binds like a name or a call.
    pub fn atom(text: impl Into<Cow<'static, str>>) -> Fragment {
        Fragment { pieces: vec![Piece::Text(text.into())], binding: Binding::Atom }
    }

    /// Nothing yet, to be appended to.
    pub fn empty() -> Fragment {
        Fragment { pieces: Vec::new(), binding: Binding::Atom }
    }

    /// A bound value.
    pub fn parameter(value: Value) -> Fragment {
        Fragment { pieces: vec![Piece::Parameter(value)], binding: Binding::Atom }
    }

    /// `FUNCTION(a, b)`.
    pub fn call(function: &'static str, arguments: impl IntoIterator<Item = Fragment>) -> Fragment {
        Fragment::atom(function).text("(").list(arguments).text(")")
    }

    /// `CAST(of AS ty)`.
    pub fn cast(of: Fragment, ty: &'static str) -> Fragment {
        Fragment::atom("CAST(").then(of).text(" AS ").text(ty).text(")")
    }

    /// `left operator right` for an operator that associates to the left; among comparisons nothing associates.
    pub fn infix(binding: Binding, left: Fragment, operator: &'static str, right: Fragment) -> Fragment {
        let left = if binding == Binding::Comparison { left.above(binding) } else { left.at_least(binding) };
        left.text(" ").text(operator).text(" ").then(right.above(binding)).binds(binding)
    }

    /// How tightly it binds.
    pub fn binding(&self) -> Binding {
        self.binding
    }

    /// The same text, declared to bind like this.
    #[must_use]
    pub fn binds(mut self, binding: Binding) -> Fragment {
        self.binding = binding;
        self
    }

    /// In parentheses if it binds more loosely than this.
    #[must_use]
    pub fn at_least(self, binding: Binding) -> Fragment {
        if self.binding < binding { self.parenthesised() } else { self }
    }

    /// In parentheses unless it binds more tightly than this.
    #[must_use]
    pub fn above(self, binding: Binding) -> Fragment {
        if self.binding <= binding && self.binding != Binding::Atom { self.parenthesised() } else { self }
    }

    /// In parentheses.
    #[must_use]
    pub fn parenthesised(self) -> Fragment {
        Fragment::atom("(").then(self).text(")")
    }

    /// In parentheses on lines of its own, indented.
    #[must_use]
    pub fn block(self) -> Fragment {
        let mut block = Fragment::atom("(");
        block.pieces.extend([Piece::Indent, Piece::Line]);
        block.pieces.extend(self.pieces);
        block.pieces.extend([Piece::Outdent, Piece::Line, Piece::Text(")".into())]);
        block
    }

    /// Appends text.
    #[must_use]
    pub fn text(mut self, text: impl Into<Cow<'static, str>>) -> Fragment {
        self.pieces.push(Piece::Text(text.into()));
        self
    }

    /// Appends another fragment as it stands.
    #[must_use]
    pub fn then(mut self, other: Fragment) -> Fragment {
        self.pieces.extend(other.pieces);
        self
    }

    /// Appends fragments with commas between them.
    #[must_use]
    pub fn list(mut self, items: impl IntoIterator<Item = Fragment>) -> Fragment {
        for (i, item) in items.into_iter().enumerate() {
            self = if i == 0 { self.then(item) } else { self.text(", ").then(item) };
        }
        self
    }

    /// Breaks the line.
    #[must_use]
    pub fn line(mut self) -> Fragment {
        self.pieces.push(Piece::Line);
        self
    }

    /// What is appended from here on stands two spaces further to the right, from the next line on.
    #[must_use]
    pub fn indent(mut self) -> Fragment {
        self.pieces.push(Piece::Indent);
        self
    }

    /// Ends an [`indent`](Fragment::indent).
    #[must_use]
    pub fn outdent(mut self) -> Fragment {
        self.pieces.push(Piece::Outdent);
        self
    }

    pub(crate) fn pieces(&self) -> &[Piece] {
        &self.pieces
    }
}
