//! What a reading sends and gets over the network: as it is done, and in the batches that each level allows a source that wants
//! them.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::Instant;

use async_trait::async_trait;
use catalog::{TableName, TableStatistics};
use connect::{
    Address, Database, Error, Fetched, Host, Inspected, Listed, Prints, SampleRequest, Scope, Server, Slice, Token,
};
use schema::{Level, discover};
use sql::{Dialect, ReadOnly};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};

use crate::{database, scope};

/// Says turns, bytes and milliseconds of each. A turn is an answer that something was waited for: what is sent before the
/// answer to the last comes in belongs to the same.
pub async fn run(address: &str) {
    let parsed = Address::parse(address).unwrap();
    let (Address::Postgres(server) | Address::Mysql(server)) = &parsed else {
        println!("a file is not asked over a network");
        return;
    };
    let relay = Relay::start(socket(server, &parsed)).await;
    let there = Server { host: Some(Host::Network("127.0.0.1".into())), port: Some(relay.port), ..server.clone() };
    let through = match &parsed {
        Address::Postgres(_) => Address::Postgres(there),
        _ => Address::Mysql(there),
    };
    let whole = connect::at(&through).unwrap();
    let paged: Arc<dyn Database> = Arc::new(Paged(whole.clone()));
    let expected = discover(&database(address), &scope(), Level::default()).await.unwrap().catalog;
    let levels = [Level::Basic, Level::Intermediate, Level::Aggressive];
    let ways = levels.iter().map(|level| (format!("batches, {level:?}"), &paged, *level));
    for (name, database, level) in std::iter::once(("at once".to_owned(), &whole, Level::default())).chain(ways) {
        let before = relay.counts();
        let start = Instant::now();
        let read = discover(database, &scope(), level).await.unwrap();
        let time = start.elapsed().as_secs_f64() * 1e3;
        assert_eq!(read.catalog, expected, "{name}");
        let [turns, sent, got] = relay.counts();
        let [turns, sent, got] = [turns - before[0], sent - before[1], got - before[2]];
        println!("{} tables, {name}: {turns} turns, {sent} bytes sent, {got} bytes got, {time:.0} ms", expected.len());
    }
}

fn socket(server: &Server, address: &Address) -> PathBuf {
    match (&server.host, address) {
        (Some(Host::Socket(folder)), Address::Postgres(_)) => {
            folder.join(format!(".s.PGSQL.{}", server.port.unwrap_or(5432)))
        }
        (Some(Host::Socket(file)), _) => file.clone(),
        _ => panic!("the server has to be reached by its socket"),
    }
}

/// Passes on what goes between clients and a server, and counts it.
struct Relay {
    port: u16,
    counts: Arc<[AtomicU64; 3]>,
}

impl Relay {
    async fn start(socket: PathBuf) -> Relay {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let counts: Arc<[AtomicU64; 3]> = Arc::default();
        let theirs = counts.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let server = UnixStream::connect(&socket).await.unwrap();
                tokio::spawn(pass_on(client, server, theirs.clone()));
            }
        });
        Relay { port, counts }
    }

    fn counts(&self) -> [u64; 3] {
        [0, 1, 2].map(|i| self.counts[i].load(Relaxed))
    }
}

async fn pass_on(client: TcpStream, server: UnixStream, counts: Arc<[AtomicU64; 3]>) {
    client.set_nodelay(true).unwrap();
    let ((mut from_client, mut to_client), (mut from_server, mut to_server)) =
        (client.into_split(), server.into_split());
    let answered = AtomicBool::new(true);
    let asks = async {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(size @ 1..) = from_client.read(&mut buffer).await {
            counts[0].fetch_add(u64::from(answered.swap(false, Relaxed)), Relaxed);
            counts[1].fetch_add(size as u64, Relaxed);
            if to_server.write_all(&buffer[..size]).await.is_err() {
                break;
            }
        }
    };
    let answers = async {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(size @ 1..) = from_server.read(&mut buffer).await {
            answered.store(true, Relaxed);
            counts[2].fetch_add(size as u64, Relaxed);
            if to_client.write_all(&buffer[..size]).await.is_err() {
                break;
            }
        }
    };
    tokio::select! {
        () = asks => {}
        () = answers => {}
    }
}

/// The same database, which wants to be asked in batches.
struct Paged(Arc<dyn Database>);

#[async_trait]
impl Database for Paged {
    fn dialect(&self) -> &'static dyn Dialect {
        self.0.dialect()
    }
    fn address(&self) -> String {
        self.0.address()
    }
    fn wants_batches(&self) -> bool {
        true
    }
    async fn version(&self, scope: &Scope) -> Result<String, Error> {
        self.0.version(scope).await
    }
    async fn token(&self, scope: &Scope) -> Result<Token, Error> {
        self.0.token(scope).await
    }
    async fn prints(&self, scope: &Scope) -> Result<Option<Prints>, Error> {
        self.0.prints(scope).await
    }
    async fn list(&self, scope: &Scope) -> Result<Vec<Listed>, Error> {
        self.0.list(scope).await
    }
    async fn inspect(&self, scope: &Scope, names: &[TableName]) -> Result<Inspected, Error> {
        self.0.inspect(scope, names).await
    }
    async fn sample(&self, scope: &Scope, request: &SampleRequest) -> Result<TableStatistics, Error> {
        self.0.sample(scope, request).await
    }
    async fn query(&self, scope: &Scope, statement: &ReadOnly, planned: &Slice) -> Result<Fetched, Error> {
        self.0.query(scope, statement, planned).await
    }
}
