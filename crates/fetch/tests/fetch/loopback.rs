//! A small server on loopback for answers that the simulated web never gives.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use belaeg_fetch::Source;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    /// The host's name without its port.
    pub(crate) host: String,
    pub(crate) path: String,
    /// Header lines in lower case.
    pub(crate) headers: Vec<String>,
}

impl Asked {
    pub(crate) fn is_conditional(&self) -> bool {
        self.headers.iter().any(|line| line.starts_with("if-"))
    }
}

type Answers = BTreeMap<String, Vec<u8>>;

/// A server that has an answer for each `host/path`; for others it has 404.
pub(crate) struct Loopback {
    port: u16,
    answers: Arc<Mutex<Answers>>,
    log: Arc<Mutex<Vec<Asked>>>,
}

impl Loopback {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        let server = Self { port, answers: Arc::default(), log: Arc::default() };
        let (answers, log) = (Arc::clone(&server.answers), Arc::clone(&server.log));
        // Ends with the process of the tests.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (answers, log) = (Arc::clone(&answers), Arc::clone(&log));
                std::thread::spawn(move || serve(&stream, &answers, &log));
            }
        });
        server
    }

    /// `http://host.localhost:port/path`.
    pub(crate) fn url(&self, address: &str) -> String {
        let (host, path) = address.split_once('/').expect("host/path");
        format!("http://{host}.localhost:{}/{path}", self.port)
    }

    /// Answers `host/path` with a status line's end, headers and a body.
    pub(crate) fn answer(&self, address: &str, status: &str, headers: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let length = body.len();
        let head =
            format!("HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n");
        let whole = [head.as_bytes(), body].concat();
        self.answers.lock().expect("no panic").insert(address.to_owned(), whole);
    }

    /// Redirects `host/path` to another one.
    pub(crate) fn redirect(&self, address: &str, status: u16, to: &str) {
        self.answer(address, &format!("{status} Moved"), &format!("Location: {}\r\n", self.url(to)), "");
    }

    /// A page, and where it is listed.
    pub(crate) fn page(&self, address: &str, text: &str) {
        self.answer(address, "200 OK", "Content-Type: text/html\r\n", format!("<p>{text}</p>"));
    }

    /// A list on `a/liste` of these addresses.
    pub(crate) fn list(&self, addresses: &[&str]) {
        let links: String =
            addresses.iter().map(|a| format!("<li><a href='{}'>x</a></li>", self.url(a))).collect();
        self.answer("a/liste", "200 OK", "Content-Type: text/html\r\n", format!("<ul>{links}</ul>"));
    }

    /// A source that reads `a/liste`.
    pub(crate) fn source(&self) -> Vec<Source> {
        self.source_of("listpage", "a/liste", "options = { item = \"li\" }")
    }

    pub(crate) fn source_of(&self, system: &str, address: &str, more: &str) -> Vec<Source> {
        let base = self.url(address);
        let toml = format!(
            "[[source]]\nid = \"a-news\"\nkind = \"news\"\nsystem = \"{system}\"\nbase = \"{base}\"\n{more}\n"
        );
        belaeg_fetch::sources(&toml).expect("a source")
    }

    /// The requests so far as `host/path`, without those for `robots.txt`.
    pub(crate) fn asked(&self) -> Vec<String> {
        let log = self.log();
        let pages = log.iter().filter(|a| a.path != "/robots.txt");
        pages.map(|a| format!("{}{}", a.host, a.path)).collect()
    }

    pub(crate) fn log(&self) -> Vec<Asked> {
        self.log.lock().expect("no panic").clone()
    }

    pub(crate) fn clear_log(&self) {
        self.log.lock().expect("no panic").clear();
    }
}

fn serve(stream: &TcpStream, answers: &Mutex<Answers>, log: &Mutex<Vec<Asked>>) {
    let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
    let Some(first) = lines.next() else { return };
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let headers: Vec<String> = lines.take_while(|l| !l.is_empty()).map(|l| l.to_ascii_lowercase()).collect();
    let host = headers.iter().find_map(|l| l.strip_prefix("host: ")).unwrap_or_default();
    let host = host.split(['.', ':']).next().unwrap_or_default().to_owned();
    let address = format!("{host}{path}");
    log.lock().expect("no panic").push(Asked { host, path, headers });
    let missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec();
    let answer = answers.lock().expect("no panic").get(&address).cloned().unwrap_or(missing);
    // A client that has gone wants no answer.
    let _ = (&*stream).write_all(&answer);
}
