//! A file of code as bytes.

use super::bytes::{Get, Put};
use crate::code::{
    Arg, Assign, Class, Code, Expr, Field, Function, Guarded, Import, Language, Node, NodeId, Param, Piece, Way,
};

/// The code as bytes.
pub fn put(code: &Code) -> Vec<u8> {
    let mut put = Put::default();
    let mut last = 0;
    put.number(code.nodes.len());
    for (id, node) in code.nodes.iter().enumerate() {
        put_expr(&mut put, id, &node.expr);
        put.near(node.start, last);
        put.near(node.end, node.start);
        put.maybe(node.parent);
        put.maybe(node.function);
        last = node.start;
    }
    put.each(&code.functions, put_function);
    put.each(&code.classes, put_class);
    put.each(&code.assigns, |put, assign| {
        put.number(assign.target);
        put.near(assign.value, assign.target);
        put.number(match assign.way {
            Way::Whole => 0,
            Way::Added => 1,
            Way::Element => 2,
        });
    });
    put.each(&code.imports, |put, import| {
        put.text(&import.module);
        put.each(&import.names, |put, (name, alias)| {
            put.text(name);
            put.text(alias);
        });
    });
    put.each(&code.guarded, |put, guarded| {
        put_range(put, &guarded.body);
        put_range(put, &guarded.handler);
    });
    put.each(&code.never, put_range);
    put.0
}

/// The code out of bytes that [`put`] made; nothing where they are others.
pub fn get(language: Language, bytes: &[u8]) -> Option<Code> {
    let mut get = Get::new(bytes);
    let (mut id, mut last) = (0, 0);
    let nodes = get.each(|get| {
        let expr = get_expr(get, id)?;
        let start = get.near(last)?;
        let node = Node { expr, start, end: get.near(start)?, parent: get.maybe()?, function: get.maybe()? };
        (id, last) = (id + 1, start);
        Some(node)
    })?;
    let code = Code {
        language,
        nodes,
        functions: get.each(get_function)?,
        classes: get.each(get_class)?,
        assigns: get.each(|get| {
            let target = get.number()?;
            let value = get.near(target)?;
            let way = match get.number()? {
                0 => Way::Whole,
                1 => Way::Added,
                2 => Way::Element,
                _ => return None,
            };
            Some(Assign { target, value, way })
        })?,
        imports: get.each(|get| {
            Some(Import { module: get.text()?, names: get.each(|get| Some((get.text()?, get.text()?)))? })
        })?,
        guarded: get.each(|get| Some(Guarded { body: get_range(get)?, handler: get_range(get)? }))?,
        never: get.each(get_range)?,
    };
    get.is_done().then_some(code)
}

fn put_range(put: &mut Put, range: &(usize, usize)) {
    put.number(range.0);
    put.near(range.1, range.0);
}

fn get_range(get: &mut Get<'_>) -> Option<(usize, usize)> {
    let start = get.number()?;
    Some((start, get.near(start)?))
}

fn put_expr(put: &mut Put, id: NodeId, expr: &Expr) {
    let nodes = |put: &mut Put, nodes: &[NodeId]| put.each(nodes, |put, node| put.near(*node, id));
    let args = |put: &mut Put, args: &[Arg]| {
        put.each(args, |put, arg| {
            put.near(arg.value, id);
            put_name(put, arg.name.as_deref());
        });
    };
    match expr {
        Expr::Text(pieces) => {
            put.number(0);
            put.each(pieces, |put, piece| put_piece(put, id, piece));
        }
        Expr::Name(name) => {
            put.number(1);
            put.text(name);
        }
        Expr::Member { object, name, at } => {
            put.number(2);
            put.near(*object, id);
            put.text(name);
            put_range(put, at);
        }
        Expr::Index { object, index } => {
            put.number(3);
            put.near(*object, id);
            put.near(*index, id);
        }
        Expr::Call { callee, args: passed } => {
            put.number(4);
            put.near(*callee, id);
            args(put, passed);
        }
        Expr::Map(entries) => {
            put.number(5);
            put.each(entries, |put, (key, value)| {
                put.near(*value, id);
                put.maybe(*key);
            });
        }
        Expr::List(items) => {
            put.number(6);
            nodes(put, items);
        }
        Expr::Concat(items) => {
            put.number(7);
            nodes(put, items);
        }
        Expr::Fill { template, args: passed } => {
            put.number(8);
            put.near(*template, id);
            args(put, passed);
        }
        Expr::Compare(items) => {
            put.number(9);
            nodes(put, items);
        }
        Expr::Choice(items) => {
            put.number(10);
            nodes(put, items);
        }
        Expr::Function(function) => {
            put.number(11);
            put.number(*function);
        }
        Expr::Other(items) => {
            put.number(12);
            nodes(put, items);
        }
    }
}

