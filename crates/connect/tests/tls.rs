//! Real handshakes: what is trusted gets in, and everything else is said and never done without.
#![allow(clippy::unwrap_used)] // helpers of tests panic as tests do

mod common;

use common::scope;
use connect::{Address, Error};
use fault::Kind;
use testkit::Server;
use testkit::server::{Certificate, Engine, PASSWORD};

/// How an encrypted server is addressed over the network.
fn address(server: &Server, engine: Engine, host: &str, more: &str) -> Address {
    let (scheme, user, database, password) = match engine {
        Engine::Postgres => ("postgres", "owner", "postgres", PASSWORD),
        Engine::Mariadb => ("mysql", "guest", "information_schema", "guest"),
    };
    let password = password.replace('\'', "%27").replace(' ', "%20");
    let text = format!("{scheme}://{user}:{password}@{host}:{}/{database}?sslmode=require{more}", server.port);
    Address::parse(&text).unwrap()
}

/// Why a server is not used.
async fn refusal(address: &Address) -> Error {
    let error = connect::open(address, &scope()).await.err().unwrap();
    let fault = error.fault();
    assert!(matches!(error, Error::Unsafe { .. }), "{error:?}");
    assert_eq!((fault.kind, fault.code.as_str()), (Kind::Unavailable, "connect.unsafe"));
    assert!(fault.hints.iter().any(|hint| hint.contains("sslrootcert")), "{fault:?}");
    error
}

/// The causes of an error, in one text.
fn why(error: &Error) -> String {
    error.fault().causes.join("; ")
}

async fn drill(engine: Engine) {
    for certificate in [Certificate::OfItself, Certificate::OfAuthority] {
        let Some(server) = Server::start_encrypted(engine, certificate) else { return };
        if engine == Engine::Mariadb {
            server.execute("mysql", "CREATE USER guest@'%' IDENTIFIED BY 'guest' REQUIRE SSL");
        }
        let at = |host: &str, more: &str| address(&server, engine, host, more);
        // Nobody that is trusted signed it.
        let unknown = refusal(&at("localhost", "")).await;
        assert!(why(&unknown).contains("certificate"), "{unknown:?}");
        let trust = format!("&sslrootcert={}", server.authority().display());
        let opened = connect::open(&at("localhost", &trust), &scope()).await;
        let database = opened.unwrap_or_else(|e| panic!("{engine:?} {certificate:?}: {e:?}"));
        assert!(database.version(&scope()).await.is_ok());
        // It was made out to another name.
        let stranger = refusal(&at("127.0.0.1", &trust)).await;
        assert!(why(&stranger).contains("certificate"), "{stranger:?}");
    }
}

#[tokio::test]
async fn postgres_is_verified() {
    drill(Engine::Postgres).await;
}

#[tokio::test]
async fn mariadb_is_verified() {
    drill(Engine::Mariadb).await;
}

#[tokio::test]
async fn a_file_of_authorities_that_is_none_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("none.pem");
    std::fs::write(&file, "nothing").unwrap();
    for scheme in ["postgres", "mysql"] {
        let text = format!("{scheme}://u@127.0.0.1:1/d?sslmode=require&sslrootcert={}", file.display());
        let error = connect::open(&Address::parse(&text).unwrap(), &scope()).await.err().unwrap();
        assert!(matches!(error, Error::Authorities { .. }), "{error:?}");
    }
}
