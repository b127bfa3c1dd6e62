//! All tests that see the crate or the program from outside, in one binary.

mod answers;
mod cli;
mod docs;
mod erlang;
mod floors;
mod formulas;
mod intervals;
mod known;
mod laws;
mod measures;
mod plan;
mod same;
mod statistics;
mod symmetries;
mod timelines;