fn get_expr(get: &mut Get<'_>, id: NodeId) -> Option<Expr> {
    let nodes = |get: &mut Get<'_>| get.each(|get| get.near(id));
    let args = |get: &mut Get<'_>| get.each(|get| Some(Arg { value: get.near(id)?, name: get_name(get)? }));
    Some(match get.number()? {
        0 => Expr::Text(get.each(|get| get_piece(get, id))?),
        1 => Expr::Name(get.text()?),
        2 => Expr::Member { object: get.near(id)?, name: get.text()?, at: get_range(get)? },
        3 => Expr::Index { object: get.near(id)?, index: get.near(id)? },
        4 => Expr::Call { callee: get.near(id)?, args: args(get)? },
        5 => Expr::Map(get.each(|get| {
            let value = get.near(id)?;
            Some((get.maybe()?, value))
        })?),
        6 => Expr::List(nodes(get)?),
        7 => Expr::Concat(nodes(get)?),
        8 => Expr::Fill { template: get.near(id)?, args: args(get)? },
        9 => Expr::Compare(nodes(get)?),
        10 => Expr::Choice(nodes(get)?),
        11 => Expr::Function(get.number()?),
        12 => Expr::Other(nodes(get)?),
        _ => return None,
    })
}

fn put_piece(put: &mut Put, id: NodeId, piece: &Piece) {
    match piece {
        Piece::Hole(node) => {
            put.number(0);
            put.near(*node, id);
        }
        Piece::Literal { value, offsets } => {
            put.number(1);
            put.text(value);
            put.each(offsets, put_range);
        }
    }
}

fn get_piece(get: &mut Get<'_>, id: NodeId) -> Option<Piece> {
    match get.number()? {
        0 => Some(Piece::Hole(get.near(id)?)),
        1 => Some(Piece::Literal { value: get.text()?, offsets: get.each(get_range)? }),
        _ => None,
    }
}

fn put_name(put: &mut Put, name: Option<&str>) {
    put.number(usize::from(name.is_some()));
    name.iter().for_each(|name| put.text(name));
}

fn get_name(get: &mut Get<'_>) -> Option<Option<String>> {
    match get.number()? {
        0 => Some(None),
        1 => get.text().map(Some),
        _ => None,
    }
}

fn put_function(put: &mut Put, function: &Function) {
    put.text(&function.name);
    put_name(put, function.class.as_deref());
    put.each(&function.params, |put, param| {
        put.text(&param.name);
        put.maybe(param.default);
        put.number(usize::from(param.rest));
    });
    put_name(put, function.receiver.as_deref());
    put.each(&function.returns, |put, node| put.number(*node));
    put.maybe(function.outer);
    put.number(usize::from(function.decorated));
}

fn get_function(get: &mut Get<'_>) -> Option<Function> {
    Some(Function {
        name: get.text()?,
        class: get_name(get)?,
        params: get.each(|get| Some(Param { name: get.text()?, default: get.maybe()?, rest: get.number()? == 1 }))?,
        receiver: get_name(get)?,
        returns: get.each(Get::number)?,
        outer: get.maybe()?,
        decorated: get.number()? == 1,
    })
}

fn put_class(put: &mut Put, class: &Class) {
    put.text(&class.name);
    put_range(put, &class.range);
    put.each(&class.fields, |put, field| {
        put.text(&field.name);
        put.maybe(field.value);
    });
}

fn get_class(get: &mut Get<'_>) -> Option<Class> {
    Some(Class {
        name: get.text()?,
        range: get_range(get)?,
        fields: get.each(|get| Some(Field { name: get.text()?, value: get.maybe()? }))?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_of_each_language_comes_back_as_it_was() {
        let files = [
            (
                Language::Python,
                "a.py",
                "import os.path as p\nclass A(B):\n    x: int = Column('a')\n    def f(self, a='x', *b):\n        try:\n            q = f'SELECT {a} \\n' + \"b\" % (1, p.d) if a[0] == 1 else {**b, 'k': [1]}\n        except E:\n            return {'a': q}\n        q += 'x'\n        return (lambda y: y.z(q, n=2))(a)\n",
            ),
            (
                Language::Script,
                "a.ts",
                "import x, { y as z } from './b';\nclass A { @C('n') f = `a ${z.q}`; constructor(private t: string) { for (const r of rows) { if (false) { t.push(r['a']); } } } }\n",
            ),
            (
                Language::Go,
                "a.go",
                "package a\nimport \"x/y\"\ntype T struct {\n  A int `db:\"a\"`\n}\nfunc (t *T) F(q ...string) (string, error) {\n  if err := t.G(fmt.Sprintf(\"%s\", q)); err != nil { return \"\", err }\n  return map[string]int{\"a\": 1}, nil\n}\n",
            ),
            (Language::Data, "a.json", "{\"a\": [\"b\", {\"c\": \"\\u00e4\"}]}"),
        ];
        for (language, name, text) in files {
            let code = crate::read::read(language, name, text).expect("it is read");
            let bytes = put(&code);
            let back = get(language, &bytes).expect("it was put");
            assert!(code.nodes.len() > 3 && format!("{code:?}") == format!("{back:?}"), "{name}");
            for end in 0..bytes.len() {
                assert!(get(language, &bytes[..end]).is_none(), "{name} cut at {end}");
            }
        }
    }
}
