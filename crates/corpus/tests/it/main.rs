//! The corpus as its callers use it, with real files.

mod crash;
mod fetched;
mod figures;
mod foreign;
mod free;
mod killed;
mod store;
mod support;
