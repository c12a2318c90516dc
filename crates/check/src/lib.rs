//! Claims held against official figures and against their own arithmetic.
//!
//! [`Figure`]s come in through `import` and lie in a [`FigureSet`]. Fetches nothing and stores nothing.

pub mod figure;
mod figure_set;
pub mod import;
mod period;

pub use figure::{Figure, FigureUnit, Period, Provenance, Standing};
pub use figure_set::FigureSet;
