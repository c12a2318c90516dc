//! The corpus as its callers use it, with real files.

mod crash;
mod fetched;
mod figures;
mod foreign;
mod free;
mod killed;
mod near;
mod store;
mod support;
mod verify;
