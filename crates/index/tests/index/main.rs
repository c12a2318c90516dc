//! The index from the outside: real folders, real generations, Danish statements.

mod claims;
mod damage;
mod generations;
mod matching;
mod order;
mod results;
mod support;
