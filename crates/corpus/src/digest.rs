//! SHA-256 digests and the names that are made of them.

use std::fmt;
use std::str::FromStr;

use belaeg_model::DocumentId;
use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use sha2::{Digest as _, Sha256};

/// The SHA-256 of some bytes; written as 64 hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// The digest's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the value of a WARC digest field. `None` when it is no SHA-256, which is then not checked.
    pub(crate) fn from_warc(field: &str) -> Option<Self> {
        let (algorithm, value) = field.trim().split_once(':')?;
        if !algorithm.eq_ignore_ascii_case("sha256") && !algorithm.eq_ignore_ascii_case("sha-256") {
            return None;
        }
        let base32 = || BASE32_NOPAD.decode(value.trim_end_matches('=').as_bytes()).ok()?.try_into().ok();
        value.parse().ok().or_else(|| base32().map(Self))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl FromStr for Digest {
    type Err = DigestError;

    fn from_str(s: &str) -> Result<Self, DigestError> {
        let bytes = HEXLOWER_PERMISSIVE.decode(s.as_bytes()).map_err(|_| DigestError)?;
        bytes.try_into().map(Self).map_err(|_| DigestError)
    }
}

/// A text that is no SHA-256 digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a SHA-256 digest of 64 hexadecimal digits")]
pub struct DigestError;

/// A digest that takes its bytes bit by bit.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest(self.0.finalize().into())
    }
}

/// The id of the document at `url`, its canonical address.
pub fn document_id(url: &str) -> DocumentId {
    let [a, b, c, d, e, f, ..] = Digest::of(url.as_bytes()).0;
    DocumentId::from_digest([a, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_hex_and_base32() {
        let digest = Digest::of("blåbær".as_bytes());
        let base32 = BASE32_NOPAD.encode(digest.as_bytes());
        let cases = [
            ("hex", format!("sha256:{digest}"), Some(digest)),
            ("capitals", format!("SHA-256:{}", digest.to_string().to_uppercase()), Some(digest)),
            ("base32", format!("sha256:{base32}"), Some(digest)),
            ("padded base32", format!("sha256:{base32}===="), Some(digest)),
            ("other algorithm", "sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ".to_owned(), None),
            ("too short", "sha256:abcd".to_owned(), None),
            ("no algorithm", digest.to_string(), None),
        ];
        for (name, field, expected) in cases {
            assert_eq!(Digest::from_warc(&field), expected, "{name}");
        }
    }

    #[test]
    fn a_document_is_named_by_its_address() {
        // printf 'https://www.aerø.dk/nyhed' | sha256sum | cut -c1-12
        let id = document_id("https://www.aerø.dk/nyhed");
        assert_eq!(id.as_str(), &Digest::of("https://www.aerø.dk/nyhed".as_bytes()).to_string()[..12]);
        assert_eq!(Digest::of(b"").to_string()[..12], *document_id("").as_str());
        assert_eq!(document_id("").as_str(), "e3b0c44298fc");
    }
}
