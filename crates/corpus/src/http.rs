//! HTTP messages as they lie in the archive: where the head ends, and the body without its content coding.

use std::io::Read;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// Bytes of a body once its coding is undone; a longer one is a bomb.
const LONGEST_BODY: u64 = 512 << 20;

/// The body of an archived response as it came.
pub(crate) fn body(block: &[u8]) -> Result<&[u8], String> {
    Ok(&block[end_of_head(block)?..])
}

fn end_of_head(block: &[u8]) -> Result<usize, String> {
    let end = b"\r\n\r\n";
    Ok(block.windows(end.len()).position(|w| w == end).ok_or("its head does not end")? + end.len())
}

/// The body of an archived response, decoded.
pub(crate) fn payload(block: Vec<u8>) -> Result<Vec<u8>, String> {
    let at = end_of_head(&block)?;
    let head = String::from_utf8_lossy(&block[..at]).into_owned();
    let coding = head.lines().filter_map(|line| line.split_once(':'));
    let coding = coding
        .filter(|(name, _)| name.trim().eq_ignore_ascii_case("content-encoding"))
        .map(|(_, v)| v.trim());
    let coding = coding.reduce(|_, last| last).map(str::to_owned);
    decode(&block[at..], coding.as_deref())
}

/// The body without its content coding.
pub(crate) fn decode(body: &[u8], coding: Option<&str>) -> Result<Vec<u8>, String> {
    match coding.unwrap_or_default().to_ascii_lowercase().as_str() {
        "" | "identity" => Ok(body.to_vec()),
        "gzip" | "x-gzip" => read(MultiGzDecoder::new(body)),
        // Some servers send it without the head of zlib.
        "deflate" => read(ZlibDecoder::new(body)).or_else(|_| read(DeflateDecoder::new(body))),
        other => Err(format!("its content coding {other:?} is not known")),
    }
}

fn read(decoder: impl Read) -> Result<Vec<u8>, String> {
    let mut out = Vec::new();
    decoder
        .take(LONGEST_BODY + 1)
        .read_to_end(&mut out)
        .map_err(|e| format!("its content coding is damaged: {e}"))?;
    if out.len() as u64 > LONGEST_BODY {
        return Err(format!("it unpacks to more than {LONGEST_BODY} bytes"));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};

    use super::*;

    #[test]
    fn bodies_are_decoded() {
        let text = "Børn på Ærø: 12\u{a0}%".as_bytes();
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        gzip.write_all(text).expect("a vector takes everything");
        let gzip = gzip.finish().expect("a vector takes everything");
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::fast());
        zlib.write_all(text).expect("a vector takes everything");
        let zlib = zlib.finish().expect("a vector takes everything");
        for (head, body, want) in [
            ("HTTP/1.1 200 OK\r\nContent-Type: text/html", text, Ok::<_, ()>(text)),
            ("HTTP/1.1 200 OK\r\nCONTENT-ENCODING: gzip", &gzip, Ok::<_, ()>(text)),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: deflate", &zlib, Ok::<_, ()>(text)),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", &gzip[..20], Err(())),
            ("HTTP/1.1 200 OK\r\nContent-Encoding: br", text, Err(())),
        ] {
            let block = [head.as_bytes(), b"\r\n\r\n", body].concat();
            assert_eq!(payload(block).ok().as_deref(), want.ok(), "{head}");
        }
        assert!(payload(b"HTTP/1.1 200 OK".to_vec()).is_err());
    }
}
