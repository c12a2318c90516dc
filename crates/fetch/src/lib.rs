//! Fetches what kommuner publish: reads the lists of sources, asks for what is new or may have changed, and hands every
//! answer on as it came.
//!
//! [`sources`] parses `corpus/sources.toml`; [`run()`] fetches them and sends [`Event`]s; what earlier runs left it learns
//! from [`Known`]. It writes no files, keeps nothing between runs and parses no document beyond the names of its
//! attachments. Politeness is not an option: `robots.txt`, one request at a time and a pause for each host, and a host
//! that refuses is left alone.

mod adapters;
mod address;
mod body;
mod budget;
mod client;
mod dates;
mod dns;
mod event;
mod host;
mod known;
mod offload;
mod robots;
mod run;
mod settings;
mod single;
mod source;
mod visit;
mod wire;

pub use address::canonical;
pub use event::{Cause, Event, Exchange, Item, Purpose, SourceReport, UnknownCause};
pub use known::{HostMemory, Known, KnownDocument, KnownMiss, RobotsMemory, Validators};
pub use run::run;
pub use settings::{Scope, Settings};
pub use single::{Answer, ask};
pub use source::{DateFormat, Options, Selectors, Source, SourceError, System, sources};
