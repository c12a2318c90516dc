//! belaeg.
fn main() {}
