//! Database servers of a test process's own: on free ports, in a temporary folder, gone with the process.
//!
//! A shell stands between: it holds the server, waits for the test process to end (however it does: its end of a pipe
//! closes), kills the server and removes its folder. Programs that refuse to run as root run as `nobody`.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// How long a server may take to start.
const PATIENCE: Duration = Duration::from_secs(60);
/// The number of the user and of the group `nobody`.
const NOBODY: u32 = 65_534;

/// Which program a [`Server`] runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// PostgreSQL. The owner is `owner`, with the password [`PASSWORD`] over the network and none on the socket.
    Postgres,
    /// MariaDB. The owner is `root`, without a password.
    Mariadb,
}

/// By whom the certificate of a server is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certificate {
    /// By itself, saying that it is no authority.
    OfItself,
    /// By an authority made for it.
    OfAuthority,
}

/// The password of the owner of a PostgreSQL server, over the network.
pub const PASSWORD: &str = "owner's secret";

/// A running server; killed, and its folder removed, when dropped or when the process ends.
#[derive(Debug)]
pub struct Server {
    engine: Engine,
    /// The port on 127.0.0.1.
    pub port: u16,
    folder: PathBuf,
    keeper: Child,
}

impl Server {
    /// The PostgreSQL server that all tests of this process share; none where it is not installed.
    ///
    /// # Panics
    /// Where it does not start, and where it is missing although nothing may be left out.
    pub fn postgres() -> Option<&'static Server> {
        static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| Server::start(Engine::Postgres));
        SERVER.as_ref()
    }

    /// The MariaDB server that all tests of this process share; none where it is not installed.
    ///
    /// # Panics
    /// As [`Server::postgres`].
    pub fn mariadb() -> Option<&'static Server> {
        static SERVER: LazyLock<Option<Server>> = LazyLock::new(|| Server::start(Engine::Mariadb));
        SERVER.as_ref()
    }

    /// Starts a server of the caller's own; none where the program is not installed. Cost: seconds.
    ///
    /// # Panics
    /// As [`Server::postgres`].
    pub fn start(engine: Engine) -> Option<Server> {
        Server::start_with(engine, None)
    }

    /// As [`Server::start`], with a certificate for `localhost`; none where `openssl` is not installed either.
    ///
    /// # Panics
    /// As [`Server::postgres`].
    pub fn start_encrypted(engine: Engine, certificate: Certificate) -> Option<Server> {
        Server::start_with(engine, Some(certificate))
    }

    fn start_with(engine: Engine, certificate: Option<Certificate>) -> Option<Server> {
        let programs = engine.programs().filter(|_| certificate.is_none() || in_path("openssl").is_some());
        let Some(programs) = programs else {
            let strict = std::env::var("QUAESTOR_NOTHING_LEFT_OUT").is_ok_and(|v| v == "1");
            assert!(!strict, "{engine:?} or openssl is not installed, and nothing may be left out");
            return None;
        };
        Some(engine.launch(&programs, certificate).unwrap_or_else(|e| panic!("{engine:?} does not start: {e}")))
    }

    /// The certificate that has to be trusted for that of the server to be, where it has one.
    pub fn authority(&self) -> PathBuf {
        self.folder.join("authority.pem")
    }

    /// The folder (PostgreSQL) or the file (MariaDB) of its socket.
    pub fn socket(&self) -> PathBuf {
        match self.engine {
            Engine::Postgres => self.folder.clone(),
            Engine::Mariadb => self.folder.join("socket"),
        }
    }

    /// Runs a script as the owner, in a database of the server.
    ///
    /// # Panics
    /// Where a statement of it fails.
    pub fn execute(&self, database: &str, script: &str) {
        self.ask(database, script);
    }

    /// As [`Server::execute`]; returns what the client prints: values only, with tabs between columns.
    ///
    /// # Panics
    /// Where a statement fails.
    pub fn ask(&self, database: &str, script: &str) -> String {
        let mut command = match self.engine {
            Engine::Postgres => {
                let mut command = Command::new(self.engine.programs().map(|p| p.client).unwrap_or_default());
                command.args([
                    "-X",
                    "-q",
                    "-t",
                    "-A",
                    "-F",
                    "\t",
                    "-v",
                    "ON_ERROR_STOP=1",
                    "-U",
                    "owner",
                    "-d",
                    database,
                    "-f",
                    "-",
                ]);
                command.arg("-h").arg(self.socket()).args(["-p", &self.port.to_string()]);
                command
            }
            Engine::Mariadb => {
                let mut command = Command::new(self.engine.programs().map(|p| p.client).unwrap_or_default());
                command.args([
                    "--no-defaults",
                    "-u",
                    "root",
                    "--default-character-set=utf8mb4",
                    "-N",
                    "-B",
                    "-D",
                    database,
                ]);
                command.arg("-S").arg(self.socket());
                command
            }
        };
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap_or_else(|e| panic!("{command:?}: {e}"));
        let mut input = child.stdin.take().expect("it is piped");
        let script = script.to_owned();
        // Errors are told by the client; a pipe that it closed is none.
        let writer = thread::spawn(move || input.write_all(script.as_bytes()));
        let output = child.wait_with_output().unwrap_or_else(|e| panic!("{e}"));
        let _ = writer.join();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Makes an empty database with a name of its own, and returns the name.
    pub fn database(&self) -> String {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let name = format!("test_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        match self.engine {
            Engine::Postgres => self.execute("postgres", &format!("CREATE DATABASE {name} TEMPLATE template0")),
            Engine::Mariadb => self.execute("mysql", &format!("CREATE DATABASE {name} CHARACTER SET utf8mb4")),
        }
        name
    }

    /// Kills the server at once, as a crash does.
    pub fn kill(&self) {
        let _ = Command::new("kill").arg("-9").arg(self.process()).status();
    }

    /// Stops the server in its tracks: its connections stay, and nothing answers until the guard is dropped.
    #[must_use]
    pub fn pause(&self) -> Paused {
        let own = self.process();
        // The sessions of PostgreSQL are processes of their own. Without `/proc` the server alone is stopped.
        let parent = |pid: &str| {
            let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
            stat.rsplit_once(") ")?.1.split_whitespace().nth(1).map(str::to_owned)
        };
        let listed = fs::read_dir("/proc").into_iter().flatten().flatten();
        let pids = listed.map(|entry| entry.file_name().display().to_string());
        let children = pids.filter(|pid| parent(pid).is_some_and(|of| of == own));
        let paused = Paused { pids: children.chain([own.clone()]).collect() };
        paused.signal("-STOP");
        paused
    }

    fn process(&self) -> String {
        fs::read_to_string(self.folder.join("pid")).unwrap_or_default().trim().to_owned()
    }
}

