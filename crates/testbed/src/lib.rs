//! A simulated web of kommuner for tests, demonstration and load: what 98 kommuner publish, with every quirk of the
//! systems they use, served on loopback; and the truth about it. Also large corpora for benchmarks. Never shipped.
//!
//! A [`World`] is pure data that follows from a [`Spec`]. A [`Server`] serves it, moves it on, breaks it on demand and
//! knows its [`Truth`].

mod calendar;
pub mod corpus;
mod pdf;
mod prose;
mod random;
mod server;
mod sources;
mod systems;
mod truth;
mod web;
mod world;

pub use prose::TrueClaim;
pub use server::{Fault, LoggedRequest, RetryAfter, Server, ServerOptions};
pub use truth::{Document, Forbidden, Kind, Truth, Version};
pub use web::{Reply, Request};
pub use world::{Spec, System, Withdrawal, World};
