//! Stable names of documents, statements and claims.

use std::fmt;
use std::str::FromStr;

/// Names a document for ever: twelve hexadecimal digits of the SHA-256 of its canonical address.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DocumentId(String);

impl DocumentId {
    const LEN: usize = 12;

    /// Takes the first six bytes of a digest of the document's canonical address.
    pub fn from_digest(digest: [u8; 6]) -> Self {
        Self(digest.iter().map(|b| format!("{b:02x}")).collect())
    }

    /// The twelve digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for DocumentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DocumentId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if s.len() == Self::LEN && s.bytes().all(hex) {
            Ok(Self(s.to_owned()))
        } else {
            Err(IdError(s.to_owned()))
        }
    }
}

/// Names one statement of one version: `<document>.<version>.<ordinal>`, both numbers counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StatementId {
    /// The document.
    pub document: DocumentId,
    /// The version's number, from 1.
    pub version: u32,
    /// The statement's place in the version, from 1.
    pub ordinal: u32,
}

impl fmt::Display for StatementId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.document, self.version, self.ordinal)
    }
}

impl FromStr for StatementId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        let wrong = || IdError(s.to_owned());
        let mut parts = s.split('.');
        let (Some(document), Some(version), Some(ordinal), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(wrong());
        };
        Ok(Self {
            document: document.parse()?,
            version: version.parse().map_err(|_| wrong())?,
            ordinal: ordinal.parse().map_err(|_| wrong())?,
        })
    }
}

/// Names one claim of a statement: `<document>.<version>.<ordinal>.<number>`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClaimId {
    /// The statement.
    pub statement: StatementId,
    /// The claim's place among those of the statement, from 1.
    pub number: u32,
}

impl ClaimId {
    /// The name of the claim at `position` of the statement's claims, counted from 0.
    pub fn at(statement: &StatementId, position: usize) -> Self {
        let number = u32::try_from(position).map_or(u32::MAX, |n| n.saturating_add(1));
        Self { statement: statement.clone(), number }
    }

    /// The claim's position among those of its statement, counted from 0.
    pub fn position(&self) -> usize {
        usize::try_from(self.number.saturating_sub(1)).unwrap_or(usize::MAX)
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.statement, self.number)
    }
}

impl FromStr for ClaimId {
    type Err = IdError;

    fn from_str(s: &str) -> Result<Self, IdError> {
        let wrong = || IdError(s.to_owned());
        let (statement, number) = s.rsplit_once('.').ok_or_else(wrong)?;
        let number = number.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
        Ok(Self { statement: statement.parse().map_err(|_| wrong())?, number })
    }
}

/// A text that is no id of a document, statement or claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdError(String);

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no id: a document is 12 digits 0-9a-f, a statement is document.version.number, a claim is \
             statement.number",
            self.0
        )
    }
}

impl std::error::Error for IdError {}

macro_rules! serde_as_str {
    ($type:ty) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                let s = String::deserialize(d)?;
                s.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

serde_as_str!(DocumentId);
serde_as_str!(StatementId);
serde_as_str!(ClaimId);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn claims_are_named_by_their_statement() {
        let id: ClaimId = "0123456789ab.2.7.3".parse().expect("an id");
        assert_eq!((id.statement.ordinal, id.number, id.position()), (7, 3, 2));
        assert_eq!(ClaimId::at(&id.statement, 2), id);
        assert_eq!(id.to_string(), "0123456789ab.2.7.3");
        for wrong in
            ["0123456789ab.2.7", "0123456789ab.2.7.0", "0123456789ab.2.7.æ", "0123456789ab.2.7.3.1", ".", ""]
        {
            assert!(wrong.parse::<ClaimId>().is_err(), "{wrong}");
        }
    }
}