/// A server that does nothing; it goes on when this is dropped.
#[derive(Debug)]
pub struct Paused {
    pids: Vec<String>,
}

impl Paused {
    fn signal(&self, signal: &str) {
        let _ = Command::new("kill").arg(signal).args(&self.pids).stderr(Stdio::null()).status();
    }
}

impl Drop for Paused {
    fn drop(&mut self) {
        self.signal("-CONT");
    }
}

impl Server {
    /// Kills the server and starts it anew over what it wrote.
    ///
    /// # Panics
    /// Where it does not start again.
    pub fn restart(&mut self) {
        let _ = fs::remove_file(self.folder.join("pid"));
        let mut asked = self.keeper.stdin.as_ref().expect("it is piped");
        asked.write_all(b"again\n").and_then(|()| self.wait()).unwrap_or_else(|e| panic!("no second start: {e}"));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The keeper reads the end of its input and cleans up; waiting for it leaves nothing behind when this returns.
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// Where the programs of an engine are.
struct Programs {
    init: PathBuf,
    server: PathBuf,
    client: PathBuf,
}

impl Engine {
    /// The words that let a server speak TLS.
    fn encrypted(self, folder: &Path) -> Vec<OsString> {
        let (certificate, key) = (folder.join("server.pem"), folder.join("key.pem"));
        match self {
            Engine::Postgres => {
                let files = [option("ssl_cert_file=", certificate), option("ssl_key_file=", key)];
                let settings = std::iter::once("ssl=on".into()).chain(files);
                settings.flat_map(|setting| ["-c".into(), setting]).collect()
            }
            Engine::Mariadb => vec![option("--ssl-cert=", certificate), option("--ssl-key=", key)],
        }
    }

    fn programs(self) -> Option<Programs> {
        let found = |folder: Option<&Path>, name: &str| match folder {
            Some(folder) => Some(folder.join(name)).filter(|path| path.exists()),
            None => in_path(name),
        };
        match self {
            Engine::Postgres => {
                // Debian keeps them apart by version; elsewhere they are in the path.
                let folders = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
                let newest =
                    folders.map(|entry| entry.path().join("bin")).filter(|bin| bin.join("initdb").exists()).max();
                let folder = newest.as_deref();
                let (init, server) = (found(folder, "initdb")?, found(folder, "postgres")?);
                Some(Programs { init, server, client: found(folder, "psql")? })
            }
            Engine::Mariadb => Some(Programs {
                init: in_path("mariadb-install-db")?,
                server: in_path("mariadbd")?,
                client: in_path("mariadb")?,
            }),
        }
    }

    fn launch(self, programs: &Programs, certificate: Option<Certificate>) -> io::Result<Server> {
        let folder = tempfile::Builder::new().prefix("server-").tempdir()?.keep();
        give_away(&folder)?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let (init, server) = match self {
            Engine::Postgres => (postgres_init(programs, &folder), postgres_server(programs, &folder, port)),
            Engine::Mariadb => (mariadb_init(programs, &folder), mariadb_server(programs, &folder, port)),
        };
        let mut server = server;
        if let Some(certificate) = certificate {
            sign(&folder, certificate)?;
            server.extend(self.encrypted(&folder));
        }
        fs::write(folder.join("password"), PASSWORD)?;
        give_away(&folder.join("password"))?;
        let mut keeper = unprivileged("sh");
        keeper.args(["-c", KEEPER, "keeper"]).arg(&folder).arg(init.len().to_string()).args(init).args(server);
        keeper.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        // A MariaDB that starts removes the temporary tables that it finds where such are kept, those of another one
        // that is starting too: each has its own place for them.
        keeper.current_dir("/").env("HOME", &folder).env("TMPDIR", &folder).env("LC_ALL", "C.UTF-8");
        let mut server = Server { engine: self, port, folder, keeper: keeper.spawn()? };
        server.wait()?;
        Ok(server)
    }
}

/// Makes the server's key and certificate, and what has to be trusted for it.
fn sign(folder: &Path, certificate: Certificate) -> io::Result<()> {
    const KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const NAMES: &str = "subjectAltName=DNS:localhost";
    let openssl = |words: &[&str]| {
        let output = Command::new("openssl").args(words).current_dir(folder).stdin(Stdio::null()).output()?;
        match output.status.success() {
            true => Ok(()),
            false => Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned())),
        }
    };
    let request = |own: &[&str]| openssl(&[&["req"], &KEY[..], own].concat());
    let of_server = ["-keyout", "key.pem", "-subj", "/CN=localhost"];
    match certificate {
        Certificate::OfItself => {
            let own = ["-x509", "-days", "2", "-addext", NAMES, "-addext", "basicConstraints=critical,CA:FALSE"];
            request(&[&of_server[..], &own, &["-out", "server.pem"]].concat())?;
            fs::copy(folder.join("server.pem"), folder.join("authority.pem"))?;
        }
        Certificate::OfAuthority => {
            let own = ["-x509", "-days", "2", "-keyout", "ca.pem", "-subj", "/CN=authority", "-out", "authority.pem"];
            request(&own)?;
            request(&[&of_server[..], &["-out", "request.pem"]].concat())?;
            fs::write(folder.join("names"), NAMES)?;
            let from = ["-in", "request.pem", "-CA", "authority.pem", "-CAkey", "ca.pem", "-CAcreateserial"];
            let to = ["-days", "2", "-extfile", "names", "-out", "server.pem"];
            openssl(&[&["x509", "-req"], &from[..], &to].concat())?;
        }
    }
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(folder.join("key.pem"), fs::Permissions::from_mode(0o600))?;
    ["key.pem", "server.pem"].iter().try_for_each(|name| give_away(&folder.join(name)))
}

