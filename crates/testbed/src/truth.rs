//! What is true of a world: every document with its addresses, versions and claims.

use std::collections::HashMap;

use belaeg_model::Place;
use data_encoding::HEXLOWER;
use jiff::civil::Date;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::prose::TrueClaim;
use crate::systems::{self, Published};
use crate::web::{Request, origin};
use crate::world::{News, System, Withdrawal, World};

/// What sort of document it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What a meeting is to be about.
    Agenda,
    /// What a meeting decided.
    Minutes,
    /// A news article.
    News,
    /// A letter.
    Letter,
    /// A file that hangs on an item of an agenda or of minutes.
    Attachment,
}

/// Why a document is there but may or can not be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Forbidden {
    /// `robots.txt` disallows it.
    Robots,
    /// It is answered with 403.
    Blocked,
}

/// One content of a document.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Version {
    /// The step that brought it.
    pub step: u32,
    /// SHA-256 of the bytes served at the first address, before any coding of the transport, in lower-case hex.
    pub sha256: String,
    /// The claims in it.
    pub claims: Vec<TrueClaim>,
}

/// One document with its history up to the current step.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Document {
    /// Where it is found; the first address is the one whose bytes are meant.
    pub addresses: Vec<String>,
    /// The kommune it is from.
    pub place: Place,
    /// The system that serves it.
    pub system: System,
    /// What it is now: at some systems the agenda's address later has the minutes.
    pub kind: Kind,
    /// Its title.
    pub title: String,
    /// The day of the meeting, article or letter.
    pub date: Date,
    /// Its contents so far, oldest first. Empty only where it could never be fetched.
    pub versions: Vec<Version>,
    /// When it was taken away, if it was.
    pub withdrawn: Option<Withdrawal>,
    /// Why it may not be fetched, if so.
    pub forbidden: Option<Forbidden>,
}

/// Everything that is true of a world at its current step.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Truth {
    /// The step it is the truth of.
    pub step: u32,
    /// Every document.
    pub documents: Vec<Document>,
    /// Addresses that lists name, answer 200 and are no documents.
    pub soft_404: Vec<String>,
}

/// Keeps the truth of a world while it moves on.
#[derive(Debug)]
pub(crate) struct Ledger {
    truth: Truth,
    by_address: HashMap<String, usize>,
    port: u16,
}

impl Ledger {
    pub(crate) fn new(world: &World, port: u16) -> Self {
        let with_sitemap = world.sites.iter().filter(|s| s.news == News::Sitemap);
        let soft_404 = with_sitemap.map(|s| origin(&s.news_host, port) + systems::SOFT_404).collect();
        let truth = Truth { step: 0, documents: Vec::new(), soft_404 };
        let mut ledger = Self { truth, by_address: HashMap::new(), port };
        ledger.update(world);
        ledger
    }

    pub(crate) fn truth(&self) -> &Truth {
        &self.truth
    }

    /// The step of the newest version of what is at `address`.
    pub(crate) fn changed(&self, address: &str) -> Option<u32> {
        let document = &self.truth.documents[*self.by_address.get(address)?];
        document.versions.last().map(|v| v.step)
    }

    /// Takes in what the world publishes at its current step.
    pub(crate) fn update(&mut self, world: &World) {
        self.truth.step = world.at_step();
        for published in systems::published(world) {
            self.take(world, published);
        }
    }

    fn take(&mut self, world: &World, published: Published) {
        let base = origin(&published.host, self.port);
        let addresses: Vec<String> = published.paths.iter().map(|path| format!("{base}{path}")).collect();
        let documents = &mut self.truth.documents;
        let index = *self.by_address.entry(addresses[0].clone()).or_insert(documents.len());
        if index == documents.len() {
            documents.push(Document {
                addresses,
                place: published.place,
                system: published.system,
                kind: published.kind,
                title: published.title.clone(),
                date: published.date,
                versions: Vec::new(),
                withdrawn: None,
                forbidden: published.forbidden,
            });
        }
        let document = &mut documents[index];
        document.withdrawn = published.withdrawn;
        document.kind = published.kind;
        let reply = world.respond(&Request::settled(&published.host, &published.paths[0], self.port));
        if reply.status != 200 {
            return;
        }
        let sha256 = HEXLOWER.encode(&Sha256::digest(&reply.body));
        if document.versions.last().is_none_or(|v| v.sha256 != sha256) {
            document.versions.push(Version { step: world.at_step(), sha256, claims: published.claims });
        }
    }
}
