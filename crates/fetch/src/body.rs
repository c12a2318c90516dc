//! Bodies: content coding undone within limits, and text of any charset.

use std::io::{Read, Write};

use flate2::read::{MultiGzDecoder, ZlibDecoder};

use crate::Cause;
use crate::event::Exchange;

/// How far the head of a text is searched for the name of its charset.
const HEAD: usize = 1024;

/// What was wrong with a body.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct BadBody {
    pub(crate) cause: Cause,
    pub(crate) why: String,
}

/// The body with its content coding undone, and once more where it is a gzip file by itself (sitemaps).
///
/// # Errors
/// If it grows beyond `limit` bytes, is damaged, or has a coding that was not asked for.
pub(crate) fn decoded(exchange: &Exchange, limit: u64) -> Result<Vec<u8>, BadBody> {
    let mut out = Vec::new();
    undo(exchange.content_encoding.as_deref(), &exchange.body, limit, &mut out)?;
    if out.starts_with(&[0x1f, 0x8b]) {
        let packed = std::mem::take(&mut out);
        undo(Some("gzip"), &packed, limit, &mut out)?;
    }
    Ok(out)
}

/// The first `limit` bytes of a body, or fewer where it is damaged behind them; none where nothing of it can be read.
pub(crate) fn beginning(exchange: &Exchange, limit: u64) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    let whole = undo(exchange.content_encoding.as_deref(), &exchange.body, limit, &mut out);
    out.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    (whole.is_ok() || !out.is_empty()).then_some(out)
}

/// Reads through a body without keeping it, to see that it ends within `limit` bytes.
///
/// # Errors
/// As [`decoded`].
pub(crate) fn check(exchange: &Exchange, limit: u64) -> Result<(), BadBody> {
    if exchange.content_encoding.is_none() {
        return Ok(());
    }
    undo(exchange.content_encoding.as_deref(), &exchange.body, limit, &mut std::io::sink())
}

fn undo(coding: Option<&str>, body: &[u8], limit: u64, out: &mut impl Write) -> Result<(), BadBody> {
    let coding = coding.unwrap_or("identity").trim().to_ascii_lowercase();
    let copied = match coding.as_str() {
        "identity" | "" => copy(body, limit, out),
        "gzip" | "x-gzip" => copy(MultiGzDecoder::new(body), limit, out),
        "deflate" => copy(ZlibDecoder::new(body), limit, out),
        other => {
            let why = format!("content coding {other:?} was not asked for");
            return Err(BadBody { cause: Cause::BadListing, why });
        }
    };
    match copied {
        Ok(bytes) if bytes > limit => Err(BadBody {
            cause: Cause::TooLarge,
            why: format!("more than {limit} bytes after decompression"),
        }),
        Ok(_) => Ok(()),
        Err(error) => {
            Err(BadBody { cause: Cause::BadListing, why: format!("content coding {coding}: {error}") })
        }
    }
}

fn copy(from: impl Read, limit: u64, out: &mut impl Write) -> std::io::Result<u64> {
    std::io::copy(&mut from.take(limit.saturating_add(1)), out)
}

/// The text of a list: by its byte order mark, by the charset that `media_type` or its own head names, else UTF-8; bytes that
/// are no UTF-8 though they should be are Windows-1252.
pub(crate) fn text(bytes: &[u8], media_type: Option<&str>) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]).to_ascii_lowercase();
    let label = media_type.and_then(|m| charset(&m.to_ascii_lowercase())).or_else(|| charset(&head));
    let named = label.and_then(|l| encoding_rs::Encoding::for_label(l.as_bytes()));
    let (text, _, is_damaged) = named.unwrap_or(encoding_rs::UTF_8).decode(bytes);
    if is_damaged {
        return encoding_rs::WINDOWS_1252.decode(bytes).0.into_owned();
    }
    text.into_owned()
}

/// What stands behind `charset=` or `encoding=`.
fn charset(text: &str) -> Option<String> {
    let at = ["charset=", "encoding="].iter().find_map(|key| Some(text.find(key)? + key.len()))?;
    let value = text[at..].trim_start_matches(['"', '\'']);
    let end = value.find(|c: char| !c.is_ascii_alphanumeric() && !"-_:.".contains(c)).unwrap_or(value.len());
    Some(value[..end].to_owned()).filter(|v| !v.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charsets() {
        let latin = b"<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\xe6\xf8\xe5";
        assert!(text(latin, None).ends_with("æøå"));
        assert_eq!(text("æøå\u{a0}".as_bytes(), Some("text/html")), "æøå\u{a0}");
        assert_eq!(text(b"\xe6\xf8\xe5", Some("text/html; charset=utf-8")), "æøå");
        assert_eq!(text(b"\xef\xbb\xbf{}", None), "{}");
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_have_a_text(bytes: Vec<u8>, media in "\\PC{0,20}") {
            let _ = text(&bytes, Some(&media));
        }

        #[test]
        fn limits_hold(bytes: Vec<u8>, limit in 0..100_u64) {
            for coding in ["identity", "gzip", "deflate"] {
                let mut out = Vec::new();
                let _ = undo(Some(coding), &bytes, limit, &mut out);
                proptest::prop_assert!(out.len() as u64 <= limit + 1);
            }
        }
    }
}
