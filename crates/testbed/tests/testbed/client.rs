//! A tiny HTTP/1.1 client: one request a connection, no redirects, no cookies of its own.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use belaeg_testbed::Server;
use flate2::read::MultiGzDecoder;

/// An answer as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The connection ended before the body did, or nothing came for the time that the test waits.
    pub(crate) is_cut: bool,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("UTF-8")
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }

    pub(crate) fn gunzipped(&self) -> String {
        let mut text = String::new();
        MultiGzDecoder::new(&self.body[..]).read_to_string(&mut text).expect("gzip");
        text
    }
}

/// Every session is the same to the simulation.
const SESSION: (&str, &str) = ("cookie", ".AspNet.Cookies=eksempel");

/// GET with a session.
pub(crate) fn get(server: &Server, host: &str, path: &str) -> Answer {
    get_with(server, host, path, &[SESSION])
}

/// GET with these headers alone.
pub(crate) fn get_with(server: &Server, host: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    read(open(server, host, path, headers), usize::MAX)
}

/// GET of the first `most` bytes of a body, with a session.
pub(crate) fn get_most(server: &Server, host: &str, path: &str, most: usize) -> Answer {
    read(open(server, host, path, &[SESSION]), most)
}

fn open(server: &Server, host: &str, path: &str, headers: &[(&str, &str)]) -> TcpStream {
    let mut stream = TcpStream::connect(server.addr()).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_secs(3))).expect("a time");
    let port = server.addr().port();
    let mut head = format!("GET {path} HTTP/1.1\r\nhost: {host}.localhost:{port}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    stream.write_all(format!("{head}\r\n").as_bytes()).expect("the request is sent");
    stream
}

fn read(mut stream: TcpStream, most: usize) -> Answer {
    let mut bytes = Vec::new();
    let mut buffer = [0; 16 * 1024];
    let mut is_cut = false;
    while bytes.len() < most {
        match stream.read(&mut buffer) {
            Ok(0) => break,
            Ok(n) => bytes.extend_from_slice(&buffer[..n]),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(_) => {
                is_cut = true;
                break;
            }
        }
    }
    let Some(end) = bytes.windows(4).position(|w| w == b"\r\n\r\n") else {
        return Answer { status: 0, headers: Vec::new(), body: bytes, is_cut: true };
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let mut lines = head.lines();
    let status = lines.next().and_then(|l| l.split(' ').nth(1)).and_then(|s| s.parse().ok()).unwrap_or(0);
    let headers: Vec<(String, String)> = lines
        .filter_map(|l| l.split_once(": "))
        .map(|(k, v)| (k.to_ascii_lowercase(), v.to_owned()))
        .collect();
    let mut answer = Answer { status, headers, body: bytes.split_off(end + 4), is_cut };
    if answer.header("transfer-encoding") == Some("chunked") {
        answer.is_cut |= !unchunk(&mut answer.body);
    } else if let Some(length) = answer.header("content-length").and_then(|l| l.parse::<usize>().ok()) {
        answer.is_cut |= status != 304 && answer.body.len() < length;
    }
    answer
}

/// Takes the chunks apart; whether the last one is there.
fn unchunk(body: &mut Vec<u8>) -> bool {
    let mut out = Vec::new();
    let mut rest = &body[..];
    let is_whole = loop {
        let Some(line) = rest.windows(2).position(|w| w == b"\r\n") else { break false };
        let size = std::str::from_utf8(&rest[..line]).ok().and_then(|s| usize::from_str_radix(s, 16).ok());
        let Some(size) = size else { break false };
        if size == 0 {
            break true;
        }
        let chunk = &rest[line + 2..];
        if chunk.len() < size + 2 {
            break false;
        }
        out.extend_from_slice(&chunk[..size]);
        rest = &chunk[size + 2..];
    };
    *body = out;
    is_whole
}
