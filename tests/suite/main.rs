//! All tests that see the crate or the program from outside, in one binary.

mod answers;
mod burn_down;
mod cli;
mod docs;
mod erlang;
mod floors;
mod formulas;
mod intervals;
mod judged;
mod known;
mod laws;
mod measures;
mod plan;
mod promises;
mod reading;
mod same;
mod statistics;
mod symmetries;
mod timelines;
