//! The simulated web, asked over the wire: shapes of the systems, faults, conditions, truth.

mod client;
mod faults;
mod systems;
mod truth;

use belaeg_testbed::{Server, ServerOptions, Spec, World};

/// A small world that has every rare system.
fn server() -> Server {
    start(&Spec { kommuner: 14, ..Spec::default() })
}

fn start(spec: &Spec) -> Server {
    Server::start(World::new(spec), ServerOptions::default()).expect("a port on loopback")
}