/// Gives a file to whom the server runs as.
fn give_away(path: &Path) -> io::Result<()> {
    match is_root() {
        true => std::os::unix::fs::chown(path, Some(NOBODY), Some(NOBODY)),
        false => Ok(()),
    }
}

/// Arguments: the folder, the number of words of the first command, its words, the words of the second. The first
/// makes the data, the second is the server; both write to the log. Signals of a terminal are for the tests, not for it.
const KEEPER: &str = r#"
trap '' INT TERM HUP
folder=$1; count=$2; shift 2
clean() { [ -z "$server" ] || { kill -9 "$server"; wait "$server"; } 2>/dev/null; rm -rf "$folder"; }
init() { n=$count; total=$#; i=0
  # The first words go to the end, the others are dropped from the front.
  while [ $i -lt "$n" ]; do set -- "$@" "$1"; shift; i=$((i + 1)); done
  i=$n; while [ $i -lt "$total" ]; do shift; i=$((i + 1)); done
  "$@"; }
init "$@" >"$folder/log" 2>&1 </dev/null || { touch "$folder/failed"; read _; clean; exit 1; }
shift "$count"
exec 3<&0
"$@" >>"$folder/log" 2>&1 </dev/null 3<&- &
server=$!
echo "$server" >"$folder/pid"
# A line asks for another start, as after a crash; what the old one had running takes a moment to see that it is gone.
while read _ <&3; do
  { kill -9 "$server"; wait "$server"; } 2>/dev/null
  sleep 1
  "$@" >>"$folder/log" 2>&1 </dev/null 3<&- &
  server=$!
  echo "$server" >"$folder/pid"
