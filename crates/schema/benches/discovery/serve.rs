//! Private servers, and files, with schemas of many tables.

use std::io::Read;
use std::path::Path;

use books::{Flavour, odd};
use connect::Scratch;
use testkit::Server;
use testkit::server::Engine;

use crate::scope;

/// Makes the databases and says where they are, a line each: engine, tables, address, network port, number of the server's
/// process; `ready`. They are gone when the standard input ends.
pub fn run(folder: &str, sizes: &[&str]) {
    let servers = [Engine::Postgres, Engine::Mariadb].map(|engine| (engine, Server::start(engine)));
    for size in sizes {
        let book = odd::wide_schema(size.parse().unwrap());
        let path = Path::new(folder).join(format!("wide_{size}.db"));
        drop(Scratch::file(&scope(), &path, &book, true).unwrap());
        println!("sqlite {size} {} 0 0", path.display());
        for (engine, server) in &servers {
            let Some(server) = server else { continue };
            let database = server.database();
            server.execute(&database, &script(&book, *engine));
            let socket = server.socket();
            let place = socket.display().to_string().replace('/', "%2F");
            let (word, address, home) = match engine {
                Engine::Postgres => {
                    ("postgres", format!("postgres://owner@{place}:{}/{database}", server.port), &*socket)
                }
                Engine::Mariadb => ("mariadb", format!("mysql://root@{place}/{database}"), socket.parent().unwrap()),
            };
            let process = std::fs::read_to_string(home.join("pid")).unwrap_or_default();
            println!("{word} {size} {address} {} {}", server.port, process.trim());
        }
    }
    println!("ready");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

/// What makes the tables. A transaction of so many would need more locks than a server has by default.
fn script(book: &books::Book, engine: Engine) -> String {
    match engine {
        Engine::Postgres => {
            let text = books::script(book, Flavour::Postgres);
            let body = text.trim_start_matches("BEGIN;\n").trim_end_matches("COMMIT;\n");
            format!("{body}VACUUM ANALYZE;\n")
        }
        Engine::Mariadb => books::script(book, Flavour::Mysql),
    }
}
