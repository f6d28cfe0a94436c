//! What a column's type is called and what it means.

use catalog::{Type, TypeKind};

/// A type as the catalog has it.
pub struct Declared<'a> {
    /// Its name in `pg_type`.
    pub name: &'a str,
    /// `b` base, `d` domain, `e` enumeration, ...
    pub sort: &'a str,
    /// What stands in parentheses behind it, packed; -1 for nothing.
    pub modifier: i32,
    /// The quoted values of an enumeration.
    pub values: Option<&'a str>,
}

/// The type of a column; for a domain, `base` is what it is made of.
pub fn of(declared: &Declared<'_>, base: Option<&Declared<'_>>) -> Type {
    match (declared.sort, base) {
        ("d", Some(base)) => Type { declared: declared.name.to_owned(), kind: of(base, None).kind },
        ("e", _) => {
            let declared = declared.values.map_or(declared.name.to_owned(), |values| format!("enum({values})"));
            Type { declared, kind: TypeKind::Text { length: None } }
        }
        _ => plain(declared.name, declared.modifier),
    }
}

fn plain(name: &str, modifier: i32) -> Type {
    if let Some(element) = name.strip_prefix('_') {
        return Type { declared: format!("{}[]", plain(element, modifier).declared), kind: TypeKind::Array };
    }
    let length = (modifier >= 4).then(|| (modifier - 4).unsigned_abs());
    let sized = |word: &str| length.map_or_else(|| word.to_owned(), |n| format!("{word}({n})"));
    let (declared, kind) = match name {
        "bool" => ("boolean".to_owned(), TypeKind::Bool),
        "int2" => ("smallint".to_owned(), TypeKind::Int),
        "int4" => ("integer".to_owned(), TypeKind::Int),
        "int8" => ("bigint".to_owned(), TypeKind::Int),
        "oid" => ("oid".to_owned(), TypeKind::Int),
        "numeric" => numeric(modifier),
        "money" => ("money".to_owned(), TypeKind::Decimal { precision: None, scale: None }),
        "float4" => ("real".to_owned(), TypeKind::Float),
        "float8" => ("double precision".to_owned(), TypeKind::Float),
        "varchar" => (sized("character varying"), TypeKind::Text { length }),
        "bpchar" => (sized("character"), TypeKind::Text { length }),
        "text" | "name" | "citext" | "uuid" | "char" => (name.to_owned(), TypeKind::Text { length: None }),
        "bytea" => ("bytea".to_owned(), TypeKind::Bytes),
        "date" => ("date".to_owned(), TypeKind::Date),
        "time" => ("time without time zone".to_owned(), TypeKind::Time),
        "timetz" => ("time with time zone".to_owned(), TypeKind::Time),
        "timestamp" => ("timestamp without time zone".to_owned(), TypeKind::DateTime),
        "timestamptz" => ("timestamp with time zone".to_owned(), TypeKind::Timestamp),
        "json" | "jsonb" => (name.to_owned(), TypeKind::Json),
        other => (other.to_owned(), TypeKind::Other),
    };
    Type { declared, kind }
}

/// Precision and scale share the modifier; the scale has eleven bits and may be negative, which leaves whole numbers.
fn numeric(modifier: i32) -> (String, TypeKind) {
    if modifier < 4 {
        return ("numeric".to_owned(), TypeKind::Decimal { precision: None, scale: None });
    }
    let packed = modifier - 4;
    let (precision, scale) = ((packed >> 16) & 0xffff, ((packed & 0x7ff) ^ 0x400) - 0x400);
    let kind =
        TypeKind::Decimal { precision: Some(precision.unsigned_abs()), scale: u32::try_from(scale).ok().or(Some(0)) };
    (format!("numeric({precision},{scale})"), kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(name: &str, modifier: i32) -> (String, TypeKind) {
        let ty = of(&Declared { name, sort: "b", modifier, values: None }, None);
        (ty.declared, ty.kind)
    }

    #[test]
    fn modifiers_are_unpacked() {
        let money = TypeKind::Decimal { precision: Some(15), scale: Some(2) };
        assert_eq!(read("numeric", (15 << 16 | 2) + 4), ("numeric(15,2)".into(), money));
        let hundreds = TypeKind::Decimal { precision: Some(6), scale: Some(0) };
        assert_eq!(read("numeric", (6 << 16 | (0x7ff & -2)) + 4), ("numeric(6,-2)".into(), hundreds));
        assert_eq!(read("numeric", -1).1, TypeKind::Decimal { precision: None, scale: None });
        assert_eq!(read("varchar", 24), ("character varying(20)".into(), TypeKind::Text { length: Some(20) }));
        assert_eq!(read("_int4", -1), ("integer[]".into(), TypeKind::Array));
    }

    #[test]
    fn domains_mean_what_they_are_made_of_and_enumerations_are_text() {
        let domain = Declared { name: "amount", sort: "d", modifier: -1, values: None };
        let base = Declared { name: "numeric", sort: "b", modifier: (12 << 16 | 4) + 4, values: None };
        let ty = of(&domain, Some(&base));
        assert_eq!(
            (ty.declared.as_str(), ty.kind),
            ("amount", TypeKind::Decimal { precision: Some(12), scale: Some(4) })
        );
        let mood = of(&Declared { name: "mood", sort: "e", modifier: -1, values: Some("'low','high'") }, None);
        assert!(mood.kind.is_text() && mood.declared == "enum('low','high')");
    }
}