done
clean
"#;

impl Server {
    /// Waits until it takes connections.
    fn wait(&mut self) -> io::Result<()> {
        let latest = Instant::now() + PATIENCE;
        while Instant::now() < latest {
            let listens = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok();
            if listens && self.folder.join("pid").exists() && self.answers() {
                return Ok(());
            }
            if self.folder.join("failed").exists() || self.keeper.try_wait()?.is_some() {
                break;
            }
            thread::sleep(Duration::from_millis(30));
        }
        Err(io::Error::other(fs::read_to_string(self.folder.join("log")).unwrap_or_default()))
    }

    fn answers(&self) -> bool {
        match self.engine {
            Engine::Postgres => {
                let client = self.engine.programs().map(|p| p.client).unwrap_or_default();
                let mut command = Command::new(client);
                command.args(["-X", "-q", "-U", "owner", "-d", "postgres", "-c", "SELECT 1", "-h"]).arg(self.socket());
                command.args(["-p", &self.port.to_string()]).stdout(Stdio::null()).stderr(Stdio::null());
                command.status().is_ok_and(|status| status.success())
            }
            Engine::Mariadb => self.socket().exists(),
        }
    }
}

fn words<const N: usize>(program: &Path, options: [&str; N]) -> Vec<OsString> {
    let program = program.as_os_str().to_owned();
    std::iter::once(program).chain(options.iter().map(OsString::from)).collect()
}

fn option(name: &str, value: impl AsRef<OsStr>) -> OsString {
    let mut text = OsString::from(name);
    text.push(value);
    text
}

fn postgres_init(programs: &Programs, folder: &Path) -> Vec<OsString> {
    let fixed = ["-U", "owner", "-E", "UTF8", "--locale=C", "--no-sync", "--auth-local=trust"];
    let mut init = words(&programs.init, fixed);
    init.push("--auth-host=scram-sha-256".into());
    init.push(option("--pwfile=", folder.join("password")));
    init.push(option("--pgdata=", folder.join("data")));
    init
}

/// Shared memory is in the folder too: what is killed leaves none behind elsewhere.
fn postgres_server(programs: &Programs, folder: &Path, port: u16) -> Vec<OsString> {
    let fixed = [
        "-c",
        "fsync=off",
        "-c",
        "full_page_writes=off",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        "autovacuum=off",
        "-c",
        "dynamic_shared_memory_type=mmap",
    ];
    let mut server = words(&programs.server, fixed);
    server.extend(["-D".into(), folder.join("data").into_os_string(), "-k".into(), folder.as_os_str().to_owned()]);
    server.extend(["-p".into(), port.to_string().into()]);
    server
}

fn mariadb_init(programs: &Programs, folder: &Path) -> Vec<OsString> {
    let fixed = ["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"];
    let mut init = words(&programs.init, fixed);
    init.push(option("--datadir=", folder.join("data")));
    init
}

fn mariadb_server(programs: &Programs, folder: &Path, port: u16) -> Vec<OsString> {
    let fixed =
        ["--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve", "--innodb-flush-log-at-trx-commit=0"];
    let mut server = words(&programs.server, fixed);
    server.push(option("--datadir=", folder.join("data")));
    server.push(option("--socket=", folder.join("socket")));
    server.push(option("--pid-file=", folder.join("mariadb.pid")));
    server.push(option("--port=", port.to_string()));
    server
}

/// A command that gives up the rights of root, where it has them.
fn unprivileged(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid", &NOBODY.to_string(), "--regid", &NOBODY.to_string(), "--clear-groups", program]);
    command
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|me| me.uid() == 0)
}

fn in_path(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join(name)).find(|path| path.exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(engine: Engine) {
        let Some(server) = Server::start(engine) else { return };
        let database = server.database();
        server.execute(&database, "CREATE TABLE t (a INT); INSERT INTO t VALUES (1);");
        let (folder, port) = (server.folder.clone(), server.port);
        assert!(folder.exists());
        let mut server = server;
        server.restart();
        assert_eq!(server.ask(&database, "SELECT count(*) FROM t").trim().len(), 1);
        drop(server);
        assert!(!folder.exists() && TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err());
    }

    #[test]
    fn a_postgres_server_runs_and_leaves_nothing_behind() {
        check(Engine::Postgres);
    }

    #[test]
    fn a_mariadb_server_runs_and_leaves_nothing_behind() {
        check(Engine::Mariadb);
    }

    #[test]
    fn mariadb_servers_keep_their_temporary_tables_apart() {
        let Some(server) = Server::start(Engine::Mariadb) else { return };
        assert_eq!(server.ask("mysql", "SELECT @@tmpdir").trim(), server.folder.display().to_string());
    }
}
